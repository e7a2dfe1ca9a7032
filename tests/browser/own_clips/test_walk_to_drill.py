"""A trainer takes clips of a walk from the page Our footage to the briefing of a practice drill, and deletes them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from sim.app.settings import DETECTOR_VARIABLE
from sim.app.wiring import App
from sim.features.own_clips import folder
from tests.support.barriers import list_barriers
from tests.support.server_process import ServerProcess
from tests.support.staged_clips import CLIPS, START, cut_clip, load_walker, make_keyframes
from tests.support.walk_page import SLOW_MS, WalkPage

SECONDS = 4.0
WALKED = (CLIPS[0], CLIPS[1])
LOOKS = 10
"""A slow machine leaves moments out, which do not count as seen: then people look again."""


def import_clips(page: Page, paths: list[Path]) -> None:
    page.get_by_label("Name of the walk").fill("Front door to lobby")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Check both boxes first")).to_be_visible()
    for words in ("The school may use this footage", "Everyone who acts in the walk agreed"):
        page.get_by_text(words).click()
    page.get_by_role("button", name="Begin").click()
    chosen = page.get_by_label("Choose clips")
    chosen.set_input_files([str(path) for path in paths])
    for cut, path in zip(WALKED, paths[:2], strict=True):
        page.get_by_label(f"Camera of {path.name}").fill(cut.camera)
    page.get_by_role("button", name="Import these clips").click()
    expect(page.locator(".chosen .refused")).to_contain_text("notes.mp4", timeout=SLOW_MS)
    page.get_by_role("button", name=f"Leave out {paths[2].name}").click()
    expect(page.locator("[data-state=done]")).to_have_count(2, timeout=SLOW_MS)
    expect(page.get_by_role("heading", name="How far apart the cameras are")).to_be_visible(timeout=SLOW_MS)


def type_clocks(walk: WalkPage) -> None:
    page = walk.page
    walk.open_step("Clocks")
    fields = page.get_by_role("textbox", name=re.compile("clock in this picture"))
    expect(fields).to_have_count(4, timeout=SLOW_MS)
    fields.first.fill("half past seven")
    fields.first.press("Tab")
    expect(page.get_by_text("is not a time. Type it like")).to_be_visible(timeout=SLOW_MS)
    for number, cut in enumerate(WALKED):
        for place, clip_s in enumerate((0.0, SECONDS - 0.1)):
            moment = START + timedelta(seconds=cut.start_s + clip_s + cut.off_s)
            field = fields.nth(2 * number + place)
            field.fill(f"{moment:%I:%M:%S %p}")
            field.press("Tab")
    one, other = WALKED
    page.get_by_role("spinbutton", name="Seconds into the clip").nth(4).fill(f"{other.start_s - one.start_s + 1.3:.1f}")
    page.keyboard.press("Tab")
    page.get_by_role("spinbutton", name="Seconds into the clip").nth(5).fill("1.3")
    page.keyboard.press("Tab")
    expect(page.get_by_alt_text(f"{other.name}, 1.3 s")).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("button", name="Add this moment").click()
    expect(page.get_by_text("95.0 s slow")).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("button", name="Put the clips on one clock").click()
    expect(page.get_by_text("The clips are on one clock. Look")).to_be_visible(timeout=SLOW_MS)


def confirm_blurring(walk: WalkPage) -> None:
    page = walk.page
    walk.open_step("Blurring")
    walk.wait_footage()
    confirm = page.get_by_role("button", name="Confirm this camera")
    for number, cut in enumerate(WALKED):
        walk.part("cameraChoice").select_option(label=cut.camera)
        walk.wait_footage()
        expect(confirm).to_be_disabled()
        if number == 0:
            walk.go_to(10)
            walk.drag((0.1, 0.1), (0.2, 0.3))
            page.keyboard.press("Enter")
            page.get_by_role("button", name="Blur these").click()
            expect(walk.part("said")).to_contain_text("Check the camera again", timeout=SLOW_MS)
            walk.wait_footage()
        else:
            meet_gap(walk)
        for _ in range(LOOKS):
            page.get_by_role("button", name="Check at 4×").click()
            expect(walk.part("play")).to_have_text("Play", timeout=SLOW_MS)
            if confirm.is_enabled():
                break
        expect(confirm).to_be_enabled()
        confirm.click()
        expect(walk.part("said")).to_have_text("Confirmed.", timeout=SLOW_MS)


def meet_gap(walk: WalkPage) -> None:
    walk.go_to(0)
    expect(walk.part("noPicture")).to_contain_text("No picture on this camera at this time.")
    walk.part("toPicture").click()
    expect(walk.part("noPicture")).to_be_hidden()
    begins = round((WALKED[1].start_s - WALKED[0].start_s) * 10)
    assert int(walk.root.get_attribute("data-frame") or 0) == pytest.approx(begins, abs=3)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path / "data", settings={DETECTOR_VARIABLE: "off"}) as running:
        yield running


def test_clips_become_a_drill(page: Page, own_server: ServerProcess, own_services: App, tmp_path: Path) -> None:
    _, rows = load_walker()
    rows = pd.concat(
        rows[(rows["camera_id"] == cut.camera_id) & (rows["t_s"] < cut.start_s + SECONDS - 0.2)] for cut in WALKED
    )
    broken = tmp_path / "notes.mp4"
    broken.write_text("no clip at all", encoding="utf-8")
    page.goto(f"{own_server.url}/our-clips")
    expect(page.get_by_role("heading", name="Our footage")).to_be_visible(timeout=SLOW_MS)
    paths = [cut_clip(tmp_path / cut.name, cut, seconds=SECONDS) for cut in WALKED]
    import_clips(page, [*paths, broken])
    assert list_barriers(page) == []
    walk = WalkPage(page)
    type_clocks(walk)
    confirm_blurring(walk)
    (card,) = folder.list_walks(own_services)
    folder.change_track(folder.get_folder(own_services, card.walk_id), base=0, put=make_keyframes(rows))
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.set_viewport_size({"width": 1366, "height": 768})
    walk.open_step("Drill")
    page.get_by_role("button", name="Make the drill").click()
    page.get_by_role("button", name=re.compile("^Try it")).click()
    expect(page.get_by_text("only the walker is known").first).to_be_visible(timeout=SLOW_MS)
    page.goto(f"{own_server.url}/our-clips?walk={card.walk_id}")
    page.get_by_text("Delete this walk").click()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("The walk was deleted, with 1 recording and 1 practice drill.")).to_be_visible(
        timeout=SLOW_MS
    )
    assert folder.list_walks(own_services) == ()
