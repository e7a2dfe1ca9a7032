"""The debrief's moments, losses and practice on the page, and what a damaged clip does to them."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from sim.drill.event import Event, EventKind
from sim.errors import RecordingError
from sim.services.app.wiring import App
from sim.services.attempt import attempts, intake
from sim.tasks.common.simulated_user import FOLLOWER
from sim.ui.debrief import sections as debrief_moments
from sim.ui.page import wording
from tests.app.conftest import RunPage
from tests.support.fake_clock import FakeClock
from tests.support.played_attempt import play_form
from tests.support.tiny_app import LIMIT_S


def unfold(page: AppTest, opened: list[str] | None = None) -> AppTest:
    """Open the section of moments: until then no picture is decoded."""
    assert not opened
    page.session_state[debrief_moments.FOLD_KEY] = True
    return page.run()


def test_moments_are_listed_and_only_the_first_wrong_one_is_open(
    run_page: RunPage, drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    load = debrief_moments.load_stills

    def note(*args: object) -> object:
        opened.append(args[2].title)  # type: ignore[attr-defined]
        return load(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(debrief_moments, "load_stills", note)
    page = unfold(run_page("drill", attempt=play_form(drill_app, "tiny-trace-a", skill=FOLLOWER)), opened)
    assert not page.exception
    labels = [box.label for box in page.expander]
    assert any("**you marked someone else**" in label for label in labels)
    assert any("CAM\\-0" in label for label in labels)
    assert len(opened) == 1
    assert "correct" not in opened[0]


def test_pictures_have_no_address_that_opens_elsewhere(run_page: RunPage, drill_app: App) -> None:
    """The attack: open a debrief's picture by its address, in a browser in which nobody is signed in."""
    page = unfold(run_page("drill", attempt=play_form(drill_app, "tiny-trace-a", skill=FOLLOWER)))
    pictures = [picture.url for each in page.get("image") for picture in each.proto.imgs]
    assert pictures
    assert all(url.startswith("data:image/jpeg;base64,/9j/") for url in pictures)
    assert "/media/" not in str(page)


def test_a_clip_that_cannot_be_read_leaves_the_rest_of_the_debrief(
    run_page: RunPage, drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RecordingError("main/CAM-01.mp4 cannot be decoded", todo="restore the clip")

    monkeypatch.setattr(debrief_moments, "load_stills", fail)
    page = unfold(run_page("drill", attempt=play_form(drill_app, "tiny-trace-a", skill=FOLLOWER)))
    assert not page.exception
    assert any(wording.MOMENT_PICTURE_LOST in str(warning.value) for warning in page.warning)
    assert any("cannot be decoded" in str(warning.value) for warning in page.warning)
    assert page.button(key="done")


def test_a_long_list_is_shown_in_parts(run_page: RunPage, drill_app: App, clock: FakeClock) -> None:
    attempt_id = attempts.create_practice(drill_app, form_id="tiny-trace-a")
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    cameras = [camera.camera_id for camera in drill_app.catalog.get_recording("tiny").manifest.cameras]
    marks = [(camera, second) for camera in cameras for second in (0.5, 6.0, 11.5)] * 2
    corners = [0.0] * (len(marks) // 2) + [1.0] * (len(marks) // 2)
    events = [
        Event(
            tab_id="5b0d5a76-3f0e-4a51-9d5e-0d2b8f7c1a11",
            seq=seq,
            t_client_ms=100.0 * seq,
            kind=EventKind.MARK,
            payload={"mark_id": f"f{seq}", "camera_id": camera, "frame": 0, "t_s": t_s, "x": x, "y": 0.0},
        )
        for seq, ((camera, t_s), x) in enumerate(zip(marks, corners, strict=True), start=1)
    ]
    clock.pass_s(60.0)
    intake.accept_events(drill_app, attempt_id, tab_id=events[0].tab_id, events=events)
    clock.pass_s(LIMIT_S + 60.0)
    page = run_page("drill", attempt=attempt_id)
    assert not page.exception
    choice = page.selectbox(key="moments-page")
    assert choice.options[0].startswith(f"1 to {debrief_moments.PAGE} of ")
    moments = re.compile(r":material/")
    first = [box.label for box in page.expander if moments.match(box.label)]
    choice.set_value(debrief_moments.PAGE).run()
    assert not page.exception
    second = [box.label for box in page.expander if moments.match(box.label)]
    assert first[0] not in second
    assert second
