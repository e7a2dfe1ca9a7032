"""What somebody did for a step of a program, and whether it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sim.db.programs import GivenRow, StepRow
from sim.db.store import Transaction
from sim.drill.attempt import ENDED, AttemptState, Mode
from sim.drill.guide_steps import StepsDone
from sim.drill.steps import StepKind
from sim.services.attempt.familiar import load_steps_done
from sim.services.team.counting import list_not_counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What counts of what was done."""

    # why a drill that has ended does not count, by attempt; none whose step is done all the same
    uncounted: Mapping[str, str]
    # the same of those whose step is done all the same, as far as everybody may read it
    uncounted_done: Mapping[str, str]
    steps_done: Mapping[str, StepsDone]  # of the familiarization drills handed in, by attempt


def load_judged(work: Transaction, given: Sequence[GivenRow], *, team_id: str | None) -> Judged:
    """Return what counts of one team, or of all that are no demo."""
    ended = list_not_counted(work, team_id=team_id)
    handed_in = {row.attempt_id: row.profile for row in given if _is_handed_in(row)}
    return Judged(
        uncounted={key: out.words for key, out in ended.items() if out.reason.stays_due},
        uncounted_done={
            key: out.words for key, out in ended.items() if not (out.reason.stays_due or out.reason.is_private)
        },
        steps_done=load_steps_done(work, handed_in),
    )


def has_ended(row: GivenRow, *, now: datetime) -> bool:
    """Return whether a drill has ended, one too whose time is over and whose page nobody has opened since."""
    return row.state in ENDED or _is_over(row, now=now)


def _is_over(row: GivenRow, *, now: datetime) -> bool:
    end = _find_limit(row)
    return row.state is AttemptState.RUNNING and end is not None and now > end


def _find_limit(row: GivenRow) -> datetime | None:
    """Return when the time of a drill is over; None before its clock runs, and while that is stopped."""
    if row.released_at is None or row.paused_s is None:
        return None
    return row.released_at + timedelta(seconds=row.limit_s + row.paused_s)


def find_done(step: StepRow, drills: Sequence[GivenRow], judged: Judged, *, now: datetime) -> datetime | None:
    """Return when a person did a step with what counts, or None."""
    if step.kind is StepKind.FAMILIARIZATION:
        whole = [row for row in drills if _is_handed_in(row) and judged.steps_done[row.attempt_id].is_whole]
        return whole[0].ended_at if whole else None
    for row in drills:
        if row.step_id != step.step_id or row.attempt_id in judged.uncounted:
            continue
        if row.state in ENDED and row.used_s:
            return row.ended_at or now
        if _is_over(row, now=now):
            return _find_limit(row)
    return None


def say_not_counted(step: StepRow, drills: Sequence[GivenRow], judged: Judged, *, is_done: bool) -> str:
    """Return why what was done for a step last does not count; "" where nothing was, or where it is done and counts."""
    if is_done:
        return _say_last(step, drills, judged.uncounted_done)
    if step.kind is StepKind.FAMILIARIZATION:
        partly = [judged.steps_done[row.attempt_id] for row in drills if _is_handed_in(row)]
        most = max(partly, key=lambda each: each.done, default=None)
        return f"partly: {most.done} of {most.of} steps" if most else ""
    return _say_last(step, drills, judged.uncounted)


def _say_last(step: StepRow, drills: Sequence[GivenRow], words: Mapping[str, str]) -> str:
    own = [words[row.attempt_id] for row in drills if row.step_id == step.step_id and row.attempt_id in words]
    return own[-1] if own else ""


def has_measured(drills: Sequence[GivenRow], *, now: datetime) -> bool:
    """Return whether somebody has done a measured drill: then getting to know the console comes too late."""
    return any(row.mode is Mode.ASSESSMENT and has_ended(row, now=now) for row in drills)


def _is_handed_in(row: GivenRow) -> bool:
    return row.mode is Mode.FAMILIARIZATION and row.state is AttemptState.SUBMITTED
