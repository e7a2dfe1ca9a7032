"""Whether the footage of measured drills is there: one answer for giving, sessions, their board and the briefing."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from sim.app.wiring import App
from sim.builds.kinds import MEASURED
from sim.builds.queue import Progress, list_builds, tell
from sim.console.footage_access import list_planned
from sim.db.attempts import AttemptRow
from sim.db.builds import OPEN, BuildRow, BuildState
from sim.text.times import write_time_of_day

STOPPED: Final = "The footage of this program is half made, and its making has stopped. Continue it under Team, Plan."
MISSING: Final = "The footage of this program is not on this computer. Plan a new program."
ROUND_TO: Final = timedelta(minutes=5)
ROUND_FINELY: Final = timedelta(minutes=1)


def find_making(app: App, recording_id: str = "") -> Progress | None:
    """Return how far footage to measure on is, whichever is made unless named: that under way before what failed."""
    rows = [
        row
        for row in list_builds(app, MEASURED)
        if row.state in (*OPEN, BuildState.FAILED) and row.name == (recording_id or row.name)
    ]
    row = next((row for row in reversed(rows) if row.state in OPEN), rows[0] if rows else None)
    return None if row is None else tell(app, row)


def find_ready_since(app: App, row: BuildRow) -> datetime | None:
    """Return when a recording was finished, while that is to be told: for a day, or two weeks until it is used."""
    age = timedelta() if row.ended_at is None else app.clock.read().wall - row.ended_at
    if row.state is not BuildState.DONE or age >= timedelta(days=14):
        return None
    with app.store.read() as work:
        is_used = work.count_rows(AttemptRow, AttemptRow.recording_id == row.name) > 0 or row.name in list_planned(work)
    return None if is_used and age >= timedelta(days=1) else row.ended_at


class Ready(StrEnum):
    READY = "ready"
    BEING_MADE = "being made"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    state: Ready
    asked_at: datetime  # when this was so, UTC
    until: datetime | None = None  # when it is ready, UTC, as its making goes; None while that cannot be told
    is_stopped: bool = False  # it is half made and nobody works on it

    @property
    def is_ready(self) -> bool:
        return self.state is Ready.READY

    @property
    def is_under_way(self) -> bool:
        return self.state is Ready.BEING_MADE and not self.is_stopped


def find_readiness(app: App, *recording_ids: str) -> Readiness:
    """Return whether the footage of measured drills is ready, being made (until when), or missing.

    Of several recordings all have to be ready: it is how the first of the others stands.
    """
    now = app.clock.read().wall
    measuring = {known.form.recording_id for known in app.catalog.list_forms() if known.form.use == "parallel"}
    waited = next((each for each in recording_ids if each not in measuring), None)
    if waited is None:
        return Readiness(state=Ready.READY, asked_at=now)
    making = find_making(app, waited) if waited else None
    if making is None:
        return Readiness(state=Ready.MISSING, asked_at=now)
    return Readiness(state=Ready.BEING_MADE, asked_at=now, until=making.until, is_stopped=not making.is_open)


def write_wait(readiness: Readiness, zone: tzinfo) -> str:
    """Return why no drill can be given now, and until when ("... ready about 9:40 AM."); "" where one can."""
    if readiness.is_ready:
        return ""
    if readiness.state is Ready.MISSING:
        return MISSING
    if readiness.is_stopped:
        return STOPPED
    if readiness.until is None:
        return "The footage of this program is being made. When it will be ready is not known yet."
    # rounded up, and to five minutes where it is not near
    step = ROUND_TO if readiness.until - readiness.asked_at > 2 * ROUND_TO else ROUND_FINELY
    seconds = step.total_seconds()
    moment = datetime.fromtimestamp(-(-readiness.until.timestamp() // seconds) * seconds, zone)
    time = write_time_of_day(moment)
    about = time if moment.date() == readiness.asked_at.astimezone(zone).date() else f"{moment:%b} {moment.day}, {time}"
    return f"The footage of this program is being made: ready about {about}."
