"""The clips of a walk on one clock, and the recording made of them that is drawn on, nobody in its truth yet."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.app.own_folders import WALKS
from sim.app.wiring import App
from sim.builds import queue
from sim.builds.kinds import WALK, Job
from sim.clips.clocks import ClockFit, fit_clocks
from sim.clips.keyframes import Speed, Stay, compute_boxes, compute_speeds, place_keyframes
from sim.clips.model import FPS, ClockNotes, Neighbor, Walk
from sim.clips.no_plan import make_site_without_plan
from sim.db.builds import OPEN
from sim.errors import RecordingError, SimError, StoreError
from sim.features.library.sites import find_sites
from sim.features.own_clips.clip_jobs import ClipState, apply_covers, get_clip_path, read_covers, read_result
from sim.features.own_clips.folder import (
    CLOCKS_FILE,
    WORKING,
    exclusive,
    get_folder,
    read_model,
    read_track,
    read_walk,
    write_model,
)
from sim.features.own_clips.importing import find_site, list_progress
from sim.footage.build.camera_job import Progress, Reporter
from sim.footage.clips.recording import StagedPlan, build_working, compute_fingerprint
from sim.footage.clips.retimed import Segment, find_gaps
from sim.footage.recording.open import Recording, open_recording
from sim.footage.recording.recording import Neighbors, Staged
from sim.site.coverage import WALK_M_S
from sim.site.model import Site, load_site
from sim.site.next_camera import compute_links
from sim.truth.appearance import GAP_MAX_S


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    notes: ClockNotes  # what was entered
    fit: ClockFit | None  # what follows; None while there is no clip
    speeds: tuple[Speed, ...]  # the walks between cameras by the keyframes so far

    @property
    def problems(self) -> tuple[str, ...]:
        return self.fit.problems if self.fit is not None else ("There are no clips yet.",)


def get_clocks(app: App, walk_id: str) -> ClockView:
    folder = get_folder(app, walk_id)
    walk = read_walk(folder)
    return view_clocks(folder, walk, find_site(app, walk))


def set_clocks(app: App, walk_id: str, notes: ClockNotes) -> ClockView:
    """Store what was entered, and return what follows. Keyframes are kept in clip time: none is lost."""
    folder = get_folder(app, walk_id)
    store_clocks(folder, notes)
    return get_clocks(app, walk_id)


def store_clocks(folder: Path, notes: ClockNotes) -> None:
    with exclusive():
        walk = read_walk(folder)
        if walk.clips:
            fit_clocks(walk, notes)
        write_model(notes, folder / CLOCKS_FILE)


def read_clocks(folder: Path) -> ClockNotes:
    """Return what was entered, nothing where there is none; what is of clips that are gone is left out."""
    path = folder / CLOCKS_FILE
    if not path.is_file():
        return ClockNotes()
    return leave_out_gone(read_model(ClockNotes, path), read_walk(folder))


def leave_out_gone(notes: ClockNotes, walk: Walk) -> ClockNotes:
    known = {clip.clip_id for clip in walk.clips}
    cameras = {camera.camera_id for camera in walk.cameras}
    return notes.model_copy(
        update={
            "readings": tuple(r for r in notes.readings if r.clip_id in known),
            "events": tuple(e for e in notes.events if {e.clip_a, e.clip_b} <= known),
            "reference": notes.reference if notes.reference in cameras else None,
        }
    )


def view_clocks(folder: Path, walk: Walk, site: Site | None) -> ClockView:
    notes = read_clocks(folder)
    if not walk.clips:
        return ClockView(notes=notes, fit=None, speeds=())
    fit = fit_clocks(walk, notes)
    return ClockView(notes=notes, fit=fit, speeds=list_speeds(folder, walk, fit, site))


def fit_walk(folder: Path, walk: Walk) -> ClockFit:
    """Return the clips on one clock. Raises RecordingError: something has to be mended first, or there is no clip."""
    fit = fit_clocks(walk, read_clocks(folder))
    if fit.problems:
        raise RecordingError(fit.problems[0], todo="mend it under Clocks")
    return fit


def list_neighbors(walk: Walk, site: Site | None) -> tuple[Neighbor, ...]:
    """Return how far it is between cameras: as typed, else by the ways of the own school."""
    if site is None:
        return walk.neighbors
    known = {camera.camera_id for camera in walk.cameras}
    shortest: dict[tuple[str, str], float] = {}
    for camera_id, zones in compute_links(site.keep_cameras(known)).items():
        for following in (each for zone in zones for each in zone.cameras):
            pair = (min(camera_id, following.camera_id), max(camera_id, following.camera_id))
            meters = following.walking_s * WALK_M_S
            shortest[pair] = min(meters, shortest.get(pair, meters))
    return tuple(Neighbor(a=a, b=b, meters=min(round(m, 1), 500.0)) for (a, b), m in sorted(shortest.items()))


def list_speeds(folder: Path, walk: Walk, fit: ClockFit, site: Site | None) -> tuple[Speed, ...]:
    keys = place_keyframes(read_track(folder).keyframes, walk, fit)
    stays = []
    for camera in walk.cameras:
        frames = compute_boxes([key for key in keys if key.camera_id == camera.camera_id]).frames
        times = (frames / FPS).tolist()
        starts = [t for place, t in enumerate(times) if place == 0 or t - times[place - 1] > GAP_MAX_S]
        ends = [t for place, t in enumerate(times) if place + 1 == len(times) or times[place + 1] - t > GAP_MAX_S]
        stays += [Stay(camera_id=camera.camera_id, first_s=a, last_s=b) for a, b in zip(starts, ends, strict=True)]
    return compute_speeds(stays, list_neighbors(walk, site)) if stays else ()


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
