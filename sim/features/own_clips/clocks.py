"""The clips of a walk on one clock: what was typed, what follows from it, and how fast the walker must have gone."""

from dataclasses import dataclass
from pathlib import Path

from sim.app.wiring import App
from sim.clips.clocks import ClockFit, fit_clocks
from sim.clips.keyframes import Speed, Stay, compute_boxes, compute_speeds, place_keyframes
from sim.clips.model import FPS, ClockNotes, Neighbor, Walk
from sim.errors import RecordingError
from sim.features.own_clips.folder import (
    CLOCKS_FILE,
    exclusive,
    get_folder,
    read_model,
    read_track,
    read_walk,
    write_model,
)
from sim.features.own_clips.importing import find_site
from sim.site.coverage import WALK_M_S
from sim.site.model import Site
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
