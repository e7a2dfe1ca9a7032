"""Services that can make new recordings, and workers that never finish one."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.footage.recording.recording import FORMS, RECORDINGS
from sim.services.app.wiring import App
from sim.services.library import generate
from sim.services.library import job as generate_job
from sim.services.library.job import Job
from tests.support.generator_site import write_generator_site

WAITS = "import sys, threading; sys.stdin.readline(); threading.Event().wait()"


def get_job(app: App) -> Job:
    """Return the job that there is."""
    found = generate.get_job(app)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_generator_site(tmp_path_factory.mktemp("sites") / "walking-hall")


@pytest.fixture
def app(drill_app: App, site_folder: Path) -> App:
    """Services with a site of their own, and a library that takes new recordings."""
    data = drill_app.settings.data
    shutil.copytree(site_folder, data / generate.OWN_SITES / "walking-hall")
    for folder in (RECORDINGS, FORMS):
        (data / folder).mkdir()
    return drill_app


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Workers that begin and never get anywhere; ended after the test."""
    monkeypatch.setattr(generate, "make_command", lambda data: [sys.executable, "-c", WAITS])
    yield
    for child in list(generate_job.children.values()):
        child.kill()
        child.wait()
    generate_job.children.clear()
