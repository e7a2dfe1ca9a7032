"""Links to the next camera in the main picture, and the plan, on the sample footage."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from sim.services.app.wiring import App
from sim.site.camera import make_view
from sim.site.drawn_plan import make_plan
from sim.site.model import load_site
from tests.browser.conftest import OpenDrill
from tests.support.console_modules import load_modules
from tests.support.console_page import SLOW_MS, ConsolePage, find_box, touching
from tests.support.given import list_events
from tests.support.story_truth import SHIPPED

RECORDING = SHIPPED.name
FORM = f"{RECORDING}-practice-1"
SITE = Path(__file__).parents[2] / "scenarios" / "sites" / "maple-ridge"
CHEST_M = 1.1
TOUCH_PX = 44


def test_a_mark_on_a_chest_is_placed_where_the_person_stands(page: Page) -> None:
    load_modules(page, plan_legs=["findGround"])
    rng = np.random.default_rng(20261014)
    site = load_site(SITE)
    floors = {floor.floor_id: floor.elevation_m for floor in site.floors}
    for camera, drawn in zip(site.cameras, make_plan(site)["cameras"], strict=True):
        view = make_view(camera)
        away_m, turn = rng.uniform(3.0, 25.0, 40), np.deg2rad(camera.yaw_deg + rng.uniform(-50, 50, 40))
        at = np.asarray(camera.position_m[:2]) + np.stack([np.cos(turn), np.sin(turn)], axis=1) * away_m[:, None]
        chest = np.column_stack([at, np.full(40, floors[camera.floor] + CHEST_M)])
        pixels, depth = view.compute_pixels(chest)
        shares = pixels / view.size_wh
        shown = (depth > 0) & ((shares >= 0) & (shares <= 1)).all(axis=1)
        assert shown.any()
        points = [{"x": x, "y": y} for x, y in shares[shown].tolist()]
        found = page.evaluate("([camera, all]) => all.map((each) => modules.findGround(camera, each))", [drawn, points])
        np.testing.assert_allclose(found, at[shown], atol=0.02)


def get_link(console: ConsolePage, camera_id: str) -> Locator:
    return console.page.locator(f".link[data-link={camera_id}]:visible").first


def list_links(services: App, camera_id: str) -> set[str]:
    zones = services.catalog.get_links(RECORDING)[camera_id]
    return {camera["camera_id"] for zone in zones for camera in zone["cameras"]}


def test_a_link_shows_and_opens_the_next_camera_in_time(open_drill: OpenDrill, page: Page, services: App) -> None:
    console = open_drill(page, FORM)
    console.go_to("8:01:40")
    console.choose("CAM-01")
    console.wait_settled(1000)
    shown = {link.get_attribute("data-link") for link in console.page.locator(".link:visible").all()}
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
    expect(console.page.locator(".link:focus")).to_have_count(1)
    goes_to = console.page.locator(".link:focus").get_attribute("data-link")
    assert goes_to is not None
    console.press("Enter")
    console.wait_shown(goes_to)


def test_links_leave_the_picture_to_marks_move_with_it_and_can_be_off(open_drill: OpenDrill, page: Page) -> None:
    console = open_drill(page, FORM)
    console.go_to("8:01:40")
    console.choose("CAM-01")
    console.wait_settled(1000)
    console.mark_spot(0.5, 0.6)
    expect(console.cards).to_have_count(1)

    picture, link = find_box(console.part("picture")), find_box(get_link(console, "CAM-14"))
    across = (link["x"] + link["width"] / 2 - picture["x"]) / picture["width"]
    console.page.mouse.move(picture["x"] + picture["width"] * 0.6, picture["y"] + picture["height"] * 0.3)
    console.page.mouse.wheel(0, -300)
    expect(console.part("stage")).to_have_attribute("data-zoomed", "true")
    moved = """([link, picture, across]) => {
      const [a, b] = [link.getBoundingClientRect(), picture.getBoundingClientRect()];
      return Math.abs((a.x + a.width / 2 - b.x) / b.width - across) < 0.03;
    }"""
    arguments = [get_link(console, "CAM-14").element_handle(), console.part("picture").element_handle(), across]
    console.page.wait_for_function(moved, arg=arguments, polling="raf", timeout=SLOW_MS)

    console.part("moreOpen").click()
    console.page.locator(".more-row[data-tool=links]").click()
    expect(console.page.locator(".link")).to_have_count(0)
    console.page.reload()
    console.wait_ready()
    console.wait_shown("CAM-01")
    expect(console.page.locator(".link")).to_have_count(0)
    console.part("moreOpen").click()
    console.page.locator(".more-row[data-tool=links]").click()
    expect(get_link(console, "CAM-14")).to_be_visible()


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


def list_people(services: App, camera_id: str) -> list[tuple[float, float]]:
    """Return a point on the chest of everybody whom the camera shows well enough to be marked, 0..1, frame by frame."""
    rows = services.catalog.get_truth(RECORDING).table.rows
    shown = rows[(rows["camera_id"] == camera_id) & (rows["visible"] >= 0.25) & (rows["y2"] - rows["y1"] >= 24)]
    width, height = services.catalog.get_recording(RECORDING).get_camera(camera_id).size_wh
    x = (shown["x1"] + shown["x2"]) / 2 / width
    y = (shown["y1"] + 0.35 * (shown["y2"] - shown["y1"])) / height
    return list(zip(x, y, strict=True))


MEETS_LINK = """
(picture, points) => {
  const { left, top, width, height } = picture.getBoundingClientRect();
  const root = picture.getRootNode();
  const isLink = ([x, y]) => root.elementFromPoint(left + x * width, top + y * height)?.closest(".link, .link-chip");
  return points.filter(isLink).length;
}
"""
MOST_COVERED = 0.06


def open_camera(console: ConsolePage, camera_id: str) -> None:
    console.press("/")
    console.page.keyboard.type(camera_id)
    console.press("Enter")
    console.wait_shown(camera_id)


@pytest.mark.parametrize("device", ["phone", "laptop"])
def test_links_leave_people_to_be_marked(
    device: str, open_drill: OpenDrill, context: BrowserContext, phone_context: BrowserContext, services: App
) -> None:
    console = open_drill((phone_context if device == "phone" else context).new_page(), FORM)
    seen = covered = 0
    for camera_id in services.catalog.get_links(RECORDING):
        open_camera(console, camera_id)
        points = list_people(services, camera_id)[::5]
        if points:
            seen += len(points)
            covered += console.part("picture").evaluate(MEETS_LINK, points)
    assert seen > 3000
    assert covered <= (0 if device == "phone" else MOST_COVERED * seen)
    if device == "phone":
        # a tap on somebody at the far end of a hall asks to mark
        open_camera(console, "CAM-05")
        for spot in ((0.53, 0.27), (0.53, 0.45)):
            console.tap_picture(*spot)
            expect(console.part("pendingMark")).to_be_visible()
            console.part("pendingDrop").tap()
            expect(console.part("pendingMark")).to_be_hidden()
        expect(console.part("stage")).to_have_attribute("data-camera", "CAM-05")
