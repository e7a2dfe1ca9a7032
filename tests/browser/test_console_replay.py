"""A finished search, watched again, shows the same cameras at the same times."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.console_page import SLOW_MS, ConsolePage

Moment = tuple[int, str, int]
"""When it was, in ms of the drill, and which frame of which camera was shown."""
SHOWS_MOMENT = "([console, atMs]) => console.dataset.atMs === String(atMs) && console.dataset.settled === 'true'"
LAG_FRAMES = 3
"""By how many frames a picture may lie behind the clock before playing waits for it, see `clocks.js`, and one."""


def note_moment(console: ConsolePage, camera_id: str) -> Moment:
    console.wait_settled()
    console.wait_saved()
    at_ms, frame = (int(console.root.get_attribute(f"data-{name}") or -1) for name in ("at-ms", "frame"))
    return at_ms, camera_id, frame


def search(console: ConsolePage) -> list[Moment]:
    console.choose("CAM-01")
    console.press(" ")
    console.wait_frame_beyond(12)
    console.press("k")
    moments = [note_moment(console, "CAM-01")]
    console.choose("CAM-02")
    console.press("]")
    console.press(" ")
    console.wait_frame_beyond(45)
    console.press("k")
    moments.append(note_moment(console, "CAM-02"))
    for _ in range(3):
        console.press(",")
    moments.append(note_moment(console, "CAM-02"))
    console.choose("CAM-03")
    console.go_to("7:55:09 AM")
    console.mark_spot(0.4, 0.6)
    return [*moments, note_moment(console, "CAM-03")]


def test_the_same_cameras_at_the_same_times(console: ConsolePage) -> None:
    moments = search(console)
    assert moments[-1][2] == 90
    console.press("w")
    console.wait_saved()
    console.hand_in()
    console.watch_again()
    expect(console.part("replayPlay")).to_have_attribute("aria-label", "Play the replay")
    for at_ms, camera_id, frame in (*moments, moments[0]):
        console.jump_replay(at_ms)
        shown = [console.root.element_handle(), at_ms]
        console.page.wait_for_function(SHOWS_MOMENT, arg=shown, polling="raf", timeout=SLOW_MS)
        expect(console.part("stage")).to_have_attribute("data-camera", camera_id)
        assert int(console.root.get_attribute("data-frame") or -1) == pytest.approx(frame, abs=LAG_FRAMES)

    console.jump_replay(10**9)
    expect(console.cards).to_have_count(1)
    expect(console.page.locator(".tile:visible")).to_have_count(1)
    console.jump_replay(0)
    expect(console.page.locator(".tile:visible")).to_have_count(4)
    console.press("f")
    expect(console.part("cross")).to_be_hidden()
    console.page.get_by_role("link", name="Back to debrief").click()
    expect(console.page.get_by_role("heading", name=re.compile("^Debrief"))).to_be_visible(timeout=SLOW_MS)

    console.page.goto(f"{console.page.url}&replay=expert")
    expect(console.root).to_have_attribute("data-mode", "replay", timeout=SLOW_MS)
    console.wait_ready()
    console.jump_replay(10**9)
    expect(console.part("replayCaption")).to_have_text(re.compile(r"\w+ .*\.$"))
