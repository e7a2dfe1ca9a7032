"""Five places: the chosen team stays chosen from page to page and stands in the address, at a desk and on a phone."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sim.services.app.wiring import App
from sim.services.team import team
from tests.support.server_process import ServerProcess

SLOW_MS = 30_000
WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def teams(services: App) -> dict[str, str]:
    made = {}
    for name in ("Birch office", "Oak Valley"):
        made[name] = team.add_team(services, name)
        team.add_person(services, made[name], f"Ana of {name}")
    return made


def choose_team(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Team").first.click()
    page.get_by_role("option", name=name).click()


def expect_team(page: Page, path: str, team_id: str) -> None:
    page.wait_for_url(f"**/{path}?*team={team_id}*", timeout=SLOW_MS)
    expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=SLOW_MS)
    assert parse_qs(urlsplit(page.url).query)["team"] == [team_id], path


def test_the_chosen_team_is_the_team_of_every_page(page: Page, server: ServerProcess, teams: dict[str, str]) -> None:
    page.goto(f"{server.url}/team")
    expect(page.get_by_role("heading", name="Birch office")).to_be_visible(timeout=SLOW_MS)
    choose_team(page, "Oak Valley")
    oak = teams["Oak Valley"]
    expect(page.get_by_role("heading", name="Oak Valley")).to_be_visible(timeout=SLOW_MS)
    menu = page.get_by_test_id("stTopNavLink")
    assert menu.all_inner_texts() == ["Home", "Team", "Session", "Drills", "Records"]
    main = page.get_by_test_id("stMain")
    for place, path, tabs in (
        ("Session", "session", ()),
        ("Records", "records", ()),
        ("Team", "team", (("Plan", "plan"), ("Results", "results"), ("Team exercises", "exercises"))),
    ):
        menu.filter(has_text=place).first.click()
        expect_team(page, path, oak)
        for title, tab_path in tabs:
            main.get_by_role("link", name=title, exact=True).click()
            expect_team(page, tab_path, oak)
            colored = menu.filter(has_text="Team").first.evaluate("link => getComputedStyle(link).fontWeight")
            assert int(colored) >= 600, "the menu shows the place"
    page.reload()
    expect_team(page, "exercises", oak)
    choose_team(page, "All schools")
    expect_team(page, "exercises", "all")
    main.get_by_role("link", name="Oak Valley").click()
    expect_team(page, "exercises", oak)
    page.goto(f"{server.url}/plan?person=nobody")
    page.wait_for_url(f"{server.url}/plan?person=nobody*", timeout=SLOW_MS)
    expect(page.get_by_role("heading", name="Plan", exact=True)).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("link", name="What is stored").click()
    expect(page.get_by_role("heading", name="What is stored")).to_be_visible(timeout=SLOW_MS)


def test_the_menu_works_under_a_thumb(
    phone_context: BrowserContext, server: ServerProcess, teams: dict[str, str]
) -> None:
    phone = phone_context.new_page()
    phone.goto(f"{server.url}/team?team={teams['Oak Valley']}")
    expect(phone.get_by_role("heading", name="Oak Valley")).to_be_visible(timeout=SLOW_MS)
    assert not phone.evaluate(WIDE)
    phone.get_by_test_id("stExpandSidebarButton").tap()
    phone.get_by_test_id("stSidebarNavLink").filter(has_text="Records").tap()
    expect_team(phone, "records", teams["Oak Valley"])
    assert not phone.evaluate(WIDE)
