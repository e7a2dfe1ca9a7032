"""From rendered cameras to a recording: wall, tables, strips, and the manifest that names every file."""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
from PIL import Image

from sim.columns import ACTIVITY, EVENTS, PEOPLE, TRUTH
from sim.crowd.scenario.faults import make_fault_rows
from sim.footage.build.camera_jobs import camera_job
from sim.footage.build.camera_jobs.camera_job import CameraJob
from sim.footage.build.camera_jobs.jobs import Progress, Reporter
from sim.footage.build.plan import BuildPlan
from sim.footage.paint.fault_plan import compute_all_shown_frames, find_shown_name, find_site_as_recorded
from sim.footage.recording.event_rows import make_events
from sim.footage.recording.open import ACTIVITY_FILE, EVENTS_FILE, PEOPLE_FILE, SITE_FILE, TRUTH_FILE, compute_sha256
from sim.footage.recording.recording import (
    MANIFEST_NAME,
    RECORDING_SCHEMA,
    Manifest,
    RecordedCamera,
    Wall,
    replace_manifest,
)
from sim.footage.recording.silhouettes import SILHOUETTES_FILE, Cells, read_cells, write_silhouettes
from sim.footage.recording.tables import read_table, write_table
from sim.footage.recording.truth_rows import compute_truth_rows
from sim.footage.source import Picture
from sim.footage.video.sizes import TILE_WH
from sim.footage.video.wall import choose_layouts, encode_wall
from sim.truth.table import TruthTable, make_truth_table


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
    _write_manifest(folder, plan, jobs, walls)


def link_cameras(folder: Path, jobs: Sequence[CameraJob]) -> None:
    """Put main streams and thumbnails of the rendered cameras into a recording's folder."""
    for job in jobs:
        rendered = job.folder / job.camera_id
        link_or_copy(rendered / camera_job.MAIN_FILE, folder / f"main/{job.camera_id}.mp4")
        link_or_copy(rendered / camera_job.THUMBS_FILE, folder / f"thumbs/{job.camera_id}.webp")


def encode_walls(folder: Path, jobs: Sequence[CameraJob], reporter: Reporter) -> tuple[Wall, ...]:
    """Encode the walls of a recording from the tiles of the rendered cameras."""
    tiles: Mapping[str, Path] = {job.camera_id: job.folder / job.camera_id / camera_job.TILES_FILE for job in jobs}
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
    """Return what was seen on each camera, columns `sim.footage.build.camera_jobs.camera_job.SIGHTING_COLUMNS`."""
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
    """Put what the cameras' jobs measured of motion into one table."""
    activity = [read_table(job.folder / job.camera_id / camera_job.ACTIVITY_PART, columns=ACTIVITY) for job in jobs]
    write_table(folder / ACTIVITY_FILE, pd.concat(activity, ignore_index=True), columns=ACTIVITY)


def _write_manifest(folder: Path, plan: BuildPlan, jobs: Sequence[CameraJob], walls: tuple[Wall, ...]) -> None:
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


def list_recorded(jobs: Sequence[CameraJob], names: Mapping[str, str]) -> tuple[RecordedCamera, ...]:
    """Return what a manifest says of the cameras, `names` by camera_id."""
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
