"""Worked numbers of a screening, on eight alarms, four checks not complete; and of one alarm followed up."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.errors import TaskError
from sim.scoring.evidence import Answer, SearchLog, TimedChoice
from sim.scoring.score_card import MetricValue, ScoreCard
from sim.tasks.alarm import AlarmType
from sim.tasks.common.task import Task
from sim.tasks.screening import ScreeningType, compute_coin_share
from sim.truth.events import Event
from tests.support.alarm_tables import make_alarm, make_checkpoint_index, make_eight_alarms
from tests.support.trace_tables import make_mark

SCREENING_TYPE = ScreeningType()
NOT, DONE, OPEN = "not-complete", "complete", "cannot-tell"
LOG = SearchLog(used_s=100.0, finished=True, limit_s=300.0)


def judge(*verdicts: str, log: SearchLog | None = LOG) -> dict[str, Any]:
    answer = Answer(choices={f"alarm-{n}": verdict for n, verdict in enumerate(verdicts, start=1) if verdict})
    card = SCREENING_TYPE.score(make_task(), answer, INDEX, log=log)
    return {
        **card.values,
        "passed": card.passed,
        "missing": [key for key, is_met in card.criteria.items() if not is_met],
    }


def test_three_of_four_noticed_and_no_false_alarm() -> None:
    values = judge(NOT, NOT, NOT, DONE, DONE, DONE, DONE, DONE)
    assert (values["hit_rate"], values["false_alarm_rate"], values["share_right"]) == (0.75, 0.0, 0.875)
    assert values["d_prime"] == pytest.approx(1.8060, abs=5e-5)
    assert values["criterion"] == pytest.approx(0.3786, abs=5e-5)
    assert (values["checks_not_complete"], values["checks_complete"], values["undecided"]) == (4, 4, 0)
    assert values["passed"] is False


def test_cannot_tell_and_no_verdict_flag_nothing_and_are_counted() -> None:
    values = judge(NOT, NOT, OPEN, "", OPEN, "", DONE, NOT)
    assert (values["hit_rate"], values["false_alarm_rate"]) == (0.5, 0.25)
    assert (values["share_right"], values["undecided"]) == (0.375, 4)
    assert judge(NOT, NOT, DONE, DONE, DONE, DONE, DONE, NOT)["d_prime"] == values["d_prime"]
    assert judge("maybe", NOT, NOT, NOT, DONE, DONE, DONE, DONE)["undecided"] == 1


def test_passing_takes_four_in_five_of_both() -> None:
    perfect = judge(NOT, NOT, NOT, NOT, DONE, DONE, DONE, DONE)
    assert (perfect["passed"], str(perfect["criterion"])) == (True, "0.0"), "no minus before nothing"
    assert judge(NOT, NOT, NOT, NOT, DONE, DONE, DONE, NOT)["passed"] is False
    assert judge(*[NOT] * 8)["passed"] is False
    late = replace(LOG, finished=False)
    assert judge(NOT, NOT, NOT, NOT, DONE, DONE, DONE, DONE, log=late)["passed"] is False


def test_an_alarm_left_open_or_blank_does_not_pass() -> None:
    for last in (OPEN, ""):
        card = judge(NOT, NOT, NOT, NOT, DONE, DONE, DONE, last)
        assert (card["hit_rate"], card["false_alarm_rate"], card["undecided"]) == (1.0, 0.0, 1)
        assert (card["missing"], card["passed"]) == (["undecided"], False)


def test_seconds_per_alarm_run_from_verdict_to_verdict() -> None:
    def measure(*made: tuple[str, str, float]) -> MetricValue:
        choices = tuple(TimedChoice(key=key, value=value, at_s=at_s) for key, value, at_s in made)
        return judge(NOT, log=replace(LOG, choices=choices))["seconds_per_alarm"]

    three = (("alarm-1", NOT, 20.0), ("alarm-2", DONE, 50.0), ("alarm-3", OPEN, 60.0))
    assert measure(*three) == 20.0
    assert measure(*three, ("alarm-1", DONE, 90.0), ("alarm-4", DONE, 96.0)) == 15.0  # of 20, 30, 10 and 6 s
    assert measure(*three, ("alarm-2", "", 70.0), ("other", DONE, 71.0)) == 20.0
    assert measure() is None
    assert "seconds_per_alarm" not in judge(NOT, log=None)


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


@pytest.mark.parametrize(
    ("signals", "others", "share"),
    [(4, 4, 1 / 256), (5, 3, 6 / 256), (3, 5, 6 / 256), (6, 6, 49 / 4096), (2, 2, 1 / 16)],
)
def test_how_often_a_coin_passes(signals: int, others: int, share: float) -> None:
    assert compute_coin_share(signals=signals, others=others) == pytest.approx(share)


def test_a_coin_passes_no_eight_alarms_and_what_it_could_pass_is_not_listed() -> None:
    rng = np.random.default_rng(8)
    tosses = [judge(*(str(each) for each in rng.choice([NOT, DONE], 8))) for _ in range(100)]
    assert sum(toss["passed"] for toss in tosses) <= 1
    more = (*ALARMS, make_alarm("event-8", 45.0, 49.0, complete=True))
    (task,) = SCREENING_TYPE.make_tasks(make_checkpoint_index(*more), WHOLE)
    assert task == make_task(), "five and four are passed by 1.2 of a hundred coins"
    listed = [*task.params["alarms"], {"event_id": "event-8", "camera_id": "CAM-01", "t_s": 45.0}]
    with pytest.raises(TaskError, match="a coin passes these 9 alarms"):
        SCREENING_TYPE.check_task(replace(task, params={"alarms": listed}), make_checkpoint_index(*more))
    assert SCREENING_TYPE.can_measure(task)
    assert not SCREENING_TYPE.can_measure(replace(task, params={"alarms": listed[1:8]}))


def test_lists_too_short_or_of_one_kind_are_refused() -> None:
    listed = make_task().params["alarms"]
    for some, words in ((listed[2:5], "params, alarms"), (listed[:4], "both kinds")):
        with pytest.raises(TaskError, match=words):
            SCREENING_TYPE.check_task(replace(make_task(), params={"alarms": some}), INDEX)


ALARM_TYPE = AlarmType()
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
