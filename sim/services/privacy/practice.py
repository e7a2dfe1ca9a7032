"""Practice is the trainee's own: it is deleted after some time with all its logs."""

import logging
from datetime import timedelta

from sim.db.personal import BATCH
from sim.services.app.wiring import App
from sim.services.ledger.holds import leave_held

ANONYMOUS_KEPT = timedelta(days=1)

_log = logging.getLogger("sightline.privacy")


def delete_old_practice(app: App) -> int:
    """Delete practice attempts that were over longer ago than they are kept; return how many.

    What a legal hold keeps stays. A batch is one transaction: killed in between, the next run goes on.
    """
    before = app.clock.read().wall - timedelta(days=app.settings.practice_days)
    with app.store.read() as work:
        old = work.personal.list_old_practice(before=before)
    deleted = 0
    for start in range(0, len(old), BATCH):
        with app.store.write() as work:
            free = leave_held(work, old[start : start + BATCH])
            deleted += work.personal.delete_attempts(free)
    if deleted:
        app.store.forget()
        _log.info("deleted %d practice attempts older than %d days", deleted, app.settings.practice_days)
    return deleted


def delete_old_anonymous(app: App) -> int:
    """Delete attempts without an account that were over more than a day ago, with their logs; return how many.

    They are nobody's: no result, record or comparison has them.
    """
    with app.store.read() as work:
        old = work.personal.list_old_anonymous(before=app.clock.read().wall - ANONYMOUS_KEPT)
    deleted = 0
    for start in range(0, len(old), BATCH):
        with app.store.write() as work:
            deleted += work.personal.delete_attempts(old[start : start + BATCH])
    if deleted:
        app.store.forget()
        _log.info("deleted %d attempts without an account", deleted)
    return deleted
