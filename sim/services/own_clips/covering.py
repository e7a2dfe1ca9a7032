"""More to cover in clips, written down until it is done: a server that stops meanwhile forgets none of it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from sim.clips.model import Clip, ClipId, Share
from sim.errors import StoreError
from sim.footage.clips.child import cover_in_child
from sim.footage.clips.retimed import Cover
from sim.services.own_clips.clip_jobs import get_clip_path, read_result
from sim.services.own_clips.folder import CLIPS, read_model, read_walk, tell_full, write_model

COVERS_FILE: Final = "covers.json"

Frame = Annotated[int, Field(ge=-1, le=1_000_000)]


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
    """Return what is still to be pixelated in a walk. Raises StoreError."""
    path = folder / COVERS_FILE
    return read_model(PendingCovers, path).covers if path.is_file() else ()


def write_covers(folder: Path, covers: Sequence[PendingCover]) -> None:
    """Say what is still to be pixelated. Raises StoreError: the disk is full."""
    path = folder / COVERS_FILE
    if covers:
        write_model(PendingCovers(covers=tuple(covers)), path)
    else:
        path.unlink(missing_ok=True)


def apply_covers(folder: Path, *, on_step: Callable[[str, float], None]) -> None:
    """Pixelate what is still to be pixelated, each clip by a process that takes little of the machine.

    `on_step` hears a clip's file name and the share that is done of all.
    """
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
