"""The timeline: what a person does with it on the sample footage."""

import json

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sim.app.links import name_file
from sim.app.wiring import App
from sim.attempt.events import EventKind
from tests.browser.conftest import OpenDrill
from tests.support.console_page import SLOW_MS, ConsolePage, find_box, touching
from tests.support.given import list_payloads
from tests.support.story_truth import SHIPPED

RECORDING = SHIPPED.name
FORM = f"{RECORDING}-trace-a"
DURATION_S = 300.0
DEAD = "CAM-13"
"""Has no picture from 128 s to 140 s."""


def read_span(console: ConsolePage) -> tuple[float, float]:
    return console.part("track").evaluate("(track) => [Number(track.dataset.from), Number(track.dataset.to)]")


def wait_span(console: ConsolePage, test: str) -> tuple[float, float]:
    wait = f"(track) => {{ const [from, to] = [Number(track.dataset.from), Number(track.dataset.to)]; return {test}; }}"
    console.page.wait_for_function(wait, arg=console.part("track").element_handle(), polling="raf", timeout=SLOW_MS)
    return read_span(console)


def place_at(console: ConsolePage, time_s: float, *, y: float = 15) -> tuple[float, float]:
    box = find_box(console.part("track"))
    from_s, to_s = read_span(console)
    return box["x"] + box["width"] * (time_s - from_s) / (to_s - from_s), box["y"] + y


