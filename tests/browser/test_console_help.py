"""What helps at the console: hints, asked for by key and counted over a reload, and the familiarization drill."""

from playwright.sync_api import Page, expect

from sim.services.app.wiring import App
from sim.services.attempt import familiarization
from sim.services.attempt.intake import describe_state
from tests.browser.conftest import PRACTICE_FORM
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.people_clicks import find_spot
from tests.support.server_process import ServerProcess


def test_a_hint_is_asked_for_by_key_and_counted_over_a_reload(console: ConsolePage, services: App) -> None:
    target = services.catalog.get_form(PRACTICE_FORM).form.task.person
    index = services.catalog.get_truth("tiny")
    first, second = index.find_appearances(target)[:2]
    console.press("o")
    expect(console.part("hintLeft")).to_contain_text("5 of 5 hints left")
    expect(console.part("hintNext")).to_be_focused()
    console.press("Enter")
    expect(console.part("hintSaid")).to_contain_text(
        f"Nothing is found yet. Start with camera {index.camera_ids.index(first.camera_id) + 1}"
    )
    expect(console.part("hintLeft")).to_contain_text("4 of 5 hints left")
    console.part("hintStill").click()
    expect(console.part("hintSaid")).to_contain_text("Choose a camera first")
    expect(console.part("hintLeft")).to_contain_text("4 of 5 hints left")
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
    expect(console.part("hintLeft")).to_contain_text("3 of 5 hints left")
    assert describe_state(services, console.attempt_id)["hints"] == 2


def test_every_control_ticks_its_step_and_a_reload_keeps_them(page: Page, server: ServerProcess, services: App) -> None:
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
    console.press(".")
    wait_step("Change the speed")
    console.press("]")
    wait_step("Play backward")
    console.press("j")
    console.press(" ")
    wait_step("Go to another time")
    guide.get_by_role("button", name="Skip this").click()
    wait_step("Open a camera by the plan")
    console.part("planMap").locator("[data-camera]").nth(1).click()
    wait_step("Go to the next camera")
    console.press("n")
    console.press("Enter")
    wait_step("Arrange the wall")
    console.part("wallLayout").click()
    wait_step("Find a camera by name")
    console.press("/")
    console.part("finderField").fill("1")
    console.press("Enter")
    wait_step("Look closer")
    console.press("+")
    wait_step("Mark a person")
    console.mark_spot(0.5, 0.5)
    wait_step("Remove the mark")
    console.press("z")
    wait_step("Bookmark a moment")
    console.press("b")
    wait_step("Report a camera")
    console.open_tool("fault")
    page.get_by_label("Clock is wrong").check()
    page.locator(".fault-form").get_by_role("button", name="Report").click()
    console.press("Escape")
    wait_step("Submit")
    guide.get_by_text("All steps").click()
    expect(console.part("guideList").locator("[data-how=done]")).to_have_count(16)
    expect(console.part("guideList").locator("[data-how=skipped]")).to_have_count(1)
    console.part("handIn").click()
    expect(console.part("finalZoneField")).to_be_hidden()
    console.part("handInNow").click()
    # the server counts the same steps in the log as the guide ticked: all but the one that was skipped
    expect(page.get_by_role("heading", name="Partly done: 17 of 18 steps")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("button", name="Go through it again")).to_be_visible()
