"""A trainer draws a part of a building over its plan, matches a camera, and adds a floor with stairs."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.Image import Resampling
from playwright.sync_api import Locator, Page, Route, expect

from sim.features.library.sites import SITES
from sim.features.own_school import ready
from sim.features.own_school.cameras import list_corners
from sim.footage.paint.plate import load_plate
from sim.footage.video.still import decode_frame
from sim.site.camera import make_view
from sim.site.model import PLATES_FOLDER, Site, load_site
from tests.support.console_page import SLOW_MS, find_box
from tests.support.dismissal_clip import FPS, HALL, find_busy_frame, find_clip
from tests.support.server_process import ServerProcess
from tools.bench.site import choose_points


@dataclass(frozen=True)
class SchoolEditor:
    page: Page
    corner: tuple[float, float]

    def part(self, name: str) -> Locator:
        return self.page.locator(f".school [data-part={name}]")

    def wait_saved(self) -> None:
        expect(self.page.locator(".school")).to_have_attribute("data-saved", "true", timeout=SLOW_MS)

    def take(self, tool: str) -> None:
        self.page.locator(f".school [data-tool={tool}]").click()

    def click_plan(self, *places: tuple[float, float]) -> None:
        sheet = self.page.locator("[data-sheet=plan]")
        for x, y in places:
            left, top, scale = self._read(sheet)
            spot = {"x": (x - self.corner[0] - left) * scale, "y": (top - (y - self.corner[1])) * scale}
            sheet.click(position=spot)  # type: ignore[arg-type]

    def click_picture(self, u: float, v: float) -> None:
        sheet = self.page.locator("[data-sheet=picture]")
        left, top, scale = self._read(sheet)
        sheet.click(position={"x": (u - left) * scale, "y": (v * 9 / 16 - top) * scale})

    def set_field(self, label: str, value: str) -> None:
        field = self.page.locator(".school .side .field", has_text=label).locator("input, select")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
            field.press("Tab")
            expect(self.page.locator(".school .side :focus")).to_have_count(1)  # also once the panel is drawn again

    def set_height(self, meters: float) -> None:
        choice = self.part("point-height").locator("select")
        if meters == 0:
            choice.select_option("0")
            return
        choice.select_option("other")
        field = self.page.locator(".school .match-controls .row input")
        field.fill(f"{meters:g} m")
        field.press("Tab")

    def _read(self, sheet: Locator) -> tuple[float, float, float]:
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        read = sheet.evaluate("sheet => [sheet.dataset.left, sheet.dataset.top, sheet.dataset.scale].map(Number)")
        return float(read[0]), float(read[1]), float(read[2])


OFF_M = 0.15
SIZE_WH = (960, 540)
SPACES = {"front-walk": "outdoor", "lobby": "lobby", "main-hall": "hall"}
BY_CLICKS = {"main-entrance": "exterior", "lobby-hall": "gap", "r3": "classroom", "office": "office"}


@pytest.fixture(scope="module")
def birch() -> Site:
    return load_site(SITES / ready.SITE)


def open_editor(page: Page, server: ServerProcess, site: Site) -> SchoolEditor:
    page.goto(f"{server.url}/our-school")
    page.get_by_text("I confirm this").click()
    page.get_by_role("button", name="Turn on").click()
    page.get_by_label("Name of the school").fill("Quernmore School")
    page.get_by_text("security agreed").click()
    page.get_by_role("button", name="Begin").click()
    editor = SchoolEditor(page, ready.find_corner(site))
    expect(editor.part("undo")).to_be_visible(timeout=SLOW_MS)
    return editor


def draw_underlay(editor: SchoolEditor, site: Site, tmp_path: Path) -> None:
    path = tmp_path / "evacuation plan.png"
    plan = ready.draw_plan(site).rotate(1.9, Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255))
    plan.save(path)
    editor.part("plan-file").set_input_files(path)
    underlay = editor.page.locator(".school image.underlay")
    expect(underlay).to_be_visible(timeout=SLOW_MS)
    editor.part("straighten").click()
    expect(underlay).to_have_attribute("transform", re.compile(r"rotate\((1\.9|1\.8[6-9]|1\.9[0-4])"))
    sheet = editor.page.locator("[data-sheet=plan]")
    for share in (0.2, 0.8):
        box = find_box(sheet)
        sheet.click(position={"x": box["width"] * share, "y": box["height"] / 2})
    ends = editor.page.locator(".school .trail ~ circle.corner")
    expect(ends).to_have_count(2)
    left, right = ends.all()
    width = underlay.evaluate("image => image.width.baseVal.value")
    apart = float(right.get_attribute("cx") or 0) - float(left.get_attribute("cx") or 0)
    meters = apart / width * plan.width / ready.PX_PER_M
    editor.part("distance").fill(f"{meters / 0.3048:.2f} ft")
    editor.part("set-scale").click()
    expect(editor.page.locator("[data-tool=space]")).to_have_attribute("aria-pressed", "true")


def draw_rooms_and_doors(editor: SchoolEditor, site: Site, dice: np.random.Generator) -> None:
    def miss(place: tuple[float, float]) -> tuple[float, float]:
        x, y = np.asarray(place) + dice.uniform(-OFF_M, OFF_M, 2) / np.sqrt(2)
        return float(x), float(y)

    for zone_id, kind in SPACES.items():
        space = next(each for each in site.spaces if each.zone_id == zone_id)
        editor.take("space")
        editor.click_plan(*(miss(corner) for corner in space.polygon))
        editor.part("close").click()
        editor.set_field("Name", space.name)
        editor.set_field("Kind", kind)
    for door_id, kind in BY_CLICKS.items():
        door = next(each for each in site.openings if each.door_id == door_id)
        editor.take("door")
        editor.click_plan(miss(door.at))
        editor.set_field("Kind", kind)
        editor.set_field("Name", door.name)
        editor.set_field("Width", f"{door.width_m:g} m")
    editor.wait_saved()


def match_camera(editor: SchoolEditor, site: Site, camera_id: str, dice: np.random.Generator) -> None:
    camera = site.get_camera(camera_id)
    x, y, _ = camera.position_m
    yaw = np.deg2rad(camera.yaw_deg + dice.uniform(-10, 10))
    editor.take("camera")
    editor.click_plan((x + 0.1, y - 0.1), (x + 5 * float(np.cos(yaw)), y + 5 * float(np.sin(yaw))))
    editor.set_field("Name", camera.name)
    editor.part("still").set_input_files(SITES / ready.SITE / PLATES_FOLDER / f"{camera_id}.webp")
    expect(editor.page.locator("[data-sheet=picture] image")).to_be_visible(timeout=SLOW_MS)
    plate = load_plate(SITES / ready.SITE / PLATES_FOLDER, camera_id, size_wh=SIZE_WH)
    shown = site.model_copy(update={"spaces": tuple(s for s in site.spaces if s.zone_id in SPACES)})
    points = np.array([place for place, _ in list_corners(shown, "1")])
    pixels, depth_m = make_view(camera, size_wh=SIZE_WH).compute_pixels(points)
    inside = ((pixels > 8) & (pixels < np.array(SIZE_WH) - 8)).all(axis=1) & (depth_m > 0.5)
    rows = []
    for n in np.flatnonzero(inside):
        column, row = pixels[n].astype(int)
        around = plate.depth_m[max(row - 4, 0) : row + 5, max(column - 4, 0) : column + 5]
        if (np.abs(around - depth_m[n]) < 0.05 * depth_m[n] + 0.12).any():
            rows.append(n)
    chosen = choose_points(pixels[rows], depth_m[rows], 10, size_wh=SIZE_WH, dice=dice)
    half = editor.page.locator("path.pin.new")
    editor.click_plan((x, y))  # on the camera's own disc
    expect(half).to_have_count(1)
    editor.page.keyboard.press("Escape")
    expect(half).to_have_count(0)
    for number in chosen:
        place, (u, v) = points[rows[number]], pixels[rows[number]] / SIZE_WH
        editor.set_height(round(float(place[2]), 2))
        editor.click_plan((float(place[0]), float(place[1])))
        editor.click_picture(float(u), float(v))
    expect(editor.page.locator(".school .points li")).to_have_count(len(chosen))
    editor.part("accept").click(timeout=SLOW_MS)
    expect(editor.part("matched")).to_be_visible()
    editor.wait_saved()


def test_rooms_are_drawn_over_a_plan_and_a_camera_is_matched_by_clicks(page: Page, birch: Site, tmp_path: Path) -> None:
    dice = np.random.default_rng(11)
    with ServerProcess(tmp_path / "data") as server:
        editor = open_editor(page, server, birch)
        draw_underlay(editor, birch, tmp_path)
        draw_rooms_and_doors(editor, birch, dice)
        match_camera(editor, birch, "CAM-02", dice)
        page.reload()
        expect(page.locator(".school .camera.matched")).to_have_count(1, timeout=SLOW_MS)


def test_a_second_tab_a_second_floor_and_a_person_in_a_still(page: Page, birch: Site, tmp_path: Path) -> None:
    with ServerProcess(tmp_path / "data") as server:
        open_editor(page, server, birch)
        editor = SchoolEditor(page, (0.0, 0.0))
        plan = page.locator("[data-sheet=plan]")
        other = page.context.new_page()
        other.goto(page.url)
        expect(other.get_by_text("is editing this school")).to_be_visible(timeout=SLOW_MS)
        expect(other.locator(".school [data-tool=space]")).to_be_disabled()
        other.close()
        stairs, status = page.locator(".drawn .stairs"), page.locator(".school .status")
        for floor in ("1", "2"):
            editor.take("stairs")
            if floor == "1":
                editor.click_plan((10.0, 10.0))
                expect(status).to_have_text("Add the other floor first, then draw the stairs.")
            else:
                editor.take("select")
                editor.click_plan((45.0, 30.0))
                editor.part("add-floor").click()
                expect(page.locator(".drawn .below")).to_have_count(1)
            editor.take("space")
            editor.click_plan((0.0, 0.0), (40.0, 0.0), (40.0, 4.0), (0.0, 4.0))
            editor.part("close").click()
            editor.wait_saved()
        plan.focus()
        editor.take("stairs")
        editor.click_plan((20.0, 4.1), (24.0, 11.0))
        expect(stairs).to_have_count(1)
        editor.wait_saved()
        held: list[Route] = []
        page.route("**/steps", lambda route: route.continue_() if held else held.append(route))
        tool = page.locator(".school [data-tool=door]")
        for key, count in (("Control+z", 0), ("Control+y", 1)):
            plan.focus()
            page.keyboard.press(key)
            expect(stairs).to_have_count(count, timeout=SLOW_MS)
        tool.hover()
        page.mouse.down()
        held[0].continue_()
        editor.wait_saved()
        page.mouse.up()
        expect(tool).to_have_attribute("aria-pressed", "true")  # the bar was drawn again while the button was held down
        plan.focus()
        editor.take("space")
        plan.focus()
        for keys in (["ArrowRight"], ["ArrowRight"] * 6, ["ArrowDown"] * 6):
            for key in keys:
                page.keyboard.press(key)
            page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        expect(page.locator(".drawn circle.corner")).to_have_count(2)
        for _ in range(2):
            page.keyboard.press("Escape")
        editor.take("camera")
        editor.click_plan((1.0, 1.0), (10.0, 2.0))
        editor.wait_saved()
        editor.part("check").click()
        expect(status).to_have_text("Nothing wrong was found.", timeout=SLOW_MS)
        editor.part("floor").locator("select").select_option("1")
        expect(page.locator(".school .camera")).to_have_count(0)
        expect(stairs).to_have_count(1)
        editor.part("floor").locator("select").select_option("2")
        page.locator(".school .camera").click()
        busy = decode_frame(find_clip(HALL), frame=find_busy_frame(HALL), fps=FPS)
        Image.fromarray(busy).save(tmp_path / "still.png")
        editor.part("still").set_input_files(tmp_path / "still.png")
        boxes = page.locator(".school rect.box")
        expect(boxes.first).to_be_visible(timeout=SLOW_MS)
        found = boxes.count()
        editor.click_picture(0.02, 0.02)
        editor.click_picture(0.2, 0.08)
        expect(boxes).to_have_count(found + 1)
        editor.part("paint").click()
        expect(boxes).to_have_count(0, timeout=SLOW_MS)
        editor.wait_saved()
