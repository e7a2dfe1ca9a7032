"""How soon Home can be used on a slow line, and how soon a lesson runs from there, in a real browser."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.services.app.wiring import read_settings
from tools.bench.rig.browser import open_browser, slow_down
from tools.bench.rig.figures import Figure
from tools.bench.rig.server import run_server
from tools.bench.server.start import open_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LINE_MBIT_S, LINE_MS = 3.0, 80
HOME_LIMIT_S = 4.0
LESSON_LIMIT_S = 3.0
WIDTH_PX, HEIGHT_PX = 1366, 768
WITHIN_MS = 60_000
POLL_MS = 20
SETTLED_MS = 3_000
STEP = ".st-key-step button"
BEGIN = ".st-key-begin button"
CAN_PRESS = """
(name) => {
  const box = document.querySelector(name)?.getBoundingClientRect();
  const top = box && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return top?.closest(name) && performance.now();
}
"""
"""The moment at which a button can be pressed: it is there, and nothing lies over it."""
PICTURE = """
() => {
  const picture = document.querySelector(".sl-demo img, [data-testid=stImage] img");
  return picture?.complete && picture.naturalWidth > 0 && performance.now();
}
"""
RUNS = "[data-phase=running]"
DRAWN = "[data-part=wall][data-loading=false]"


def measure(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Open Home as a browser without a past does; then go from there to a running lesson, twice.

    The server has drawn Home once before, to nobody in a browser. The first lesson is the first that anybody opens
    since its start; both buttons are pressed as soon as they are there.

    Raises:
        MachineError: Playwright, Chromium or the server is not to be had.
    """
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        on_step("starting the server")
        with run_server(Path(folder), read_settings(os.environ).data) as server, open_browser() as browser:
            open_page(server.url)
            on_step(f"Home at {LINE_MBIT_S:g} Mbit/s")
            figures = _open_home(browser, server.url)
            on_step("to a lesson and again")
            first, again = (_begin_lesson(browser, server.url) for _ in range(2))
    total_s = sum(first)
    return (
        *figures,
        Figure(name="first lesson since the start: Home's button to the briefing", value=first[0], unit="s"),
        Figure(name="then Start to the first pictures", value=first[1], unit="s"),
        Figure(
            name="both together",
            value=total_s,
            unit="s",
            target=f"at most {LESSON_LIMIT_S:g} s",
            met=total_s <= LESSON_LIMIT_S,
        ),
        Figure(name="the same for the next visitor", value=sum(again), unit="s"),
    )


def _open_home(browser: "Browser", url: str) -> tuple[Figure, ...]:
    page = browser.new_context(viewport={"width": WIDTH_PX, "height": HEIGHT_PX}).new_page()
    slow_down(page, mbit_s=LINE_MBIT_S, latency_ms=LINE_MS)
    sizes: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    session.on("Network.webSocketFrameReceived", lambda told: sizes.append(_weigh(told)))
    page.goto(url, wait_until="commit")
    usable_s = page.wait_for_function(CAN_PRESS, arg=STEP, polling=POLL_MS, timeout=WITHIN_MS).json_value() / 1000.0
    until_then = tuple(sizes)
    picture_s = page.wait_for_function(PICTURE, polling=POLL_MS, timeout=WITHIN_MS).json_value() / 1000.0
    page.wait_for_timeout(SETTLED_MS)
    page.context.close()
    return (
        Figure(
            name=f"Home at {LINE_MBIT_S:g} Mbit/s and {LINE_MS} ms: the next step can be pressed",
            value=usable_s,
            unit="s",
            target=f"at most {HOME_LIMIT_S:g} s",
            met=usable_s <= HOME_LIMIT_S,
        ),
        Figure(name="what has come by then", value=sum(until_then) / 1000.0, unit="kB"),
        Figure(name="its first picture is there", value=picture_s, unit="s"),
        Figure(name="all that Home is", value=sum(sizes) / 1000.0, unit="kB"),
    )


def _weigh(told: dict[str, Any]) -> float:
    """Return the bytes of a message of the page's socket; those that are no text come in base64."""
    message = told["response"]
    return len(message["payloadData"]) * (1.0 if message["opcode"] == 1 else 0.75)


def _begin_lesson(browser: "Browser", url: str) -> tuple[float, float]:
    """Return the seconds from Home's button to the briefing's, and from that to the pictures of the console."""
    page = browser.new_context(viewport={"width": WIDTH_PX, "height": HEIGHT_PX}).new_page()
    page.goto(url)
    page.wait_for_function(PICTURE, polling=POLL_MS, timeout=WITHIN_MS)
    page.wait_for_timeout(SETTLED_MS)
    briefing_s = _press(page, STEP, lambda: page.wait_for_function(CAN_PRESS, arg=BEGIN, polling=POLL_MS))
    console_s = _press(page, BEGIN, lambda: (page.wait_for_selector(RUNS), page.wait_for_selector(DRAWN)))
    page.context.close()
    return briefing_s, console_s


def _press(page: "Page", button: str, wait: Callable[[], object]) -> float:
    page.set_default_timeout(WITHIN_MS)
    began_ms = page.evaluate("performance.now()")
    page.click(button)
    wait()
    return float(page.evaluate("performance.now()") - began_ms) / 1000.0
