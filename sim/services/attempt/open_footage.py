"""What the process knows of footage that is open now, so that not every request for it asks the database and the disk.

A running drill's console posts every second or four and fetches footage meanwhile, and both come to the same process:
whoever posted a moment ago has a clock that runs. Only that is remembered, for a moment: that a drill has not begun or
has ended is looked up each time. Which file stands behind an address is remembered where a proxy reads the files, which
sees for itself whether they are there.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace

from sim.drill.arrivals import LEARNS_WITHIN_S
from sim.drill.attempt import AttemptState
from sim.services.app.footage_token import Grant
from sim.services.app.wiring import App
from sim.services.attempt.footage_file import FootageFile

RUNS_FOR_S = LEARNS_WITHIN_S
"""How long a drill that ran counts as running; a console posts at least every 4 s. No longer than a pause that begins
through another process leaves footage open."""
PAUSED = "paused"
"""What is noted of a drill whose clock is stopped: from then on its footage is looked up each time."""
FILE_FOR_S = 30.0
"""How long a file that was there counts as being there."""
MOST_DRILLS = 5_000
MOST_FILES = 2_000


@dataclass(slots=True, kw_only=True)
class _Known:
    """Moments of the steady clock, seconds: when each drill was seen running; each file, and when it was looked at."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    running: OrderedDict[str, float] = field(default_factory=OrderedDict)
    files: OrderedDict[tuple[str, str], tuple[float, FootageFile]] = field(default_factory=OrderedDict)


def note_state(app: App, attempt_id: str, state: str, *, seen_s: float) -> None:
    """Note the state of a drill, or `PAUSED`, as it was read or written after a moment of the steady clock."""
    known = _get(app)
    with known.lock:
        known.running.pop(attempt_id, None)
        if state == AttemptState.RUNNING:
            known.running[attempt_id] = seen_s
            while len(known.running) > MOST_DRILLS:
                known.running.popitem(last=False)


def is_running(app: App, attempt_id: str) -> bool:
    """Return whether a drill was seen running a moment ago. False says nothing: look it up."""
    seen_s = _get(app).running.get(attempt_id)
    return seen_s is not None and 0.0 <= app.clock.read().steady_s - seen_s < RUNS_FOR_S


def note_file(app: App, recording_name: str, file_name: str, file: FootageFile) -> None:
    """Note a file that a running drill may fetch, under the names that stand for it, where a proxy reads it."""
    if app.settings.accel:
        known, now_s = _get(app), app.clock.read().steady_s
        with known.lock:
            known.files[(recording_name, file_name)] = (now_s, file)
            while len(known.files) > MOST_FILES:
                known.files.popitem(last=False)


def find_open(app: App, grant: Grant, recording_name: str, file_name: str) -> FootageFile | None:
    """Return a file that a grant opens, as far as that is known without asking; None to look it up."""
    if recording_name != grant.recording_id or file_name == grant.reference or not is_running(app, grant.attempt_id):
        return None
    looked_s, file = _get(app).files.get((recording_name, file_name), (None, None))
    if looked_s is None or file is None or not 0.0 <= app.clock.read().steady_s - looked_s < FILE_FOR_S:
        return None
    return replace(file, attempt_id=grant.attempt_id)


def _get(app: App) -> _Known:
    return app.catalog.keep("open footage", _Known)
