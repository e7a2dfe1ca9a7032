"""The recording that is drawn on: blurred clips on one clock, nobody in its truth yet; and the process for it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import psutil
from pydantic import BaseModel, ConfigDict

from sim.clips.clocks import ClockFit
from sim.clips.model import Walk
from sim.clips.no_plan import make_site_without_plan
from sim.errors import RecordingError, SimError, StoreError
from sim.footage.build.camera_job import Progress, Reporter
from sim.footage.clips.recording import StagedPlan, build_working, compute_fingerprint
from sim.footage.clips.retimed import Segment, find_gaps
from sim.footage.recording.open import Recording, open_recording
from sim.footage.recording.recording import Neighbors, Staged
from sim.services.app.settings import PROJECT
from sim.services.app.wiring import App
from sim.services.library.generate import find_sites
from sim.services.library.job import ELSEWHERE_S, Worker, children, find_process, name_process
from sim.services.own_clips.clip_jobs import ClipState, get_clip_path, read_covers, read_result
from sim.services.own_clips.clocks import fit_walk, list_neighbors
from sim.services.own_clips.folder import WORKING, exclusive, get_folder, read_model, read_walk, tell_full, write_model
from sim.services.own_clips.importing import find_site, list_progress
from sim.site.model import Site

FINGERPRINT = "recording.sha256"
NOTICE = (
    "Practice, real footage of your school, only the walker is known. Heads were pixelated as far as they were found."
)
JOB_FILE: Final = "align.json"
SAID_FILE: Final = "align.said.jsonl"
DONE: Final = "done"
_STOP_WITHIN_S: Final = 5.0


def check_ready(folder: Path) -> None:
    for each in list_progress(folder):
        if each.state is not ClipState.DONE:
            raise RecordingError(
                f"{each.file_name} is not imported yet", todo="wait until it is, or remove it from the walk"
            )
    fit_walk(folder, read_walk(folder))


def align_folder(folder: Path, site: Site | None, *, processes: int, on_step: Callable[[str, float], None]) -> None:
    """Make the working recording, or make it again after clocks or blurring changed."""
    check_ready(folder)
    walk = read_walk(folder)
    fit = fit_walk(folder, walk)
    plan = make_plan(folder, walk, fit, site)
    names = {camera.camera_id: camera.name for camera in walk.cameras}
    done: dict[str, float] = {}

    def hear(progress: Progress) -> None:
        done[progress.part] = progress.done / progress.total
        on_step(names.get(progress.part, "all cameras"), min(sum(done.values()) / (len(names) + 1), 1.0))

    if not is_aligned_folder(folder, site):
        (folder / FINGERPRINT).unlink(missing_ok=True)
        build_working(
            plan,
            target=folder / WORKING,
            processes=processes,
            reporter=Reporter(on_progress=hear, clock=time.monotonic),
        )
        (folder / FINGERPRINT).write_text(compute_fingerprint(plan), encoding="utf-8")


def make_plan(folder: Path, walk: Walk, fit: ClockFit, site: Site | None) -> StagedPlan:
    """Return what the working recording is made of."""
    recorded = _make_site(walk, site)
    segments: dict[str, tuple[Segment, ...]] = {}
    for camera in sorted(walk.cameras, key=lambda each: each.camera_id):
        segments[camera.camera_id] = tuple(
            Segment(
                path=get_clip_path(folder, clip.clip_id),
                start_s=fit.clips[clip.clip_id].start_s,
                rate=fit.clips[clip.clip_id].rate,
                frames=read_result(folder, clip.clip_id).frames,
            )
            for clip in walk.clips
            if clip.camera_id == camera.camera_id
        )
    neighbors = tuple(Neighbors(a=n.a, b=n.b, meters=n.meters) for n in list_neighbors(walk, site))
    return StagedPlan(
        recording_id=walk.walk_id,
        title=walk.name,
        site=recorded,
        segments=segments,
        start_time=fit.start_time,
        frame_count=fit.frame_count,
        staged=Staged(neighbors=() if site is not None else neighbors, has_plan=site is not None, has_photo=False),
    )


def _make_site(walk: Walk, site: Site | None) -> Site:
    if site is None:
        return make_site_without_plan(walk, notice=NOTICE)
    kept = site.keep_cameras({camera.camera_id for camera in walk.cameras})
    return kept.model_copy(update={"notice": NOTICE})


def is_aligned(app: App, walk_id: str) -> bool:
    """Return whether the working recording is there and as clips, clocks and blurring are now. Raises StoreError."""
    folder = get_folder(app, walk_id)
    return is_aligned_folder(folder, find_site(app, read_walk(folder)))


def is_aligned_folder(folder: Path, site: Site | None) -> bool:
    walk = read_walk(folder)
    if read_covers(folder):
        return False
    try:
        made_of = (folder / FINGERPRINT).read_text(encoding="utf-8")
        return made_of == compute_fingerprint(make_plan(folder, walk, fit_walk(folder, walk), site))
    except (OSError, SimError):
        return False


def list_gaps(app: App, walk_id: str) -> dict[str, tuple[tuple[int, int], ...]]:
    folder = get_folder(app, walk_id)
    walk = read_walk(folder)
    plan = make_plan(folder, walk, fit_walk(folder, walk), find_site(app, walk))
    return {camera_id: find_gaps(segments, plan.frame_count) for camera_id, segments in plan.segments.items()}


def open_working(app: App, walk_id: str) -> Recording:
    return open_recording(get_folder(app, walk_id) / WORKING)


def find_media(app: App, walk_id: str, name: str) -> Path:
    """Return a file of the working recording by its name in the manifest. Raises RecordingError: there is none."""
    recording = open_working(app, walk_id)
    if name not in recording.manifest.files:
        raise RecordingError(f"this walk has no file {name!r}")
    return recording.folder / name


class AlignState(StrEnum):
    """Where it is. `STOPPED`: the process is gone and said neither that it is done nor why not."""

    NONE = "none"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignProgress:
    state: AlignState
    what: str = ""
    share: float = 0.0
    problem: str = ""


class AlignJob(BaseModel):
    """`align.json`: who does it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    worker: Worker


