"""Every page as axe sees it, at a desk in light and on a phone in dark: nothing of WCAG 2.1 A and AA is broken."""

from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sim.app.wiring import App
from sim.attempt.events import Event, EventKind
from sim.console import attempts, familiarization
from sim.console.intake import accept_events
from sim.features.operations import demo
from sim.forms.difficulty import Reference
from sim.ui.page.pages import PAGES
from sim.ui.page.theme import DARK, LIGHT, Scheme
from tests.browser.conftest import LAPTOP, PHONE, PRACTICE_FORM
from tests.support.barriers import list_barriers
from tests.support.console_page import SLOW_MS
from tests.support.given import begin_practice
from tests.support.server_process import ServerProcess
from tests.support.shipped_forms import Wish, find_form

TAB = "0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11"
NEEDS_MORE = {"mine", "accounts", "import-people", "learning-systems", "start"}
"""Pages of people who signed in, see `test_school_sign_in`, and the one that is Home's other address."""
TOUCHED = ("", "briefing", "familiarization", "console", "debrief", "replay")
NOTHING = {"final_zone": None, "not_on_camera": False, "note": ""}
WORDS_ONLY = Wish(type="trace", shown=Reference.TEXT)


@pytest.fixture(scope="module")
def addresses(server: ServerProcess, services: App) -> dict[str, str]:
    def find_drill(attempt_id: str, *, is_over: bool = False) -> str:
        if is_over:
            submit = Event.read(tab_id=TAB, seq=1, t_client_ms=1.0, kind=EventKind.SUBMIT, payload=dict(NOTHING))
            accept_events(services, attempt_id, tab_id=TAB, events=[submit])
        return f"{server.url}/drill?attempt={attempt_id}"

    given_up = begin_practice(services, PRACTICE_FORM)
    attempts.abandon(services, given_up)
    debrief = find_drill(begin_practice(services, PRACTICE_FORM), is_over=True)
    return {
        "": server.url,
        **{page.path: f"{server.url}/{page.path}" for page in PAGES if page.path not in NEEDS_MORE},
        "no drill": f"{server.url}/drill",
        "briefing": find_drill(attempts.create_practice(services, form_id=PRACTICE_FORM)),
        "briefing in words": find_drill(attempts.create_practice(services, form_id=find_form(WORDS_ONLY).form_id)),
        "given up": find_drill(given_up),
        "familiarization": find_drill(familiarization.create(services)),
        "end of familiarization": find_drill(familiarization.create(services), is_over=True),
        "console": find_drill(begin_practice(services, PRACTICE_FORM)),
        "debrief": debrief,
        "replay": f"{debrief}&replay=1",
    }


@pytest.fixture(scope="module")
def demo_team(addresses: dict[str, str], services: App) -> str:
    return demo.fill_demo(services, people=3, seed=1)


def to_rgb(color: str) -> str:
    return "rgb({}, {}, {})".format(*(int(color[start : start + 2], 16) for start in (1, 3, 5)))


def expect_drawn_in(page: Page, colors: Scheme) -> None:
    expect(page.locator("h1")).to_have_css("color", to_rgb(colors.ink))
    expect(page.locator(".sl-verdict").first).to_have_css("background-color", to_rgb(colors.surface))
    pictures = page.locator(".sl-card img")
    expect(pictures).not_to_have_count(0)
    expect(pictures.first).to_have_js_property("complete", True)
    assert all(pictures.evaluate_all("each => each.map(image => image.naturalWidth > 200)"))


def look(page: Page, address: str, scheme: Literal["light", "dark"]) -> list[tuple[str, list[str]]]:
    page.set_viewport_size(LAPTOP if scheme == "light" else PHONE)
    page.emulate_media(color_scheme=scheme)
    page.goto(address)  # also where it is open: a page that is drawn changes its colors bit by bit
    expect(page.locator("h1, .console, [data-testid=stAlert]").first).to_be_visible(timeout=SLOW_MS)
    return list_barriers(page)


def test_at_a_desk_in_light_and_as_narrow_as_a_phone_in_dark_nobody_is_out(
    page: Page, addresses: dict[str, str], demo_team: str
) -> None:
    of_team = {f"{each.path} of a team": f"{addresses[each.path]}?team={demo_team}" for each in PAGES if each.of_team}
    found = {}
    for name, address in (addresses | of_team).items():
        found |= {(name, scheme): look(page, address, scheme) for scheme in ("light", "dark")}
    results = f"{addresses['results']}?team={demo_team}"
    for colors, scheme in ((LIGHT, "light"), (DARK, "dark")):
        look(page, results, scheme)
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", to_rgb(colors.page))
        expect_drawn_in(page, colors)
        page.emulate_media(media="print", color_scheme=scheme)
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", to_rgb(LIGHT.surface))
        expect_drawn_in(page, LIGHT)
        page.emulate_media(media="screen", color_scheme=scheme)
    assert {where: barriers for where, barriers in found.items() if barriers} == {}


def test_nor_where_fingers_touch_a_console(phone_context: BrowserContext, addresses: dict[str, str]) -> None:
    page = phone_context.new_page()
    for name in TOUCHED:
        assert look(page, addresses[name], "dark") == [], name
