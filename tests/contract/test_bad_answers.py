"""One body over every task type: bad answers, bad logs, tasks of other truth have a defined result or are refused."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest

from sim.app.score import AttemptScore, score_attempt
from sim.attempt.events import Event, EventKind
from sim.expert.run import simulate
from sim.scoring.evidence import Answer, Mark
from sim.scoring.mark import NOBODY, resolve_marks
from sim.tasks import TASK_TYPES
from sim.tasks.common.simulated_user import PERFECT
from sim.tasks.common.task import Task
from sim.tasks.common.task_type import TaskType
from tests.support.story_truth import load_story_index

INDEX = load_story_index()
WINDOW_S = (0.0, INDEX.table.duration_s)
EVERY = pytest.mark.parametrize("task_type", [pytest.param(each, id=name) for name, each in TASK_TYPES.items()])
LIMIT_S = 4000.0
NOON = datetime(2026, 9, 14, 12, 0, 0, tzinfo=UTC)


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
def test_missing_events_leave_a_defined_result(task_type: TaskType) -> None:
    events = get_log(task_type)
    rng = np.random.default_rng(2)
    for _ in range(5):
        some = [event for event in events if rng.random() < 0.6]
        json.dumps(score(task_type, some).card.as_data(), allow_nan=False)
    nothing = score(task_type, [])
    assert nothing.card.passed is False
    assert nothing.replay.answer == Answer()


SAYS_IT_WAS_GIVEN = re.compile(r"Your mark|than you said|[Aa]nother (entrance|camera)|misjudged|seen elsewhere")
FOR_WHO_PASSED = re.compile(r"harder|shorter limit|less time|on a phone|more appearances|many others|view for each")


@EVERY
def test_an_empty_answer_is_told_as_none(task_type: TaskType) -> None:
    for task in task_type.make_tasks(INDEX, WINDOW_S)[:4]:
        score = score_attempt(task, INDEX, [], used_s=240.0, finished=False, limit_s=240.0)
        said = [task_type.write_verdict(score, task), *(part.sentence for part in task_type.write_parts(score, task))]
        assert not [sentence for sentence in said if SAYS_IT_WAS_GIVEN.search(sentence)]


@EVERY
def test_who_did_not_pass_is_not_sent_to_something_harder(task_type: TaskType) -> None:
    for task in task_type.make_tasks(INDEX, WINDOW_S)[:4]:
        done = simulate(task, INDEX, rng=np.random.default_rng(1), skill=PERFECT, limit_s=6000.0, look_alikes=())
        for events in ([], [event for event in done if event.kind is not EventKind.SUBMIT]):
            score = score_attempt(task, INDEX, events, used_s=6000.0, finished=False, limit_s=6000.0)
            assert score.card.passed is False
            advice = [each.sentence for each in task_type.write_advice(score, task)]
            assert advice
            assert not [sentence for sentence in advice if FOR_WHO_PASSED.search(sentence)]
