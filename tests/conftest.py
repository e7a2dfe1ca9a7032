"""Fixtures that every test may use."""

import shutil
from pathlib import Path

import pytest

from sim.footage.open import Recording, open_recording
from tests.support.tiny_recording import build_tiny_recording


@pytest.fixture(scope="session")
def tiny_recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """The tiny recording, built once; do not change its files (see `tiny_recording_copy`)."""
    return build_tiny_recording(tmp_path_factory.mktemp("recordings") / "tiny")


@pytest.fixture
def tiny_recording_copy(tiny_recording: Recording, tmp_path: Path) -> Recording:
    """A copy of the tiny recording that the test may damage."""
    folder = tmp_path / "tiny"
    shutil.copytree(tiny_recording.folder, folder)
    return open_recording(folder)
