"""The process that makes a new drill: scenario, recording, forms. It keeps the job's file up to date as it goes."""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from sim.drill.forms import Origin
from sim.errors import SimError, StoreError
from sim.footage.build.camera_job import Progress
from sim.footage.build.workfolder import get_work_folder
from sim.footage.machine import require_opencv
from sim.footage.recording.open import open_recording
from sim.footage.recording.recording import FORMS, MANIFEST_NAME, RECORDINGS
from sim.services.app.forms import write_form_set
from sim.services.library.footage_build import PlannedBuild, build_scenario
from sim.services.library.forms import UNSURE, make_level_forms
from sim.services.library.generate import count_processes, find_sites
from sim.services.library.job import (
    ACTIVE,
    SCENARIOS,
    Job,
    JobState,
    load_job,
    make_private_folder,
    note_build,
    save_job,
)
from sim.services.library.scenario import write_scenario

SAVE_EVERY_S = 1.0
PRIVATE = 0o077
"""What others may not do with a new recording, which holds seed, truth and answers. A folder's own rule (a default
access list, as for nginx) goes before."""
_NICE = 10
_NICE_FRESH = 19
_UNKNOWN = "Something went wrong on our side. Nothing else is affected. Try again, or choose another seed."


def run_job(data: Path, signal: TextIO) -> int:
    """Make the drill of the data folder's job once `signal` gives a line; return the exit code."""
    if not signal.readline():
        return 1
    job = load_job(data)
    # in a virtual environment of Windows the process that was started only starts Python, as its child
    if job is None or job.worker is None or job.worker.pid not in (os.getpid(), os.getppid()):
        return 1
    if job.request.is_fresh:
        _give_way(_NICE_FRESH - _NICE)
        _stay_on_one_processor()
    note = _Note(data, job)
    try:
        _make(data, note)
    except SimError as error:
        note.save(state=JobState.FAILED, problem=error.on_screen, left_s=None)
        return 1
    except Exception:
        note.save(state=JobState.FAILED, problem=_UNKNOWN, left_s=None)
        raise
    return 0


class _Note:
    def __init__(self, data: Path, job: Job) -> None:
        self._data = data
        self.job = job

    def save(self, **changes: object) -> None:
        """Write it down. Raises StoreError: how it ended cannot be written; how far it is may go unsaid."""
        self.job = self.job.model_copy(update=changes)
        try:
            save_job(self._data, self.job)
        except StoreError:
            if self.job.state not in ACTIVE:
                raise


def _make(data: Path, note: _Note) -> None:
    request = note.job.request
    require_opencv()
    target = data / RECORDINGS / note.job.recording_id
    is_whole = not target.exists() and not get_work_folder(target).exists()
    began_s, walked_s = time.monotonic(), 0.0
    processes = 1 if request.is_fresh else count_processes()
    if not (target / MANIFEST_NAME).exists():
        make_private_folder(data / SCENARIOS)
        made = write_scenario(
            request.wish,
            site_folder=find_sites(data)[request.site],
            out=data / SCENARIOS / f"{note.job.recording_id}.yaml",
            replace=True,
        )
        began_s, walked_s = time.monotonic(), _count_computed_s()
        target.parent.mkdir(parents=True, exist_ok=True)
        note.save(state=JobState.RENDERING, frames=made.planned.plan.camera_frames)
        build_scenario(
            made.planned,
            target=target,
            processes=processes,
            replace=False,
            on_progress=_Meter(note, made.planned, target),
            clock=time.monotonic,
        )
    note.save(state=JobState.CHOOSING, part="", left_s=None)
    forms, choice = make_level_forms(
        open_recording(target),
        level=request.level,
        reference=request.reference,
        unsure=UNSURE if request.unsure else 0,
        known=request.known,
        origin=Origin.PRIVATE if request.is_private else Origin.PUBLIC,
    )
    write_form_set(forms, data / FORMS / f"{note.job.recording_id}.yaml")
    indices = [candidate.difficulty.index for candidate in choice.chosen]
    note.save(
        state=JobState.DONE,
        form_ids=tuple(form.form_id for form in forms.forms),
        index=(min(indices), max(indices)),
        is_met=choice.is_met,
        frames_done=note.job.frames,
    )
    if is_whole and not request.is_fresh:
        note_build(
            data,
            frames=note.job.frames,
            people=request.people,
            processes=processes,
            took_s=time.monotonic() - began_s,
            computed_s=_count_computed_s() - walked_s,
        )


def _count_computed_s() -> float:
    """Return the processor time of this process and of those it waited for, 0 where the system does not tell."""
    own = os.times()
    return own.user + own.system + own.children_user + own.children_system


class _Meter:
    """Adds up what the cameras report, those that an earlier run finished included."""

    def __init__(self, note: _Note, planned: PlannedBuild, target: Path) -> None:
        self._note = note
        self._planned = planned
        self._work = get_work_folder(target)
        self._done: dict[str, int] = {}
        self._saved = -1e9

    def __call__(self, progress: Progress) -> None:
        plan = self._planned.plan
        if not self._done:
            kept = [camera for camera in plan.cameras if (self._work / camera).is_dir() and camera != progress.part]
            self._done = dict.fromkeys(kept, plan.crowd.frame_count)
        if progress.part in plan.cameras:
            self._done[progress.part] = progress.done
        now = time.monotonic()
        if now - self._saved < SAVE_EVERY_S and progress.done < progress.total:
            return
        self._saved = now
        frames = sum(self._done.values())
        self._note.save(part=progress.part, frames_done=frames, left_s=round(progress.left_s, 1))


def main(data: Path) -> int:
    """Run as the process that `sim.services.library.generate` starts; what it makes is its user's alone."""
    os.umask(PRIVATE)
    _give_way(_NICE)
    return run_job(data, sys.stdin)


def _stay_on_one_processor() -> None:
    """Keep to one core where the system can be told so, also where painting and writing a clip overlap."""
    with suppress(OSError, AttributeError):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _give_way(steps: int) -> None:
    with suppress(OSError, AttributeError):
        os.nice(steps)
