"""Rendering cameras: everything that is made from one's pictures in one pass, and running several in processes."""

import contextlib
import multiprocessing
import os
import queue
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.columns import ACTIVITY, Column
from sim.errors import MachineError, RecordingError
from sim.footage.build.workfolder import TILES_FILE, remove_tree
from sim.footage.compiled import compiled
from sim.footage.recording.recording import FrameSource, Sighting, SourceFactory, ThumbLayout
from sim.footage.recording.tables import Cells, write_cells, write_table
from sim.footage.video.encode import ClipWriter, compute_planes, shrink_planes
from sim.footage.video.sizes import TILE_WH
from sim.footage.video.wall import ThumbSheet, write_tile

CELL_PX = 15
CHANGE_LEVELS = 5.0
CONSTANT_SHARE = 0.95
CONSTANT_LEAST_S = 30


class ActivityMeter:
    """Compares the mean brightness of picture cells over each second.

    A cell of 15x15 pixels of the 480x270 tile has changed when its mean varied by more than 5 of 255 levels within the
    second; averaging over 225 pixels takes sensor noise out. Cells that change in nearly every second of a recording
    of half a minute or more show the burnt-in clock and do not count.
    """

    def __init__(self, *, fps: float) -> None:
        self._per_second = max(1, round(fps))
        self._last: NDArray[np.float32] | None = None
        self._low: NDArray[np.float32] | None = None
        self._high: NDArray[np.float32] | None = None
        self._count = 0
        self._changed: list[NDArray[np.bool_]] = []

    def add(self, luma: NDArray[np.uint8]) -> None:
        means = np.zeros((luma.shape[0] // CELL_PX, luma.shape[1] // CELL_PX), dtype=np.float32)
        _add_cells(luma, means)
        means /= CELL_PX * CELL_PX
        if self._low is None or self._high is None:
            start = means if self._last is None else self._last
            self._low, self._high = np.minimum(start, means), np.maximum(start, means)
        else:
            np.minimum(self._low, means, out=self._low)
            np.maximum(self._high, means, out=self._high)
        self._last = means
        self._count += 1
        if self._count == self._per_second:
            self._close_second()

    def make_rows(self, camera_id: str) -> pd.DataFrame:
        """Return one row a second, columns `sim.columns.ACTIVITY`."""
        if self._count:
            self._close_second()
        changed = np.array(self._changed)
        if len(changed) >= CONSTANT_LEAST_S:
            changed = changed[:, changed.mean(axis=0) < CONSTANT_SHARE]
        motion = changed.reshape(len(changed), -1).mean(axis=1) if changed.size else np.zeros(len(changed))
        return pd.DataFrame(
            {
                "camera_id": pd.array([camera_id] * len(changed), dtype="str"),
                "second": np.arange(len(changed), dtype=np.int32),
                "motion": motion.astype(np.float32),
            }
        )

    def _close_second(self) -> None:
        if self._low is None or self._high is None:
            raise AssertionError("a second is closed after a frame")
        self._changed.append(self._high - self._low > CHANGE_LEVELS)
        self._low = self._high = None
        self._count = 0


@compiled
def _add_cells(luma: NDArray[np.uint8], sums: NDArray[np.float32]) -> None:
    """Add the brightness of all pixels of each cell; what does not fill a cell at the edge is left out."""
    rows, columns = sums.shape
    for y in range(rows * CELL_PX):
        for column in range(columns):
            total = 0
            for x in range(column * CELL_PX, (column + 1) * CELL_PX):
                total += luma[y, x]
            sums[y // CELL_PX, column] += np.float32(total)


MAIN_FILE = "main.mp4"
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

    main_crf: float = 34.0
    wall_crf: float = 43.0
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
    return (job.folder / job.camera_id).is_dir()


def render_camera(job: CameraJob, source: FrameSource, *, on_frame: Callable[[int], None]) -> None:
    """Paint, encode and measure every frame of a camera; nothing is left behind when it fails."""
    work = job.folder / f"{job.camera_id}.{os.getpid()}.tmp"
    try:
        work.mkdir()
        _render_into(work, job, source, on_frame)
        work.rename(job.folder / job.camera_id)
    except BaseException:
        remove_tree(work)
        raise


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
            write_tile(tiles, tile)
            meter.add(tile[: TILE_WH[1]])
            sheet.add(frame, bgr)
            on_frame(frame)
    sheet.save(work / THUMBS_FILE, quality=encoding.thumb_quality)
    write_table(work / ACTIVITY_PART, meter.make_rows(job.camera_id), columns=ACTIVITY)
    _write_sightings(work, seen)


def _write_sightings(work: Path, seen: list[tuple[int, Sighting]]) -> None:
    rows = [(frame, s.person_id, *s.box_xyxy, s.visible) for frame, s in seen]
    table = pd.DataFrame(rows, columns=[c.name for c in SIGHTING_COLUMNS])
    table = table.astype({c.name: c.dtype for c in SIGHTING_COLUMNS})
    write_table(work / SIGHTINGS_PART, table, columns=SIGHTING_COLUMNS)
    sightings = [sighting for _, sighting in seen]
    cells = Cells(runs=[s.runs for s in sightings], shared=[s.shared for s in sightings])
    write_cells(work / CELLS_PART, cells)


REPORT_FRAMES = 10
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
"""Each process has a core of its own: threads of matrix products would wait for each other there, computing."""
_WAIT_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a part of the build is: a camera's id or "wall", frames done, frames in all, and seconds to go."""

    part: str
    done: int
    total: int
    left_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Where progress goes, and the clock (seconds, rising) that the time left is told by."""

    on_progress: Callable[[Progress], None]
    clock: Callable[[], float]


class _Inbox(Protocol):
    def put(self, item: tuple[str, int, BaseException | None]) -> None: ...


def run_camera_jobs(
    todo: Sequence[CameraJob], *, make_source: SourceFactory, processes: int, reporter: Reporter
) -> None:
    """Render every camera; with one process in this one, else in up to `processes` new ones.

    The first failure stops the others and is raised here. A worker whose parent was killed stops by itself.
    """
    meter = Meter(todo, reporter)
    if processes <= 1 or len(todo) <= 1:
        for job in todo:
            _render_here(job, make_source, meter)
        return
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    context = multiprocessing.get_context("spawn")
    inbox = context.Queue()
    waiting = list(todo)
    running: dict[str, SpawnProcess] = {}
    try:
        while waiting or running:
            while waiting and len(running) < processes:
                job = waiting.pop(0)
                worker = context.Process(target=_work, args=(job, make_source, inbox), daemon=True)
                worker.start()
                running[job.camera_id] = worker
            _collect(inbox, running, meter)
    finally:
        for worker in running.values():
            worker.terminate()
        for worker in running.values():
            worker.join()


def _render_here(job: CameraJob, make_source: SourceFactory, meter: "Meter") -> None:
    def on_frame(frame: int) -> None:
        if (frame + 1) % REPORT_FRAMES == 0 or frame + 1 == job.frame_count:
            meter.report(job.camera_id, frame + 1)

    render_camera(job, make_source(job.camera_id), on_frame=on_frame)


def _collect(
    inbox: "multiprocessing.Queue[tuple[str, int, BaseException | None]]",
    running: dict[str, SpawnProcess],
    meter: "Meter",
) -> None:
    with contextlib.suppress(queue.Empty):
        camera_id, done, failure = inbox.get(timeout=_WAIT_S)
        if failure is not None:
            raise failure
        meter.report(camera_id, done)
        return
    for camera_id, worker in list(running.items()):
        if worker.exitcode is None:
            continue
        if worker.exitcode != 0:
            raise MachineError(
                f"the process rendering {camera_id} ended with code {worker.exitcode}",
                expected="it to finish the camera",
                todo="run the command again, it goes on where it was; with less memory use --jobs 1",
            )
        del running[camera_id]


def _work(job: CameraJob, make_source: SourceFactory, inbox: _Inbox) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def on_frame(frame: int) -> None:
        if (frame + 1) % REPORT_FRAMES == 0 or frame + 1 == job.frame_count:
            if parent is not None and not parent.is_alive():
                raise _OrphanedError
            inbox.put((job.camera_id, frame + 1, None))

    try:
        render_camera(job, make_source(job.camera_id), on_frame=on_frame)
    except _OrphanedError:
        return
    except Exception as error:
        inbox.put((job.camera_id, 0, error))


class _OrphanedError(Exception):
    """The process that asked for the camera is gone."""


class Meter:
    def __init__(self, todo: Sequence[CameraJob], reporter: Reporter) -> None:
        self._frames = {job.camera_id: job.frame_count for job in todo}
        self._done = dict.fromkeys(self._frames, 0)
        self._reporter = reporter
        self._start = reporter.clock()

    def report(self, camera_id: str, done: int) -> None:
        self._done[camera_id] = done
        finished = sum(self._done.values())
        left = sum(self._frames.values()) - finished
        elapsed = self._reporter.clock() - self._start
        self._reporter.on_progress(
            Progress(part=camera_id, done=done, total=self._frames[camera_id], left_s=elapsed * left / max(1, finished))
        )
