import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState
from sim.attempt.events import SERVER_TAB, Event, EventKind
from sim.console import attempts
from sim.console.console_data import describe_state
from sim.console.intake import accept_events
from sim.db.ledger import LedgerKind, Subjects
from sim.errors import AccessError, SessionError, TaskError
from sim.features.record.load import load_team_record
from sim.features.record.page_sessions import find_other_day, list_lacks
from sim.features.record.tables import make_session_table, write_hours, write_remarks
from sim.features.session import attendance, joining, opening
from sim.features.session.attendance import settle_all_expired
from sim.features.session.board import Stage, list_sessions
from sim.features.session.page_steps import make_session_calendar, write_invitation
from sim.ledger.verify import verify
from sim.program.session_day import DOORS, Attendance, Place, SessionKind, Starting
from sim.rules.viewer import NOBODY
from tests.support.fake_clock import FakeClock
from tests.support.given import load_attempt, make_team
from tests.support.session_app import Room, open_room
from tests.support.tiny_app import LIMIT_S, reopen
from tests.unit.features.session.conftest import give_alone, plan_same

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
    opening.end(drill_app, room.session_id)
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
        opening.begin_own(drill_app, attempt_id)
    hold = opening.find_hold(reopen(drill_app, clock), attempt_id)
    assert hold is not None and hold.is_paused
    attendance.resume(drill_app, room.session_id)
    opening.begin_own(drill_app, attempt_id)
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
    opening.end(drill_app, room.session_id)
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
        opening.count_down(drill_app, room.session_id)
    given = room.brief(*seats)
    opening.count_down(drill_app, room.session_id)
    attendance.pause(drill_app, room.session_id)
    clock.pass_s(10)
    opening.start_due(drill_app, room.session_id)
    with pytest.raises(SessionError, match="paused"):
        opening.start(drill_app, room.session_id)
    attendance.resume(drill_app, room.session_id)
    assert not room.board.is_started, "a pause calls it off"
    opening.count_down(drill_app, room.session_id)
    clock.pass_s(2)
    opening.count_down(drill_app, room.session_id)
    hold = opening.find_hold(drill_app, given[0])
    assert hold is not None
    assert (hold.starts_in_s, room.board.starts_in_s, room.board.is_started) == (3.0, 3.0, False)
    clock.pass_s(3)
    assert opening.find_hold(drill_app, given[1]) is None
    timings = [load_attempt(drill_app, each).timing for each in given]
    assert [each.state for each in timings] == [AttemptState.RUNNING] * 2
    assert {each.released_at for each in timings} == {clock.read().wall}
    assert room.board.starts_in_s is None


