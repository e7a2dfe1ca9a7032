"""The debrief's animated map in a browser: scrubbed by keyboard, told in words, printed as plans that stand still."""

import numpy as np
from playwright.sync_api import BrowserContext, Locator, Page, expect

from sim.app.wiring import App
from sim.tasks.common.simulated_user import FOLLOWER, PERFECT
from sim.ui.page import wording
from tests.browser.conftest import PRACTICE_FORM, UPSTAIRS_FORM
from tests.support.barriers import list_barriers
from tests.support.console_page import SLOW_MS, find_box
from tests.support.played_attempt import play_form
from tests.support.server_process import ServerProcess

TOUCH_PX = 44


def open_map(page: Page, server: ServerProcess, attempt_id: str) -> Locator:
    page.goto(f"{server.url}/drill?attempt={attempt_id}")
    page.get_by_text(wording.DEBRIEF_PATHS).click()
    slider = page.get_by_role("slider", name="Moment of the recording")
    expect(slider).to_be_visible(timeout=SLOW_MS)
    return slider


def test_scrubbing_by_keys_moves_the_student_as_truth_has(page: Page, server: ServerProcess, services: App) -> None:
    attempt_id = play_form(services, PRACTICE_FORM, skill=PERFECT)
    sent: list[object] = []

    def note_frame(frame: object) -> None:
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", note_frame))
    slider = open_map(page, server, attempt_id)
    slider.focus()
    sent.clear()
    known = services.catalog.get_form(PRACTICE_FORM)
    rows = services.catalog.get_truth(known.recording_id).table.rows
    own = rows[rows["person_id"] == known.form.target]
    compared = 0
    for key in ("Home", *["ArrowRight"] * 16, "PageDown", *["ArrowRight"] * 3, "PageUp", *["ArrowLeft"] * 4):
        page.keyboard.press(key)
        t_s = float(page.locator("[data-part=map]").get_attribute("data-t") or "nan")
        spot = page.locator("[data-part=student]")
        x_m, y_m = (float(spot.get_attribute(name) or "nan") for name in ("data-x", "data-y"))
        here = own[own["t_s"] == t_s]
        if len(here):
            compared += 1
            np.testing.assert_allclose([x_m, y_m], here[["floor_x_m", "floor_y_m"]].iloc[0].to_numpy(), atol=0.06)
    assert compared >= 5
    said = slider.get_attribute("aria-valuetext") or ""
    assert said.startswith(page.locator("[data-part=words] b").inner_text())
    assert sent == [], "scrubbing sent something to the server"


def test_wrong_marks_are_told_by_shape_and_word(page: Page, server: ServerProcess, services: App) -> None:
    slider = open_map(page, server, play_form(services, PRACTICE_FORM, skill=FOLLOWER))
    wrong = page.locator("g.mark[data-kind='wrong person']")
    expect(wrong.first).to_be_visible()
    assert wrong.first.locator("path.shape").count() == 1
    expect(wrong.first).to_contain_text("wrong person")
    assert page.locator("g.mark[data-kind='right'] path.shape").count() == 0
    slider.press("Home")
    said = []
    for _ in range(page.locator("g.mark").count()):
        page.get_by_role("button", name="Next mark").press("Enter")
        said.append(page.locator("[data-part=words]").inner_text())
        if page.get_by_role("button", name="Next mark").is_disabled():
            break
    assert any("wrong person" in words for words in said)
    assert list_barriers(page) == []
    page.emulate_media(media="print")
    expect(page.locator("[data-part=map]")).to_be_hidden()
    expect(page.get_by_role("button", name="Print or save as PDF")).to_be_hidden()
    expect(page.locator(".sl-paper-head")).to_contain_text("School: ")
    plan = page.locator(".sl-plans img").first
    expect(plan).to_be_visible()
    assert plan.evaluate("(image) => image.naturalWidth") > 0


def test_playing_follows_over_the_floors(phone_context: BrowserContext, server: ServerProcess, services: App) -> None:
    page = phone_context.new_page()
    slider = open_map(page, server, play_form(services, UPSTAIRS_FORM, skill=PERFECT))
    slider.press("Home")
    floors = page.get_by_role("group", name="Floor")
    shown = page.locator("figure:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_have_attribute("data-figure", "1")
    page.get_by_label("Speed").select_option("2")
    page.get_by_role("button", name="Play", exact=True).tap()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible(timeout=SLOW_MS)
    assert float(page.locator("[data-part=map]").get_attribute("data-t") or 0) == float(
        slider.get_attribute("max") or -1
    )
    expect(shown).to_have_attribute("data-figure", "2")
    floors.get_by_role("button").first.tap()
    expect(floors.get_by_role("button").first).to_have_attribute("aria-pressed", "true")
    for control in page.locator("[data-part=map] :is(button, select, input)").all():
        box = find_box(control)
        assert min(box["width"], box["height"]) >= TOUCH_PX
    assert list_barriers(page) == []
