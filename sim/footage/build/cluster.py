"""Camera jobs on a Dask cluster: handed to the scheduler, rendered by its workers, taken back as bytes.

Workers return bytes: no folder has to be shared, and only the scheduler's port has to be reached. What came back is
in the work folder at once, so that a run that fails goes on there. Pictures are only the same when all that is
installed is, so workers with other packages are refused.
"""

import asyncio
import contextlib
import hashlib
import logging
import multiprocessing
import os
import platform
import tempfile
import threading
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.errors import MachineError, SimError
from sim.footage.build.camera_job import (
    ACTIVITY_PART,
    CELLS_PART,
    MAIN_FILE,
    REPORT_FRAMES,
    SIGHTINGS_PART,
    THUMBS_FILE,
    CameraJob,
    Meter,
    Reporter,
    render_camera,
)
from sim.footage.build.workfolder import TILES_FILE, remove_tree
from sim.footage.paint.painter import CameraSources
from sim.footage.recording.recording import SourceFactory
from sim.version import VERSION

PLATES = "plates"
BODIES = "bodies"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteJob:
    """How to make one camera's source on another machine: no folder has to be shared."""

    make_source: SourceFactory  # the factory; its folders are those of this machine
    files: Mapping[str, bytes]  # what the factory reads, by `plates/NAME` and `bodies/NAME`

    def unpack(self, folder: Path) -> SourceFactory:
        if not isinstance(self.make_source, CameraSources):
            return self.make_source
        for name in (PLATES, BODIES):
            (folder / name).mkdir(parents=True)
        for name, body in self.files.items():
            (folder / name).write_bytes(body)
        return replace(self.make_source, plates_folder=folder / PLATES, bodies_folder=folder / BODIES)


def pack(make_source: SourceFactory, camera_id: str) -> RemoteJob:
    """Return what rendering a camera elsewhere takes. Raises MachineError: a file cannot be read."""
    files: dict[str, bytes] = {}
    if isinstance(make_source, CameraSources):
        plates = [
            path
            for path in sorted(make_source.plates_folder.iterdir())
            if path.stem == camera_id or path.name.startswith(f"{camera_id}-")
        ]
        try:
            files = {f"{PLATES}/{path.name}": path.read_bytes() for path in plates}
            files |= {
                f"{BODIES}/{path.name}": path.read_bytes() for path in sorted(make_source.bodies_folder.iterdir())
            }
        except OSError as error:
            raise MachineError(
                f"{error.filename} cannot be read: {error.strerror}", expected="plates and bodies", todo="restore it"
            ) from error
    return RemoteJob(make_source=make_source, files=files)


PACKAGES = ("dask", "distributed", "numpy", "pandas", "pyarrow", "opencv-python", "av", "numba", "pillow")
CODE = "Sightline"
_CODE_FOLDERS = ("crowd", "footage", "site", "truth")


@cache
def describe_installation() -> Mapping[str, str]:
    """Return the versions that decide how pictures come out; Sightline's own is a hash of its code."""
    package, digest = Path(__file__).parents[2], hashlib.sha256()
    for part in _CODE_FOLDERS:
        for file in sorted((package / part).glob("**/*.py")):
            digest.update(file.relative_to(package).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    found = {"Python": ".".join(platform.python_version_tuple()[:2]), CODE: f"{VERSION} ({digest.hexdigest()[:8]})"}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def describe_missing(error: ImportError) -> MachineError:
    return MachineError(
        f"the Python package {error.name!r} is missing",
        expected="the packages of requirements-cluster.txt",
        todo="run `pip install -r requirements-cluster.txt`",
    )


def check_same(expected: Mapping[str, str], found: Mapping[str, str], *, where: str) -> None:
    """Raise MachineError naming everything that differs on the machine `where`."""
    wrong = [name for name in expected if expected[name] != found.get(name)]
    if wrong:
        has = ", ".join(f"{name} {found.get(name, 'none')}" for name in wrong)
        needs = ", ".join(f"{name} {expected[name]}" for name in wrong)
        raise MachineError(
            f"the worker {where} has {has}",
            expected=f"{needs}, as on this machine",
            todo="install the same Sightline and the same packages there, start the worker again, and run this again",
        )


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
    meter, topic = Meter(todo, reporter), f"sightline-{uuid.uuid4().hex}"
    with _connect(scheduler) as client:
        _check_workers(client, scheduler)
        client.subscribe_topic(topic, lambda event: meter.report(str(event[1]["camera"]), int(event[1]["done"])))
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


def render_elsewhere(job: CameraJob, packed: RemoteJob, expected: Mapping[str, str], topic: str) -> dict[str, bytes]:
    """Return the files of a rendered camera by name; frames done are told under `topic`."""
    from distributed import get_worker  # noqa: PLC0415 - an optional package, here on every worker

    worker = get_worker()
    check_same(expected, describe_installation(), where=worker.address)

    def on_frame(frame: int) -> None:
        if (frame + 1) % REPORT_FRAMES == 0 or frame + 1 == job.frame_count:
            worker.log_event(topic, {"camera": job.camera_id, "done": frame + 1})

    with tempfile.TemporaryDirectory(prefix="sightline-", dir=worker.local_directory) as name:
        folder = Path(name)
        here = replace(job, folder=folder)
        make_source = packed.unpack(folder / "inputs")
        render_camera(here, make_source(job.camera_id), on_frame=on_frame)
        return {path.name: path.read_bytes() for path in sorted((folder / job.camera_id).iterdir())}


LOOK_FOR_S = 60


def serve_worker(scheduler: str, *, processes: int) -> None:
    """Render what the scheduler hands out, in so many processes, until it goes away or Ctrl-C."""
    if processes == 1:
        _serve(scheduler)
        return
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_serve, args=(scheduler,)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    try:
        for worker in workers:
            worker.join()
    finally:
        for worker in workers:
            worker.terminate()


def _serve(scheduler: str) -> None:
    try:
        from distributed import Worker  # noqa: PLC0415
    except ImportError as error:
        raise describe_missing(error) from error

    async def serve() -> None:
        async with Worker(scheduler, nthreads=1, memory_limit=0, death_timeout=LOOK_FOR_S, dashboard=False) as worker:
            print(f"worker {worker.address} renders for {scheduler}", flush=True)
            await worker.finished()

    try:
        asyncio.run(serve())
    except (TimeoutError, OSError, ValueError) as error:
        raise MachineError(
            f"the scheduler {scheduler} cannot be reached ({type(error).__name__})",
            expected="the address of a Dask scheduler that runs, such as tcp://127.0.0.1:8786",
            todo="start it with `dask scheduler`, or correct the address",
        ) from error
