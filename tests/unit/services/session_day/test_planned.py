"""A session that is planned for another day: until then nobody joins, and it can be moved or canceled."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject

from sim.drill.attempt import Phase
from sim.drill.session_day import DOORS, Attendance, SessionKind, Starting
from sim.errors import AccessError, SessionError, TaskError
from sim.services.app.wiring import App
from sim.services.ledger.verify import verify
from sim.services.session_day import joining, opening, running
from sim.services.session_day.attendance import settle_expired
from sim.services.team import given_drills, team
from sim.services.training_record.invitations import make_session_calendar, write_invitation
from sim.services.training_record.load import load_team_record
from sim.services.training_record.view import get_team_view, make_session_table
from tests.support.fake_clock import NOON, FakeClock
from tests.support.session_app import Room, open_room

NEW_YORK = ZoneInfo("America/New_York")
WEEK = timedelta(days=7)
PLANNED = datetime(2026, 9, 21, 14, 30, tzinfo=NEW_YORK)


@pytest.fixture
def room(drill_app: App) -> Room:
    team_id = team.add_team(drill_app, "Front office")
    people = {name: team.add_person(drill_app, team_id, name) for name in ("Ana", "Ben")}
    plan = opening.Plan(
        team_id=team_id,
        kind=SessionKind.BEFORE,
        starting=Starting.TOGETHER,
        place="Library",
        person_ids=tuple(people.values()),
        planned_at=PLANNED,
    )
    session_id = opening.open_session(drill_app, plan, by="T. Trainer")
    return Room(app=drill_app, session_id=session_id, team_id=team_id, people=people)


def find_code(room: Room) -> str:
    with room.app.store.read() as work:
        return work.sessions.get(room.session_id).code


def read_event(room: Room) -> vobject.base.Component:
    file = make_session_calendar(room.app, room.session_id, zone=NEW_YORK)
    return vobject.readOne(file.body.decode("utf-8")).vevent


def test_nobody_joins_before_the_day_and_who_does_not_come_then_is_absent(room: Room, clock: FakeClock) -> None:
    app = room.app
    with pytest.raises(AccessError, match=r"opens on Sep 21, 2026 at 12:30 PM"):
        joining.find_session(app, find_code(room), zone=NEW_YORK)
    with pytest.raises(SessionError, match="has not begun yet"):
        room.join("Ana")
    assert room.board.is_ahead
    clock.pass_s((PLANNED - DOORS - NOON).total_seconds())
    assert not room.board.is_ahead
    joining.find_session(app, find_code(room))
    room.join("Ana")
    clock.pass_s((DOORS + opening.DAY).total_seconds())
    settle_expired(app, room.session_id)
    (session,) = load_team_record(app, room.team_id).sessions
    assert (session.opened_at, session.begins_at) == (NOON, PLANNED)
    assert [guest.attendance for guest in session.guests] == [Attendance.PRESENT, Attendance.ABSENT]
    assert make_session_table((session,), NEW_YORK).rows == (
        ("Before training", "Sep 21, 2026, 2:30 PM", "Library", "2", "0", "1", "1", "0", "0"),
    )
    assert verify(app.store).broken is None


def test_invitation_reminder_and_calendar_are_of_the_planned_day_wherever_it_is_moved(room: Room) -> None:
    app = room.app
    invitation = write_invitation(app, room.session_id, zone=NEW_YORK)
    assert "You are invited. On Mon, Sep 21, 2026, at 2:30 PM. Where: Library." in invitation
    assert "A reminder" in write_invitation(app, room.session_id, zone=NEW_YORK, is_reminder=True)
    event = read_event(room)
    assert (event.dtstart.value, event.dtend.value) == (PLANNED, PLANNED + timedelta(hours=1))
    assert event.valarm.trigger.value == timedelta(hours=-1)
    assert event.sequence.value == "0"
    opening.move_session(app, room.session_id, planned_at=PLANNED + WEEK, place="Gym", by="T. Trainer")
    opening.move_session(app, room.session_id, planned_at=PLANNED + WEEK, place="Gym")
    moved = read_event(room)
    assert (moved.dtstart.value, moved.location.value, moved.sequence.value) == (PLANNED + WEEK, "Gym", "1")
    assert moved.uid.value == event.uid.value
    (session,) = load_team_record(app, room.team_id).sessions
    assert (session.begins_at, session.place, session.ended_at) == (PLANNED + WEEK, "Gym", None)


def test_a_session_canceled_ahead_leaves_nobody_absent(room: Room) -> None:
    app = room.app
    running.end(app, room.session_id, by="T. Trainer")
    running.end(app, room.session_id)
    (session,) = load_team_record(app, room.team_id).sessions
    assert session.is_canceled and session.ended_at == NOON
    assert {guest.attendance for guest in session.guests} == {Attendance.INVITED}
    assert "will not take place" in write_invitation(app, room.session_id, zone=UTC)
    assert (read_event(room).status.value, read_event(room).sequence.value) == ("CANCELED", "1")
    (line,) = get_team_view(app, room.team_id, zone=UTC).sessions
    assert (line.absent, line.lacks) == ((), ())
    with pytest.raises(SessionError, match="has begun or ended"):
        opening.move_session(app, room.session_id, planned_at=PLANNED, place="")


def plan_same(room: Room, place: int, *, planned_at: datetime | None = PLANNED) -> opening.Plan:
    """A session in which everybody seeks the same student, one of several."""
    app = room.app
    assert isinstance(app.clock, FakeClock)
    app.clock.pass_s(1)
    forms = [known for known in app.catalog.list_forms() if known.form.use == "parallel"]
    same = [known for known in forms if known.recording_id == forms[0].recording_id]
    return opening.Plan(
        team_id=room.team_id,
        kind=SessionKind.BEFORE,
        starting=Starting.EACH,
        person_ids=tuple(room.people.values()),
        planned_at=planned_at,
        recording_id=same[place].recording_id,
        form_id=same[place].form.form_id,
    )


def list_given(room: Room, name: str) -> list[tuple[str, str]]:
    with room.app.store.read() as work:
        return [(row.form_id, row.timing.state.value) for row in work.attempts.list_of_person(room.people[name])]


@pytest.mark.parametrize("planned_at", [PLANNED, None])
def test_a_session_over_with_the_wrong_student_is_planned_again_with_the_right_one(
    drill_app: App, planned_at: datetime | None
) -> None:
    room = open_room(drill_app)
    wrong = plan_same(room, 0, planned_at=planned_at)
    running.end(drill_app, opening.open_session(drill_app, wrong))
    right = plan_same(room, 1)
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
    plan = plan_same(room, 0)
    running.end(drill_app, opening.open_session(drill_app, plan))
    again = opening.open_session(drill_app, plan_same(room, 0, planned_at=PLANNED + WEEK))
    assert list_given(room, "Ana") == [(plan.form_id, "assigned")]
    with pytest.raises(TaskError, match="has another drill waiting"):
        opening.open_session(drill_app, plan_same(room, 1))
    running.end(drill_app, again)
    opening.open_session(drill_app, plan_same(room, 1))


def test_a_drill_that_somebody_opened_or_was_given_alone_is_not_left_over(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    wrong = plan_same(room, 0, planned_at=None)
    given_drills.create_attempt(
        drill_app,
        room.people["Ben"],
        Phase.BEFORE,
        form_id=wrong.form_id,
        recording_id=wrong.recording_id,
        reason="asked for it",
    )
    clock.pass_s(1)
    session_id = opening.open_session(drill_app, wrong)
    here = Room(app=drill_app, session_id=session_id, team_id=room.team_id, people=room.people)
    here.read_briefing(*here.join("Ana"))
    running.end(drill_app, session_id)
    with pytest.raises(TaskError, match=r"Ana Lopez has another drill waiting, Ben Hill has another drill waiting"):
        opening.open_session(drill_app, plan_same(room, 1))
    assert [list_given(room, name)[-1][1] for name in ("Ana", "Ben", "Cy")] == ["briefed", "assigned", "assigned"]


def test_a_make_up_that_was_canceled_is_no_other_day_that_was_offered(drill_app: App, clock: FakeClock) -> None:
    missed = open_room(drill_app)
    missed.join("Ana")
    running.end(drill_app, missed.session_id)
    plan = opening.Plan(
        team_id=missed.team_id,
        kind=SessionKind.BEFORE,
        starting=Starting.TOGETHER,
        person_ids=(missed.people["Ben"],),
        makes_up=missed.session_id,
        planned_at=PLANNED,
    )

    def read_offer() -> str:
        lines = get_team_view(drill_app, missed.team_id, zone=UTC).sessions
        return next(line.made_up_by for line in lines if line.session_id == missed.session_id)

    clock.pass_s(1)
    first = opening.open_session(drill_app, plan)
    assert read_offer() == "Sep 21, 2026"
    running.end(drill_app, first)
    assert read_offer() == ""
    clock.pass_s(1)
    opening.open_session(drill_app, replace(plan, planned_at=PLANNED + WEEK))
    assert read_offer() == "Sep 28, 2026"
