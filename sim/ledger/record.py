"""The training record: what the tables tell of a team or of one person, whatever became of them since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sim.db.ledger import Entry, Gap, LedgerKind, Result, Subjects
from sim.db.rows import Condition, in_parts, is_there
from sim.db.sessions import Attendee, InvitedRow, SessionRow, Training, TrainingState, sort_by_name
from sim.db.store import Transaction
from sim.ledger.writing import MADE_UP_LATER
from sim.program.session_day import Attendance

RECORDED: Final = [kind.value for kind in (LedgerKind.RESULT, LedgerKind.FAMILIARIZATION, LedgerKind.TEAM_EXERCISE)]
CAME: Final = (Attendance.PRESENT, Attendance.MADE_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Of a team, or of one person: each list in the order it happened."""

    sessions: tuple[SessionRow, ...]
    results: tuple[Result, ...]  # of measured drills
    gaps: tuple[Gap, ...]
    notes: tuple[Entry, ...]  # what was done, and who acknowledged their record, see `sim.features.record`
    trainings: tuple[Training, ...]
    unscored: tuple[Result, ...]  # what is not scored for one person: getting to know the console, a team exercise
    not_counted: Mapping[str, str] = field(default_factory=dict)  # why results do not count, by attempt
    is_of_one: bool = False  # of one person, of all teams they were on

    @property
    def invited(self) -> list[tuple[SessionRow, InvitedRow]]:
        return [(session, guest) for session in self.sessions for guest in session.guests]

    @property
    def expected(self) -> list[tuple[Training, Attendee]]:
        return [(training, person) for training in self.trainings for person in training.attendees]

    def narrow(self, person_id: str) -> "Record":
        """Return what is about one person: of others only that one shared a browser with them."""

        def list_own(rows: Iterable[Any]) -> tuple[Any, ...]:
            return tuple(each for each in rows if each.person_id == person_id)

        def hide(people: Iterable[Any]) -> tuple[Any, ...]:
            others = ("another person",)
            return tuple(replace(each, same_device=others if each.same_device else ()) for each in list_own(people))

        sessions = (replace(each, guests=hide(each.guests)) for each in self.sessions)
        trainings = (replace(each, attendees=hide(each.attendees)) for each in self.trainings)
        return replace(
            self,
            is_of_one=True,
            sessions=tuple(each for each in sessions if each.guests),
            trainings=tuple(each for each in trainings if each.attendees),
            results=list_own(self.results),
            gaps=list_own(self.gaps),
            notes=list_own(self.notes),
            unscored=list_own(self.unscored),
        )

    def find_acknowledged(self, person_id: str) -> Entry | None:
        own = [note for note in self.notes if note.person_id == person_id and note.kind == LedgerKind.ACKNOWLEDGED]
        return own[-1] if own else None


def read_record(work: Transaction, about: Subjects) -> Record:
    """Return the record of a team, or of one person of all teams they were on."""
    if about.person_id is None:
        of_result, of_gap = Result.team_id == about.team_id, Gap.team_id == about.team_id
        sessions = list_recorded(work, SessionRow.team_id == about.team_id)
        trainings = work.trainings.list_all(team_id=about.team_id)
    else:
        of_result, of_gap = Result.person_id == about.person_id, Gap.person_id == about.person_id
        invited = work.list_values(InvitedRow.session_id, InvitedRow.person_id == about.person_id)
        sessions = list_recorded(work, SessionRow.session_id.in_(invited))
        trainings = work.trainings.list_of_person(about.person_id)
    told = (of_result, Entry.attempt_id == Result.attempt_id, Entry.kind.in_(RECORDED))
    newest = dict(work.list_columns((Entry.attempt_id, Entry.number), *told, order_by=(Entry.number,)))
    found = work.list_rows(Result, of_result, order_by=(Result.ordinal,))
    results = tuple(replace(each, number=newest.get(each.attempt_id, 0)) for each in found)
    unscored = (each for each in results if each.kind is not LedgerKind.RESULT)
    record = Record(
        sessions=sessions,
        results=tuple(each for each in results if each.kind is LedgerKind.RESULT),
        gaps=work.gaps.list_all(of_gap),
        notes=work.ledger.list_of(about, kinds=(LedgerKind.REMEDIATION, LedgerKind.ACKNOWLEDGED)),
        trainings=trainings,
        unscored=tuple(sorted(unscored, key=lambda each: (each.began_at, each.number))),
    )
    return record if about.person_id is None else record.narrow(about.person_id)


