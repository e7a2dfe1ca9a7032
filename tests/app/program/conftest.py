"""A team with two people, and what a page of a program says."""

import pytest

from sim.app.wiring import App
from sim.features.team import team
from tests.support.fake_clock import FakeClock

HOSTILE = 'Büro "A" <b>*x*</b>'


@pytest.fixture
def drill_app(measuring_app: App) -> App:
    return measuring_app


@pytest.fixture
def team_id(drill_app: App, clock: FakeClock) -> str:
    made = team.add_team(drill_app, HOSTILE, school="Maple Ridge")
    for name in ("Heron <i>", "Otter"):
        team.add_person(drill_app, made, name)
        clock.pass_s(1)
    return made
