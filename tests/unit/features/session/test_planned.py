"""Sessions planned for another day, moved or canceled, and sessions in which everybody seeks the same student."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject

from sim.app.wiring import App
from sim.console import attempts
from sim.errors import AccessError, SessionError, TaskError
from sim.features.record.load import load_team_record
from sim.features.record.page_sessions import find_other_day, list_lacks
from sim.features.record.tables import make_session_table
from sim.features.session import joining, opening, running
from sim.features.session.page_invitation import make_session_calendar, write_invitation
from sim.features.session.sessions import list_sessions
from sim.program.session_day import DOORS, Attendance, SessionKind, Starting
from tests.support.fake_clock import FakeClock
from tests.support.given import load_attempt, make_team
from tests.support.session_app import Room, open_room
from tests.unit.features.session.conftest import give_alone, plan_same

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
    with app.store.read() as work:
        code = work.sessions.get(room.session_id).code
    with pytest.raises(AccessError, match=r"opens on Sep 21, 2026 at 12:30 PM"):
        joining.find_session(app, code, zone=NEW_YORK)
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
        running.end(app, room.session_id, by="T. Trainer")
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
    running.end(drill_app, opening.open_session(drill_app, wrong))
    right = plan_same(room, 1, planned_at=PLANNED)
    session_id = opening.open_session(drill_app, right)
    assert list_given(room, "Ana") == [(wrong.form_id, "abandoned"), (right.form_id, "assigned")]
    with pytest.raises(TaskError, match="has another drill waiting"):
        opening.open_session(drill_app, wrong)
    running.end(drill_app, session_id)
    with pytest.raises(TaskError, match="was given it before"):
        opening.open_session(drill_app, wrong)
    assert load_team_record(drill_app, room.team_id).results == ()


def test_a_canceled_session_is_planned_again_with_the_same_student_and_uses_up_no_other(drill_app: App) -> None:
    room = open_room(drill_app)
    plan, other = (plan_same(room, place, planned_at=PLANNED) for place in (0, 1))
    running.end(drill_app, opening.open_session(drill_app, plan))
    again = opening.open_session(drill_app, replace(plan, planned_at=PLANNED + WEEK))
    assert list_given(room, "Ana") == [(plan.form_id, "assigned")]
    with pytest.raises(TaskError, match="has another drill waiting"):
        opening.open_session(drill_app, other)
    running.end(drill_app, again)
    opening.open_session(drill_app, other)


def test_a_drill_that_was_opened_or_given_alone_is_not_left_over(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    wrong = plan_same(room, 0)
    give_alone(room, "Ben", wrong)
    clock.pass_s(1)
    session_id = opening.open_session(drill_app, wrong)
    here = Room(app=drill_app, session_id=session_id, team_id=room.team_id, people=room.people)
    here.read_briefing(*here.join("Ana"))
    running.end(drill_app, session_id)
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
    running.end(drill_app, missed.session_id)
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
    running.end(drill_app, first)
    assert read_offer() == ""
    offer(PLANNED + WEEK)
    assert read_offer() == "Sep 28, 2026"