def list_standing(work: Transaction, *where: Condition) -> tuple[SessionRow, ...]:
    """Return the sessions that were not voided, of all teams or as chosen, and that the record still tells of."""
    opened = (Entry.session_id == SessionRow.session_id, Entry.kind == LedgerKind.SESSION_OPENED.value)
    stands = (SessionRow.voided_at.is_(None), is_there(*opened))
    return work.list_rows(SessionRow, *stands, *where, order_by=(SessionRow.created_at, SessionRow.session_id))


def list_recorded(work: Transaction, *where: Condition) -> tuple[SessionRow, ...]:
    """Return sessions not voided, with all invited; a later one makes up only by a drill begun there."""
    found = list_standing(work, *where)
    later = {each.session_id: each for each in found}
    for ids in in_parts(list(later)):
        later |= {each.session_id: each for each in list_standing(work, SessionRow.makes_up.in_(ids))}
    guests: dict[str, list[InvitedRow]] = {}
    for ids in in_parts(list(later)):
        did = set(work.list_columns((Result.session_id, Result.person_id), Result.session_id.in_(ids)))
        for row in work.list_rows(InvitedRow, InvitedRow.session_id.in_(ids)):
            guest = replace(row, did_drill=(row.session_id, row.person_id) in did)
            guests.setdefault(row.session_id, []).append(guest)
    is_idle: dict[tuple[str | None, str], bool] = {}
    for each in later.values():
        for guest in guests.get(each.session_id, ()):
            key = (each.makes_up, guest.person_id)
            is_idle[key] = is_idle.get(key, True) and each.is_without_drill(guest)
    made_up = (Attendance.MADE_UP, MADE_UP_LATER.format("session"))

    def take_back(guest: InvitedRow) -> InvitedRow:
        is_by_idling = (guest.attendance, guest.reason) == made_up and is_idle.get((guest.session_id, guest.person_id))
        return replace(guest, attendance=Attendance.ABSENT, reason="") if is_by_idling else guest

    return tuple(
        replace(each, guests=sort_by_name([take_back(guest) for guest in guests.get(each.session_id, ())]))
        for each in found
    )


def find_trained_at(
    training: Training, person_id: str, trainings: Iterable[Training], *, is_whole: bool = False
) -> datetime | None:
    """Return when somebody was trained by a training that was held, UTC; None while they were not.

    Who attended partly has been trained too, but not where `is_whole` asks for all that attending takes.

    That is when it began or, where they made it up, when the one began in which they did, once that is held; where none
    is recorded, when that they made it up was entered. `trainings` are all that may be, in the order they were entered.
    """
    person = training.find(person_id)
    if training.state is not TrainingState.HELD or person is None or person.attendance not in CAME:
        return None
    if person.attendance is Attendance.PRESENT:
        return None if is_whole and training.is_partly(person) else training.begins_at
    made_up, later = {training.training_id}, []
    for each in trainings:
        if each.makes_up in made_up:
            made_up.add(each.training_id)
            own = each.find(person_id)
            if each.state is not TrainingState.CANCELED and own is not None and own.attendance is Attendance.PRESENT:
                later.append((each, own))
    if not later:
        return person.at
    held = (each for each, own in later if each.is_held and not (is_whole and each.is_partly(own)))
    return min((each.begins_at for each in held), default=None)
