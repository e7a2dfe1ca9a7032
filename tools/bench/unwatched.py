"""A Chromium that nobody records: what long use costs is weighed here.

Playwright switches on the developer tools' network recorder, which keeps up to 100 MB of what a page fetches. It fills
within ten minutes of footage and weighs as much as all that the console holds. Here the tools'
protocol presses keys and the mouse and evaluates scripts, and nothing is recorded.
"""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from urllib.request import urlopen

from websockets.sync.client import ClientConnection, connect

from sim.errors import MachineError
from tools.bench.rig import ARGUMENTS, find_chromium

START_S = 30.0
LOOK_EVERY_S = 0.1
_Found = TypeVar("_Found")


class UnwatchedPage:
    """One page, driven by the protocol of Chromium's developer tools with its recorders off."""

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
        """Press and let go of the mouse's first button at a point of the page."""
        self.move(x, y)
        for kind in ("mousePressed", "mouseReleased"):
            self._mouse(kind, x, y, button="left", clickCount=1)

    def press(self, letter: str) -> None:
        """Press and let go of a key that writes a letter or a sign."""
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
