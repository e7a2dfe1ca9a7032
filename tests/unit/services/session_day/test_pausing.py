"""A fire alarm, a countdown, a session ended too early, a name taken by mistake."""

import json

import pytest

from sim.drill.attempt import AttemptState
from sim.drill.event import Event, EventKind
from sim.drill.hints import SERVER_TAB
from sim.drill.session_day import Attendance, Place, SessionKind, Starting
from sim.errors import AccessError, SessionError
from sim.records.ledger_rows import LedgerKind, Subjects
from sim.services.app.wiring import App
from sim.services.attempt.intake import accept_events, describe_state
from sim.services.ledger.verify import verify
from sim.services.session_day import joining, opening, pausing, running, seat
from sim.services.session_day.board import Stage
from sim.services.training_record.load import load_team_record
from sim.services.training_record.tables import write_hours, write_used
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room, open_room
from tests.support.tiny_app import LIMIT_S, reopen

TAB = "0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11"


def submit(app: App, attempt_id: str, at_s: float) -> None:
    payload = {"final_zone": None, "not_on_camera": True, "note": ""}
    event = Event(tab_id=TAB, seq=1, t_client_ms=at_s * 1000, kind=EventKind.SUBMIT, payload=payload)
    accept_events(app, attempt_id, tab_id=TAB, events=[event])


def start_all(room: Room, *names: str) -> list[str]:
    seats = room.join(*names)
    running.show_briefing(room.app, room.session_id)
    given = room.read_briefing(*seats)
    running.start(room.app, room.session_id)
    return given


def list_kinds(room: Room) -> list[str]:
    with room.app.store.read() as work:
        entries = work.ledger.list_of(Subjects(session_id=room.session_id))
    return [entry.kind for entry in entries]


