"""Who came, how that is corrected and made up; calls for help and their answers."""

import pytest

from sim.drill.session_day import Attendance, Starting
from sim.errors import AttemptError, SessionError
from sim.services.app.wiring import App
from sim.services.attempt import attempts, help_requests
from sim.services.session_day import attendance, joining, running
from sim.services.session_day.sessions import get_details, suggest
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room, open_room


def came(room: Room) -> dict[str, str]:
    return {name: room.row(name).attendance.value for name in room.people}


def test_who_joins_a_make_up_has_made_it_up(drill_app: App) -> None:
    room = open_room(drill_app)
    room.join("Ana")
    running.end(drill_app, room.session_id)
    hint = suggest(drill_app, room.team_id, makes_up=room.session_id, step_id=None)
    assert set(hint.person_ids) == {room.people["Ben"], room.people["Cy"]}
    second = open_room(drill_app, team_id=room.team_id, makes_up=room.session_id)
    running.end(drill_app, second.session_id)
    third = open_room(drill_app, team_id=room.team_id, makes_up=second.session_id)
    third.join("Ben")
    assert came(room) == {"Ana": "present", "Ben": "made_up", "Cy": "absent"}
    assert came(second) == {"Ana": "absent", "Ben": "made_up", "Cy": "absent"}
    (change,) = attendance.list_changes(drill_app, room.session_id)
    assert (change.name, change.was, change.became) == ("Ben Hill", Attendance.ABSENT, Attendance.MADE_UP)


def test_a_correction_needs_a_reason_and_is_kept(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    running.end(drill_app, room.session_id)
    ben = room.people["Ben"]
    for reason in ("", "  ", "x" * 201):
        with pytest.raises(SessionError, match="reason"):
            attendance.correct(drill_app, room.session_id, ben, Attendance.PRESENT, reason=reason)
    words = 'came, "no device" <b>=1+1'
    assert attendance.correct(drill_app, room.session_id, ben, Attendance.PRESENT, reason=words)
    assert not attendance.correct(drill_app, room.session_id, ben, Attendance.PRESENT, reason="again")
    clock.pass_s(60)
    assert attendance.correct(drill_app, room.session_id, ben, Attendance.ABSENT, reason="mixed up")
    changes = attendance.list_changes(drill_app, room.session_id)
    assert [(each.was.value, each.became.value, each.reason) for each in changes] == [
        ("absent", "present", words),
        ("present", "absent", "mixed up"),
    ]


def test_who_was_put_down_as_absent_and_joins_is_present_with_a_record(drill_app: App) -> None:
    room = open_room(drill_app)
    attendance.correct(drill_app, room.session_id, room.people["Ana"], Attendance.ABSENT, reason="called in ill")
    room.join("Ana")
    joining.free_name(drill_app, room.session_id, room.people["Ana"])
    room.join("Ana")
    changes = attendance.list_changes(drill_app, room.session_id)
    assert [each.became.value for each in changes] == ["absent", "present", "absent", "present"]


def test_a_call_for_help_waits_on_the_board_until_it_is_answered(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    with pytest.raises(AttemptError, match="does not run"):
        help_requests.ask_help(drill_app, attempt_id)
    running.begin_own(drill_app, attempt_id)
    assert attempts.get_console(drill_app, attempt_id).data["help"] == {"asked": 0, "answered": 0}
    asked_at = clock.pass_s(42).wall
    assert help_requests.ask_help(drill_app, attempt_id) == {"asked": 1, "answered": 0}
    clock.pass_s(5)
    assert help_requests.ask_help(drill_app, attempt_id) == {"asked": 1, "answered": 0}
    assert (room.row("Ana").help_at, room.row("Ben").help_at) == (asked_at, None)
    help_requests.answer_help(drill_app, room.session_id, room.people["Ana"])
    assert room.row("Ana").help_at is None
    assert help_requests.get_help(drill_app, attempt_id) == {"asked": 1, "answered": 1}
    assert help_requests.ask_help(drill_app, attempt_id) == {"asked": 2, "answered": 1}
    calls = get_details(drill_app, room.session_id, room.people["Ana"]).calls
    assert [(call.elapsed_s, call.answered_at is None) for call in calls] == [(42.0, False), (47.0, True)]
    with pytest.raises(SessionError, match="no drill yet"):
        help_requests.answer_help(drill_app, room.session_id, room.people["Ben"])


def test_who_did_not_come_to_the_make_up_session_after_all_has_made_up_nothing(drill_app: App) -> None:
    room = open_room(drill_app, names=("Ana", "Ben"))
    room.join("Ana")
    running.end(drill_app, room.session_id)
    second = open_room(drill_app, team_id=room.team_id, makes_up=room.session_id)
    second.join("Ben")
    ben = room.people["Ben"]
    assert room.row("Ben").attendance is Attendance.MADE_UP
    attendance.correct(drill_app, second.session_id, ben, Attendance.ABSENT, reason="another person")
    assert room.row("Ben").attendance is Attendance.ABSENT
    attendance.correct(drill_app, second.session_id, ben, Attendance.PRESENT, reason="it was them")
    assert room.row("Ben").attendance is Attendance.MADE_UP
    attendance.correct(drill_app, room.session_id, ben, Attendance.ABSENT, reason="no")
    attendance.correct(drill_app, room.session_id, ben, Attendance.MADE_UP, reason="elsewhere")
    attendance.correct(drill_app, second.session_id, ben, Attendance.ABSENT, reason="not there")
    assert room.row("Ben").attendance is Attendance.MADE_UP, "what a trainer entered themselves stays"


def test_a_name_taken_by_mistake_at_a_make_up_session_has_made_up_nothing(drill_app: App) -> None:
    room = open_room(drill_app, names=("Ana", "Ben"))
    room.join("Ana")
    running.end(drill_app, room.session_id)
    second = open_room(drill_app, team_id=room.team_id, makes_up=room.session_id)
    (seat,) = second.join("Ben")
    assert room.row("Ben").attendance is Attendance.MADE_UP
    joining.leave_seat(drill_app, seat)
    assert (room.row("Ben").attendance, second.row("Ben").attendance) == (Attendance.ABSENT, Attendance.INVITED)
    second.join("Ben")
    assert room.row("Ben").attendance is Attendance.MADE_UP
