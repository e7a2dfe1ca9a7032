import json
from dataclasses import asdict, replace
from functools import partial

import pytest

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState
from sim.console import attempts
from sim.console import questions as help_requests
from sim.console.intake import accept_events
from sim.errors import SessionError
from sim.features.library.form_library import get_form_library, list_done
from sim.features.session import attendance, joining, opening
from sim.features.session.board import Stage, get_details, list_invitable, set_extra_time, suggest
from sim.features.session.group_debrief import get_group_debrief, load_missed_still
from sim.features.team import team
from sim.program.session_day import Attendance, Place, SessionKind, Starting
from sim.scoring.moments import BoxRole
from tests.app.test_familiarization import hand_in
from tests.support.fake_clock import FakeClock
from tests.support.session_app import NAMES, Room, open_room
from tests.support.tiny_app import LIMIT_S, reopen
from tests.unit.features.session.conftest import plan_same
from tests.unit.ledger.conftest import play

TAB = "0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11"


def place_of(room: Room, own: str) -> Place:
    return joining.get_seat(room.app, own).place


def test_who_comes_late_or_is_not_looking_begins_alone(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    given = room.brief(*room.join("Ana", "Ben"))
    clock.pass_s(60)
    with pytest.raises(SessionError, match="wait for the start"):
        opening.begin_own(drill_app, given[0])
    opening.note_seen(drill_app, given[0])
    assert (room.row("Ana").is_there, room.row("Ben").is_there, room.row("Ben").quiet_s) == (True, False, 60.0)
    assert [opening.start(drill_app, room.session_id) for _ in range(2)] == [1, 0]
    assert not opening.is_held(drill_app, given[1])
    opening.begin_own(drill_app, given[1])
    (late,) = room.read_briefing(*room.join("Cy"))
    opening.begin_own(drill_app, late)
    assert room.board.count(Stage.DRILL) == 3
    clock.pass_s(50)
    accept_events(drill_app, late, tab_id=TAB, events=())
    assert [room.row(name).is_there for name in ("Ana", "Ben", "Cy")] == [False, False, True], "a post says: there"


def test_getting_to_know_the_console_begins_with_the_start(drill_app: App) -> None:
    room = open_room(drill_app, kind=SessionKind.FAMILIARIZATION)
    (ana,) = room.join("Ana")
    assert place_of(room, ana) is Place.WAITING
    opening.start(drill_app, room.session_id)
    attempt_id = joining.enter_drill(drill_app, ana)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.RUNNING
    assert joining.enter_drill(drill_app, ana) == attempt_id


def test_a_drill_goes_on_after_the_session_has_ended(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    ana, ben = room.join("Ana", "Ben")
    (attempt_id,) = room.read_briefing(ana)
    opening.begin_own(drill_app, attempt_id)
    opening.end(drill_app, room.session_id)
    assert (place_of(room, ana), place_of(room, ben)) == (Place.DRILL, Place.OVER)
    with pytest.raises(SessionError, match="has ended"):
        room.join("Cy")
    with pytest.raises(SessionError, match="not open"):
        joining.enter_drill(drill_app, ben)
    dee = team.add_person(drill_app, room.team_id, "Dee")
    for ask in (opening.show_briefing, opening.renew_link, partial(opening.invite, person_ids=[dee])):
        with pytest.raises(SessionError, match="has ended"):
            ask(drill_app, room.session_id)
    assert not room.board.all_ended
    clock.pass_s(LIMIT_S)
    assert room.row("Ana").stage is Stage.TIMED_OUT
    assert room.board.all_ended


def test_a_briefing_whose_session_ended_before_the_start_is_held_again_by_the_next_session(drill_app: App) -> None:
    room = open_room(drill_app)
    (attempt_id,) = room.brief(*room.join("Ana"))
    opening.end(drill_app, room.session_id)
    assert not opening.is_held(drill_app, attempt_id)
    with pytest.raises(SessionError, match="has ended"):
        opening.start(drill_app, room.session_id)
    again = open_room(drill_app, team_id=room.team_id, extra_time={"Ana": 1.5})
    (own,) = again.join("Ana")
    assert again.brief(own) == [attempt_id]
    assert opening.is_held(drill_app, attempt_id)
    assert attempts.get_briefing(drill_app, attempt_id).limit_s == 1.5 * LIMIT_S, "with the time of that session"


def test_a_killed_server_forgets_nothing(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    ana, ben = room.join("Ana", "Ben")
    given = room.brief(ana, ben)
    clock.pass_s(10)
    clock.restart(epoch="run-2")
    second = reopen(drill_app, clock)
    assert opening.start(second, room.session_id) == 2
    clock.pass_s(40)
    clock.restart(epoch="run-3")
    clock.pass_s(20)
    third = reopen(second, clock)
    again = replace(room, app=third)
    assert joining.enter_drill(third, ana) == given[0]
    assert [again.row(name).used_s for name in ("Ana", "Ben")] == [60.0, 60.0]
    second.close()
    third.close()


def test_a_wall_clock_set_back_or_on_gives_and_takes_no_time(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    ana, ben = room.join("Ana", "Ben")
    given = room.brief(ana, ben)
    clock.set_wall(-3600)
    assert (room.row("Ana").quiet_s, room.row("Ana").is_there) == (0.0, True)
    assert opening.start(drill_app, room.session_id) == 2
    clock.pass_s(10)
    clock.set_wall(7200)
    assert room.row("Ana").used_s == 10.0
    clock.set_wall(22 * 3600)  # with the two hours before, short of 24: a seat ends 12 hours after its day
    assert room.board.is_over
    assert (room.row("Ana").used_s, room.row("Ana").stage) == (10.0, Stage.DRILL)
    assert place_of(room, ana) is Place.DRILL
    assert attempts.get_state(drill_app, given[1]) is AttemptState.RUNNING


def begin_own(room: Room, name: str) -> str:
    (attempt_id,) = room.read_briefing(*room.join(name))
    opening.begin_own(room.app, attempt_id)
    return attempt_id


def test_misses_are_counted_over_the_room_once_all_have_done_their_drill(drill_app: App, clock: FakeClock) -> None:
    here = open_room(drill_app)
    room = replace(here, session_id=opening.open_session(drill_app, plan_same(here, 0)))
    ana, ben, cy = (begin_own(room, name) for name in ("Ana", "Ben", "Cy"))
    clock.pass_s(5)
    for attempt_id in (ana, ben):
        hand_in(drill_app, attempt_id)
    view = get_group_debrief(drill_app, room.session_id)
    assert view.held_until and not view.missed, "one still has to do it"
    play(drill_app, clock, cy)
    view = get_group_debrief(drill_app, room.session_id)
    assert (view.held_until, view.drills, view.passed) == ("", 3, 1)
    assert view.missed and view.rule
    assert [each[1] for each in view.each] == ["Did not pass", "Did not pass", "Passed"], "the fastest first"
    assert [each[0] for each in view.each[:2]] == ["0:05", "0:05"]
    missed = [(each[2][0] == "0", each[3] == "-") for each in view.each]
    assert missed == [(True, False), (True, False), (False, True)]
    assert all((each.missed, each.of, bool(each.clock)) == (2, 3, True) for each in view.missed)
    assert [mark.number for mark in view.marks] == sorted((mark.number for mark in view.marks), reverse=True)
    for each in view.missed:
        assert each.scene is None or {boxed.role for boxed in each.scene.boxes} == {BoxRole.STUDENT}
    pictures = [load_missed_still(drill_app, view, each) for each in view.missed]
    assert any(picture is not None and picture.startswith(b"\xff\xd8") for picture in pictures)
    told = repr({**asdict(view), "plan": None})
    for name in NAMES:
        assert name.split()[0] not in told


def came(room: Room) -> dict[str, str]:
    return {name: room.row(name).attendance.value for name in room.people}


def test_who_joins_a_make_up_has_made_it_up(drill_app: App) -> None:
    room = open_room(drill_app)
    room.join("Ana")
    opening.end(drill_app, room.session_id)
    hint = suggest(drill_app, room.team_id, makes_up=room.session_id, step_id=None)
    assert set(hint.person_ids) == {room.people["Ben"], room.people["Cy"]}
    second = open_room(drill_app, team_id=room.team_id, makes_up=room.session_id)
    opening.end(drill_app, second.session_id)
    third = open_room(drill_app, team_id=room.team_id, makes_up=second.session_id)
    third.join("Ben")
    assert came(room) == {"Ana": "present", "Ben": "made_up", "Cy": "absent"}
    assert came(second) == {"Ana": "absent", "Ben": "made_up", "Cy": "absent"}
    (change,) = attendance.list_changes(drill_app, room.session_id)
    assert (change.name, change.was, change.became) == ("Ben Hill", Attendance.ABSENT, Attendance.MADE_UP)
    with pytest.raises(SessionError, match="reason"):
        attendance.correct(drill_app, room.session_id, room.people["Cy"], Attendance.PRESENT, reason="x" * 201)


def test_who_did_not_come_to_the_make_up_session_after_all_has_made_up_nothing(drill_app: App) -> None:
    room = open_room(drill_app, names=("Ana", "Ben"))
    opening.end(drill_app, room.session_id)
    second = open_room(drill_app, team_id=room.team_id, makes_up=room.session_id)
    ben = room.people["Ben"]

    def correct(session_id: str, to: Attendance) -> str:
        attendance.correct(drill_app, session_id, ben, to, reason="another person")
        return came(room)["Ben"]

    (seat,) = second.join("Ben")
    assert came(room)["Ben"] == "made_up"
    joining.leave_seat(drill_app, seat)
    assert (came(room)["Ben"], came(second)["Ben"]) == ("absent", "invited"), "a name taken by mistake"
    second.join("Ben")
    assert came(room)["Ben"] == "made_up"
    assert correct(second.session_id, Attendance.ABSENT) == "absent"
    assert correct(second.session_id, Attendance.PRESENT) == "made_up"
    correct(room.session_id, Attendance.ABSENT)
    correct(room.session_id, Attendance.MADE_UP)
    assert correct(second.session_id, Attendance.ABSENT) == "made_up", "what a trainer entered themselves stays"


def test_who_was_put_down_as_absent_and_joins_is_present_with_a_record(drill_app: App) -> None:
    room = open_room(drill_app)
    attendance.correct(drill_app, room.session_id, room.people["Ana"], Attendance.ABSENT, reason="called in ill")
    room.join("Ana")
    joining.free_name(drill_app, room.session_id, room.people["Ana"])
    room.join("Ana")
    changes = attendance.list_changes(drill_app, room.session_id)
    assert [each.became.value for each in changes] == ["absent", "present", "absent", "present"]


def test_calls_for_help_are_kept_with_their_time_and_answer(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    attempt_id = begin_own(room, "Ana")
    asked_at = clock.pass_s(42).wall
    for seconds in (5, 0):
        assert help_requests.ask_help(drill_app, attempt_id) == {"asked": 1, "answered": 0}
        clock.pass_s(seconds)
    assert (room.row("Ana").help_at, room.row("Ben").help_at) == (asked_at, None)
    help_requests.answer_help(drill_app, room.session_id, room.people["Ana"])
    assert room.row("Ana").help_at is None
    assert help_requests.ask_help(drill_app, attempt_id) == {"asked": 2, "answered": 1}
    calls = get_details(drill_app, room.session_id, room.people["Ana"]).calls
    assert [(call.elapsed_s, call.answered_at is None) for call in calls] == [(42.0, False), (47.0, True)]
    with pytest.raises(SessionError, match="no drill yet"):
        help_requests.answer_help(drill_app, room.session_id, room.people["Ben"])


@pytest.fixture
def room(drill_app: App) -> Room:
    return open_room(drill_app, starting=Starting.EACH, extra_time={"Ana": 1.5})


def test_the_limit_is_longer_wherever_it_is_shown_and_nothing_names_it(room: Room, clock: FakeClock) -> None:
    app, ana, ben = room.app, begin_own(room, "Ana"), begin_own(room, "Ben")
    briefing, data = attempts.get_briefing(app, ana), attempts.get_console(app, ana).data
    assert briefing.limit_s == data["limit_s"] == 1.5 * LIMIT_S
    assert data.keys() == attempts.get_console(app, ben).data.keys()
    assert "extra" not in json.dumps(data) + repr(briefing)
    clock.pass_s(LIMIT_S)
    assert attempts.get_state(app, ana) is AttemptState.RUNNING
    assert attempts.get_state(app, ben) is AttemptState.TIMED_OUT
    clock.pass_s(0.5 * LIMIT_S)
    assert attempts.get_state(app, ana) is AttemptState.TIMED_OUT
    with app.store.read() as work:
        done = [row.person_id for row in list_done(work)]
    assert (done, get_form_library(app).done) == ([room.people["Ben"]], 1), "others are not measured by it"


def test_it_can_be_set_until_the_clock_runs_and_is_kept_for_the_next_session(room: Room) -> None:
    app, ben = room.app, room.people["Ben"]
    (attempt_id,) = room.read_briefing(*room.join("Ben"))
    for factor in (2.0, 1.25):
        set_extra_time(app, room.session_id, ben, factor)
        assert attempts.get_briefing(app, attempt_id).limit_s == factor * LIMIT_S
    with pytest.raises(SessionError):
        set_extra_time(app, room.session_id, ben, 3.0)
    opening.begin_own(app, attempt_id)
    with pytest.raises(SessionError, match="clock has started"):
        set_extra_time(app, room.session_id, ben, 1.0)
    assert not get_details(app, room.session_id, ben).can_change_time
    known = {room.people[name]: factor for name, factor in (("Ana", 1.5), ("Ben", 1.25), ("Cy", 1.0))}
    assert {key: factor for key, (_, factor) in list_invitable(app, room.team_id).items()} == known
    open_room(app, team_id=room.team_id)
    with app.store.read() as work:
        assert opening.find_usual_extra_time(work, ben) == 1.0
