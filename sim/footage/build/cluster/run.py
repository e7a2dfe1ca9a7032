"""Handing camera jobs to a Dask scheduler and taking back what its workers made.

Workers return bytes: no folder has to be shared, and only the scheduler's port has to be reached. What came back is
in the work folder at once, so that a run that fails goes on there.
"""

import contextlib
import logging
import os
import threading
import uuid
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sim.errors import MachineError, SimError
from sim.footage.build.camera_jobs.camera_job import (
    ACTIVITY_PART,
    CELLS_PART,
    MAIN_FILE,
    SIGHTINGS_PART,
    THUMBS_FILE,
    TILES_FILE,
    CameraJob,
)
from sim.footage.build.camera_jobs.jobs import Meter, Reporter
from sim.footage.build.camera_jobs.workfolder import remove_tree
from sim.footage.build.cluster.installation import check_same, describe_installation, describe_missing
from sim.footage.build.cluster.remote_job import pack
from sim.footage.source import SourceFactory

CONNECT_S = 10.0
LOOK_S = 0.1
ALONE_S = 30.0
RESULTS = frozenset({MAIN_FILE, TILES_FILE, THUMBS_FILE, ACTIVITY_PART, CELLS_PART, SIGHTINGS_PART})
WORKER_COMMAND = "python -m sim footage worker"


def count_workers(scheduler: str) -> int:
    """Return how many cameras a cluster renders at a time. Raises MachineError: it is not there, or not the same."""
    with _connect(scheduler) as client:
        return _check_workers(client, scheduler)


def run_cluster_jobs(
    todo: Sequence[CameraJob],
    *,
    make_source: SourceFactory,
    scheduler: str,
    reporter: Reporter,
    alone_s: float = ALONE_S,
) -> None:
    """Render every camera on the cluster; each is in its folder as soon as it came back.

    A worker that dies is replaced by another one: its camera is begun again there. The first failure of a camera
    stops the others and is raised here.
    """
    if not todo:
        return
    from sim.footage.build.cluster.task import render_elsewhere  # noqa: PLC0415

    meter, topic = Meter(todo, reporter), f"sightline-{uuid.uuid4().hex}"
    with _connect(scheduler) as client:
        _check_workers(client, scheduler)
        client.subscribe_topic(topic, lambda event: _hear(event, meter))
        try:
            futures = {
                job.camera_id: client.submit(
                    render_elsewhere,
                    job,
                    pack(make_source, job.camera_id),
                    describe_installation(),
                    topic,
                    key=f"{topic}-{job.camera_id}",
                    pure=False,
                )
                for job in todo
            }
            _take_back(client, {job.camera_id: job for job in todo}, futures, scheduler=scheduler, alone_s=alone_s)
        finally:
            with contextlib.suppress(Exception):
                client.unsubscribe_topic(topic)


def _take_back(
    client: Any, jobs: dict[str, CameraJob], futures: dict[str, Any], *, scheduler: str, alone_s: float
) -> None:
    alone = 0.0
    while futures:
        done = [camera_id for camera_id, future in futures.items() if future.done()]
        for camera_id in done:
            future = futures.pop(camera_id)
            _keep(jobs[camera_id], _get_result(future, camera_id, scheduler=scheduler))
        if done:
            continue
        if client.status != "running":
            raise _tell_lost(scheduler)
        alone = 0.0 if client.scheduler_info(n_workers=-1)["workers"] else alone + LOOK_S
        if alone > alone_s:
            raise MachineError(
                f"the scheduler {scheduler} has no worker left",
                expected="at least one",
                todo=f"start one with `{WORKER_COMMAND} {scheduler}` and run this again; finished cameras are kept",
            )
        threading.Event().wait(LOOK_S)


def _get_result(future: Any, camera_id: str, *, scheduler: str) -> dict[str, bytes]:
    try:
        found = future.result(timeout=600)
    except SimError:
        raise
    except OSError as error:
        if error.errno is not None:
            raise
        raise _tell_lost(scheduler) from error
    except BaseException as error:
        kind = type(error).__name__
        if kind == "KilledWorker":
            raise MachineError(
                f"{camera_id} ended one worker after the other",
                expected="a worker that finishes it",
                todo="give the workers more memory, then run this again; finished cameras are kept",
            ) from error
        if "Cancelled" in kind or "CommClosed" in kind:
            raise _tell_lost(scheduler) from error
        raise
    if set(found) != RESULTS:
        raise MachineError(f"a worker returned {sorted(found)} for {camera_id}", expected=f"{sorted(RESULTS)}")
    return dict(found)


def _keep(job: CameraJob, files: dict[str, bytes]) -> None:
    work = job.folder / f"{job.camera_id}.{os.getpid()}.tmp"
    try:
        work.mkdir()
        for name, body in files.items():
            (work / name).write_bytes(body)
        work.rename(job.folder / job.camera_id)
    except BaseException:
        remove_tree(work)
        raise


def _hear(event: tuple[float, dict[str, Any]], meter: Meter) -> None:
    told = event[1]
    meter.report(str(told["camera"]), int(told["done"]))


def _check_workers(client: Any, scheduler: str) -> int:
    try:
        found: dict[str, Any] = client.run(describe_installation)
    except ModuleNotFoundError as error:
        raise MachineError(
            f"a worker of {scheduler} has no Python package {error.name!r}",
            expected="workers that are started in Sightline's folder",
            todo=f"start them with `{WORKER_COMMAND} {scheduler}`",
        ) from error
    except Exception as error:
        raise _tell_lost(scheduler) from error
    if not found:
        raise MachineError(
            f"the scheduler {scheduler} has no worker",
            expected="at least one",
            todo=f"start one a core with `{WORKER_COMMAND} {scheduler}`",
        )
    for address, installation in found.items():
        check_same(describe_installation(), installation, where=address)
    return sum(client.nthreads().values())


@contextlib.contextmanager
def _connect(scheduler: str) -> Iterator[Any]:
    try:
        from distributed import Client  # noqa: PLC0415
    except ImportError as error:
        raise describe_missing(error) from error
    with _quiet():
        try:
            make_client: Any = Client
            client: Any = make_client(scheduler, timeout=CONNECT_S, set_as_default=False)
        except Exception as error:
            raise MachineError(
                f"the scheduler {scheduler} cannot be reached ({type(error).__name__})",
                expected="the address of a Dask scheduler that runs, such as tcp://127.0.0.1:8786",
                todo="start it with `dask scheduler`, or correct the address",
            ) from error
        try:
            yield client
        finally:
            with contextlib.suppress(Exception):
                client.close(timeout=2)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's own log away from the terminal: what it means is said in our words."""
    loggers = [logging.getLogger(name) for name in ("distributed", "tornado")]
    levels = [logger.level for logger in loggers]
    restore: list[Callable[[], None]] = []
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(logging.CRITICAL + 1)
        restore.append(lambda logger=logger, level=level: logger.setLevel(level))  # type: ignore[misc]
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="distributed")
            warnings.filterwarnings("ignore", message="Mismatched versions")
            yield
    finally:
        for undo in restore:
            undo()


def _tell_lost(scheduler: str) -> MachineError:
    return MachineError(
        f"the scheduler {scheduler} does not answer any more",
        expected="it to stay until all cameras are back",
        todo="start it and its workers again, then run this again; it goes on after the finished cameras",
    )
