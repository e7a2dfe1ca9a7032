"""The recording that is drawn on: blurred clips on one clock, nobody in its truth yet; and the process for it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.app.own_folders import WALKS
from sim.app.wiring import App
from sim.builds import queue
from sim.builds.kinds import WALK, Job
from sim.clips.clocks import ClockFit
from sim.clips.model import Walk
from sim.clips.no_plan import make_site_without_plan
from sim.db.builds import OPEN
from sim.errors import RecordingError, SimError, StoreError
from sim.features.library.sites import find_sites
from sim.features.own_clips.clip_jobs import ClipState, apply_covers, get_clip_path, read_covers, read_result
from sim.features.own_clips.clocks import fit_walk, list_neighbors
from sim.features.own_clips.folder import WORKING, exclusive, get_folder, read_walk
from sim.features.own_clips.importing import find_site, list_progress
from sim.footage.build.camera_job import Progress, Reporter
from sim.footage.clips.recording import StagedPlan, build_working, compute_fingerprint
from sim.footage.clips.retimed import Segment, find_gaps
from sim.footage.recording.open import Recording, open_recording
from sim.footage.recording.recording import Neighbors, Staged
from sim.site.model import Site, load_site

FINGERPRINT = "recording.sha256"
NOTICE = (
    "Practice, real footage of your school, only the walker is known. Heads were pixelated as far as they were found."
)


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
    folder = get_folder(app, walk_id) / WORKING
    if not folder.is_dir():
        raise StoreError("the footage of this walk is not made yet", todo="finish the steps before this one")
    return open_recording(folder)


def find_media(app: App, walk_id: str, name: str) -> Path:
    recording = open_working(app, walk_id)
    if name not in recording.manifest.files:
        raise RecordingError(f"this walk has no file {name!r}")
    return recording.folder / name


def start_align(app: App, walk_id: str) -> None:
    folder = get_folder(app, walk_id)
    with exclusive():
        refuse_while_running(app, walk_id)
        check_ready(folder)
        queue.ask(app, WALK, owner=walk_id, asked={})


def refuse_while_running(app: App, walk_id: str) -> None:
    found = queue.find(app, WALK, owner=walk_id)
    if found is not None and found.state in OPEN:
        raise StoreError("the clips of this walk are being worked on", todo="wait until that is done")


def find_align(app: App, walk_id: str) -> queue.Progress | None:
    get_folder(app, walk_id)
    found = queue.find(app, WALK, owner=walk_id)
    return None if found is None else queue.tell(app, found)


def build(job: Job) -> dict[str, Any]:
    """Cover what is to be covered, then put the clips on one clock; clips that are covered stay."""
    folder = job.data / WALKS / job.owner
    site_id = read_walk(folder).site_id
    site = None if site_id is None else load_site(find_sites(job.data)[site_id])
    covering = 0.5 if read_covers(folder) else 0.0
    apply_covers(folder, on_step=lambda name, share: job.say(covering * share, f"Working on {name}"))
    align_folder(
        folder,
        site,
        processes=queue.count_processes(),
        on_step=lambda name, share: job.say(covering + (1 - covering) * share, f"Working on {name}"),
    )
    return {}


def clean(job: Job) -> None:
    """What is half made is beside the clips, and the next one goes on with it."""
