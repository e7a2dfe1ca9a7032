"""Building a recording: cameras, then the wall and the tables, then the manifest, then one rename."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import RecordingError
from sim.footage.build.assemble import (
    BuildPlan,
    assemble_recording,
    compute_fingerprint,
    estimate_needs,
    read_sightings,
    write_silhouettes_of,
)
from sim.footage.build.camera_job import CameraJob, Encoding, Reporter, is_finished, measure_camera, run_camera_jobs
from sim.footage.build.cluster import run_cluster_jobs
from sim.footage.build.workfolder import (
    check_free_space,
    check_target,
    disk_errors,
    move_into_place,
    prepare_work_folder,
    remove_tree,
    remove_unfinished,
)
from sim.footage.recording.open import TRUTH_FILE, Recording, compute_sha256, load_truth
from sim.footage.recording.recording import MANIFEST_NAME, replace_manifest
from sim.footage.recording.tables import SILHOUETTES_FILE
from sim.footage.source import Picture, SourceFactory
from sim.footage.video.wall import choose_layout
from sim.truth.table import TruthTable

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
        jobs = _make_jobs(plan, work)
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


def _make_jobs(plan: BuildPlan, work: Path) -> list[CameraJob]:
    thumbs = choose_layout(
        frame_count=plan.crowd.frame_count, fps=plan.crowd.fps, tile_wh=THUMB_WH, every_s=THUMB_EVERY_S
    )
    return [
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


BOX_TOLERANCE_PX = 1.0
_BOX = ["x1", "y1", "x2", "y2"]
_KEY = ["camera_id", "person_id", "frame"]


def add_silhouettes(recording: Recording, *, make_source: SourceFactory, processes: int, reporter: Reporter) -> None:
    """Measure every camera again and add the silhouettes to the recording's folder, or replace those it has."""
    truth = load_truth(recording)
    with disk_errors(recording.folder), tempfile.TemporaryDirectory(prefix="silhouettes-") as work:
        jobs = _list_jobs_to_measure(recording, Path(work))
        run_camera_jobs(jobs, make_source=make_source, processes=processes, reporter=reporter, render=measure_camera)
        check_same_people(pd.concat([r.assign(camera_id=c) for c, r in read_sightings(jobs).items()]), truth)
        made = recording.folder / f".{SILHOUETTES_FILE}.{os.getpid()}.tmp"
        try:
            write_silhouettes_of(made, jobs, truth, truth_sha256=recording.manifest.files[TRUTH_FILE])
            size, sha256 = made.stat().st_size, compute_sha256(made)
            made.replace(recording.folder / SILHOUETTES_FILE)
        finally:
            made.unlink(missing_ok=True)
    manifest = recording.manifest
    replace_manifest(
        recording.folder / MANIFEST_NAME,
        manifest.model_copy(
            update={
                "files": dict(sorted({**manifest.files, SILHOUETTES_FILE: sha256}.items())),
                "sizes": dict(sorted({**manifest.sizes, SILHOUETTES_FILE: size}.items())),
            }
        ),
    )


def check_same_people(seen: pd.DataFrame, truth: TruthTable) -> None:
    """Raise RecordingError unless the sightings are those of the truth: the same people, boxes at most 1 px apart."""
    joined = truth.rows[_KEY + _BOX].merge(
        seen[_KEY + _BOX], on=_KEY, how="outer", suffixes=("", "_now"), indicator=True
    )
    away = np.abs(joined[_BOX].to_numpy() - joined[[f"{name}_now" for name in _BOX]].to_numpy()).max(axis=1)
    differs = (joined["_merge"] != "both").to_numpy() | ~(away <= BOX_TOLERANCE_PX)
    if not differs.any():
        return
    first = joined[differs].iloc[0]
    said = {
        "left_only": "is in the truth and not in the picture painted now",
        "right_only": "is in the picture painted now and not in the truth",
        "both": f"is {away[differs][0]:g} px from the truth",
    }[str(first["_merge"])]
    raise RecordingError(
        f"{first['person_id']} on {first['camera_id']} at frame {first['frame']} {said}; "
        f"{int(differs.sum())} of {len(joined)} boxes differ",
        expected=f"every box at most {BOX_TOLERANCE_PX:g} px from the truth",
        todo="give the scenario, site and bodies that the recording was built from, or build the recording again",
    )


def _list_jobs_to_measure(recording: Recording, work: Path) -> list[CameraJob]:
    manifest = recording.manifest
    return [
        CameraJob(
            camera_id=camera.camera_id,
            size_wh=camera.size_wh,
            fps=manifest.fps,
            frame_count=manifest.frame_count,
            encoding=Encoding(),
            thumbs=manifest.thumbs,
            folder=work,
        )
        for camera in manifest.cameras
    ]
