"""Minutes of use as people use a console, and what the browser weighs meanwhile."""

import time

import numpy as np

from tools.bench.console.drill import Desk
from tools.bench.console.driven import FOLDER, READY_MS
from tools.bench.console.unwatched import UnwatchedPage, open_unwatched
from tools.bench.rig.browser import read_memory_mb

SAMPLE_S = 2.0
REST_S = 5.0
GROWTH_MINUTES = 5.0
"""Shorter than this, what grows is what has just been loaded for the first time."""
FIND_CONSOLE = """
(() => {
  const roots = [document];
  for (const root of roots) {
    const found = root.querySelector(".console[data-phase=running]");
    if (found) return found.querySelector("[data-part=wall][data-loading=false]") && found;
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) roots.push(element.shadowRoot);
  }
  return null;
})()
"""


def measure_memory(
    desk: Desk, rng: np.random.Generator, *, minutes: float, size_wh: tuple[int, int], script: str
) -> dict[str, float]:
    """Use the console of a new drill in a new browser and weigh it meanwhile.

    Args:
        desk: the running app.
        rng: draws what is done next.
        minutes: how long.
        size_wh: of the page, pixels.
        script: runs in the page before anything else.

    Raises:
        MachineError: Chromium is missing, or the console does not come up.
    """
    with open_unwatched(size_wh=size_wh) as page:
        time.sleep(REST_S)
        found = {"memory_empty": read_memory_mb()}
        page.go(f"{desk.url}/drill?attempt={desk.make_attempt()}", script=script)
        page.wait_for(f"{FIND_CONSOLE} !== null", limit_s=READY_MS / 1000)
        page.ask(f"({(FOLDER / 'probe.js').read_text(encoding='utf-8')})({FIND_CONSOLE})")
        return found | _use(_UsedConsole(page, desk), rng, minutes=minutes)


def _use(console: "_UsedConsole", rng: np.random.Generator, *, minutes: float) -> dict[str, float]:
    until = time.monotonic() + minutes * 60.0
    next_sample = 0.0
    samples: list[float] = []
    while time.monotonic() < until:
        console.do_something(rng)
        if time.monotonic() >= next_sample:
            samples.append(read_memory_mb())
            next_sample = time.monotonic() + SAMPLE_S
    fifth = max(1, len(samples) // 5)
    middle = samples[2 * fifth : 3 * fifth] or samples
    last = samples[-fifth:]
    found = {"memory": max(last)}
    if minutes >= GROWTH_MINUTES:
        found["memory_growth"] = float(np.median(last) - np.median(middle))
    return found


class _UsedConsole:
    """A console under hands that never rest."""

    def __init__(self, page: UnwatchedPage, desk: Desk) -> None:
        self.page = page
        self.frame_count = desk.recording.manifest.frame_count
        self.cameras = [camera.camera_id for camera in desk.recording.manifest.cameras]

    def do_something(self, rng: np.random.Generator) -> None:
        """Choose a camera, play, jump, step or look at a thumbnail, and wait a moment."""
        act = rng.integers(0, 5)
        if act == 0:
            self._click_on(f".tile[data-camera={rng.choice(self.cameras)}]")
        elif act == 1:
            self._play(float(rng.choice([1.0, 2.0, 4.0, 8.0, -1.0, -2.0])))
        elif act == 2:
            self.page.click(*self._draw_spot(rng))
        elif act == 3:
            self.page.press(str(rng.choice([",", "."])))
        else:
            self.page.move(*self._draw_spot(rng))
        time.sleep(float(rng.uniform(0.2, 0.9)))

    def _play(self, speed: float) -> None:
        self.page.ask(f"sightlineProbe.chooseSpeed('{speed:g}')")
        if not self.page.ask("sightlineProbe.isPlaying()"):
            self._click_on("[data-part=play]")

    def _click_on(self, selector: str) -> None:
        left, top, width, height = self.page.ask(f"sightlineProbe.place('{selector}')")
        self.page.click(left + width / 2, top + height / 2)

    def _draw_spot(self, rng: np.random.Generator) -> tuple[float, float]:
        """Draw a point of the timeline at random, and return it."""
        frame = int(rng.integers(2, self.frame_count - 2))
        left, top, width, height = self.page.ask("sightlineProbe.place('[data-part=track]')")
        return left + width * (frame + 0.5) / self.frame_count, top + min(20.0, height / 2)
