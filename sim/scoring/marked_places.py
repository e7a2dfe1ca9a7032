"""Where the trainee's marks lie: one place for all marks on one appearance, on the plan where somebody was hit."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.scoring.case import TraceCase
from sim.scoring.claim import NO_APPEARANCE, MarkOutcome
from sim.scoring.evidence import Mark
from sim.scoring.mark import NOBODY, resolve_marks
from sim.truth.appearance import GAP_MAX_S


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
    at most 2.0 s of site time between neighbors: at 10, 11 and 14 s they make two places.

    Args:
        case: the answer, looked up in truth.
        right: the people whom the marks should be on.
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
    stood = _find_stood(case, hits[firsts].tolist())
    places = [
        MarkedPlace(kind=kinds[group[0]], mark=marks[group[0]], count=len(group), stood_at=stood_at)
        for group, stood_at in zip(groups, stood, strict=True)
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
        if runs and marks[number].t_s - marks[runs[-1][-1]].t_s <= GAP_MAX_S:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [sorted(run) for run in runs]


def _find_stood(case: TraceCase, hits: Sequence[int]) -> list[tuple[float, float, str] | None]:
    rows = case.index.table.rows.iloc[[max(hit, 0) for hit in hits]]
    stands = zip(rows["floor_x_m"].tolist(), rows["floor_y_m"].tolist(), rows["floor"].tolist(), strict=True)
    return [
        None if hit < 0 else (float(x), float(y), str(floor)) for hit, (x, y, floor) in zip(hits, stands, strict=True)
    ]
