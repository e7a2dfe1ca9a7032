"""How soon the editor of a school answers, from a press or a move to the painted frame that shows it, in a browser."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw

from sim.db.engine import make_sqlite_url
from sim.services.app.wiring import open_app, read_settings, system_clock
from sim.services.library.generate.sites import SITES
from sim.services.own_school import example
from sim.services.own_school.editing import edit
from sim.services.own_school.folder import PICTURES, get_folder, make_school
from sim.site.drawing import Change, Json
from sim.site.model import PLATES_FOLDER, load_site
from tools.bench.rig.browser import open_browser
from tools.bench.rig.figures import Figure
from tools.bench.rig.server import run_server

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Position

COLUMNS, ROWS, CAMERAS = 10, 6, 32
ROOM_M: Final = (9.0, 7.0)
PLAN_WH, STILL_WH = (4000, 1867), (1920, 1080)
POINTS_BEFORE = 3
LIMIT_MS = 100.0
REPEATS = 30
WIDTH_PX, HEIGHT_PX = 1366, 768
WITHIN_MS = 30_000
WATCH = """
() => {
  const roots = [...document.querySelectorAll("*")].map((each) => each.shadowRoot);
  const school = roots.find((each) => each?.querySelector(".school"));
  const part = (name) => school.querySelector(name);
  const reads = {
    corner: () => part(".space.chosen")?.getAttribute("points"),
    points: () => school.querySelectorAll(".points li").length,
    spots: () => school.querySelectorAll("[data-sheet=plan] .pin").length,
    camera: () => part(".match h3")?.textContent,
    picture: () => part("[data-sheet=picture] image")?.getAttribute("href"),
    zoom: () => part("[data-sheet=plan]").dataset.scale,
    trail: () => part(".trail")?.getAttribute("points"),
  };
  globalThis.watchSchool = (what, kinds) => {
    const before = reads[what]();
    let began = 0;
    const begin = (event) => (began ||= event.timeStamp);
    for (const kind of kinds) window.addEventListener(kind, begin, { capture: true });
    globalThis.watched = new Promise((done, fail) => {
      setTimeout(() => fail(new Error(`nothing came of ${what}`)), 20000);
      const painted = new MessageChannel();
      painted.port1.onmessage = () => {
        if (!began || reads[what]() === before) return requestAnimationFrame(() => painted.port2.postMessage(0));
        for (const kind of kinds) window.removeEventListener(kind, begin, { capture: true });
        done(performance.now() - began);
      };
      painted.port2.postMessage(0);
    });
  };
}
"""
"""What is drawn is read right after each painted frame until it is another; time runs from the first of the events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hand:
    """Somebody who presses and moves on the page."""

    page: "Page"

    @property
    def plan(self) -> "Locator":
        return self.page.locator("[data-sheet=plan]")

    def take(self, tool: str) -> None:
        self.page.click(f".school [data-tool={tool}]")

    def find(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Return where on the page a place of the plan is, pixels."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        box = self.plan.bounding_box()
        assert box is not None
        left, top, scale = self.plan.evaluate("({dataset}) => [dataset.left, dataset.top, dataset.scale].map(Number)")
        return box["x"] + (x_m - left) * scale, box["y"] + (top - y_m) * scale

    def time(self, what: str, kinds: Sequence[str], act: Callable[[], object]) -> float:
        """Return the milliseconds from the first event of an act to the painted frame that shows another `what`."""
        self.page.evaluate("([what, kinds]) => watchSchool(what, kinds)", [what, list(kinds)])
        act()
        return float(self.page.evaluate("() => watched"))

    def settle(self) -> None:
        self.page.wait_for_selector(".school[data-saved=true]", timeout=WITHIN_MS)


def measure(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Draw a school of 60 spaces and 32 cameras with pictures, and do in a browser what a trainer does, many times.

    Raises:
        MachineError: Playwright, Chromium or the server is not to be had.
    """
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as name:
        data = Path(name)
        school_id = make_large_school(data)
        on_step("starting the server")
        with run_server(data, data) as server, open_browser() as browser:
            page = browser.new_context(viewport={"width": WIDTH_PX, "height": HEIGHT_PX}).new_page()
            page.goto(f"{server.url}/our-school?school={school_id}")
            page.wait_for_selector(".school image.underlay", timeout=WITHIN_MS)
            page.evaluate(WATCH)
            hand = _Hand(page=page)
            page.locator(".school").scroll_into_view_if_needed()
            taken: dict[str, list[float]] = {}
            for act in (_drag, _draw_line, _zoom, _choose_cameras, _match):
                on_step(act.__name__.strip("_").replace("_", " "))
                for what, took_ms in act(hand):
                    taken.setdefault(what, []).append(took_ms)
    return tuple(
        Figure(
            name=f"{what}: p95 of {len(times_ms)}",
            value=float(np.percentile(times_ms, 95)),
            unit="ms",
            target=f"{LIMIT_MS:g}",
            met=bool(np.percentile(times_ms, 95) <= LIMIT_MS),
            how=f"median {np.median(times_ms):.0f} ms, slowest {max(times_ms):.0f} ms",
        )
        for what, times_ms in taken.items()
    )


def _drag(hand: _Hand) -> list[tuple[str, float]]:
    """Move a room's corner step by step, let go, and take it back."""
    mouse, moves = hand.page.mouse, ("pointermove",)
    hand.take("select")
    mouse.click(*hand.find(ROOM_M[0] / 2, ROOM_M[1] / 2))
    hand.page.wait_for_selector(".school .space.chosen")
    told = []
    for number in range(REPEATS):
        x, y = hand.find(0.0, 0.0)
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + 6, y - 6)
        for step in range(3):
            aim = (x + 10 + 3 * step + number % 2, y - 10 - 3 * step)
            told.append(("a corner follows the mouse", hand.time("corner", moves, partial(mouse.move, *aim))))
        mouse.up()
        hand.settle()
        undo = hand.page.locator(".school [data-part=undo]")
        told.append(("undo", hand.time("corner", ("click",), undo.click)))
        hand.settle()
    return told


def _draw_line(hand: _Hand) -> list[tuple[str, float]]:
    """Follow the mouse with the outline of a new room."""
    mouse = hand.page.mouse
    hand.take("space")
    mouse.click(*hand.find(-1.0, -1.0))
    told = []
    for number in range(REPEATS):
        aim = hand.find(ROOM_M[0] * (1.5 + number % 7), ROOM_M[1] * (0.5 + number % 4))
        told.append(
            ("a new outline follows the mouse", hand.time("trail", ("pointermove",), partial(mouse.move, *aim)))
        )
    hand.take("select")
    return told


def _zoom(hand: _Hand) -> list[tuple[str, float]]:
    """Turn the wheel over the plan, closer and back."""
    told = []
    hand.page.mouse.move(*hand.find(40.0, 20.0))
    for number in range(REPEATS):
        by = -120 if number % 10 < 5 else 120
        told.append(("zoom", hand.time("zoom", ("wheel",), partial(hand.page.mouse.wheel, 0, by))))
    for _ in range(12):
        if hand.page.locator(".school [aria-label=Wider]").first.is_enabled():
            hand.page.locator(".school [aria-label=Wider]").first.click()
    return told


def _choose_cameras(hand: _Hand) -> list[tuple[str, float]]:
    """Choose one camera after the other: until its panel is there, and until its picture is."""
    told = []
    for what, name in (("camera", "a camera's panel"), ("picture", "a camera's picture")):
        for number in range(1, CAMERAS + 1):
            sign = hand.page.locator(f".school [data-camera=CAM-{number:02d}]")
            told.append((f"choosing a camera: {name}", hand.time(what, ("pointerdown",), sign.click)))
    return told


def _match(hand: _Hand) -> list[tuple[str, float]]:
    """Click a point on the plan and in the picture; take the pair back."""
    hand.page.locator(".school [data-camera=CAM-01]").click()
    hand.page.wait_for_selector("[data-sheet=picture] image")
    picture = hand.page.locator("[data-sheet=picture]")
    undo = hand.page.locator(".school [data-part=undo]")
    told = []
    for number in range(REPEATS):
        box = picture.bounding_box()
        assert box is not None
        hand.plan.scroll_into_view_if_needed()
        aim = hand.find(ROOM_M[0] * (number % 3 + 1), ROOM_M[1] * (ROWS - 1))
        told.append(("a point on the plan", hand.time("spots", ("click",), partial(hand.page.mouse.click, *aim))))
        spot: Position = {"x": box["width"] * (0.3 + 0.01 * number), "y": box["height"] / 2}
        told.append(("the same in the picture", hand.time("points", ("click",), partial(picture.click, position=spot))))
        hand.settle()
        told.append(("undo", hand.time("points", ("click",), undo.click)))
        hand.settle()
    return told


def make_large_school(data: Path) -> str:
    """Make a school of `COLUMNS` x `ROWS` rooms with doors, furniture and `CAMERAS` cameras with pictures; its id."""
    settings = replace(read_settings({}), data=data, database_url=make_sqlite_url(data / "sightline.db"))
    app = open_app(settings, system_clock())
    try:
        school_id = make_school(data, "Large school")
        folder = get_folder(data, school_id) / PICTURES
        m_per_px = COLUMNS * ROOM_M[0] / PLAN_WH[0]
        plan = Image.new("RGB", PLAN_WH, (255, 255, 255))
        pen = ImageDraw.Draw(plan)
        for room in _list_rooms():
            pen.rectangle([(x / m_per_px, y / m_per_px) for x, y in (room[0], room[2])], outline=(40, 44, 52), width=5)
        plan.save(folder / "plan-1.webp", format="WEBP", lossless=True)
        site = load_site(SITES / example.SITE)
        for number in range(1, CAMERAS + 1):
            still = SITES / example.SITE / PLATES_FOLDER / f"{site.cameras[number % 8].camera_id}.webp"
            with Image.open(still) as opened:
                opened.resize(STILL_WH).save(folder / f"CAM-{number:02d}.webp", format="WEBP")
        edit(app, school_id, tuple(_describe_school(m_per_px)))
    finally:
        app.close()
    return school_id


def _list_rooms() -> list[list[tuple[float, float]]]:
    """Return the corners of each room, meters, rows from below."""
    wide, deep = ROOM_M
    lows = [(wide * column, deep * row) for row in range(ROWS) for column in range(COLUMNS)]
    return [[(x, y), (x + wide, y), (x + wide, y + deep), (x, y + deep)] for x, y in lows]


def _describe_school(m_per_px: float) -> Iterator[Change]:
    picture: Json = {"size_wh": PLAN_WH, "m_per_px": m_per_px, "at": (0.0, 0.0), "is_scaled": True}
    yield Change(kind="floors", name="1", now={"name": "Floor 1", "picture": picture})
    for number, room in enumerate(_list_rooms(), start=1):
        (x, y), (wide, deep) = room[0], ROOM_M
        head: Json = {"floor": "1", "name": f"Room {number}"}
        yield Change(kind="spaces", name=f"space-{number}", now={**head, "kind": "hall", "polygon": room})
        for side, at in enumerate(((x + wide / 2, y), (x, y + deep / 2))):
            yield Change(kind="doors", name=f"door-{2 * number + side}", now={**head, "kind": "gap", "at": at})
        corners = [(x + 1, y + 1), (x + 3, y + 1), (x + 3, y + 1.4), (x + 1, y + 1.4)]
        yield Change(kind="things", name=f"thing-{number}", now={"floor": "1", "polygon": corners, "height_m": 1.8})
        if number <= CAMERAS:
            yield Change(kind="cameras", name=f"CAM-{number:02d}", now=_describe_camera(number, x + wide - 1, y + 5))


def _describe_camera(number: int, x: float, y: float) -> Json:
    points = [{"at": (x - n, y - 2), "z_m": 0.0, "u": 0.2 + 0.2 * n, "v": 0.6} for n in range(POINTS_BEFORE)]
    found = {
        "at": (x, y),
        "over_floor_m": 2.8,
        "yaw_deg": 200.0,
        "pitch_deg": -20,
        "roll_deg": 0,
        "hfov_deg": 80,
        "k1": 0,
    }
    head: Json = {"floor": "1", "name": f"Camera {number}", "at": (x, y), "yaw_deg": 200.0}
    return {**head, "picture_wh": STILL_WH, "points": points, "found": found}
