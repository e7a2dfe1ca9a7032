"""Who saw a form, or a whole recording, outside their own measured drills: such a look spoils what comes after it."""

from sim.db.programs import LOOKED, ExposureRow
from sim.db.rows import AttemptRow
from sim.db.store import Transaction
from sim.services.accounts.viewer import Viewer
from sim.services.app.wiring import App


def note_look(app: App, viewer: Viewer, attempt_id: str) -> None:
    """Note that somebody signed in has the page of a drill open that is not their own: briefing, console or debrief.

    Their own was noted when it was given. Raises UnknownAttemptError: there is no such attempt.
    """
    if viewer.person_id is None:
        return
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
        if row.person_id == viewer.person_id or _is_noted(work, viewer.person_id, row):
            return
    with app.store.write() as work:
        work.exposures.note_look(
            ExposureRow(
                person_id=viewer.person_id,
                form_id=row.form_id,
                attempt_id=attempt_id,
                given_at=app.clock.read().wall,
                how=LOOKED,
                reason="",
            ),
            recording_id=row.recording_id,
        )


def _is_noted(work: Transaction, person_id: str, row: AttemptRow) -> bool:
    seen = row.form_id in work.exposures.list_seen(person_id)
    return seen and (person_id, row.recording_id) in work.exposures.list_looks([person_id])
