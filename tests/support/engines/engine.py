"""One face over three browser engines: nine small methods each; `hand.js` does the rest inside the page."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HAND = Path(__file__).parent / "hand.js"
LAPTOP = (1366, 768)
SLOW_S = 90.0
FILE_S = 45.0
LOOK_MS = 2000
PRESSES = 5
WAIT = """
async (...known) => {
  const end = performance.now() + %d;
  for (;;) {
    const got = await (%s)(...known);
    if (got) return got;
    if (performance.now() > end) return null;
    await new Promise((done) => setTimeout(done, 25));
  }
}
"""

Point = tuple[float, float]


class PageLeftError(Exception):
    """The page was left while it was asked something."""


class Engine(ABC):
    name: str

    @abstractmethod
    def go(self, address: str) -> None:
        """Open an address."""

    @abstractmethod
    def ask(self, function: str, *known: Any) -> Any:
        """Call a function in the page and wait for what it promises. Raises PageLeftError."""

    @abstractmethod
    def resize(self, width: int, height: int) -> None:
        """Give the page another size."""

    @abstractmethod
    def drag(self, points: Sequence[Point]) -> None:
        """Press the mouse at the first point, move over the others, and release it."""

    @abstractmethod
    def key(self, name: str) -> None:
        """Press a key, named as in `KeyboardEvent.key`."""

    @abstractmethod
    def type(self, text: str) -> None:
        """Type where the focus is, in the place of what is selected."""

    @abstractmethod
    def photograph(self) -> bytes:
        """Return what the window shows, as PNG."""

    @abstractmethod
    def catch(self, press: Callable[[], None]) -> bytes | None:
        """Return the file that comes when something is pressed; None when none comes within `FILE_S`."""

    @abstractmethod
    def close(self) -> None:
        """End it and all that it has started."""

    def open(self, address: str, selector: str, words: str = "") -> None:
        self.go(address)
        self.see(selector, words)

    def wait(self, function: str, *known: Any, what: str | None = None) -> Any:
        end_s = time.monotonic() + SLOW_S
        while time.monotonic() < end_s:
            try:
                got = self.ask(WAIT % (LOOK_MS, function), *known)
            except PageLeftError:
                continue
            if got:
                return got
        raise AssertionError(f"{self.name} waited in vain for {what or f'{function} of {known}'}\n{self.describe()}")

    def see(self, selector: str, words: str = "") -> None:
        self.wait("(...asked) => hand.find(...asked) !== undefined", selector, words, what=f"{selector} {words!r}")

    def miss(self, selector: str, words: str = "") -> None:
        self.wait("(...asked) => !hand.find(...asked)", selector, words, what=f"the end of {selector} {words!r}")

    def read(self, selector: str, attribute: str) -> str:
        got = self.ask("(selector, name) => hand.find(selector)?.getAttribute(name)", selector, attribute)
        assert got is not None, f"{selector} has no {attribute}\n{self.describe()}"
        return str(got)

    def aim(self, selector: str, words: str = "") -> tuple[float, float, float, float]:
        left, top, width, height = self.wait("hand.aim", selector, words, what=f"{selector} {words!r} to be pressed")
        return float(left), float(top), float(width), float(height)

    def find_spot(self, selector: str, x: float, y: float) -> Point:
        left, top, width, height = self.aim(selector)
        return left + width * x, top + height * y

    def press(self, selector: str, words: str = "") -> None:
        for _ in range(PRESSES):
            left, top, width, height = self.aim(selector, words)
            try:
                self.ask("hand.watch", selector, words)
                self.drag([(left + width / 2, top + height / 2)])
                if self.ask(WAIT % (LOOK_MS, "hand.landed")):
                    return
            except PageLeftError:
                return
        raise AssertionError(f"{self.name}: no press came to {selector} {words!r}\n{self.describe()}")

    def download(self, selector: str, words: str) -> bytes:
        for _ in range(PRESSES):
            come = self.catch(lambda: self.press(selector, words))
            if come is not None:
                return come
            self.open(self.ask("() => location.href"), selector, words)
        raise AssertionError(f"{self.name}: no file came of {selector} {words!r}\n{self.describe()}")

    def fill(self, selector: str, text: str) -> None:
        self.press(selector)
        self.ask("(selector) => hand.find(selector).select()", selector)
        self.type(text)

    def choose(self, selector: str, value: str) -> None:
        self.aim(selector)
        self.ask(
            """(selector, value) => {
              const list = hand.find(selector);
              list.value = value;
              for (const kind of ["input", "change"]) list.dispatchEvent(new Event(kind, { bubbles: true }));
            }""",
            selector,
            value,
        )

    def touch(self, points: Sequence[Point]) -> None:
        self.ask("hand.touch", [list(point) for point in points])

    def take_errors(self) -> list[str]:
        return list(self.ask("hand.takeHeard"))

    def describe(self) -> str:
        try:
            told = self.ask(
                """() => ({
                  address: location.href,
                  console: { ...hand.find(".console")?.dataset },
                  heard: hand.heard(),
                  words: hand.words(),
                })"""
            )
        except PageLeftError as error:
            return f"the page cannot be asked: {error}"
        return json.dumps(told, indent=1, ensure_ascii=False)
