"""How a recording is made, in the child of the worker: a crowd that walks, cameras that are painted, drills chosen."""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sim.app.forms import write_form_set
from sim.builds.kinds import FRESH, MEASURED, Job
from sim.builds.queue import count_processes
from sim.features.library.footage_build import PlannedBuild, build_scenario
from sim.features.library.forms import UNSURE, make_level_forms
from sim.features.library.recordings import Made, Request
from sim.features.library.scenario import write_scenario
from sim.features.library.sites import SCENARIOS, find_sites
from sim.footage.build.camera_job import Progress
from sim.footage.build.workfolder import get_work_folder
from sim.footage.machine import require_opencv
from sim.footage.recording.open import open_recording
from sim.footage.recording.recording import FORMS, MANIFEST_NAME, RECORDINGS
from sim.footage.video.sizes import USUAL_PEOPLE, compute_frames_s
from sim.forms.forms import Origin

CHOOSING_SHARE: Final = 0.01
"""The share of the work that is choosing the drills, once all pictures are there."""
LEAST_FRAMES: Final = 500
"""Shorter builds are mostly beginning and end, and say little of the others."""
BUSY_SHARE: Final = 1.25
"""How much longer than its share of computing a build takes on a machine that does nothing else."""
SLOWEST, FASTEST = 0.5, 1000.0


def build(job: Job) -> dict[str, Any]:
    request = Request.model_validate(job.asked)
    require_opencv()
    data, target = job.data, job.data / RECORDINGS / job.name
    is_whole = not target.exists() and not get_work_folder(target).exists()
    began_s, walked_s, frames = time.monotonic(), 0.0, 0
    processes = 1 if job.kind == FRESH else count_processes()
    if not (target / MANIFEST_NAME).exists():
        job.say(None, f"Letting {request.people} people walk through the building")
        # for this user alone, also one that is there: what a measured drill is made of lies in it
        folder = data / SCENARIOS
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            with suppress(OSError):
                folder.chmod(0o700)
        made = write_scenario(
            request.wish,
            site_folder=find_sites(data)[request.site],
            out=data / SCENARIOS / f"{job.name}.yaml",
            replace=True,
        )
        began_s, walked_s, frames = time.monotonic(), _count_computed_s(), made.planned.plan.camera_frames
        target.parent.mkdir(parents=True, exist_ok=True)
        build_scenario(
            made.planned,
            target=target,
            processes=processes,
            replace=False,
            on_progress=_Meter(job, made.planned, target),
            clock=time.monotonic,
        )
    job.say(1 - CHOOSING_SHARE, "Choosing who is to be found, by what the cameras really show")
    forms, choice = make_level_forms(
        open_recording(target),
        level=request.level,
        reference=request.reference,
        unsure=UNSURE if request.unsure else 0,
        known=request.known,
        origin=Origin.PRIVATE if job.kind == MEASURED else Origin.PUBLIC,
    )
    write_form_set(forms, data / FORMS / f"{job.name}.yaml")
    indices = [candidate.difficulty.index for candidate in choice.chosen]
    speed = None
    if is_whole and job.kind != FRESH and frames >= LEAST_FRAMES:
        speed = measure_frames_s(
            frames=frames,
            people=request.people,
            processes=processes,
            took_s=time.monotonic() - began_s,
            computed_s=_count_computed_s() - walked_s,
        )
    return Made(
        form_ids=tuple(form.form_id for form in forms.forms),
        index=(min(indices), max(indices)),
        is_met=choice.is_met,
        frames_s=speed,
    ).model_dump(mode="json")


def measure_frames_s(*, frames: int, people: int, processes: int, took_s: float, computed_s: float) -> float:
    """Return the pictures a second of one process with the usual number of people, on a machine that does nothing else.

    By the share of computing where the build waited for others.
    """
    quiet_s = min(took_s, BUSY_SHARE * computed_s / processes) if computed_s else took_s
    share = compute_frames_s(USUAL_PEOPLE) / compute_frames_s(people)
    return round(min(max(share * frames / (quiet_s * processes), SLOWEST), FASTEST), 2)


def _count_computed_s() -> float:
    own = os.times()
    return own.user + own.system + own.children_user + own.children_system


class _Meter:
    """Adds up what the cameras report, those that an earlier run finished included."""

    def __init__(self, job: Job, planned: PlannedBuild, target: Path) -> None:
        self._job = job
        self._planned = planned
        self._work = get_work_folder(target)
        self._done: dict[str, int] = {}

    def __call__(self, progress: Progress) -> None:
        plan = self._planned.plan
        if not self._done:
            kept = [camera for camera in plan.cameras if (self._work / camera).is_dir() and camera != progress.part]
            self._done = dict.fromkeys(kept, plan.crowd.frame_count)
        if progress.part in plan.cameras:
            self._done[progress.part] = progress.done
        frames, total = sum(self._done.values()), plan.camera_frames
        part = "The wall of all cameras" if progress.part == "wall" else progress.part
        self._job.say((1 - CHOOSING_SHARE) * frames / total, f"{part}: {frames:,} of {total:,} pictures")
