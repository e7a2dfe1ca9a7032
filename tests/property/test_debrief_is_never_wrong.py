"""Whatever the order of a search, the debrief names every mistake and no other; without one it blames nobody."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from sim.app.score import AttemptScore, score_attempt
from sim.expert.run import list_acts, number_acts, simulate
from sim.scoring.case import MarkOutcome, TraceCase, judge_claims, make_trace_case
from sim.scoring.evidence import Answer, Mark
from sim.scoring.mark import NOBODY, resolve_marks
from sim.scoring.moments import GOOD_KINDS, Moment, MomentKind, PersonInFrame, read_person
from sim.scoring.trace_moments import LossMoment
from sim.tasks import TASK_TYPES, get_task_type
from sim.tasks.common.simulated_user import CLICK_SHARES, PERFECT, SIDEWAYS_SHARE, SearchStep, StepKind
from sim.tasks.common.task import Task
from sim.truth.appearance import STRETCH_S
from sim.truth.index import TruthIndex
from tests.support.story_truth import load_story_index

HEIGHTS = tuple(CLICK_SHARES)
TRIES = 60
SPEED = 4.0
LIMIT_S = 36_000.0


@dataclass(kw_only=True)
class Console:
    index: TruthIndex
    task: Task
    rng: np.random.Generator
    site_s: float = 0.0
    at_s: float = 0.0
    marks: int = 0
    steps: list[SearchStep] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.site_s = self.task.window_s[0]
        self.case = make_trace_case(
            self.index, target=self.task.person, window_s=self.task.window_s, answer=Answer(marks=())
        )
        self._note(SearchStep(at_s=0.0, kind=StepKind.OPEN))

    def name_camera(self, leg: int) -> str:
        return self.index.appearances[leg].camera_id

    def get_span(self, leg: int) -> tuple[float, float]:
        return float(self.case.window.first_s[leg]), float(self.case.window.last_s[leg])

    def open(self, camera_id: str) -> None:
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.FOCUS, camera_id=camera_id, t_s=self.site_s))

    def seek(self, t_s: float) -> None:
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.SEEK, from_s=self.site_s, t_s=t_s))
        self.site_s = t_s

    def play(self, to_s: float) -> None:
        if to_s == self.site_s:
            return
        speed = SPEED if to_s > self.site_s else -SPEED
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.PLAY, t_s=self.site_s, speed=speed))
        self.at_s += (to_s - self.site_s) / speed
        self.site_s = to_s
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.PAUSE, t_s=to_s))

    def mark(self, mark: Mark) -> None:
        self.marks += 1
        self._note(
            SearchStep(
                at_s=self.at_s, kind=StepKind.MARK, camera_id=mark.camera_id, t_s=mark.t_s, x=mark.x, y=mark.y,
                mark_number=self.marks,
            )
        )  # fmt: skip

    def submit(self, answer: Answer) -> AttemptScore:
        for key, value in answer.choices.items():
            self._note(SearchStep(at_s=self.at_s, kind=StepKind.CHOICE, key=key, value=value))
        self._note(
            SearchStep(
                at_s=self.at_s, kind=StepKind.SUBMIT, final_zone=answer.final_zone, not_on_camera=answer.not_on_camera
            )
        )
        events = number_acts(list_acts(self.steps, self.index), tab_id="tab-1", limit_s=LIMIT_S)
        return score_attempt(self.task, self.index, events, used_s=self.at_s, finished=True, limit_s=LIMIT_S)

    def _note(self, step: SearchStep) -> None:
        self.steps.append(step)
        self.at_s += 0.8


def click(index: TruthIndex, case: TraceCase, number: int, rng: np.random.Generator) -> Mark:
    """Return a click that claims an appearance, anywhere on the person where people click.

    The picture outlines whom a mark is on, so that anyone who looks clicks again when it is somebody else.
    """
    rows = index.appearance_rows
    own = np.arange(rows.low[number], rows.high[number])
    own = own[(rows.t_s[own] >= case.window.first_s[number]) & (rows.t_s[own] <= case.window.last_s[number])]
    visible = index.table.rows["visible"].to_numpy(dtype=np.float64)[rows.table_row[own]]
    good = own[visible >= 0.6] if (visible >= 0.6).any() else own
    for _ in range(TRIES):
        sighting = read_person(index, int(rows.table_row[int(rng.choice(good))]))
        mark = _click_on(
            index, sighting, height=float(rng.choice(HEIGHTS)), side=float(rng.uniform(-SIDEWAYS_SHARE, SIDEWAYS_SHARE))
        )
        if claims(index, case, mark, number):
            return mark
    for row in own.tolist():
        for height in (0.5, *HEIGHTS, 0.95):
            mark = _click_on(index, read_person(index, int(rows.table_row[row])), height=height, side=0.0)
            if claims(index, case, mark, number):
                return mark
    raise AssertionError(f"nowhere can appearance {index.appearances[number]} be clicked")


def claims(index: TruthIndex, case: TraceCase, mark: Mark, number: int) -> bool:
    judged = judge_claims(case.window, resolve_marks(index, (mark,)), target=case.target)
    return int(judged.outcome[0]) in (MarkOutcome.TARGET, MarkOutcome.OTHER) and int(judged.appearance[0]) == number


def _click_on(index: TruthIndex, sighting: PersonInFrame, *, height: float, side: float) -> Mark:
    width_px, height_px = index.table.picture_wh[sighting.camera_id]
    x1, y1, x2, y2 = sighting.box_xyxy
    x, y = (x1 + x2) / 2 + side * (x2 - x1), y1 + height * (y2 - y1)
    return Mark(
        camera_id=sighting.camera_id,
        t_s=sighting.t_s,
        x=float(np.clip(x / width_px, 0.0, 1.0)),
        y=float(np.clip(y / height_px, 0.0, 1.0)),
    )


Search = Callable[[Console, Sequence[int]], None]
"""Finds these appearances in its own order; the others are passed over."""


def search_forward(console: Console, legs: Sequence[int]) -> None:
    for leg in [leg for leg in console.case.legs if leg in legs]:
        _find(console, leg, is_backwards=False)


def search_backward(console: Console, legs: Sequence[int]) -> None:
    ordered = sorted(legs, key=lambda leg: (-console.get_span(leg)[1], -leg))
    for leg in ordered:
        _find(console, leg, is_backwards=True)


def search_outward(console: Console, legs: Sequence[int]) -> None:
    ordered = [leg for leg in console.case.legs if leg in legs]
    middle = len(ordered) // 2
    for leg in reversed(ordered[: middle + 1]):
        _find(console, leg, is_backwards=True)
    for leg in ordered[middle + 1 :]:
        _find(console, leg, is_backwards=False)


def sweep_cameras(console: Console, legs: Sequence[int]) -> None:
    _sweep(console, legs, console.index.camera_ids)


def sweep_cameras_from_the_last(console: Console, legs: Sequence[int]) -> None:
    _sweep(console, legs, tuple(reversed(console.index.camera_ids)))


def sweep_cameras_in_any_order(console: Console, legs: Sequence[int]) -> None:
    _sweep(console, legs, console.rng.permutation(console.index.camera_ids).tolist())


def sweep_by_jumps(console: Console, legs: Sequence[int]) -> None:
    low_s, high_s = console.task.window_s
    for camera_id in console.index.camera_ids:
        console.open(camera_id)
        marks = _list_clicks(console, legs, camera_id)
        for t_s in np.arange(low_s, high_s, 5.0).tolist():
            console.seek(t_s)
            while marks and marks[0].t_s <= t_s + 5.0:
                console.seek(marks[0].t_s)
                console.mark(marks.pop(0))


SWEEPS: tuple[Search, ...] = (sweep_cameras, sweep_cameras_from_the_last, sweep_cameras_in_any_order, sweep_by_jumps)
SEARCHES: tuple[Search, ...] = (search_forward, search_backward, search_outward, *SWEEPS)


def _find(console: Console, leg: int, *, is_backwards: bool) -> None:
    mark = click(console.index, console.case, leg, console.rng)
    begin_s, end_s = console.get_span(leg)[:: -1 if is_backwards else 1]
    console.open(mark.camera_id)
    console.seek(begin_s)
    console.play(mark.t_s)
    console.mark(mark)
    console.play(end_s)


def _sweep(console: Console, legs: Sequence[int], camera_ids: Sequence[str]) -> None:
    low_s, high_s = console.task.window_s
    for camera_id in camera_ids:
        console.open(camera_id)
        console.seek(low_s)
        for mark in _list_clicks(console, legs, camera_id):
            console.play(mark.t_s)
            console.mark(mark)
        console.play(high_s)


def _list_clicks(console: Console, legs: Sequence[int], camera_id: str) -> list[Mark]:
    own = [leg for leg in legs if console.name_camera(leg) == camera_id]
    return sorted((click(console.index, console.case, leg, console.rng) for leg in own), key=lambda mark: mark.t_s)


INDEX = load_story_index()
WINDOW_S = (0.0, INDEX.table.duration_s)
EVERY_SEARCH = pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.__name__)
BOTH_TYPES = pytest.mark.parametrize("name", ["trace", "origin"])
BOTH_WAYS = pytest.mark.parametrize("search", [search_forward, search_backward], ids=lambda search: search.__name__)
UNFOUND = {MomentKind.MISSED, MomentKind.LOST}


@cache
def list_tasks(name: str, *, every: int) -> tuple[Task, ...]:
    tasks = get_task_type(name).make_tasks(INDEX, WINDOW_S)
    return tuple(task for task in tasks if open_console(task).case.legs)[::every]


@cache
def find_rest(name: str, target: str, window_s: tuple[float, float]) -> Answer:
    task = Task(type=name, target=target, window_s=window_s)
    return replace(get_task_type(name).answer_perfectly(task, INDEX), marks=())


def open_console(task: Task, *, seed: int = 1) -> Console:
    return Console(index=INDEX, task=task, rng=np.random.default_rng(seed))


def submit(console: Console, **changes: object) -> AttemptScore:
    answer = find_rest(console.task.type, console.task.person, console.task.window_s)
    return console.submit(replace(answer, **changes))  # type: ignore[arg-type]


def list_errors(task: Task, score: AttemptScore) -> tuple[Moment, ...]:
    moments = get_task_type(task.type).find_moments(task, score.answer, INDEX, log=score.replay.log)
    return tuple(moment for moment in moments if moment.kind not in GOOD_KINDS)


def find_about(moment: Moment, console: Console) -> int:
    if isinstance(moment, LossMoment):
        return moment.loss.following
    about = (moment.camera_id, moment.span_s)
    (number,) = (n for n in console.case.legs if (console.name_camera(n), console.get_span(n)) == about)
    return number


def list_gaps(console: Console, *, is_backwards: bool) -> Iterator[tuple[list[int], list[int]]]:
    legs = list(console.case.legs)
    for place in range(1, len(legs)):
        before, after = legs[:place], legs[place:]
        ends_s = max(console.get_span(leg)[1] for leg in before)
        begins_s = min(console.get_span(leg)[0] for leg in after)
        if begins_s - ends_s > STRETCH_S + 0.5:
            yield (after, before) if is_backwards else (before, after)


def is_one_place(console: Console, legs: Sequence[int]) -> bool:
    spans = sorted(console.get_span(leg) for leg in legs)
    until_s = spans[0][1]
    for begin_s, end_s in spans:
        if begin_s - until_s > STRETCH_S:
            return False
        until_s = max(until_s, end_s)
    return True


def list_empty_cameras(console: Console) -> list[str]:
    shown = {console.name_camera(n) for n in console.case.shown}
    return [camera for camera in console.index.camera_ids if camera not in shown]


def look_in_vain(console: Console, cameras: Sequence[str], *, is_backwards: bool) -> None:
    for camera in cameras:
        console.open(camera)
        to_s = console.site_s + (-4.0 if is_backwards else 4.0)
        console.play(float(np.clip(to_s, *console.task.window_s)))


@BOTH_TYPES
@EVERY_SEARCH
def test_a_perfect_search_in_any_order_is_blamed_for_nothing(name: str, search: Search) -> None:
    tasks = list_tasks(name, every=6)
    assert len(tasks) >= 14
    for seed, task in enumerate(tasks):
        console = open_console(task, seed=seed)
        search(console, console.case.legs)
        score = submit(console)
        assert list_errors(task, score) == (), (task, search)
        assert score.card.passed is True, (task, search)
        task_type = get_task_type(task.type)
        assert task_type.write_advice(score, task) == (task_type.harder,), (task, search)


@BOTH_TYPES
@EVERY_SEARCH
def test_one_appearance_missed_is_named_and_nothing_else(name: str, search: Search) -> None:
    tried = 0
    for seed, task in enumerate(list_tasks(name, every=9)):
        legs = open_console(task).case.legs
        for missed in {legs[0], legs[len(legs) // 2], legs[-1]} if len(legs) > 1 else ():
            console = open_console(task, seed=seed)
            search(console, [leg for leg in legs if leg != missed])
            (error,) = list_errors(task, submit(console))
            # who sweeps has passed somebody over, and lost nobody
            assert error.kind in ({MomentKind.MISSED} if search in SWEEPS else UNFOUND), (task, missed)
            assert find_about(error, console) == missed
            tried += 1
    assert tried >= 15


@BOTH_TYPES
@EVERY_SEARCH
def test_one_wrong_mark_on_somebody_else_or_on_nobody_is_named_and_nothing_else(name: str, search: Search) -> None:
    for seed, task in enumerate(list_tasks(name, every=8)):
        console = open_console(task, seed=seed)
        search(console, console.case.legs)
        others = [
            n
            for n in np.flatnonzero(console.case.window.rows > 20).tolist()
            if INDEX.appearances[n].person_id != task.target and not INDEX.appearances[n].is_glimpse
        ]
        other = int(console.rng.choice(others))
        is_on_nobody = seed % 2 == 1
        mark = find_empty_spot(console) if is_on_nobody else click(INDEX, console.case, other, console.rng)
        console.open(mark.camera_id)
        console.seek(mark.t_s)
        console.mark(mark)
        (error,) = list_errors(task, submit(console))
        if is_on_nobody:
            assert (error.kind, error.t_s) == (MomentKind.NOBODY, pytest.approx(mark.t_s, abs=0.1))
        else:
            assert (error.kind, error.marked) == (MomentKind.WRONG_PERSON, INDEX.appearances[other].person_id)


def find_empty_spot(console: Console) -> Mark:
    low_s, high_s = console.task.window_s
    for _ in range(200):
        t_s = round(float(console.rng.uniform(low_s, high_s)), 1)
        x, y = (float(each) for each in console.rng.uniform(0.0, 1.0, 2))
        mark = Mark(camera_id=str(console.rng.choice(console.index.camera_ids)), t_s=t_s, x=x, y=y)
        if resolve_marks(INDEX, (mark,)).person[0] == NOBODY:
            return mark
    raise AssertionError("people everywhere")


@EVERY_SEARCH
@pytest.mark.parametrize(
    ("name", "kind", "given", "changes"),
    [
        ("trace", MomentKind.WRONG_PLACE, "somewhere-else", {"final_zone": "somewhere-else"}),
        ("trace", MomentKind.WRONG_PLACE, None, {"final_zone": None}),
        ("origin", MomentKind.WRONG_DOOR, "somewhere-else", {"choices": {"door": "somewhere-else"}}),
        ("origin", MomentKind.WRONG_DOOR, None, {"choices": {}}),
    ],
)
def test_a_wrong_last_location_or_entrance_is_named_and_nothing_else(
    search: Search, name: str, kind: MomentKind, given: str | None, changes: dict[str, object]
) -> None:
    for task in list_tasks(name, every=20):
        console = open_console(task)
        search(console, console.case.legs)
        (error,) = list_errors(task, submit(console, **changes))
        assert (error.kind, getattr(error, "given", "")) == (kind, given)


@BOTH_TYPES
@BOTH_WAYS
def test_a_student_who_is_lost_is_lost_once_and_there(name: str, search: Search) -> None:
    tried = 0
    is_backwards = search is search_backward
    for task in list_tasks(name, every=5):
        for seen, unseen in list(list_gaps(open_console(task), is_backwards=is_backwards))[:2]:
            if is_backwards != (name == "origin") and is_one_place(open_console(task), seen):
                continue  # one place alone does not say that the search went against the task's direction
            console = open_console(task)
            wrong = list_empty_cameras(console)[:2]
            search(console, seen)
            look_in_vain(console, wrong, is_backwards=is_backwards)
            errors = list_errors(task, submit(console))
            (loss,) = (error for error in errors if isinstance(error, LossMoment))
            assert loss.kind is MomentKind.LOST
            assert loss.loss.is_backwards == is_backwards
            assert loss.loss.opened == tuple(wrong)
            assert loss.loss.left in seen
            assert {find_about(error, console) for error in errors} == set(unseen)
            assert {error.kind for error in errors} <= UNFOUND
            tried += 1
    assert tried >= 10


@BOTH_TYPES
@BOTH_WAYS
def test_cameras_opened_in_vain_on_the_way_are_named_and_nothing_else(name: str, search: Search) -> None:
    tried = 0
    is_backwards = search is search_backward
    for task in list_tasks(name, every=7):
        wrong = list_empty_cameras(open_console(task))[:1]
        for before, after in list(list_gaps(open_console(task), is_backwards=is_backwards))[:2] if wrong else ():
            console = open_console(task)
            search(console, before)
            look_in_vain(console, wrong, is_backwards=is_backwards)
            search(console, after)
            (error,) = list_errors(task, submit(console))
            assert (error.kind, error.loss.opened) == (MomentKind.WRONG_CAMERA_NEXT, tuple(wrong))
            assert error.loss.following in after
            tried += 1
    assert tried >= 10


@BOTH_TYPES
def test_the_time_on_no_camera_agrees_with_the_table_of_appearances(name: str) -> None:
    told = 0
    for task in list_tasks(name, every=3):
        for missed in open_console(task).case.legs[:4]:
            console = open_console(task)
            search = search_backward if name == "origin" else search_forward
            search(console, [leg for leg in console.case.legs if leg != missed][:3])
            for error in list_errors(task, submit(console)):
                if isinstance(error, LossMoment) and error.loss.unseen_s > 0:
                    loss = error.loss
                    low_s, high_s = sorted(
                        (loss.next_s, loss.next_s + loss.unseen_s * (1 if loss.is_backwards else -1))
                    )
                    inside = [
                        n
                        for n in console.case.shown
                        if console.get_span(n)[0] < high_s - 1e-6 and console.get_span(n)[1] > low_s + 1e-6
                    ]
                    assert {console.name_camera(n) for n in inside} == set(loss.glimpses)
                    told += 1
    assert told >= 10


@pytest.mark.parametrize("name", [name for name in TASK_TYPES if name not in ("trace", "origin")])
def test_a_perfect_search_of_every_other_kind_is_blamed_for_nothing(name: str) -> None:
    task_type = get_task_type(name)
    tasks = task_type.make_tasks(INDEX, WINDOW_S)
    for seed, task in enumerate(tasks[:: max(1, len(tasks) // 12)]):
        rng = np.random.default_rng(seed)
        events = simulate(task, INDEX, rng=rng, skill=PERFECT, limit_s=LIMIT_S)
        used_s = events[-1].t_client_ms / 1000.0
        score = score_attempt(task, INDEX, events, used_s=used_s, finished=True, limit_s=LIMIT_S)
        assert list_errors(task, score) == (), task


@pytest.mark.parametrize("name", ["trace", "origin", "locate"])
def test_somebody_on_no_camera_is_named_and_nothing_else(name: str) -> None:
    who, rows = INDEX.person_ids[0], INDEX.table.rows
    seen_s = sorted({0.0, WINDOW_S[1], *rows.loc[rows["person_id"] == who, "t_s"].tolist()})
    low_s, high_s = max(pairwise(seen_s), key=lambda pair: pair[1] - pair[0])
    task = Task(type=name, target=who, window_s=(low_s + 0.2, high_s - 0.2))
    console = open_console(task)
    for camera in console.index.camera_ids:
        console.open(camera)
        console.play(task.window_s[1])
        console.seek(task.window_s[0])
    right = console.submit(Answer(not_on_camera=True))
    assert list_errors(task, right) == ()
    said_nothing = open_console(task).submit(Answer())
    assert [error.kind for error in list_errors(task, said_nothing)] == [MomentKind.NOT_ABSENT]
