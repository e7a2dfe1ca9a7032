"""What a running drill asks for: refused where it does not run, and a try in a pause noted for its trainer."""

from dataclasses import replace

from sim.db.rows import AttemptRow
from sim.db.store import Transaction
from sim.drill.attempt import require_running, tick
from sim.drill.instant import Instant
from sim.errors import PausedError
from sim.services.app.wiring import App


def find_running(app: App, attempt_id: str, *, closed: str) -> AttemptRow:
    """Return an attempt as it is now, where it runs; `closed` says what else is not done.

    Raises:
        PausedError: its trainer has stopped its clock; that it was tried is kept with the attempt.
        AttemptError: unknown, or it does not run.
    """
    now = app.clock.read()
    try:
        with app.store.read() as work:
            return get_running(work, attempt_id, now, closed=closed)
    except PausedError:
        with app.store.write() as work:
            work.attempts.note_untimely(attempt_id)
        raise


def get_running(work: Transaction, attempt_id: str, now: Instant, *, closed: str) -> AttemptRow:
    """As `find_running`, within a transaction, and without a note of a try."""
    row = work.attempts.get(attempt_id)
    require_running(row.timing, now, closed=closed)
    return replace(row, timing=tick(row.timing, now))
