"""The training record as it is read: sessions, people, results, gaps, put together from the ledger's entries.

Nothing but the ledger is read for what happened: so the record is the same years later, whatever became of the rest.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sim.drill.session_day import Attendance
from sim.records.chain import read_moment
from sim.records.ledger_rows import Entry, LedgerKind
from sim.services.ledger.gaps import Gap, fold_gaps
from sim.services.ledger.trainings import Training, fold_trainings


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody invited to a session, and what became of it; `reason` is of the last correction."""

    person_id: str
    name: str
    attendance: Attendance = Attendance.INVITED
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """One session.

    Attributes:
        kind: which drill it was for, as stored.
        need: why it was held.
        content, content_version: what was taught, and which version of it.
        opened_at, ended_at: UTC; `ended_at` is None while it is open.
        measured_hours: its length as it was measured; None while it is open, or where nobody ended it.
        typed_hours, typed_by: its length as someone typed it instead, and who; None where nobody has.
        instructor, qualification: who held it, and what entitles them to.
        makes_up: the session whose absent people it was offered to.
        guests: everybody invited, by name.
        planned_at: when it was to begin, UTC, as planned last; None for one that was opened for at once.
        is_cancelled: it was called off before its time; `ended_at` is when.
    """

    session_id: str
    team_id: str
    team: str
    school: str
    kind: str
    content: str
    content_version: str
    place: str
    opened_at: datetime
    opened_by: str
    makes_up: str | None
    need: str = ""
    instructor: str = ""
    qualification: str = ""
    ended_at: datetime | None = None
    measured_hours: float | None = None
    typed_hours: float | None = None
    typed_by: str = ""
    guests: tuple[Guest, ...] = ()
    planned_at: datetime | None = None
    is_cancelled: bool = False

    @property
    def begins_at(self) -> datetime:
        """When it was to begin, or was opened; UTC."""
        return self.planned_at or self.opened_at

    @property
    def hours(self) -> float | None:
        """Its length, as typed or else as measured; None while it is open or where neither is known."""
        return self.measured_hours if self.typed_hours is None else self.typed_hours

    def list_who(self, *attendance: Attendance) -> tuple[Guest, ...]:
        """Return those invited whose attendance is one of some."""
        return tuple(guest for guest in self.guests if guest.attendance in attendance)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRecord:
    """One assessment of one person.

    Attributes:
        number: of its ledger entry.
        form, form_title, form_version: what was asked.
        mode, phase: as stored; phase "" where there is none.
        ended_at: UTC.
        state: how it ended.
        used_s: seconds.
        passed: by the pass rule; None without a score.
        criteria: parts of the pass rule, met or not.
        parts: the measures, see docs/scoring.md.
        program: which version scored it.
        versions: of the measures and of the pass rule.
        known_by: how it was known who did it, see `KnownBy`; "" where that was not noted.
        began_at: when its clock began, UTC; None where that was not noted.
        rescored_at: when it was scored again by later rules, UTC; None when it was not.
        was_passed: whether it was passed by the rules of before; only where it was scored again.
    """

    number: int
    attempt_id: str
    session_id: str | None
    team_id: str
    person_id: str
    name: str
    team: str
    school: str
    form: str
    form_title: str
    form_version: str
    mode: str
    phase: str
    ended_at: datetime
    state: str
    used_s: float
    passed: bool | None
    criteria: Mapping[str, bool | None]
    parts: Mapping[str, Any]
    program: str
    versions: Mapping[str, int]
    known_by: str = ""
    began_at: datetime | None = None
    rescored_at: datetime | None = None
    was_passed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnscoredRecord:
    """Something one person did that is not scored for them: getting to know the console, or a team exercise.

    Attributes:
        number: of its ledger entry.
        kind: of that entry.
        form_title: what a team exercise was on; "" for getting to know the console.
        role, members: the person's part in a team exercise, and of how many; "" and 0 else.
        passed: whether the team met the pass rule; None without a result.
        steps_done, steps: of getting to know the console; `steps_done` None where its log is gone.
        The others as in `ResultRecord`.
    """

    number: int
    kind: str
    attempt_id: str
    session_id: str | None
    team_id: str
    person_id: str
    name: str
    team: str
    school: str
    ended_at: datetime
    state: str
    used_s: float
    known_by: str
    form_title: str = ""
    role: str = ""
    members: int = 0
    passed: bool | None = None
    steps_done: int | None = None
    steps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remediation, or an acknowledgement: by whom, when, about whom, and what was said.

    Of an acknowledgement `known_by` says how it is known who they are, see `KnownBy`, "" where that was not noted;
    `link_by` who gave out the link that they came by, "" where nobody was signed in then, None without one.
    """

    kind: str
    number: int
    at: datetime
    by: str
    person_id: str
    name: str
    words: str
    attempt_id: str | None
    known_by: str = ""
    link_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What some entries tell, each list in the order it happened."""

    sessions: tuple[SessionRecord, ...]
    results: tuple[ResultRecord, ...]
    gaps: tuple[Gap, ...]
    notes: tuple[Note, ...]
    trainings: tuple[Training, ...]
    unscored: tuple[UnscoredRecord, ...]
    reduced: int

    def find_acknowledged(self, person_id: str) -> Note | None:
        """Return somebody's latest acknowledgement; None when there is none."""
        own = [note for note in self.notes if note.person_id == person_id and note.kind == LedgerKind.ACKNOWLEDGED]
        return own[-1] if own else None


