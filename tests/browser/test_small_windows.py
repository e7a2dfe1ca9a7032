"""What has to be pressed or read is in sight: in low or zoomed windows, in forced colors, and in few words."""

import re
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sim.app.wiring import App
from sim.console import attempts
from sim.tasks.common.simulated_user import NOVICE, PERFECT
from tests.browser.conftest import TALL_FORM, OpenDrill
from tests.browser.test_every_task_type import AT_A_DESK
from tests.support.console_page import SLOW_MS, ConsolePage, find_box
from tests.support.played_attempt import play_form
from tests.support.server_process import ServerProcess
from tests.support.shipped_forms import Wish, find_form

LEAST_OF_SIXTEEN_PX = 60
TOP_PX, BOTTOM_PX = 47, 34
"""What an iPhone's notch and its home bar cover."""
KEYBOARD_OVER = """
const seen = Object.assign(new EventTarget(), { width: innerWidth, height: innerHeight, scale: 1, offsetTop: 0 });
Object.defineProperty(window, "visualViewport", { value: seen });
window.coverBy = (px) => { seen.height = innerHeight - px; seen.dispatchEvent(new Event("resize")); };
"""
"""As on an iPhone, where the window stays as high as it is and the keyboard lies over it."""
TILES = """
(console) => {
  const wall = console.querySelector(".wall").getBoundingClientRect();
  const isWithin = (box, room) =>
    box.left >= room.left && box.right <= room.right && box.top >= room.top && box.bottom <= room.bottom;
  return [...console.querySelectorAll(".tile")].map((tile) => {
    const box = tile.getBoundingClientRect();
    const corners = [[box.left + 4, box.top + 4], [box.right - 4, box.bottom - 4]];
    const begin = tile.querySelector(".name-begin");
    return {
      name: tile.textContent,
      inWall: isWithin(box, wall),
      pressed: corners.every(([x, y]) => tile.contains(console.getRootNode().elementFromPoint(x, y))),
      labelWhole:
        isWithin(tile.querySelector(".tile-label").getBoundingClientRect(), box) &&
        [...tile.querySelectorAll(".name, .name *")].every((part) => part.scrollWidth <= part.clientWidth + 1),
      width: box.width,
    };
  });
}
"""


def start_lesson(page: Page, server: ServerProcess) -> ConsolePage:
    page.goto(server.url)
    page.get_by_role("button", name="Start lesson 1", exact=True).click(timeout=SLOW_MS)
    page.get_by_role("button", name="Start (the clock starts now)").click(timeout=SLOW_MS)
    console = ConsolePage(page, page.url)
    console.wait_ready()
    return console


def open_first_camera(console: ConsolePage) -> None:
    tile = console.root.locator(".tile").first
    camera_id = tile.get_attribute("data-camera")
    assert camera_id
    tile.click()
    console.wait_shown(camera_id)


def test_a_low_laptop_shows_every_tile_of_a_lesson_beside_the_main_picture(page: Page, server: ServerProcess) -> None:
    console = start_lesson(page, server)
    open_first_camera(console)
    for width, height in ((1280, 600), (1366, 625), (1280, 720), (1366, 768)):
        page.set_viewport_size({"width": width, "height": height})
        console.wait_fits()
        page.wait_for_function(
            f"(console) => ({TILES})(console).every((tile) => tile.inWall && tile.pressed && tile.labelWhole)",
            arg=console.root.element_handle(),
        )
        assert len(console.root.evaluate(TILES)) == 4
        for part in ("picture", "controls", "plan", "planCloser", "found", "track", "handIn", "taskDescriptor"):
            expect(console.part(part), f"{part} at {width}x{height}").to_be_in_viewport(ratio=1)


def test_a_laptop_shows_sixteen_tiles_beside_the_main_picture(page: Page, open_drill: OpenDrill) -> None:
    console = open_drill(page, find_form(Wish(type="trace", which=-1)).form_id)
    open_first_camera(console)
    console.wait_fits()
    tiles = console.root.evaluate(TILES)
    assert len(tiles) == 16
    assert [tile["name"] for tile in tiles if not (tile["inWall"] and tile["pressed"])] == []
    assert min(tile["width"] for tile in tiles) >= LEAST_OF_SIXTEEN_PX


def test_the_next_step_is_in_sight_at_200_percent(page: Page, server: ServerProcess) -> None:
    page.set_viewport_size({"width": 683, "height": 384})
    page.goto(server.url)
    button = page.get_by_role("button", name="Start lesson 1", exact=True)
    expect(button).to_be_visible(timeout=SLOW_MS)
    expect(button).to_be_in_viewport(ratio=1)
    assert button.evaluate(
        """(button) => {
          const box = button.getBoundingClientRect();
          const corners = [[box.left + 8, box.top + 4], [box.right - 8, box.bottom - 4]];
          return corners.every(([x, y]) => button.contains(document.elementFromPoint(x, y)));
        }"""
    )


