"""Where the trainee first went wrong: the first wrong claim, or the first missed leg when no claim is wrong."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.scoring.case import TraceCase
from sim.scoring.claim import FixOutcome
from sim.scoring.fix import resolve_fixes

Box = tuple[float, float, float, float]


class WrongKind(StrEnum):
    """WRONG_PERSON: someone else was marked. NOBODY: no person was marked. MISSED: a leg was not marked."""

    WRONG_PERSON = "wrong person"
    NOBODY = "nobody"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One person in one frame: `box_xyxy` in pixels of the main stream."""

    camera_id: str
    frame: int
    t_s: float
    person_id: str
    box_xyxy: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstWrong:
    """The moment.

    Attributes:
        kind: what went wrong.
        camera_id: camera of the frame to show.
        frame: its number.
        t_s: its site time, seconds.
        point_px: where the trainee clicked, None for a missed leg.
        marked: the person marked instead of the target, None for NOBODY and MISSED.
        target: the target in this very frame, None when this camera does not show the target then.
        elsewhere: when `target` is None, the target's sighting nearest in time, None when the target never appears.
    """

    kind: WrongKind
    camera_id: str
    frame: int
    t_s: float
    point_px: tuple[float, float] | None
    marked: Spot | None
    target: Spot | None
    elsewhere: Spot | None


def find_first_wrong(case: TraceCase) -> FirstWrong | None:
    """Return the first wrong fix in the order made, else the first missed leg by time, else None."""
    outcomes = case.claims.outcome
    wrong = np.flatnonzero((outcomes == FixOutcome.OTHER) | (outcomes == FixOutcome.EMPTY))
    if len(wrong):
        return _describe_fix(case, int(wrong[0]))
    missed = [n for n in case.legs if n not in case.claims.target]
    return _describe_missed(case, missed[0]) if missed else None


def _describe_fix(case: TraceCase, number: int) -> FirstWrong:
    index = case.index
    fix = case.answer.fixes[number]
    hit = int(resolve_fixes(index, (fix,)).table_row[0])
    frame = min(int(np.floor(fix.t_s * index.table.fps + 0.5)), index.table.frame_count - 1)
    size = index.table.picture_wh[fix.camera_id]
    target = _find_in_frame(case, fix.camera_id, frame)
    return FirstWrong(
        kind=WrongKind.NOBODY if hit < 0 else WrongKind.WRONG_PERSON,
        camera_id=fix.camera_id,
        frame=frame,
        t_s=fix.t_s,
        point_px=(fix.x * size[0], fix.y * size[1]),
        marked=None if hit < 0 else make_spot(case, hit),
        target=target,
        elsewhere=None if target else _find_nearest(case, fix.t_s),
    )


def _describe_missed(case: TraceCase, number: int) -> FirstWrong:
    rows = case.index.appearance_rows
    own = np.arange(rows.low[number], rows.high[number])
    inside = (rows.t_s[own] >= case.window.first_s[number]) & (rows.t_s[own] <= case.window.last_s[number])
    table_rows = rows.table_row[own[inside]]
    table = case.index.table.rows.iloc[table_rows]
    height = (table["y2"] - table["y1"]).to_numpy(dtype=np.float64)
    clearest = int(np.argmax(height * table["visible"].to_numpy(dtype=np.float64)))
    spot = make_spot(case, int(table_rows[clearest]))
    return FirstWrong(
        kind=WrongKind.MISSED,
        camera_id=spot.camera_id,
        frame=spot.frame,
        t_s=spot.t_s,
        point_px=None,
        marked=None,
        target=spot,
        elsewhere=None,
    )


def make_spot(case: TraceCase, table_row: int) -> Spot:
    """Return one row of the truth table as a spot."""
    row = case.index.table.rows.iloc[table_row]
    return Spot(
        camera_id=str(row["camera_id"]),
        frame=int(row["frame"]),
        t_s=float(row["t_s"]),
        person_id=str(row["person_id"]),
        box_xyxy=(float(row["x1"]), float(row["y1"]), float(row["x2"]), float(row["y2"])),
    )


def _find_in_frame(case: TraceCase, camera_id: str, frame: int) -> Spot | None:
    rows = case.index.frame_rows
    key = case.index.get_camera_code(camera_id) * case.index.stride + frame
    low, high = np.searchsorted(rows.key, [key, key + 1])
    mine = np.flatnonzero(rows.person[low:high] == case.index.get_person_code(case.target))
    return make_spot(case, int(rows.table_row[low + mine[0]])) if len(mine) else None


def _find_nearest(case: TraceCase, t_s: float) -> Spot | None:
    rows = case.index.appearance_rows
    best: tuple[float, int] | None = None
    for number in case.legs:
        own = np.arange(rows.low[number], rows.high[number])
        inside = own[(rows.t_s[own] >= case.window.first_s[number]) & (rows.t_s[own] <= case.window.last_s[number])]
        gap = np.abs(rows.t_s[inside] - t_s)
        place = int(np.argmin(gap))
        if best is None or gap[place] < best[0]:
            best = (float(gap[place]), int(rows.table_row[inside[place]]))
    return None if best is None else make_spot(case, best[1])
