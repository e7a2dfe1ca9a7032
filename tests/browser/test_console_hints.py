"""Hints in the console: asked for by key in practice, and counted over a reload."""

from playwright.sync_api import expect

from sim.services.app.wiring import App
from sim.services.attempt.intake import describe_state
from tests.browser.conftest import PRACTICE_FORM
from tests.support.console_page import ConsolePage
from tests.support.people_clicks import find_spot


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