def test_a_pause_stops_every_clock_and_is_in_log_ledger_and_record(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    ana, ben = start_all(room, "Ana", "Ben")
    clock.pass_s(30)
    assert pausing.pause(drill_app, room.session_id, reason=" fire  alarm ", by="T. Trainer") == 2
    assert pausing.pause(drill_app, room.session_id) == 0
    clock.pass_s(3 * LIMIT_S)
    assert [(row.stage, row.used_s, row.is_paused) for row in room.board.rows if row.stage is not Stage.AWAY] == [
        (Stage.DRILL, 30.0, True),
        (Stage.DRILL, 30.0, True),
    ]
    receipt = accept_events(drill_app, ana, tab_id=TAB, events=[])
    assert (receipt.paused, receipt.elapsed_ms, receipt.state) == (True, 30_000, "running")
    assert describe_state(drill_app, ben)["paused"] is True
    pausing.resume(drill_app, room.session_id)
    pausing.resume(drill_app, room.session_id)
    clock.pass_s(10)
    assert not accept_events(drill_app, ana, tab_id=TAB, events=[]).paused
    submit(drill_app, ana, 40.0)
    with drill_app.store.read() as work:
        assert work.attempts.get(ana).timing.used_s == pytest.approx(40.0)
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
    assert record.sessions[0].paused_s == 3 * LIMIT_S
    assert "without a pause of" in write_hours(record.sessions[0])
    assert record.sessions[0].measured_hours == pytest.approx(40.0 / 3600, abs=0.006)
    assert verify(drill_app.store).broken is None
    attempts_result = [each for each in record.results if each.attempt_id == ana]
    for result in attempts_result:
        assert "clock stopped for" in write_used(result)


def test_nobody_begins_during_a_pause_and_a_restart_keeps_it(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    pausing.pause(drill_app, room.session_id)
    with pytest.raises(SessionError, match="paused the session"):
        running.begin_own(drill_app, attempt_id)
    hold = running.find_hold(reopen(drill_app, clock), attempt_id)
    assert hold is not None
    assert hold.is_paused
    pausing.resume(drill_app, room.session_id)
    running.begin_own(drill_app, attempt_id)
    assert room.row("Ana").stage is Stage.DRILL


def test_getting_to_know_the_console_waits_for_the_end_of_a_pause(drill_app: App) -> None:
    room = open_room(drill_app, kind=SessionKind.FAMILIARISATION, starting=Starting.EACH)
    pausing.pause(drill_app, room.session_id)
    (ana,) = room.join("Ana")
    assert seat.get_seat(drill_app, ana).place is Place.WAITING
    assert seat.get_seat(drill_app, ana).is_paused
    pausing.resume(drill_app, room.session_id)
    assert seat.get_seat(drill_app, ana).place is Place.DRILL


def test_the_end_of_a_session_lets_clocks_run_on(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    (ana,) = start_all(room, "Ana")
    clock.pass_s(20)
    pausing.pause(drill_app, room.session_id)
    clock.pass_s(60)
    running.end(drill_app, room.session_id)
    with drill_app.store.read() as work:
        assert work.attempts.get(ana).timing.paused_at is None
    assert list_kinds(room)[-1] == "session-ended"
    with pytest.raises(SessionError, match="has ended"):
        pausing.pause(drill_app, room.session_id)


@pytest.mark.parametrize("reason", ["x" * 201, "a\x00b", "\u202eabc"])
def test_a_reason_that_cannot_be_kept_stops_nothing(drill_app: App, reason: str) -> None:
    room = open_room(drill_app)
    start_all(room, "Ana")
    with pytest.raises(SessionError, match="reason"):
        pausing.pause(drill_app, room.session_id, reason=reason)
    assert room.board.paused_at is None
    assert not room.row("Ana").is_paused


def test_a_countdown_is_seen_by_all_and_whoever_looks_first_after_it_starts_them(
    drill_app: App, clock: FakeClock
) -> None:
    room = open_room(drill_app)
    seats = room.join("Ana", "Ben")
    with pytest.raises(SessionError, match="briefing first"):
        running.count_down(drill_app, room.session_id)
    running.show_briefing(drill_app, room.session_id)
    given = room.read_briefing(*seats)
    running.count_down(drill_app, room.session_id)
    clock.pass_s(2)
    running.count_down(drill_app, room.session_id)
    hold = running.find_hold(drill_app, given[0])
    assert hold is not None
    assert (hold.starts_in_s, room.board.starts_in_s, room.board.is_started) == (3.0, 3.0, False)
    clock.pass_s(3)
    assert running.find_hold(drill_app, given[1]) is None
    with drill_app.store.read() as work:
        assert [work.attempts.get(each).timing.state for each in given] == [AttemptState.RUNNING] * 2
    assert room.board.starts_in_s is None


def test_a_pause_calls_a_countdown_off(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    (attempt_id,) = (room.join("Ana"), running.show_briefing(drill_app, room.session_id))[0]
    (given,) = room.read_briefing(attempt_id)
    running.count_down(drill_app, room.session_id)
    pausing.pause(drill_app, room.session_id)
    clock.pass_s(60)
    running.start_due(drill_app, room.session_id)
    with pytest.raises(SessionError, match="paused"):
        running.start(drill_app, room.session_id)
    pausing.resume(drill_app, room.session_id)
    assert running.find_hold(drill_app, given) is not None
    assert not room.board.is_started


def test_a_session_that_was_ended_too_early_is_opened_again(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    room.join("Ana")
    running.end(drill_app, room.session_id)
    assert room.row("Ben").attendance is Attendance.ABSENT
    assert room.board.can_reopen
    clock.pass_s(3600)
    running.reopen(drill_app, room.session_id, by="T. Trainer")
    running.reopen(drill_app, room.session_id)
    assert not room.board.is_over
    room.join("Ben")
    assert (room.row("Ben").attendance, room.row("Cy").attendance) == (Attendance.PRESENT, Attendance.ABSENT)
    running.end(drill_app, room.session_id)
    assert list_kinds(room).count("session-reopened") == 1
    record = load_team_record(drill_app, room.team_id)
    assert record.sessions[0].ended_at == clock.read().wall
    assert {guest.name: guest.attendance for guest in record.sessions[0].guests}["Ben Hill"] is Attendance.PRESENT
    clock.pass_s(25 * 3600)
    assert not room.board.can_reopen
    with pytest.raises(SessionError, match="cannot be opened again"):
        running.reopen(drill_app, room.session_id)


def test_a_session_whose_day_ran_out_gets_another_day_and_a_code_that_is_free(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    with drill_app.store.read() as work:
        code = work.sessions.get(room.session_id).code
    clock.pass_s(13 * 3600)
    assert room.board.is_over
    running.reopen(drill_app, room.session_id)
    assert joining.get_join(drill_app, room.link).names
    with drill_app.store.read() as work:
        assert work.sessions.get(room.session_id).code == code
    assert joining.find_session(drill_app, code)


def test_who_took_anothers_name_gives_it_back(drill_app: App) -> None:
    room = open_room(drill_app)
    (wrong,) = room.join("Ana")
    joining.leave_seat(drill_app, wrong)
    with pytest.raises(AccessError, match="freed"):
        seat.get_seat(drill_app, wrong)
    joining.leave_seat(drill_app, wrong)
    assert (room.row("Ana").stage, room.row("Ana").attendance) == (Stage.AWAY, Attendance.INVITED)
    running.show_briefing(drill_app, room.session_id)
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    assert joining.find_joined_name(drill_app, attempt_id) == "Ana Lopez"
    assert joining.leave_drill(drill_app, attempt_id)
    assert not joining.leave_drill(drill_app, attempt_id)
    (own,) = room.join("Ana")
    assert seat.enter_drill(drill_app, own) == attempt_id
    running.end(drill_app, room.session_id)
    (session,) = load_team_record(drill_app, room.team_id).sessions
    assert {guest.name: guest.attendance for guest in session.guests}["Ana Lopez"] is Attendance.PRESENT
    assert verify(drill_app.store).broken is None


def test_once_the_clock_runs_only_the_trainer_frees_a_name(drill_app: App) -> None:
    room = open_room(drill_app)
    (attempt_id,) = start_all(room, "Ana")
    assert joining.find_joined_name(drill_app, attempt_id) == ""
    with pytest.raises(SessionError, match="tell your trainer"):
        joining.leave_drill(drill_app, attempt_id)
    assert room.row("Ana").stage is Stage.DRILL


def test_who_is_invited_later_gets_the_drill_that_was_chosen(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    clock.pass_s(1)
    forms = [known for known in drill_app.catalogue.list_forms() if known.form.use == "parallel"]
    chosen = forms[-1]
    plan = opening.Plan(
        team_id=room.team_id,
        kind=SessionKind.BEFORE,
        starting=Starting.EACH,
        person_ids=(room.people["Ana"],),
        recording_id=chosen.recording_id,
        form_id=chosen.form.form_id,
    )
    session_id = opening.open_session(drill_app, plan)
    opening.invite(drill_app, session_id, [room.people["Ben"], room.people["Ana"]])
    later = Room(app=drill_app, session_id=session_id, team_id=room.team_id, people=room.people)
    given = later.read_briefing(*later.join("Ana", "Ben"))
    with drill_app.store.read() as work:
        assert {work.attempts.get(each).form_id for each in given} == {chosen.form.form_id}
    assert len(set(given)) == 2
