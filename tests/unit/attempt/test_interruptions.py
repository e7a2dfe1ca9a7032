from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from sim.attempt.events import Event, EventKind
from sim.attempt.interruptions import CALL_S, QUIET_END_S, Call, make_calls
from sim.attempt.replay import replay
from sim.scoring.interruption import TimedCall
from sim.scoring.score_card import list_metrics
from sim.site.model import Site, load_site
from tests.support.tiny_site import make_tiny_site
from tests.unit.attempt.test_replay import make as make_events

SITES = Path(__file__).parents[3] / "scenarios" / "sites"
FORMS = [f"form-{number}" for number in range(40)]


@cache
def get_site(name: str) -> Site:
    return load_site(SITES / name)


def make(form_id: str, *, site: str = "maple-ridge", limit_s: float = 480.0, has_plan: bool = True) -> tuple[Call, ...]:
    loaded = get_site(site)
    names = {camera.camera_id: camera.name for camera in loaded.cameras}
    return make_calls(form_id, limit_s=limit_s, site=loaded, camera_names=names, has_plan=has_plan)


@pytest.mark.parametrize("limit_s", [60.0, 120.0, 300.0, 480.0, 1200.0])
def test_calls_come_one_after_the_other_and_leave_the_end_quiet(limit_s: float) -> None:
    for form_id in FORMS:
        times = [call.at_s for call in make(form_id, limit_s=limit_s)]
        assert len(times) <= 4
        assert all(25.0 <= at_s <= limit_s - QUIET_END_S for at_s in times)
        assert all(later - earlier > CALL_S for earlier, later in pairwise(times))
    assert len(make("form-1", limit_s=480.0)) == 4
    assert make("form-1", limit_s=60.0) == ()


@pytest.mark.parametrize("site", ["maple-ridge", "birch-elementary", "lincoln-high"])
def test_every_call_has_one_right_reply_among_different_ones(site: str) -> None:
    for form_id in FORMS:
        for call in make(form_id, site=site):
            values = [reply.value for reply in call.replies]
            assert values.count(call.right) == 1
            assert len({reply.label for reply in call.replies}) == len(values) >= 2


def test_right_replies_are_what_the_site_says_the_same_for_everybody_and_small_sites_have_calls_too() -> None:
    site = get_site("maple-ridge")
    floors = {space.name: space.floor for space in site.spaces}
    names = {camera.camera_id: camera.name for camera in site.cameras}
    kinds = set()
    for call in (call for form_id in FORMS for call in make(form_id)):
        if call.question.startswith("Which floor is "):
            kinds.add("floor")
            assert call.right == floors[call.question.removeprefix("Which floor is ").removesuffix(" on?")]
        elif call.question.startswith("Which number has "):
            kinds.add("camera")
            assert names[call.right] == call.question.removeprefix("Which number has ").removesuffix("?")
        else:
            kinds.add("bus")
            bus, late = call.right.split("-")
            assert f"Bus {bus} is running {late} minutes late" in call.message
            assert call.from_memory
    assert kinds == {"floor", "camera", "bus"}
    assert make("form-1") == make("form-1")
    assert make("form-1") != make("form-2")
    calls = make_calls("form-1", limit_s=480.0, site=make_tiny_site(), camera_names={}, has_plan=True)
    assert len(calls) == 4
    assert all(call.from_memory for call in calls)


def test_nobody_is_asked_about_floors_without_a_plan_nor_about_a_camera_with_a_wrong_name() -> None:
    questions = {call.question for form_id in FORMS for call in make(form_id, has_plan=False)}
    assert not any("floor" in question for question in questions)
    site = get_site("maple-ridge")
    names = {camera.camera_id: camera.name for camera in site.cameras if camera.camera_id != "CAM-05"}
    for form_id in FORMS:
        for call in make_calls(form_id, limit_s=480.0, site=site, camera_names=names, has_plan=True):
            assert "CAM-05" not in [reply.value for reply in call.replies]


