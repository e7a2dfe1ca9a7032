"""Hints in the console: asked for by key in practice, counted over a reload, and refused in an assessment."""

from playwright.sync_api import Page, expect

from sim.drill.attempt import Mode
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.intake import describe_state
from tests.browser.conftest import PRACTICE_FORM
from tests.support.console_page import ConsolePage
from tests.support.people_clicks import find_spot
from tests.support.server_process import ServerProcess

ASK_ANYWAY = """
async ([url, token]) => {
  const body = JSON.stringify({ hint: "next-camera", camera_id: null, t_s: 0, on: [] });
  const answer = await fetch(url, { method: "POST", body, headers: { Authorization: `Bearer ${token}` } });
  return answer.status;
}
"""


def test_a_hint_is_asked_for_by_key_and_counted_over_a_reload(page: Page, server: ServerProcess, services: App) -> None:
    attempt_id = attempts.create_practice(services, form_id=PRACTICE_FORM)
    attempts.get_briefing(services, attempt_id)
    attempts.begin(services, attempt_id)
    target = services.catalog.get_form(PRACTICE_FORM).form.task.person
    index = services.catalog.get_truth("tiny")
    first, second = index.find_appearances(target)[:2]
    console = ConsolePage(page, f"{server.url}/drill?attempt={attempt_id}").open()
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
    page.reload()
    console.wait_ready()
    console.press("o")
    expect(console.part("hintLeft")).to_contain_text("3 of 5 hints left")
    assert describe_state(services, attempt_id)["hints"] == 2


def test_an_assessment_has_no_hints_and_its_own_token_gets_none(
    page: Page, server: ServerProcess, services: App
) -> None:
    attempt_id = attempts.create(services, form_id=PRACTICE_FORM, mode=Mode.ASSESSMENT)
    attempts.get_briefing(services, attempt_id)
    attempts.begin(services, attempt_id)
    console = ConsolePage(page, f"{server.url}/drill?attempt={attempt_id}").open()
    expect(console.page.locator("[data-tool=hint]")).to_have_count(0)
    console.press("o")
    expect(console.part("hintSheet")).to_have_count(0)
    token = str(attempts.get_console(services, attempt_id).data["token"])
    assert page.evaluate(ASK_ANYWAY, [f"/api/attempts/{attempt_id}/hint", token]) == 403
    assert describe_state(services, attempt_id)["hints"] == 0
