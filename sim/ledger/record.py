"""The training record: what use cases write into it, and what it tells of a team or of one person.

Rows are written with what the audit tells of them, in one transaction. Practice never enters it, nor do demo teams,
which hold no sessions. An entry names at most one person, so that one person's can be taken out. What the tables tell
stays, whatever became of a team or person since.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sim.attempt.attempt import ENDED, Mode, compute_usual_limit_s, find_told_s
from sim.attempt.options import write_options
from sim.canonical import Json
from sim.db.attempts import AttemptRow, SilenceRow
from sim.db.ledger import Entry, Gap, LedgerKind, Result, Subjects
from sim.db.rows import Condition, in_parts, is_there
from sim.db.sessions import Attendee, InvitedRow, SessionRow, Training, TrainingState, sort_by_name
from sim.db.store import Transaction
from sim.db.teams import PersonRow, TeamRow
from sim.ledger.pass_parts import name_skill, was_tried
from sim.program.session_day import CAME, Attendance
from sim.version import VERSION

# The reason of an attendance that came by being at a later session or training, not by anyone's word.
MADE_UP_LATER = "made up in a later {}"

Event = SessionRow | Training
Person = InvitedRow | Attendee
DIGITS = 4
_NOT_MEASURES = frozenset({"passed", "criteria", "versions", "warnings", "schema_version", "earlier"})


def set_attendance(
    work: Transaction,
    of: Event,
    person: Person,
    became: Attendance,
    *,
    at: datetime,
    by: str = "",
    reason: str = "",
    known_by: str = "",
    device: str = "",
) -> None:
    """Keep whether somebody came, and how that is known; with a reason it corrects what was known before.

    Where they came to what makes up something that they missed, that is made up now, and missed again where they did
    not come after all.
    """
    known: dict[str, Any] = {"by": by, "reason": reason, "known_by": known_by, "device": device}
    if isinstance(person, Attendee):
        changed: Person = replace(person, attendance=became, at=at, left_at=None, minutes=None, minutes_by="", **known)
    else:
        newest = work.sessions.get_invited(person.session_id, person.person_id)
        name = work.people.list_names([person.person_id])[person.person_id]
        changed = replace(newest, name=name, attendance=became, **known)
    keep_attendance(work, of, changed, at=at, was=person)
    by = by if isinstance(of, Training) else ""
    if became is Attendance.PRESENT:
        for missed, absent in _list_missed(work, of, person.person_id):
            if absent.attendance is Attendance.ABSENT:
                reason = MADE_UP_LATER.format(of.table.name)
                set_attendance(work, missed, absent, Attendance.MADE_UP, at=at, by=by, reason=reason)
    elif person.attendance is Attendance.PRESENT:
        undo_made_up(work, of, person.person_id, at=at, by=by)


def keep_attendance(
    work: Transaction, of: Event, person: Person, *, at: datetime, was: Person | None = None, by: str | None = None
) -> None:
    """Store whether somebody was at a session or a training, and in an entry also what `was` known before.

    `by` is who changed it where that is not who entered that they came.
    """
    if isinstance(person, Attendee):
        kind = LedgerKind.TRAINING_ATTENDANCE
    elif was is None:
        kind = LedgerKind.INVITED
    else:
        kind = LedgerKind.ATTENDANCE_CORRECTED if person.reason else LedgerKind.ATTENDANCE
    subjects = Subjects(team_id=of.team_id, session_id=_get_id(of), person_id=person.person_id)
    more: dict[str, Json] = {} if was is None else {"was": was.attendance.value}
    work.ledger.keep(person, kind, at=at, by=person.by if by is None else by, subjects=subjects, more=more)


def _get_id(of: Event) -> str:
    return of.session_id if isinstance(of, SessionRow) else of.training_id


def _list_missed(work: Transaction, of: Event, person_id: str) -> Iterator[tuple[Event, Person]]:
    """Yield what a session or a training makes up, and what that makes up, with somebody who was expected there."""
    earlier, seen = of.makes_up, {_get_id(of)}
    while earlier is not None and earlier not in seen:
        seen.add(earlier)
        missed: Event = work.sessions.get(earlier) if isinstance(of, SessionRow) else work.trainings.get(earlier)
        person = _find_person(work, missed, person_id)
        if person is not None:
            yield missed, person
        earlier = missed.makes_up


def _find_person(work: Transaction, of: Event, person_id: str) -> Person | None:
    return of.find(person_id) if isinstance(of, Training) else work.by_key(InvitedRow, of.session_id, person_id)


def undo_made_up(work: Transaction, of: Event, person_id: str, *, at: datetime, by: str = "") -> None:
    """Somebody did not come after all: what counted as made up by it alone is missed again."""
    events = work.sessions if isinstance(of, SessionRow) else work.trainings
    others = (each for each in events.list_all(team_id=of.team_id) if _get_id(each) != _get_id(of) and each.makes_up)
    came = ((each.makes_up, _find_person(work, each, person_id)) for each in others)
    made_up = {missed for missed, own in came if own is not None and own.attendance is Attendance.PRESENT}
    for missed, person in _list_missed(work, of, person_id):
        is_made_up = person.attendance is Attendance.MADE_UP and person.reason == MADE_UP_LATER.format(of.table.name)
        if is_made_up and _get_id(missed) not in made_up:
            reason = f"was not at the later {of.table.name} after all"
            set_attendance(work, missed, person, Attendance.ABSENT, at=at, by=by, reason=reason)


def note_people(work: Transaction, rows: Collection[PersonRow], *, at: datetime) -> None:
    """Record that people were put on a list, changed or taken off: by a hash of their row, and nothing else of them."""
    demo = {team_id: work.teams.get(team_id).is_demo for team_id in {row.team_id for row in rows}}
    for row in rows:
        if not demo[row.team_id]:
            work.ledger.note(LedgerKind.PERSON_CHANGED, at=at, subjects=row)


def note_result(work: Transaction, row: AttemptRow, *, at: datetime, title: str = "") -> None:
    """Record how an assessment ended, and the gaps that it opens and closes; nothing of practice.

    One that is scored again, as what was done inside its limit came in the seconds after, is recorded again.
    """
    if row.mode is not Mode.ASSESSMENT or row.timing.state not in ENDED or not row.timing.used_s:
        return
    score, usual_s = row.score, compute_usual_limit_s(row.timing, row.extra_time)
    # times that would tell of a longer limit than the usual one are left out
    if find_told_s(row.timing, row.extra_time) is None:
        score.pop("completion_time_s", None)
    first_s = score.get("time_to_first_correct_mark_s")
    if score.get("first_correct_mark_made") is not True or first_s is None or first_s > usual_s:
        score.pop("time_to_first_correct_mark_s", None)
        score.pop("first_correct_mark_made", None)
    told: dict[str, Json] = {
        "recording": row.recording_id,
        "truth_sha256": row.truth_sha256,
        "options": write_options(row.options),
        "silences": work.count_rows(SilenceRow, SilenceRow.attempt_id == row.timing.attempt_id),
    }
    shown = describe_score(score) | describe_form(row, title)
    result = record_result(work, row, LedgerKind.RESULT, at=at, told=told, **shown)
    if result is not None:
        _note_gaps(work, result)


def _note_gaps(work: Transaction, result: Result) -> None:
    """Open a gap for each part not met that has none open, and close those that this drill met."""
    at, attempt_id = result.began_at, result.attempt_id
    open_gaps = {gap.key: gap for gap in work.gaps.list_all(person_id=result.person_id, closed_at=None)}
    given = Subjects(person_id=result.person_id, attempt_id=attempt_id)
    redrills = work.ledger.list_of(given, kinds=[LedgerKind.REDRILL_GIVEN])
    for key, is_met in result.criteria.items():
        gap = open_gaps.get(key)
        more: dict[str, Json] = {"skill": name_skill(key)}
        if is_met is False and gap is None:
            opened = Gap(
                person_id=result.person_id,
                key=key,
                opened_by=attempt_id,
                ordinal=work.count_on(Gap.ordinal),
                team_id=result.team_id,
                name=result.name,
                opened_at=at,
            )
            work.ledger.keep(opened, LedgerKind.GAP_OPENED, at=at, subjects=result, more=more)
        if is_met and gap is not None and was_tried(key, result):
            closed = replace(gap, closed_at=at, closed_by=attempt_id)
            more["redrill_entry"] = redrills[0].number if redrills else None
            work.ledger.keep(closed, LedgerKind.GAP_CLOSED, at=at, subjects=result, more=more)


def record_result(
    work: Transaction, row: AttemptRow, kind: LedgerKind, *, at: datetime, told: Mapping[str, Json], **values: Any
) -> Result | None:
    """Record how a person's drill ended, and return it; None for what is in no record.

    Who has extended time is nobody's business but the trainer's, so nothing is in it that tells: the limit is that of
    the drill, the time only what `find_told_s` gives, and the moment of it all is when its clock began, not its end.
    `at` is for what has no such moment. `told` is what the entry says besides.
    """
    person = None if row.person_id is None or row.is_demo else work.people.get(row.person_id)
    team = None if person is None else work.teams.get(person.team_id)
    if person is None or team is None or team.is_demo:
        return None
    invited = work.sessions.find_by_attempt(row.timing.attempt_id)
    used_s = find_told_s(row.timing, row.extra_time)
    known = work.by_key(Result, row.timing.attempt_id)
    result = Result(
        attempt_id=row.timing.attempt_id,
        # one that was recorded before, and is scored again, keeps its place
        ordinal=work.count_on(Result.ordinal) if known is None else known.ordinal,
        kind=kind,
        session_id=None if invited is None else invited.session_id,
        team_id=team.team_id,
        **name_team(team),
        person_id=person.person_id,
        name=person.name,
        mode=row.mode.value,
        phase=row.phase.value if row.phase else "",
        began_at=row.timing.released_at or at,
        state=row.timing.state.value,
        used_s=None if used_s is None else round(used_s, DIGITS),
        usual_limit_s=round(compute_usual_limit_s(row.timing, row.extra_time), 2),
        known_by=row.known_by or "",
        doubts=find_doubts(row),
        **{"criteria": {}, "parts": {}, "versions": {}, **values},
    )
    more = {"profile": row.profile.value, "device": row.device.value if row.device else None, **told}
    work.ledger.keep(result, kind, at=result.began_at, more=more)
    return result


def find_doubts(row: AttemptRow) -> dict[str, Json]:
    """Return what would make a result doubtful, as far as it was noted, and for how long its clock was stopped.

    Nothing that is as it should be, and no time beyond the drill's usual limit; `sim.rules.held` has the words.
    """
    usual_s = compute_usual_limit_s(row.timing, row.extra_time)
    found: dict[str, Any] = {
        "stall_s": round(min(row.stall_s or 0.0, usual_s), 1),
        "unheard_s": round(min(row.unheard_s or 0.0, usual_s), 1),
        "late_events": row.late_events,
        "mark_tabs": row.mark_tabs if (row.mark_tabs or 0) > 1 else None,
        "unopened_marks": row.unopened_marks,
        "unsent_marks": row.unsent_marks,
        # who steps through what they opened has looked, though nothing was played
        "unwatched": bool(row.unopened_marks) and row.score.get("footage_seen") == 0.0,
        "pauses": len(row.timing.ended_pauses),
        "paused_s": round(row.timing.paused_s),
        "paused_actions": row.paused_actions,
    }
    return {name: _to_json(value) for name, value in found.items() if value}


def describe_score(score: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "passed": score.get("passed"),
        "criteria": dict(score.get("criteria", {})),
        "parts": {key: _to_json(value) for key, value in score.items() if key not in _NOT_MEASURES},
        "versions": score.get("versions", {}),
        "program": f"Sightline {VERSION}",
    }


def describe_form(row: AttemptRow, title: str) -> dict[str, Any]:
    return {"form": row.form_id, "form_title": title or row.form_id, "form_version": row.form_version}


def name_team(team: TeamRow) -> dict[str, Any]:
    return {"team": team.name, "school": team.school or team.name}


def _to_json(value: Any) -> Json:
    if isinstance(value, float):
        near = round(value, DIGITS)
        return int(near) if near.is_integer() else near
    if isinstance(value, Mapping):
        return {str(key): _to_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_to_json(each) for each in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


RECORDED: Final = [kind.value for kind in (LedgerKind.RESULT, LedgerKind.FAMILIARIZATION, LedgerKind.TEAM_EXERCISE)]


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
        expected = work.list_values(Attendee.training_id, Attendee.person_id == about.person_id)
        trainings = work.trainings.list_all(Training.training_id.in_(expected))
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
    guests: dict[str, list[InvitedRow]] = defaultdict(list)
    for ids in in_parts(list(later)):
        did = set(work.list_columns((Result.session_id, Result.person_id), Result.session_id.in_(ids)))
        for row in work.list_rows(InvitedRow, InvitedRow.session_id.in_(ids)):
            guests[row.session_id].append(replace(row, did_drill=(row.session_id, row.person_id) in did))
    came = [(each, guest) for each in later.values() for guest in guests[each.session_id]]
    done = {(each.makes_up, guest.person_id) for each, guest in came if not each.is_without_drill(guest)}
    idle = {(each.makes_up, guest.person_id) for each, guest in came} - done
    made_up = (Attendance.MADE_UP, MADE_UP_LATER.format("session"))

    def take_back(guest: InvitedRow) -> InvitedRow:
        is_by_idling = (guest.attendance, guest.reason) == made_up and (guest.session_id, guest.person_id) in idle
        return replace(guest, attendance=Attendance.ABSENT, reason="") if is_by_idling else guest

    return tuple(replace(each, guests=sort_by_name(list(map(take_back, guests[each.session_id])))) for each in found)


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