def test_nothing_to_press_lies_under_notch_or_home_bar(phone_context: BrowserContext, server: ServerProcess) -> None:
    page = phone_context.new_page()
    insets = {"top": TOP_PX, "bottom": BOTTOM_PX, "left": 0, "right": 0}
    phone_context.new_cdp_session(page).send("Emulation.setSafeAreaInsetsOverride", {"insets": insets})
    page.goto(server.url)
    viewport = page.locator("meta[name=viewport]").get_attribute("content") or ""
    assert {"viewport-fit=cover", "interactive-widget=resizes-content"} <= set(viewport.split(", "))
    page.get_by_role("button", name="Start lesson 1", exact=True).tap(timeout=SLOW_MS)
    start = page.get_by_role("button", name="Start (the clock starts now)")
    expect(start).to_be_visible(timeout=SLOW_MS)
    assert find_box(page.get_by_test_id("stExpandSidebarButton"))["y"] >= TOP_PX
    padding = page.get_by_test_id("stMainBlockContainer").evaluate("(block) => getComputedStyle(block).paddingBottom")
    assert float(padding.removesuffix("px")) >= BOTTOM_PX
    start.tap()
    console = ConsolePage(page, page.url)
    console.wait_ready()
    for is_open in (False, True):
        if is_open:
            open_first_camera(console)
        console.wait_fits()
        track = find_box(console.part("track"))
        assert find_box(console.part("handIn"))["y"] >= TOP_PX
        assert track["y"] + track["height"] <= 844 - BOTTOM_PX
        assert console.root.evaluate(TILES)[0]["pressed"]


def test_bars_and_a_keyboard_cover_nothing_to_press(phone_context: BrowserContext, server: ServerProcess) -> None:
    page = phone_context.new_page()
    page.add_init_script(KEYBOARD_OVER)
    console = start_lesson(page, server)
    open_first_camera(console)
    page.evaluate("coverBy(344)")
    expect(console.part("frame")).to_have_attribute("data-keyboard", "true")
    bottom_px = 500
    for name in ("finderTab", "handIn"):
        console.part(name).tap()
        sheet = find_box(page.locator("dialog[open]"))
        assert sheet["y"] >= 0
        assert sheet["y"] + sheet["height"] <= bottom_px
        if name == "finderTab":
            console.part("finderClose").tap()
    for part in ("handInNow", "handInBack"):
        box = find_box(console.part(part))
        assert box["y"] + box["height"] <= bottom_px
    console.part("handInBack").tap()
    page.evaluate("coverBy(0)")
    expect(console.part("frame")).to_have_attribute("data-keyboard", "false")

    # where the window itself gets lower, by a phone's bars or its keyboard
    for height in (844, 732, 664):
        page.set_viewport_size({"width": 390, "height": height})
        page.evaluate("coverBy(0)")
        console.wait_fits()
        for part in ("handIn", "picture", "tabWall", "tabPlan", "controls", "track", "taskDescriptor"):
            expect(console.part(part), f"{part} at {height}").to_be_in_viewport(ratio=1)
        assert [tile["name"] for tile in console.root.evaluate(TILES) if not tile["pressed"]] == []
        for tab in ("tabPlan", "tabWall"):
            console.part(tab).tap()
            expect(console.part(tab)).to_have_attribute("aria-pressed", "true")
    page.set_viewport_size({"width": 390, "height": 500})
    expect(console.part("handIn")).to_be_in_viewport(ratio=1)
    console.part("handIn").tap()
    for part in ("handInNow", "handInBack"):
        expect(console.part(part)).to_be_in_viewport(ratio=1)


LEAST_OF_WORDS, LEAST_OF_SIGNS = 4.5, 3.0
INK = """
(console) => {
  const canvas = console.querySelector("[data-part=trackCanvas]");
  const dots = canvas.height / canvas.clientHeight;
  const { data } = canvas.getContext("2d").getImageData(0, canvas.height - 13 * dots, canvas.width, 12 * dots);
  const seen = [];
  for (let place = 0; place < data.length; place += 4) {
    if (data[place + 3] === 255) seen.push(`rgb(${data[place]}, ${data[place + 1]}, ${data[place + 2]})`);
  }
  return [...new Set(seen)];
}
"""


@pytest.fixture(params=["light", "dark"])
def forced(request: pytest.FixtureRequest, page: Page, open_drill: OpenDrill) -> ConsolePage:
    scheme: Literal["light", "dark"] = request.param
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    return open_drill(page, TALL_FORM)


def read_style(console: ConsolePage, selector: str, name: str, part: str = "") -> str:
    style: str = console.page.locator(selector).first.evaluate(
        "(element, [name, part]) => getComputedStyle(element, part || null)[name]", [name, part]
    )
    return style


