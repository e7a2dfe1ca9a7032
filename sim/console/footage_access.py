"""Which footage a token opens, under which addresses, and which recordings are kept apart because they measure."""

import base64
import hashlib
import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from sim.app.catalog import Cameras
from sim.app.links import FRONT, PEOPLE, find_path, find_recording_id, name_file, name_recording
from sim.app.memory import give_back_memory
from sim.app.signed import Grant
from sim.app.wiring import App
from sim.attempt.arrivals import LEARNS_WITHIN_S
from sim.attempt.attempt import AttemptState, Mode, Standing, find_standing, make_paused, tick
from sim.db.attempts import IS_OPEN, AttemptRow, are_of_team
from sim.db.programs import ProgramRow
from sim.db.rows import Condition
from sim.db.store import Transaction
from sim.db.teams import Teams
from sim.errors import AccessError, RecordingError, SimError
from sim.footage.checks.timeline import EVERY_S, CameraTimeline, cut_front_photo, make_timelines
from sim.footage.recording.open import Recording, load_activity
from sim.footage.video.clip_index import make_clip_index


@dataclass(frozen=True, slots=True, kw_only=True)
class FootageFile:
    path: Path
    size: int
    sha256: str
    attempt_id: str
    name: str


PROBE_PATH = "/api/probe"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """A file that is made of others; `sha256` names exactly these bytes."""

    body: bytes
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FootageLinks:
    """The addresses of one attempt's footage; they name neither recording, camera nor person."""

    token: str  # opens them
    recording_id: str
    reference: str  # path of the picture of the person sought, "" where the task shows none
    secret: bytes = field(repr=False)  # the installation's, by which names stand for what they name

    @property
    def recording_name(self) -> str:
        return name_recording(self.secret, self.recording_id)

    @property
    def reference_url(self) -> str | None:
        """The address of the picture of the person sought, or None where the task shows none."""
        return self.link(self.reference) if self.reference else None

    def link(self, path: str) -> str:
        return f"/footage/{self.token}/{self.recording_name}/{self.name(path)}"

    def link_index(self, path: str) -> str:
        return f"/footage-index/{self.token}/{self.recording_name}/{self.name(path)}"

    def link_crops(self) -> str:
        """Return what the address of a part of a picture begins with; `/CAMERA/FRAME/x1-y1-x2-y2.jpg` follows."""
        return f"/footage-crop/{self.token}/{self.recording_name}"

    def link_timeline(self) -> str:
        return f"/footage-timeline/{self.token}/{self.recording_name}"

    def name(self, path: str) -> str:
        return name_file(self.secret, self.recording_id, path)


def make_links(app: App, row: AttemptRow, *, account_id: str | None = None) -> FootageLinks:
    """Return the links of an attempt, the same for hours; with `account_id` only that account's cookie uses them."""
    known = app.catalog.get_form(row.form_id)
    count = known.form.photo_count  # of the strip of photos one may be asked for, or all, or none
    reference = f"{PEOPLE}{FRONT if count == 1 else ''}{known.form.target}.webp" if count else ""
    secret = app.access.secret
    token = app.access.mint(
        attempt_id=row.timing.attempt_id,
        recording_id=name_recording(secret, row.recording_id),
        reference=name_file(secret, row.recording_id, reference) if reference else "",
        since=row.timing.created_at,
        now=app.clock.read().wall,
        account_id=account_id if account_id is not None and row.person_id is not None else "",
    )
    return FootageLinks(token=token, recording_id=row.recording_id, reference=reference, secret=secret)


def find_picture(app: App, token: str, recording_name: str, file_name: str) -> FootageFile | MadeFile:
    """Return what the token opens: a file, or the one photo of a strip that a drill shows. Raises as `find_file`."""
    grant, recording_id = read_grant(app, token, recording_name)
    path = find_path(app, recording_id, file_name) or ""
    if file_name != grant.reference or not path.startswith(PEOPLE + FRONT):
        return find_file(app, token, recording_name, file_name)
    _require_photo(app, grant)
    strip, _, sha256 = app.catalog.find_file(recording_id, path.replace(FRONT, "", 1))
    return app.catalog.keep(("front photo", sha256), lambda: _make_photo(strip))


