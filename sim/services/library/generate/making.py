"""How far the footage is that is being made to measure on."""

from dataclasses import dataclass

from sim.services.app.wiring import App
from sim.services.library.generate.job import ACTIVE, JobState, find_job, write_left


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How far the footage is that is being made to measure on.

    Attributes:
        recording_id: of what it will be.
        share: how much of the pictures is drawn, 0..1.
        left: time to go in words, "" while it cannot be told.
        is_stopped: the work was interrupted or failed; `problem` says why where that is known.
    """

    recording_id: str
    share: float
    left: str
    is_stopped: bool
    problem: str


def find_making(app: App) -> Making | None:
    """Return how far the footage is that is being made to measure on; None when none is."""
    job = find_job(app.settings.data)
    if job is None or not job.request.is_private or job.state in (JobState.DONE, JobState.CANCELLED):
        return None
    return Making(
        recording_id=job.recording_id,
        share=min(1.0, job.frames_done / job.frames) if job.frames else 0.0,
        left="" if job.left_s is None else write_left(job.left_s),
        is_stopped=job.state not in ACTIVE,
        problem=job.problem,
    )


def is_other_being_made(app: App) -> bool:
    """Return whether a drill for practice is being made: only one recording is made at a time."""
    job = find_job(app.settings.data)
    return job is not None and job.state in ACTIVE and not job.request.is_private
