"""Lists of recorded alarms: which are listed, what one click opens, and which lists are refused."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.errors import TaskError
from sim.tasks.common.base import Task
from sim.tasks.common.simulated_user import PERFECT, StepKind
from sim.tasks.screening.task import SCREENING_TYPE
from sim.truth.events import Event
from tests.support.alarm_tables import make_alarm, make_checkpoint_index, make_eight_alarms

WHOLE = (0.0, 60.0)
ALARMS = make_eight_alarms()
INDEX = make_checkpoint_index(*ALARMS)


def make_task() -> Task:
    (task,) = SCREENING_TYPE.make_tasks(INDEX, WHOLE)
    return task


def test_one_task_lists_every_alarm_with_its_camera_and_time() -> None:
    task = make_task()
    assert task.target is None
    assert [each["event_id"] for each in task.params["alarms"]] == [f"event-{n}" for n in range(8)]
    form = SCREENING_TYPE.make_answer_form(task)
    assert [(item.key, item.label, item.camera_id, item.t_s) for item in form.items[:2]] == [
        ("alarm-1", "Alarm 1", "CAM-01", 0.0),
        ("alarm-2", "Alarm 2", "CAM-01", 5.0),
    ]
    assert [option.value for option in form.item_options] == ["complete", "not-complete", "cannot-tell"]
    assert form.list_name == "Alarms"
    assert "event" not in str(form.as_data())


def test_the_camera_that_shows_the_check_largest_is_opened() -> None:
    near, far = ALARMS[0].shown
    alarm = replace(ALARMS[0], shown=(replace(near, box_xyxy=(0.0, 0.0, 10.0, 10.0)), far))
    (task,) = SCREENING_TYPE.make_tasks(make_checkpoint_index(alarm, *ALARMS[1:]), WHOLE)
    assert [each["camera_id"] for each in task.params["alarms"][:2]] == ["CAM-02", "CAM-01"]


@pytest.mark.parametrize(
    ("alarms", "window_s"),
    [
        (ALARMS[2:5], WHOLE),
        (ALARMS[:4], WHOLE),
        (ALARMS[4:], WHOLE),
        (ALARMS, (0.0, 20.0)),
        ((*ALARMS[:3], make_alarm("unseen", 30.0, 34.0, complete=True, cameras=())), WHOLE),
    ],
)
def test_too_few_alarms_or_only_one_kind_make_no_task(alarms: tuple[Event, ...], window_s: tuple[float, float]) -> None:
    assert SCREENING_TYPE.make_tasks(make_checkpoint_index(*alarms), window_s) == ()


def test_an_alarm_that_no_camera_shows_is_not_listed() -> None:
    unseen = make_alarm("unseen", 50.0, 54.0, complete=True, cameras=())
    assert SCREENING_TYPE.make_tasks(make_checkpoint_index(*ALARMS, unseen), WHOLE) == (make_task(),)


def test_four_alarms_of_both_kinds_make_a_task() -> None:
    assert len(SCREENING_TYPE.make_tasks(make_checkpoint_index(*ALARMS[:3], ALARMS[4]), WHOLE)) == 1


@pytest.mark.parametrize(
    ("number", "change", "words"),
    [
        (0, {"camera_id": "CAM-03"}, "CAM-03 does not show event-0.*CAM-01, CAM-02"),
        (1, {"event_id": "event-0"}, "listed twice"),
        (1, {"event_id": "event-9"}, "'event-9' is no detector alarm"),
        (1, {"t_s": 9.5}, "opened at 9.5 s.*0 to 9 s"),
        (1, {"t_s": "soon"}, "params, alarms.1.t_s"),
    ],
)
def test_lists_that_do_not_fit_are_refused(number: int, change: dict[str, Any], words: str) -> None:
    listed = [dict(each) for each in make_task().params["alarms"]]
    listed[number] |= change
    with pytest.raises(TaskError, match=words):
        SCREENING_TYPE.check_task(replace(make_task(), params={"alarms": listed}), INDEX)


def test_lists_too_short_or_of_one_kind_are_refused() -> None:
    listed = make_task().params["alarms"]
    for some, words in ((listed[2:5], "params, alarms"), (listed[:4], "both kinds")):
        with pytest.raises(TaskError, match=words):
            SCREENING_TYPE.check_task(replace(make_task(), params={"alarms": some}), INDEX)


def test_searchers_let_incomplete_checks_go_and_flag_complete_ones_as_often_as_their_skill_says() -> None:
    skill = replace(PERFECT, miss_share=0.5, follow_share=0.25)
    made: Counter[tuple[bool, str]] = Counter()
    for seed in range(100):
        steps = SCREENING_TYPE.search(make_task(), INDEX, rng=np.random.default_rng(seed), skill=skill)
        for step in steps:
            if step.kind is StepKind.CHOICE:
                made[int(step.key.removeprefix("alarm-")) <= 4, step.value] += 1
    assert made[True, "not-complete"] / 400 == pytest.approx(0.5, abs=0.08)
    assert made[True, "cannot-tell"] / 400 == pytest.approx(0.25, abs=0.07)
    assert made[False, "not-complete"] / 400 == pytest.approx(0.25, abs=0.07)
    assert made[False, "cannot-tell"] == 0
