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
import statistics
from typing import Final

from sim.errors import SimError, SiteError
from sim.footage.video.sizes import USUAL_PEOPLE, compute_frames_s
from sim.services.app.settings import PROJECT
from sim.site.model import PLATES_FOLDER, SITE_FILE, load_site

JOB_SCHEMA = 1
ELSEWHERE_S = 1800.0
"""How long after its last word a build on another machine is taken for running."""
REPLACE_TRIES = 20
REPLACE_AGAIN_S = 0.05
FOLDER = "new-drill"
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
    """A process, by number and by when it started, since numbers are used again; servers may share a data folder."""

    pid: int
    started: float
    machine: str  # where it runs

    @property
    def is_elsewhere(self) -> bool:
        return self.machine != socket.gethostname()


class Job(_Part):
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
    return data / FOLDER / "job.yaml"


def load_job(data: Path) -> Job | None:
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
    return find_process(worker) is not None


def find_process(worker: Worker | None) -> psutil.Process | None:
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


SPEED_SCHEMA: Final = 1
KEPT: Final = 5
LEAST_FRAMES: Final = 500
"""Shorter builds are mostly beginning and end, and say little of the others."""
BUSY_SHARE: Final = 1.25
"""How much longer than its share of computing a build takes on a machine that does nothing else."""
SLOWEST, FASTEST = 0.5, 1000.0


class Speeds(BaseModel):
    """Pictures a second of one process with the usual number of people, by machine, the latest last."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int = SPEED_SCHEMA
    machines: dict[str, tuple[float, ...]]


def get_speed_path(data: Path) -> Path:
    return data / FOLDER / "speed.yaml"


def load_frames_s(data: Path, *, people: int) -> float:
    """Return the pictures a second of one process on this machine: the median of the last builds, or what is usual.

    Builds of more or fewer people than are asked for count by how much longer these usually take.

    A file that cannot be read is taken for none: it only foretells, and the next build writes it anew.
    """
    known = _load_speeds(data).machines.get(socket.gethostname(), ())
    usual = compute_frames_s(people)
    return statistics.median(known) * usual / compute_frames_s() if known else usual


def note_build(data: Path, *, frames: int, people: int, processes: int, took_s: float, computed_s: float) -> None:
    """Note what a whole build took, by its share of computing where it waited for others; few pictures are left out."""
    if frames < LEAST_FRAMES or took_s <= 0:
        return
    quiet_s = min(took_s, BUSY_SHARE * computed_s / processes) if computed_s else took_s
    share = compute_frames_s(USUAL_PEOPLE) / compute_frames_s(people)
    speed = min(max(share * frames / (quiet_s * processes), SLOWEST), FASTEST)
    machines = dict(_load_speeds(data).machines)
    name = socket.gethostname()
    machines[name] = (*machines.get(name, ()), round(speed, 2))[-KEPT:]
    path = get_speed_path(data)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(Speeds(machines=machines).model_dump_json(indent=1), encoding="utf-8")
        part.replace(path)


def _load_speeds(data: Path) -> Speeds:
    path = get_speed_path(data)
    if not path.exists():
        return Speeds(machines={})
    try:
        return check(
            Speeds,
            read_yaml(path, fault=StoreError),
            source=str(path),
            newest=SPEED_SCHEMA,
            fault=StoreError,
            todo="delete the file",
        )
    except SimError:
        return Speeds(machines={})


SITES = PROJECT / "scenarios" / "sites"


def find_site(name: str) -> Path:
    for folder in (Path(name), SITES / name):
        if (folder / SITE_FILE).is_file():
            return folder.resolve()
    raise SiteError(
        f"the site {name!r} does not exist", expected=f"a folder with site.yaml, or one of {', '.join(list_sites())}"
    )


def list_sites() -> tuple[str, ...]:
    return tuple(find_site_folders(SITES))


def find_site_folders(*folders: Path) -> dict[str, Path]:
    """Return the sites in folders of sites by name; the first of a name wins."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*/site.yaml")):
            found.setdefault(path.parent.name, path.parent.resolve())
    return found


def find_missing_plates(site_folder: Path) -> tuple[str, ...]:
    """Return the cameras of a site whose picture or depth is not there, so that nothing can be painted."""
    plates = site_folder / PLATES_FOLDER

    def is_there(camera_id: str) -> bool:
        picture = any((plates / f"{camera_id}{ending}").is_file() for ending in (".webp", ".png"))
        return picture and (plates / f"{camera_id}-depth.png").is_file()

    return tuple(c.camera_id for c in load_site(site_folder).cameras if not is_there(c.camera_id))
