"""One body over every task type: bad answers, bad logs, tasks of other truth have a defined result or are refused."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest

from sim.db.rows import StoredEvent
from sim.drill.attempt import Attempt, AttemptState, is_counted
from sim.drill.event import Event, EventKind
from sim.drill.simulated import simulate
from sim.errors import TaskError
from sim.scoring.evidence import Answer, Mark
from sim.scoring.mark import NOBODY, resolve_marks
from sim.services.app.score import AttemptScore, score_attempt
from sim.services.attempt.intake import clamp_events
from sim.tasks import TASK_TYPES
from sim.tasks.common.base import Task
from sim.tasks.common.simulated_user import PERFECT
from sim.tasks.common.task_type import TaskType
from sim.truth.index import TruthIndex, make_truth_index
from tests.support.story_truth import load_story_index, make_empty_index

INDEX = load_story_index()
WINDOW_S = (0.0, INDEX.table.duration_s)
EVERY = pytest.mark.parametrize("task_type", [pytest.param(each, id=name) for name, each in TASK_TYPES.items()])
LIMIT_S = 4000.0
NOON = datetime(2026, 9, 14, 12, 0, 0, tzinfo=UTC)
STRANGER = "P900"
"""Known, and on no camera."""


@cache
def get_task(task_type: TaskType) -> Task:
    return task_type.make_tasks(INDEX, WINDOW_S)[0]


@cache
def get_log(task_type: TaskType) -> tuple[Event, ...]:
    """What a searcher who errs in nothing does."""
    return simulate(get_task(task_type), INDEX, rng=np.random.default_rng(9), skill=PERFECT, limit_s=LIMIT_S)


def score(task_type: TaskType, events: Sequence[Event]) -> AttemptScore:
    return score_attempt(get_task(task_type), INDEX, events, used_s=500.0, finished=True, limit_s=LIMIT_S)


def judge(task_type: TaskType, answer: Answer) -> dict[str, object]:
    """The card as plain data, which JSON must hold: no NaN, no infinity."""
    data = task_type.score(get_task(task_type), answer, INDEX).as_data()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    return data


def pick_marks(task: Task, count: int) -> tuple[Mark, ...]:
    """Marks anywhere in the pictures inside the window."""
    rng = np.random.default_rng(3)
    cameras = rng.choice(list(INDEX.camera_ids), count).tolist()
    times, xs, ys = rng.uniform(*task.window_s, count), rng.random(count), rng.random(count)
    return tuple(
        Mark(camera_id=camera, t_s=float(t_s), x=float(x), y=float(y))
        for camera, t_s, x, y in zip(cameras, times, xs, ys, strict=True)
    )


def move_off(mark: Mark) -> Mark:
    """The same mark on another camera, where it is on nobody."""
    others = [replace(mark, camera_id=camera) for camera in INDEX.camera_ids if camera != mark.camera_id]
    return next(each for each in others if int(resolve_marks(INDEX, (each,)).person[0]) == NOBODY)


@EVERY
def test_nothing_handed_in_is_no_pass(task_type: TaskType) -> None:
    assert judge(task_type, Answer())["passed"] is False


@EVERY
def test_ten_thousand_marks_are_judged_and_repeating_them_changes_nothing(task_type: TaskType) -> None:
    perfect = task_type.answer_perfectly(get_task(task_type), INDEX)
    many = replace(perfect, marks=pick_marks(get_task(task_type), 10_000))
    data = judge(task_type, many)
    if perfect.marks:
        assert data["passed"] is False
    else:
        assert data == judge(task_type, perfect), "a type that asks for no marks must not judge them"
    again = judge(task_type, replace(many, marks=many.marks * 2))
    assert {key for key in data if data[key] != again[key]} <= {"appearance_precision"}


@EVERY
def test_every_mark_on_the_wrong_camera_is_no_pass(task_type: TaskType) -> None:
    perfect = task_type.answer_perfectly(get_task(task_type), INDEX)
    wrong = replace(perfect, marks=tuple(move_off(mark) for mark in perfect.marks))
    if not perfect.marks:
        wrong = replace(perfect, marks=tuple(move_off(mark) for mark in pick_marks(get_task(task_type), 5)))
        assert judge(task_type, wrong) == judge(task_type, perfect)
        return
    data = judge(task_type, wrong)
    assert data["passed"] is False
    assert data.get("appearance_recall", 0.0) == 0.0
    assert not data.get("right_person")


@EVERY
def test_doubled_marks_and_clips(task_type: TaskType) -> None:
    perfect = task_type.answer_perfectly(get_task(task_type), INDEX)
    once = judge(task_type, perfect)
    twice = judge(task_type, replace(perfect, marks=perfect.marks * 2, clips=perfect.clips * 2))
    changed = {key for key in once if once[key] != twice[key]}
    assert changed == ({"surplus_clips"} if perfect.clips else set())
    assert twice.get("surplus_clips", len(perfect.clips)) == len(perfect.clips)


@EVERY
def test_events_in_any_order_give_the_same_bits(task_type: TaskType) -> None:
    events = get_log(task_type)
    right = score(task_type, events)
    assert right.card.passed is True
    rng = np.random.default_rng(1)
    for _ in range(3):
        mixed = score(task_type, [events[i] for i in rng.permutation(len(events))])
        assert (mixed.card, mixed.replay) == (right.card, right.replay)


@EVERY
def test_missing_and_garbled_events_leave_a_defined_result(task_type: TaskType) -> None:
    events = get_log(task_type)
    rng = np.random.default_rng(2)
    for _ in range(5):
        some = [event for event in events if rng.random() < 0.6]
        json.dumps(score(task_type, some).card.as_data(), allow_nan=False)
    nothing = score(task_type, [])
    garbled = score(task_type, [replace(event, payload={"t_s": "x", "camera_id": 3}) for event in events])
    assert nothing.card.passed is garbled.card.passed is False
    assert garbled.replay.answer == nothing.replay.answer == Answer()


@EVERY
def test_what_is_done_before_the_release_or_after_the_limit(task_type: TaskType) -> None:
    """Before: it counts as done at the release. After: it counts nowhere. Later than it arrived: as it arrived."""
    attempt = Attempt(attempt_id="a", state=AttemptState.RUNNING, limit_s=LIMIT_S, created_at=NOON)
    events = get_log(task_type)
    early = replace(events[0], t_client_ms=-60_000.0)
    late = [
        replace(event, seq=1_000 + n, t_client_ms=(LIMIT_S + 1 + n) * 1000.0)
        for n, event in enumerate(make_spoilers(task_type))
    ]
    posted = [early, *events[1:], *late]
    stored = [
        StoredEvent(
            event=event,
            arrived_at=NOON,
            arrived_s=LIMIT_S,
            counted=is_counted(attempt, made_s=event.t_client_ms / 1000.0, arrived_s=LIMIT_S),
        )
        for event in posted
    ]
    counted = clamp_events(stored)
    assert len(counted) == len(events)
    assert counted[0].t_client_ms == 0.0
    assert score(task_type, counted).card == score(task_type, [replace(events[0], t_client_ms=0.0), *events[1:]]).card
    hasty = clamp_events([replace(each, arrived_s=0.5, counted=True) for each in stored])
    assert max(event.t_client_ms for event in hasty) == 500.0


def make_spoilers(task_type: TaskType) -> list[Event]:
    """Events that would spoil any answer, were they counted."""
    task = get_task(task_type)
    perfect = task_type.answer_perfectly(task, INDEX)
    tab_id = get_log(task_type)[0].tab_id
    acts: list[tuple[EventKind, dict[str, object]]] = [
        (
            EventKind.MARK,
            {"mark_id": "z", "camera_id": INDEX.camera_ids[0], "t_s": task.window_s[0], "x": 0.0, "y": 0.0},
        ),
        (EventKind.CLIP, {"clip_id": "z", "camera_id": INDEX.camera_ids[0], "from_s": 0.0, "to_s": 9.0}),
        (EventKind.VIEW, {"name": "wall", "cameras": []}),
        *((EventKind.CHOICE, {"key": key, "value": "nonsense"}) for key in perfect.choices),
    ]
    return [Event(tab_id=tab_id, seq=1, t_client_ms=0.0, kind=kind, payload=payload) for kind, payload in acts]


def add_stranger() -> TruthIndex:
    people = frozenset({*INDEX.person_ids, STRANGER})
    return make_truth_index(INDEX.table, people_ids=people, events=INDEX.events, site=INDEX.site)


@pytest.mark.parametrize(
    "task_type", [each for each in TASK_TYPES.values() if get_task(each).target], ids=lambda t: t.name
)
def test_a_person_who_never_appears(task_type: TaskType) -> None:
    """Where it is a question, saying so is right and nothing else; where it is none, the task is refused."""
    task, index = get_task(task_type), add_stranger()
    asked = replace(task, target=STRANGER)
    if task_type.can_be_absent:
        task_type.check_task(asked, index)
        right = task_type.score(asked, Answer(not_on_camera=True), index)
        assert right.values["absence_right"] is True
        assert right.passed is None, "only the limit is not known"
        marked = Answer(not_on_camera=True, marks=pick_marks(asked, 3))
        for wrong in (Answer(), marked):
            assert task_type.score(asked, wrong, index).passed is False
        return
    with pytest.raises(TaskError, match=STRANGER):
        task_type.check_task(asked, index)


@EVERY
def test_a_task_of_another_truth_is_refused(task_type: TaskType) -> None:
    """Another version of a recording's truth lacks what the task names: that is said, and nothing is scored."""
    task, other = get_task(task_type), make_empty_index()
    short = replace(task, window_s=(0.0, 30.0))
    with pytest.raises(TaskError):
        task_type.check_task(short, other)
    with pytest.raises(TaskError):
        score_attempt(short, other, get_log(task_type), used_s=9.0, finished=True, limit_s=LIMIT_S)
