"""The debrief's moments, losses and practice on the page, and what a damaged clip does to them."""

import pytest

from sim.errors import RecordingError
from sim.services.wiring import App
from sim.tasks.skill import FOLLOWER, PERFECT
from sim.ui import debrief_moments, wording
from tests.app.conftest import RunPage
from tests.support.played import play_form


def test_moments_are_listed_and_only_the_first_wrong_one_is_open(
    run_page: RunPage, drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    load = debrief_moments.load_stills

    def note(*args: object) -> object:
        opened.append(args[2].title)  # type: ignore[attr-defined]
        return load(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(debrief_moments, "load_stills", note)
    page = run_page("drill", attempt=play_form(drill_app, "tiny-trace-a", skill=FOLLOWER, seed=1))
    assert not page.exception
    labels = [box.label for box in page.expander]
    assert any("**you marked somebody else**" in label for label in labels)
    assert any("CAM\\-0" in label for label in labels)
    assert len(opened) == 1
    assert "right" not in opened[0]


def test_a_clip_that_cannot_be_read_leaves_the_rest_of_the_debrief(
    run_page: RunPage, drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RecordingError("main/CAM-01.mp4 cannot be decoded", todo="restore the clip")

    monkeypatch.setattr(debrief_moments, "load_stills", fail)
    page = run_page("drill", attempt=play_form(drill_app, "tiny-trace-a", skill=FOLLOWER, seed=1))
    assert not page.exception
    assert any(wording.MOMENT_PICTURE_LOST in str(warning.value) for warning in page.warning)
    assert any("cannot be decoded" in str(warning.value) for warning in page.warning)
    assert page.button(key="done")


def test_a_perfect_attempt_has_no_losses(run_page: RunPage, drill_app: App) -> None:
    page = run_page("drill", attempt=play_form(drill_app, "tiny-trace-a", skill=PERFECT, seed=3))
    assert not page.exception
    assert wording.DEBRIEF_LOSSES not in [header.value for header in page.header]
    assert wording.DEBRIEF_MOMENTS in [header.value for header in page.header]