RIGHT = {"1-1": "a", "1-2": "b"}


HANDED_IN = {"final_zone": None, "not_on_camera": False}
WORKED = make_events(
    (40.0, EventKind.CALL, {"call_id": "1-1"}),
    (44.0, EventKind.SEEK, {"from_s": 1.0, "t_s": 2.0}),
    (46.5, EventKind.REPLY, {"call_id": "1-1", "value": "a"}),
    (47.0, EventKind.PLAY, {"t_s": 3.0, "speed": 1.0, "tick": True}),
    (48.0, EventKind.PAUSE, {"t_s": 3.0}),
    (49.0, EventKind.FOCUS, {"camera_id": "CAM-01", "t_s": 3.0}),
    (50.0, EventKind.PLAY, {"t_s": 3.0, "speed": 1.0}),
    (120.0, EventKind.CALL, {"call_id": "1-2"}),
    (180.0, EventKind.MISSED, {"call_id": "1-2"}),
    (183.0, EventKind.PLAY, {"t_s": 9.0, "speed": 1.0}),
    (200.0, EventKind.SUBMIT, HANDED_IN),
)


def list_calls(events: Iterable[Event]) -> tuple[TimedCall, ...]:
    return replay(events, used_s=200.0, finished=True, limit_s=360.0).list_calls(RIGHT)


def compute(calls: tuple[TimedCall, ...]) -> dict[str, object]:
    return {metric.key: metric.compute(calls) for metric in list_metrics("calls")}


def test_the_worked_numbers_of_the_scoring_page() -> None:
    assert compute(list_calls(WORKED)) == {
        "calls": 2,
        "calls_answered": 1,
        "calls_right": 1,
        "answer_time_s": pytest.approx(6.5),
        "recovery_time_s": pytest.approx(2.75),
    }
    assert list_calls(reversed(WORKED)) == list_calls(WORKED)


def test_a_wrong_reply_is_an_answer_but_not_right_and_the_first_one_counts() -> None:
    events = make_events(
        (40.0, EventKind.CALL, {"call_id": "1-1"}),
        (43.0, EventKind.REPLY, {"call_id": "1-1", "value": "b"}),
        (44.0, EventKind.REPLY, {"call_id": "1-1", "value": "a"}),
        (45.0, EventKind.MISSED, {"call_id": "1-1"}),
    )
    (call,) = list_calls(events)
    assert (call.value, call.is_right, call.answer_s, call.recovery_s) == ("b", False, 3.0, None)


def test_a_call_open_at_the_hand_in_is_not_answered() -> None:
    calls = list_calls(make_events((40.0, EventKind.CALL, {"call_id": "1-1"}), (50.0, EventKind.SUBMIT, HANDED_IN)))
    values = compute(calls)
    assert (values["calls"], values["calls_answered"], values["answer_time_s"]) == (1, 0, None)
    assert values["recovery_time_s"] is None


def test_stray_events_and_calls_after_the_hand_in_change_nothing() -> None:
    events = make_events(
        (30.0, EventKind.CALL, {"call_id": "9-1"}),
        (41.0, EventKind.REPLY, {"call_id": "1-1", "value": "a"}),
        (42.0, EventKind.MISSED, {"call_id": "1-2"}),
        (50.0, EventKind.SUBMIT, HANDED_IN),
        (60.0, EventKind.CALL, {"call_id": "1-1"}),
    )
    assert list_calls(events) == ()


def test_the_same_call_shown_again_after_a_reload_keeps_when_it_came() -> None:
    first = make_events((40.0, EventKind.CALL, {"call_id": "1-1"}))
    second = make_events(
        (46.0, EventKind.OPEN, {}),
        (47.0, EventKind.CALL, {"call_id": "1-1"}),
        (52.0, EventKind.REPLY, {"call_id": "1-1", "value": "a"}),
        tab="t2",
    )
    (call,) = list_calls([*first, *second])
    assert call.answer_s == pytest.approx(12.0)