def start_align(app: App, walk_id: str) -> None:
    folder = get_folder(app, walk_id)
    site = find_site(app, read_walk(folder))
    command = [sys.executable, "-m", "sim.services.own_clips.align_worker", str(folder.absolute())]
    if site is not None:
        command.append(str(find_sites(app.settings.data)[site.site_id].absolute()))
    with exclusive():
        refuse_while_running(folder)
        check_ready(folder)
        try:
            (folder / JOB_FILE).unlink(missing_ok=True)
            with (folder / SAID_FILE).open("wb") as said, (folder / "align.log").open("wb") as log:
                child = subprocess.Popen(
                    command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=said, stderr=log, start_new_session=True
                )
        except OSError as error:
            raise tell_full(error) from error
        children[child.pid] = child
        try:
            write_model(AlignJob(worker=name_process(child.pid)), folder / JOB_FILE)
        except StoreError:
            child.kill()
            raise


def refuse_while_running(folder: Path) -> None:
    if find_align(folder).state is AlignState.RUNNING:
        raise StoreError("the clips of this walk are being worked on", todo="wait until that is done")


def get_align(app: App, walk_id: str) -> AlignProgress:
    return find_align(get_folder(app, walk_id))


def find_align(folder: Path) -> AlignProgress:
    for child in list(children.values()):
        child.poll()
    try:
        job = read_model(AlignJob, folder / JOB_FILE)
    except SimError:
        return AlignProgress(state=AlignState.NONE)
    is_running = _is_running(folder, job.worker)
    what, share, end = "", 0.0, ""
    with suppress(OSError):
        for line in (folder / SAID_FILE).read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError, KeyError, TypeError, AttributeError):
                said = json.loads(line)
                what, share = str(said.get("what", what)), float(said.get("share", share))
                end = str(said.get("end", end))
    if is_running:
        return AlignProgress(state=AlignState.RUNNING, what=what, share=share)
    if end == DONE:
        return AlignProgress(state=AlignState.DONE, share=1.0)
    return AlignProgress(state=AlignState.FAILED if end else AlignState.STOPPED, problem=end)


def _is_running(folder: Path, worker: Worker) -> bool:
    if not worker.is_elsewhere:
        return find_process(worker) is not None
    with suppress(OSError):
        return time.time() - (folder / SAID_FILE).stat().st_mtime < ELSEWHERE_S
    return False


def stop_align(folder: Path) -> None:
    try:
        process = find_process(read_model(AlignJob, folder / JOB_FILE).worker)
    except SimError:
        return
    if process is None:
        return
    family = [process]
    with suppress(psutil.NoSuchProcess):
        family += process.children(recursive=True)
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(family, timeout=_STOP_WITHIN_S)