def test_a_session_that_was_ended_too_early_is_opened_again(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    room.join("Ana")
    opening.end(drill_app, room.session_id)
    assert (room.row("Ben").attendance, room.board.can_reopen) == (Attendance.ABSENT, True)
    clock.pass_s(3600)
    for _ in range(2):
        opening.reopen(drill_app, room.session_id, by="T. Trainer")
    assert not room.board.is_over
    room.join("Ben")
    opening.end(drill_app, room.session_id)
    assert list_kinds(room).count("session-reopened") == 1
    (session,) = load_team_record(drill_app, room.team_id).sessions
    assert session.ended_at == clock.read().wall
    assert [guest.attendance.value for guest in session.guests] == ["present", "present", "absent"]
    clock.pass_s(25 * 3600)
    assert not room.board.can_reopen
    with pytest.raises(SessionError, match="cannot be opened again"):
        opening.reopen(drill_app, room.session_id)


def find_hours(room: Room) -> float | None:
    return load_team_record(room.app, room.team_id).sessions[0].measured_hours


def test_the_hours_that_a_session_was_closed_are_no_part_of_it(drill_app: App, clock: FakeClock) -> None:
    room, early = open_room(drill_app), open_room(drill_app)
    attendance.pause(drill_app, early.session_id)
    room.start_all("Ana")
    clock.pass_s(3600)
    for each in (room, early):
        opening.end(drill_app, each.session_id)
    assert find_hours(room) == 1.0
    clock.pass_s(23 * 3600)
    for each in (room, early):
        opening.reopen(drill_app, each.session_id)
    early.start_all("Ana")
    clock.pass_s(1800)
    for each in (room, early):
        opening.end(drill_app, each.session_id)
    assert find_hours(room) == 1.5
    assert find_hours(early) == 0.5, "one that was opened again before it began has the hours from its start"


@pytest.mark.parametrize("is_looked_at", [True, False])
def test_one_that_nobody_ended_and_opened_again_has_no_hours(
    drill_app: App, clock: FakeClock, is_looked_at: bool
) -> None:
    room = open_room(drill_app)
    code = room.code
    room.start_all("Ana")
    clock.pass_s(13 * 3600)
    assert not is_looked_at or room.board.is_over
    opening.reopen(drill_app, room.session_id)
    assert joining.find_session(drill_app, code), "it has another day, and its code"
    assert joining.get_join(drill_app, NOBODY, room.link).names
    clock.pass_s(1800)
    opening.end(drill_app, room.session_id)
    assert find_hours(room) is None
    assert room.row("Ben").attendance is Attendance.ABSENT


NEW_YORK = ZoneInfo("America/New_York")
WEEK = timedelta(days=7)
PLANNED = datetime(2026, 9, 21, 14, 30, tzinfo=NEW_YORK)


@pytest.fixture
def room(drill_app: App) -> Room:
    team_id, people = make_team(drill_app, "Ana", "Ben")
    plan = opening.Plan(
        team_id=team_id,
        kind=SessionKind.BEFORE,
        starting=Starting.TOGETHER,
        place="Library",
        person_ids=tuple(people),
        planned_at=PLANNED,
    )
    session_id = opening.open_session(drill_app, plan, by="T. Trainer")
    return Room(
        app=drill_app, session_id=session_id, team_id=team_id, people=dict(zip(("Ana", "Ben"), people, strict=True))
    )


def read_event(room: Room) -> vobject.base.Component:
    file = make_session_calendar(room.app, room.session_id, zone=NEW_YORK)
    return vobject.readOne(file.body.decode("utf-8")).vevent


def test_nobody_joins_before_the_day_and_who_does_not_come_then_is_absent(room: Room, clock: FakeClock) -> None:
    app = room.app
    with pytest.raises(AccessError, match=r"opens on Sep 21, 2026 at 12:30 PM"):
        joining.find_session(app, room.code, zone=NEW_YORK)
    with pytest.raises(SessionError, match="has not begun yet"):
        room.join("Ana")
    clock.pass_s((PLANNED - DOORS - clock.read().wall).total_seconds())
    room.join("Ana")
    clock.pass_s((DOORS + opening.DAY).total_seconds())
    (session,) = load_team_record(app, room.team_id).sessions
    assert make_session_table((session,), NEW_YORK).rows == (
        ("Before training", "Sep 21, 2026, 2:30 PM", "Library", "2", "0", "1", "1", "0", "0"),
    )


def test_invitation_and_calendar_are_of_the_planned_day_wherever_it_is_moved(room: Room) -> None:
    app = room.app
    invitation = write_invitation(app, room.session_id, zone=NEW_YORK)
    assert "You are invited. On Mon, Sep 21, 2026, at 2:30 PM. Where: Library." in invitation
    event = read_event(room)
    assert (event.dtstart.value, event.dtend.value) == (PLANNED, PLANNED + timedelta(hours=1))
    assert (event.valarm.trigger.value, event.sequence.value) == (timedelta(hours=-1), "0")
    for _ in range(2):
        opening.move_session(app, room.session_id, planned_at=PLANNED + WEEK, place="Gym", by="T. Trainer")
    moved = read_event(room)
    assert (moved.dtstart.value, moved.location.value, moved.sequence.value) == (PLANNED + WEEK, "Gym", "1")
    assert moved.uid.value == event.uid.value
    (session,) = load_team_record(app, room.team_id).sessions
    assert (session.begins_at, session.place, session.ended_at) == (PLANNED + WEEK, "Gym", None)


def test_a_session_canceled_ahead_leaves_nobody_absent(room: Room) -> None:
    app = room.app
    for _ in range(2):
        opening.end(app, room.session_id, by="T. Trainer")
    (session,) = load_team_record(app, room.team_id).sessions
    assert session.is_canceled
    assert {guest.attendance for guest in session.guests} == {Attendance.INVITED}
    assert "will not take place" in write_invitation(app, room.session_id, zone=UTC)
    assert (read_event(room).status.value, read_event(room).sequence.value) == ("CANCELED", "1")
    assert list_lacks(session, app.clock.read().wall) == ()
    with pytest.raises(SessionError, match="has begun or ended"):
        opening.move_session(app, room.session_id, planned_at=PLANNED, place="")


def list_given(room: Room, name: str) -> list[tuple[str, str]]:
    with room.app.store.read() as work:
        return [(row.form_id, row.timing.state.value) for row in work.attempts.list_all(person_id=room.people[name])]


@pytest.mark.parametrize("planned_at", [PLANNED, None])
def test_one_over_with_the_wrong_student_is_planned_again(drill_app: App, planned_at: datetime | None) -> None:
    room = open_room(drill_app)
    wrong = plan_same(room, 0, planned_at=planned_at)
    opening.end(drill_app, opening.open_session(drill_app, wrong))
    right = plan_same(room, 1, planned_at=PLANNED)
    session_id = opening.open_session(drill_app, right)
    assert list_given(room, "Ana") == [(wrong.form_id, "abandoned"), (right.form_id, "assigned")]
    with pytest.raises(TaskError, match="has another drill waiting"):
        opening.open_session(drill_app, wrong)
    opening.end(drill_app, session_id)
    with pytest.raises(TaskError, match="was given it before"):
        opening.open_session(drill_app, wrong)
    assert load_team_record(drill_app, room.team_id).results == ()


def test_a_canceled_session_is_planned_again_with_the_same_student_and_uses_up_no_other(drill_app: App) -> None:
    room = open_room(drill_app)
    plan, other = (plan_same(room, place, planned_at=PLANNED) for place in (0, 1))
    opening.end(drill_app, opening.open_session(drill_app, plan))
    again = opening.open_session(drill_app, replace(plan, planned_at=PLANNED + WEEK))
    assert list_given(room, "Ana") == [(plan.form_id, "assigned")]
    with pytest.raises(TaskError, match="has another drill waiting"):
        opening.open_session(drill_app, other)
    opening.end(drill_app, again)
    opening.open_session(drill_app, other)


def test_a_drill_that_was_opened_or_given_alone_is_not_left_over(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    wrong = plan_same(room, 0)
    give_alone(room, "Ben", wrong)
    clock.pass_s(1)
    session_id = opening.open_session(drill_app, wrong)
    here = Room(app=drill_app, session_id=session_id, team_id=room.team_id, people=room.people)
    here.read_briefing(*here.join("Ana"))
    opening.end(drill_app, session_id)
    with pytest.raises(TaskError, match=r"Ana Lopez has another drill waiting, Ben Hill has another drill waiting"):
        opening.open_session(drill_app, plan_same(room, 1, planned_at=PLANNED))
    assert [list_given(room, name)[-1][1] for name in ("Ana", "Ben", "Cy")] == ["briefed", "assigned", "assigned"]


def test_a_drill_for_everybody_that_somebody_cannot_have_opens_nothing(drill_app: App) -> None:
    room = open_room(drill_app, names=("Ana Lopez", "Ben Hill", "Cy Park", "Dee Lind"))
    plan = plan_same(room, 1)
    attempts.abandon(drill_app, give_alone(room, "Ben", plan))
    give_alone(room, "Cy", plan_same(room, 0))
    with pytest.raises(TaskError, match=r"Ben Hill was given it before, Cy Park has another drill waiting.*leave them"):
        opening.open_session(drill_app, plan)
    assert len(list_sessions(drill_app, room.team_id)) == 1
    assert [len(list_given(room, name)) for name in ("Cy", "Dee")] == [1, 0]
    fit = tuple(room.people[name] for name in ("Ana", "Dee"))
    session_id = opening.open_session(drill_app, replace(plan, person_ids=fit))
    with pytest.raises(TaskError, match="Ben Hill was given it before"):
        opening.invite(drill_app, session_id, [room.people["Ben"]])
    with drill_app.store.read() as work:
        assert {each.person_id for each in work.sessions.list_invited(session_id)} == set(fit)


def test_who_is_invited_later_gets_the_drill_that_was_chosen(drill_app: App) -> None:
    room = open_room(drill_app)
    plan = plan_same(room, 1, person_ids=(room.people["Ana"],))
    session_id = opening.open_session(drill_app, plan)
    opening.invite(drill_app, session_id, [room.people["Ben"], room.people["Ana"]])
    later = Room(app=drill_app, session_id=session_id, team_id=room.team_id, people=room.people)
    given = later.read_briefing(*later.join("Ana", "Ben"))
    assert len(set(given)) == 2
    assert {load_attempt(drill_app, each).form_id for each in given} == {plan.form_id}


def test_a_make_up_that_was_canceled_is_no_other_day_that_was_offered(drill_app: App, clock: FakeClock) -> None:
    missed = open_room(drill_app)
    missed.join("Ana")
    opening.end(drill_app, missed.session_id)
    plan = plan_same(missed, 0, makes_up=missed.session_id, person_ids=(missed.people["Ben"],))

    def offer(planned_at: datetime) -> str:
        clock.pass_s(1)
        return opening.open_session(drill_app, replace(plan, planned_at=planned_at))

    def read_offer() -> str:
        record = load_team_record(drill_app, missed.team_id)
        (session,) = (each for each in record.sessions if each.session_id == missed.session_id)
        return find_other_day(record, session, UTC)

    first = offer(PLANNED)
    assert read_offer() == "Sep 21, 2026"
    opening.end(drill_app, first)
    assert read_offer() == ""
    offer(PLANNED + WEEK)
    assert read_offer() == "Sep 28, 2026"
