"""Pictures for cameras that have none, path-traced from the plan, where requirements-authoring.txt is installed.

It is done by processes of their own, one a core, each with its share of the cameras. What one has finished stays, so a
start after a cut goes on with the rest. A picture counts for the plan and the camera that it was drawn from.
"""

import hashlib
import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import psutil
import yaml

from sim.errors import SimError, SiteError, StoreError
from sim.footage.build.workfolder import remove_tree
from sim.services.accounts.school_rights import require_open
from sim.services.app.settings import PROJECT
from sim.services.app.wiring import App
from sim.services.library.generate import count_processes
from sim.services.library.job import Worker, children, find_process, name_process
from sim.services.own_school.editing import get_drawing
from sim.services.own_school.folder import get_folder, list_schools
from sim.site.drawing import Drawing
from sim.site.drawn_site import make_site
from sim.site.model import PLATES_FOLDER, SITE_FILE, Site

FOLDER: Final = "traced"
JOB_FILE: Final = "job.json"
LOG_FILE: Final = "log.txt"
SECONDS_A_CAMERA: Final = 60.0
_NICE: Final = 10
_END_WITHIN_S: Final = 5.0
_KNOWN_AS: Final = {"shelf": "bookcase", "box": "crates"}


class TracingState(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracing:
    """Pictures that are being drawn: the ids of the cameras, of those that are done, and why it stopped."""

    state: TracingState
    cameras: tuple[str, ...]
    done: tuple[str, ...]
    problem: str


def is_installed() -> bool:
    return (PROJECT / "tools" / "authoring").is_dir() and all(
        find_spec(name) is not None for name in ("mitsuba", "pyoidn")
    )


def list_without_picture(drawing: Drawing) -> tuple[str, ...]:
    return tuple(sorted(name for name, camera in drawing["cameras"].items() if camera["picture_wh"] is None))


def find_tracing(app: App, school_id: str) -> Tracing | None:
    for child in list(children.values()):
        child.poll()
    folder = get_folder(app.settings.data, school_id) / FOLDER
    job = _read_job(folder)
    if job is None:
        return None
    done = tuple(name for name in job["marks"] if _is_done(folder, name))
    if len(done) == len(job["marks"]):
        state = TracingState.DONE
    elif any(find_process(Worker.model_validate(each)) for each in job["workers"]):
        state = TracingState.RUNNING
    else:
        state = TracingState.STOPPED
    problem = _read_problem(folder) if state is TracingState.STOPPED else ""
    return Tracing(state=state, cameras=tuple(job["marks"]), done=done, problem=problem)


def find_usable(app: App, school_id: str) -> frozenset[str]:
    """Return the cameras without a picture of their own whose drawn picture is of the plan as it is now."""
    folder = get_folder(app.settings.data, school_id) / FOLDER
    job, drawing = _read_job(folder), get_drawing(app, school_id)
    wanted = list_without_picture(drawing)
    if job is None or not wanted:
        return frozenset()
    marks = _make_marks(make_site(drawing, site_id=school_id), wanted)
    return frozenset(name for name in wanted if job["marks"].get(name) == marks[name] and _is_done(folder, name))


def start(app: App, school_id: str) -> None:
    """Draw the pictures of all cameras that have none; those that are done for this plan stay."""
    require_open(app, school_id)
    if not is_installed():
        raise SiteError("this server cannot draw pictures", todo="install requirements-authoring.txt, or add a picture")
    running = find_tracing(app, school_id)
    if running is not None and running.state is TracingState.RUNNING:
        raise StoreError("pictures of this school are being drawn already", todo="wait, or cancel that")
    drawing = get_drawing(app, school_id)
    wanted = list_without_picture(drawing)
    if not wanted:
        raise SiteError("every camera has its picture", todo="put a camera on the plan first")
    site = make_site(drawing, site_id=school_id)
    folder = get_folder(app.settings.data, school_id) / FOLDER
    marks = _make_marks(site, wanted)
    before = _read_job(folder) or {"marks": {}}
    try:
        for name in before["marks"]:
            if before["marks"][name] != marks.get(name):
                _drop(folder, name)
        (folder / PLATES_FOLDER).mkdir(parents=True, exist_ok=True)
        (folder / LOG_FILE).unlink(missing_ok=True)
        text = yaml.safe_dump(_rename_things(site).model_dump(mode="json", exclude_none=True), sort_keys=False)
        (folder / SITE_FILE).write_text(text, encoding="utf-8")
        left = [name for name in wanted if not _is_done(folder, name)]
        shares = [left[first :: count_processes()] for first in range(count_processes())]
        workers = [_launch(folder, share).model_dump() for share in shares if share]
        part = folder / f"{JOB_FILE}.part"
        part.write_text(json.dumps({"marks": marks, "workers": workers}), encoding="utf-8")
        part.replace(folder / JOB_FILE)
    except OSError as error:
        raise StoreError(f"this could not be stored: {error.strerror}", todo="free some space on the disk") from error


def cancel(app: App, school_id: str) -> None:
    """Stop drawing and delete what was drawn; nothing to do where none was asked for. Raises StoreError."""
    folder = get_folder(app.settings.data, school_id) / FOLDER
    job = _read_job(folder)
    processes = [find_process(Worker.model_validate(each)) for each in (job or {"workers": []})["workers"]]
    family = [member for process in processes if process for member in [*process.children(recursive=True), process]]
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.terminate()
    _, alive = psutil.wait_procs(family, timeout=_END_WITHIN_S)
    for member in alive:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    if folder.is_dir():
        remove_tree(folder)


def go_on_after_restart(app: App) -> None:
    """When the server starts: go on with pictures whose processes are gone."""
    for school in list_schools(app.settings.data):
        try:
            tracing = find_tracing(app, school.school_id)
            if tracing is not None and tracing.state is TracingState.STOPPED and not tracing.problem:
                start(app, school.school_id)
        except SimError as error:
            sys.stderr.write(f"the pictures of a school could not be drawn on: {error}\n")


def make_command(folder: Path, cameras: list[str]) -> list[str]:
    """Return the command that writes the plates of some cameras of a site folder, a line of its output each."""
    names = [part for name in cameras for part in ("--camera", name)]
    return [sys.executable, "-m", "tools.authoring.bake_plates", str(folder.absolute()), *names]


def _launch(folder: Path, cameras: list[str]) -> Worker:
    command = make_command(folder, cameras)
    with (folder / LOG_FILE).open("ab") as log:
        child = subprocess.Popen(
            command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    children[child.pid] = child
    with suppress(psutil.Error):
        psutil.Process(child.pid).nice(_NICE)
    return name_process(child.pid)


def _make_marks(site: Site, cameras: tuple[str, ...]) -> dict[str, str]:
    building = site.model_dump_json(include={"floors", "spaces", "openings", "furnishings", "ramps"})
    return {
        name: hashlib.sha256((building + site.get_camera(name).model_dump_json()).encode()).hexdigest()
        for name in cameras
    }


def _rename_things(site: Site) -> Site:
    things = (each.model_copy(update={"kind": _KNOWN_AS.get(each.kind, each.kind)}) for each in site.furnishings)
    return site.model_copy(update={"furnishings": tuple(things)})


def _read_job(folder: Path) -> dict[str, Any] | None:
    with suppress(OSError, ValueError):
        job = json.loads((folder / JOB_FILE).read_bytes())
        if isinstance(job, dict) and isinstance(job.get("marks"), dict) and isinstance(job.get("workers"), list):
            return job
    return None


def _read_problem(folder: Path) -> str:
    with suppress(OSError):
        lines = (folder / LOG_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
        return next((line for line in reversed(lines) if line.startswith("bake_plates: ")), "")[len("bake_plates: ") :]
    return ""


def _is_done(folder: Path, camera_id: str) -> bool:
    return all((folder / PLATES_FOLDER / f"{camera_id}{end}").is_file() for end in (".webp", "-depth.png"))


def _drop(folder: Path, camera_id: str) -> None:
    for end in (".webp", "-depth.png"):
        (folder / PLATES_FOLDER / f"{camera_id}{end}").unlink(missing_ok=True)
