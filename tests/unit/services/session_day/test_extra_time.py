"""Extended time: a longer limit that only the trainer knows of, kept out of all timed statistics."""

import json
from dataclasses import replace

import pytest

from sim.drill.attempt import AttemptState
from sim.drill.session_day import Starting
from sim.errors import SessionError
from sim.services.app.wiring import App
from sim.services.attempt import attempts, scores
from sim.services.debrief import page as debrief
from sim.services.library.form_library import get_form_library
from sim.services.session_day import opening, running
from sim.services.session_day.board import Stage
from sim.services.session_day.extra_time import set_extra_time
from sim.services.session_day.sessions import get_details, get_invitation
from sim.services.team.given_drills import export_attempts
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room, open_room
from tests.support.tiny_app import LIMIT_S


@pytest.fixture
def room(drill_app: App) -> Room:
    return open_room(drill_app, starting=Starting.EACH, extra_time={"Ana": 1.5})


def begin(room: Room, name: str) -> str:
    (attempt_id,) = room.read_briefing(*room.join(name))
    running.begin_own(room.app, attempt_id)
    return attempt_id


def test_the_limit_is_longer_wherever_it_is_shown_or_compared(room: Room, clock: FakeClock) -> None:
    attempt_id = begin(room, "Ana")
    other = begin(room, "Ben")
    assert attempts.get_briefing(room.app, attempt_id).limit_s == 1.5 * LIMIT_S
    assert attempts.get_console(room.app, attempt_id).data["limit_s"] == 1.5 * LIMIT_S
    clock.pass_s(LIMIT_S)
    assert attempts.get_state(room.app, attempt_id) is AttemptState.RUNNING
    assert attempts.get_state(room.app, other) is AttemptState.TIMED_OUT
    clock.pass_s(0.5 * LIMIT_S)
    assert attempts.get_state(room.app, attempt_id) is AttemptState.TIMED_OUT


def test_nothing_that_the_trainee_gets_names_it(room: Room, clock: FakeClock) -> None:
    attempt_id, other = begin(room, "Ana"), begin(room, "Ben")
    data = [attempts.get_console(room.app, each).data for each in (attempt_id, other)]
    assert data[0].keys() == data[1].keys()
    assert "extra" not in json.dumps(data[0])
    briefing = attempts.get_briefing(room.app, attempt_id)
    assert "extra" not in repr(briefing)
    clock.pass_s(2 * LIMIT_S)
    scores.settle(room.app, attempt_id)
    assert "extra" not in repr(debrief.get_debrief(room.app, attempt_id)).lower()


def test_the_board_cannot_tell_who_has_it(room: Room, clock: FakeClock) -> None:
    for name in ("Ana", "Ben"):
        begin(room, name)
    for _ in range(4):
        ana, ben = room.row("Ana"), room.row("Ben")
        assert replace(ana, person_id="", name="") == replace(ben, person_id="", name="")
        clock.pass_s(LIMIT_S / 4 - 1)
    clock.pass_s(60)
    ana, ben = room.row("Ana"), room.row("Ben")
    assert (ana.stage, ana.used_s) == (ben.stage, ben.used_s) == (Stage.TIMED_OUT, None)
    assert get_details(room.app, room.session_id, room.people["Ana"]).extra_time == 1.5


def test_it_stays_out_of_the_times_that_others_are_measured_by(room: Room, clock: FakeClock) -> None:
    for name in ("Ana", "Ben"):
        begin(room, name)
    clock.pass_s(2 * LIMIT_S)
    table = export_attempts(room.app, room.team_id, by_name=True).set_index("person_id")
    assert dict(table["extra_time"]) == {"Ben Hill": "no"}, "no file tells who had it"
    with room.app.store.read() as work:
        assert [row.person_id for row in work.attempts.list_done()] == [room.people["Ben"]]
    assert get_form_library(room.app).done == 1


def test_it_can_be_set_until_the_clock_runs_and_is_kept_for_the_next_session(room: Room) -> None:
    app, ben = room.app, room.people["Ben"]
    (attempt_id,) = room.read_briefing(*room.join("Ben"))
    set_extra_time(app, room.session_id, ben, 2.0)
    assert attempts.get_briefing(app, attempt_id).limit_s == 2.0 * LIMIT_S
    set_extra_time(app, room.session_id, ben, 1.25)
    assert attempts.get_briefing(app, attempt_id).limit_s == 1.25 * LIMIT_S
    with pytest.raises(SessionError):
        set_extra_time(app, room.session_id, ben, 3.0)
    running.begin_own(app, attempt_id)
    with pytest.raises(SessionError, match="clock has started"):
        set_extra_time(app, room.session_id, ben, 1.0)
    assert not get_details(app, room.session_id, ben).can_change_time
    assert get_invitation(app, room.team_id).extra_time == {
        room.people["Ana"]: 1.5,
        ben: 1.25,
        room.people["Cy"]: 1.0,
    }
    later = open_room(app, names=(), team_id=room.team_id)
    assert later.row("Ana").person_id == room.people["Ana"]
    with app.store.read() as work:
        assert opening.find_usual_extra_time(work, ben) == 1.0


def test_a_drill_given_before_takes_the_sessions_time_and_console(drill_app: App) -> None:
    first = open_room(drill_app, starting=Starting.EACH)
    (attempt_id,) = first.read_briefing(*first.join("Ana"))
    running.end(drill_app, first.session_id)
    again = open_room(drill_app, team_id=first.team_id, starting=Starting.EACH, extra_time={"Ana": 1.5})
    assert again.read_briefing(*again.join("Ana")) == [attempt_id]
    assert attempts.get_briefing(drill_app, attempt_id).limit_s == 1.5 * LIMIT_S