def compute_contrast(one: str, other: str) -> float:
    """Return the contrast of two CSS colors, 1 to 21 (WCAG 2.1); what is clear is seen on nothing."""
    light, dark = sorted((_compute_luminance(one), _compute_luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _compute_luminance(color: str) -> float:
    levels = [float(number) / 255 for number in re.findall(r"[\d.]+", color)[:3]]
    linear = [level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_times_the_chosen_tile_the_floor_and_the_cameras_view_stand_out(forced: ConsolePage) -> None:
    ground = read_style(forced, ".frame", "backgroundColor")
    forced.wait_settled()
    assert max(compute_contrast(ink, ground) for ink in forced.root.evaluate(INK)) >= LEAST_OF_WORDS

    tile = forced.root.locator(".tile").first
    forced.choose(tile.get_attribute("data-camera") or "")
    chosen, other = '.tile[aria-pressed="true"]', '.tile[aria-pressed="false"]'
    assert read_style(forced, chosen, "borderTopWidth", "::after") == "3px"
    assert compute_contrast(read_style(forced, chosen, "borderTopColor", "::after"), ground) >= LEAST_OF_SIGNS
    assert read_style(forced, other, "borderTopWidth", "::after") == "0px"

    on, off = '.plan-floors .tab[aria-pressed="true"]', '.plan-floors .tab[aria-pressed="false"]'
    colors = [read_style(forced, each, "backgroundColor") for each in (on, off)]
    assert compute_contrast(*colors) >= LEAST_OF_SIGNS
    assert compute_contrast(read_style(forced, on, "color"), colors[0]) >= LEAST_OF_WORDS

    zone = read_style(forced, ".plan-zone", "fill")
    for camera in ('[aria-pressed="true"]', '[aria-pressed="false"]'):
        pointer = f".plan-camera{camera} .plan-pointer"
        assert compute_contrast(read_style(forced, pointer, "borderLeftColor", "::before"), zone) >= LEAST_OF_SIGNS
        assert read_style(forced, pointer, "borderTopColor", "::before") == "rgba(0, 0, 0, 0)"


HOME, BRIEFING, DEBRIEF = 90, 80, 60
PLAYED = [Wish(type=name) for name in ("trace", "origin", "locate", "pull-up", "screening", "export")]
READ = """
() => {
  const icons = "[data-testid=stIconMaterial], [data-testid=stAlertDynamicIcon]";
  const skipped = `style, script, noscript, header, .st-key-name-menu, ${icons}`;
  const block = "p, li, h1, h2, button, a, td, th, summary, label, figcaption";
  let said = "", last = null;
  const read = (root) => {
    const nodes = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node; (node = nodes.nextNode()); ) {
      if (node instanceof Element) {
        if (node.shadowRoot) read(node.shadowRoot);
        continue;
      }
      const on = node.parentElement;
      if (!on || on.closest(skipped)) continue;
      if (!on.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const place = document.createRange();
      place.selectNodeContents(node);
      const box = place.getBoundingClientRect();
      if (box.width < 2 || box.height < 2 || box.right <= 0) continue;
      const here = on.closest(block);
      said += (here && here === last ? "" : " ") + node.textContent;
      last = here;
    }
  };
  read(document.querySelector("[data-testid=stMainBlockContainer]"));
  return said.split(/\\s+/).filter((word) => /[\\p{L}\\p{N}]/u.test(word));
}
"""


def read_words(page: Page, address: str, *, ready: str) -> list[str]:
    page.goto(address)
    expect(page.get_by_role("button", name=ready, exact=True)).to_be_visible(timeout=SLOW_MS)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible(timeout=SLOW_MS)
    words: list[str] = page.evaluate(READ)
    assert len(words) > 25, "it was read before it was drawn"
    return words


def test_a_visitor_reads_little_before_a_lesson_or_drill_runs(page: Page, server: ServerProcess, services: App) -> None:
    home = read_words(page, server.url, ready="Start lesson 1")
    assert len(home) <= HOME, " ".join(home)
    lesson = read_words(page, f"{server.url}/drill?lesson=1", ready="Start (the clock starts now)")
    assert len(lesson) <= BRIEFING, " ".join(lesson)

    for form in map(find_form, AT_A_DESK):
        attempt_id = attempts.create_practice(services, form_id=form.form_id)
        words = read_words(page, f"{server.url}/drill?attempt={attempt_id}", ready="Start drill (the clock starts now)")
        assert len(words) <= BRIEFING, " ".join(words)


def test_a_debrief_begins_with_verdict_rule_and_next_step(page: Page, server: ServerProcess, services: App) -> None:
    for form in map(find_form, PLAYED):
        for skill in (NOVICE, PERFECT):
            attempt_id = play_form(services, form.form_id, skill=skill)
            words = read_words(page, f"{server.url}/drill?attempt={attempt_id}", ready="Try again")
            assert len(words) <= DEBRIEF, " ".join(words)