def wait_events(services: App, console: ConsolePage, kind: EventKind, *, count: int) -> list[dict]:
    expect(console.part("statusText")).to_have_text("Saved", timeout=SLOW_MS)
    for _ in range(SLOW_MS // 100):
        found = list_payloads(services, console.attempt_id, kind)
        if len(found) >= count:
            return found
        console.page.wait_for_timeout(100)
    raise AssertionError(f"{count} events of kind {kind} were waited for, stored are {len(found)}")


def test_zooming_panning_and_dragging(open_drill: OpenDrill, page: Page, services: App) -> None:
    console = open_drill(page, FORM)
    console.choose("CAM-01")
    console.go_to("8:01:40")
    console.wait_settled(1000)

    page.mouse.move(*place_at(console, 100.0))
    for _ in range(4):
        page.mouse.wheel(0, -200)
    from_s, to_s = wait_span(console, "to - from < 75")
    assert (100.0 - from_s) / (to_s - from_s) == pytest.approx(1 / 3, abs=0.01)
    views = wait_events(services, console, EventKind.VIEW, count=1)
    assert [{name: view[name] for name in ("name", "from_s", "to_s")} for view in views] == [
        {"name": "timeline", "from_s": from_s, "to_s": to_s}
    ]
    for _ in range(6):
        page.mouse.wheel(0, -400)
    wait_span(console, "Math.abs(to - from - 30) < 0.1")
    expect(console.part("timelineCloser")).to_have_attribute("aria-disabled", "true")

    before = read_span(console)
    x, y = place_at(console, sum(before) / 2, y=56)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 300, y, steps=6)
    page.mouse.up()
    panned = wait_span(console, f"from < {before[0] - 5}")
    assert panned[1] - panned[0] == pytest.approx(30, abs=0.02)
    console.wait_settled(1000)

    console.press("Shift+ArrowRight")
    console.wait_settled(1100)
    wait_span(console, "from < 110 && to > 110")

    x, y = place_at(console, 110.0)
    box = find_box(console.part("track"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 4, y, steps=4)
    wait_span(console, "to > 170")
    page.mouse.up()
    from_s, to_s = read_span(console)
    frame = int(console.part("track").get_attribute("aria-valuenow") or 0)
    assert to_s - 2 <= frame <= to_s
    seeks = wait_events(services, console, EventKind.SEEK, count=3)
    assert [(seek["from_s"], seek["t_s"]) for seek in seeks[:2]] == [(0.0, 100.0), (100.0, 110.0)]
    assert seeks[2]["from_s"] == 110.0
    assert seeks[2]["t_s"] == pytest.approx(to_s, abs=1.0)

    while list_payloads(services, console.attempt_id, EventKind.VIEW)[-1]["to_s"] != pytest.approx(to_s, abs=0.02):
        with page.expect_response("**/events"):
            pass
    page.reload()
    console.wait_ready()
    wait_span(console, f"Math.abs(from - {from_s}) < 0.02 && Math.abs(to - {to_s}) < 0.02")
    console.press("a")
    wait_span(console, "from === 0 && to === 300")
    console.press("g")
    wait_span(console, "to - from === 150")
    console.press("h")
    wait_span(console, "to - from === 300")
    console.part("timelineCloser").click()
    wait_span(console, "to - from === 150")
    console.part("timelineAll").click()
    wait_span(console, "to - from === 300")
    expect(console.part("timelineAll")).to_have_attribute("aria-disabled", "true")


TIME_HOVER = """
(track, [x, y]) => {
  const picture = track.querySelector("[data-part=peekPicture]");
  const start = performance.now();
  track.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: y, pointerType: "mouse", bubbles: true }));
  const pixels = picture.getContext("2d").getImageData(0, 0, picture.width, picture.height).data;
  const mean = pixels.reduce((sum, level) => sum + level) / pixels.length;
  return { ms: performance.now() - start, isShown: !picture.hidden, mean };
}
"""
READ_ROW = """
(canvas, [fromShare, toShare, y]) => {
  const dots = canvas.width / canvas.clientWidth;
  const left = Math.round(fromShare * canvas.width);
  const wide = Math.max(1, Math.round((toShare - fromShare) * canvas.width));
  const { data } = canvas.getContext("2d").getImageData(left, Math.round(y * dots), wide, 1);
  return Array.from({ length: wide }, (_, x) => Array.from(data.slice(4 * x, 4 * x + 4)));
}
"""


def test_motion_gaps_marks_and_thumbnails(open_drill: OpenDrill, page: Page, services: App) -> None:
    console = open_drill(page, FORM)
    sheets: list[str] = []
    page.on("request", lambda request: "/thumbs/" in request.url and sheets.append(request.url))
    sheet = name_file(services.access.secret, RECORDING, f"thumbs/{DEAD}.webp")
    with page.expect_response(lambda response: sheet in response.url, timeout=SLOW_MS):
        console.choose(DEAD)
    expect(console.part("peek")).to_be_hidden()

    page.mouse.move(*place_at(console, 200.0))
    expect(console.part("peekPicture")).to_be_visible(timeout=SLOW_MS)
    seen = [console.part("track").evaluate(TIME_HOVER, list(place_at(console, at_s))) for at_s in (20, 130, 220, 290)]
    assert all(each["isShown"] for each in seen), seen
    assert seen[1]["mean"] < 120 < min(seen[0]["mean"], seen[2]["mean"], seen[3]["mean"])
    assert len({round(each["mean"], 3) for each in seen}) == 4
    assert {url.rsplit("/", 1)[1] for url in sheets} == {sheet.rsplit("/", 1)[1]}
    page.mouse.move(*place_at(console, 134.0))
    expect(console.part("peekWords")).to_have_text("No picture")

    url = page.evaluate(
        "performance.getEntriesByType('resource').find((e) => e.name.includes('/footage-timeline/')).name"
    )
    told = json.loads(page.request.get(url).text())["cameras"][DEAD]
    assert told["gaps_s"] == [[128, 140]]

    console.press(">")
    console.press(">")
    first_s, second_s = (round(seek["t_s"]) for seek in wait_events(services, console, EventKind.SEEK, count=2))
    assert 0 < first_s < second_s
    console.press("<")
    console.wait_settled(10 * first_s)
    console.press("<")
    clock = f"8:{first_s // 60:02d}:{first_s % 60:02d} AM"
    expect(console.part("toast")).to_have_text(f"No motion begins before {clock} on Library front")
    console.part("moreOpen").click()
    page.locator(".more-row[data-tool=motionForward]").click()
    console.wait_settled(10 * second_s)
    seeks = wait_events(services, console, EventKind.SEEK, count=4)
    assert [(seek["t_s"], seek["by"]) for seek in seeks] == [(t, "motion") for t in (first_s, second_s) * 2]

    console.mark_spot(0.5, 0.5)
    expect(console.cards).to_have_count(1)
    console.press("Home")
    console.go_to(f"-{second_s}")
    console.wait_settled(0)
    console.page.mouse.move(*place_at(console, second_s))
    expect(console.part("peekWords")).to_have_text("Marked: Library front")
    canvas = console.part("trackCanvas")
    row = [
        canvas.evaluate(READ_ROW, [(at_s - 0.4) / DURATION_S, (at_s + 0.4) / DURATION_S, 19])
        for at_s in (second_s, second_s + 40)
    ]
    assert any(red > 220 and 170 < green < 220 and blue < 140 for red, green, blue, _ in row[0])
    assert not any(red > 220 and blue < 140 for red, _, blue, _ in row[1])
    gap = canvas.evaluate(READ_ROW, [129 / DURATION_S, 139 / DURATION_S, 15])
    recorded = canvas.evaluate(READ_ROW, [5 / DURATION_S, 15 / DURATION_S, 15])
    assert len({tuple(pixel) for pixel in recorded}) == 1
    assert len({tuple(pixel) for pixel in gap}) > 2


def test_two_fingers_zoom_without_a_jump(open_drill: OpenDrill, phone_context: BrowserContext, services: App) -> None:
    console = open_drill(phone_context.new_page(), FORM)
    console.page.locator(".tile[data-camera=CAM-01]").tap()
    console.wait_shown("CAM-01")
    console.wait_settled(0)
    for name in ("timelineCloser", "timelineWider", "timelineAll"):
        box = find_box(console.part(name))
        assert min(box["width"], box["height"]) >= 44
    console.wait_fits()

    x, y = place_at(console, 60.0)
    with touching(console.page) as put:
        put((x, y))
        expect(console.part("peek")).to_be_visible()
        put((x, y), (x + 60, y))
        for apart in (90, 140, 200):
            put((x - 10, y), (x - 10 + apart, y))
    wait_span(console, "to - from < 120")
    expect(console.part("peek")).to_be_hidden()
    console.wait_settled(0)
    assert list_payloads(services, console.attempt_id, EventKind.SEEK) == []

    console.part("timelineAll").click()
    wait_span(console, "to === 300")
    for _ in range(4):
        console.part("timelineCloser").click()
    assert wait_span(console, "Math.abs(to - from - 30) < 0.1")[0] == 0
    console.part("speed").select_option("16")
    console.part("play").click()
    wait_span(console, "from > 20")
    head = console.part("head").element_handle()
    stays = "(head) => Math.abs(100 * parseFloat(head.style.left) / head.parentElement.clientWidth - 88) < 0.2"
    console.page.wait_for_function(stays, arg=head, polling="raf", timeout=SLOW_MS)
    expect(console.part("head")).to_have_attribute("data-side", "inside")
    console.part("play").click()
    views = wait_events(services, console, EventKind.VIEW, count=1)
    assert {view["name"] for view in views} == {"timeline"}
    assert (views[-1]["from_s"], views[-1]["to_s"]) == (0, 30)
