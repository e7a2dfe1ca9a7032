"""People moved to another team by a roster while they are in a session or an exercise of their old one: it goes on."""

from dataclasses import replace
from datetime import date

import pytest

from sim.db.teams import Limits
from sim.drill.session_day import Attendance, SessionKind, Starting
from sim.errors import AccessError, SessionError
from sim.services.accounts.links import list_links
from sim.services.accounts.viewer import AT_THIS_MACHINE, NOBODY
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.ledger.verify import verify
from sim.services.program.plan import create_program
from sim.services.roster.apply import apply_roster, preview_roster
from sim.services.roster.read import read_roster
from sim.services.session_day import attendance, joining, opening, running
from sim.services.session_day.board import Stage, get_board
from sim.services.session_day.group_debrief import get_group_debrief
from sim.services.session_day.sessions import get_details, list_results
from sim.services.team import team
from sim.services.training_record.load import load_team_record
from tests.support.session_app import Room, open_room
from tests.unit.services.program.test_program import make_order

TODAY = date(2026, 9, 1)


def move(room: Room, name: str, *, to: str) -> None:
    """Move somebody to another team, as the district's list says from one day to the next."""
    with room.app.store.read() as work:
        whole, own = work.teams.get_person(room.people[name]).name, work.teams.get_team(room.team_id).name
    for team_name in (own, to):
        rows = f"name,school,team,external id\n{whole},{team_name},{team_name},77\n"
        roster = read_roster(rows.encode(), name="list", today=TODAY)
        plan = preview_roster(room.app, AT_THIS_MACHINE, roster)
        assert not plan.wrong
        apply_roster(room.app, AT_THIS_MACHINE, roster, expected=plan.fingerprint)
    with room.app.store.read() as work:
        assert work.teams.get_person(room.people[name]).team_id != room.team_id


def limit(room: Room) -> App:
    """The services as a trainer of the session's school has them, who sees no other school."""
    with room.app.store.read() as work:
        school = work.teams.get_team(room.team_id).name
    return replace(room.app, store=replace(room.app.store, limits=Limits(schools=frozenset({school}))))


def test_a_session_goes_on_with_somebody_who_was_moved_to_another_school(drill_app: App) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    attendance.correct(drill_app, room.session_id, room.people["Ana"], Attendance.ABSENT, reason="called in ill")
    move(room, "Ana", to="Birch")
    trainer = limit(room)
    assert [row.name for row in get_board(trainer, room.session_id).rows] == ["Ana Lopez", "Ben Hill", "Cy Park"]
    assert [name for _, name in joining.get_join(drill_app, NOBODY, room.link).names] == ["Ana", "Ben", "Cy"]
    assert [each.name for each in attendance.list_changes(trainer, room.session_id)] == ["Ana Lopez"]
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    running.begin_own(drill_app, attempt_id)
    assert get_details(trainer, room.session_id, room.people["Ana"]).name == "Ana Lopez"
    assert "Ana Lopez" in {line.who for line in list_links(trainer, AT_THIS_MACHINE, room.team_id)}
    assert attendance.correct(
        trainer, room.session_id, room.people["Ana"], Attendance.ABSENT, reason="it was another one"
    )
    attempts.abandon(drill_app, attempt_id)
    running.end(trainer, room.session_id)
    assert get_group_debrief(trainer, room.session_id).drills == 0
    (session,) = load_team_record(drill_app, room.team_id).sessions
    assert [guest.name for guest in session.guests] == ["Ana Lopez", "Ben Hill", "Cy Park"]


def test_who_was_moved_and_never_came_is_absent_at_the_end(drill_app: App) -> None:
    room = open_room(drill_app)
    move(room, "Cy", to="Birch")
    running.end(limit(room), room.session_id)
    assert room.row("Cy").attendance is Attendance.ABSENT


def test_results_of_a_session_hold_the_drill_of_somebody_who_was_moved(drill_app: App) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    running.begin_own(drill_app, attempt_id)
    attempts.abandon(drill_app, attempt_id)
    move(room, "Ana", to="Birch")
    assert [card.person_name for card in list_results(drill_app, room.session_id)] == ["Ana Lopez"]
    assert list_results(limit(room), room.session_id) == (), "not for whom the new school is closed"


def test_somebody_who_was_moved_gets_a_drill_in_a_session_of_a_program(measuring_app: App) -> None:
    app = measuring_app
    team_id = team.add_team(app, "Team 1")
    people = {name: team.add_person(app, team_id, name) for name in ("Ana", "Ben")}
    program_id = create_program(app, make_order(team_id))
    with app.store.read() as work:
        step = next(each for each in work.programs.list_steps([program_id]) if each.kind.value == "before")
    plan = opening.Plan(
        team_id=team_id,
        kind=SessionKind.BEFORE,
        starting=Starting.EACH,
        person_ids=tuple(people.values()),
        step_id=step.step_id,
    )
    room = Room(app=app, session_id=opening.open_session(app, plan), team_id=team_id, people=people)
    move(room, "Ana", to="Birch")
    attempt_id, other_id = room.read_briefing(*room.join("Ana", "Ben"))
    with app.store.read() as work:
        assert work.attempts.get(attempt_id).step_id is None, "the steps of a program are its own team's"
        assert work.attempts.get(other_id).step_id == step.step_id


