"""People moved to another team by a roster during a session of their old one, and names that are given back."""

from dataclasses import replace

import pytest

from sim.app.wiring import App
from sim.console import attempts
from sim.console.scores import settle
from sim.db.teams import Limits
from sim.errors import AccessError, SessionError
from sim.features.accounts.links import list_links
from sim.features.program.plan import create_program
from sim.features.record.load import load_team_record
from sim.features.session import attendance, joining, opening, running
from sim.features.session.board import Stage, get_board
from sim.features.session.group_debrief import get_group_debrief
from sim.features.session.sessions import get_details, list_results
from sim.ledger.verify import verify
from sim.program.session_day import Attendance, SessionKind, Starting
from sim.rules.viewer import AT_THIS_MACHINE, NOBODY
from tests.support.bring_roster import bring
from tests.support.given import load_attempt, make_team
from tests.support.session_app import Room, open_room
from tests.unit.features.program.test_program import list_steps, make_order


def move(room: Room, name: str, *, to: str) -> None:
    with room.app.store.read() as work:
        whole, own = work.people.get(room.people[name]).name, work.teams.get(room.team_id).name
    for team_name in (own, to):
        bring(room.app, f"name,school,team,external id\n{whole},{team_name},{team_name},77\n")
    with room.app.store.read() as work:
        assert work.people.get(room.people[name]).team_id != room.team_id


def limit(room: Room) -> App:
    with room.app.store.read() as work:
        school = work.teams.get(room.team_id).name
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
    attendance.pause(trainer, room.session_id)
    attendance.resume(trainer, room.session_id)
    assert settle(trainer, attempt_id).timing.ended_pauses
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
    room = open_room(drill_app)
    attempts.abandon(drill_app, *room.start_all("Ana"))
    move(room, "Ana", to="Birch")
    assert [card.person_name for card in list_results(drill_app, room.session_id)] == ["Ana Lopez"]
    assert list_results(limit(room), room.session_id) == (), "not for whom the new school is closed"


def test_somebody_who_was_moved_gets_a_drill_in_a_session_of_a_program(measuring_app: App) -> None:
    app = measuring_app
    team_id, (ana, ben) = make_team(app, "Ana", "Ben")
    step = list_steps(app, create_program(app, make_order(team_id)))["before 1"]
    plan = opening.Plan(
        team_id=team_id, kind=SessionKind.BEFORE, starting=Starting.EACH, person_ids=(ana, ben), step_id=step.step_id
    )
    session_id = opening.open_session(app, plan)
    room = Room(app=app, session_id=session_id, team_id=team_id, people={"Ana": ana, "Ben": ben})
    move(room, "Ana", to="Birch")
    moved, other = (load_attempt(app, each) for each in room.read_briefing(*room.join("Ana", "Ben")))
    assert (moved.step_id, other.step_id) == (None, step.step_id), "the steps of a program are its own team's"


def read_recorded(room: Room) -> Attendance:
    running.end(room.app, room.session_id)
    (session,) = load_team_record(room.app, room.team_id).sessions
    assert verify(room.app.store).broken is None
    (ana,) = (guest.attendance for guest in session.guests if guest.name == "Ana Lopez")
    assert ana is room.row("Ana").attendance
    return ana


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
    assert read_recorded(room) is Attendance.PRESENT


def test_a_name_given_back_after_the_end_is_absent_as_nobody_came_by_it(drill_app: App) -> None:
    room = open_room(drill_app)
    running.show_briefing(drill_app, room.session_id)
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    running.end(drill_app, room.session_id)
    assert joining.leave_drill(drill_app, attempt_id)
    assert read_recorded(room) is Attendance.ABSENT


def test_who_never_came_is_absent_after_their_name_was_taken_by_somebody_else_and_freed(drill_app: App) -> None:
    room = open_room(drill_app)
    room.join("Ana")
    joining.free_name(drill_app, room.session_id, room.people["Ana"], by="T. Trainer")
    running.show_briefing(drill_app, room.session_id)
    room.read_briefing(*room.join("Ana"))
    joining.free_name(drill_app, room.session_id, room.people["Ana"], by="T. Trainer")
    assert room.row("Ana").attendance is Attendance.INVITED, "a briefing that was read is no drill"
    assert read_recorded(room) is Attendance.ABSENT


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


def test_once_the_clock_runs_only_the_trainer_frees_a_name_and_its_person_stays_present(drill_app: App) -> None:
    room = open_room(drill_app)
    (attempt_id,) = room.start_all("Ana")
    assert joining.find_joined_name(drill_app, attempt_id) == ""
    with pytest.raises(SessionError, match="tell your trainer"):
        joining.leave_drill(drill_app, attempt_id)
    assert room.row("Ana").stage is Stage.DRILL
    joining.free_name(drill_app, room.session_id, room.people["Ana"])
    assert room.row("Ana").attendance is Attendance.PRESENT
