"""Firefox, driven by Playwright."""

import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Playwright, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.support.engines.engine import FILE_S, HAND, LAPTOP, SLOW_S, Engine, PageLeftError, Point

SHIM = Path(__file__).parent / "firefox_shim.cjs"
LEFT = re.compile("navigat|context was destroyed|realm|no such frame|Target closed|discarded|hand is not defined")


class Firefox(Engine):
    name = "Firefox"

    def __init__(self, playwright: Playwright) -> None:
        self._browser = playwright.firefox.launch(
            channel="moz-firefox", executable_path=find_firefox(), timeout=1000 * SLOW_S
        )
        context = self._browser.new_context(viewport={"width": LAPTOP[0], "height": LAPTOP[1]}, accept_downloads=True)
        context.set_default_timeout(1000 * SLOW_S)
        context.add_init_script(path=HAND)
        self._page = context.new_page()

    def go(self, address: str) -> None:
        self._page.goto(address)

    def ask(self, function: str, *known: Any) -> Any:
        try:
            return self._page.evaluate(f"(known) => ({function})(...known)", list(known))
        except PlaywrightError as error:
            if LEFT.search(error.message):
                raise PageLeftError(error.message) from error
            raise

    def resize(self, width: int, height: int) -> None:
        self._page.set_viewport_size({"width": width, "height": height})

    def drag(self, points: Sequence[Point]) -> None:
        mouse = self._page.mouse
        mouse.move(*points[0])
        mouse.down()
        for point in points[1:]:
            mouse.move(*point)
        mouse.up()

    def key(self, name: str) -> None:
        self._page.keyboard.press(name)

    def type(self, text: str) -> None:
        self._page.keyboard.type(text)

    def photograph(self) -> bytes:
        return self._page.screenshot()

    def catch(self, press: Callable[[], None]) -> bytes | None:
        try:
            with self._page.expect_download(timeout=1000 * FILE_S) as come:
                press()
        except PlaywrightTimeoutError:
            return None
        return Path(come.value.path()).read_bytes()

    def close(self) -> None:
        self._browser.close()


@contextmanager
def start_playwright() -> Iterator[Playwright]:
    before = os.environ.get("NODE_OPTIONS")
    os.environ["NODE_OPTIONS"] = f"{before or ''} --require {SHIM}".strip()
    try:
        manager = sync_playwright()
        playwright = manager.start()
    finally:
        os.environ.pop("NODE_OPTIONS")
        if before is not None:
            os.environ["NODE_OPTIONS"] = before
    yield playwright
    playwright.stop()


def find_firefox() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")
