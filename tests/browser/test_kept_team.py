"""The team that was chosen stays chosen from page to page, and stands in the address of each."""

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from sim.services.app.wiring import App
from sim.services.team import team
from tests.support.server_process import ServerProcess

SLOW_MS = 30_000


def read_team(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("team", [""])[0]


def test_the_chosen_team_is_the_team_of_every_page(page: Page, server: ServerProcess, services: App) -> None:
    teams = {}
    for name in ("Birch office", "Oak Valley"):
        teams[name] = team.add_team(services, name)
        team.add_person(services, teams[name], f"Ana of {name}")
    page.goto(f"{server.url}/team")
    expect(page.get_by_role("heading", name="Birch office")).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("combobox", name="Team").first.click()
    page.get_by_role("option", name="Oak Valley").click()
    expect(page.get_by_role("heading", name="Oak Valley")).to_be_visible(timeout=SLOW_MS)
    navigation = page.get_by_test_id("stTopNavLink").or_(page.get_by_test_id("stTopNavDropdownLink"))
    for title, seen in (
        ("Session", "Ana of Oak Valley"),
        ("Records", "Oak Valley"),
        ("Team", "Ana of Oak Valley"),
        ("Program", "Oak Valley"),
    ):
        navigation.filter(has_text=title).first.click()
        page.wait_for_url(f"**/*team={teams['Oak Valley']}*", timeout=SLOW_MS)
        expect(page.get_by_text(seen, exact=True).or_(page.locator(f'input[value="{seen}"]')).first).to_be_visible(
            timeout=SLOW_MS
        )
        assert read_team(page) == teams["Oak Valley"], title
    page.reload()
    expect(page.get_by_text("Oak Valley").or_(page.locator('input[value="Oak Valley"]')).first).to_be_visible(
        timeout=SLOW_MS
    )
    assert read_team(page) == teams["Oak Valley"]
