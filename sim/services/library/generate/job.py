"""The one build of a new drill: its file in the data folder, who works on it, and how far it is."""

import os
import socket
import subprocess
import time
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from pydantic import BaseModel, ConfigDict, Field

from sim.checked import check, read_yaml
from sim.crowd.generator.levels import Level
from sim.db.engine import make_private
from sim.drill.reference import Reference
from sim.errors import StoreError

if TYPE_CHECKING:
    from sim.crowd.generator.draft import Wish

JOB_SCHEMA = 4
ELSEWHERE_S = 1800.0
"""How long after its last word a build on another machine is taken for running."""
REPLACE_TRIES = 20
REPLACE_AGAIN_S = 0.05
FOLDER = "new-drill"
JOB_FILE = "job.yaml"
LOG_FILE = "worker.log"
SCENARIOS = "scenarios"
"""The folder of the data folder with what was put into recordings made here."""

children: dict[int, "subprocess.Popen[bytes]"] = {}
"""Builds that this process started, by process id."""


class JobState(StrEnum):
    """Where a build is. `STOPPED` is never written: it is what a build looks like whose worker is gone."""

    PREPARING = "preparing"
    RENDERING = "rendering"
    CHOOSING = "choosing"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"
    STOPPED = "stopped"


ACTIVE = frozenset({JobState.PREPARING, JobState.RENDERING, JobState.CHOOSING})


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Request(_Part):
    """What a trainer asks for.

    `site` is the name of a site that comes with the program. `reference`: what the drills show of the student.
    `unsure`: practice is added whose student may be on no camera. `known`: the others tell where the student was last
    seen. `is_private`: it is to measure; its seed is drawn by chance and shown nowhere, and nobody practices on it.
    `is_fresh`: nobody asked for it (see `sim.services.library.fresh`); one process makes it and gives way to all else.
    """

    site: str
    story: str
    level: Level
    seed: int
    people: int
    minutes: float
    title: str = ""
    reference: Reference = Reference.THREE_PHOTOS
    unsure: bool = False
    known: bool = False
    is_private: bool = False
    is_fresh: bool = False

    @property
    def wish(self) -> "Wish":
        """The same for the generator. Raises ScenarioError when a value is out of range."""
        from sim.crowd.generator.draft import Wish  # noqa: PLC0415 - the generator is loaded when a drill is made

        return Wish(
            story=self.story,
            level=self.level,
            seed=self.seed,
            people=self.people,
            minutes=self.minutes,
            title=self.title,
        )


class Worker(_Part):
    """A process, by number and by when it started, since numbers are used again.

    `machine` is where it runs, "" in files of before there were several: servers may share a data folder.
    """

    pid: int
    started: float
    machine: str = ""

    @property
    def is_elsewhere(self) -> bool:
        """Whether it runs on another machine, where nobody here can see it."""
        return self.machine not in ("", socket.gethostname())


class Job(_Part):
    """A build as its file says it."""

    schema_version: int = JOB_SCHEMA
    request: Request
    state: JobState
    worker: Worker | None = None
    part: str = ""  # camera being rendered, or "wall"
    # frames_done, frames: over all cameras
    frames_done: int = Field(default=0, ge=0)
    frames: int = Field(default=0, ge=0)
    left_s: float | None = None  # seconds to go; None while it cannot be told
    problem: str = ""  # why it failed
    recording_id: str = ""  # of what was made
    form_ids: tuple[str, ...] = ()  # of what was made, easier ones first
    index: tuple[float, float] | None = None  # lowest and highest measured difficulty of its forms
    is_met: bool = True  # that is the difficulty that was asked for


def get_job_path(data: Path) -> Path:
    """Return the job's file in a data folder."""
    return data / FOLDER / JOB_FILE


def load_job(data: Path) -> Job | None:
    """Return the last build that was asked for, or None. A build whose worker is gone is `STOPPED`."""
    path = get_job_path(data)
    if not path.exists():
        return None
    job: Job = check(
        Job,
        read_yaml(path, fault=StoreError),
        source=str(path),
        newest=JOB_SCHEMA,
        fault=StoreError,
        todo="delete the file; drills that are finished stay",
    )
    if job.state in ACTIVE and not _goes_on(path, job.worker):
        return job.model_copy(update={"state": JobState.STOPPED})
    return job


def find_job(data: Path) -> Job | None:
    """Return the build that runs or ran last, as `load_job`, after those that this process started were looked at."""
    for child in list(children.values()):
        child.poll()
    return load_job(data)


def make_private_folder(folder: Path) -> None:
    """Make a folder for this user alone, also one that is there: what a measured drill is made of lies in it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        with suppress(OSError):
            folder.chmod(0o700)


def save_job(data: Path, job: Job) -> None:
    """Write the job's file at once, so that nobody reads half of it, for this user alone. Raises StoreError."""
    path = get_job_path(data)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        make_private_folder(path.parent)
        make_private(part)
        part.write_text(job.model_dump_json(indent=1), encoding="utf-8")
        _put_in_place(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise StoreError(f"{path} cannot be written: {error.strerror}", todo="free some space") from error


def _put_in_place(part: Path, path: Path) -> None:
    """Rename a file over one that a page may be reading just now: Windows refuses that until it is read."""
    for _ in range(REPLACE_TRIES - 1):
        with suppress(PermissionError):
            part.replace(path)
            return
        time.sleep(REPLACE_AGAIN_S)
    part.replace(path)


def _goes_on(path: Path, worker: Worker | None) -> bool:
    if worker is not None and worker.is_elsewhere:
        return time.time() - path.stat().st_mtime < ELSEWHERE_S
    return is_alive(worker)


def is_alive(worker: Worker | None) -> bool:
    """Tell whether the process still runs."""
    return find_process(worker) is not None


def find_process(worker: Worker | None) -> psutil.Process | None:
    """Return the process of a worker, or None when it has ended."""
    if worker is None or worker.is_elsewhere:
        return None
    try:
        process = psutil.Process(worker.pid)
        same = abs(process.create_time() - worker.started) < 1.0
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def name_process(pid: int) -> Worker:
    return Worker(pid=pid, started=psutil.Process(pid).create_time(), machine=socket.gethostname())


def write_left(seconds: float) -> str:
    """Return a time to wait in words: "about 12 minutes", "less than a minute"."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes >= 90:
        return f"about {seconds / 3600:.1f} hours"
    return f"about {minutes} minute" + ("" if minutes == 1 else "s")
