"""The doctor's own try at playing footage, in the browser that is on this machine."""

from pathlib import Path

import pytest

from sim.features.operations import doctor_content as browser
from sim.features.operations.doctor_machine import State
from sim.footage.recording.open import Recording


def test_a_clip_plays_in_a_browser_without_a_window(tiny_recording: Recording) -> None:
    (found,) = browser.check_browser(tiny_recording.folder / "main" / "CAM-01.mp4")
    assert (found.state, "plays" in found.text) == (State.OK, True), found


def test_a_clip_that_is_none_is_a_warning_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"no clip" * 1000)
    (found,) = browser.check_browser(tmp_path / "clip.mp4")
    assert (found.state, bool(found.todo)) == (State.WARNING, True), found
    assert "cannot play H.264" in found.text


def test_without_a_browser_it_says_how_to_check_by_hand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("PATH", "PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr(browser.sys, "platform", "linux")
    (found,) = browser.check_browser(tmp_path / "clip.mp4")
    assert found.state is State.OK
    assert browser.CHECK_BY_HAND in found.text
