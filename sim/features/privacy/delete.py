"""Deleting one person in one action."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sim.app.wiring import App
from sim.attempt.attempt import Mode
from sim.canonical import write_moment
from sim.db.attempts import AttemptRow, LearnerRow, MemberRow
from sim.db.ledger import LedgerKind, Subjects
from sim.db.rows import Condition, in_parts
from sim.db.sessions import InvitedRow
from sim.db.store import Transaction
from sim.db.teams import PersonRow
from sim.errors import StoreError
from sim.features.accounts.manage import keep_an_admin
from sim.features.privacy.export import STAYS, collect
from sim.ledger.holds import delete_attempts, delete_exercises, list_partners, refuse_held, remove_content
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
        own = [row.timing.attempt_id for row in work.attempts.list_all(person_id=person_id)]
        for held_id in (person_id, *sorted({partner for _, partner in list_partners(work, own)})):
            refuse_held(work, held_id)
        account = work.accounts.find(person_id=person_id)
        if account is not None:
            keep_an_admin(work, account, None)
        rows = {name: len(found) for name, found in collect(work, person_id).items() if found and name not in STAYS}
        delete_exercises(work, MemberRow.person_id == person_id)
        left = {"extra_time": 1.0, "return_code": "", "joined_at": None, "seen_at": None}
        work.change(InvitedRow, InvitedRow.person_id == person_id, **left)
        work.delete(PersonRow, PersonRow.person_id == person_id)
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


def _empty_entries(app: App, work: Transaction, viewer: Viewer, person_id: str) -> None:
    now = app.clock.read().wall
    before = write_moment(now - timedelta(days=app.settings.record_days))
    entries = work.ledger.list_of(Subjects(person_id=person_id))
    told = [entry for entry in entries if entry.body is not None]
    listed = [entry.number for entry in told if entry.kind == LedgerKind.PERSON_CHANGED]
    old = [entry.number for entry in told if entry.at < before and entry.kind != LedgerKind.PERSON_CHANGED]
    for numbers, reason in ((listed, "person deleted"), (old, "person deleted, retention over")):
        if numbers:
            remove_content(work, numbers, by=viewer.name, reason=reason, at=now)


BATCH = 100
ANONYMOUS_KEPT = timedelta(days=1)

_log = logging.getLogger("sightline.privacy")


def delete_old_practice(app: App) -> int:
    """Delete practice attempts that were over longer ago than they are kept; return how many."""
    with app.store.read() as work:
        before = app.clock.read().wall - timedelta(days=app.settings.practice_days)
        old = _list_over(work, before, (Mode.PRACTICE,), AttemptRow.is_demo.is_(False))
    return _delete(app, old, f"practice attempts older than {app.settings.practice_days} days")


def delete_old_anonymous(app: App) -> int:
    """Delete attempts without an account that were over more than a day ago, with their logs; return how many.

    Practice of a known browser that was begun is not among them.
    """
    before, nobody = app.clock.read().wall - ANONYMOUS_KEPT, AttemptRow.person_id.is_(None)
    of_browser = (LearnerRow.attempt_id == AttemptRow.attempt_id, LearnerRow.browser_sha256.is_not(None))
    with app.store.read() as work:
        old = _list_over(work, before, (Mode.PRACTICE, Mode.FAMILIARIZATION), nobody)
        begun = _list_over(work, before, (Mode.PRACTICE,), nobody, *of_browser, AttemptRow.released_at.is_not(None))
    return _delete(app, sorted({*old} - {*begun}), "attempts without an account")


def _list_over(
    work: Transaction, before: datetime, modes: Sequence[Mode], *where: Condition
) -> tuple[tuple[str, str | None], ...]:
    """Return attempts that were over before a moment, each with whose it is."""
    moments = (AttemptRow.released_at, AttemptRow.ended_at)
    is_over = (AttemptRow.created_at < before, *(moment.is_(None) | (moment < before) for moment in moments))
    chosen = (AttemptRow.mode.in_(modes), *is_over, *where)
    return work.list_columns((AttemptRow.attempt_id, AttemptRow.person_id), *chosen, order_by=AttemptRow.order)


def _delete(app: App, attempts: Sequence[tuple[str, str | None]], what: str) -> int:
    deleted = 0
    for some in in_parts(attempts, most=BATCH):
        with app.store.write() as work:
            deleted += delete_attempts(work, some)
    if deleted:
        app.store.forget()
        _log.info("deleted %d %s", deleted, what)
    return deleted
