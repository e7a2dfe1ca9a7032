"""What a searcher notes besides marks: bookmarks, saved pictures, reports of faulty cameras."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from sim.app.wiring import App
from sim.attempt.events import EventKind
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.given import list_payloads
from tests.support.tiny_recording import SIZE_WH, read_frame_number

Stored = Callable[[], dict]
PLAYERS = pytest.mark.parametrize("player", ["decoder", "video"], indirect=True)


def test_bookmarks_are_named_gone_to_removed_and_kept(console: ConsolePage, stored: Stored) -> None:
    console.press("b")
    expect(console.part("toast")).to_have_text("Choose a camera first")
    console.choose("CAM-01")
    console.step_to(33)
    console.press("b")
    expect(console.part("toast")).to_contain_text("Bookmarked: Lobby, 7:55:03 AM")
    console.press("b")
    console.part("toast").get_by_role("button", name="Add note").click()
    rows = console.page.locator(".noted-row[data-bookmark]")
    expect(rows).to_have_count(1)
    expect(rows.locator("input")).to_be_focused()
    console.page.keyboard.type('the "blue" bag <b>')
    console.page.keyboard.press("Tab")
    console.press("Escape")
    console.choose("CAM-02")
    console.step_to(90)
    console.page.locator(".controls [data-tool=bookmark]").click()
    console.wait_saved()
    console.page.reload()
    console.wait_ready()
    console.open_tool("bookmarks")
    expect(rows).to_have_count(2)
    expect(rows.nth(0).locator("input")).to_have_value('the "blue" bag <b>')
    rows.nth(1).get_by_role("button", name="Remove").click()
    expect(rows).to_have_count(1)
    rows.locator(".noted-go").click()
    console.wait_shown("CAM-01")
    console.wait_settled(33)
    console.wait_saved()
    assert [(each["t_s"], each["text"]) for each in stored()["bookmarks"]] == [(3.3, 'the "blue" bag <b>')]


@PLAYERS
def test_the_picture_is_saved_as_it_is_shown(player: str, console: ConsolePage, services: App, attempt_id: str) -> None:
    console.choose("CAM-02")
    console.step_to(77)
    with console.page.expect_download() as waiting:
        console.press("s")
    assert waiting.value.suggested_filename == "sightline_hall-a_7-55-07-am.jpg"
    picture = np.asarray(Image.open(io.BytesIO(waiting.value.path().read_bytes())).convert("RGB"))
    assert picture.shape[1] == SIZE_WH[0]
    band = picture[SIZE_WH[1] :]
    assert len(band) >= 20
    assert read_frame_number(picture[: SIZE_WH[1]]) == 77
    columns = (band.max(axis=(0, 2)) > 140).nonzero()[0]
    assert columns.min() < SIZE_WH[0] * 0.1
    assert columns.max() > SIZE_WH[0] * 0.9
    console.wait_saved()
    (event,) = list_payloads(services, attempt_id, EventKind.SNAPSHOT)
    assert (event["camera_id"], event["t_s"]) == ("CAM-02", 7.7)


def test_a_faulty_camera_is_reported_taken_back_and_told_in_the_debrief(console: ConsolePage, stored: Stored) -> None:
    console.choose("CAM-03")
    console.open_tool("fault")
    report = console.page.locator(".fault-form").get_by_role("button", name="Report")
    report.click()
    expect(console.page.locator(".noted-problem")).to_have_text("Choose what is wrong.")
    console.page.get_by_label("Something else").check()
    report.click()
    expect(console.page.locator(".noted-problem")).to_have_text("Say in a few words what is wrong.")
    console.page.get_by_label("In a few words").fill('a "bird" *sits* on it')
    report.click()
    expect(console.part("faultSheet")).to_be_hidden()
    for text in ("", "95 s slow"):
        console.open_tool("fault")
        console.page.get_by_label("Clock is wrong").check()
        console.page.get_by_label("In a few words").fill(text)
        report.click()
    console.wait_saved()
    assert [(each["fault"], each["text"]) for each in stored()["faults"]] == [
        ("other", 'a "bird" *sits* on it'),
        ("wrong-clock", "95 s slow"),
    ]
    console.open_tool("fault")
    console.page.get_by_label("View has moved").check()
    report.click()
    console.wait_saved()
    console.page.reload()
    console.wait_ready()
    console.open_tool("fault")
    rows = console.page.locator(".noted-row[data-report]")
    expect(rows).to_have_count(3)
    rows.nth(2).get_by_role("button").click()
    expect(rows).to_have_count(2)
    console.press("Escape")
    console.wait_saved()
    console.hand_in()
    for fold in ("Details", "Camera problems"):
        console.page.locator("summary").filter(has_text=fold).click(timeout=SLOW_MS)
    table = console.page.get_by_role("region", name="Camera problems")
    expect(table).to_contain_text('a "bird" *sits* on it')
    expect(table).to_contain_text("Clock is wrong: 95 s slow")
    expect(table).to_contain_text("no such fault")
    expect(table).not_to_contain_text("View has moved")
