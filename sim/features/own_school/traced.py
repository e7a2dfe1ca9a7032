"""Pictures for cameras that have none, path-traced from the plan, where requirements-authoring.txt is installed.

What one process has finished stays, so a start after a cut goes on with the rest. A picture counts for the plan and the
camera that it was drawn from.
"""

import hashlib
import json
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import yaml

from sim.app.own_folders import OWN_SITES
from sim.app.settings import PROJECT
from sim.app.wiring import App
from sim.builds import queue
from sim.builds.kinds import PICTURES, Job
from sim.builds.queue import Progress
from sim.errors import SiteError, StoreError
from sim.features.own_school.editing import get_drawing
from sim.features.own_school.folder import get_folder
from sim.footage.build.workfolder import remove_tree
from sim.rules.school_rights import require_open
from sim.site.checks import make_site
from sim.site.drawing import Drawing
from sim.site.model import PLATES_FOLDER, SITE_FILE, Site

FOLDER: Final = "traced"
MARKS_FILE: Final = "marks.json"
LOG_FILE: Final = "log.txt"
SECONDS_A_CAMERA: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracing:
    """Pictures that are being drawn, or were: the ids of the cameras, of those that are done, and how far it is."""

    cameras: tuple[str, ...]
    done: tuple[str, ...]
    told: Progress

    @property
    def is_done(self) -> bool:
        return len(self.done) == len(self.cameras)


def is_installed() -> bool:
    return (PROJECT / "tools" / "authoring").is_dir() and all(
        find_spec(name) is not None for name in ("mitsuba", "pyoidn")
    )


def list_without_picture(drawing: Drawing) -> tuple[str, ...]:
    return tuple(sorted(name for name, camera in drawing["cameras"].items() if camera["picture_wh"] is None))


def find_tracing(app: App, school_id: str) -> Tracing | None:
    folder = get_folder(app, school_id) / FOLDER
    marks, row = _read_marks(folder), queue.find(app, PICTURES, owner=school_id)
    if not marks or row is None:
        return None
    done = tuple(name for name in marks if _is_done(folder, name))
    return Tracing(cameras=tuple(marks), done=done, told=queue.tell(app, row))


def find_usable(folder: Path, drawing: Drawing) -> frozenset[str]:
    """Return the cameras without a picture of their own whose drawn picture is of the plan as it is now.

    `folder` is the school's.
    """
    marks, wanted = _read_marks(folder / FOLDER), list_without_picture(drawing)
    if not marks or not wanted:
        return frozenset()
    now = _make_marks(make_site(drawing, site_id=folder.name), wanted)
    return frozenset(name for name in wanted if marks.get(name) == now[name] and _is_done(folder / FOLDER, name))


def start(app: App, school_id: str) -> None:
    require_open(app, school_id)
    if not is_installed():
        raise SiteError("this server cannot draw pictures", todo="install requirements-authoring.txt, or add a picture")
    running = find_tracing(app, school_id)
    if running is not None and running.told.is_open:
        raise StoreError("pictures of this school are being drawn already", todo="wait, or cancel that")
    drawing = get_drawing(app, school_id)
    wanted = list_without_picture(drawing)
    if not wanted:
        raise SiteError("every camera has its picture", todo="put a camera on the plan first")
    site = make_site(drawing, site_id=school_id)
    folder = get_folder(app, school_id) / FOLDER
    marks, before = _make_marks(site, wanted), _read_marks(folder)
    try:
        for name in before:
            if before[name] != marks.get(name):
                for end in (".webp", "-depth.png"):
                    (folder / PLATES_FOLDER / f"{name}{end}").unlink(missing_ok=True)
        (folder / PLATES_FOLDER).mkdir(parents=True, exist_ok=True)
        things = (
            each.model_copy(update={"kind": {"shelf": "bookcase", "box": "crates"}.get(each.kind, each.kind)})
            for each in site.furnishings
        )
        text = yaml.safe_dump(
            site.model_copy(update={"furnishings": tuple(things)}).model_dump(mode="json", exclude_none=True),
            sort_keys=False,
        )
        (folder / SITE_FILE).write_text(text, encoding="utf-8")
        part = folder / f"{MARKS_FILE}.part"
        part.write_text(json.dumps(marks), encoding="utf-8")
        part.replace(folder / MARKS_FILE)
    except OSError as error:
        raise StoreError(f"this could not be stored: {error.strerror}", todo="free some space on the disk") from error
    left = sum(not _is_done(folder, name) for name in wanted)
    queue.ask(app, PICTURES, owner=school_id, asked={}, expected_s=left * SECONDS_A_CAMERA / queue.count_processes())


def cancel(app: App, school_id: str) -> None:
    row = queue.find(app, PICTURES, owner=school_id)
    if row is not None:
        queue.stop(app, row)
    clean(Job(data=app.settings.data, kind=PICTURES, owner=school_id, name="", asked={}))


def build(job: Job) -> dict[str, Any]:
    folder = job.data / OWN_SITES / job.owner / FOLDER
    names = tuple(_read_marks(folder))
    left = [name for name in names if not _is_done(folder, name)]
    shares = [left[first :: queue.count_processes()] for first in range(queue.count_processes())]
    (folder / LOG_FILE).unlink(missing_ok=True)
    with (folder / LOG_FILE).open("ab") as log:
        painters = [
            subprocess.Popen(make_command(folder, share), cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            for share in shares
            if share
        ]
    while [painter for painter in painters if painter.poll() is None]:
        done = sum(_is_done(folder, name) for name in names)
        job.say(done / len(names), f"{done} of {len(names)} pictures are drawn")
        time.sleep(0.5)
    if not all(_is_done(folder, name) for name in names):
        raise SiteError(_read_problem(folder) or "the pictures could not be drawn")
    return {}


def clean(job: Job) -> None:
    folder = job.data / OWN_SITES / job.owner / FOLDER
    if folder.is_dir():
        remove_tree(folder)


def make_command(folder: Path, cameras: list[str]) -> list[str]:
    """Return the command that writes the plates of some cameras of a site folder, a line of its output each."""
    names = [part for name in cameras for part in ("--camera", name)]
    return [sys.executable, "-m", "tools.authoring.bake_plates", str(folder.absolute()), *names]


def _make_marks(site: Site, cameras: tuple[str, ...]) -> dict[str, str]:
    building = site.model_dump_json(include={"floors", "spaces", "openings", "furnishings", "ramps"})
    return {
        name: hashlib.sha256((building + site.get_camera(name).model_dump_json()).encode()).hexdigest()
        for name in cameras
    }


def _read_marks(folder: Path) -> dict[str, str]:
    with suppress(OSError, ValueError):
        marks = json.loads((folder / MARKS_FILE).read_bytes())
        if isinstance(marks, dict):
            return marks
    return {}


def _read_problem(folder: Path) -> str:
    with suppress(OSError):
        lines = (folder / LOG_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
        return next((line for line in reversed(lines) if line.startswith("bake_plates: ")), "")[len("bake_plates: ") :]
    return ""


def _is_done(folder: Path, camera_id: str) -> bool:
    return all((folder / PLATES_FOLDER / f"{camera_id}{end}").is_file() for end in (".webp", "-depth.png"))
