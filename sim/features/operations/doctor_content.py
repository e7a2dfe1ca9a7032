"""What drills are made of: footage, codecs, fonts, database."""

import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sim.features.operations.doctor_machine import Finding, ok, warn, wrong

if TYPE_CHECKING:
    from sim.app.settings import Settings
    from sim.db.migrate import DatabaseState

DATABASE = "database"
HASHED_BYTES = 1_000_000_000
_BUILD = "restore it, build it with `python -m sim footage build`, or download Sightline again"


def find_recordings(folders: Sequence[Path]) -> list[Path]:
    return sorted((place.parent for folder in folders for place in folder.glob("*/recording.json")), key=_is_own)


def _is_own(folder: Path) -> bool:
    return "sample_footage" not in folder.parts


def check_footage(folders: Sequence[Path]) -> list[Finding]:
    """Compare every file of every recording with its manifest: sizes always, contents up to a gigabyte."""
    from sim.errors import SimError  # noqa: PLC0415 - packages may be missing, and all else is still to be said
    from sim.footage.checks.verify import verify_bytes  # noqa: PLC0415

    findings, hashed = [], 0
    recordings = find_recordings(folders)
    if not recordings:
        looked = ", ".join(str(folder) for folder in folders)
        return [wrong("footage", f"there is none in {looked}", todo=_BUILD)]
    for folder in recordings:
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        hashed += size
        try:
            problems = verify_bytes(folder, hashes=hashed <= HASHED_BYTES)
        except SimError as error:
            findings.append(wrong("footage", f"{folder.name}: {error.what}", todo=error.todo or _BUILD))
            continue
        if problems:
            more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
            findings.append(wrong("footage", f"{folder.name}: {problems[0]}{more}", todo=_BUILD))
        else:
            how = "as it was made" if hashed <= HASHED_BYTES else "complete; contents were not compared"
            findings.append(ok("footage", f"{folder.name}, {size / 1e6:.0f} MB, {how}"))
    return findings


def check_forms(settings: "Settings") -> list[Finding]:
    from sim.app.catalog import Catalog  # noqa: PLC0415
    from sim.text.words import write_count  # noqa: PLC0415

    name = "forms"
    catalog = Catalog(recording_folders=settings.recordings, form_folders=settings.forms)
    damaged = catalog.list_damaged()
    if damaged:
        return [
            wrong(
                name,
                f"the drills of {each.path} are left out: {each.why.what}",
                todo=each.why.todo or "restore the file, or move it away",
            )
            for each in damaged
        ]
    return [ok(name, write_count(len(catalog.list_forms()), "drill"))]


def check_schools(data: Path) -> list[Finding]:
    from sim.features.library.sites import find_sites, list_damaged_sites  # noqa: PLC0415 - as above
    from sim.text.words import write_count  # noqa: PLC0415

    name = "schools"
    damaged = list_damaged_sites(data)
    if damaged:
        return [
            wrong(name, f"no drill can be made on one: {error.what}", todo=error.todo or "restore the file")
            for error in damaged.values()
        ]
    return [ok(name, write_count(len(find_sites(data)), "plan"))]


def check_codecs(clip: Path) -> list[Finding]:
    from sim.errors import MachineError  # noqa: PLC0415 - as above
    from sim.footage.video.encode import try_codecs  # noqa: PLC0415

    try:
        frames, likeness_db = try_codecs(clip)
    except MachineError as error:
        return [wrong("codecs", error.what, todo=error.todo)]
    return [ok("codecs", f"{frames} frames read, written and read again ({likeness_db:.0f} dB)")]


def check_fonts() -> list[Finding]:
    from PIL import ImageFont, features  # noqa: PLC0415 - as above

    from sim.text.words import FONTS, load_printable  # noqa: PLC0415

    files = sorted(FONTS.glob("*.otf"))
    if not files:
        return [wrong("fonts", f"there are none in {FONTS}", todo="download Sightline again")]
    if not features.check("freetype2"):
        return [wrong("fonts", "Pillow was built without FreeType", todo="run `pip install --force-reinstall pillow`")]
    for file in files:
        try:
            ImageFont.truetype(str(file), 12).getlength("Agj")
        except OSError:
            return [wrong("fonts", f"{file.name} cannot be read", todo="download Sightline again")]
    return [ok("fonts", f"{len(files)} for reports, {len(load_printable())} letter forms")]


def check_database(url: str) -> tuple[list[Finding], datetime | None]:
    from sim.db.migrate import inspect_database, is_made  # noqa: PLC0415
    from sim.errors import SimError  # noqa: PLC0415 - as above

    try:
        if not is_made(url):
            return [ok(DATABASE, "none yet; it is made at the first start")], None
        state = inspect_database(url)
    except SimError as error:
        return [wrong(DATABASE, error.what, todo=error.todo)], None
    return [_judge_database(state)], state.newest


def _judge_database(state: "DatabaseState") -> Finding:
    text = f"{state.kind}, {state.size_bytes / 1e6:.1f} MB, version {state.version}"
    if state.faults:
        todo = "restore a backup (`python -m sim restore FILE`); keep the damaged file"
        return wrong(DATABASE, f"{text}: damaged: {state.faults[0]}", todo=todo)
    if state.version is None:
        return ok(DATABASE, f"{state.kind}, empty; its tables are made at the first start")
    if state.version > state.newest_version:
        return wrong(DATABASE, f"{text}; this program knows at most {state.newest_version}", todo="update Sightline")
    if state.version < state.newest_version:
        text += f"; it is brought to {state.newest_version} at the next start"
        return warn(DATABASE, text, todo="run `python -m sim backup FILE` first")
    return ok(DATABASE, text)


def check_ledger(url: str, data: Path) -> list[Finding]:
    """Verify the training record's ledger with its noted heads; say nothing of a database that is older or not read."""
    from sim.db.engine import make_engine  # noqa: PLC0415
    from sim.db.migrate import inspect_database, is_made  # noqa: PLC0415
    from sim.db.store import ChangeMark, Store  # noqa: PLC0415
    from sim.errors import SimError  # noqa: PLC0415 - as above
    from sim.ledger.verify import HEADS_NAME, read_heads, verify  # noqa: PLC0415 - as above

    name = "ledger"
    try:
        state = inspect_database(url) if is_made(url) else None
    except SimError:
        return []
    if state is None or state.faults or state.version != state.newest_version:
        return []
    try:
        engine = make_engine(url)
        store = Store(engine=engine, changes=ChangeMark(engine))
        try:
            verdict = verify(store, noted=read_heads(data / HEADS_NAME))
        finally:
            store.close()
    except SimError as error:
        return [wrong(name, error.what, todo=error.todo or "run `python -m sim records verify`")]
    if verdict.broken is not None:
        text = f"entry {verdict.broken.number} is broken: {verdict.broken.what}"
        return [wrong(name, text, todo="find out who changed the database; restore a backup beside it to compare")]
    return [ok(name, f"{verdict.head.number} entries hold together")]


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
            process.terminate()
            try:
                process.wait(timeout=10.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        return told[0] if told else None


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
