"""What a drill would else wait for, made while people still read its briefing; a server that nobody drills on has none.

Nothing waits for it: whoever asks for a thing that is still being made waits for that thing alone, and is told then
when it cannot be made.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from functools import partial

from sim.app.catalog import Cameras
from sim.app.memory import give_back_memory
from sim.app.wiring import App
from sim.console.footage_access import load_index, load_timeline
from sim.errors import SimError

Step = Callable[[], object]

_log = logging.getLogger("sightline")


def begin_reading(app: App, attempt_id: str) -> None:
    """Begin to make, in the background, what the drill of an attempt needs; once for a recording and its cameras.

    Raises:
        AttemptError: unknown attempt.
    """
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    recording_id, cameras = row.recording_id, app.catalog.get_form(row.form_id).form.cameras
    app.catalog.keep(("read ahead", recording_id, cameras), lambda: _start(app, recording_id, cameras))


def make_steps(app: App, recording_id: str, cameras: Cameras = None) -> Iterator[Step]:
    """Yield what to do, a step at a time; what is there already costs nothing. A step may raise SimError.

    What a drill has of some `cameras` alone is made for these alone.
    """
    catalog = app.catalog
    yield partial(catalog.read_truth, recording_id, cameras)
    yield partial(catalog.get_plan, recording_id, cameras)
    yield partial(catalog.get_links, recording_id, cameras)
    recording = catalog.get_recording(recording_id)
    yield partial(load_timeline, app, recording_id)
    manifest = recording.manifest
    shown = (each.main for each in manifest.cameras if cameras is None or each.camera_id in cameras)
    for clip in (*(wall.file for wall in manifest.walls), *shown):
        yield partial(load_index, app, recording_id, clip)


def _start(app: App, recording_id: str, cameras: Cameras) -> threading.Thread:
    thread = threading.Thread(target=_read, args=(app, recording_id, cameras), name="read-ahead", daemon=True)
    thread.start()
    return thread


def _read(app: App, recording_id: str, cameras: Cameras) -> None:
    try:
        for step in make_steps(app, recording_id, cameras):
            step()
    except SimError as error:
        _log.warning("the recording %s could not be read ahead: %s", recording_id, error)
    except Exception:
        _log.exception("the recording %s could not be read ahead", recording_id)
    give_back_memory()
