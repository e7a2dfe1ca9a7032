"""The recording that is drawn on: the blurred clips on one clock, nobody in its truth yet."""

import time
from collections.abc import Callable
from pathlib import Path

from sim.clips.clocks import ClockFit
from sim.clips.model import Walk
from sim.clips.no_plan import make_site_without_plan
from sim.errors import RecordingError, SimError
from sim.footage.build.camera_job import Progress, Reporter
from sim.footage.clips.recording import StagedPlan, build_working, compute_fingerprint
from sim.footage.clips.retimed import Segment, find_gaps
from sim.footage.recording.open import Recording, open_recording
from sim.footage.recording.recording import Neighbors, Staged
from sim.services.app.wiring import App
from sim.services.own_clips.clip_jobs import ClipState, get_clip_path, read_result
from sim.services.own_clips.clocks import fit_walk, list_neighbors
from sim.services.own_clips.covering import read_covers
from sim.services.own_clips.folder import WORKING, get_folder, read_walk
from sim.services.own_clips.importing import find_site, list_progress
from sim.site.model import Site

FINGERPRINT = "recording.sha256"
NOTICE = (
    "Practice, real footage of your school, only the walker is known. Heads were pixelated as far as they were found."
)


def check_ready(folder: Path) -> None:
    """Raise RecordingError where a clip of a walk is not taken in, or clocks have to be mended first."""
    for each in list_progress(folder):
        if each.state is not ClipState.DONE:
            raise RecordingError(
                f"{each.file_name} is not imported yet", todo="wait until it is, or remove it from the walk"
            )
    fit_walk(folder, read_walk(folder))


def align_folder(folder: Path, site: Site | None, *, processes: int, on_step: Callable[[str, float], None]) -> None:
    """Make the working recording, or make it again after clocks or blurring changed.

    `on_step` hears what is under way and the share that is done.
    """
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
    """Return by camera where it has no picture, as `find_gaps`."""
    folder = get_folder(app, walk_id)
    walk = read_walk(folder)
    plan = make_plan(folder, walk, fit_walk(folder, walk), find_site(app, walk))
    return {camera_id: find_gaps(segments, plan.frame_count) for camera_id, segments in plan.segments.items()}


def open_working(app: App, walk_id: str) -> Recording:
    """Return the working recording. Raises RecordingError: there is none yet."""
    return open_recording(get_folder(app, walk_id) / WORKING)


def find_media(app: App, walk_id: str, name: str) -> Path:
    """Return a file of the working recording by its name in the manifest. Raises RecordingError: there is none."""
    recording = open_working(app, walk_id)
    if name not in recording.manifest.files:
        raise RecordingError(f"this walk has no file {name!r}")
    return recording.folder / name
