"""Rendering one camera: everything that is made from its pictures, in one pass."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.columns import ACTIVITY, Column
from sim.errors import RecordingError
from sim.footage.build.camera_jobs.workfolder import remove_tree
from sim.footage.recording.recording import ThumbLayout
from sim.footage.recording.silhouettes import Cells, write_cells
from sim.footage.recording.tables import write_table
from sim.footage.source import FrameSource, Sighting
from sim.footage.video.activity import ActivityMeter
from sim.footage.video.encode import ClipWriter, compute_planes, shrink_planes
from sim.footage.video.sizes import TILE_WH
from sim.footage.video.thumbs import ThumbSheet

MAIN_FILE = "main.mp4"
TILES_FILE = "tiles.yuv"
THUMBS_FILE = "thumbs.webp"
ACTIVITY_PART = "activity.parquet"
SIGHTINGS_PART = "sightings.parquet"
CELLS_PART = "cells.parquet"

SIGHTING_COLUMNS = (
    Column(name="frame", dtype="int32", unit="", meaning="frame number"),
    Column(name="person_id", dtype="str", unit="", meaning="person seen"),
    Column(name="x1", dtype="float32", unit="px", meaning="left edge"),
    Column(name="y1", dtype="float32", unit="px", meaning="top edge"),
    Column(name="x2", dtype="float32", unit="px", meaning="right edge"),
    Column(name="y2", dtype="float32", unit="px", meaning="bottom edge"),
    Column(name="visible", dtype="float32", unit="", meaning="visible share"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How pictures are compressed: x264 constant rate factors and preset, WebP qualities 0..100."""

    main_crf: float = 39.5
    wall_crf: float = 39.0
    preset: str = "slow"
    thumb_quality: int = 45
    strip_quality: int = 82


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraJob:
    """One camera to render. The results go to the folder `folder`/`camera_id`, which appears when all are done."""

    camera_id: str
    size_wh: tuple[int, int]
    fps: float
    frame_count: int
    encoding: Encoding
    thumbs: ThumbLayout
    folder: Path


def is_finished(job: CameraJob) -> bool:
    """Tell whether the camera's results are complete."""
    return (job.folder / job.camera_id).is_dir()


def render_camera(job: CameraJob, source: FrameSource, *, on_frame: Callable[[int], None]) -> None:
    """Paint, encode and measure every frame of a camera; nothing is left behind when it fails."""
    _work_in_folder(job, lambda work: _render_into(work, job, source, on_frame))


def measure_camera(job: CameraJob, source: FrameSource, *, on_frame: Callable[[int], None]) -> None:
    """Measure the people in every frame of a camera, and nothing else; as `render_camera`."""
    _work_in_folder(job, lambda work: _measure_into(work, job, source, on_frame))


def _work_in_folder(job: CameraJob, fill: Callable[[Path], None]) -> None:
    work = job.folder / f"{job.camera_id}.{os.getpid()}.tmp"
    try:
        work.mkdir()
        fill(work)
        work.rename(job.folder / job.camera_id)
    except BaseException:
        remove_tree(work)
        raise


def _measure_into(work: Path, job: CameraJob, source: FrameSource, on_frame: Callable[[int], None]) -> None:
    seen: list[tuple[int, Sighting]] = []
    for frame in range(job.frame_count):
        seen += [(frame, sighting) for sighting in source.paint(frame)[1]]
        on_frame(frame)
    _write_sightings(work, seen)


def _render_into(work: Path, job: CameraJob, source: FrameSource, on_frame: Callable[[int], None]) -> None:
    encoding = job.encoding
    sheet = ThumbSheet(layout=job.thumbs, fps=job.fps, frame_count=job.frame_count)
    meter = ActivityMeter(fps=job.fps)
    seen: list[tuple[int, Sighting]] = []
    with ExitStack() as stack:
        clip = stack.enter_context(
            ClipWriter(
                work / MAIN_FILE, size_wh=job.size_wh, fps=job.fps, crf=encoding.main_crf, preset=encoding.preset
            )
        )
        tiles = stack.enter_context((work / TILES_FILE).open("wb"))
        for frame in range(job.frame_count):
            bgr, sightings = source.paint(frame)
            if bgr.shape != (job.size_wh[1], job.size_wh[0], 3):
                raise RecordingError(f"{job.camera_id}: painted {bgr.shape}", expected=f"{job.size_wh} pixels")
            seen += [(frame, sighting) for sighting in sightings]
            planes = compute_planes(bgr)
            clip.write_planes(planes, people=[s.box_xyxy for s in sightings])
            tile = shrink_planes(planes, job.size_wh, TILE_WH)
            tiles.write(tile.tobytes())
            meter.add(tile[: TILE_WH[1]])
            sheet.add(frame, bgr)
            on_frame(frame)
    sheet.save(work / THUMBS_FILE, quality=encoding.thumb_quality)
    write_table(work / ACTIVITY_PART, meter.make_rows(job.camera_id), columns=ACTIVITY)
    _write_sightings(work, seen)


def _write_sightings(work: Path, seen: list[tuple[int, Sighting]]) -> None:
    write_table(work / SIGHTINGS_PART, _make_sighting_rows(seen), columns=SIGHTING_COLUMNS)
    sightings = [sighting for _, sighting in seen]
    cells = Cells(runs=[s.runs for s in sightings], shared=[s.shared for s in sightings])
    write_cells(work / CELLS_PART, cells)


def _make_sighting_rows(seen: list[tuple[int, Sighting]]) -> pd.DataFrame:
    rows = [(frame, s.person_id, *s.box_xyxy, s.visible) for frame, s in seen]
    names = [c.name for c in SIGHTING_COLUMNS]
    return pd.DataFrame(rows, columns=names).astype({c.name: c.dtype for c in SIGHTING_COLUMNS})
