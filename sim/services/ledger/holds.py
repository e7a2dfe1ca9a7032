"""Legal holds: while one lasts, nothing about a person, a team, a session or a training is deleted."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from sim.db.ledger import Draft, HoldRow, HoldScope, LedgerKind, Subjects, write_moment
from sim.db.store import Store, Transaction
from sim.drill.instant import Clock
from sim.errors import HoldError, SimError
from sim.services.ledger.trainings import TRAINING_KINDS, Training, fold_trainings
from sim.text.times import write_date
from sim.text.typed import clean_typed

MOST_REASON = 300
_KEY = {
    HoldScope.PERSON: "person_id",
    HoldScope.TEAM: "team_id",
    HoldScope.SESSION: "session_id",
    HoldScope.TRAINING: "session_id",
}


def find_hold(work: Transaction, person_id: str) -> HoldRow | None:
    """Return a hold that keeps a person's data: on them, their team, or a session or training of theirs; else None."""
    team_id = work.teams.get_person(person_id).team_id
    sessions = [invited.session_id for invited in work.sessions.list_of_person(person_id)]
    subjects = [(HoldScope.PERSON, person_id), (HoldScope.TEAM, team_id)]
    subjects += [(HoldScope.SESSION, session_id) for session_id in sessions]
    trainings = work.ledger.list_of(Subjects(person_id=person_id), kinds=TRAINING_KINDS)
    subjects += [(HoldScope.TRAINING, entry.subjects.session_id or "") for entry in trainings]
    return _find_first(work, subjects)


def refuse_held(work: Transaction, person_id: str) -> None:
    hold = find_hold(work, person_id)
    if hold is not None:
        raise HoldError(
            f"this is under a legal hold on a {hold.scope.value}, {describe_hold(hold)}",
            expected="no hold on the person, their team, or a session or training of theirs",
            todo="have the hold released first; nothing was deleted",
        )


def leave_held(work: Transaction, attempts: Sequence[tuple[str, str | None]]) -> tuple[str, ...]:
    """Return the attempts that no hold keeps, each given with whose it is."""
    concerned = {*attempts, *work.exercises.list_partners([attempt_id for attempt_id, _ in attempts])}
    people = {person_id for _, person_id in concerned if person_id is not None}
    held = {person_id for person_id in people if find_hold(work, person_id) is not None}
    kept = {attempt_id for attempt_id, person_id in concerned if person_id in held}
    return tuple(attempt_id for attempt_id, _ in attempts if attempt_id not in kept)


def describe_hold(hold: HoldRow) -> str:
    """Return since when, by whom and why: "since Nov 25, 2026 by R. Owner: case 26-114"."""
    by = f" by {hold.placed_by}" if hold.placed_by else ""
    return f"since {write_date(hold.placed_at, UTC)}{by}: {hold.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLine:
    hold_id: str
    what: str
    said: str


def list_team_holds(store: Store, team_id: str) -> tuple[HoldLine, ...]:
    """Return the holds on a team, on anybody of it, and on its sessions and trainings. Raises StoreError: unknown."""
    with store.read() as work:
        names = {team_id: work.teams.get_team(team_id).name}
        names |= {person.person_id: person.name for person in work.teams.list_people(team_id)}
        names |= _name_events(work, team_id)
        rows = work.holds.list_all(active_only=True)
    return tuple(
        HoldLine(hold_id=row.hold_id, what=names[row.subject_id], said=describe_hold(row))
        for row in rows
        if row.subject_id in names
    )


def list_events(store: Store, team_id: str) -> dict[str, tuple[HoldScope, str]]:
    with store.read() as work:
        sessions = {row.session_id for row in work.sessions.list_of_team(team_id)}
        named = _name_events(work, team_id)
    return {
        event_id: (HoldScope.SESSION if event_id in sessions else HoldScope.TRAINING, name)
        for event_id, name in named.items()
    }


def _name_events(work: Transaction, team_id: str) -> dict[str, str]:
    named = {
        row.session_id: f"Session of {write_date(row.begins_at, UTC)}" for row in work.sessions.list_of_team(team_id)
    }
    for training in fold_trainings(work.ledger.list_of(Subjects(team_id=team_id), kinds=TRAINING_KINDS)):
        named[training.training_id] = f"Training of {write_date(training.begins_at, UTC)}: {training.title}"
    return named


