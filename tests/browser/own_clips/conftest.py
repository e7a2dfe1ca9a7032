"""A server of its own for the page Our clips, without the person detector, and the services on its data folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.services.app.settings import DETECTOR_VARIABLE, read_settings
from sim.services.app.wiring import App, open_app, system_clock
from tests.support.server_process import ServerProcess


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path / "data", settings={DETECTOR_VARIABLE: "off"}) as running:
        yield running


@pytest.fixture
def own_services(tmp_path: Path, own_server: ServerProcess) -> Iterator[App]:
    opened = open_app(read_settings({"SIGHTLINE_DATA": str(tmp_path / "data")}), system_clock())
    yield opened
    opened.close()
