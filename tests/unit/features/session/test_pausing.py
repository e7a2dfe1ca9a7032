"""A fire alarm, a countdown, a session ended too early."""

import json

import pytest

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState
from sim.attempt.events import SERVER_TAB, Event, EventKind
from sim.console import attempts
from sim.console.console_data import describe_state
from sim.console.intake import accept_events
from sim.db.ledger import LedgerKind, Subjects
from sim.errors import SessionError
from sim.features.record.load import load_team_record
from sim.features.record.tables import write_hours, write_remarks
from sim.features.session import attendance, joining, running
from sim.features.session.attendance import settle_all_expired
from sim.features.session.board import Stage
from sim.ledger.verify import verify
from sim.program.session_day import Attendance, Place, SessionKind, Starting
from sim.rules.viewer import NOBODY
from tests.support.fake_clock import FakeClock
from tests.support.given import load_attempt
from tests.support.session_app import Room, open_room
from tests.support.tiny_app import LIMIT_S, reopen

TAB = "0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11"


def list_kinds(room: Room) -> list[str]:
    with room.app.store.read() as work:
        return [entry.kind for entry in work.ledger.list_of(Subjects(session_id=room.session_id))]


def test_a_pause_stops_every_clock_and_is_in_log_ledger_and_record(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    ana, ben = room.start_all("Ana", "Ben")
    clock.pass_s(30)
    assert attendance.pause(drill_app, room.session_id, reason=" fire  alarm ", by="T. Trainer") == 2
    assert attendance.pause(drill_app, room.session_id) == 0
    clock.pass_s(3 * LIMIT_S)
    for name in ("Ana", "Ben"):
        row = room.row(name)
        assert (row.stage, row.used_s, row.is_paused) == (Stage.DRILL, 30.0, True)
    receipt = accept_events(drill_app, ana, tab_id=TAB, events=[])
    assert (receipt.paused, receipt.elapsed_ms, describe_state(drill_app, ben)["paused"]) == (True, 30_000, True)
    for _ in range(2):
        attendance.resume(drill_app, room.session_id)
    clock.pass_s(10)
    assert not accept_events(drill_app, ana, tab_id=TAB, events=[]).paused
    payload = {"final_zone": None, "not_on_camera": True, "note": ""}
    submit = Event.read(tab_id=TAB, seq=1, t_client_ms=40_000.0, kind=EventKind.SUBMIT, payload=payload)
    accept_events(drill_app, ana, tab_id=TAB, events=[submit])
    assert load_attempt(drill_app, ana).timing.used_s == pytest.approx(40.0)
    with drill_app.store.read() as work:
        held = [each.event for each in work.events.list_all(ana) if each.event.kind is EventKind.HELD]
        (pressed,) = work.ledger.list_of(Subjects(session_id=room.session_id), kinds=[LedgerKind.SESSION_PAUSED])
    assert [(each.tab_id, each.t_client_ms, dict(each.payload)) for each in held] == [
        (SERVER_TAB, 30_000.0, {"is_on": True}),
        (SERVER_TAB, 30_000.0, {"is_on": False, "stood_s": 3 * LIMIT_S}),
    ]
    content = json.loads(pressed.body or "")
    assert (content["by"], content["data"]) == ("T. Trainer", {"reason": "fire alarm"})
    running.end(drill_app, room.session_id)
    record = load_team_record(drill_app, room.team_id)
    (session,) = record.sessions
    assert session.stood_s == 3 * LIMIT_S
    assert "without a pause of" in write_hours(session)
    assert session.measured_hours == pytest.approx(40.0 / 3600, abs=0.006)
    assert verify(drill_app.store).broken is None
    assert all("The clock was stopped for" in write_remarks(each) for each in record.results if each.attempt_id == ana)


def test_nobody_begins_during_a_pause_and_a_restart_keeps_it(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    attendance.pause(drill_app, room.session_id)
    with pytest.raises(SessionError, match="paused the session"):
        running.begin_own(drill_app, attempt_id)
    hold = running.find_hold(reopen(drill_app, clock), attempt_id)
    assert hold is not None and hold.is_paused
    attendance.resume(drill_app, room.session_id)
    running.begin_own(drill_app, attempt_id)
    assert room.row("Ana").stage is Stage.DRILL


def test_getting_to_know_the_console_waits_for_the_end_of_a_pause(drill_app: App) -> None:
    room = open_room(drill_app, kind=SessionKind.FAMILIARIZATION, starting=Starting.EACH)
    attendance.pause(drill_app, room.session_id)
    (ana,) = room.join("Ana")
    seat = joining.get_seat(drill_app, ana)
    assert (seat.place, seat.is_paused) == (Place.WAITING, True)
    attendance.resume(drill_app, room.session_id)
    assert joining.get_seat(drill_app, ana).place is Place.DRILL


def test_the_end_of_a_session_lets_clocks_run_on(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    (ana,) = room.start_all("Ana")
    attendance.pause(drill_app, room.session_id)
    clock.pass_s(60)
    running.end(drill_app, room.session_id)
    assert load_attempt(drill_app, ana).timing.paused_at is None
    assert list_kinds(room)[-1] == "session-ended"
    with pytest.raises(SessionError, match="has ended"):
        attendance.pause(drill_app, room.session_id)


def test_a_pause_that_nobody_ended_ends_with_the_day_without_anybody_looking(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    (ana,) = room.start_all("Ana")
    attendance.pause(drill_app, room.session_id)
    for hours, is_paused in ((11, True), (2, False)):
        clock.pass_s(hours * 3600)
        settle_all_expired(drill_app)
        assert (load_attempt(drill_app, ana).timing.paused_at is not None) is is_paused
    clock.pass_s(2 * LIMIT_S)
    assert attempts.get_state(drill_app, ana) is AttemptState.TIMED_OUT
    assert list_kinds(room).count("session-ended") == 1


def test_a_reason_that_cannot_be_kept_stops_nothing(drill_app: App) -> None:
    room = open_room(drill_app)
    room.start_all("Ana")
    for reason in ("x" * 201, "a\x00b", "\u202eabc"):
        with pytest.raises(SessionError, match="reason"):
            attendance.pause(drill_app, room.session_id, reason=reason)
    assert (room.board.session.day.paused_at, room.row("Ana").is_paused) == (None, False)


def test_a_countdown_is_seen_by_all_and_who_looks_first_after_it_starts_them(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    seats = room.join("Ana", "Ben")
    with pytest.raises(SessionError, match="briefing first"):
        running.count_down(drill_app, room.session_id)
    running.show_briefing(drill_app, room.session_id)
    given = room.read_briefing(*seats)
    running.count_down(drill_app, room.session_id)
    attendance.pause(drill_app, room.session_id)
    clock.pass_s(10)
    running.start_due(drill_app, room.session_id)
    with pytest.raises(SessionError, match="paused"):
        running.start(drill_app, room.session_id)
    attendance.resume(drill_app, room.session_id)
    assert not room.board.is_started, "a pause calls it off"
    running.count_down(drill_app, room.session_id)
    clock.pass_s(2)
    running.count_down(drill_app, room.session_id)
    hold = running.find_hold(drill_app, given[0])
    assert hold is not None
    assert (hold.starts_in_s, room.board.starts_in_s, room.board.is_started) == (3.0, 3.0, False)
    clock.pass_s(3)
    assert running.find_hold(drill_app, given[1]) is None
    assert [load_attempt(drill_app, each).timing.state for each in given] == [AttemptState.RUNNING] * 2
    assert room.board.starts_in_s is None


def test_a_session_that_was_ended_too_early_is_opened_again(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    room.join("Ana")
    running.end(drill_app, room.session_id)
    assert (room.row("Ben").attendance, room.board.can_reopen) == (Attendance.ABSENT, True)
    clock.pass_s(3600)
    for _ in range(2):
        running.reopen(drill_app, room.session_id, by="T. Trainer")
    assert not room.board.is_over
    room.join("Ben")
    running.end(drill_app, room.session_id)
    assert list_kinds(room).count("session-reopened") == 1
    (session,) = load_team_record(drill_app, room.team_id).sessions
    assert session.ended_at == clock.read().wall
    assert [guest.attendance.value for guest in session.guests] == ["present", "present", "absent"]
    clock.pass_s(25 * 3600)
    assert not room.board.can_reopen
    with pytest.raises(SessionError, match="cannot be opened again"):
        running.reopen(drill_app, room.session_id)


def find_hours(room: Room) -> float | None:
    return load_team_record(room.app, room.team_id).sessions[0].measured_hours


def test_the_hours_that_a_session_was_closed_are_no_part_of_it(drill_app: App, clock: FakeClock) -> None:
    room, early = open_room(drill_app), open_room(drill_app)
    attendance.pause(drill_app, early.session_id)
    room.start_all("Ana")
    clock.pass_s(3600)
    for each in (room, early):
        running.end(drill_app, each.session_id)
    assert find_hours(room) == 1.0
    clock.pass_s(23 * 3600)
    for each in (room, early):
        running.reopen(drill_app, each.session_id)
    early.start_all("Ana")
    clock.pass_s(1800)
    for each in (room, early):
        running.end(drill_app, each.session_id)
    assert find_hours(room) == 1.5
    assert find_hours(early) == 0.5, "one that was opened again before it began has the hours from its start"


@pytest.mark.parametrize("is_looked_at", [True, False])
def test_one_that_nobody_ended_and_opened_again_has_no_hours(
    drill_app: App, clock: FakeClock, is_looked_at: bool
) -> None:
    room = open_room(drill_app)
    with drill_app.store.read() as work:
        code = work.sessions.get(room.session_id).code
    room.start_all("Ana")
    clock.pass_s(13 * 3600)
    assert not is_looked_at or room.board.is_over
    running.reopen(drill_app, room.session_id)
    assert joining.find_session(drill_app, code), "it has another day, and its code"
    assert joining.get_join(drill_app, NOBODY, room.link).names
    clock.pass_s(1800)
    running.end(drill_app, room.session_id)
    assert find_hours(room) is None
    assert room.row("Ben").attendance is Attendance.ABSENT
