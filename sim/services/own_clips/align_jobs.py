"""The process that covers what is to be covered and puts clips on one clock: it goes on when nobody looks any more."""

import json
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import psutil
from pydantic import BaseModel, ConfigDict

from sim.errors import SimError, StoreError
from sim.services.app.wiring import PROJECT, App
from sim.services.library.generate.generate import find_sites
from sim.services.library.generate.job import ELSEWHERE_S, Worker, children, find_process, name_process
from sim.services.own_clips.aligning import check_ready
from sim.services.own_clips.folder import exclusive, get_folder, read_model, read_walk, tell_full, write_model
from sim.services.own_clips.importing import find_site

JOB_FILE: Final = "align.json"
SAID_FILE: Final = "align.said.jsonl"
LOG_FILE: Final = "align.log"
MODULE: Final = "sim.services.own_clips.align_worker"
DONE: Final = "done"
_STOP_WITHIN_S: Final = 5.0


class AlignState(StrEnum):
    """Where it is. `STOPPED`: the process is gone and said neither that it is done nor why not."""

    NONE = "none"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignProgress:
    """What is under way, the share 0..1 of it that is done, and why it failed."""

    state: AlignState
    what: str = ""
    share: float = 0.0
    problem: str = ""


class AlignJob(BaseModel):
    """`align.json`: who does it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    worker: Worker


def start_align(app: App, walk_id: str) -> None:
    """Make the working recording, or make it again after clocks or blurring changed; what is to be covered comes
    first.
    """
    folder = get_folder(app, walk_id)
    site = find_site(app, read_walk(folder))
    command = [sys.executable, "-m", MODULE, str(folder.absolute())]
    if site is not None:
        command.append(str(find_sites(app.settings.data)[site.site_id].absolute()))
    with exclusive():
        refuse_while_running(folder)
        check_ready(folder)
        try:
            (folder / JOB_FILE).unlink(missing_ok=True)
            with (folder / SAID_FILE).open("wb") as said, (folder / LOG_FILE).open("wb") as log:
                child = subprocess.Popen(
                    command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=said, stderr=log, start_new_session=True
                )
        except OSError as error:
            raise tell_full(error) from error
        children[child.pid] = child
        try:
            write_model(AlignJob(worker=name_process(child.pid)), folder / JOB_FILE)
        except StoreError:
            child.kill()
            raise


def refuse_while_running(folder: Path) -> None:
    """Raise StoreError while the clips are worked on."""
    if find_align(folder).state is AlignState.RUNNING:
        raise StoreError("the clips of this walk are being worked on", todo="wait until that is done")


def get_align(app: App, walk_id: str) -> AlignProgress:
    """Return how far it is. Raises StoreError: the walk is gone."""
    return find_align(get_folder(app, walk_id))


def find_align(folder: Path) -> AlignProgress:
    """As `get_align`."""
    for child in list(children.values()):
        child.poll()
    try:
        job = read_model(AlignJob, folder / JOB_FILE)
    except SimError:
        return AlignProgress(state=AlignState.NONE)
    is_running = _is_running(folder, job.worker)
    what, share, end = "", 0.0, ""
    with suppress(OSError):
        for line in (folder / SAID_FILE).read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError, KeyError, TypeError, AttributeError):
                said = json.loads(line)
                what, share = str(said.get("what", what)), float(said.get("share", share))
                end = str(said.get("end", end))
    if is_running:
        return AlignProgress(state=AlignState.RUNNING, what=what, share=share)
    if end == DONE:
        return AlignProgress(state=AlignState.DONE, share=1.0)
    return AlignProgress(state=AlignState.FAILED if end else AlignState.STOPPED, problem=end)


def _is_running(folder: Path, worker: Worker) -> bool:
    if not worker.is_elsewhere:
        return find_process(worker) is not None
    with suppress(OSError):
        return time.time() - (folder / SAID_FILE).stat().st_mtime < ELSEWHERE_S
    return False


def stop_align(folder: Path) -> None:
    """End the process, and those that it started, where it runs here."""
    try:
        process = find_process(read_model(AlignJob, folder / JOB_FILE).worker)
    except SimError:
        return
    if process is None:
        return
    family = [process]
    with suppress(psutil.NoSuchProcess):
        family += process.children(recursive=True)
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(family, timeout=_STOP_WITHIN_S)
