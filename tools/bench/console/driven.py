"""The console in the browser, driven as a person drives it: mouse, keys, buttons."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import MachineError

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

READY_MS = 60_000
FOLDER = Path(__file__).parent
IS_TAKEN = """
([console, before]) => {
  const part = (name) => console.querySelector(`[data-part=${name}]`);
  const isAsked = !part("pending").hidden && part("pending").dataset.nobody === "true";
  return isAsked || part("foundCount").textContent !== before;
}
"""
"""Whether a click has become a mark, or is asked about as on nobody; takes the console and the count before."""


class DrivenConsole:
    """A drill's page with its console open, and the probe inside."""

    def __init__(self, page: "Page", *, frame_count: int) -> None:
        """Wait until the console of a page runs, and put the probe into it."""
        self.page = page
        self.frame_count = frame_count
        self.root = page.locator(".console[data-phase=running]")
        self.root.wait_for(timeout=READY_MS)
        page.locator("[data-part=wall][data-loading=false]").wait_for(timeout=READY_MS)
        self.root.evaluate((FOLDER / "probe.js").read_text(encoding="utf-8"))

    def part(self, name: str) -> "Locator":
        """Return one of the console's parts."""
        return self.page.locator(f"[data-part={name}]")

    def ask(self, call: str) -> Any:
        """Evaluate a call of the probe, waiting for what it promises."""
        return self.page.evaluate(f"sightlineProbe.{call}")

    @property
    def player(self) -> str:
        """How footage is played here, "decoder" or "video"."""
        return self.root.get_attribute("data-player") or ""

    def focus(self, camera_id: str) -> None:
        """Choose a camera on the wall and wait for its main stream."""
        self.page.locator(f".tile[data-camera={camera_id}]").click()
        self.page.locator(f"[data-part=stage][data-camera={camera_id}][data-showing=true]").wait_for(timeout=READY_MS)

    def seek(self, frame: int) -> float | None:
        """Press on the timeline; return milliseconds until all pictures stand on that frame, None if they never do."""
        self.ask(f"armSeek({frame})")
        self.page.mouse.click(*self._find_spot(frame))
        taken: float | None = self.ask("taken")
        return taken

    def step(self, frame: int, *, key: str = ".") -> float | None:
        """Press a key that leads to a frame; return milliseconds, or None."""
        self.ask(f"armStep({frame})")
        self.page.keyboard.press(key)
        taken: float | None = self.ask("taken")
        return taken

    def hover(self, frame: int) -> float | None:
        """Move the mouse over the timeline; return milliseconds until the thumbnail shows, or None."""
        self.ask("armHover()")
        self.page.mouse.move(*self._find_spot(frame))
        taken: float | None = self.ask("taken")
        return taken

    def play(self, speed: float) -> None:
        """Play at a speed, forwards or backwards."""
        self.part("speed").select_option(f"{speed:g}")
        if self.part("play").get_attribute("data-state") == "play":
            self.part("play").click()

    def pause(self) -> None:
        """Stop where it is."""
        if self.part("play").get_attribute("data-state") == "pause":
            self.part("play").click()

    def watch(self, seconds: float) -> list[tuple[float, int, int]]:
        """Return milliseconds, main frame and wall frame of every drawn picture of the page for a while."""
        seen: Sequence[Sequence[float]] = self.ask(f"watch({seconds * 1000})")
        return [(at, int(main), int(wall)) for at, main, wall in seen]

    def snapshot(self) -> dict[str, Any]:
        """Return the frame numbers that the console says, and the pixels of main picture and tile."""
        taken: dict[str, Any] = self.ask("snapshot()")
        return taken

    def click_picture(self, x: float, y: float) -> None:
        """Click at a point of the main picture, 0..1."""
        box = self._box("picture")
        self.page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)

    def mark(self, x: float, y: float, *, within_ms: float = READY_MS) -> bool:
        """Mark a point of the main picture, 0..1, no matter whether anybody is there; return whether it was taken."""
        from playwright.sync_api import TimeoutError as TookTooLongError  # noqa: PLC0415 - a test requirement

        before = self.part("foundCount").text_content()
        self.click_picture(x, y)
        handles = [self.root.element_handle(), before]
        try:
            self.page.wait_for_function(IS_TAKEN, arg=handles, polling="raf", timeout=within_ms)
        except TookTooLongError:
            return False
        if self.part("pendingWords").is_visible():
            self.part("pendingMark").click()
        return True

    def _find_spot(self, frame: int) -> tuple[float, float]:
        box = self._box("track")
        return box["x"] + box["width"] * (frame + 0.5) / self.frame_count, box["y"] + min(20.0, box["height"] / 2)

    def _box(self, name: str) -> dict[str, float]:
        box = self.part(name).bounding_box()
        if box is None:
            raise MachineError(f"the console's {name} is not on screen", todo="look at the page with the same browser")
        return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}
