"""Whether a browser on this machine really plays the footage: a clip, a page of its own, and what it reports back."""

import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.services.operations.doctor.finding import Finding, ok, warn

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "microsoft-edge", "msedge")
PLAYS_WITHIN_S = 40.0
MOST_REPORT = 1000
CHECK_BY_HAND = "open a drill on the device that will be used: its first page says whether it can play the footage"
_PAGE = b"""<!doctype html><video muted autoplay playsinline src="/clip.mp4"></video><script>
const video = document.querySelector("video");
let isTold = false;
const tell = what => { if (!isTold) { isTold = true; fetch("/told", {method: "POST", body: JSON.stringify(what)}); } };
video.onerror = () => tell({error: "the clip cannot be decoded"});
video.play().catch(error => tell({error: String(error.name)}));
video.ontimeupdate = () => {
  if (video.currentTime < 0.5) return;
  const canvas = Object.assign(document.createElement("canvas"), {width: 64, height: 36});
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0, 64, 36);
  const shades = new Set(pen.getImageData(0, 0, 64, 36).data);
  tell({width: video.videoWidth, height: video.videoHeight, shades: shades.size});
};
</script>"""


def find_browser() -> str | None:
    """Return the path of a Chromium, Chrome or Edge, None without one."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is not None:
        return found
    places = []
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if folder := os.environ.get(variable):
            places += [Path(folder) / "Google/Chrome/Application/chrome.exe"]
            places += [Path(folder) / "Microsoft/Edge/Application/msedge.exe"]
    if sys.platform == "darwin":
        places += [
            Path("/Applications") / f"{name}.app/Contents/MacOS/{name}" for name in ("Google Chrome", "Chromium")
        ]
    return next((str(place) for place in places if place.exists()), None)


def check_browser(clip: Path, *, within_s: float = PLAYS_WITHIN_S) -> list[Finding]:
    """Play a clip in a browser without a window; without one say how to check by hand."""
    name, browser = "browser", find_browser()
    if browser is None:
        return [ok(name, f"none found here to try; {CHECK_BY_HAND}")]
    told = play_clip(browser, clip, within_s=within_s)
    if told is None:
        text = f"{Path(browser).name} did not play a clip within {within_s:.0f} s"
        return [warn(name, text, todo=CHECK_BY_HAND)]
    if "error" in told or int(str(told.get("shades", 0))) < 8:
        text = f"{Path(browser).name} cannot play H.264: {told.get('error', 'the picture stays empty')}"
        return [warn(name, text, todo="use a current Chrome, Edge, Firefox or Safari with H.264")]
    return [ok(name, f"{Path(browser).name} plays {told['width']}x{told['height']} footage")]


def play_clip(browser: str, clip: Path, *, within_s: float) -> dict[str, object] | None:
    """Return what the page in the browser reported, None when it reported nothing in time."""
    # the browser's own processes may still write for a moment once it has ended
    profiles = tempfile.TemporaryDirectory(prefix="sightline-doctor-", ignore_cleanup_errors=True)
    with _serve(clip) as (address, heard, told), profiles as profile:
        command = [browser, "--headless=new", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        command += ["--disable-component-update", "--autoplay-policy=no-user-gesture-required", "--no-proxy-server"]
        command += [f"--user-data-dir={profile}", address]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")
        try:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except OSError:
            return None
        try:
            heard.wait(within_s)
        finally:
            _stop(process)
        return told[0] if told else None


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _serve(clip: Path) -> Iterator[tuple[str, threading.Event, list[dict[str, object]]]]:
    heard, told = threading.Event(), list[dict[str, object]]()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_clip = self.path == "/clip.mp4"
            body = clip.read_bytes() if is_clip else _PAGE
            self.send_response(200)
            self.send_header("Content-Type", "video/mp4" if is_clip else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length", "0")), MOST_REPORT)
            told.append(json.loads(self.rfile.read(length)))
            self.send_response(204)
            self.end_headers()
            heard.set()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/", heard, told
        finally:
            server.shutdown()
            thread.join()
