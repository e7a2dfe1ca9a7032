"""A team whose session day went as session days go: one trained well, one ran out of time, one did not come."""

import pytest

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.console.scores import settle
from sim.features.session import attendance, opening
from sim.features.team import given_drills
from sim.program.session_day import Attendance
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room, open_room
from tests.support.tiny_app import LIMIT_S
from tests.support.tiny_course import play as play_try


def play(app: App, clock: FakeClock, attempt_id: str) -> None:
    play_try(app, clock, attempt_id, well=True)
    clock.pass_s(LIMIT_S)
    settle(app, attempt_id)


def do_drill(app: App, clock: FakeClock, person_id: str, phase: Phase) -> str:
    attempt_id = given_drills.create_attempt(app, person_id, phase)
    play(app, clock, attempt_id)
    return attempt_id


@pytest.fixture
def room(drill_app: App, clock: FakeClock) -> Room:
    room = open_room(drill_app)
    given = room.start_all("Ana", "Ben")
    play(drill_app, clock, given[0])
    settle(drill_app, given[1])
    opening.end(drill_app, room.session_id, by="T. Trainer")
    correct = attendance.correct
    correct(drill_app, room.session_id, room.people["Ben"], Attendance.ABSENT, reason="left early", by="T. Trainer")
    correct(drill_app, room.session_id, room.people["Ben"], Attendance.PRESENT, reason="was there", by="T. Trainer")
    later = open_room(drill_app, team_id=room.team_id, makes_up=room.session_id)
    later.join("Cy")
    return room
