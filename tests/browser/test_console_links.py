"""The next cameras below the main picture, and the plan, on the sample footage."""

import itertools

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from sim.app.wiring import App
from tests.browser.conftest import OpenDrill
from tests.support.console_page import ConsolePage, find_box, touching
from tests.support.given import list_events
from tests.support.story_truth import SHIPPED

RECORDING = SHIPPED.name
FORM = f"{RECORDING}-trace-a"
TOUCH_PX = 44


def get_link(console: ConsolePage, camera_id: str) -> Locator:
    return console.page.locator(f".link-chip[data-link={camera_id}]")


def list_links(services: App, camera_id: str) -> set[str]:
    zones = services.catalog.get_links(RECORDING)[camera_id]
    return {camera["camera_id"] for zone in zones for camera in zone["cameras"]}


def test_links_point_at_where_people_leave_can_be_off_and_open_the_next_camera_in_time(
    open_drill: OpenDrill, page: Page, services: App
) -> None:
    console = open_drill(page, FORM)
    console.go_to("8:01:40")
    console.choose("CAM-01")
    console.wait_settled(1000)
    sign, bus = console.part("linkSign"), get_link(console, "CAM-14")
    expect(sign).to_be_hidden()
    bus.hover()
    expect(sign).to_be_visible()

    def find_share() -> float:
        at, picture = find_box(sign), find_box(console.part("picture"))
        return (at["x"] + at["width"] / 2 - picture["x"]) / picture["width"]

    whole = find_share()
    picture = find_box(console.part("picture"))
    console.page.mouse.move(picture["x"] + picture["width"] * 0.6, picture["y"] + picture["height"] * 0.3)
    expect(sign).to_be_hidden()
    console.page.mouse.wheel(0, -300)
    expect(console.part("stage")).to_have_attribute("data-zoomed", "true")
    bus.focus()
    expect(sign).to_be_visible()
    assert find_share() == pytest.approx(whole, abs=0.03), "it stays at its place of the picture"

    console.part("moreOpen").click()
    console.page.locator(".more-row[data-tool=links]").click()
    expect(console.page.locator(".link-chip")).to_have_count(0)
    console.page.reload()
    console.wait_ready()
    console.wait_shown("CAM-01")
    expect(console.page.locator(".link-chip")).to_have_count(0)
    console.part("moreOpen").click()
    console.page.locator(".more-row[data-tool=links]").click()
    expect(get_link(console, "CAM-14")).to_be_visible()

    shown = {link.get_attribute("data-link") for link in console.page.locator(".link-chip").all()}
    assert shown == list_links(services, "CAM-01")

    lobby = get_link(console, "CAM-02")
    expect(lobby).to_have_accessible_name("Next camera 2, Lobby, in view at once")
    lobby.hover()
    expect(console.part("linkPreview")).to_contain_text("Lobby")
    same = """(preview) => {
      const tile = preview.getRootNode().querySelector(".tile[data-camera=CAM-02] canvas");
      const pixels = (canvas) => canvas.getContext("2d").getImageData(0, 0, 320, 180).data;
      const [a, b] = [pixels(preview), pixels(tile)];
      return a.every((level, place) => level === b[place]) && new Set(a).size > 50;
    }"""
    assert console.part("linkPreview").locator("canvas").evaluate(same)
    lobby.click()
    console.wait_shown("CAM-02")
    console.wait_settled(1000)
    expect(console.part("linkPreview")).to_be_hidden()
    console.wait_saved()
    kinds = [(e.event.kind.value, e.event.payload) for e in list_events(services, console.attempt_id)]
    (place,) = [n for n, (kind, _) in enumerate(kinds) if kind == "link"]
    assert kinds[place][1]["camera_id"] == "CAM-02"
    assert kinds[place + 1][0] == "focus"
    assert kinds[place + 1][1]["t_s"] == pytest.approx(100.0, abs=0.05)

    console.press("n")
    expect(console.page.locator(".link-chip:focus")).to_have_count(1)
    goes_to = console.page.locator(".link-chip:focus").get_attribute("data-link")
    assert goes_to is not None
    console.press("Enter")
    console.wait_shown(goes_to)


def test_the_plan_joins_marks_keeps_cameras_apart_and_comes_closer(open_drill: OpenDrill, page: Page) -> None:
    console = open_drill(page, FORM)
    for clock, camera_id in (("8:01:00", "CAM-14"), ("8:01:40", "CAM-01"), ("8:03:00", "CAM-06")):
        console.go_to(clock)
        console.choose(camera_id)
        console.wait_settled()
        count = console.cards.count()
        console.mark_spot(0.5, 0.6)
        expect(console.cards).to_have_count(count + 1)
    expect(console.page.locator(".plan-station")).to_have_text(["3"])
    expect(console.page.locator(".plan-cone-chosen")).to_have_count(1)
    console.page.locator(".plan-floors [data-floor='1']").click()
    expect(console.page.locator(".plan-station")).to_have_text(["1", "2↑"])
    expect(console.page.locator("line.plan-leg")).to_have_count(1)

    signs = [find_box(sign) for sign in console.page.locator(".plan-sign").all()]
    assert len(signs) == 14
    for a, b in itertools.combinations(signs, 2):
        assert np.hypot(a["x"] - b["x"], a["y"] - b["y"]) >= 0.8 * a["width"]

    before = find_box(console.page.locator(".plan-camera[data-camera=CAM-02]"))
    expect(console.part("planWider")).to_be_disabled()
    console.page.mouse.move(before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
    console.page.mouse.wheel(0, -600)
    expect(console.part("planMap")).to_have_attribute("data-zoomed", "true")
    console.page.mouse.down()
    console.page.mouse.move(before["x"] - 60, before["y"], steps=4)
    console.page.mouse.up()
    expect(console.part("stage")).to_have_attribute("data-camera", "CAM-06")
    console.page.locator(".plan-camera[data-camera=CAM-02]").click()
    console.wait_shown("CAM-02")
    console.part("planWider").click()
    console.part("planWider").click()
    expect(console.part("planMap")).to_have_attribute("data-zoomed", "false")


def test_a_phone_opens_cameras_by_the_plan(open_drill: OpenDrill, phone_context: BrowserContext, services: App) -> None:
    console = open_drill(phone_context.new_page(), FORM)
    console.part("tabPlan").tap()
    console.page.locator(".plan-camera[data-camera=CAM-01]").tap()
    console.wait_shown("CAM-01")
    chips = console.page.locator(".link-chip")
    assert {chip.get_attribute("data-link") for chip in chips.all()} == list_links(services, "CAM-01")
    assert min(min(find_box(chip)["width"], find_box(chip)["height"]) for chip in chips.all()) >= TOUCH_PX
    lobby = console.page.locator(".link-chip[data-link=CAM-02]")
    expect(lobby).to_have_accessible_name("Next camera 2, Lobby, in view at once")
    # a finger that is lifted while it moves must not swallow the next tap
    with touching(console.page) as put:
        for point in ((0.3, 0.4), (0.6, 0.8)):
            put(console.find_spot(*point))
    lobby.tap()
    console.wait_shown("CAM-02")
    console.wait_fits()
    picture, row = (find_box(console.part(name)) for name in ("picture", "linkRow"))
    assert picture["y"] + picture["height"] <= row["y"], "no link lies on people"
