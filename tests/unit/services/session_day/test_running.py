"""The course of a session: waiting, briefing, start, end; servers that die and clocks that jump."""

import pytest

from sim.drill.attempt import AttemptState
from sim.drill.session_day import Place, SessionKind, Starting
from sim.errors import SessionError
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.intake import accept_events
from sim.services.session_day import running, seat
from sim.services.session_day.board import Stage
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room, open_room
from tests.support.tiny_app import LIMIT_S, reopen


def place_of(room: Room, own: str) -> Place:
    return seat.get_seat(room.app, own).place


def test_together_everybody_waits_reads_and_starts_at_one_moment(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    ana, ben = room.join("Ana", "Ben")
    assert place_of(room, ana) is Place.WAITING
    with pytest.raises(SessionError, match="not open"):
        seat.enter_drill(drill_app, ana)
    with pytest.raises(SessionError, match="briefing first"):
        running.start(drill_app, room.session_id)
    running.show_briefing(drill_app, room.session_id)
    given = room.read_briefing(ana, ben)
    assert len(set(given)) == 2
    assert [room.row(name).stage for name in ("Ana", "Ben", "Cy")] == [Stage.BRIEFING, Stage.BRIEFING, Stage.AWAY]
    clock.pass_s(5)
    with pytest.raises(SessionError, match="wait for the start"):
        running.begin_own(drill_app, given[0])
    assert running.start(drill_app, room.session_id) == 2
    with drill_app.store.read() as work:
        released = {work.attempts.get(each).timing.released_at for each in given}
    assert released == {clock.read().wall}
    clock.pass_s(30)
    assert running.start(drill_app, room.session_id) == 0
    assert [room.row(name).used_s for name in ("Ana", "Ben", "Cy")] == [30.0, 30.0, None]


def test_who_comes_late_or_is_not_looking_begins_alone(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    ana, ben = room.join("Ana", "Ben")
    running.show_briefing(drill_app, room.session_id)
    given = room.read_briefing(ana, ben)
    clock.pass_s(60)
    running.note_seen(drill_app, given[0])
    assert (room.row("Ana").is_there, room.row("Ben").is_there, room.row("Ben").quiet_s) == (True, False, 60.0)
    assert running.start(drill_app, room.session_id) == 1
    assert attempts.get_state(drill_app, given[1]) is AttemptState.BRIEFED
    assert not running.is_held(drill_app, given[1])
    running.begin_own(drill_app, given[1])
    (late,) = room.read_briefing(*room.join("Cy"))
    running.begin_own(drill_app, late)
    assert room.board.count(Stage.DRILL) == 3


def test_getting_to_know_the_console_begins_with_the_start(drill_app: App) -> None:
    room = open_room(drill_app, kind=SessionKind.FAMILIARIZATION)
    (ana,) = room.join("Ana")
    assert place_of(room, ana) is Place.WAITING
    running.start(drill_app, room.session_id)
    attempt_id = seat.enter_drill(drill_app, ana)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.RUNNING
    assert seat.enter_drill(drill_app, ana) == attempt_id


def test_a_drill_goes_on_after_the_session_has_ended(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    ana, ben = room.join("Ana", "Ben")
    (attempt_id,) = room.read_briefing(ana)
    running.begin_own(drill_app, attempt_id)
    running.end(drill_app, room.session_id)
    assert (place_of(room, ana), place_of(room, ben)) == (Place.DRILL, Place.OVER)
    with pytest.raises(SessionError, match="has ended"):
        room.join("Cy")
    with pytest.raises(SessionError, match="not open"):
        seat.enter_drill(drill_app, ben)
    assert not room.board.all_ended
    clock.pass_s(LIMIT_S)
    assert room.row("Ana").stage is Stage.TIMED_OUT
    assert room.board.all_ended


def test_a_briefing_whose_session_ended_before_the_start_is_held_no_more(drill_app: App) -> None:
    room = open_room(drill_app)
    (own,) = room.join("Ana")
    running.show_briefing(drill_app, room.session_id)
    (attempt_id,) = room.read_briefing(own)
    assert running.is_held(drill_app, attempt_id)
    running.end(drill_app, room.session_id)
    assert not running.is_held(drill_app, attempt_id)
    with pytest.raises(SessionError, match="has ended"):
        running.start(drill_app, room.session_id)
    again = open_room(drill_app, team_id=room.team_id)
    (own,) = again.join("Ana")
    running.show_briefing(drill_app, again.session_id)
    assert again.read_briefing(own) == [attempt_id]
    assert running.is_held(drill_app, attempt_id)


def test_a_killed_server_forgets_nothing(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    ana, ben = room.join("Ana", "Ben")
    running.show_briefing(drill_app, room.session_id)
    given = room.read_briefing(ana, ben)
    clock.pass_s(10)
    clock.restart(epoch="run-2")
    second = reopen(drill_app, clock)
    assert running.start(second, room.session_id) == 2
    clock.pass_s(40)
    clock.restart(epoch="run-3")
    clock.pass_s(20)
    third = reopen(second, clock)
    again = Room(app=third, session_id=room.session_id, team_id=room.team_id, people=room.people)
    assert seat.enter_drill(third, ana) == given[0]
    assert [again.row(name).used_s for name in ("Ana", "Ben")] == [60.0, 60.0]
    second.close()
    third.close()


def test_a_wall_clock_set_back_or_on_gives_and_takes_no_time(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    ana, ben = room.join("Ana", "Ben")
    running.show_briefing(drill_app, room.session_id)
    given = room.read_briefing(ana, ben)
    clock.set_wall(-3600)
    assert (room.row("Ana").quiet_s, room.row("Ana").is_there) == (0.0, True)
    assert running.start(drill_app, room.session_id) == 2
    clock.pass_s(10)
    clock.set_wall(7200)
    assert room.row("Ana").used_s == 10.0
    clock.set_wall(22 * 3600)  # with the two hours before, short of 24: a seat ends 12 hours after its day
    assert room.board.is_over
    assert (room.row("Ana").used_s, room.row("Ana").stage) == (10.0, Stage.DRILL)
    assert place_of(room, ana) is Place.DRILL
    assert attempts.get_state(drill_app, given[1]) is AttemptState.RUNNING


def test_what_the_console_posts_is_a_sign_of_life(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    running.begin_own(drill_app, attempt_id)
    clock.pass_s(50)
    assert not room.row("Ana").is_there
    accept_events(drill_app, attempt_id, tab_id="0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11", events=())
    assert (room.row("Ana").is_there, room.row("Ana").quiet_s) == (True, 0.0)
