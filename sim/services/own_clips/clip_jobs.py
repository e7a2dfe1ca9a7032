"""The files of a clip that is taken in: who takes it in, how far it is, and what it became."""

import json
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

import psutil
from pydantic import BaseModel, ConfigDict

from sim.clips.model import BlurMode, Clip, Walk
from sim.clips.proposals import DoubtfulSpan
from sim.errors import SimError, StoreError
from sim.footage.build.workfolder import remove_tree
from sim.footage.limited_child import read_answer
from sim.services.library.generate.job import Worker, find_process
from sim.services.own_clips.folder import CLIPS, change_walk, exclusive, read_model, tell_full, write_model

_STOP_WITHIN_S: Final = 5.0


class ClipState(StrEnum):
    """Where the import of a clip is."""

    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class ClipJob(BaseModel):
    """`clips/<clip_id>.job.json`: who takes the clip in, and from where.

    `path` is "" for a clip that was sent; `mode` and `model` say how it is blurred.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    clip: Clip
    mode: BlurMode
    model: str
    path: str = ""
    worker: Worker | None = None


class ClipResult(BaseModel):
    """`clips/<clip_id>.json`: what a clip became."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    duration_s: float
    frames: int
    pictures_s: float
    notes: tuple[str, ...]
    looked: int
    look_at: tuple[int, ...]
    doubtful: tuple[DoubtfulSpan, ...]


def get_part(folder: Path, clip_id: str) -> Path:
    return folder / CLIPS / f"{clip_id}.part"


def get_clip_path(folder: Path, clip_id: str) -> Path:
    return folder / CLIPS / f"{clip_id}.mp4"


def get_people_path(folder: Path, clip_id: str) -> Path:
    return folder / CLIPS / f"{clip_id}.npz"


def get_job_path(folder: Path, clip_id: str) -> Path:
    """Return the file that says who takes a clip in."""
    return folder / CLIPS / f"{clip_id}.job.json"


def get_result_path(folder: Path, clip_id: str) -> Path:
    """Return the file that says what a clip became."""
    return folder / CLIPS / f"{clip_id}.json"


def read_result(folder: Path, clip_id: str) -> ClipResult:
    """Return what a clip became. Raises StoreError: it is not taken in."""
    return read_model(ClipResult, get_result_path(folder, clip_id))


def find_state(folder: Path, clip_id: str) -> tuple[ClipState, str]:
    """Return where a clip is, and why it failed."""
    if get_result_path(folder, clip_id).is_file():
        return ClipState.DONE, ""
    try:
        job = read_model(ClipJob, get_job_path(folder, clip_id))
    except SimError:
        return ClipState.STOPPED, ""
    if find_process(job.worker) is not None or (job.worker is not None and job.worker.is_elsewhere):
        return ClipState.IMPORTING, ""
    part = get_part(folder, clip_id)
    with suppress(OSError):
        said = read_answer((part / "answer.json").read_bytes())
        if "error" in said:
            return ClipState.FAILED, str(said["error"])
    if (part / "result.json").is_file():
        return _settle(folder, job)
    return ClipState.STOPPED, ""


def _settle(folder: Path, job: ClipJob) -> tuple[ClipState, str]:
    """Put a clip that was taken in whole in its place."""
    clip_id, part = job.clip.clip_id, get_part(folder, job.clip.clip_id)
    with exclusive():
        if get_result_path(folder, clip_id).is_file():
            return ClipState.DONE, ""
        result = read_model(ClipResult, part / "result.json")
        try:
            (part / "main.mp4").replace(get_clip_path(folder, clip_id))
            (part / "people.npz").replace(get_people_path(folder, clip_id))
        except OSError as error:
            raise tell_full(error) from error

        def change(walk: Walk) -> Walk:
            notes = tuple(dict.fromkeys((*job.clip.notes, *result.notes)))
            update = {"duration_s": result.duration_s, "pictures_s": result.pictures_s, "notes": notes}
            update["look_at"] = result.look_at
            clips = tuple(c.model_copy(update=update) if c.clip_id == clip_id else c for c in walk.clips)
            return walk.model_copy(update={"clips": clips})

        change_walk(folder, change)
        write_model(result, get_result_path(folder, clip_id))
        remove_tree(part)
    return ClipState.DONE, ""


def read_share(folder: Path, clip_id: str) -> tuple[float, float | None]:
    """Return the share of a clip that is taken in, and seconds to go, None where they cannot be told."""
    with suppress(OSError, ValueError, KeyError, TypeError, ZeroDivisionError):
        said = json.loads((get_part(folder, clip_id) / "progress.json").read_bytes())
        return min(said["done"] / said["total"], 1.0), float(said["left_s"])
    return 0.0, None


def has_file(folder: Path, clip_id: str) -> bool:
    with suppress(SimError):
        path = read_model(ClipJob, get_job_path(folder, clip_id)).path
        return bool(path) and Path(path).is_file()
    return False


def stop_import(folder: Path, clip_id: str) -> None:
    """End the process that takes a clip in, where it runs here."""
    with suppress(SimError):
        process = find_process(read_model(ClipJob, get_job_path(folder, clip_id)).worker)
        if process is None:
            return
        with suppress(psutil.NoSuchProcess):
            process.kill()
        psutil.wait_procs([process], timeout=_STOP_WITHIN_S)


def remove_files(folder: Path, clip_id: str) -> None:
    """Delete all that was stored of a clip. Raises StoreError."""
    try:
        remove_tree(get_part(folder, clip_id))
        for path in (get_clip_path, get_people_path, get_result_path, get_job_path):
            path(folder, clip_id).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{error.filename} cannot be deleted: {error.strerror}", todo="try again") from error