def test_who_took_anothers_name_gives_it_back(drill_app: App) -> None:
    room = open_room(drill_app)
    (wrong,) = room.join("Ana")
    joining.leave_seat(drill_app, wrong)
    with pytest.raises(AccessError, match="freed"):
        joining.get_seat(drill_app, wrong)
    joining.leave_seat(drill_app, wrong)
    assert (room.row("Ana").stage, room.row("Ana").attendance) == (Stage.AWAY, Attendance.INVITED)
    running.show_briefing(drill_app, room.session_id)
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    assert joining.find_joined_name(drill_app, attempt_id) == "Ana Lopez"
    assert joining.leave_drill(drill_app, attempt_id)
    assert not joining.leave_drill(drill_app, attempt_id)
    (own,) = room.join("Ana")
    assert joining.enter_drill(drill_app, own) == attempt_id
    running.end(drill_app, room.session_id)
    (session,) = load_team_record(drill_app, room.team_id).sessions
    assert {guest.name: guest.attendance for guest in session.guests}["Ana Lopez"] is Attendance.PRESENT
    assert verify(drill_app.store).broken is None


def test_a_name_given_back_after_the_end_is_absent_as_nobody_came_by_it(drill_app: App) -> None:
    room = open_room(drill_app)
    running.show_briefing(drill_app, room.session_id)
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    running.end(drill_app, room.session_id)
    assert joining.leave_drill(drill_app, attempt_id)
    assert room.row("Ana").attendance is Attendance.ABSENT
    (session,) = load_team_record(drill_app, room.team_id).sessions
    assert {guest.name: guest.attendance for guest in session.guests}["Ana Lopez"] is Attendance.ABSENT
    assert verify(drill_app.store).broken is None


def test_who_never_came_is_absent_after_their_name_was_taken_by_somebody_else_and_freed(drill_app: App) -> None:
    room = open_room(drill_app)
    room.join("Ana")
    joining.free_name(drill_app, room.session_id, room.people["Ana"], by="T. Trainer")
    assert (room.row("Ana").stage, room.row("Ana").attendance) == (Stage.AWAY, Attendance.INVITED)
    running.show_briefing(drill_app, room.session_id)
    room.read_briefing(*room.join("Ana"))
    joining.free_name(drill_app, room.session_id, room.people["Ana"], by="T. Trainer")
    assert room.row("Ana").attendance is Attendance.INVITED, "a briefing that was read is no drill"
    running.end(drill_app, room.session_id)
    (session,) = load_team_record(drill_app, room.team_id).sessions
    assert {guest.name: guest.attendance for guest in session.guests}["Ana Lopez"] is Attendance.ABSENT
    assert verify(drill_app.store).broken is None


def test_whose_drill_has_begun_stays_present_when_the_name_is_freed(drill_app: App) -> None:
    room = open_room(drill_app)
    room.start_all("Ana")
    joining.free_name(drill_app, room.session_id, room.people["Ana"])
    assert room.row("Ana").attendance is Attendance.PRESENT


@pytest.mark.parametrize("by_trainer", [True, False])
def test_a_name_given_back_leaves_what_the_trainer_entered(drill_app: App, by_trainer: bool) -> None:
    room = open_room(drill_app)
    ana, ben, cy = (room.people[name] for name in ("Ana", "Ben", "Cy"))
    attendance.correct(drill_app, room.session_id, ana, Attendance.PRESENT, reason="came without a device")
    attendance.correct(drill_app, room.session_id, ben, Attendance.ABSENT, reason="called in ill")
    seats = room.join("Ana", "Ben", "Cy")
    attendance.correct(drill_app, room.session_id, cy, Attendance.ABSENT, reason="sits next door")
    for own, person_id in zip(seats, (ana, ben, cy), strict=True):
        if by_trainer:
            joining.free_name(drill_app, room.session_id, person_id)
        else:
            joining.leave_seat(drill_app, own)
    running.end(drill_app, room.session_id)
    assert [room.row(name).attendance.value for name in ("Ana", "Ben", "Cy")] == ["present", "absent", "absent"]


def test_once_the_clock_runs_only_the_trainer_frees_a_name(drill_app: App) -> None:
    room = open_room(drill_app)
    (attempt_id,) = room.start_all("Ana")
    assert joining.find_joined_name(drill_app, attempt_id) == ""
    with pytest.raises(SessionError, match="tell your trainer"):
        joining.leave_drill(drill_app, attempt_id)
    assert room.row("Ana").stage is Stage.DRILL
