"""Alarms followed up, on the minute worked by hand: the detector sounds at 12.4 s, the check ends at 20 s."""

from dataclasses import replace

import pytest

from sim.errors import TaskError
from sim.scoring.evidence import Answer
from sim.scoring.score_card import ScoreCard
from sim.tasks.alarm import AlarmType
from sim.tasks.common.task import Task
from sim.truth.events import Event
from tests.support.alarm_tables import make_alarm, make_checkpoint_index
from tests.support.trace_tables import make_mark

ALARM_TYPE = AlarmType()
WHOLE = (0.0, 60.0)
TASK = Task(type="alarm", window_s=(12.0, 30.0), params={"event_id": "bell"})
BELL = make_alarm("bell", 12.4, 20.0, complete=False)
RIGHT = Answer(marks=(make_mark("CAM-01", 15.0),), final_zone="checkpoint", choices={"screening": "not-complete"})


def score(answer: Answer, *, task: Task = TASK, alarm: Event = BELL) -> ScoreCard:
    return ALARM_TYPE.score(task, answer, make_checkpoint_index(alarm))


def test_who_verdict_and_place_are_judged_apart() -> None:
    card = score(RIGHT)
    assert dict(card.values) == {"right_person": True, "verdict_right": True, "final_place": True}
    assert card.passed is None  # the limit is not known without a log
    for choices in ({"screening": "complete"}, {"screening": "cannot-tell"}, {}):
        wrong = score(replace(RIGHT, choices=choices))
        assert [key for key, is_met in wrong.criteria.items() if is_met is False] == ["verdict_right"]


def test_the_place_is_the_last_one_before_the_window_ends() -> None:
    later = replace(TASK, window_s=(12.0, 60.0))
    assert score(RIGHT, task=later).values["final_place"] is False
    assert score(replace(RIGHT, final_zone="hall-b"), task=later).values["final_place"] is True


def test_cannot_tell_is_right_when_no_camera_shows_the_check() -> None:
    hidden = make_alarm("bell", 12.4, 20.0, complete=True, cameras=())
    open_ = replace(RIGHT, choices={"screening": "cannot-tell"})
    assert score(open_, alarm=hidden).values["verdict_right"] is True
    assert score(replace(RIGHT, choices={"screening": "complete"}), alarm=hidden).values["verdict_right"] is False


def test_tasks_begin_with_the_second_of_the_alarm_and_end_before_the_recording() -> None:
    (task,) = ALARM_TYPE.make_tasks(make_checkpoint_index(BELL), WHOLE)
    assert task == TASK
    ALARM_TYPE.check_task(task, make_checkpoint_index(BELL))


@pytest.mark.parametrize(
    "alarm",
    [
        make_alarm("late", 25.0, 31.0, complete=True),
        make_alarm("early", 11.0, 12.0, complete=True, student="P003"),
        replace(BELL, kind="meeting"),
        replace(BELL, detail={}),
        replace(BELL, person_ids=()),
    ],
)
def test_alarms_that_cannot_be_asked_about_make_no_task(alarm: Event) -> None:
    assert ALARM_TYPE.make_tasks(make_checkpoint_index(alarm), WHOLE) == ()
    assert ALARM_TYPE.make_tasks(make_checkpoint_index(BELL), (13.0, 60.0)) == ()
    assert ALARM_TYPE.make_tasks(make_checkpoint_index(BELL), (0.0, 20.0)) == ()


@pytest.mark.parametrize(
    ("task", "alarm", "words"),
    [
        (replace(TASK, params={"event_id": "gong"}), BELL, "'gong' is no detector alarm.*one of bell"),
        (replace(TASK, params={}), BELL, "'' is no detector alarm"),
        (replace(TASK, window_s=(13.0, 30.0)), BELL, "between 13 and 30 s"),
        (replace(TASK, window_s=(11.0, 30.0)), BELL, "begins at 11 s, the alarm sounds at 12.4 s.*from 12 s"),
        (replace(TASK, window_s=(12.0, 19.0)), BELL, "between 12 and 19 s"),
        (TASK, make_alarm("bell", 12.4, 20.0, complete=True, student="P003"), "no camera shows the student"),
    ],
)
def test_tasks_that_do_not_fit_are_refused(task: Task, alarm: Event, words: str) -> None:
    with pytest.raises(TaskError, match=words):
        ALARM_TYPE.check_task(task, make_checkpoint_index(alarm))
