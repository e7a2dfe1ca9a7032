"""From blurred clips on one clock to a recording that everything else takes for any other."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
from PIL import Image

from sim.clips.model import FPS, PICTURE_WH
from sim.columns import EVENTS, PEOPLE, TRUTH
from sim.errors import RecordingError
from sim.footage.build.assemble import (
    THUMB_EVERY_S,
    THUMB_WH,
    encode_walls,
    link_cameras,
    link_or_copy,
    list_recorded,
    write_activity,
    write_whole_manifest,
)
from sim.footage.build.camera_job import CameraJob, Encoding, Reporter, is_finished, run_camera_jobs
from sim.footage.build.workfolder import (
    check_free_space,
    check_target,
    disk_errors,
    move_into_place,
    prepare_work_folder,
    remove_tree,
    remove_unfinished,
)
from sim.footage.clips.retimed import RetimedCameras, Segment
from sim.footage.recording.open import EVENTS_FILE, PEOPLE_FILE, SITE_FILE, TRUTH_FILE, open_recording
from sim.footage.recording.recording import RECORDING_SCHEMA, Manifest, Staged
from sim.footage.recording.tables import write_table
from sim.footage.video.sizes import estimate_needs_of
from sim.footage.video.wall import choose_layout
from sim.site.model import Site
from sim.truth.events import make_empty_events

ENCODING = Encoding(main_crf=27.0, wall_crf=30.0, preset="veryfast", thumb_quality=60)
GENERATOR = "staged/1"
_STRIP_WH = (240, 480)


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedPlan:
    recording_id: str
    title: str
    site: Site  # with exactly the cameras of `segments`
    segments: Mapping[str, tuple[Segment, ...]]  # the clips of each camera
    start_time: datetime  # the site's clock at frame 0
    frame_count: int
    staged: Staged


def build_working(plan: StagedPlan, *, target: Path, processes: int, reporter: Reporter) -> None:
    """Make a recording without anybody in its truth; one that is there is replaced when the new one is whole."""
    for segment in (segment for each in plan.segments.values() for segment in each):
        if not segment.path.is_file():
            raise RecordingError(f"{segment.path.name} is missing", todo="import the clip again")
    needs = estimate_needs_of(frames=plan.frame_count * len(plan.segments), size_wh=PICTURE_WH, processes=processes)
    check_free_space(target, needs.work_bytes)
    with disk_errors(target):
        work = prepare_work_folder(target, fingerprint=compute_fingerprint(plan))
        jobs = [
            CameraJob(
                camera_id=camera_id,
                size_wh=PICTURE_WH,
                fps=FPS,
                frame_count=plan.frame_count,
                encoding=ENCODING,
                thumbs=choose_layout(frame_count=plan.frame_count, fps=FPS, tile_wh=THUMB_WH, every_s=THUMB_EVERY_S),
                folder=work,
            )
            for camera_id in plan.segments
        ]
        finished = work / "recording.tmp"
        try:
            run_camera_jobs(
                [job for job in jobs if not is_finished(job)],
                make_source=RetimedCameras(segments=tuple(plan.segments.items())),
                processes=processes,
                reporter=reporter,
            )
            _assemble(finished, plan, jobs, reporter)
            check_target(target, replace=True)
            move_into_place(finished, target)
        finally:
            remove_unfinished(work)
    remove_tree(work)


def compute_fingerprint(plan: StagedPlan) -> str:
    """Return what names exactly these pictures on this clock: clips by size and time of change."""
    clips = [
        (camera_id, s.path.name, s.path.stat().st_size, s.path.stat().st_mtime_ns, s.start_s, s.rate, s.frames)
        for camera_id, segments in plan.segments.items()
        for s in segments
    ]
    facts = [clips, plan.frame_count, plan.start_time.isoformat(), plan.site.model_dump(mode="json")]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _assemble(folder: Path, plan: StagedPlan, jobs: list[CameraJob], reporter: Reporter) -> None:
    for name in ("main", "wall", "thumbs", "people"):
        (folder / name).mkdir(parents=True)
    link_cameras(folder, jobs)
    walls = encode_walls(folder, jobs, reporter)
    write_table(folder / TRUTH_FILE, _make_none(TRUTH), columns=TRUTH)
    write_table(folder / EVENTS_FILE, make_empty_events(), columns=EVENTS)
    write_table(folder / PEOPLE_FILE, _make_none(PEOPLE), columns=PEOPLE)
    write_activity(folder, jobs)
    (folder / SITE_FILE).write_text(plan.site.model_dump_json(), encoding="utf-8")
    (folder / "people").rmdir()
    names = {camera.camera_id: camera.name for camera in plan.site.cameras}
    write_whole_manifest(
        folder,
        Manifest(
            schema_version=RECORDING_SCHEMA,
            recording_id=plan.recording_id,
            title=plan.title,
            notice=plan.site.notice,
            site_id=plan.site.site_id,
            scenario_id=plan.recording_id,
            seed=0,
            start_time=plan.start_time,
            fps=FPS,
            frame_count=plan.frame_count,
            generator_version=GENERATOR,
            cameras=list_recorded(jobs, names),
            walls=walls,
            thumbs=jobs[0].thumbs,
            files={},
            sizes={},
            staged=plan.staged,
        ),
    )


def _make_none(columns: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame({c.name: pd.Series(dtype=c.dtype) for c in columns})  # type: ignore[attr-defined]


def write_with_truth(
    working: Path,
    target: Path,
    *,
    recording_id: str,
    title: str,
    truth: pd.DataFrame,
    people: pd.DataFrame,
    photo: Path | None,
) -> None:
    """Make a drill's recording of a working one: its files, with who is where in them. `target` appears when whole."""
    recording = open_recording(working)
    check_target(target, replace=False)
    part = target.with_name(f".{target.name}.part")
    remove_tree(part)
    with disk_errors(target):
        try:
            for name in recording.manifest.files:
                (part / name).parent.mkdir(parents=True, exist_ok=True)
                if name not in (TRUTH_FILE, PEOPLE_FILE):
                    link_or_copy(working / name, part / name)
            write_table(part / TRUTH_FILE, truth, columns=TRUTH)
            write_table(part / PEOPLE_FILE, people, columns=PEOPLE)
            if photo is not None:
                (part / "people").mkdir()
                write_strip(photo, part / f"people/{people['person_id'].iloc[0]}.webp")
            staged = recording.manifest.staged
            if staged is None:
                raise RecordingError(f"{working} is no recording of clips", todo="import the clips again")
            changes = {
                "recording_id": recording_id,
                "scenario_id": recording_id,
                "title": title,
                "staged": staged.model_copy(update={"has_photo": photo is not None}),
            }
            write_whole_manifest(part, recording.manifest.model_copy(update=changes))
            part.rename(target)
        except BaseException:
            remove_tree(part)
            raise


def write_strip(photo: Path, target: Path) -> None:
    """Write a photo as the strip of three sides that drills show: the same one three times. Raises RecordingError."""
    width, height = _STRIP_WH
    strip = Image.new("RGB", (width * 3, height), (236, 236, 236))
    try:
        with Image.open(photo) as opened:
            small = opened.convert("RGB")
            small.thumbnail((width, height))
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise RecordingError("the photo of the walker cannot be read", todo="add it again") from error
    for side in range(3):
        strip.paste(small, (side * width + (width - small.width) // 2, (height - small.height) // 2))
    strip.save(target, "WEBP", quality=82, method=4)
