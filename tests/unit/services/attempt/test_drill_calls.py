"""Calls of a drill given with interruptions: what the console is told, what the log keeps, what the debrief says."""

import json
from uuid import uuid4

import pytest

from sim.drill.event import Event, EventKind
from sim.drill.options import DrillOption
from sim.services.app.wiring import App
from sim.services.attempt import attempts, replays, scores
from sim.services.attempt.drill_calls import list_calls
from sim.services.attempt.intake import accept_events, describe_state
from sim.services.debrief import page as debrief
from tests.support.fake_clock import FakeClock

INTERRUPTED = frozenset({DrillOption.INTERRUPTIONS})
TAB = str(uuid4())


def begin(app: App, **options: object) -> str:
    attempt_id = attempts.create_practice(app, form_id="tiny-practice-1", **options)
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    return attempt_id


def post(app: App, attempt_id: str, *acts: tuple[int, float, EventKind, dict[str, object]]) -> None:
    events = [
        Event(tab_id=TAB, seq=seq, t_client_ms=at_s * 1000.0, kind=kind, payload=payload)
        for seq, at_s, kind, payload in acts
    ]
    accept_events(app, attempt_id, tab_id=TAB, events=events)


def test_the_console_gets_the_calls_without_the_right_replies(drill_app: App) -> None:
    attempt_id = begin(drill_app, options=INTERRUPTED)
    calls = attempts.get_console(drill_app, attempt_id).data["calls"]
    assert calls["call_s"] == 60.0
    assert len(calls["list"]) >= 1
    keys = {"call_id", "at_s", "channel", "caller", "message", "question", "replies", "from_memory"}
    assert all(set(call) == keys for call in calls["list"])
    assert "right" not in json.dumps(calls)


def test_a_call_is_kept_over_a_reload_and_told_in_the_debrief(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app, options=INTERRUPTED)
    with drill_app.store.read() as work:
        call = list_calls(drill_app, work.attempts.get(attempt_id))[0]
    clock.pass_s(30)
    post(drill_app, attempt_id, (1, 30.0, EventKind.CALL, {"call_id": call.call_id}))
    clock.pass_s(10)
    assert describe_state(drill_app, attempt_id)["calls"] == {call.call_id: {"at_ms": 30000, "is_over": False}}
    post(
        drill_app,
        attempt_id,
        (2, 36.0, EventKind.REPLY, {"call_id": call.call_id, "value": call.right}),
        (3, 40.0, EventKind.FOCUS, {"camera_id": "CAM-01", "t_s": 1.0}),
    )
    assert describe_state(drill_app, attempt_id)["calls"] == {call.call_id: {"at_ms": 30000, "is_over": True}}
    clock.pass_s(600)
    stored = json.loads(scores.settle(drill_app, attempt_id).score_json or "")
    assert (stored["calls"], stored["calls_right"]) == (1, 1)
    assert (stored["answer_time_s"], stored["recovery_time_s"]) == (pytest.approx(6.0), pytest.approx(4.0))
    view = debrief.get_debrief(drill_app, attempt_id)
    (line,) = view.calls
    assert (line.at, line.outcome, line.back_after) == ("0:30", "Correct, after 6 s", "after 4 s")
    assert line.reply == line.right
    assert next(part for part in view.parts if part.key == "calls_right").value == "1 of 1"
    kinds = [event["kind"] for event in replays.get_replay(drill_app, attempt_id).data["replay"]["events"]]
    assert kinds == ["call", "reply", "focus"]
