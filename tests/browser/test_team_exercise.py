"""A team exercise in three browsers, from waiting room to debrief: lead and viewer on laptops, the map on a phone."""

import json
import re
from dataclasses import replace

from playwright.sync_api import Browser, BrowserContext, Page, expect

from sim.app.links import write_invitation
from sim.app.wiring import App
from sim.attempt.team_exercise import Role
from sim.features.exercise import room
from sim.features.exercise.room import create_exercise
from tests.browser.conftest import LAPTOP, TRACE_FORM, prepare
from tests.support.answer_player import AnswerPlayer
from tests.support.console_page import SLOW_MS
from tests.support.exercise_drill import make_exercise_team
from tests.support.server_process import ServerProcess

ENTRY = "Office <b>told</b>"


def test_three_people_on_one_incident(
    browser: Browser, page: Page, phone_context: BrowserContext, server: ServerProcess, services: App
) -> None:
    second = prepare(browser.new_context(viewport=LAPTOP))
    team_id, people = make_exercise_team(services, members=3, name="Three browsers")
    exercise_id = create_exercise(services, team_id, form_id=TRACE_FORM, person_ids=people)
    (line,) = room.list_exercises(services, team_id)
    pages = {Role.LEAD: page, Role.VIEWER: second.new_page(), Role.MAP: phone_context.new_page()}
    assert [role for role, _ in line.members] == list(pages)
    for role, each in pages.items():
        each.goto(f"{server.url}/team-drill?exercise={write_invitation(services, exercise_id, role)}")
        expect(each.get_by_role("heading", name=f"You are: {role.title()}")).to_be_visible(timeout=SLOW_MS)
    lead, viewer, of_map = (AnswerPlayer.sit_down(pages[role], services, TRACE_FORM) for role in pages)
    expect(page.get_by_text("Everybody is there.")).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("button", name=re.compile("^Start for everyone")).click()
    for player in (lead, viewer, of_map):
        player.console.wait_ready()

    # a mark of one is on every list, with whose it is
    answer = lead.perfect
    viewer.work(replace(answer, marks=answer.marks[:2]))
    expect(lead.console.cards).to_have_count(2, timeout=SLOW_MS)
    expect(lead.console.cards.first.locator(".found-role")).to_have_text("V")
    expect(page.locator(".plan-station[data-role=viewer]").first).to_be_visible()
    expect(of_map.console.part("foundCount")).to_have_text("2", timeout=SLOW_MS)
    assert not viewer.console.part("handIn").is_visible()

    # the lead leaves one out, and counts it again
    lead.console.cards.first.locator(".found-remove").click()
    for player in (lead, viewer):
        expect(player.console.cards.first).to_have_attribute("data-struck", "true", timeout=SLOW_MS)
    lead.console.cards.first.locator(".found-remove").click()
    expect(viewer.console.cards.first).to_have_attribute("data-struck", "false", timeout=SLOW_MS)

    # the map asks for a camera, and the viewer takes it over
    third = answer.marks[2]
    of_map.console.part("tabFound").tap()
    of_map.console.part("exerciseAsk").tap()
    of_map.console.part("askCamera").select_option(third.camera_id)
    of_map.console.part("askTo").select_option("viewer")
    of_map.console.part("askLook").tap()
    expect(viewer.console.part("askCard")).to_be_visible(timeout=SLOW_MS)
    expect(lead.console.part("askCard")).to_be_hidden()
    viewer.console.part("askTake").click()
    viewer.console.wait_shown(third.camera_id)
    expect(lead.console.part("exerciseNews")).to_have_text("The viewer took a request over", timeout=SLOW_MS)

    # a reload and a lost line lose nothing
    viewer.console.page.reload()
    viewer.console.wait_ready()
    expect(viewer.console.cards).to_have_count(2, timeout=SLOW_MS)
    phone_context.set_offline(True)
    lead.console.choose(third.camera_id)
    lead.console.step_to(round(third.t_s * lead.manifest.fps))
    lead.console.click_picture(third.x, third.y)
    expect(viewer.console.cards).to_have_count(3, timeout=SLOW_MS)
    phone_context.set_offline(False)
    expect(of_map.console.part("foundCount")).to_have_text("3", timeout=SLOW_MS)

    # the log is read by all, as text
    lead.console.part("exerciseOpen").click()
    lead.console.part("exerciseEntry").fill(ENTRY)
    lead.console.press("Enter")
    page.locator("[data-part=exerciseSheet] button", has_text="Close").click()
    expect(viewer.console.part("exerciseNews")).to_have_text(f"Log, L: {ENTRY}", timeout=SLOW_MS)

    # handed in once, ended for all
    last = answer.marks[0]
    lead.console.choose(last.camera_id)
    lead.console.step_to(round(last.t_s * lead.manifest.fps))
    lead.console.click_picture(last.x, last.y)
    expect(viewer.console.cards).to_have_count(4, timeout=SLOW_MS)
    lead.console.part("handIn").click()
    lead.console.part("finalZone").select_option(answer.final_zone)
    lead.console.part("handInNow").click()
    for each in pages.values():
        expect(each.get_by_role("heading", name="Team debrief")).to_be_visible(timeout=SLOW_MS)
        expect(each.get_by_role("cell", name=ENTRY)).to_be_visible()
    with services.store.read() as work:
        stored = json.loads(work.exercises.get(exercise_id).score_json or "{}")
    assert stored["card"]["passed"] is True
    assert stored["measures"]["exercise_hand_offs_met"] == 1.0
    second.close()