@dataclass(slots=True)
class _Fold:
    sessions: dict[str, SessionRecord] = field(default_factory=dict)
    guests: dict[str, dict[str, Guest]] = field(default_factory=dict)
    results: list[ResultRecord] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    unscored: list[UnscoredRecord] = field(default_factory=list)
    reduced: int = 0


def make_record(entries: Iterable[Entry]) -> Record:
    """Return what entries tell, in the order of their numbers; later ones correct earlier ones."""
    entries = tuple(entries)
    fold = _Fold()
    for entry in entries:
        if entry.body is None:
            fold.reduced += 1
            continue
        content = json.loads(entry.body)
        take = _TAKE.get(entry.kind)
        if take is not None:
            take(fold, entry, content["data"], content["by"])
    sessions = tuple(
        replace(row, guests=_sort(fold.guests.get(session_id, {}).values()))
        for session_id, row in fold.sessions.items()
    )
    return Record(
        sessions=sessions,
        results=tuple(fold.results),
        gaps=fold_gaps(entries),
        notes=tuple(fold.notes),
        trainings=fold_trainings(entries),
        unscored=tuple(sorted(fold.unscored, key=lambda each: (each.ended_at, each.number))),
        reduced=fold.reduced,
    )


def _sort(guests: Iterable[Guest]) -> tuple[Guest, ...]:
    return tuple(sorted(guests, key=lambda guest: (guest.name.casefold(), guest.person_id)))


def _take_opened(fold: _Fold, entry: Entry, data: dict[str, Any], by: str) -> None:
    session_id = entry.subjects.session_id or ""
    fold.sessions[session_id] = SessionRecord(
        session_id=session_id,
        team_id=entry.subjects.team_id or "",
        team=data["team"],
        school=data["school"],
        kind=data["session"],
        content=data["content"],
        content_version=data["content_version"],
        place=data["place"],
        opened_at=read_moment(entry.at),
        opened_by=by,
        makes_up=data["makes_up"],
    )


def _take_planned(fold: _Fold, entry: Entry, data: dict[str, Any], _: str) -> None:
    row = fold.sessions.get(entry.subjects.session_id or "")
    if row is not None:
        fold.sessions[row.session_id] = replace(
            row,
            planned_at=None if data["planned_at"] is None else read_moment(data["planned_at"]),
            place=data["place"],
            is_cancelled=data["cancelled"],
            ended_at=read_moment(entry.at) if data["cancelled"] else row.ended_at,
        )


def _take_details(fold: _Fold, entry: Entry, data: dict[str, Any], by: str) -> None:
    row = fold.sessions.get(entry.subjects.session_id or "")
    if row is not None:
        is_typed = data["hours"] is not None
        fold.sessions[row.session_id] = replace(
            row,
            need=data["need"],
            content=data["content"],
            content_version=data["content_version"],
            instructor=data["instructor"],
            qualification=data["qualification"],
            typed_hours=data["hours"] if is_typed else row.typed_hours,
            typed_by=by if is_typed else row.typed_by,
        )


def _take_ended(fold: _Fold, entry: Entry, data: dict[str, Any], _: str) -> None:
    row = fold.sessions.get(entry.subjects.session_id or "")
    if row is not None:
        fold.sessions[row.session_id] = replace(
            row, ended_at=read_moment(data["ended_at"]), measured_hours=data["hours"]
        )


