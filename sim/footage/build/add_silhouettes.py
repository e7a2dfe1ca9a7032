"""Silhouettes for a recording that was built before there were any: masks are painted again, and held to its truth."""

import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import RecordingError
from sim.footage.build.assemble import read_sightings, write_silhouettes_of
from sim.footage.build.camera_jobs.camera_job import CameraJob, Encoding, measure_camera
from sim.footage.build.camera_jobs.jobs import Reporter, run_camera_jobs
from sim.footage.build.camera_jobs.workfolder import disk_errors
from sim.footage.recording.open import TRUTH_FILE, Recording, compute_sha256, load_truth
from sim.footage.recording.recording import MANIFEST_NAME, replace_manifest
from sim.footage.recording.silhouettes import SILHOUETTES_FILE
from sim.footage.source import SourceFactory
from sim.truth.table import TruthTable

BOX_TOLERANCE_PX = 1.0
_BOX = ["x1", "y1", "x2", "y2"]
_KEY = ["camera_id", "person_id", "frame"]


def add_silhouettes(recording: Recording, *, make_source: SourceFactory, processes: int, reporter: Reporter) -> None:
    """Measure every camera again and add the silhouettes to the recording's folder, or replace those it has."""
    truth = load_truth(recording)
    with disk_errors(recording.folder), tempfile.TemporaryDirectory(prefix="silhouettes-") as work:
        jobs = _make_jobs(recording, Path(work))
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


def _make_jobs(recording: Recording, work: Path) -> list[CameraJob]:
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
