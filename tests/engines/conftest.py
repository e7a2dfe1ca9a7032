"""The real app in further browser engines; each is started once, and found to be left without an error."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.app.settings import DETECTOR_VARIABLE
from sim.app.wiring import App
from sim.features.operations import demo
from sim.footage.recording.open import Recording
from tests.browser.conftest import LIMIT_S
from tests.support.engines.by_playwright import Firefox, find_firefox
from tests.support.engines.engine import Engine
from tests.support.engines.webkit import WebKit, find_missing
from tests.support.server_process import ServerProcess, open_data
from tests.support.tiny_app import lay_out_library

PLAIN_PAGE = "/account/sign-in"
"""One of the app's address without Streamlit."""


def miss(engine: str, packages: str) -> None:
    words = f"{engine} is not on this machine. `make test` installs it on Debian and Ubuntu: {packages}"
    (pytest.fail if os.environ.get("CI") else pytest.skip)(words)


@pytest.fixture(scope="session", params=["Firefox", "WebKit"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened: Engine
    if request.param == "WebKit":
        if missing := find_missing():
            miss("WebKit", ", ".join(missing))
        opened = WebKit(tmp_path_factory.mktemp("webkit"))
    else:
        if find_firefox() is None:
            miss("Firefox", "firefox-esr")
        opened = Firefox(request.getfixturevalue("playwright"))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def no_errors(engine: Engine, server: ServerProcess) -> Iterator[None]:
    engine.go(f"{server.url}{PLAIN_PAGE}")
    engine.ask("() => [localStorage, sessionStorage].forEach((store) => store.clear())")
    before = len(server.lines)
    yield
    assert engine.take_errors() == []
    said = "".join(server.lines[before:])
    assert "traceback" not in said.lower(), said


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory, tiny_recording: Recording) -> Path:
    folder = tmp_path_factory.mktemp("engines") / "data"
    return lay_out_library(folder, tiny_recording, practice_limit_s=LIMIT_S)


@pytest.fixture(scope="session")
def server(data: Path) -> Iterator[ServerProcess]:
    with ServerProcess(data, settings={DETECTOR_VARIABLE: "off"}) as running:
        yield running


@pytest.fixture(scope="session")
def services(data: Path, server: ServerProcess) -> Iterator[App]:
    opened = open_data(data)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def team_id(services: App) -> str:
    return demo.fill_demo(services, people=3, seed=1)
