"""The search console in a browser: what a person does, and what pixels show; every change is waited for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, FloatRect, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.support.tiny_recording import BIT_PX, BITS

SLOW_MS = 60_000
"""For what takes a server, a decoder or a page that loads: a busy machine may need that long."""

IS_TAKEN = """
([console, before]) => {
  const part = (name) => console.querySelector(`[data-part=${name}]`);
  return !part("pending").hidden || part("foundCount").textContent !== before;
}
"""
"""Whether a click has become a mark, or is asked about; takes the console and the count before."""
READ_PICTURES = """
(console, {bits, bit, left, top}) => {
  const read = (picture, x, y, scale = (picture.videoWidth || picture.width) / 320) => {
    const canvas = document.createElement("canvas");
    canvas.width = bits * bit;
    canvas.height = 8;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(picture, x, y, scale * bits * bit, scale * 8, 0, 0, bits * bit, 8);
    const { data } = pen.getImageData(0, 3, bits * bit, 1);
    let number = 0;
    for (let place = 0; place < bits; place++) {
      if (data[4 * (place * bit + bit / 2) + 1] > 128) number |= 1 << place;
    }
    return number;
  };
  const tile = console.querySelector(".tile[aria-pressed=true] canvas");
  const mosaic = console.querySelector(".wall-videos video");
  return {
    said: Number(console.dataset.frame),
    main: read(console.querySelector(".main-video:not([hidden])"), 0, 0),
    wall: mosaic ? read(mosaic, left, top, 1.5) : read(tile, 0, 0),
    tile: tile ? read(tile, 0, 0) : null,
  };
}
"""
SHOWS_FRAME = (
    f"([console, where, frame]) => {{ const seen = ({READ_PICTURES})(console, where);"
    """
  const agree = [seen.main, seen.wall, seen.tile].every((each) => each === seen.said);
  return console.dataset.settled === "true" && agree && (frame === null || seen.said === frame);
}
"""
)
FITS = """
() => {
  const scroller = document.querySelector("[data-testid=stMain]");
  const { documentElement: page } = document;
  return [scroller, page].every((e) => e.scrollWidth <= window.innerWidth && e.scrollHeight <= window.innerHeight);
}
"""
PICTURES_AGREE = """
([selector, frame]) => {
  const hosts = [document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot).filter(Boolean)];
  const console = hosts.map((host) => host.querySelector(selector)).find(Boolean);
  return console.dataset.settled === "true" && (frame === null || console.dataset.frame === String(frame));
}
"""


@dataclass(frozen=True)
class Pictures:
    said: int
    main: int
    wall: int
    tile: int | None


def choose_player(context: BrowserContext, player: str) -> str:
    if player == "video":
        context.add_init_script("try { localStorage.setItem('sightline-player', 'video') } catch {}")
    return player


def find_box(locator: Locator) -> FloatRect:
    box = locator.bounding_box()
    assert box is not None
    return box


@contextmanager
def touching(page: Page) -> Iterator[Callable[..., None]]:
    session = page.context.new_cdp_session(page)
    fingers = 0

    def put(*points: tuple[float, float]) -> None:
        nonlocal fingers
        kind, fingers = "touchMove" if len(points) <= fingers else "touchStart", len(points)
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    yield put
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


class ConsolePage:
    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.root = page.locator(".console")

    @property
    def attempt_id(self) -> str:
        return self.address.rpartition("attempt=")[2]

    def open(self) -> "ConsolePage":
        self.page.goto(self.address)
        self.wait_ready()
        return self

    def wait_ready(self) -> None:
        expect(self.root).to_have_attribute("data-phase", "running", timeout=SLOW_MS)
        expect(self.part("wall")).to_have_attribute("data-loading", "false", timeout=SLOW_MS)

    def part(self, name: str) -> Locator:
        return self.page.locator(f"[data-part={name}]")

    def choose(self, camera_id: str) -> None:
        self.page.locator(f".tile[data-camera={camera_id}]").click()
        self.wait_shown(camera_id)

    def wait_shown(self, camera_id: str) -> None:
        expect(self.part("stage")).to_have_attribute("data-camera", camera_id)
        expect(self.part("stage")).to_have_attribute("data-showing", "true", timeout=SLOW_MS)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def wait_settled(self, frame: int | None = None) -> None:
        self.page.wait_for_function(PICTURES_AGREE, arg=[".console", frame], polling="raf", timeout=SLOW_MS)

    def read_pictures(self, *, wall_column: int = 0, wall_row: int = 0) -> Pictures:
        return Pictures(**self.root.evaluate(READ_PICTURES, _place(wall_column, wall_row)))

    def wait_pictures(self, frame: int | None = None, *, wall_column: int = 0, wall_row: int = 0) -> None:
        where = _place(wall_column, wall_row)
        try:
            console = self.root.element_handle()
            self.page.wait_for_function(SHOWS_FRAME, arg=[console, where, frame], polling="raf", timeout=SLOW_MS)
        except PlaywrightTimeoutError as error:
            seen = self.read_pictures(wall_column=wall_column, wall_row=wall_row)
            raise AssertionError(f"frame {frame} was asked for, on screen is {seen}") from error

    def wait_frame_beyond(self, frame: int, *, backwards: bool = False) -> None:
        test = "([console, frame]) => Number(console.dataset.frame) " + ("<" if backwards else ">") + " frame"
        arguments = [self.root.element_handle(), frame]
        self.page.wait_for_function(test, arg=arguments, polling="raf", timeout=SLOW_MS)

    def go_to(self, clock: str) -> None:
        field = self.part("clockField")
        field.fill(clock)
        field.press("Enter")

    def step_to(self, frame: int) -> None:
        self.go_to(f"7:55:{frame // 10:02d} AM")
        self.wait_settled(frame // 10 * 10)
        for _ in range(frame % 10):
            self.press(".")
        self.wait_settled(frame)

    def find_spot(self, x: float, y: float) -> tuple[float, float]:
        box = find_box(self.part("picture"))
        return box["x"] + box["width"] * x, box["y"] + box["height"] * y

    def click_picture(self, x: float, y: float) -> None:
        self.page.mouse.click(*self.find_spot(x, y))

    def tap_picture(self, x: float, y: float) -> None:
        self.page.touchscreen.tap(*self.find_spot(x, y))

    def mark_spot(self, x: float, y: float) -> None:
        self.mark_by(lambda: self.click_picture(x, y))

    def mark_by(self, act: Callable[[], None]) -> None:
        before = self.part("foundCount").text_content() or "0"
        act()
        console = self.root.element_handle()
        self.page.wait_for_function(IS_TAKEN, arg=[console, before], polling="raf", timeout=SLOW_MS)
        if self.part("pending").is_visible():
            self.part("pendingMark").click()
        expect(self.part("foundCount")).to_have_text(str(int(before) + 1))

    @property
    def is_asked_again(self) -> bool:
        return self.part("pendingWords").is_visible()

    def mark(self, camera_id: str, frame: int, x: float = 0.5) -> None:
        self.choose(camera_id)
        self.step_to(frame)
        self.mark_spot(x, 0.6)

    def open_tool(self, name: str) -> None:
        self.part("moreOpen").click()
        self.page.locator(f".more-row[data-tool={name}]").click()

    @property
    def cards(self) -> Locator:
        return self.page.locator(".found-card")

    def wait_saved(self) -> None:
        expect(self.part("statusText")).to_have_text("Saved", timeout=SLOW_MS)

    def hand_in(self) -> None:
        self.part("handIn").click()
        submit = self.part("handInNow")
        is_asked = submit.inner_text() == "Submit anyway"
        submit.click()
        if is_asked:
            expect(submit).to_have_text("Yes, submit")
            submit.click()

    def watch_again(self) -> None:
        self.page.get_by_role("button", name="Replay").click(timeout=SLOW_MS)
        expect(self.root).to_have_attribute("data-mode", "replay", timeout=SLOW_MS)
        self.wait_ready()
        self.part("replayPlay").click()

    def jump_replay(self, at_ms: float) -> None:
        jump = "(place, atMs) => { place.value = String(atMs / 1000); place.dispatchEvent(new Event('input')); }"
        self.part("replayPlace").evaluate(jump, at_ms)

    def wait_fits(self) -> None:
        self.page.wait_for_function(FITS, polling="raf", timeout=SLOW_MS)


def _place(column: int, row: int) -> dict[str, int]:
    return {"bits": BITS, "bit": BIT_PX, "left": column * 480, "top": row * 270}


LIST_CUT_OFF = """
(console) => {
  const how = { visibilityProperty: true, opacityProperty: true };
  const seen = (element) => element.checkVisibility(how) && !element.closest("[inert]");
  const name = (element) => element.dataset.part ?? element.dataset.tool ?? element.dataset.camera ?? element.className;
  const inside = (box, room) =>
    box.left >= room.left - 1 && box.right <= room.right + 1 &&
    box.top >= room.top - 1 && box.bottom <= room.bottom + 1;
  const found = [];
  const things = "button, select, input, textarea, [role=slider], .question, .time, .stage-name, .wall-page-words";
  const page = { left: 0, top: 0, right: window.innerWidth, bottom: window.innerHeight };
  for (const element of console.querySelectorAll(things)) {
    const box = element.getBoundingClientRect();
    if (!seen(element) || box.width <= 1) continue;
    let isScrolled = false;
    for (let around = element.parentElement; around !== console && !isScrolled; around = around.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(around);
      isScrolled = /auto|scroll/.test(overflowX + overflowY) || around.matches(".plan-map");
      if (!isScrolled && overflowX !== "visible" && !inside(box, around.getBoundingClientRect())) {
        found.push(`${name(element)} is cut off by ${around.className}`);
      }
    }
    if (isScrolled) continue;
    if (!inside(box, page)) found.push(`${name(element)} is outside the window`);
    const isWords = element.matches("button, select") && !element.matches(".tile, .plan-camera, .found-go");
    const isTight = element.scrollWidth > element.clientWidth + 1;
    if (isWords && isTight) found.push(`${name(element)} is too narrow for its words`);
  }
  // with all cameras large the stage is only a clear sheet over the wall, for what is said
  const isGrid = console.dataset.main === "grid";
  const panels = ["task", ...(isGrid ? [] : ["stage"]), "controls", "tabs", "wall", "plan", "found"];
  const shown = panels.map((each) => console.querySelector(`.${each}`)).filter(seen);
  for (const one of shown) {
    for (const other of shown) {
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
      const isBeside = a.left >= b.right - 1 || b.left >= a.right - 1;
      const isBelow = a.top >= b.bottom - 1 || b.top >= a.bottom - 1;
      if (one !== other && !isBeside && !isBelow) found.push(`${one.className} lies over ${other.className}`);
    }
  }
  const tiles = [...console.querySelectorAll(".tile")].filter((tile) => seen(tile) && tile.clientHeight >= 24);
  const isWall = seen(console.querySelector(".wall"));
  if (isWall && !tiles.some((tile) => inside(tile.getBoundingClientRect(), page))) found.push("no tile can be seen");
  return found;
}
"""