def _take_guest(fold: _Fold, entry: Entry, data: dict[str, Any], _: str) -> None:
    person_id = entry.subjects.person_id or ""
    guests = fold.guests.setdefault(entry.subjects.session_id or "", {})
    before = guests.get(person_id, Guest(person_id=person_id, name=data["name"]))
    became = Attendance(data["attendance"]) if "attendance" in data else before.attendance
    guests[person_id] = replace(before, name=data["name"], attendance=became, reason=data.get("reason", ""))


def _take_result(fold: _Fold, entry: Entry, data: dict[str, Any], _: str) -> None:
    fold.results.append(
        ResultRecord(
            number=entry.number,
            attempt_id=entry.subjects.attempt_id or "",
            session_id=entry.subjects.session_id,
            team_id=entry.subjects.team_id or "",
            person_id=entry.subjects.person_id or "",
            name=data["name"],
            team=data["team"],
            school=data["school"],
            form=data["form"],
            form_title=data["form_title"] or data["form"],
            form_version=data["form_version"],
            mode=data["mode"],
            phase=data["phase"] or "",
            ended_at=read_moment(data["ended_at"]),
            state=data["state"],
            used_s=data["used_s"],
            passed=data["passed"],
            criteria=data["criteria"],
            parts=data["parts"],
            program=data["program"],
            versions=data.get("versions", {}),
            known_by=data.get("known_by", ""),
            began_at=read_moment(data["began_at"]) if data.get("began_at") else None,
        )
    )


def _take_unscored(fold: _Fold, entry: Entry, data: dict[str, Any], _: str) -> None:
    fold.unscored.append(
        UnscoredRecord(
            number=entry.number,
            kind=entry.kind,
            attempt_id=entry.subjects.attempt_id or "",
            session_id=entry.subjects.session_id,
            team_id=entry.subjects.team_id or "",
            person_id=entry.subjects.person_id or "",
            name=data["name"],
            team=data["team"],
            school=data["school"],
            ended_at=read_moment(data["ended_at"]),
            state=data["state"],
            used_s=data["used_s"],
            known_by=data["known_by"],
            form_title=data.get("form_title") or data.get("form", ""),
            role=data.get("role", ""),
            members=data.get("members", 0),
            passed=data.get("passed"),
            steps_done=data.get("steps_done"),
            steps=data.get("steps", 0),
        )
    )


def _take_rescored(fold: _Fold, entry: Entry, data: dict[str, Any], _: str) -> None:
    for place, result in enumerate(fold.results):
        if result.attempt_id == entry.subjects.attempt_id:
            fold.results[place] = replace(
                result,
                passed=data["passed"],
                criteria=data["criteria"],
                parts=data["parts"],
                program=data["program"],
                versions=data["versions"],
                was_passed=data["was"]["passed"],
                rescored_at=read_moment(entry.at),
            )


def _take_note(fold: _Fold, entry: Entry, data: dict[str, Any], by: str) -> None:
    fold.notes.append(
        Note(
            kind=entry.kind,
            number=entry.number,
            at=read_moment(entry.at),
            by=by,
            person_id=entry.subjects.person_id or "",
            name=data["name"],
            words=data["words"],
            attempt_id=entry.subjects.attempt_id,
            known_by=data.get("known_by", ""),
            link_by=data.get("link_by"),
        )
    )


_TAKE = {
    LedgerKind.SESSION_OPENED.value: _take_opened,
    LedgerKind.SESSION_PLANNED.value: _take_planned,
    LedgerKind.SESSION_DETAILS.value: _take_details,
    LedgerKind.SESSION_ENDED.value: _take_ended,
    LedgerKind.INVITED.value: _take_guest,
    LedgerKind.ATTENDANCE.value: _take_guest,
    LedgerKind.ATTENDANCE_CORRECTED.value: _take_guest,
    LedgerKind.RESULT.value: _take_result,
    LedgerKind.RESULT_RESCORED.value: _take_rescored,
    LedgerKind.FAMILIARISATION.value: _take_unscored,
    LedgerKind.TEAM_EXERCISE.value: _take_unscored,
    LedgerKind.REMEDIATION.value: _take_note,
    LedgerKind.ACKNOWLEDGED.value: _take_note,
}
