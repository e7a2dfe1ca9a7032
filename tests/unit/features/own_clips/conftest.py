"""The services as an installation has them, for walks that become drills."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sim.app.wiring import App, open_app
from tests.support.fake_clock import FakeClock


@pytest.fixture
def walk_app(drill_app: App, clock: FakeClock) -> Iterator[App]:
    settings, data = drill_app.settings, drill_app.settings.data
    places = {"recordings": (*settings.recordings, data / "recordings"), "forms": (*settings.forms, data / "forms")}
    opened = open_app(replace(settings, **places), clock)
    yield opened
    opened.close()
