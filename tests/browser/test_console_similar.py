"""Similar people: a box by mouse, keys or touch, the list that comes, and what stays of it."""

import time
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Response, Route, expect

from sim.app.wiring import App
from sim.attempt.options import DrillOption
from sim.attempt.similar_people import find_place
from sim.console import attempts
from sim.console.similar_search import get_groups
from tests.browser.conftest import PRACTICE_FORM
from tests.support.barriers import list_barriers
from tests.support.console_page import SLOW_MS, ConsolePage, find_box, touching
from tests.support.given import begin, list_events, load_attempt
from tests.support.server_process import ServerProcess

CAMERA, CLOCK, FRAME, PERSON = "CAM-02", "7:55:06", 60, "P001"
SIZE_WH = (320, 180)
TOUCH_PX = 44
LATE_S = 1.8
ARE_DRAWN = "(list) => [...list.querySelectorAll('img')].every((each) => each.complete && each.naturalWidth > 0)"


@pytest.fixture
def search_id(services: App) -> str:
    options = frozenset({DrillOption.APPEARANCE_SEARCH})
    for _ in range(50):
        made = attempts.create_practice(services, form_id=PRACTICE_FORM, options=options)
        groups = get_groups(services, load_attempt(services, made))
        place = find_place(groups.window, person_id=PERSON, camera_id=CAMERA, t_s=FRAME / 10)
        if len(groups.list_for(place)) >= 2:
            begin(services, made)
            return made
    raise AssertionError("the search finds the person in none of fifty drills")


def open_on_person(server: ServerProcess, page: Page, attempt_id: str) -> ConsolePage:
    console = ConsolePage(page, f"{server.url}/drill?attempt={attempt_id}").open()
    console.go_to(CLOCK)
    console.choose(CAMERA)
    console.wait_settled(FRAME)
    return console


def find_person(services: App) -> tuple[float, float, float, float]:
    rows = services.catalog.get_truth("tiny").table.rows
    mine = rows[(rows["camera_id"] == CAMERA) & (rows["frame"] == FRAME) & (rows["person_id"] == PERSON)].iloc[0]
    width, height = SIZE_WH
    x1, x2, y1, y2 = mine["x1"] / width, mine["x2"] / width, mine["y1"] / height, mine["y2"] / height
    return float(x1), float(y1), float(x2), float(y2)


