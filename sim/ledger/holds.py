"""What stays and what goes: legal holds, and entries whose period is over.

While a hold lasts, nothing about a person, a team, a session or a training is deleted. What is older than the training
record is kept is reduced to its hashes where anyone who keeps the record says so; practice logs have a period of their
own, see `sim.features.privacy.person_data`.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sim.app.wiring import App
from sim.attempt.attempt import Clock
from sim.canonical import Json, write_moment
from sim.db.attempts import AttemptRow, ExerciseRow, MemberRow
from sim.db.columns import metadata
from sim.db.ledger import (
    CLAIMED,
    NO_SUBJECTS,
    Entry,
    HoldRow,
    HoldScope,
    LedgerKind,
    Subjects,
    find_claimed,
    is_told_by_audit,
    to_values,
)
from sim.db.rows import Condition, RowsOf, in_parts
from sim.db.sessions import Attendee, InvitedRow
from sim.db.store import Store, Transaction
from sim.errors import HoldError, LedgerError
from sim.text.times import write_date
from sim.text.words import clean_reason

MOST_REASON = 300
_KEY = {scope: f"{scope}_id" for scope in HoldScope} | {HoldScope.TRAINING: "session_id"}


def find_hold(work: Transaction, person_id: str) -> HoldRow | None:
    """Return a hold that keeps a person's data: on them, their team, or a session or training of theirs; else None."""
    subjects: dict[HoldScope, Collection[str]] = {
        HoldScope.PERSON: (person_id,),
        HoldScope.TEAM: (work.people.get(person_id).team_id,),
        HoldScope.SESSION: work.list_values(InvitedRow.session_id, InvitedRow.person_id == person_id),
        HoldScope.TRAINING: work.list_values(Attendee.training_id, Attendee.person_id == person_id),
    }
    active = work.holds.list_all(released_at=None)
    return next((row for row in active if row.subject_id in subjects[row.scope]), None)


def refuse_held(work: Transaction, person_id: str) -> None:
    hold = find_hold(work, person_id)
    if hold is not None:
        raise HoldError(
            f"this is under a legal hold on a {hold.scope.value}, {describe_hold(hold)}",
            expected="no hold on the person, their team, or a session or training of theirs",
            todo="have the hold released first; nothing was deleted",
        )