def find_file(app: App, token: str, recording_name: str, file_name: str) -> FootageFile:
    """Return a file that the token opens, by the names that stand for it and for its recording.

    Before release only the reference picture of a drill that measures nothing; afterwards clips, walls and thumbnails
    too. Only files that the recording's manifest lists as such are ever looked up, so truth and the tables cannot be
    asked for.

    Raises:
        AccessError: the token is bad, for another recording, or the clock does not run yet.
        PausedError: the trainer has stopped the clock.
        AttemptError: the attempt is gone.
        RecordingError: there is no such file to be had.
    """
    grant, recording_id = read_grant(app, token, recording_name)
    path = find_path(app, recording_id, file_name)
    if path is None:
        raise RecordingError("the recording has no such picture")
    manifest = app.catalog.get_recording(recording_id).manifest
    if file_name != grant.reference:
        pictures = {camera.main for camera in manifest.cameras} | {camera.thumbs for camera in manifest.cameras}
        if path not in pictures | {wall.file for wall in manifest.walls}:
            raise RecordingError("the recording has no such picture")
        _require_release(app, grant, recording_id)
    else:
        _require_photo(app, grant)
    found, size, sha256 = app.catalog.find_file(recording_id, path)
    file = FootageFile(path=found, size=size, sha256=sha256, attempt_id=grant.attempt_id, name=path)
    if file_name != grant.reference:
        note_file(app, recording_name, file_name, file)
    return file


def find_index(app: App, token: str, recording_name: str, file_name: str) -> bytes:
    file = find_file(app, token, recording_name, file_name)
    _, recording_id = read_grant(app, token, recording_name)
    if file.path.suffix != ".mp4":
        raise RecordingError("only clips have a frame index")
    return load_index(app, recording_id, find_path(app, recording_id, file_name) or "")


def find_timeline(app: App, token: str, recording_name: str) -> MadeFile:
    grant, recording_id = read_grant(app, token, recording_name)
    _require_release(app, grant, recording_id)
    return load_timeline(app, recording_id)


def load_index(app: App, recording_id: str, path: str) -> bytes:
    found, _, sha256 = app.catalog.find_file(recording_id, path)
    return app.catalog.keep(
        ("clip index", sha256),
        lambda: json.dumps(make_clip_index(found).to_json(), allow_nan=False, separators=(",", ":")).encode(),
    )


def load_timeline(app: App, recording_id: str) -> MadeFile:
    recording = app.catalog.get_recording(recording_id)
    return app.catalog.keep(("timeline", recording_id), lambda: make_timeline_file(recording))


def _make_photo(strip: Path) -> MadeFile:
    body = cut_front_photo(strip)
    return MadeFile(body=body, sha256=hashlib.sha256(body).hexdigest())


def read_grant(app: App, token: str, recording_name: str) -> tuple[Grant, str]:
    grant = app.access.read(token, now=app.clock.read().wall)
    if recording_name != grant.recording_id:
        raise AccessError("the link is for another recording", todo="open the drill's page again")
    return grant, app.catalog.keep(
        ("recording of a name", recording_name), lambda: _find_recording(app, grant, recording_name)
    )


def _find_recording(app: App, grant: Grant, recording_name: str) -> str:
    """Return the recording of a name: one that has forms, or else the attempt's own, whose forms may be gone."""
    found = find_recording_id(app, recording_name)
    if found is None:
        with app.store.read() as work:
            found = work.attempts.get(grant.attempt_id).recording_id
    return found


def _require_release(app: App, grant: Grant, recording_id: str) -> None:
    """Refuse footage before the clock runs, in a pause, and afterwards where others are still to be measured on it."""
    if is_running(app, grant.attempt_id):
        return
    now = app.clock.read()
    with app.store.read() as work:
        timing = work.attempts.get(grant.attempt_id).timing
        standing = find_standing(timing, now)
        if standing is Standing.OVER and is_shut(app, work, recording_id):
            raise AccessError("others are still measured on this footage", todo="look at the debrief instead")
    if standing is Standing.NOT_BEGUN:
        raise AccessError("the footage opens when the drill has started", todo="read the briefing and start")
    if standing is Standing.PAUSED:
        raise make_paused("the footage is closed")
    seen = PAUSED if timing.paused_at is not None else tick(timing, now).state
    note_state(app, grant.attempt_id, seen, seen_s=now.steady_s)


def _require_photo(app: App, grant: Grant) -> None:
    """Refuse the photo of a measured drill before its clock runs, where it appears with Start; and any in a pause."""
    with app.store.read() as work:
        row = work.attempts.get(grant.attempt_id)
    standing = find_standing(row.timing, app.clock.read())
    if row.mode is Mode.ASSESSMENT and standing is Standing.NOT_BEGUN:
        raise AccessError("the photo appears when the drill has started", todo="read the briefing and start")
    if standing is Standing.PAUSED:
        raise make_paused("the photo is closed")


