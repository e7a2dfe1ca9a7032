"""The files of a clip: who takes it in, how far it is, what it became, what is still to be covered or looked at."""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from sim.app.own_folders import WALKS
from sim.app.wiring import App
from sim.builds.kinds import Job
from sim.builds.processes import end_family, is_alive, is_elsewhere
from sim.builds.queue import count_processes
from sim.clips.model import BlurMode, Clip, ClipId, Looked, Share, Walk
from sim.clips.proposals import DoubtfulSpan
from sim.db.ledger import LedgerKind
from sim.errors import SimError, StoreError
from sim.features.own_clips.folder import (
    CLIPS,
    change_walk,
    exclusive,
    get_folder,
    read_model,
    read_walk,
    tell_full,
    write_model,
)
from sim.footage.build.workfolder import remove_tree
from sim.footage.clips.child import cover_in_child
from sim.footage.clips.retimed import Cover
from sim.footage.clips.worker import GO_FILE
from sim.footage.machine import read_answer

COVERS_FILE: Final = "covers.json"
Frame = Annotated[int, Field(ge=-1, le=1_000_000)]
FEW_HEADS = "We found almost no heads in {name}, though much moves."


class ClipState(StrEnum):
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class ClipJob(BaseModel):
    """`clips/<clip_id>.job.json`: who takes the clip in, and from where."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clip: Clip
    mode: BlurMode
    model: str
    path: str = ""
    worker: str = ""  # the process that has it, as `sim.builds.processes` names it


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
    return folder / CLIPS / f"{clip_id}.job.json"


def get_result_path(folder: Path, clip_id: str) -> Path:
    return folder / CLIPS / f"{clip_id}.json"


def read_result(folder: Path, clip_id: str) -> ClipResult:
    return read_model(ClipResult, get_result_path(folder, clip_id))


def find_state(folder: Path, clip_id: str) -> tuple[ClipState, str]:
    if get_result_path(folder, clip_id).is_file():
        return ClipState.DONE, ""
    try:
        job = read_model(ClipJob, get_job_path(folder, clip_id))
    except SimError:
        return ClipState.STOPPED, ""
    if is_alive(job.worker) or is_elsewhere(job.worker):
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
    with suppress(SimError):
        end_family(read_model(ClipJob, get_job_path(folder, clip_id)).worker)


def let_go(folder: Path) -> tuple[str, ...]:
    """Let as many of the clips that wait be taken in as there are processors to spare; return those under way."""
    jobs = []
    for path in sorted((folder / CLIPS).glob("*.job.json")):
        with suppress(SimError):
            jobs.append(read_model(ClipJob, path))
    under_way = [job.clip.clip_id for job in jobs if is_alive(job.worker)]
    gone = [clip_id for clip_id in under_way if (get_part(folder, clip_id) / GO_FILE).exists()]
    for clip_id in [each for each in under_way if each not in gone][: max(0, count_processes() - len(gone))]:
        (get_part(folder, clip_id) / GO_FILE).touch()
    return tuple(under_way)


def build(job: Job) -> dict[str, Any]:
    folder = job.data / WALKS / job.owner
    while under_way := let_go(folder):
        job.say(sum(read_share(folder, each)[0] for each in under_way) / len(under_way), "Importing clips")
        time.sleep(0.5)
    return {}


def clean(job: Job) -> None:
    """What is half taken in belongs to its clip, and goes with it."""


def remove_files(folder: Path, clip_id: str) -> None:
    try:
        remove_tree(get_part(folder, clip_id))
        for path in (get_clip_path, get_people_path, get_result_path, get_job_path):
            path(folder, clip_id).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{error.filename} cannot be deleted: {error.strerror}", todo="try again") from error


class PendingCover(BaseModel):
    """A box in shares to pixelate in frames first to last of a clip."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clip_id: ClipId
    first: Frame
    last: Frame
    box: tuple[Share, Share, Share, Share]


class PendingCovers(BaseModel):
    """`covers.json`: what is still to be pixelated."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    covers: tuple[PendingCover, ...]


def read_covers(folder: Path) -> tuple[PendingCover, ...]:
    path = folder / COVERS_FILE
    return read_model(PendingCovers, path).covers if path.is_file() else ()


def write_covers(folder: Path, covers: Sequence[PendingCover]) -> None:
    path = folder / COVERS_FILE
    if covers:
        write_model(PendingCovers(covers=tuple(covers)), path)
    else:
        path.unlink(missing_ok=True)


def apply_covers(folder: Path, *, on_step: Callable[[str, float], None]) -> None:
    for part in (folder / CLIPS).glob("*.part.mp4"):
        part.unlink(missing_ok=True)
    pending = read_covers(folder)
    clips = [clip for clip in read_walk(folder).clips if clip.clip_id in {each.clip_id for each in pending}]
    for place, clip in enumerate(clips):
        _cover(folder, clip, pending, on_share=_scale(on_step, clip.file_name, place, len(clips)))
        pending = tuple(each for each in pending if each.clip_id != clip.clip_id)
        write_covers(folder, pending)
    write_covers(folder, ())


def _cover(folder: Path, clip: Clip, pending: Sequence[PendingCover], *, on_share: Callable[[float], None]) -> None:
    covers = [Cover(first=c.first, last=c.last, box=c.box) for c in pending if c.clip_id == clip.clip_id]
    total = max(read_result(folder, clip.clip_id).frames, 1)
    try:
        cover_in_child(
            get_clip_path(folder, clip.clip_id), covers, name=clip.file_name, on_frame=lambda n: on_share(n / total)
        )
    except OSError as error:
        raise tell_full(error) from error


def _scale(on_step: Callable[[str, float], None], name: str, place: int, count: int) -> Callable[[float], None]:
    return lambda share: on_step(name, min((place + share) / count, 1.0))


def refuse_while_covering(folder: Path, camera_id: str) -> None:
    """Raise StoreError where a camera is still to be covered: nobody can have looked through it."""
    waiting = {each.clip_id for each in read_covers(folder)}
    if any(clip.camera_id == camera_id and clip.clip_id in waiting for clip in read_walk(folder).clips):
        raise StoreError("this camera is still being blurred", todo="wait until that is done, then look through it")


def list_unlooked(walk: Walk) -> tuple[Clip, ...]:
    return tuple(clip for clip in walk.clips if clip.must_be_looked_at)


def accept_clip(app: App, walk_id: str, clip_id: str, *, by: str) -> None:
    folder, at = get_folder(app, walk_id), app.clock.read().wall
    if store_looked(folder, clip_id, by=by, at=at):
        data = {"walk": walk_id, "clip": clip_id}
        with app.store.write() as work:
            work.ledger.note(LedgerKind.CLIP_LOOKED_AT, at=at, by=by, data=data)


def store_looked(folder: Path, clip_id: str, *, by: str, at: datetime) -> bool:
    """Write down who looked at a clip, and return whether it was to be looked at. Raises StoreError."""
    with exclusive():
        state, _ = find_state(folder, clip_id)
        clip = read_walk(folder).get_clip(clip_id)
        if clip is None:
            raise StoreError("this clip is not part of the walk any more", todo="reload the page")
        if state is not ClipState.DONE:
            raise StoreError("this clip is not imported yet", todo="wait until it is, then look at it")
        if not clip.must_be_looked_at:
            return False
        seen = clip.model_copy(update={"looked": Looked(by=by, at=at)})
        change_walk(
            folder, lambda walk: walk.model_copy(update={"clips": tuple(seen if c == clip else c for c in walk.clips)})
        )
    return True
