"""From a plan to a recording: cameras, then wall, tables and strips, then the manifest, then one rename."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from sim.columns import ACTIVITY, EVENTS, PEOPLE, TRUTH
from sim.crowd.people.body_index import NEWEST_SET
from sim.crowd.people.people import Crowd
from sim.crowd.scenario.faults import AnyFault, make_fault_rows
from sim.crowd.scenario.story_events import StoryEvent
from sim.errors import TruthError
from sim.footage.build import camera_job
from sim.footage.build.camera_job import CameraJob, Encoding, Progress, Reporter, is_finished, run_camera_jobs
from sim.footage.build.cluster import run_cluster_jobs
from sim.footage.build.workfolder import (
    TILES_FILE,
    check_free_space,
    check_target,
    disk_errors,
    move_into_place,
    prepare_work_folder,
    remove_tree,
    remove_unfinished,
)
from sim.footage.paint.fault_plan import compute_all_shown_frames, find_shown_name, find_site_as_recorded
from sim.footage.recording.open import ACTIVITY_FILE, EVENTS_FILE, PEOPLE_FILE, SITE_FILE, TRUTH_FILE, compute_sha256
from sim.footage.recording.recording import (
    MANIFEST_NAME,
    RECORDING_SCHEMA,
    Manifest,
    Picture,
    RecordedCamera,
    SourceFactory,
    Wall,
    replace_manifest,
)
from sim.footage.recording.tables import SILHOUETTES_FILE, Cells, read_cells, read_table, write_silhouettes, write_table
from sim.footage.video.sizes import TILE_WH, Needs, compute_frames_s, estimate_needs_of
from sim.footage.video.wall import choose_layout, choose_layouts, encode_wall
from sim.site.model import Site
from sim.truth.appearance import is_countable
from sim.truth.events import EventTable, make_event_table
from sim.truth.table import TruthTable, make_truth_table


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    recording_id: str
    title: str
    scenario_id: str
    seed: int
    start_time: datetime
    generator_version: str
    # whatever else the pictures depend on (plates, bodies, scenario text) as one hash or text; a build goes on from an
    # earlier one only when it is the same
    inputs: str
    site: Site
    cameras: tuple[str, ...]  # camera_ids in the order of the wall
    size_wh: tuple[int, int]  # main-stream size of every camera
    crowd: Crowd
    people: pd.DataFrame  # rows of `sim.columns.PEOPLE`
    encoding: Encoding
    faults: tuple[AnyFault, ...] = ()  # what is wrong with cameras
    story: tuple[StoryEvent, ...] = ()  # what happens among the people
    bodies: str = NEWEST_SET  # name of the body set

    @property
    def camera_frames(self) -> int:
        return self.crowd.frame_count * len(self.cameras)


def estimate_needs(plan: BuildPlan, *, processes: int) -> Needs:
    """Return what a build takes, from sizes measured on busy halls and the time that so many people usually take."""
    workers = min(processes, len(plan.cameras))
    frames_s = compute_frames_s(len(plan.crowd.people))
    return estimate_needs_of(frames=plan.camera_frames, size_wh=plan.size_wh, processes=workers, frames_s=frames_s)


def compute_fingerprint(plan: BuildPlan) -> str:
    """Return a hash of all that the pictures depend on: equal for two builds that make the same recording."""
    parts = {
        "scenario": plan.scenario_id,
        "seed": plan.seed,
        "version": plan.generator_version,
        "inputs": plan.inputs,
        "start": plan.start_time.isoformat(),
        "site": plan.site.model_dump(mode="json"),
        "cameras": plan.cameras,
        "size": plan.size_wh,
        "fps": plan.crowd.fps,
        "frames": plan.crowd.frame_count,
        "encoding": asdict(plan.encoding),
        "faults": [fault.model_dump(mode="json") for fault in plan.faults],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def compute_truth_rows(
    sightings: Mapping[str, pd.DataFrame], crowd: Crowd, *, shown_frames: Mapping[str, NDArray[np.int32]]
) -> pd.DataFrame:
    """Return truth rows, columns `sim.columns.TRUTH`, of every camera's sightings.

    `shown_frames` holds for every camera and frame the frame whose picture is shown: people stand where they stood
    then, at the time of the frame that shows it.
    """
    tables = [
        pd.DataFrame(
            {
                "person_id": pd.array([track.person_id] * len(track.xyz_m), dtype="str"),
                "painted": np.arange(track.first_frame, track.first_frame + len(track.xyz_m), dtype=np.int32),
                "floor_x_m": track.xyz_m[:, 0].astype(np.float32),
                "floor_y_m": track.xyz_m[:, 1].astype(np.float32),
                "floor": pd.array(track.floor, dtype="str"),
                "zone": pd.array(track.zone, dtype="str"),
            }
        )
        for track in crowd.tracks
    ]
    where = pd.concat(tables, ignore_index=True)
    parts = [
        rows.assign(camera_id=camera_id, painted=shown_frames[camera_id][rows["frame"].to_numpy()])
        for camera_id, rows in sorted(sightings.items())
    ]
    seen = pd.concat(parts, ignore_index=True)
    joined = seen.merge(where, on=["person_id", "painted"], how="left", validate="many_to_one")
    lost = joined["zone"].isna()
    if lost.any():
        first = joined[lost].iloc[0]
        raise TruthError(f"{first['person_id']} was painted at frame {first['frame']} but stands nowhere")
    joined["t_s"] = joined["frame"].to_numpy(dtype=np.float64) / crowd.fps
    return joined[[c.name for c in TRUTH]]


def make_events(story: Sequence[StoryEvent], truth: TruthTable, faults: pd.DataFrame) -> EventTable:
    """Return all events of a recording.

    A camera shows an event when at least one of its people is visible enough to count for an appearance (scoring.md)
    during it. It shows the event best where most of them are, and of such moments where they are largest. The box
    goes around those who are visible then. An event that no camera shows has one row without camera.
    """
    rows = truth.rows
    height = (rows["y2"] - rows["y1"]).to_numpy(dtype=np.float64)
    lines = np.array([float(truth.picture_wh[name][1]) for name in rows["camera_id"]])
    counted = rows[is_countable(rows["visible"].to_numpy(dtype=np.float64), height, lines=lines)]
    made = [row for event in story for row in _make_rows(event, counted, truth.fps)]
    parts = [pd.DataFrame(made, columns=[c.name for c in EVENTS])] if made else []
    return make_event_table(pd.concat([*parts, faults], ignore_index=True) if parts else faults)


def _make_rows(event: StoryEvent, counted: pd.DataFrame, fps: float) -> list[dict[str, object]]:
    nothing = float("nan")
    shared = {
        "event_id": event.event_id,
        "kind": event.kind,
        "start_s": event.first_frame / fps,
        "end_s": event.last_frame / fps,
        "camera_id": "",
        "shown_s": nothing,
        "person_ids": " ".join(event.person_ids),
        "floor": event.floor,
        "zone": event.zone,
        "x_m": event.at_m[0],
        "y_m": event.at_m[1],
        **dict.fromkeys(("x1", "y1", "x2", "y2"), nothing),
        "detail": json.dumps(dict(event.detail), sort_keys=True),
    }
    seen = counted[
        counted["person_id"].isin(list(event.person_ids))
        & counted["frame"].between(event.first_frame, event.last_frame)
    ]
    rows = [shared | {"camera_id": str(camera_id)} | _find_best(mine) for camera_id, mine in seen.groupby("camera_id")]
    return rows or [shared]


def _find_best(seen: pd.DataFrame) -> dict[str, float]:
    area = (seen["x2"] - seen["x1"]) * (seen["y2"] - seen["y1"])
    frames = seen.assign(area=area).groupby("frame").agg(people=("area", "size"), area=("area", "sum")).reset_index()
    best = frames.sort_values(["people", "area", "frame"], ascending=[False, False, True]).iloc[0]
    shown = seen[seen["frame"] == best["frame"]]
    return {
        "shown_s": float(shown["t_s"].iloc[0]),
        "x1": float(shown["x1"].min()),
        "y1": float(shown["y1"].min()),
        "x2": float(shown["x2"].max()),
        "y2": float(shown["y2"].max()),
    }


def assemble_recording(
    folder: Path, plan: BuildPlan, jobs: Sequence[CameraJob], *, strips: Callable[[str], Picture], reporter: Reporter
) -> None:
    """Make every file of a recording in a new folder from the rendered cameras; the manifest comes last."""
    for name in ("main", "wall", "thumbs", "people"):
        (folder / name).mkdir(parents=True)
    link_cameras(folder, jobs)
    walls = encode_walls(folder, jobs, reporter)
    for person in plan.crowd.people:
        picture = Image.fromarray(strips(person.person_id)[:, :, ::-1].copy())
        picture.save(folder / f"people/{person.person_id}.webp", "WEBP", quality=plan.encoding.strip_quality, method=4)
    _write_tables(folder, plan, jobs)
    recorded_site = find_site_as_recorded(plan.site, plan.faults)
    (folder / SITE_FILE).write_text(recorded_site.model_dump_json(), encoding="utf-8")
    names = {
        camera_id: find_shown_name(plan.site.get_camera(camera_id), plan.faults)
        for camera_id in (job.camera_id for job in jobs)
    }
    manifest = Manifest(
        schema_version=RECORDING_SCHEMA,
        recording_id=plan.recording_id,
        title=plan.title,
        notice=plan.site.notice,
        site_id=plan.site.site_id,
        scenario_id=plan.scenario_id,
        seed=plan.seed,
        start_time=plan.start_time,
        fps=plan.crowd.fps,
        frame_count=plan.crowd.frame_count,
        generator_version=plan.generator_version,
        bodies=plan.bodies,
        cameras=list_recorded(jobs, names),
        walls=walls,
        thumbs=jobs[0].thumbs,
        files={},
        sizes={},
    )
    write_whole_manifest(folder, manifest)


def link_cameras(folder: Path, jobs: Sequence[CameraJob]) -> None:
    for job in jobs:
        rendered = job.folder / job.camera_id
        link_or_copy(rendered / camera_job.MAIN_FILE, folder / f"main/{job.camera_id}.mp4")
        link_or_copy(rendered / camera_job.THUMBS_FILE, folder / f"thumbs/{job.camera_id}.webp")


def encode_walls(folder: Path, jobs: Sequence[CameraJob], reporter: Reporter) -> tuple[Wall, ...]:
    tiles: Mapping[str, Path] = {job.camera_id: job.folder / job.camera_id / TILES_FILE for job in jobs}
    total, fps, encoding = jobs[0].frame_count, jobs[0].fps, jobs[0].encoding
    walls = []
    for number, layout in enumerate(choose_layouts([job.camera_id for job in jobs])):
        start = reporter.clock()

        def on_frame(frame: int, start: float = start) -> None:
            if (frame + 1) % 100 == 0 or frame + 1 == total:
                left_s = (reporter.clock() - start) * (total - frame - 1) / (frame + 1)
                reporter.on_progress(Progress(part="wall", done=frame + 1, total=total, left_s=left_s))

        name = f"wall/wall-{number}.mp4"
        encode_wall(
            folder / name,
            layout=layout,
            tile_files=[tiles[camera_id] for camera_id in layout.cameras],
            frame_count=total,
            fps=fps,
            crf=encoding.wall_crf,
            preset=encoding.preset,
            on_frame=on_frame,
        )
        walls.append(Wall(file=name, columns=layout.columns, rows=layout.rows, tile_wh=TILE_WH, cameras=layout.cameras))
    return tuple(walls)


def read_sightings(jobs: Sequence[CameraJob]) -> Mapping[str, pd.DataFrame]:
    """Return what was seen on each camera, columns `sim.footage.build.camera_job.SIGHTING_COLUMNS`."""
    return {
        job.camera_id: read_table(
            job.folder / job.camera_id / camera_job.SIGHTINGS_PART, columns=camera_job.SIGHTING_COLUMNS
        )
        for job in jobs
    }


def write_silhouettes_of(path: Path, jobs: Sequence[CameraJob], truth: TruthTable, *, truth_sha256: str) -> None:
    """Write the silhouettes of a truth whose rows are exactly the sightings of the cameras."""
    seen = read_sightings(jobs)
    keys = pd.concat([rows.assign(camera_id=camera_id) for camera_id, rows in seen.items()], ignore_index=True)
    parts = [read_cells(job.folder / job.camera_id / camera_job.CELLS_PART) for job in jobs]
    runs, shared = [r for part in parts for r in part.runs], [s for part in parts for s in part.shared]
    place = keys.assign(place=range(len(keys)))[["camera_id", "person_id", "frame", "place"]]
    joined = truth.rows[["camera_id", "person_id", "frame"]].merge(place, how="left", validate="one_to_one")
    write_silhouettes(
        path,
        Cells(runs=[runs[place] for place in joined["place"]], shared=[shared[place] for place in joined["place"]]),
        truth.rows[["x1", "y1", "x2", "y2"]].to_numpy(dtype="float64"),
        truth_sha256,
    )


def _write_tables(folder: Path, plan: BuildPlan, jobs: Sequence[CameraJob]) -> None:
    parts = read_sightings(jobs)
    truth = make_truth_table(
        compute_truth_rows(
            parts,
            plan.crowd,
            shown_frames=compute_all_shown_frames(
                plan.faults, plan.site, plan.cameras, fps=plan.crowd.fps, frame_count=plan.crowd.frame_count
            ),
        ),
        fps=plan.crowd.fps,
        duration_s=plan.crowd.frame_count / plan.crowd.fps,
        picture_wh=dict.fromkeys(plan.cameras, plan.size_wh),
    )
    write_table(folder / TRUTH_FILE, truth.rows, columns=TRUTH)
    truth_sha256 = compute_sha256(folder / TRUTH_FILE)
    write_silhouettes_of(folder / SILHOUETTES_FILE, jobs, truth, truth_sha256=truth_sha256)
    events = make_events(plan.story, truth, make_fault_rows(plan.faults, duration_s=truth.duration_s))
    write_table(folder / EVENTS_FILE, events.rows, columns=EVENTS)
    write_table(folder / PEOPLE_FILE, plan.people, columns=PEOPLE)
    write_activity(folder, jobs)


def write_activity(folder: Path, jobs: Sequence[CameraJob]) -> None:
    activity = [read_table(job.folder / job.camera_id / camera_job.ACTIVITY_PART, columns=ACTIVITY) for job in jobs]
    write_table(folder / ACTIVITY_FILE, pd.concat(activity, ignore_index=True), columns=ACTIVITY)


def list_recorded(jobs: Sequence[CameraJob], names: Mapping[str, str]) -> tuple[RecordedCamera, ...]:
    return tuple(
        RecordedCamera(
            camera_id=job.camera_id,
            name=names[job.camera_id],
            size_wh=job.size_wh,
            main=f"main/{job.camera_id}.mp4",
            thumbs=f"thumbs/{job.camera_id}.webp",
        )
        for job in jobs
    )


def write_whole_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a manifest that names every file of its folder by hash and size."""
    written = sorted(path for path in folder.rglob("*") if path.is_file())
    named = {
        "files": {path.relative_to(folder).as_posix(): compute_sha256(path) for path in written},
        "sizes": {path.relative_to(folder).as_posix(): path.stat().st_size for path in written},
    }
    replace_manifest(folder / MANIFEST_NAME, manifest.model_copy(update=named))


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where that cannot be done."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


