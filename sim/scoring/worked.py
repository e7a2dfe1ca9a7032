"""The order in which a trainee worked, and the places that it went through.

Moments are judged by it: by when a mark was made, not by the clock of the footage. Cameras that show the student at the
same time are one place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.scoring.case import TraceCase
from sim.scoring.evidence import Mark, SearchLog
from sim.truth.appearance import GAP_MAX_S, TIME_TOLERANCE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An appearance of the student that the answer claims, by the first mark on it."""

    number: int  # the appearance
    mark_number: int  # which of the answer's marks, from 0
    t_s: float  # site time of that mark
    made_s: float | None  # when it was made, seconds from release; None when that is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Appearances found that follow each other without a gap over 2.0 s, in the order found; site time from, to."""

    found: tuple[Found, ...]
    from_s: float
    to_s: float

    @property
    def numbers(self) -> frozenset[int]:
        """Its appearances."""
        return frozenset(each.number for each in self.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the search from one place on to its neighbor in time, or from the last one to nowhere."""

    here: Place  # the place left
    there: Place | None  # the place reached, None for the end of the search
    last: Found  # the appearance found last before the step
    is_backwards: bool  # it goes back in site time


def find_made_times(log: SearchLog | None) -> dict[Mark, float]:
    """Return when each mark that was kept was first made, seconds from release; nothing without a log."""
    return {} if log is None else {timed.mark: timed.at_s for timed in reversed(log.marks) if timed.kept}


def list_found(case: TraceCase) -> tuple[Found, ...]:
    """Return the target's claimed appearances in the order in which they were found."""
    own, made_s = set(case.claims.target), find_made_times(case.log)
    found: dict[int, Found] = {}
    claimed = zip(case.answer.marks, case.claims.appearance.tolist(), strict=True)
    for mark_number, (mark, number) in enumerate(claimed):
        if number in own and number not in found:
            found[number] = Found(number=number, mark_number=mark_number, t_s=mark.t_s, made_s=made_s.get(mark))
    return tuple(found.values())


def list_steps(case: TraceCase, *, is_backwards: bool = False) -> tuple[Step, ...]:
    """Return the steps that the trainee took from place to neighboring place, by site time, the end of the search last.

    With places A, B, C found in the order A, B, C there are steps from A to B, from B to C and from C on; in the order
    C, B, A from B to A, from C to B and from A back. Found in the order A, C, B: from C back to B; nobody went from A
    to B, and B is not an end of the way. A search that found one place alone goes on in the direction of the task.

    Args:
        case: an answer, looked up in truth.
        is_backwards: the task's direction.
    """
    found = list_found(case)
    if not found:
        return ()
    places = _join(case, found)
    before = {after.number: each for each, after in pairwise(found)}
    steps: list[Step] = []
    for left, right in pairwise(places):
        is_back = right.found[0].mark_number < left.found[0].mark_number
        here, there = (right, left) if is_back else (left, right)
        last = before[there.found[0].number]
        if last.number in here.numbers:
            steps.append(Step(here=here, there=there, last=last, is_backwards=is_back))
    return (*steps, *_find_end(places, found, steps, is_backwards=is_backwards))


def _find_end(
    places: Sequence[Place], found: Sequence[Found], steps: Sequence[Step], *, is_backwards: bool
) -> Iterator[Step]:
    """Yield the step that leaves the known way: from its first or last place, when the search ended by reaching it.

    One place alone says nothing of the direction: it is the task's.
    """
    last = found[-1]
    here = next(place for place in places if last.number in place.numbers)
    if len(places) > 1:
        reached = next((step for step in steps if step.there is here), None)
        if reached is None:
            return
        is_backwards = reached.is_backwards
    if here is places[0 if is_backwards else -1]:
        yield Step(here=here, there=None, last=last, is_backwards=is_backwards)


def _join(case: TraceCase, found: Sequence[Found]) -> tuple[Place, ...]:
    first_s, last_s = case.window.first_s, case.window.last_s
    groups: list[tuple[list[Found], float, float]] = []
    for each in sorted(found, key=lambda f: float(first_s[f.number])):
        from_s, to_s = float(first_s[each.number]), float(last_s[each.number])
        if groups and from_s - groups[-1][2] <= GAP_MAX_S + TIME_TOLERANCE_S:
            own, low_s, high_s = groups.pop()
            groups.append(([*own, each], low_s, max(high_s, to_s)))
        else:
            groups.append(([each], from_s, to_s))
    return tuple(
        Place(found=tuple(sorted(own, key=lambda f: f.mark_number)), from_s=low_s, to_s=high_s)
        for own, low_s, high_s in groups
    )


def place_missed(case: TraceCase, *, is_backwards: bool = False) -> Mapping[int, float]:
    """Return where in the order worked an appearance that was missed belongs, counted as `Found.mark_number`.

    It comes after the mark on the nearest appearance found before it, in the task's direction; before the first one's
    when there is none; nowhere when none was found. Marks 0 and 1 on appearances A and C: B has 0.5, D 1.5.
    """
    places: dict[int, float] = {}
    marks = {each.number: each.mark_number for each in list_found(case)}
    legs = case.legs[::-1] if is_backwards else case.legs
    if not marks:
        return places
    before: float | None = None
    first = next(float(marks[number]) for number in legs if number in marks)
    for number in legs:
        if number in marks:
            before = float(marks[number])
        else:
            places[number] = first - 0.5 if before is None else before + 0.5
    return places