def list_partners(work: Transaction, attempt_ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return attempts that were part of a team exercise, each with everybody who took part in it, one a row."""
    other = MemberRow.table.alias()
    joined = (MemberRow.attempt_id.in_(attempt_ids), other.c.exercise_id == MemberRow.exercise_id)
    return work.list_columns((MemberRow.attempt_id, other.c.person_id), *joined)


def leave_held(work: Transaction, attempts: Sequence[tuple[str, str | None]]) -> tuple[str, ...]:
    concerned = {*attempts, *list_partners(work, [attempt_id for attempt_id, _ in attempts])}
    people = {person_id for _, person_id in concerned if person_id is not None}
    held = {person_id for person_id in people if find_hold(work, person_id) is not None}
    kept = {attempt_id for attempt_id, person_id in concerned if person_id in held}
    return tuple(attempt_id for attempt_id, _ in attempts if attempt_id not in kept)


def delete_attempts(work: Transaction, attempts: Sequence[tuple[str, str | None]]) -> int:
    """Delete attempts, each with whose it is, with their logs and team exercises; return how many no hold keeps."""
    free = leave_held(work, attempts)
    delete_exercises(work, MemberRow.attempt_id.in_(free))
    return work.delete(AttemptRow, AttemptRow.attempt_id.in_(free))


def delete_attempts_on(work: Transaction, recordings: Sequence[str]) -> int:
    whose = (AttemptRow.attempt_id, AttemptRow.person_id)
    return delete_attempts(work, work.list_columns(whose, AttemptRow.recording_id.in_(recordings)))


def delete_exercises(work: Transaction, *which: Condition) -> None:
    """Delete the team exercises of some members, as their results are of all; what the others did stays with them."""
    work.delete(ExerciseRow, ExerciseRow.exercise_id.in_(work.list_values(MemberRow.exercise_id, *which)))


def describe_hold(hold: HoldRow) -> str:
    """Return since when, by whom and why: "since Nov 25, 2026 by R. Owner: case 26-114"."""
    by = f" by {hold.placed_by}" if hold.placed_by else ""
    return f"since {write_date(hold.placed_at, UTC)}{by}: {hold.reason}"


def list_subjects(store: Store, team_id: str) -> dict[str, tuple[HoldScope, str]]:
    """Return what of a team can be held, by id: the team, everybody of it, its sessions and trainings, with a name."""
    with store.read() as work:
        team, people = work.teams.get(team_id), work.people.list_all(team_id=team_id)
        sessions, trainings = work.sessions.list_all(team_id=team_id), work.trainings.list_all(team_id=team_id)
    found = {team_id: (HoldScope.TEAM, team.name)}
    found |= {person.person_id: (HoldScope.PERSON, person.name) for person in people}
    for session in sessions:
        found[session.session_id] = (HoldScope.SESSION, f"Session of {write_date(session.begins_at, UTC)}")
    for training in trainings:
        day = write_date(training.begins_at, UTC)
        found[training.training_id] = (HoldScope.TRAINING, f"Training of {day}: {training.title}")
    return found


def list_team_holds(store: Store, team_id: str) -> tuple[tuple[HoldRow, str], ...]:
    """Return the holds on what is a team's, each with what it is on. Raises StoreError: unknown."""
    subjects = list_subjects(store, team_id)
    with store.read() as work:
        rows = work.holds.list_all(released_at=None)
    return tuple((row, subjects[row.subject_id][1]) for row in rows if row.subject_id in subjects)


def place_hold(store: Store, clock: Clock, *, scope: HoldScope, subject_id: str, reason: str, by: str = "") -> HoldRow:
    """Place a hold; it is in the ledger too. A second one on the same subject is a hold of its own."""
    row = HoldRow(
        hold_id=secrets.token_hex(6),
        scope=scope,
        subject_id=subject_id,
        reason=clean_reason(reason, most=MOST_REASON, fault=HoldError),
        placed_by=by,
        placed_at=clock.read().wall,
    )
    with store.write() as work:
        subjects = _get_rows(work, scope).get(subject_id)
        work.ledger.keep(row, LedgerKind.HOLD_PLACED, at=row.placed_at, by=by, subjects=subjects)
    return row


def release_hold(store: Store, clock: Clock, hold_id: str, *, reason: str, by: str = "") -> HoldRow:
    why, now = clean_reason(reason, most=MOST_REASON, fault=HoldError), clock.read().wall
    with store.write() as work:
        row = work.holds.get(hold_id)
        if row.released_at is not None:
            raise HoldError(
                f"this hold was released on {write_date(row.released_at, UTC)}", todo="there is nothing to do"
            )
        released = replace(row, released_at=now, released_by=by, release_reason=why)
        subjects = Subjects(**{_KEY[row.scope]: row.subject_id})
        work.ledger.keep(released, LedgerKind.HOLD_RELEASED, at=now, by=by, subjects=subjects)
        return released


def find_subject(store: Store, scope: HoldScope, wanted: str) -> str:
    """Return the id of what has an id, or is a person or a team of a name. Raises HoldError: none has, or several."""
    with store.read() as work:
        rows = [(getattr(row, f"{scope}_id"), getattr(row, "name", None)) for row in _get_rows(work, scope).list_all()]
    found: list[str] = [key for key, name in rows if wanted in (key, name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise HoldError(f"{len(found)} {scope.value}s are named {wanted!r}", todo="give the id, as the page's address")
    raise HoldError(f"there is no {scope.value} {wanted[:60]!r}", todo="give the id, as in the page's address")


def _get_rows(work: Transaction, scope: HoldScope) -> RowsOf[Any]:
    rows: dict[HoldScope, RowsOf[Any]] = {
        HoldScope.PERSON: work.people,
        HoldScope.TEAM: work.teams,
        HoldScope.SESSION: work.sessions,
        HoldScope.TRAINING: work.trainings,
    }
    return rows[scope]


class Overdue(NamedTuple):
    """What is older than the period: numbers of entries to reduce, and how many a legal hold keeps."""

    before: datetime
    numbers: tuple[int, ...]
    held: int


def reduce_overdue(app: App, *, by: str = "", applies: bool = True) -> Overdue:
    """Reduce what is older than the period to its hashes, if that `applies`; return what that was, or would be.

    The chain still verifies.
    """
    now = app.clock.read().wall
    before = now - timedelta(days=app.settings.record_days)
    with app.store.write() if applies else app.store.read() as work:
        is_older = (Entry.at < write_moment(before), Entry.body.is_not(None))
        older = [entry for entry in work.list_rows(Entry, *is_older) if entry.kind != LedgerKind.CONTENT_REMOVED]
        holds = {(hold.scope, hold.subject_id) for hold in work.holds.list_all(released_at=None)}
        # who is held, or was invited to a session or training that is: everything about them is kept, and of what they
        # were at that which names nobody, as their attendance tells nothing without it
        people: set[str] = set()
        for scope, subject_id in holds:
            if scope is HoldScope.PERSON:
                people.add(subject_id)
            elif scope is HoldScope.SESSION:
                people.update(row.person_id for row in work.sessions.list_invited(subject_id))
            elif scope is HoldScope.TRAINING:
                people.update(work.list_values(Attendee.person_id, Attendee.training_id == subject_id))
        own = (entry for person_id in people for entry in work.ledger.list_of(Subjects(person_id=person_id)))
        events = {entry.session_id for entry in own} - {None}

        def is_held(entry: Entry) -> bool:
            if entry.person_id in people or (entry.person_id is None and entry.session_id in events):
                return True
            return any((scope, getattr(entry, name)) in holds for scope, name in _KEY.items())

        numbers = tuple(entry.number for entry in older if not is_held(entry))
        if applies and numbers:
            reason = "the period for which the record is kept is over"
            remove_content(work, numbers, by=by, reason=reason, at=now)
    if applies and numbers:
        app.store.forget()
    return Overdue(before, numbers, len(older) - len(numbers))


def remove_content(work: Transaction, numbers: Sequence[int], *, by: str, reason: str, at: datetime) -> None:
    present = {
        entry.number: entry
        for part in in_parts(numbers)
        for entry in work.list_rows(Entry, Entry.number.in_(part), Entry.body.is_not(None))
    }
    if any(entry.kind == LedgerKind.CONTENT_REMOVED for entry in present.values()):
        raise LedgerError("what says that something was removed cannot be removed", todo="leave it out")
    for batch in in_parts(sorted(present), most=500):
        data: dict[str, Json] = {"numbers": list(batch), "reason": reason}
        work.ledger.note(LedgerKind.CONTENT_REMOVED, at=at, by=by, data=data)
        by_number = work.ledger.flush().number
        emptied = dict.fromkeys(("body", "made_by", *to_values(NO_SUBJECTS)))
        work.change(Entry, Entry.number.in_(batch), removed_by=by_number, **emptied)
    # rows that no entry tells of any more go too
    untold = {row for entry in present.values() for row in find_claimed(entry.kind, entry, entry.data)}
    for name in ("session_id", "person_id"):
        for part in in_parts(sorted({getattr(entry, name) for entry in present.values()} - {None})):
            for entry in work.list_rows(Entry, getattr(Entry, name).in_(part), Entry.kind.in_(list(CLAIMED))):
                untold.difference_update(find_claimed(entry.kind, entry, entry.data))
    for table, key in untold:
        if is_told_by_audit(table):
            named = zip(metadata.tables[table].primary_key, key, strict=True)
            work.connection.execute(metadata.tables[table].delete().where(*(own == value for own, value in named)))
