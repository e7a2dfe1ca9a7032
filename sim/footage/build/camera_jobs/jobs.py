"""Running camera jobs, one process a camera, with progress."""

import contextlib
import multiprocessing
import os
import queue
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from typing import Protocol

from sim.errors import MachineError
from sim.footage.build.camera_jobs.camera_job import CameraJob, render_camera
from sim.footage.source import FrameSource, SourceFactory

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


class RenderJob(Protocol):
    """Makes the results of one camera, such as `render_camera`; a function of a module, so that it can be sent."""

    def __call__(self, job: CameraJob, source: FrameSource, *, on_frame: Callable[[int], None]) -> None:
        """Work through every frame of a camera."""
        ...


class _Inbox(Protocol):
    def put(self, item: tuple[str, int, BaseException | None]) -> None: ...


def run_camera_jobs(
    todo: Sequence[CameraJob],
    *,
    make_source: SourceFactory,
    processes: int,
    reporter: Reporter,
    render: RenderJob = render_camera,
) -> None:
    """Render every camera by `render`; with one process in this one, else in up to `processes` new ones.

    The first failure stops the others and is raised here. A worker whose parent was killed stops by itself.
    """
    meter = Meter(todo, reporter)
    if processes <= 1 or len(todo) <= 1:
        for job in todo:
            _render_here(job, make_source, meter, render)
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
                worker = context.Process(target=_work, args=(job, make_source, inbox, render), daemon=True)
                worker.start()
                running[job.camera_id] = worker
            _collect(inbox, running, meter)
    finally:
        for worker in running.values():
            worker.terminate()
        for worker in running.values():
            worker.join()


def _render_here(job: CameraJob, make_source: SourceFactory, meter: "Meter", render: RenderJob) -> None:
    def on_frame(frame: int) -> None:
        if (frame + 1) % REPORT_FRAMES == 0 or frame + 1 == job.frame_count:
            meter.report(job.camera_id, frame + 1)

    render(job, make_source(job.camera_id), on_frame=on_frame)


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


def _work(job: CameraJob, make_source: SourceFactory, inbox: _Inbox, render: RenderJob) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def on_frame(frame: int) -> None:
        if (frame + 1) % REPORT_FRAMES == 0 or frame + 1 == job.frame_count:
            if parent is not None and not parent.is_alive():
                raise _OrphanedError
            inbox.put((job.camera_id, frame + 1, None))

    try:
        render(job, make_source(job.camera_id), on_frame=on_frame)
    except _OrphanedError:
        return
    except Exception as error:
        inbox.put((job.camera_id, 0, error))


class _OrphanedError(Exception):
    """The process that asked for the camera is gone."""


class Meter:
    """Adds up frames over all cameras for the time left."""

    def __init__(self, todo: Sequence[CameraJob], reporter: Reporter) -> None:
        self._frames = {job.camera_id: job.frame_count for job in todo}
        self._done = dict.fromkeys(self._frames, 0)
        self._reporter = reporter
        self._start = reporter.clock()

    def report(self, camera_id: str, done: int) -> None:
        """Tell how many frames of a camera are done."""
        self._done[camera_id] = done
        finished = sum(self._done.values())
        left = sum(self._frames.values()) - finished
        elapsed = self._reporter.clock() - self._start
        self._reporter.on_progress(
            Progress(part=camera_id, done=done, total=self._frames[camera_id], left_s=elapsed * left / max(1, finished))
        )
