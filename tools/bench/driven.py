"""The console in the browser, driven as a person drives it: mouse, keys, buttons."""

import base64
import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.request import urlopen

import numpy as np
from numpy.typing import NDArray
from websockets.sync.client import ClientConnection, connect

from sim.errors import MachineError
from sim.footage.video.still import decode_frames
from tools.bench.rig import ARGUMENTS, find_chromium

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


REACH = 2
SAME = 1e-6
KEPT = 400

Sample = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """The part of a clip's picture that is looked at, pixels; the whole when width and height are 0."""

    left: int = 0
    top: int = 0
    width: int = 0
    height: int = 0


@dataclass(slots=True, kw_only=True)
class Reference:
    """One clip's frames as they should look."""

    path: Path
    fps: float
    frame_count: int
    crop: Crop = field(default_factory=Crop)
    _kept: dict[tuple[int, int], Sample] = field(default_factory=dict)

    def is_frame(self, frame: int, picture: Mapping[str, Any]) -> bool:
        """Whether the picture is that frame: nothing near is more like it. Frames that are alike to the bit count."""
        seen = _normalise(_decode(picture))
        distances = self._compare(frame, seen, every=int(picture["every"]))
        return frame in distances and distances[frame] <= min(distances.values()) + SAME

    def _compare(self, frame: int, seen: Sample, *, every: int) -> dict[int, float]:
        self._load(frame, every)
        near = range(frame - REACH, frame + REACH + 1)
        return {n: float(np.abs(self._kept[n, every] - seen).mean()) for n in near if (n, every) in self._kept}

    def _load(self, frame: int, every: int) -> None:
        wanted = range(max(0, frame - REACH), min(self.frame_count, frame + REACH + 1))
        if all((n, every) in self._kept for n in wanted):
            return
        if len(self._kept) > KEPT:
            self._kept.clear()
        for number, rgb in decode_frames(self.path, frames=wanted, fps=self.fps).items():
            self._kept[number, every] = _normalise(_sample(rgb, self.crop, every))


def _decode(picture: Mapping[str, Any]) -> NDArray[np.uint8]:
    values = np.frombuffer(base64.b64decode(picture["pixels"]), dtype=np.uint8)
    return values.reshape(picture["rows"], picture["columns"])


def _sample(rgb: NDArray[np.uint8], crop: Crop, every: int) -> NDArray[np.uint8]:
    """Take the pixels that the page takes: the middle one of every square."""
    if crop.width:
        rgb = rgb[crop.top : crop.top + crop.height, crop.left : crop.left + crop.width]
    rows, columns = rgb.shape[0] // every, rgb.shape[1] // every
    half = every // 2
    return rgb[half : half + rows * every : every, half : half + columns * every : every, 1]


def _normalise(values: NDArray[np.uint8]) -> Sample:
    """Take brightness and contrast out: browsers turn colours into red, green and blue in other ways."""
    plain: Sample = values.astype(np.float64)
    plain -= float(plain.mean())
    plain /= max(float(plain.std()), 1e-9)
    return plain


START_S = 30.0
LOOK_EVERY_S = 0.1
_Found = TypeVar("_Found")


class UnwatchedPage:
    """One page, driven by the protocol of Chromium's developer tools with its recorders off.

    Playwright switches on their network recorder, which keeps up to 100 MB of what a page fetches: within ten minutes
    of footage it weighs as much as all that the console holds.
    """

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._numbers = count(1)

    def go(self, url: str, *, script: str = "") -> None:
        """Open an address; `script` runs before each page from now on."""
        if script:
            self._send("Page.enable")
            self._send("Page.addScriptToEvaluateOnNewDocument", source=script)
        self._send("Page.navigate", url=url)

    def set_size(self, size_wh: tuple[int, int]) -> None:
        width, height = size_wh
        self._send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def ask(self, expression: str) -> Any:
        """Evaluate an expression, waiting for what it promises; return plain JSON types."""
        answer = self._send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            said = answer["exceptionDetails"].get("exception", {}).get("description", "no description")
            raise MachineError(f"a script of the bench failed in the page: {said[:300]}")
        return answer["result"].get("value")

    def wait_for(self, expression: str, *, limit_s: float) -> None:
        """Return once an expression is true. Raises MachineError: it is not within the limit."""
        await_value(lambda: self.ask(expression), limit_s=limit_s, what=f"the page to meet {expression[:200]}")

    def move(self, x: float, y: float) -> None:
        self._mouse("mouseMoved", x, y)

    def click(self, x: float, y: float) -> None:
        self.move(x, y)
        for kind in ("mousePressed", "mouseReleased"):
            self._mouse(kind, x, y, button="left", clickCount=1)

    def press(self, letter: str) -> None:
        self._send("Input.dispatchKeyEvent", type="keyDown", key=letter, text=letter)
        self._send("Input.dispatchKeyEvent", type="keyUp", key=letter)

    def _mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        self._send("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def _send(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._line.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(self._line.recv())
            if said.get("id") != number:
                continue
            if "error" in said:
                raise MachineError(f"Chromium refused {method}: {said['error'].get('message')}")
            result: dict[str, Any] = said["result"]
            return result


@contextmanager
def open_unwatched(*, size_wh: tuple[int, int]) -> Iterator[UnwatchedPage]:
    """Start the system's Chromium with a new profile, as people have one, and yield its only page, an empty one."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [find_chromium(), "--headless=new", *ARGUMENTS, "--remote-debugging-port=0"]
        process = subprocess.Popen(
            [*command, f"--user-data-dir={folder}", "about:blank"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        try:
            port = await_value(lambda: _read_port(Path(folder)), limit_s=START_S, what="Chromium to start")
            address = await_value(lambda: _find_page(port), limit_s=START_S, what="Chromium's first page")
            with connect(address, max_size=None) as line:
                page = UnwatchedPage(line)
                page.set_size(size_wh)
                yield page
        finally:
            process.terminate()
            process.wait()


def await_value(look: Callable[[], _Found], *, limit_s: float, what: str) -> _Found:
    """Return the first true value that a look gives. Raises MachineError: none within the limit."""
    until = time.monotonic() + limit_s
    while True:
        if found := look():
            return found
        if time.monotonic() > until:
            raise MachineError(
                f"waited {limit_s:g} s for {what} in vain", todo="run the bench again on a quiet machine"
            )
        time.sleep(LOOK_EVERY_S)


def _read_port(folder: Path) -> int:
    """Return the port that Chromium has written into its profile, 0 while it has not."""
    path = folder / "DevToolsActivePort"
    lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
    return int(lines[0]) if len(lines) > 1 else 0


def _find_page(port: int) -> str:
    with urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
        targets = json.load(answer)
    return next((str(target["webSocketDebuggerUrl"]) for target in targets if target["type"] == "page"), "")
