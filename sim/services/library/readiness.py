"""Whether the footage of measured drills is there: one answer for giving, sessions, their board and the briefing."""

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from sim.services.app.wiring import App
from sim.services.library.job import ACTIVE, Job, JobState, find_job, get_job_path, write_left
from sim.text.times import write_time_of_day

LATE_S = 60.0
"""So long after a figure has run out without another one nobody can say how long it takes."""
LAST_STEP_S = 60.0
"""Choosing the drills, once all pictures are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How far the footage is that is being made to measure on."""

    recording_id: str  # of what it will be
    share: float  # how much of the pictures is drawn, 0..1
    left: str  # time to go in words, "" while it cannot be told
    # when it is ready, UTC, by what was made so far and how long that took; None while it cannot be told
    until: datetime | None
    is_stopped: bool  # the work was interrupted or failed; `problem` says why where that is known
    problem: str


def find_making(app: App) -> Making | None:
    job = find_job(app.settings.data)
    if job is None or not job.request.is_private or job.state in (JobState.DONE, JobState.CANCELED):
        return None
    left_s = _count_left_s(app, job) if job.state in ACTIVE else None
    return Making(
        recording_id=job.recording_id,
        share=min(1.0, job.frames_done / job.frames) if job.frames else 0.0,
        left="" if left_s is None else write_left(left_s),
        until=None if left_s is None else app.clock.read().wall + timedelta(seconds=left_s),
        is_stopped=job.state not in ACTIVE,
        problem=job.problem,
    )


def is_other_being_made(app: App) -> bool:
    """Return whether a drill for practice is being made: only one recording is made at a time."""
    job = find_job(app.settings.data)
    return job is not None and job.state in ACTIVE and not job.request.is_private


def _count_left_s(app: App, job: Job) -> float | None:
    if job.state is JobState.CHOOSING:
        return LAST_STEP_S
    if job.left_s is None:
        return None
    ago_s = 0.0
    with suppress(OSError):
        ago_s = max(0.0, time.time() - get_job_path(app.settings.data).stat().st_mtime)
    return max(0.0, job.left_s - ago_s) if ago_s <= job.left_s + LATE_S else None


NOT_KNOWN_YET: Final = "The footage of this program is being made. When it will be ready is not known yet."
STOPPED: Final = "The footage of this program is half made, and its making has stopped. Continue it under Team, Plan."
MISSING: Final = "The footage of this program is not on this computer. Plan a new program."
ROUND_TO: Final = timedelta(minutes=5)
ROUND_FINELY: Final = timedelta(minutes=1)


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


def find_readiness(app: App, recording_id: str) -> Readiness:
    """Return whether the footage of measured drills on a recording is ready, being made (until when), or missing."""
    now = app.clock.read().wall
    parallel = (known.form for known in app.catalog.list_forms() if known.form.use == "parallel")
    if any(form.recording_id == recording_id for form in parallel):
        return Readiness(state=Ready.READY, asked_at=now)
    making = find_making(app)
    if making is None or making.recording_id != recording_id:
        return Readiness(state=Ready.MISSING, asked_at=now)
    return Readiness(state=Ready.BEING_MADE, asked_at=now, until=making.until, is_stopped=making.is_stopped)


def write_wait(readiness: Readiness, zone: tzinfo) -> str:
    """Return why no drill can be given now, and until when ("... ready about 9:40 AM."); "" where one can."""
    if readiness.is_ready:
        return ""
    if readiness.state is Ready.MISSING:
        return MISSING
    if readiness.is_stopped:
        return STOPPED
    if readiness.until is None:
        return NOT_KNOWN_YET
    about = _write_about(readiness.until, readiness.asked_at, zone)
    return f"The footage of this program is being made: ready about {about}."


def _write_about(until: datetime, now: datetime, zone: tzinfo) -> str:
    """Return a time of day rounded up, to 5 minutes where it is not near, with the day where that is another."""
    step = ROUND_TO if until - now > 2 * ROUND_TO else ROUND_FINELY
    seconds = step.total_seconds()
    moment = datetime.fromtimestamp(-(-until.timestamp() // seconds) * seconds, zone)
    time = write_time_of_day(moment)
    return time if moment.date() == now.astimezone(zone).date() else f"{moment:%b} {moment.day}, {time}"