def make_timeline_file(recording: Recording) -> MadeFile:
    """Return motion and gaps of all cameras as JSON, one byte a camera and second in base 64.

    `{"every_s": 1.0, "cameras": {camera_id: {"motion": base 64 or null, "gaps_s": [[from, to], ...]}}}`, see
    `sim.footage.checks.timeline.CameraTimeline`: measured on the pictures, never taken from the truth.

    Raises:
        RecordingError: the table of motion or a sheet of thumbnails cannot be read.
    """
    cameras = {each.camera_id: _describe(each) for each in make_timelines(recording, load_activity(recording))}
    body = json.dumps({"every_s": EVERY_S, "cameras": cameras}, separators=(",", ":")).encode()
    return MadeFile(body=body, sha256=hashlib.sha256(body).hexdigest())


def _describe(timeline: CameraTimeline) -> dict[str, object]:
    motion = None if timeline.levels is None else base64.b64encode(timeline.levels).decode("ascii")
    return {"motion": motion, "gaps_s": [list(span) for span in timeline.gaps_s]}


# What the process knows of footage that is open now, so that not every request for it asks the database and the disk.
# A running drill's console posts every second or four and fetches footage meanwhile, and both come to the same
# process: whoever posted a moment ago has a clock that runs. Only that is remembered, for a moment: that a drill has
# not begun or has ended is looked up each time. Which file stands behind an address is remembered where a proxy reads
# the files, which sees for itself whether they are there.
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
    if app.settings.accel:
        known, now_s = _get(app), app.clock.read().steady_s
        with known.lock:
            known.files[(recording_name, file_name)] = (now_s, file)
            while len(known.files) > MOST_FILES:
                known.files.popitem(last=False)


def find_open(app: App, grant: Grant, recording_name: str, file_name: str) -> FootageFile | None:
    if recording_name != grant.recording_id or file_name == grant.reference or not is_running(app, grant.attempt_id):
        return None
    looked_s, file = _get(app).files.get((recording_name, file_name), (None, None))
    if looked_s is None or file is None or not 0.0 <= app.clock.read().steady_s - looked_s < FILE_FOR_S:
        return None
    return replace(file, attempt_id=grant.attempt_id)


def _get(app: App) -> _Known:
    return app.catalog.keep("open footage", _Known)


# Which recordings measure somebody, so that practice, and what is told after it, keep away from them.
def list_measuring(app: App, work: Transaction, *, team_id: str | None = None) -> frozenset[str]:
    """Return the recordings that measure: private ones, and those of programs and drills, of a team if named."""
    planned = list_planned(work, *(() if team_id is None else (ProgramRow.team_id == team_id,)))
    is_measured = (AttemptRow.mode == Mode.ASSESSMENT, AttemptRow.is_demo.is_(False), *are_of_team(team_id))
    return frozenset(app.catalog.list_private() | planned | work.list_distinct(AttemptRow.recording_id, *is_measured))


def list_planned(work: Transaction, *where: Condition) -> frozenset[str]:
    both = (ProgramRow.recording_id, ProgramRow.second_recording_id)
    return frozenset[str]().union(*(work.list_distinct(column, *where) for column in both)) - {""}


def list_open_measured(work: Transaction, recording_id: str, *, team_id: Teams | None = None) -> frozenset[datetime]:
    where = (AttemptRow.recording_id == recording_id, AttemptRow.mode == Mode.ASSESSMENT, IS_OPEN)
    return work.list_distinct(AttemptRow.created_at, *where, *are_of_team(team_id))


def list_kept_apart(app: App, person_id: str | None) -> frozenset[str]:
    """Return the recordings that a person's team is measured on, where practice would spoil drills; none for nobody."""
    if person_id is None:
        return frozenset()
    with app.store.read() as work:
        return list_measuring(app, work, team_id=work.people.get(person_id).team_id)


def is_shut(app: App, work: Transaction, recording_id: str) -> bool:
    """Return whether footage opens only while a clock runs: private, with a program or drills that wait."""
    if not app.catalog.is_private(recording_id):
        return False
    is_planned = recording_id in list_planned(work, ProgramRow.closed_at.is_(None))
    return is_planned or bool(list_open_measured(work, recording_id))


Step = Callable[[], object]

_log = logging.getLogger("sightline")


def begin_reading(app: App, attempt_id: str) -> None:
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    recording_id, cameras = row.recording_id, app.catalog.get_form(row.form_id).form.cameras
    app.catalog.keep(("read ahead", recording_id, cameras), lambda: _start(app, recording_id, cameras))


def make_steps(app: App, recording_id: str, cameras: Cameras = None) -> Iterator[Step]:
    """Yield what to do, a step at a time, for some `cameras` alone where given. A step may raise SimError."""
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
