"""How far the footage is that is being made to measure on."""

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sim.services.app.wiring import App
from sim.services.library.generate.job import ACTIVE, Job, JobState, find_job, get_job_path, write_left

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
    """Return how far the footage is that is being made to measure on; None when none is."""
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
    """Return the seconds to go, as the worker foretold them last and less what has passed since."""
    if job.state is JobState.CHOOSING:
        return LAST_STEP_S
    if job.left_s is None:
        return None
    ago_s = 0.0
    with suppress(OSError):
        ago_s = max(0.0, time.time() - get_job_path(app.settings.data).stat().st_mtime)
    return max(0.0, job.left_s - ago_s) if ago_s <= job.left_s + LATE_S else None
