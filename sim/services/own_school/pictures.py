"""The pictures of a school of one's own: plans of its floors and the empty views of its cameras."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.errors import RecordingError, StoreError
from sim.footage.stills.person_detector import Box, paint_out, read_picture, write_picture
from sim.footage.stills.uploaded import MOST_BYTES, MOST_PLAN_BYTES, Kind, convert
from sim.services.app.wiring import App
from sim.services.own_school.editing import get_drawing
from sim.services.own_school.folder import PICTURES, get_folder
from sim.site.drawing import Drawing, DrawnCamera

__all__ = [
    "MOST_BYTES",
    "MOST_PLAN_BYTES",
    "Taken",
    "find_picture",
    "find_upload_place",
    "list_unseen",
    "paint_boxes",
    "take_picture",
]
MARK_END: Final = ".mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A picture that was taken in: what the drawing's part has to say of it, what is doubtful, and who may be in it.

    `mark` tells it from every other picture of the camera; "" for a plan.
    """

    size_wh: tuple[int, int]
    bars: tuple[float, float]
    notes: tuple[str, ...]
    people: tuple[Box, ...]
    mark: str = ""


def find_picture(app: App, school_id: str, part: str) -> Path:
    """Return the picture of a floor (`plan-1`) or a camera (`CAM-01`). Raises StoreError: there is none."""
    path = get_folder(app.settings.data, school_id) / PICTURES / f"{_check_part(app, school_id, part)}.webp"
    if not path.is_file():
        raise StoreError("there is no picture here yet", todo="add one")
    return path


def find_upload_place(app: App, school_id: str, part: str, *, mark: str) -> Path:
    """Return where a file that is sent for a floor or camera is kept until it is read. Raises StoreError."""
    return get_folder(app.settings.data, school_id) / PICTURES / f"{_check_part(app, school_id, part)}.{mark}.sent"


def take_picture(app: App, school_id: str, part: str, sent: Path, *, page: int) -> Taken:
    """Make a file that was sent into the picture of a floor or camera; the file is deleted either way."""
    name = _check_part(app, school_id, part)
    target = get_folder(app.settings.data, school_id) / PICTURES / f"{name}.webp"
    made = sent.with_suffix(".made")
    try:
        found = convert(sent, made, kind=Kind.PLAN if name.startswith("plan-") else Kind.STILL, page=page)
        mark = "" if name.startswith("plan-") else secrets.token_hex(4)
        _store(made, target, mark=mark)
    except OSError as error:
        raise RecordingError(f"the picture could not be stored: {error.strerror}", todo="free some space") from error
    finally:
        sent.unlink(missing_ok=True)
        made.unlink(missing_ok=True)
    return Taken(size_wh=found.size_wh, bars=found.bars, notes=found.notes, people=found.people, mark=mark)


def _store(made: Path, target: Path, *, mark: str) -> None:
    """Put a picture in its place with its mark: first the mark, so that it is never taken for the one before."""
    marked = target.with_suffix(MARK_END)
    before = marked.read_text(encoding="ascii") if marked.is_file() else None
    try:
        if mark:
            marked.write_text(mark, encoding="ascii")
        made.replace(target)
    except OSError:
        with suppress(OSError):
            marked.unlink(missing_ok=True)
            if before is not None:
                marked.write_text(before, encoding="ascii")
        raise


def list_unseen(folder: Path, drawing: Drawing) -> tuple[str, ...]:
    """Return the cameras whose stored picture their drawing has not heard of: nobody looked for people in it."""
    found = []
    for camera_id, drawn in drawing["cameras"].items():
        marked = folder / PICTURES / f"{camera_id}{MARK_END}"
        known = DrawnCamera.model_validate(drawn).picture_mark
        if marked.is_file() and marked.read_text(encoding="ascii") != known:
            found.append(camera_id)
    return tuple(found)


def paint_boxes(app: App, school_id: str, camera_id: str) -> int:
    """Fill the boxes that are drawn in a camera's picture from around them; return how many there were.

    What they showed is gone for good: the picture of before is not kept.
    """
    path = find_picture(app, school_id, camera_id)
    drawn = get_drawing(app, school_id)["cameras"].get(camera_id)
    if drawn is None:
        raise StoreError("this is no picture of a camera", todo="reload the page")
    boxes = DrawnCamera.model_validate(drawn).boxes
    made = path.with_suffix(".painted")
    try:
        write_picture(made, paint_out(read_picture(path), boxes))
        made.replace(path)
    except OSError as error:
        raise StoreError(f"the picture could not be stored: {error.strerror}", todo="free some space") from error
    finally:
        made.unlink(missing_ok=True)
    return len(boxes)


def _check_part(app: App, school_id: str, part: str) -> str:
    drawing = get_drawing(app, school_id)
    if part in drawing["cameras"] or (part.startswith("plan-") and part.removeprefix("plan-") in drawing["floors"]):
        return part
    raise StoreError("this camera or floor is not on the plan any more", todo="reload the page")
