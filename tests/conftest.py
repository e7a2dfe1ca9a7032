"""Fixtures that every test may use."""

import pickle
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from sim.app.settings import PROJECT
from sim.app.wiring import App
from sim.features.accounts import sign_in
from sim.features.library.footage_build import PlannedBuild, plan_scenario
from sim.features.operations import demo
from sim.footage.recording.open import Recording, open_recording
from tests.support.build_once import build_once
from tests.support.fake_clock import FakeClock
from tests.support.faulty_recording import build_faulty_recording
from tests.support.tiny_app import lay_out_library, lay_out_measuring_library, make_tiny_app
from tests.support.tiny_recording import build_planned, make_tiny_plan

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

pytest_plugins = ["tests.support.slow_first", "tests.support.databases"]

# how long an example takes says what else the machine does, not whether the code is right
settings.register_profile(
    "the same each time", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("new ones", settings.get_profile("the same each time"), derandomize=False)
settings.load_profile("the same each time")


@pytest.fixture
def quick_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(sign_in, "_HASHER", quick)
    monkeypatch.setattr(sign_in, "_NEVER_RIGHT", quick.hash("nobody knows"))


@pytest.fixture(scope="session")
def tiny_recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return open_recording(build_once(tmp_path_factory, "tiny", partial(build_planned, make_tiny_plan())))


@pytest.fixture(scope="session")
def faulty_recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return open_recording(build_once(tmp_path_factory, "faulty", build_faulty_recording))


@pytest.fixture(scope="session")
def shipped_morning(tmp_path_factory: pytest.TempPathFactory) -> PlannedBuild:
    """The plan of the shipped recording, half a minute's work."""

    def write(path: Path) -> None:
        path.write_bytes(pickle.dumps(plan_scenario(PROJECT / "scenarios" / "morning-arrival.yaml")))

    planned: PlannedBuild = pickle.loads(build_once(tmp_path_factory, "morning", write).read_bytes())
    return planned


@pytest.fixture
def tiny_recording_copy(tiny_recording: Recording, tmp_path: Path) -> Recording:
    folder = tmp_path / "tiny"
    shutil.copytree(tiny_recording.folder, folder)
    return open_recording(folder)


@pytest.fixture(scope="session")
def tiny_library(tmp_path_factory: pytest.TempPathFactory, tiny_recording: Recording) -> Path:
    return lay_out_library(tmp_path_factory.mktemp("library"), tiny_recording)


@pytest.fixture(scope="session")
def measuring_library(tmp_path_factory: pytest.TempPathFactory, tiny_recording: Recording) -> Path:
    return lay_out_measuring_library(tmp_path_factory.mktemp("measuring"), tiny_recording)


@pytest.fixture(scope="session")
def playwright() -> Iterator["Playwright"]:
    from tests.support.engines.by_playwright import start_playwright  # noqa: PLC0415

    with start_playwright() as running:
        yield running


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory, tiny_library: Path) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "data"
    app = make_tiny_app(folder, tiny_library, FakeClock())
    demo.fill_demo(app, people=8, seed=1)
    app.close()
    return folder


@pytest.fixture
def demo_app(demo_data: Path, tiny_library: Path, tmp_path: Path) -> Iterator[App]:
    app = make_tiny_app(Path(shutil.copytree(demo_data, tmp_path / "demo")), tiny_library, FakeClock())
    yield app
    app.close()


@pytest.fixture
def drill_app(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[App]:
    """On footage for practice alone; where a test is marked `measures` on footage that measures, too."""
    library = "measuring_library" if request.node.get_closest_marker("measures") else "tiny_library"
    opened = make_tiny_app(tmp_path / "data", request.getfixturevalue(library), clock)
    yield opened
    opened.close()


@pytest.fixture
def measuring_app(tmp_path: Path, measuring_library: Path, clock: FakeClock) -> Iterator[App]:
    opened = make_tiny_app(tmp_path / "data", measuring_library, clock)
    yield opened
    opened.close()


@pytest.fixture
def growing_app(tmp_path: Path, measuring_library: Path, clock: FakeClock) -> Iterator[App]:
    library = Path(shutil.copytree(measuring_library, tmp_path / "library"))
    (library / "forms" / "tiny.yaml").rename(tmp_path / "tiny.yaml")
    opened = make_tiny_app(tmp_path / "data", library, clock)
    yield opened
    opened.close()
