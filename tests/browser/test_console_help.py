"""What helps at the console: hints, asked for by key and counted over a reload, and the familiarization drill."""

from playwright.sync_api import Page, expect

from sim.app.wiring import App
from sim.console import familiarization
from sim.console.console_data import describe_state
from tests.browser.conftest import PRACTICE_FORM
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.people_clicks import find_spot
from tests.support.server_process import ServerProcess


def test_a_hint_is_asked_for_by_key_and_counted_over_a_reload(console: ConsolePage, services: App) -> None:
    target = services.catalog.get_form(PRACTICE_FORM).form.task.person
    index = services.catalog.get_truth("tiny")
    first, second = [each for each in index.find_appearances(target) if not each.is_glimpse][:2]
    console.press("o")
    expect(console.part("hintLeft")).to_contain_text("5 of 5 hints left")
    expect(console.part("hintNext")).to_be_focused()
    console.press("Enter")
    expect(console.part("hintSaid")).to_contain_text("hints begin with your first correct mark")
    expect(console.part("hintLeft")).to_contain_text("5 of 5 hints left")
    console.part("hintStill").click()
    expect(console.part("hintSaid")).to_contain_text("Choose a camera first")
    expect(console.part("hintLeft")).to_contain_text("5 of 5 hints left")
    console.press("Escape")
    console.choose(first.camera_id)
    frame = (first.first_frame + first.last_frame) // 2
    console.step_to(frame)
    console.click_picture(*find_spot(index, target, camera_id=first.camera_id, frame=frame))
    expect(console.cards).to_have_count(1)
    console.press("o")
    console.part("hintNext").click()
    expect(console.part("hintSaid")).to_contain_text("After your last correct mark the student is on")
    console.part("hintSaid").get_by_role("button").click()
    console.wait_shown(second.camera_id)
    console.wait_saved()
    console.page.reload()
    console.wait_ready()
    console.press("o")
    expect(console.part("hintLeft")).to_contain_text("4 of 5 hints left")
    assert describe_state(services, console.attempt_id)["hints"] == 1


def test_steps_are_ticked_skipped_and_kept_over_a_reload(page: Page, server: ServerProcess, services: App) -> None:
    attempt_id = familiarization.create(services)
    console = ConsolePage(page, f"{server.url}/drill?attempt={attempt_id}").open()
    guide = console.part("guide")

    def wait_step(title: str) -> None:
        expect(guide).to_have_accessible_name(title)

    wait_step("Open a camera")
    first = page.locator(".tile").first
    first.click()
    console.wait_shown(str(first.get_attribute("data-camera")))
    wait_step("Play")
    console.part("play").click()
    wait_step("Pause")
    console.part("play").click()
    wait_step("Jump 10 seconds")
    page.reload()
    console.wait_ready()
    wait_step("Jump 10 seconds")
    console.part("forwardTen").click()
    wait_step("Step a frame")
    console.press("b")
    guide.get_by_role("button", name="Skip this").click()
    wait_step("Change the speed")
    guide.get_by_text("All steps").click()
    expect(console.part("guideList").locator("[data-how=done]")).to_have_count(5)
    expect(console.part("guideList").locator("[data-how=skipped]")).to_have_count(1)
    console.part("handIn").click()
    expect(console.part("finalZoneField")).to_be_hidden()
    console.part("handInNow").click()
    # the server counts the same steps in the log as the guide ticked, and the hand-in
    expect(page.get_by_role("heading", name="Partly done: 6 of 18 steps")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("button", name="Go through it again")).to_be_visible()
