"""A name taken by mistake: given back by whoever took it, or freed by the trainer; and who came by it."""

import pytest

from sim.drill.session_day import Attendance
from sim.errors import AccessError, SessionError
from sim.services.app.wiring import App
from sim.services.ledger.verify import verify
from sim.services.session_day import attendance, joining, running, seat
from sim.services.session_day.board import Stage
from sim.services.training_record.load import load_team_record
from tests.support.session_app import open_room


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