def find_corners(console: ConsolePage, box: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    return [console.find_spot(*box[:2]), console.find_spot(*box[2:])]


def get_rows(console: ConsolePage) -> Locator:
    return console.page.locator(".similar-row")


def list_saved(services: App, console: ConsolePage) -> list[tuple[str, dict[str, Any], float]]:
    console.wait_saved()
    log = list_events(services, console.attempt_id)
    return [(e.event.kind.value, dict(e.event.payload), e.event.t_client_ms) for e in log]


def answer_late(route: Route) -> None:
    response = route.fetch()
    time.sleep(LATE_S)
    route.fulfill(response=response)


def test_by_mouse_a_suggestion_is_marked_kept(server: ServerProcess, services: App, search_id: str, page: Page) -> None:
    page.route(f"**/api/attempts/{search_id}", answer_late, times=1)
    console = open_on_person(server, page, search_id)
    answers: list[Response] = []
    page.on("response", lambda response: answers.append(response) if response.url.endswith("/similar") else None)
    page.locator(".near-tools [data-tool=similar]").click()
    (left, top), (right, bottom) = find_corners(console, find_person(services))
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move((left + right) / 2, bottom, steps=2)
    page.mouse.move(right, bottom, steps=2)
    page.mouse.up()
    expect(get_rows(console).first).to_be_visible()
    expect(console.part("similar")).to_contain_text("Suggestions can be wrong: check each one.")
    expect(console.part("similarLayer")).to_be_hidden()
    list_element = console.part("similarList").element_handle()
    page.wait_for_function(ARE_DRAWN, arg=list_element, polling="raf", timeout=SLOW_MS)

    said = answers[0].json()
    assert [set(each) for each in said["results"]] == [
        {"rank", "camera_id", "frame", "t_s", "crop"} for _ in range(get_rows(console).count())
    ]
    assert not [person for person in services.catalog.get_truth("tiny").person_ids if person in answers[0].text()]

    first = said["results"][0]
    get_rows(console).first.click()
    console.wait_shown(first["camera_id"])
    console.wait_settled(first["frame"])
    expect(get_rows(console).first).to_contain_text("Looked at")
    hint = find_box(page.locator(".similar-hint"))
    page.mouse.click(hint["x"] + hint["width"] / 2, hint["y"] + hint["height"] / 2)
    expect(console.cards).to_have_count(1)
    expect(get_rows(console).first).to_contain_text("Marked")
    console.wait_fits()
    assert list_barriers(page) == []

    log = list_saved(services, console)
    (asked,) = [payload for kind, payload, _ in log if kind == "similar"]
    (opened,) = [payload for kind, payload, _ in log if kind == "suggestion"]
    assert (asked["camera_id"], asked["frame"], asked["t_s"], asked["on"][0]) == (CAMERA, FRAME, 6.0, CAMERA)
    assert asked["results"][0] == {key: first[key] for key in ("camera_id", "frame", "t_s", "crop")}
    assert (opened["number"], opened["rank"], opened["t_s"], opened["on"][0]) == (1, 1, 6.0, CAMERA)
    moves = [payload for kind, payload, _ in log if kind in ("seek", "focus")][-1]
    assert moves["t_s"] == pytest.approx(first["t_s"])

    page.reload()
    console.wait_ready()
    expect(console.part("similar")).to_be_hidden()
    console.part("moreOpen").click()
    page.locator(".more-row[data-tool=similar-list]").click()
    expect(get_rows(console)).to_have_count(len(said["results"]))
    expect(get_rows(console).first).to_contain_text("Marked")

    console.hand_in()
    expect(page.get_by_text("with appearance search")).to_be_visible(timeout=SLOW_MS)
    page.get_by_text("Details", exact=True).click()
    expect(page.get_by_text(f"were given {len(said['results'])} suggestions").first).to_be_visible()
    console.watch_again()
    opened_ms = next(t_ms for kind, _, t_ms in log if kind == "suggestion")
    console.jump_replay(opened_ms - 1)
    expect(get_rows(console)).to_have_count(len(said["results"]))
    expect(get_rows(console).first).not_to_contain_text("Looked at")
    console.jump_replay(next(t_ms for kind, _, t_ms in log if kind == "mark"))
    expect(get_rows(console).first).to_contain_text("Marked")
    console.wait_settled(first["frame"])
    console.jump_replay(0)
    expect(console.part("similar")).to_be_hidden()


def test_by_keys_a_suggestion_is_marked(server: ServerProcess, services: App, search_id: str, page: Page) -> None:
    console = open_on_person(server, page, search_id)
    console.press("e")
    for _ in range(9):
        console.press("-")
    for _ in range(6):
        console.press("Shift+ArrowLeft")
    console.press("Enter")
    expect(console.part("similar")).to_contain_text("No one recognized here")
    expect(page.locator("#similar-title")).to_be_focused()

    console.press("e")
    console.press("ArrowDown")
    console.press("Escape")
    expect(console.part("similarLayer")).to_be_hidden()
    page.route("**/similar", lambda route: route.abort())
    console.press("e")
    console.press("Enter")
    expect(console.part("similar")).to_contain_text("The search does not answer")
    page.unroute("**/similar")
    console.part("similarAction").focus()
    console.press("Enter")
    expect(get_rows(console).first).to_be_visible()

    get_rows(console).first.focus()
    console.press("ArrowDown")
    expect(get_rows(console).nth(1)).to_be_focused()
    console.press("ArrowUp")
    console.press("Enter")
    expect(get_rows(console).first).to_contain_text("Looked at")
    camera_id = get_rows(console).first.get_attribute("data-camera")
    frame = get_rows(console).first.get_attribute("data-frame")
    assert camera_id is not None
    assert frame is not None
    console.wait_shown(camera_id)
    console.wait_settled(int(frame))
    console.press("f")
    console.mark_by(lambda: console.press("Enter"))
    expect(console.cards).to_have_count(1)
    console.press("Escape")
    expect(get_rows(console).first).to_be_focused()
    console.press("Escape")
    expect(console.part("similar")).to_be_hidden()
    kinds = [kind for kind, _, _ in list_saved(services, console)]
    assert (kinds.count("similar"), kinds.count("suggestion"), kinds.count("mark")) == (2, 1, 1)


def test_on_a_phone_the_box_waits_for_the_button_and_all_can_be_hit(
    server: ServerProcess, services: App, search_id: str, phone_context: BrowserContext
) -> None:
    page = phone_context.new_page()
    console = ConsolePage(page, f"{server.url}/drill?attempt={search_id}").open()
    page.locator(f".tile[data-camera={CAMERA}]").tap()
    console.wait_shown(CAMERA)
    console.go_to(CLOCK)
    console.wait_settled(FRAME)
    console.part("similarTab").tap()
    with touching(page) as put:
        for corner in find_corners(console, find_person(services)):
            put(corner)
    expect(get_rows(console)).to_have_count(0)
    assert list_barriers(page) == []
    console.part("similarAsk").tap()
    expect(get_rows(console).first).to_be_visible()
    console.wait_fits()
    for target in page.locator(".similar button:visible, [data-part=similarTab]").all():
        box = find_box(target)
        assert min(box["width"], box["height"]) >= TOUCH_PX
    get_rows(console).first.tap()
    expect(get_rows(console).first).to_contain_text("Looked at")
    console.part("tabFound").tap()
    expect(console.part("similar")).to_be_hidden()
    assert list_barriers(page) == []
