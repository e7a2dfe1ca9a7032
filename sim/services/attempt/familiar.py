"""Whether somebody has got to know the console before they are measured on it."""

from collections.abc import Iterable
from datetime import datetime

from sim.drill.attempt import AttemptState, Mode
from sim.records.rows import AttemptRow
from sim.services.app.wiring import App


def is_familiar(rows: Iterable[AttemptRow], *, before: datetime | None = None) -> bool:
    """Return whether a familiarisation drill was gone through to its hand-in, where given `before` that moment."""
    ends = [
        row.timing.ended_at
        for row in rows
        if row.mode is Mode.FAMILIARISATION and row.timing.state is AttemptState.SUBMITTED
    ]
    return any(end is not None and (before is None or end <= before) for end in ends)


def needs_familiarisation(app: App, row: AttemptRow) -> bool:
    """Return whether an attempt is an assessment, not begun, of somebody who does not know the console yet."""
    is_open = row.timing.state in (AttemptState.ASSIGNED, AttemptState.BRIEFED)
    if row.mode is not Mode.ASSESSMENT or row.person_id is None or not is_open:
        return False
    with app.store.read() as work:
        return not is_familiar(work.attempts.list_of_person(row.person_id))
