"""The console in the browser, driven as a person drives it: mouse, keys, buttons."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import MachineError

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

READY_MS = 60_000
PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")


class DrivenConsole:
    """A drill's page with its console open, and the probe inside."""

    def __init__(self, page: "Page", *, frame_count: int) -> None:
        """Wait until the console of a page runs, and put the probe into it."""
        self.page = page
        self.frame_count = frame_count
        self.root = page.locator(".console[data-phase=running]")
        self.root.wait_for(timeout=READY_MS)
        page.locator("[data-part=wall][data-loading=false]").wait_for(timeout=READY_MS)
        self.root.evaluate(PROBE)

    def part(self, name: str) -> "Locator":
        return self.page.locator(f"[data-part={name}]")

    def ask(self, call: str) -> Any:
        """Evaluate a call of the probe, waiting for what it promises."""
        return self.page.evaluate(f"sightlineProbe.{call}")

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

    def step(self, frame: int, *, key: str) -> float | None:
        """Press a key that leads to a frame; return milliseconds, or None."""
        self.ask(f"armStep({frame})")
        self.page.keyboard.press(key)
        taken: float | None = self.ask("taken")
        return taken

    def play(self) -> None:
        """Play at the speed of time."""
        if self.part("play").get_attribute("data-state") == "play":
            self.part("play").click()

    def pause(self) -> None:
        if self.part("play").get_attribute("data-state") == "pause":
            self.part("play").click()

    def snapshot(self) -> dict[str, Any]:
        """Return the frame numbers that the console says, and the pixels of main picture and tile."""
        taken: dict[str, Any] = self.ask("snapshot()")
        return taken

    def _find_spot(self, frame: int) -> tuple[float, float]:
        box = self._box("track")
        return box["x"] + box["width"] * (frame + 0.5) / self.frame_count, box["y"] + min(20.0, box["height"] / 2)

    def _box(self, name: str) -> dict[str, float]:
        box = self.part(name).bounding_box()
        if box is None:
            raise MachineError(f"the console's {name} is not on screen", todo="look at the page with the same browser")
        return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}
