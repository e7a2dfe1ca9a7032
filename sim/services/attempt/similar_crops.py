"""The small pictures beside the suggestions of the appearance search: a part of one frame, made when asked for."""

from functools import partial

from sim.drill.options import DrillOption
from sim.errors import AccessError, RecordingError
from sim.footage.video.still import load_crop
from sim.services.app.footage_token import Grant
from sim.services.app.opaque_names import name_file
from sim.services.app.wiring import App
from sim.services.attempt import footage_access
from sim.services.attempt.shelf import Shelf

MOST_KEPT = 500


def find_crop(app: App, token: str, recording_name: str, *, camera_id: str, frame: str, part: str) -> bytes:
    """Return a part of a frame as JPEG. A token opens what it opens of the camera's footage, and no more.

    Args:
        app: the services.
        token: of an attempt that has the appearance search.
        recording_name: what stands for the attempt's recording.
        camera_id: whose main stream.
        frame: its number, as text.
        part: `x1-y1-x2-y2` in pixels, as text.

    Raises:
        AccessError: the token is bad, for another recording, the clock does not run yet, or the drill has no search.
        PausedError: the trainer has stopped the clock.
        AttemptError: the attempt is gone.
        RecordingError: there is no such part.
    """
    grant, recording_id = footage_access.read_grant(app, token, recording_name)
    if not _has_search(app, grant):
        raise AccessError("this drill has no appearance search", todo="search without it")
    recording = app.catalog.get_recording(recording_id)
    clip = name_file(app.access.secret, recording_id, recording.get_camera(camera_id).main)
    footage_access.find_file(app, token, recording_name, clip)
    number, sides = _read_whole(frame), tuple(_read_whole(side) for side in part.split("-"))
    if len(sides) != 4:
        raise RecordingError(f"{part[:40]!r} is no part of a picture", expected="x1-y1-x2-y2 in pixels")
    x1, y1, x2, y2 = sides
    shelf = app.catalog.keep("similar crops", partial(Shelf[bytes], most=MOST_KEPT))
    key = (recording_id, camera_id, number, sides)
    return shelf.get(key, lambda: load_crop(recording, camera_id, number, (x1, y1, x2, y2)))


def _has_search(app: App, grant: Grant) -> bool:
    with app.store.read() as work:
        return DrillOption.APPEARANCE_SEARCH in work.attempts.get(grant.attempt_id).options


def _read_whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise RecordingError(f"{text[:40]!r} is no whole number")
    return int(text)
