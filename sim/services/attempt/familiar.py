"""Whether somebody has got to know the console before they are measured on it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sim.db.rows import AttemptRow
from sim.db.store import Transaction
from sim.drill.attempt import AttemptState, Mode
from sim.drill.guide_steps import COUNTED_KINDS, StepsDone, count_steps
from sim.drill.profile import ProfileName
from sim.services.app.wiring import App

MOST_AT_ONCE = 500
MOST_KEPT = 20_000
_steps_done: dict[str, StepsDone] = {}
"""Of drills that were handed in, whose logs are closed: a district's are counted once a start."""


def load_steps_done(work: Transaction, handed_in: Mapping[str, ProfileName]) -> dict[str, StepsDone]:
    """Return how many steps of its guide each familiarization drill went through.

    Args:
        work: the open unit of work.
        handed_in: the console of each drill that was handed in, by attempt.
    """
    if len(_steps_done) > MOST_KEPT:
        _steps_done.clear()
    missing = [attempt_id for attempt_id in handed_in if attempt_id not in _steps_done]
    for first in range(0, len(missing), MOST_AT_ONCE):
        some = missing[first : first + MOST_AT_ONCE]
        logs = work.events.list_kinds(some, COUNTED_KINDS)
        for attempt_id in some:
            _steps_done[attempt_id] = count_steps(logs.get(attempt_id, ()), profile=handed_in[attempt_id])
    return {attempt_id: _steps_done[attempt_id] for attempt_id in handed_in}


def is_familiar(rows: Iterable[AttemptRow], *, before: datetime | None = None) -> bool:
    """Return whether a familiarization drill was gone through to its hand-in, where given `before` that moment."""
    ends = [
        row.timing.ended_at
        for row in rows
        if row.mode is Mode.FAMILIARIZATION and row.timing.state is AttemptState.SUBMITTED
    ]
    return any(end is not None and (before is None or end <= before) for end in ends)


def needs_familiarization(app: App, row: AttemptRow) -> bool:
    """Return whether an attempt is an assessment, not begun, of somebody who does not know the console yet."""
    is_open = row.timing.state in (AttemptState.ASSIGNED, AttemptState.BRIEFED)
    if row.mode is not Mode.ASSESSMENT or row.person_id is None or not is_open:
        return False
    with app.store.read() as work:
        return not is_familiar(work.attempts.list_of_person(row.person_id))
