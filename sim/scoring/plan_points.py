"""Where the trainee's marks lie: one place for all marks on one appearance, on the plan where somebody was hit."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.scoring.case import NO_APPEARANCE, MarkOutcome, TraceCase
from sim.scoring.evidence import Mark
from sim.scoring.mark import NOBODY, resolve_marks
from sim.scoring.moments import list_rows
from sim.truth.appearance import STRETCH_S


class MarkKind(StrEnum):
    """RIGHT and WRONG_PERSON claim an appearance. NOBODY is an empty mark, UNCOUNTED an ignored one."""

    RIGHT = "right"
    WRONG_PERSON = "wrong person"
    NOBODY = "nobody"
    UNCOUNTED = "not counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPlace:
    """Marks that say the same."""

    kind: MarkKind  # what they hit
    mark: Mark  # the first of them as it was made
    count: int  # how many they are
    # x and y in plan meters and the floor_id where whom the first one hit stood; None for nobody
    stood_at: tuple[float, float, str] | None


def find_marked_places(case: TraceCase, *, right: AbstractSet[str]) -> tuple[MarkedPlace, ...]:
    """Return the places of an answer's marks, ordered by site time (tie: camera_id).

    Marks that claim one appearance are one place. So are those of one kind that claim none, on one camera, with gaps of
    at most 2.0 s of site time between neighbors: at 10, 11 and 14 s they make two places. Right are marks on `right`.
    """
    marks = case.answer.marks
    kinds = _find_kinds(case, right)
    hits = resolve_marks(case.index, marks).table_row
    claimed: dict[int, list[int]] = {}
    loose: dict[tuple[MarkKind, str], list[int]] = {}
    for number, (kind, appearance) in enumerate(zip(kinds, case.claims.appearance.tolist(), strict=True)):
        if appearance != NO_APPEARANCE:
            claimed.setdefault(appearance, []).append(number)
        else:
            loose.setdefault((kind, marks[number].camera_id), []).append(number)
    groups = [*claimed.values(), *(run for own in loose.values() for run in _cut_runs(marks, own))]
    firsts = np.array([group[0] for group in groups], dtype=np.int64)
    rows = case.index.table.rows.iloc[np.maximum(hits[firsts], 0)]
    stands = zip(rows["floor_x_m"].tolist(), rows["floor_y_m"].tolist(), rows["floor"].tolist(), strict=True)
    places = [
        MarkedPlace(
            kind=kinds[group[0]],
            mark=marks[group[0]],
            count=len(group),
            stood_at=None if hits[group[0]] < 0 else (float(x), float(y), str(floor)),
        )
        for group, (x, y, floor) in zip(groups, stands, strict=True)
    ]
    return tuple(sorted(places, key=lambda place: (place.mark.t_s, place.mark.camera_id)))


def count_hidden(case: TraceCase) -> int:
    """Return how many empty marks are on somebody all the same, too hidden or too small for an appearance."""
    is_empty = case.claims.outcome == MarkOutcome.EMPTY
    return int(np.count_nonzero(is_empty & (resolve_marks(case.index, case.answer.marks).person != NOBODY)))


def _find_kinds(case: TraceCase, right: AbstractSet[str]) -> list[MarkKind]:
    appearances = case.index.appearances
    kinds = []
    for outcome, number in zip(case.claims.outcome.tolist(), case.claims.appearance.tolist(), strict=True):
        if number != NO_APPEARANCE:
            kinds.append(MarkKind.RIGHT if appearances[number].person_id in right else MarkKind.WRONG_PERSON)
        else:
            kinds.append(MarkKind.UNCOUNTED if outcome == MarkOutcome.IGNORED else MarkKind.NOBODY)
    return kinds


def _cut_runs(marks: Sequence[Mark], numbers: Iterable[int]) -> list[list[int]]:
    """Return the marks of one camera in runs without a gap, each with the one made first at its head."""
    runs: list[list[int]] = []
    for number in sorted(numbers, key=lambda n: marks[n].t_s):
        if runs and marks[number].t_s - marks[runs[-1][-1]].t_s <= STRETCH_S:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [sorted(run) for run in runs]


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
    bridged: list[TracePoint] = []
    for point in points:
        if bridged and point.t_s - bridged[-1].t_s > STRETCH_S:
            bridged.extend(_interpolate(bridged[-1], point))
        bridged.append(point)
    return tuple(bridged)


def _sample(case: TraceCase, number: int) -> list[TracePoint]:
    rows = case.index.appearance_rows
    own = list_rows(case.window, number)
    kept = np.flatnonzero(np.diff(np.floor(rows.t_s[own] / STEP_S), prepend=-1.0) != 0)
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


def _interpolate(start: TracePoint, end: TracePoint) -> list[TracePoint]:
    gap = end.t_s - start.t_s
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
        for share in (np.arange(STEP_S, gap, STEP_S) / gap).tolist()
    ]
