"""Somebody at a real console in a browser, who notes what is done and what the server answered."""

from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING

from sim.footage.recording.recording import Manifest
from tools.bench.console.driven import READY_MS, DrivenConsole
from tools.torture.rig.heard import Heard

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

BOOKMARK_SHARE = 0.3
SHOWN_WITHIN_MS = 10_000
LOOK_EVERY_MS = 50
HALVES = ((0.2, 0.45), (0.55, 0.8))
"""Shares of the picture's width that are pressed in turn: twice the same spot at once is a double click, one mark."""
READ_DONE = """
(console) => {
  const root = console.getRootNode();
  const read = (selector, name) => [...root.querySelectorAll(selector)].map((each) => each.dataset[name]);
  return [...read(".found-card", "mark"), ...read(".noted-row", "bookmark")];
}
"""
SPOTS_TRIED = 50
IS_FREE = """
(console, [x, y]) => {
  const root = console.getRootNode();
  const box = root.querySelector("[data-part=picture]").getBoundingClientRect();
  const top = root.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
  return top !== null && top.closest("button") === null;
}
"""


class Trainee:
    """A tab with a console open.

    Attributes:
        page: the tab.
        heard: what the server acknowledged.
        done: ids of marks and bookmarks as the console shows them, in the order they were made.
        wrong: what must not be, in words.
    """

    def __init__(self, page: "Page", address: str, *, manifest: Manifest, rng: Random) -> None:
        """Open the console of a drill that runs."""
        self.page = page
        self.heard = Heard()
        self.done: list[str] = []
        self.wrong: list[str] = []
        self._address = address
        self._manifest = manifest
        self._rng = rng
        self._answers: list[Response] = []
        self._presses = 0
        page.on("response", self._keep)
        self.open()

    def open(self) -> None:
        """Open the page, choose the first camera and go to the middle of the footage."""
        self.page.goto(self._address, wait_until="commit")
        self._console = DrivenConsole(self.page, frame_count=self._manifest.frame_count)
        self._console.focus(self._manifest.cameras[0].camera_id)
        self._console.seek(self._manifest.frame_count // 2)

    def read(self, part: str) -> str:
        """Return the words of one of the console's parts."""
        return self._console.part(part).inner_text().strip()

    def act(self) -> None:
        """Mark somebody, or step on and bookmark the moment; note what the console shows for it.

        Where the main picture waits for footage there is nothing to mark, and nothing is done.
        """
        if self._rng.random() < BOOKMARK_SHARE:
            self.page.keyboard.press(".")
            self.page.keyboard.press("b")
            if self._note_new(within_ms=0):
                return
        if not self._is_showing():
            return
        self._presses += 1
        spot = self._find_spot(HALVES[self._presses % len(HALVES)])
        if spot is None:
            return
        self._console.mark(*spot, within_ms=SHOWN_WITHIN_MS)
        if not self._note_new(within_ms=SHOWN_WITHIN_MS) and self._is_showing():
            self.wrong.append(f"a press on the picture made no mark while the page said “{self.read('statusText')}”")

    def rest(self, seconds: float) -> None:
        """Look at the screen for a while."""
        self.page.wait_for_timeout(seconds * 1000.0)
        self.listen()

    def wait_saved(self) -> None:
        """Wait until the console says that everything is saved."""
        self.page.locator("[data-part=status][data-kind=saved]").wait_for(timeout=READY_MS)
        self.listen()

    def reload_in_vain(self) -> None:
        """Reload the page while nothing answers."""
        from playwright.sync_api import Error  # noqa: PLC0415 - a test requirement

        self.listen()
        with suppress(Error):
            self.page.reload()
            self.wrong.append("the page was reloaded although the line was cut")

    def check_shown(self) -> None:
        """See whether the console shows all that was done."""
        lost = set(self.done) - set(self._read_done())
        if lost:
            self.wrong.append(f"after the reload the page does not show {len(lost)} of {len(self.done)} things done")

    def listen(self) -> None:
        """Take in the answers that have come since the last time."""
        from playwright.sync_api import Error  # noqa: PLC0415 - a test requirement

        answers, self._answers[:] = list(self._answers), []
        for answer in answers:
            request = answer.request
            if request.method == "POST" and request.url.endswith("/events") and answer.status == 200:
                with suppress(Error):  # the line was cut in the middle of it: the page heard nothing either
                    self.heard.take(request.post_data or "", answer.text())

    def _keep(self, answer: "Response") -> None:
        """Keep an answer until there is time to read it; Playwright calls this and takes no method of a list."""
        self._answers.append(answer)

    def _find_spot(self, side: tuple[float, float]) -> tuple[float, float] | None:
        """Return a point of the picture, 0..1, on which no link to another camera lies; None where none was found."""
        for _ in range(SPOTS_TRIED):
            spot = (self._rng.uniform(*side), self._rng.uniform(0.2, 0.6))
            if self._console.root.evaluate(IS_FREE, list(spot)):
                return spot
        return None

    def _is_showing(self) -> bool:
        """Return whether the main picture is there, and does not wait for footage."""
        return self._console.part("stage").get_attribute("data-showing") == "true"

    def _note_new(self, *, within_ms: float) -> bool:
        """Return whether the console shows something more than before, waiting for it."""
        while True:
            new = [name for name in self._read_done() if name not in self.done]
            self.done += new
            if new or within_ms <= 0:
                return bool(new)
            self.page.wait_for_timeout(LOOK_EVERY_MS)
            within_ms -= LOOK_EVERY_MS

    def _read_done(self) -> list[str]:
        found: list[str] = self._console.root.evaluate(READ_DONE)
        return found