def place_hold(store: Store, clock: Clock, *, scope: HoldScope, subject_id: str, reason: str, by: str = "") -> HoldRow:
    """Place a hold; it is in the ledger too. A second one on the same subject is a hold of its own."""
    row = HoldRow(
        hold_id=secrets.token_hex(6),
        scope=scope,
        subject_id=subject_id,
        reason=_check_reason(reason),
        placed_by=by,
        placed_at=clock.read().wall,
    )
    with store.write() as work:
        subjects = _find_subjects(work, scope, subject_id)
        work.holds.place(row)
        work.ledger.append(
            Draft(
                kind=LedgerKind.HOLD_PLACED,
                at=row.placed_at,
                by=by,
                subjects=subjects,
                data={"hold_id": row.hold_id, "scope": scope.value, "reason": row.reason},
            )
        )
    return row


def release_hold(store: Store, clock: Clock, hold_id: str, *, reason: str, by: str = "") -> HoldRow:
    why, now = _check_reason(reason), clock.read().wall
    with store.write() as work:
        row = work.holds.get(hold_id)
        if row.released_at is not None:
            raise HoldError(
                f"this hold was released on {write_date(row.released_at, UTC)}", todo="there is nothing to do"
            )
        work.holds.release(hold_id, by=by, reason=why, at=now)
        work.ledger.append(
            Draft(
                kind=LedgerKind.HOLD_RELEASED,
                at=now,
                by=by,
                subjects=Subjects(**{_KEY[row.scope]: row.subject_id}),
                data={
                    "hold_id": hold_id,
                    "scope": row.scope.value,
                    "reason": why,
                    "since": write_moment(row.placed_at),
                },
            )
        )
        return work.holds.get(hold_id)


def find_subject(store: Store, scope: HoldScope, wanted: str) -> str:
    with store.read() as work:
        if scope is HoldScope.SESSION:
            try:
                return work.sessions.get(wanted).session_id
            except SimError:
                found = []
        elif scope is HoldScope.TRAINING:
            found = [wanted] if _find_training(work, wanted) is not None else []
        elif scope is HoldScope.TEAM:
            found = [row.team_id for row in work.teams.list_teams() if wanted in (row.team_id, row.name)]
        else:
            found = [row.person_id for row in work.teams.list_everybody() if wanted in (row.person_id, row.name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise HoldError(f"{len(found)} {scope.value}s are named {wanted!r}", todo="give the id, as the page's address")
    raise HoldError(f"there is no {scope.value} {wanted[:60]!r}", todo="give the id, as in the page's address")


def _find_first(work: Transaction, subjects: list[tuple[HoldScope, str]]) -> HoldRow | None:
    wanted = set(subjects)
    return next((row for row in work.holds.list_all(active_only=True) if (row.scope, row.subject_id) in wanted), None)


def _find_subjects(work: Transaction, scope: HoldScope, subject_id: str) -> Subjects:
    if scope is HoldScope.PERSON:
        return Subjects(person_id=subject_id, team_id=work.teams.get_person(subject_id).team_id)
    if scope is HoldScope.TEAM:
        return Subjects(team_id=work.teams.get_team(subject_id).team_id)
    if scope is HoldScope.TRAINING:
        training = _find_training(work, subject_id)
        if training is None:
            raise HoldError("there is no such training", todo="reload the page and choose again")
        return Subjects(session_id=training.training_id, team_id=training.team_id)
    row = work.sessions.get(subject_id)
    return Subjects(session_id=row.session_id, team_id=row.team_id)


def _find_training(work: Transaction, training_id: str) -> Training | None:
    found = fold_trainings(work.ledger.list_of(Subjects(session_id=training_id), kinds=TRAINING_KINDS))
    return found[0] if training_id and found else None


def _check_reason(reason: str) -> str:
    words = clean_typed(reason, what="reason", fault=HoldError)
    if not words or len(words) > MOST_REASON:
        raise HoldError("a hold needs a reason", expected=f"1 to {MOST_REASON} letters", todo="say why")
    return words
