"""Whom a mark is on is seen at the click: outlined, on nobody asked about again, outside the time refused in words."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from sim.app.wiring import App
from sim.tasks.common.simulated_user import CLICK_SHARES
from tests.browser.conftest import OpenConsole, OpenDrill
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.people_clicks import find_spot
from tests.support.story_truth import SHIPPED

Stored = Callable[[], dict]
OUTLINE = "**/api/attempts/*/outline"
SAMPLE = SHIPPED.name
PERSON, CAMERA, FRAME = "P001", "CAM-01", 10
NOBODY = (0.95, 0.45)
"""Below the button that brings back all cameras, on a phone too."""
PICTURE_SHARE = """
([outline, picture]) => {
  const [box, whole] = [outline, picture].map((each) => each.getBoundingClientRect());
  const share = (value, from, size) => (value - from) / size;
  return [box.left, box.right].map((x) => share(x, whole.left, whole.width))
    .concat([box.top, box.bottom].map((y) => share(y, whole.top, whole.height)));
}
"""
COUNT_WHITE = """
(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) count += data[at] > 225 && data[at + 1] > 225 && data[at + 2] > 225;
  return count;
}
"""


@pytest.fixture
def at_person(console: ConsolePage) -> ConsolePage:
    console.choose(CAMERA)
    console.step_to(FRAME)
    return console


def get_box(services: App, person_id: str) -> list[float]:
    index = services.catalog.get_truth("tiny")
    rows = index.table.rows
    found = rows[(rows["person_id"] == person_id) & (rows["camera_id"] == CAMERA) & (rows["frame"] == FRAME)].iloc[0]
    width, height = index.table.picture_wh[CAMERA]
    return [found["x1"] / width, found["x2"] / width, found["y1"] / height, found["y2"] / height]


def click_person(console: ConsolePage, services: App, *, person_id: str = PERSON, height: float = 0.3) -> None:
    index = services.catalog.get_truth("tiny")
    console.click_picture(*find_spot(index, person_id, camera_id=CAMERA, frame=FRAME, height=height))


def count_white(console: ConsolePage) -> int:
    canvas = console.cards.first.locator("canvas").element_handle()
    console.page.wait_for_function(f"(canvas) => ({COUNT_WHITE})(canvas) > 0", arg=canvas, timeout=SLOW_MS)
    return int(console.cards.first.locator("canvas").evaluate(COUNT_WHITE))


def test_heads_chests_and_legs_are_outlined(at_person: ConsolePage, services: App, stored: Stored) -> None:
    clicks = [(person_id, height) for person_id in (PERSON, "P005") for height in CLICK_SHARES]
    for number, (person_id, height) in enumerate(clicks, start=1):
        click_person(at_person, services, person_id=person_id, height=height)
        outline = at_person.part("outline")
        expect(outline).to_be_visible()
        handles = [outline.element_handle(), at_person.part("picture").element_handle()]
        assert at_person.page.evaluate(PICTURE_SHARE, handles) == pytest.approx(get_box(services, person_id), abs=0.01)
        expect(at_person.cards).to_have_count(number)
        expect(outline).to_be_hidden()
        assert not at_person.is_asked_again
    seen = count_white(at_person)
    at_person.wait_saved()
    assert [mark["frame"] for mark in stored()["marks"]] == [FRAME] * len(clicks)
    at_person.page.reload()
    at_person.wait_ready()
    assert count_white(at_person) == pytest.approx(seen, rel=0.2)


def test_a_click_on_nobody_is_stored_when_confirmed_and_marks_and_nobody_are_asked_about_before_handing_in(
    at_person: ConsolePage, services: App, stored: Stored
) -> None:
    words, card = at_person.part("pendingWords"), at_person.part("pending")
    at_person.click_picture(*NOBODY)
    expect(words).to_have_text("No one is there. Mark this spot anyway?")
    expect(at_person.cards).to_have_count(0)
    at_person.press("Escape")
    expect(card).to_be_hidden()
    at_person.click_picture(*NOBODY)
    expect(words).to_be_visible()
    at_person.page.get_by_role("button", name="Cancel").click()
    expect(card).to_be_hidden()
    at_person.click_picture(0.05, 0.2)
    expect(words).to_be_visible()
    click_person(at_person, services)
    expect(at_person.cards).to_have_count(1)
    expect(card).to_be_hidden()
    at_person.press("f")
    at_person.press("ArrowUp")
    at_person.wait_saved()
    assert len(stored()["marks"]) == 1
    at_person.press("Escape")
    at_person.click_picture(*NOBODY)
    expect(words).to_be_visible()
    at_person.press("Enter")
    expect(card).to_be_hidden()
    expect(at_person.cards).to_have_count(2)
    expect(at_person.part("outline")).to_be_hidden()
    at_person.press("z")
    expect(at_person.cards).to_have_count(1)
    at_person.click_picture(*NOBODY)
    at_person.part("handIn").click()
    expect(at_person.part("handInMissing")).to_contain_text("The spot you tapped last is not marked.")
    at_person.part("handInNow").click()
    expect(at_person.part("handInSure")).to_contain_text("Submit with a spot not marked")
    at_person.part("handInBack").click()
    at_person.page.get_by_role("button", name="Mark anyway").click()
    expect(at_person.cards).to_have_count(2)
    at_person.wait_saved()
    assert len(stored()["marks"]) == 2

    at_person.press("z")
    expect(at_person.cards).to_have_count(1)
    at_person.part("handIn").click()
    asked = at_person.part("handInContradiction")
    expect(asked).to_have_count(0)
    at_person.part("notOnCamera").check()
    expect(asked).to_contain_text("You made 1 mark and also said that the student doesn't appear on any camera.")
    expect(at_person.part("handInNow")).to_have_text("Submit anyway")
    at_person.part("handInNow").click()
    expect(at_person.part("handInSure")).to_have_text(
        "Submit with marks, and nobody on camera? Nothing can be added after it."
    )
    expect(at_person.part("handInBack")).to_be_focused()
    asked.get_by_role("button", name="The student does appear").click()
    expect(asked).to_have_count(0)
    expect(at_person.part("notOnCamera")).not_to_be_checked()
    at_person.part("notOnCamera").check()
    asked.get_by_role("button", name="Remove my marks").click()
    expect(asked).to_have_count(0)
    expect(at_person.part("handInNow")).to_have_text("Submit")
    expect(at_person.part("handInSure")).to_be_hidden()
    at_person.part("handInBack").click()
    expect(at_person.part("handInSheet")).to_be_hidden()
    expect(at_person.cards).to_have_count(0)
    at_person.press("z")
    expect(at_person.cards).to_have_count(1)


def test_a_tap_shows_whom_it_is_on_before_it_marks_and_is_not_lost_when_another_camera_opens(
    phone_context: BrowserContext, open_console: OpenConsole, services: App, stored: Stored
) -> None:
    phone = open_console(phone_context.new_page())
    phone.page.locator(f".tile[data-camera={CAMERA}]").tap()
    phone.wait_shown(CAMERA)
    phone.step_to(FRAME)
    phone.tap_picture(*find_spot(services.catalog.get_truth("tiny"), PERSON, camera_id=CAMERA, frame=FRAME))
    expect(phone.part("pendingMark")).to_have_text("Mark this person")
    expect(phone.part("outline")).to_be_visible()
    phone.part("pendingDrop").tap()
    expect(phone.part("outline")).to_be_hidden()
    phone.tap_picture(*NOBODY)
    expect(phone.part("pendingWords")).to_be_visible()
    phone.part("pendingDrop").tap()
    expect(phone.part("foundCount")).to_have_text("0")
    phone.tap_picture(*NOBODY)
    expect(phone.part("pendingMark")).to_have_text("Mark anyway")
    below, picture = phone.part("pending").bounding_box(), phone.part("picture").bounding_box()
    assert below and picture and below["y"] >= picture["y"] + picture["height"], "it hides somebody"
    phone.tap_picture(NOBODY[0], 1 - NOBODY[1])
    expect(phone.part("pendingMark")).to_have_text("Mark anyway")
    assert phone.part("pending").bounding_box() == below, "the button is no more where it was"
    phone.part("pendingMark").tap()
    expect(phone.part("foundCount")).to_have_text("1")
    phone.tap_picture(*find_spot(services.catalog.get_truth("tiny"), PERSON, camera_id=CAMERA, frame=FRAME))
    expect(phone.part("pendingMark")).to_have_text("Mark this person")
    phone.page.locator(".tile[data-camera=CAM-02]").tap()
    phone.wait_shown("CAM-02")
    expect(phone.part("pendingMark")).to_be_hidden()
    expect(phone.part("toast")).to_contain_text("Not marked: ")
    expect(phone.part("foundCount")).to_have_text("1")
    phone.part("toast").get_by_role("button", name="Mark this person").tap()
    expect(phone.part("foundCount")).to_have_text("2")
    phone.wait_saved()
    assert stored()["marks"][-1]["camera_id"] == CAMERA


def test_a_slow_answer_keeps_the_mark_and_is_shown(at_person: ConsolePage, services: App, stored: Stored) -> None:
    held: list[Route] = []
    # answers are waited for as long as at a desk, not as long as tests let a console wait
    at_person.page.evaluate("localStorage.removeItem('sightline-patience-ms')")
    at_person.page.route(OUTLINE, lambda route: held.append(route))  # noqa: PLW0108 (Playwright sets attributes on it)
    click_person(at_person, services)
    expect(at_person.cards).to_have_count(1)
    expect(at_person.part("outline")).to_be_hidden()
    at_person.wait_saved()
    assert len(stored()["marks"]) == 1
    held.pop().continue_()
    expect(at_person.part("outline")).to_be_visible()
    assert count_white(at_person) > 0
    at_person.click_picture(*NOBODY)
    expect(at_person.cards).to_have_count(2)
    held.pop().continue_()
    expect(at_person.part("toast")).to_contain_text("No one is at this mark: Lobby, 7:55:01 AM")
    at_person.part("toast").get_by_role("button", name="Remove").click()
    expect(at_person.cards).to_have_count(1)


def test_no_answer_is_no_loss(at_person: ConsolePage) -> None:
    status = 0

    def answer(route: Route) -> None:
        if status:
            route.fulfill(status=status, json={"error": "no"})
        else:
            route.abort("internetdisconnected")

    at_person.page.route(OUTLINE, answer)
    for count, (code, spot) in enumerate(((0, NOBODY), (429, (0.05, 0.3)), (500, (0.05, 0.2))), start=1):
        status = code
        at_person.click_picture(*spot)
        expect(at_person.cards).to_have_count(count)
        assert not at_person.is_asked_again


def test_what_waits_for_its_answer_is_kept(at_person: ConsolePage, services: App, stored: Stored) -> None:
    at_person.page.route(OUTLINE, lambda _: None)
    click_person(at_person, services)
    at_person.page.reload()
    at_person.wait_ready()
    expect(at_person.cards).to_have_count(1)
    at_person.wait_shown(CAMERA)
    at_person.wait_settled()
    click_person(at_person, services, person_id="P005")
    expect(at_person.cards).to_have_count(1)
    at_person.part("handIn").click()
    expect(at_person.part("handInSummary")).to_contain_text("2 marks on 1 camera")
    expect(at_person.part("handInLeft")).not_to_have_text(at_person.part("handInLeft").inner_text())
    at_person.part("handInBack").click()
    at_person.wait_saved()
    assert len(stored()["marks"]) == 2


def test_a_search_backward_begins_at_the_last_sighting(page: Page, open_drill: OpenDrill, services: App) -> None:
    asked: list[str] = []
    form = services.catalog.get_form(f"{SAMPLE}-origin-2").form
    first, last = (round(10 * t_s) for t_s in form.window_s)
    assert form.known is not None
    assert last % 10 < 9, "the first moment outside is to show the same second as the last one inside"
    known = round(10 * form.known.t_s)
    console = open_drill(page, f"{SAMPLE}-origin-2")
    console.page.on("request", lambda request: asked.append(request.url))
    console.wait_settled(known)
    console.choose("CAM-01")
    for frame in range(known + 1, last + 2):
        console.press(".")
        console.wait_settled(frame)
    console.click_picture(0.5, 0.5)
    toast = console.part("toast")
    expect(toast).to_contain_text("Not marked: ")
    expect(toast).to_contain_text("this moment is just outside the time asked for")
    expect(console.cards).to_have_count(0)
    assert not [url for url in asked if url.endswith("/outline")]
    toast.get_by_role("button", name="Go to").click()
    console.wait_settled(last)
    console.mark_spot(0.5, 0.5)
    if first > 0:
        console.press(",")
    console.page.reload()
    console.wait_ready()
    console.wait_settled()
    expect(console.cards).to_have_count(1)


def test_a_place_is_marked_without_asking_whom_it_is_on(page: Page, open_drill: OpenDrill) -> None:
    asked: list[str] = []
    console = open_drill(page, f"{SAMPLE}-event-1")
    console.page.on("request", lambda request: asked.append(request.url))
    console.choose("CAM-06")
    console.wait_settled()
    console.click_picture(0.02, 0.02)
    expect(console.cards).to_have_count(1)
    console.wait_saved()
    assert not [url for url in asked if url.endswith("/outline")]
