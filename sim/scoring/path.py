"""The target's true way on the plan."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.scoring.case import TraceCase
from sim.truth.appearance import GAP_MAX_S

STEP_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TracePoint:
    """A point on the plan."""

    t_s: float  # site time, seconds
    # x_m, y_m: where, plan meters
    x_m: float
    y_m: float
    floor: str  # floor_id
    zone: str  # zone_id, "" where nobody is seen
    camera_id: str  # camera that shows it, "" where none does
    person_id: str  # who is seen there
    seen: bool  # False on a stretch that no appearance covers, drawn as a straight line


def make_true_path(case: TraceCase) -> tuple[TracePoint, ...]:
    """Return the target's way through all that cameras show, a point a second; gaps over 2 s become unseen points."""
    points = sorted((p for n in case.shown for p in _sample(case, n)), key=lambda p: (p.t_s, p.camera_id))
    return _bridge(points)


def _sample(case: TraceCase, number: int) -> list[TracePoint]:
    rows = case.index.appearance_rows
    own = np.arange(rows.low[number], rows.high[number])
    own = own[(rows.t_s[own] >= case.window.first_s[number]) & (rows.t_s[own] <= case.window.last_s[number])]
    second = np.floor(rows.t_s[own] / STEP_S)
    kept = np.flatnonzero(np.diff(second, prepend=-1.0) != 0)
    if kept[-1] != len(own) - 1:
        kept = np.append(kept, len(own) - 1)
    table = case.index.table.rows.iloc[rows.table_row[own[kept]]]
    names = ("t_s", "floor_x_m", "floor_y_m", "floor", "zone")
    appearance = case.index.appearances[number]
    return [
        TracePoint(
            t_s=float(t),
            x_m=float(x),
            y_m=float(y),
            floor=str(floor),
            zone=str(zone),
            camera_id=appearance.camera_id,
            person_id=appearance.person_id,
            seen=True,
        )
        for t, x, y, floor, zone in zip(*(table[name].tolist() for name in names), strict=True)
    ]


def _bridge(points: Sequence[TracePoint]) -> tuple[TracePoint, ...]:
    bridged: list[TracePoint] = []
    for point in points:
        if bridged and point.t_s - bridged[-1].t_s > GAP_MAX_S:
            bridged.extend(_interpolate(bridged[-1], point))
        bridged.append(point)
    return tuple(bridged)


def _interpolate(start: TracePoint, end: TracePoint) -> list[TracePoint]:
    gap = end.t_s - start.t_s
    shares = np.arange(STEP_S, gap, STEP_S) / gap
    return [
        TracePoint(
            t_s=start.t_s + share * gap,
            x_m=start.x_m + share * (end.x_m - start.x_m),
            y_m=start.y_m + share * (end.y_m - start.y_m),
            floor=start.floor if share < 0.5 else end.floor,
            zone="",
            camera_id="",
            person_id=start.person_id,
            seen=False,
        )
        for share in shares.tolist()
    ]
