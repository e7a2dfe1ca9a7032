"""Whose period is over: what is older than the training record is kept is reduced to its hashes, unless it is held.

Anyone who keeps the record runs it; nothing is reduced by itself. Practice logs have a period of their own, see
`sim.services.privacy.delete`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sim.db.ledger import Entry, HoldScope, LedgerKind, Subjects
from sim.db.store import Transaction
from sim.services.app.wiring import App
from sim.services.ledger.trainings import TRAINING_KINDS

KEPT_ALWAYS = frozenset({LedgerKind.CONTENT_REMOVED.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """What is older than the period: numbers of entries to reduce, and how many a legal hold keeps."""

    before: datetime
    numbers: tuple[int, ...]
    held: int


def find_overdue(app: App) -> Overdue:
    before = app.clock.read().wall - timedelta(days=app.settings.record_days)
    with app.store.read() as work:
        return _find(work, before)


def reduce_overdue(app: App, *, by: str = "") -> Overdue:
    """Reduce what is older than the period to its hashes; return what that was. The chain still verifies."""
    now = app.clock.read().wall
    before = now - timedelta(days=app.settings.record_days)
    with app.store.write() as work:
        found = _find(work, before)
        if found.numbers:
            work.ledger.remove_content(
                found.numbers, by=by, reason="the period for which the record is kept is over", at=now
            )
    if found.numbers:
        app.store.forget()
    return found


def _find(work: Transaction, before: datetime) -> Overdue:
    older = [entry for entry in work.ledger.list_older(before) if entry.kind not in KEPT_ALWAYS]
    holds = {(hold.scope, hold.subject_id) for hold in work.holds.list_all(active_only=True)}
    people = _list_held_people(work, holds)
    events = _list_events(work, people)
    kept = [
        entry
        for entry in older
        if _is_held(entry, holds)
        or entry.subjects.person_id in people
        or (entry.subjects.person_id is None and entry.subjects.session_id in events)
    ]
    stays = {entry.number for entry in kept}
    numbers = tuple(entry.number for entry in older if entry.number not in stays)
    return Overdue(before=before, numbers=numbers, held=len(kept))


def _list_held_people(work: Transaction, holds: set[tuple[HoldScope, str]]) -> set[str]:
    """Return everyone who is held, or was invited to a session or training that is: everything about them is kept."""
    sessions = [subject_id for scope, subject_id in holds if scope is HoldScope.SESSION]
    found = {subject_id for scope, subject_id in holds if scope is HoldScope.PERSON}
    found |= {row.person_id for session_id in sessions for row in work.sessions.list_invited(session_id)}
    for scope, subject_id in holds:
        if scope is HoldScope.TRAINING:
            entries = work.ledger.list_of(Subjects(session_id=subject_id), kinds=TRAINING_KINDS)
            found |= {entry.subjects.person_id for entry in entries if entry.subjects.person_id is not None}
    return found


def _list_events(work: Transaction, people: set[str]) -> set[str]:
    """Return the sessions and trainings of some people: without what names nobody, their attendance tells nothing."""
    entries = (entry for person_id in people for entry in work.ledger.list_of(Subjects(person_id=person_id)))
    return {entry.subjects.session_id for entry in entries if entry.subjects.session_id is not None}


def _is_held(entry: Entry, holds: set[tuple[HoldScope, str]]) -> bool:
    subjects = entry.subjects
    named = (
        (HoldScope.PERSON, subjects.person_id),
        (HoldScope.TEAM, subjects.team_id),
        (HoldScope.SESSION, subjects.session_id),
        (HoldScope.TRAINING, subjects.session_id),
    )
    return any((scope, subject_id) in holds for scope, subject_id in named if subject_id is not None)
