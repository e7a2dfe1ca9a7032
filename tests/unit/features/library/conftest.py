"""Services that can make new recordings, and nobody who works on them."""

import shutil
from pathlib import Path

import pytest

from sim.app.own_folders import OWN_SITES
from sim.app.wiring import App
from sim.builds import queue
from sim.footage.recording.recording import FORMS, RECORDINGS
from tests.support.generator_site import write_generator_site


@pytest.fixture(scope="module")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_generator_site(tmp_path_factory.mktemp("sites") / "walking-hall")


@pytest.fixture
def app(drill_app: App, site_folder: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    data = drill_app.settings.data
    shutil.copytree(site_folder, data / OWN_SITES / "walking-hall")
    for folder in (RECORDINGS, FORMS):
        (data / folder).mkdir()
    monkeypatch.setattr(queue, "start_worker", lambda app: None)
    return drill_app
