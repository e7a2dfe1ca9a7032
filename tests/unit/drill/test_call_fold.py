"""What became of calls, by worked numbers."""

import pytest

from sim.drill.call_fold import SEARCHING, fold_calls
from sim.drill.event import Event, EventKind
from sim.scoring.interruption import (
    INTERRUPTION_METRICS,
    TimedCall,
    add_interruptions,
)
from sim.scoring.score_card import Criterion, ScoreCard

RIGHT = {"1-1": "a", "1-2": "b"}


def make_events(*acts: tuple[float, EventKind, dict[str, object]], tab: str = "t1") -> list[Event]:
    return [
        Event(tab_id=tab, seq=seq, t_client_ms=at_s * 1000.0, kind=kind, payload=payload)
        for seq, (at_s, kind, payload) in enumerate(acts, start=1)
    ]


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
    (200.0, EventKind.SUBMIT, {}),
)


def compute(calls: tuple[TimedCall, ...]) -> dict[str, object]:
    return {metric.key: metric.compute(calls) for metric in INTERRUPTION_METRICS}


def test_the_worked_numbers_of_the_scoring_page() -> None:
    assert compute(fold_calls(WORKED, right=RIGHT)) == {
        "calls": 2,
        "calls_answered": 1,
        "calls_right": 1,
        "answer_time_s": pytest.approx(6.5),
        "recovery_time_s": pytest.approx(2.75),
    }


def test_the_order_in_which_events_arrive_does_not_matter() -> None:
    assert fold_calls(reversed(WORKED), right=RIGHT) == fold_calls(WORKED, right=RIGHT)


def test_a_wrong_reply_is_an_answer_but_not_right_and_the_first_one_counts() -> None:
    events = make_events(
        (40.0, EventKind.CALL, {"call_id": "1-1"}),
        (43.0, EventKind.REPLY, {"call_id": "1-1", "value": "b"}),
        (44.0, EventKind.REPLY, {"call_id": "1-1", "value": "a"}),
        (45.0, EventKind.MISSED, {"call_id": "1-1"}),
    )
    (call,) = fold_calls(events, right=RIGHT)
    assert (call.value, call.is_right, call.answer_s, call.recovery_s) == ("b", False, 3.0, None)


def test_a_call_after_the_hand_in_or_of_another_drill_does_not_count() -> None:
    events = make_events(
        (30.0, EventKind.CALL, {"call_id": "9-1"}),
        (50.0, EventKind.SUBMIT, {}),
        (60.0, EventKind.CALL, {"call_id": "1-1"}),
    )
    assert fold_calls(events, right=RIGHT) == ()


def test_a_call_open_at_the_hand_in_is_not_answered() -> None:
    calls = fold_calls(
        make_events((40.0, EventKind.CALL, {"call_id": "1-1"}), (50.0, EventKind.SUBMIT, {})), right=RIGHT
    )
    values = compute(calls)
    assert (values["calls"], values["calls_answered"], values["answer_time_s"]) == (1, 0, None)
    assert values["recovery_time_s"] is None


def test_garbled_and_stray_events_change_nothing() -> None:
    events = make_events(
        (39.0, EventKind.CALL, {}),
        (40.0, EventKind.CALL, {"call_id": 7}),
        (41.0, EventKind.REPLY, {"call_id": "1-1", "value": "a"}),
        (42.0, EventKind.MISSED, {"call_id": "1-2"}),
    )
    assert fold_calls(events, right=RIGHT) == ()


def test_the_same_call_shown_again_after_a_reload_keeps_when_it_came() -> None:
    first = make_events((40.0, EventKind.CALL, {"call_id": "1-1"}))
    second = make_events(
        (46.0, EventKind.OPEN, {}),
        (47.0, EventKind.CALL, {"call_id": "1-1"}),
        (52.0, EventKind.REPLY, {"call_id": "1-1", "value": "a"}),
        tab="t2",
    )
    (call,) = fold_calls([*first, *second], right=RIGHT)
    assert call.answer_s == pytest.approx(12.0)


def test_help_notes_and_trouble_are_no_searching() -> None:
    idle = {EventKind.NOTE, EventKind.KEY, EventKind.HINT, EventKind.STALL, EventKind.CONNECTION, EventKind.PAUSE}
    assert not idle & SEARCHING
    assert not {EventKind.CALL, EventKind.REPLY, EventKind.MISSED, EventKind.SUBMIT, EventKind.OPEN} & SEARCHING


def test_the_score_card_keeps_its_own_values_and_criteria() -> None:
    criteria = (Criterion(key="inside_limit", met=True),)
    card = ScoreCard(values={"idf1": 0.5}, versions={"idf1": 1}, criteria=criteria)
    added = add_interruptions(card, fold_calls(WORKED, right=RIGHT))
    assert added.values["idf1"] == 0.5
    assert added.values["calls"] == 2
    assert added.versions["recovery_time_s"] == 1
    assert added.criteria == criteria
    assert all("Return" in (metric.compute.__doc__ or "") for metric in INTERRUPTION_METRICS)
