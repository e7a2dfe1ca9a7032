"""Recording what the console asks for while somebody searches: `python -m tools.bench.server.record`.

Somebody busy for a minute: looks at eight cameras, jumps on the timeline, plays at once and twice the speed, marks.
Written down is what went over the line, not what the browser still had; the one picture of the person sought is left
out, as each drill has another.
"""

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.services.app.opaque_names import name_file
from tools.bench.console.driven import DrivenConsole
from tools.bench.rig.browser import open_browser
from tools.bench.server.traffic import RECORDED, Asked, Traffic, save_traffic

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tools.bench.console.drill import Desk

TURNS = 8
LOOK_MS = 3000
CAMERAS = (0, 3, 5, 8, 1, 13, 9, 3)


def record() -> Traffic:
    """Return a drill's requests for footage."""
    from tools.bench.console.drill import open_desk  # noqa: PLC0415 - it imports this package

    with open_desk() as desk, open_browser() as browser:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        heard: list[Asked] = []
        began = time.monotonic()
        _listen(page, heard, began, paths=_list_paths(desk))
        page.goto(f"{desk.url}/drill?attempt={desk.make_attempt()}")
        console = DrivenConsole(page, frame_count=desk.recording.manifest.frame_count)
        _search(console, desk)
        return Traffic(lasted_s=time.monotonic() - began, asked=_from_first(heard))


def _search(console: DrivenConsole, desk: "Desk") -> None:
    cameras = [camera.camera_id for camera in desk.recording.manifest.cameras]
    for turn in range(TURNS):
        console.focus(cameras[CAMERAS[turn] % len(cameras)])
        console.seek(150 + turn * 300)
        console.play(1.0)
        console.page.wait_for_timeout(LOOK_MS)
        console.pause()
        console.click_picture(0.5, 0.6)
        console.play(2.0)
        console.page.wait_for_timeout(LOOK_MS)
        console.pause()


def _list_paths(desk: "Desk") -> dict[str, str]:
    """Return the files of the recording by what stands for them in addresses."""
    secret, manifest = desk.app.access.secret, desk.recording.manifest
    return {name_file(secret, manifest.recording_id, path): path for path in manifest.files}


def _listen(page: "Page", heard: list[Asked], began: float, *, paths: Mapping[str, str]) -> None:
    asked: dict[str, Asked] = {}
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")

    def note(event: dict[str, Any]) -> None:
        address = event["request"]["url"].split("/", 3)[3]
        parts = address.split("/", 3)
        path = parts[3] if len(parts) > 3 else ""
        if parts[0].startswith("footage") and not path.startswith("people/"):
            span = event["request"]["headers"].get("Range", "")
            known = paths[path] if path else ""
            asked[event["requestId"]] = Asked(at_s=time.monotonic() - began, route=parts[0], path=known, span=span)

    def keep(event: dict[str, Any]) -> None:
        known = asked.pop(event["requestId"], None)
        if known is not None and not event["response"].get("fromDiskCache"):
            heard.append(known)

    line.on("Network.requestWillBeSent", note)
    line.on("Network.responseReceived", keep)


def _from_first(heard: list[Asked]) -> tuple[Asked, ...]:
    """Return the requests with the first at 0 s."""
    first_s = min(each.at_s for each in heard)
    moved = (Asked(at_s=each.at_s - first_s, route=each.route, path=each.path, span=each.span) for each in heard)
    return tuple(sorted(moved, key=lambda each: each.at_s))


if __name__ == "__main__":
    found = record()
    save_traffic(found, RECORDED)
    sys.stdout.write(f"{len(found.asked)} requests in {found.lasted_s:.0f} s\n")