THUMB_WH = (160, 90)
THUMB_EVERY_S = 2.0


def build_recording(
    plan: BuildPlan,
    *,
    target: Path,
    make_source: SourceFactory,
    strips: Callable[[str], Picture],
    processes: int,
    replace: bool,
    reporter: Reporter,
    scheduler: str | None = None,
) -> None:
    """Build a recording into `target`, the cameras in `processes` here or on the Dask cluster of a scheduler.

    `strips` returns a person's reference strip (front, back, left side), blue-green-red. Cameras finished by an
    earlier run of the same plan are kept. `target` appears only when everything is done.
    """
    check_target(target, replace=replace)
    check_free_space(target, estimate_needs(plan, processes=processes).work_bytes)
    with disk_errors(target):
        work = prepare_work_folder(target, fingerprint=compute_fingerprint(plan))
        thumbs = choose_layout(
            frame_count=plan.crowd.frame_count, fps=plan.crowd.fps, tile_wh=THUMB_WH, every_s=THUMB_EVERY_S
        )
        jobs = [
            CameraJob(
                camera_id=camera_id,
                size_wh=plan.size_wh,
                fps=plan.crowd.fps,
                frame_count=plan.crowd.frame_count,
                encoding=plan.encoding,
                thumbs=thumbs,
                folder=work,
            )
            for camera_id in plan.cameras
        ]
        finished = work / "recording.tmp"
        try:
            todo = [job for job in jobs if not is_finished(job)]
            if scheduler is None:
                run_camera_jobs(todo, make_source=make_source, processes=processes, reporter=reporter)
            else:
                run_cluster_jobs(todo, make_source=make_source, scheduler=scheduler, reporter=reporter)
            assemble_recording(finished, plan, jobs, strips=strips, reporter=reporter)
            check_target(target, replace=replace)
            move_into_place(finished, target)
        finally:
            remove_unfinished(work)
    remove_tree(work)
