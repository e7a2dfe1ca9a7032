"""Deleting one person in one action."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from sim.app.wiring import App
from sim.db.ledger import LedgerKind, Subjects, write_moment
from sim.db.personal import BATCH, STAYS
from sim.db.store import Transaction
from sim.db.teams import PersonRow
from sim.errors import StoreError
from sim.features.accounts.manage import keep_an_admin
from sim.ledger.holds import leave_held, refuse_held
from sim.rules.viewer import Duty, Viewer, require
from sim.text.typed import fold_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    rows: dict[str, int]


def delete_person(app: App, viewer: Viewer, person_id: str, *, name: str) -> Deleted:
    """Delete a person with all that is theirs, at once or not at all; the training record stays, as evidence."""
    require(viewer, Duty.KEEP_RECORD)
    app = app.unrestricted(PersonRow, person_id)  # what is theirs at a school where they were before goes too
    with app.store.write() as work:
        person = work.people.get(person_id)
        if fold_name(name) != fold_name(person.name):
            raise StoreError(
                "the name is not theirs", expected="the name as it stands on the list", todo="type it again"
            )
        for held_id in (person_id, *_list_partners(work, person_id)):
            refuse_held(work, held_id)
        account = work.accounts.find(person_id=person_id)
        if account is not None:
            keep_an_admin(work, account, None)
        counted = work.personal.count(person_id)
        work.personal.delete_person(person_id)
        rows = {table: count for table, count in counted.items() if count and table not in STAYS}
        _empty_entries(app, work, viewer, person_id)
        work.ledger.note(
            LedgerKind.PERSON_DELETED,
            at=app.clock.read().wall,
            by=viewer.name,
            subjects=Subjects(person_id=person_id, team_id=person.team_id),
            data={"rows": dict(rows)},
        )
    app.store.forget()
    return Deleted(rows=rows)


def _list_partners(work: Transaction, person_id: str) -> list[str]:
    own = [row.timing.attempt_id for row in work.attempts.list_all(person_id=person_id)]
    return sorted({partner for _, partner in work.exercises.list_partners(own)})


def _empty_entries(app: App, work: Transaction, viewer: Viewer, person_id: str) -> None:
    now = app.clock.read().wall
    before = write_moment(now - timedelta(days=app.settings.record_days))
    entries = work.ledger.list_of(Subjects(person_id=person_id))
    told = [entry for entry in entries if entry.body is not None]
    listed = [entry.number for entry in told if entry.kind == LedgerKind.PERSON_CHANGED]
    old = [entry.number for entry in told if entry.at < before and entry.kind != LedgerKind.PERSON_CHANGED]
    for numbers, reason in ((listed, "person deleted"), (old, "person deleted, retention over")):
        if numbers:
            work.ledger.remove_content(numbers, by=viewer.name, reason=reason, at=now)


ANONYMOUS_KEPT = timedelta(days=1)

_log = logging.getLogger("sightline.privacy")


def delete_old_practice(app: App) -> int:
    """Delete practice attempts that were over longer ago than they are kept; return how many."""
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
    """Delete attempts without an account that were over more than a day ago, with their logs; return how many."""
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
