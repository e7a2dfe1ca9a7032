"""Where the student was lost, judged in the order worked: what the trainee did after each place that was found."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from sim.scoring.case import TraceCase
from sim.scoring.evidence import SearchLog
from sim.scoring.use_metrics import Span, find_made_times, list_seen
from sim.truth.appearance import STRETCH_S, TIME_TOLERANCE_S


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
    to B, and B is not an end of the way. A search that found one place alone goes on as the task does.
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
        if groups and from_s - groups[-1][2] <= STRETCH_S + TIME_TOLERANCE_S:
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


MOST_OPENED = 3
"""Cameras named that were opened in vain; more say nothing new."""
REACH_BACK_S = 10.0
REACH_ON_S = 30.0
"""Site time before the mark, and after the next appearance, in which a look at a camera still is a look for the student
who left. Elsewhere it is another search, and no wrong turn."""
SWEPT_SHARE = 0.75
"""A look that reaches over this share of the task's window goes through a camera; that is no wrong turn either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A place that was found, after which other cameras were opened in vain, or nothing more was found.

    "Next" is in the direction of that step of the search: backwards it is the appearance before.
    """

    left: int  # appearance after which it happened, of several at once the one that ends last (backwards: begins first)
    following: int  # the next appearance of the student
    left_camera: str
    next_camera: str
    # left_s, next_s: when the one ended and the other began, site time (backwards: began and ended)
    left_s: float
    next_s: float
    next_until_s: float  # when the other ended (backwards: began)
    beside: bool  # the other was there all the while: it began before the place left (backwards: ended after it)
    unseen_s: float  # how long no camera showed the student in between but by glimpses, 0 where two cameras did at once
    glimpses: tuple[str, ...]  # cameras that had a glimpse of the student in that time
    opened: tuple[str, ...]  # cameras opened in vain, in order, each once; () when none was or that is not known
    is_found: bool  # whether the next appearance was marked after all
    is_backwards: bool  # the step went back in site time
    mark_number: int  # the mark after which it happened, from 0


def find_losses(case: TraceCase, *, is_backwards: bool = False) -> tuple[Loss, ...]:
    """Return every loss in the order worked; none for an answer without right marks.

    A loss is a step of the search (see `list_steps`) in which cameras were opened in vain, or its end when the student
    goes on and no camera that shows it was looked at. An appearance that is missed in passing is none.
    """
    losses = (_judge(case, step) for step in list_steps(case, is_backwards=is_backwards))
    return tuple(sorted((loss for loss in losses if loss is not None), key=lambda loss: loss.mark_number))


def _judge(case: TraceCase, step: Step) -> Loss | None:
    missed = _find_next_missed(case, step)
    if missed is not None and _was_on_screen(case, missed):
        return None
    following = missed
    if following is None and step.there is not None:
        following = _pick_first(case, tuple(step.there.numbers), is_backwards=step.is_backwards)
    if following is None:
        return None
    opened = _list_opened(case, step, following)
    if not opened and step.there is not None:
        return None
    return _make_loss(case, step, following, opened, is_found=missed is None)


def _find_next_missed(case: TraceCase, step: Step) -> int | None:
    """Return the first missed appearance that goes on for more than 2.0 s after the place left, before the next."""
    first_s, last_s, there = case.window.first_s, case.window.last_s, step.there
    slack_s = STRETCH_S + TIME_TOLERANCE_S
    found = set(case.claims.target)
    if step.is_backwards:
        low_s = -float("inf") if there is None else there.to_s
        missed = [n for n in case.legs if first_s[n] < step.here.from_s - slack_s and last_s[n] > low_s]
    else:
        high_s = float("inf") if there is None else there.from_s
        missed = [n for n in case.legs if last_s[n] > step.here.to_s + slack_s and first_s[n] < high_s]
    missed = [n for n in missed if n not in found]
    return _pick_first(case, missed, is_backwards=step.is_backwards) if missed else None


def _pick_first(case: TraceCase, numbers: Sequence[int], *, is_backwards: bool) -> int:
    """Return the appearance that comes first in the direction of a search (tie: camera_id)."""
    ordered = [number for number in case.legs if number in numbers]
    if not is_backwards:
        return ordered[0]
    return min(ordered, key=lambda n: (-float(case.window.last_s[n]), case.find_cameras((n,))))


def _was_on_screen(case: TraceCase, number: int) -> bool:
    if case.log is None:
        return False
    (camera,) = case.find_cameras((number,))
    low_s, high_s = float(case.window.first_s[number]), float(case.window.last_s[number])
    at_openings = (opening.site_s for opening in case.log.openings if opening.camera_id == camera)
    stops = chain(at_openings, (jump.site_s for jump in case.log.jumps if jump.camera_id == camera))
    return any(low <= high_s and high >= low_s for low, high in list_seen(case.log.watches, camera)) or any(
        low_s <= stop_s <= high_s for stop_s in stops
    )


def _make_loss(case: TraceCase, step: Step, following: int, opened: tuple[str, ...], *, is_found: bool) -> Loss:
    window, here = case.window, tuple(step.here.numbers)
    others = [n for n in case.legs if n != following]
    if step.is_backwards:
        left = min(here, key=lambda n: (float(window.first_s[n]), case.find_cameras((n,))))
        left_s, next_s = step.here.from_s, float(window.last_s[following])
        seen_s = min((float(window.first_s[n]) for n in others if window.last_s[n] > next_s), default=left_s)
        gap_s = (next_s, min(left_s, seen_s))
    else:
        left = min(here, key=lambda n: (-float(window.last_s[n]), case.find_cameras((n,))))
        left_s, next_s = step.here.to_s, float(window.first_s[following])
        seen_s = max((float(window.last_s[n]) for n in others if window.first_s[n] < next_s), default=left_s)
        gap_s = (max(left_s, seen_s), next_s)
    left_camera, next_camera = case.find_cameras((left, following))
    glimpses = [n for n in case.glimpses if window.first_s[n] < gap_s[1] and window.last_s[n] > gap_s[0]]
    return Loss(
        left=left,
        following=following,
        left_camera=left_camera,
        next_camera=next_camera,
        left_s=left_s,
        next_s=next_s,
        next_until_s=float((window.first_s if step.is_backwards else window.last_s)[following]),
        beside=next_s > step.here.to_s if step.is_backwards else next_s < step.here.from_s,
        unseen_s=max(0.0, gap_s[1] - gap_s[0]),
        glimpses=tuple(dict.fromkeys(case.find_cameras(glimpses))),
        opened=opened,
        is_found=is_found,
        is_backwards=step.is_backwards,
        mark_number=step.last.mark_number,
    )


def _list_opened(case: TraceCase, step: Step, following: int) -> tuple[str, ...]:
    log, since_s = case.log, step.last.made_s
    if log is None or since_s is None:
        return ()
    there = () if step.there is None else (step.there.found[0].number,)
    until_s = None if step.there is None else step.there.found[0].made_s
    right, showing = set(case.find_cameras((following, *there))), _find_showing(case, step, following)
    looks = _Looks(log)
    opened: list[str] = []
    for number, opening in enumerate(log.openings):
        if opening.at_s < since_s:
            continue
        if opening.camera_id in right or (until_s is not None and opening.at_s > until_s):
            break
        if opening.camera_id in showing or opening.camera_id in opened:
            continue
        if _is_on_the_way(case, step, looks.find_span(number), following):
            opened.append(opening.camera_id)
    return tuple(opened[:MOST_OPENED])


def _find_showing(case: TraceCase, step: Step, following: int) -> frozenset[str]:
    first_s, last_s = case.window.first_s, case.window.last_s
    low_s = min(step.here.from_s, float(first_s[following]))
    high_s = max(step.here.to_s, float(last_s[following]))
    return frozenset(case.find_cameras([n for n in case.shown if last_s[n] >= low_s and first_s[n] <= high_s]))


def _is_on_the_way(case: TraceCase, step: Step, looked: Span, following: int) -> bool:
    """Return whether a look begins about when the student was between the mark and the next appearance.

    One that goes through most of the window is no look for where they went, wherever it begins.
    """
    low_s, high_s = case.window.window_s
    if looked[1] - looked[0] >= SWEPT_SHARE * (high_s - low_s):
        return False
    if step.is_backwards:
        return float(case.window.first_s[following]) - REACH_ON_S <= looked[1] <= step.last.t_s + REACH_BACK_S
    return step.last.t_s - REACH_BACK_S <= looked[0] <= float(case.window.last_s[following]) + REACH_ON_S


class _Looks:
    """What was seen of a camera from its opening to the next."""

    def __init__(self, log: SearchLog) -> None:
        self._openings = log.openings
        self._watches = sorted(log.watches, key=lambda watch: watch.began_s)
        self._jumps = sorted(log.jumps, key=lambda jump: jump.at_s)

    def find_span(self, number: int) -> Span:
        """Return first and last site time seen after an opening: played, gone to, else where the picture stood."""
        opening = self._openings[number]
        begin_s = opening.at_s
        end_s = self._openings[number + 1].at_s if number + 1 < len(self._openings) else float("inf")
        low, high = (bisect_left(self._watches, at_s, key=lambda watch: watch.began_s) for at_s in (begin_s, end_s))
        own = [watch for watch in self._watches[low:high] if opening.camera_id in watch.cameras]
        looked = [each for watch in own for each in (watch.site_from_s, watch.site_to_s)]
        low, high = (bisect_left(self._jumps, at_s, key=lambda jump: jump.at_s) for at_s in (begin_s, end_s))
        looked += [jump.site_s for jump in self._jumps[low:high]]
        return (min(looked), max(looked)) if looked else (opening.site_s, opening.site_s)
