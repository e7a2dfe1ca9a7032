"""A fire alarm, a countdown, a session ended too early, a name taken by mistake."""

import json
from dataclasses import replace
from functools import partial

import pytest

from sim.db.ledger import LedgerKind, Subjects
from sim.drill.attempt import AttemptState, Phase
from sim.drill.event import Event, EventKind
from sim.drill.hints import SERVER_TAB
from sim.drill.session_day import Attendance, Place, SessionKind, Starting
from sim.errors import SessionError, TaskError
from sim.services.accounts.viewer import NOBODY
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.intake import accept_events, describe_state
from sim.services.ledger.verify import verify
from sim.services.session_day import attendance, joining, opening, running
from sim.services.session_day.attendance import settle_all_expired
from sim.services.session_day.board import Stage
from sim.services.session_day.sessions import list_sessions
from sim.services.team import given_drills
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


def list_kinds(room: Room) -> list[str]:
    with room.app.store.read() as work:
        entries = work.ledger.list_of(Subjects(session_id=room.session_id))
    return [entry.kind for entry in entries]


def test_a_pause_stops_every_clock_and_is_in_log_ledger_and_record(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    ana, ben = room.start_all("Ana", "Ben")
    clock.pass_s(30)
    assert attendance.pause(drill_app, room.session_id, reason=" fire  alarm ", by="T. Trainer") == 2
    assert attendance.pause(drill_app, room.session_id) == 0
    clock.pass_s(3 * LIMIT_S)
    assert [(row.stage, row.used_s, row.is_paused) for row in room.board.rows if row.stage is not Stage.AWAY] == [
        (Stage.DRILL, 30.0, True),
        (Stage.DRILL, 30.0, True),
    ]
    receipt = accept_events(drill_app, ana, tab_id=TAB, events=[])
    assert (receipt.paused, receipt.elapsed_ms, receipt.state) == (True, 30_000, "running")
    assert describe_state(drill_app, ben)["paused"] is True
    attendance.resume(drill_app, room.session_id)
    attendance.resume(drill_app, room.session_id)
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
    attendance.pause(drill_app, room.session_id)
    with pytest.raises(SessionError, match="paused the session"):
        running.begin_own(drill_app, attempt_id)
    hold = running.find_hold(reopen(drill_app, clock), attempt_id)
    assert hold is not None
    assert hold.is_paused
    attendance.resume(drill_app, room.session_id)
    running.begin_own(drill_app, attempt_id)
    assert room.row("Ana").stage is Stage.DRILL


def test_getting_to_know_the_console_waits_for_the_end_of_a_pause(drill_app: App) -> None:
    room = open_room(drill_app, kind=SessionKind.FAMILIARIZATION, starting=Starting.EACH)
    attendance.pause(drill_app, room.session_id)
    (ana,) = room.join("Ana")
    assert joining.get_seat(drill_app, ana).place is Place.WAITING
    assert joining.get_seat(drill_app, ana).is_paused
    attendance.resume(drill_app, room.session_id)
    assert joining.get_seat(drill_app, ana).place is Place.DRILL


def test_the_end_of_a_session_lets_clocks_run_on(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    (ana,) = room.start_all("Ana")
    clock.pass_s(20)
    attendance.pause(drill_app, room.session_id)
    clock.pass_s(60)
    running.end(drill_app, room.session_id)
    with drill_app.store.read() as work:
        assert work.attempts.get(ana).timing.paused_at is None
    assert list_kinds(room)[-1] == "session-ended"
    with pytest.raises(SessionError, match="has ended"):
        attendance.pause(drill_app, room.session_id)


def test_a_pause_that_nobody_ended_ends_with_the_day_without_anybody_looking(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    (ana,) = room.start_all("Ana")
    clock.pass_s(20)
    attendance.pause(drill_app, room.session_id)
    clock.pass_s(11 * 3600)
    settle_all_expired(drill_app)
    with drill_app.store.read() as work:
        assert work.attempts.get(ana).timing.paused_at is not None
    clock.pass_s(2 * 3600)
    settle_all_expired(drill_app)
    with drill_app.store.read() as work:
        assert work.attempts.get(ana).timing.paused_at is None
    clock.pass_s(2 * LIMIT_S)
    assert attempts.get_state(drill_app, ana) is AttemptState.TIMED_OUT
    assert list_kinds(room).count("session-ended") == 1


@pytest.mark.parametrize("reason", ["x" * 201, "a\x00b", "\u202eabc"])
def test_a_reason_that_cannot_be_kept_stops_nothing(drill_app: App, reason: str) -> None:
    room = open_room(drill_app)
    room.start_all("Ana")
    with pytest.raises(SessionError, match="reason"):
        attendance.pause(drill_app, room.session_id, reason=reason)
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
    attendance.pause(drill_app, room.session_id)
    clock.pass_s(60)
    running.start_due(drill_app, room.session_id)
    with pytest.raises(SessionError, match="paused"):
        running.start(drill_app, room.session_id)
    attendance.resume(drill_app, room.session_id)
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


def find_hours(room: Room) -> float | None:
    return load_team_record(room.app, room.team_id).sessions[0].measured_hours


def test_the_hours_that_a_session_was_closed_are_no_part_of_it(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    room.start_all("Ana")
    clock.pass_s(3600)
    running.end(drill_app, room.session_id)
    assert find_hours(room) == 1.0
    clock.pass_s(23 * 3600)
    running.reopen(drill_app, room.session_id)
    clock.pass_s(1800)
    running.end(drill_app, room.session_id)
    assert find_hours(room) == 1.5


def test_a_session_opened_again_before_it_began_has_the_hours_from_its_start(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    attendance.pause(drill_app, room.session_id)
    clock.pass_s(1800)
    attendance.resume(drill_app, room.session_id)
    running.end(drill_app, room.session_id)
    clock.pass_s(7200)
    running.reopen(drill_app, room.session_id)
    room.start_all("Ana")
    clock.pass_s(3600)
    running.end(drill_app, room.session_id)
    assert find_hours(room) == 1.0


@pytest.mark.parametrize("is_looked_at", [True, False])
def test_a_session_that_nobody_ended_is_not_measured_after_it_was_opened_again(
    drill_app: App, clock: FakeClock, is_looked_at: bool
) -> None:
    room = open_room(drill_app)
    room.start_all("Ana")
    clock.pass_s(13 * 3600)
    assert not is_looked_at or room.board.is_over
    running.reopen(drill_app, room.session_id)
    clock.pass_s(1800)
    running.end(drill_app, room.session_id)
    assert find_hours(room) is None
    assert room.row("Ben").attendance is Attendance.ABSENT


def test_a_session_whose_day_ran_out_gets_another_day_and_a_code_that_is_free(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    with drill_app.store.read() as work:
        code = work.sessions.get(room.session_id).code
    clock.pass_s(13 * 3600)
    assert room.board.is_over
    running.reopen(drill_app, room.session_id)
    assert joining.get_join(drill_app, NOBODY, room.link).names
    with drill_app.store.read() as work:
        assert work.sessions.get(room.session_id).code == code
    assert joining.find_session(drill_app, code)


def test_a_drill_for_everybody_that_somebody_cannot_have_opens_nothing(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app, names=("Ana Lopez", "Ben Hill", "Cy Park", "Dee Lind"))
    clock.pass_s(1)
    forms = [known for known in drill_app.catalog.list_forms() if known.form.use == "parallel"]
    chosen = forms[-1]
    give = partial(given_drills.create_attempt, drill_app, phase=Phase.BEFORE)
    of_chosen = {"form_id": chosen.form.form_id, "recording_id": chosen.recording_id, "reason": "as a check"}
    attempts.abandon(drill_app, give(room.people["Ben"], **of_chosen))
    other = next(k for k in forms if k.recording_id == chosen.recording_id and k is not chosen)
    of_it = {"form_id": other.form.form_id, "recording_id": other.recording_id, "reason": "as a check"}
    waiting = give(room.people["Cy"], **of_it)
    plan = opening.Plan(
        team_id=room.team_id,
        kind=SessionKind.BEFORE,
        starting=Starting.EACH,
        person_ids=tuple(room.people.values()),
        recording_id=chosen.recording_id,
        form_id=chosen.form.form_id,
    )
    before = list_sessions(drill_app, room.team_id)
    with pytest.raises(TaskError, match=r"Ben Hill was given it before, Cy Park has another drill waiting.*leave them"):
        opening.open_session(drill_app, plan)
    assert list_sessions(drill_app, room.team_id) == before
    with drill_app.store.read() as work:
        assert work.attempts.list_of_person(room.people["Dee"]) == ()
        assert [row.timing.attempt_id for row in work.attempts.list_of_person(room.people["Cy"])] == [waiting]
    fit = tuple(room.people[name] for name in ("Ana", "Dee"))
    session_id = opening.open_session(drill_app, replace(plan, person_ids=fit))
    with pytest.raises(TaskError, match="Ben Hill was given it before"):
        opening.invite(drill_app, session_id, [room.people["Ben"]])
    with drill_app.store.read() as work:
        assert {each.person_id for each in work.sessions.list_invited(session_id)} == set(fit)


def test_who_is_invited_later_gets_the_drill_that_was_chosen(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    clock.pass_s(1)
    forms = [known for known in drill_app.catalog.list_forms() if known.form.use == "parallel"]
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
