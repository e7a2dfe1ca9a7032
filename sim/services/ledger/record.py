"""Puts the training record together from the entries of the ledger.

Nothing but the ledger is read for what happened: so the record is the same years later, whatever became of the rest.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sim.db.ledger import Entry, LedgerKind, read_moment
from sim.drill.session_day import Attendance
from sim.services.ledger.gaps import Gap, fold_gaps
from sim.services.ledger.trainings import Training, fold_trainings, name_same_device

MADE_UP_LATER = "made up in a later session"
"""The reason of an attendance that came by joining a later session, not by anyone's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    person_id: str
    name: str
    attendance: Attendance = Attendance.INVITED
    reason: str = ""  # of the last correction
    # how it was known who came, see `KnownBy`; "list" where someone else entered it; "" where nobody did
    known_by: str = ""
    by: str = ""  # who entered it, "" for themselves or where nobody was signed in
    device: str = ""  # the mark of the browser in which they joined, "" where that is not known
    same_device: tuple[str, ...] = ()  # the names of others who joined with that browser
    did_drill: bool = False  # they began a drill in it, which has ended


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    session_id: str
    team_id: str
    team: str
    school: str
    kind: str  # which drill it was for, as stored
    # content, content_version: what was taught, and which version of it
    content: str
    content_version: str
    place: str
    # opened_at, ended_at: UTC; `ended_at` is None while it is open
    opened_at: datetime
    opened_by: str
    makes_up: str | None  # the session whose absent people it was offered to
    need: str = ""  # why it was held
    # instructor, qualification: who held it, and what entitles them to
    instructor: str = ""
    qualification: str = ""
    ended_at: datetime | None = None
    # its length as it was measured; None while it is open, or where nobody ended it
    measured_hours: float | None = None
    # typed_hours, typed_by: its length as someone typed it instead, and who; None where nobody has
    typed_hours: float | None = None
    typed_by: str = ""
    guests: tuple[Guest, ...] = ()  # everybody invited, by name
    # when it was to begin, UTC, as planned last; None for one that was opened for at once
    planned_at: datetime | None = None
    is_canceled: bool = False  # it was called off before its time; `ended_at` is when
    paused_s: float = 0  # for how long everybody's clock was stopped, seconds

    @property
    def begins_at(self) -> datetime:
        """When it was to begin, or was opened; UTC."""
        return self.planned_at or self.opened_at

    @property
    def hours(self) -> float | None:
        """Its length, as typed or else as measured; None while it is open or where neither is known."""
        return self.measured_hours if self.typed_hours is None else self.typed_hours

    def list_took_part(self) -> tuple[Guest, ...]:
        return tuple(guest for guest in self.guests if guest.did_drill)

    def list_without_drill(self) -> tuple[Guest, ...]:
        """Return those who were present and began no drill; nobody while it is open."""
        return tuple(guest for guest in self.guests if self.is_without_drill(guest))

    def is_without_drill(self, guest: Guest) -> bool:
        return self.ended_at is not None and guest.attendance is Attendance.PRESENT and not guest.did_drill

    def is_done_by(self, guest: Guest) -> bool:
        """Return whether it counts as done by somebody: they did its drill, may still do it, or made it up later."""
        has_come = guest.attendance in (Attendance.PRESENT, Attendance.MADE_UP)
        return has_come and not self.is_without_drill(guest)

    def list_who(self, *attendance: Attendance) -> tuple[Guest, ...]:
        return tuple(guest for guest in self.guests if guest.attendance in attendance)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRecord:
    number: int  # of its ledger entry
    attempt_id: str
    session_id: str | None
    team_id: str
    person_id: str
    name: str
    team: str
    school: str
    # form, form_title, form_version: what was asked
    form: str
    form_title: str
    form_version: str
    # mode, phase: as stored; phase "" where there is none
    mode: str
    phase: str
    began_at: datetime  # when its clock began, UTC
    state: str  # how it ended
    used_s: float | None  # seconds; None where it is not told, as for everyone who ran out of time
    usual_limit_s: float  # the drill's time limit for everyone without extended time, seconds
    passed: bool | None  # by the pass rule; None without a score
    criteria: Mapping[str, bool | None]  # parts of the pass rule, met or not
    parts: Mapping[str, Any]  # the measures, see docs/scoring.md
    program: str  # which version scored it
    versions: Mapping[str, int]  # of the measures and of the pass rule
    known_by: str = ""  # how it was known who did it, see `KnownBy`; "" where that was not noted
    paused_s: float = 0  # for how long its clock was stopped, seconds; no part of `used_s`


@dataclass(frozen=True, slots=True, kw_only=True)
class UnscoredRecord:
    """Something one person did that is not scored for them: getting to know the console, or a team exercise.

    Attributes:
        number: of its ledger entry.
        kind: of that entry.
        exercise_id: the team exercise, None where that was not noted, and for getting to know the console.
        form_title: what it was on; "" for getting to know the console.
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
    began_at: datetime
    state: str
    used_s: float | None
    usual_limit_s: float
    known_by: str
    exercise_id: str | None = None
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
        own = [note for note in self.notes if note.person_id == person_id and note.kind == LedgerKind.ACKNOWLEDGED]
        return own[-1] if own else None


@dataclass(slots=True)
class _Fold:
    sessions: dict[str, SessionRecord] = field(default_factory=dict)
    guests: dict[str, dict[str, Guest]] = field(default_factory=dict)
    results: list[ResultRecord] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    unscored: list[UnscoredRecord] = field(default_factory=list)
    voided: set[str] = field(default_factory=set)
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
    did = {(each.session_id, each.person_id) for each in fold.results}
    did |= {(each.session_id, each.person_id) for each in fold.unscored}
    sessions = tuple(
        replace(row, guests=_sort(_tell_drills(fold.guests.get(session_id, {}).values(), session_id, did)))
        for session_id, row in fold.sessions.items()
        if session_id not in fold.voided
    )
    return Record(
        sessions=_take_back_made_up(sessions),
        results=tuple(fold.results),
        gaps=fold_gaps(entries),
        notes=tuple(fold.notes),
        trainings=fold_trainings(entries),
        unscored=tuple(sorted(fold.unscored, key=lambda each: (each.began_at, each.number))),
        reduced=fold.reduced,
    )


def _take_back_made_up(sessions: tuple[SessionRecord, ...]) -> tuple[SessionRecord, ...]:
    """Return sessions in which nobody made up for one by being at a later one without beginning a drill there."""
    later: dict[tuple[str | None, str], list[bool]] = {}
    for session in sessions:
        for guest in session.guests:
            later.setdefault((session.makes_up, guest.person_id), []).append(session.is_without_drill(guest))

    def look(session: SessionRecord, guest: Guest) -> Guest:
        is_by_joining = (guest.attendance, guest.reason) == (Attendance.MADE_UP, MADE_UP_LATER)
        without = later.get((session.session_id, guest.person_id), [])
        is_idle = is_by_joining and bool(without) and all(without)
        return replace(guest, attendance=Attendance.ABSENT, reason="") if is_idle else guest

    return tuple(replace(each, guests=tuple(look(each, guest) for guest in each.guests)) for each in sessions)


def _tell_drills(guests: Iterable[Guest], session_id: str, did: set[tuple[str | None, str]]) -> Iterable[Guest]:
    return (replace(guest, did_drill=(session_id, guest.person_id) in did) for guest in guests)


def _sort(guests: Iterable[Guest]) -> tuple[Guest, ...]:
    known = {guest.person_id: guest for guest in guests}
    others = name_same_device({key: (guest.name, guest.device) for key, guest in known.items()})
    told = (replace(guest, same_device=others[key]) for key, guest in known.items())
    return tuple(sorted(told, key=lambda guest: (guest.name.casefold(), guest.person_id)))


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
            is_canceled=data["canceled"],
            ended_at=read_moment(entry.at) if data["canceled"] else row.ended_at,
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


def _take_resumed(fold: _Fold, entry: Entry, data: dict[str, Any], _: str) -> None:
    row = fold.sessions.get(entry.subjects.session_id or "")
    if row is not None:
        fold.sessions[row.session_id] = replace(row, paused_s=row.paused_s + data["seconds"])


def _take_reopened(fold: _Fold, entry: Entry, _data: dict[str, Any], _: str) -> None:
    row = fold.sessions.get(entry.subjects.session_id or "")
    if row is not None:
        fold.sessions[row.session_id] = replace(row, ended_at=None, measured_hours=None)


def _take_voided(fold: _Fold, entry: Entry, _data: dict[str, Any], _: str) -> None:
    fold.voided.add(entry.subjects.session_id or "")


def _take_guest(fold: _Fold, entry: Entry, data: dict[str, Any], by: str) -> None:
    person_id = entry.subjects.person_id or ""
    guests = fold.guests.setdefault(entry.subjects.session_id or "", {})
    before = guests.get(person_id, Guest(person_id=person_id, name=data["name"]))
    became = Attendance(data["attendance"]) if "attendance" in data else before.attendance
    guests[person_id] = replace(
        before,
        name=data["name"],
        attendance=became,
        reason=data.get("reason", ""),
        known_by=data.get("known_by", ""),
        by=by,
        device=data.get("device", ""),
    )


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
            began_at=read_moment(data["began_at"]),
            state=data["state"],
            used_s=data["used_s"],
            usual_limit_s=data["usual_limit_s"],
            passed=data["passed"],
            criteria=data["criteria"],
            parts=data["parts"],
            program=data["program"],
            versions=data.get("versions", {}),
            known_by=data.get("known_by", ""),
            paused_s=data.get("paused_s", 0),
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
            began_at=read_moment(data["began_at"]),
            state=data["state"],
            used_s=data["used_s"],
            usual_limit_s=data["usual_limit_s"],
            known_by=data["known_by"],
            exercise_id=data.get("exercise"),
            form_title=data.get("form_title") or data.get("form", ""),
            role=data.get("role", ""),
            members=data.get("members", 0),
            passed=data.get("passed"),
            steps_done=data.get("steps_done"),
            steps=data.get("steps", 0),
        )
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
    LedgerKind.SESSION_RESUMED.value: _take_resumed,
    LedgerKind.SESSION_ENDED.value: _take_ended,
    LedgerKind.SESSION_REOPENED.value: _take_reopened,
    LedgerKind.SESSION_VOIDED.value: _take_voided,
    LedgerKind.INVITED.value: _take_guest,
    LedgerKind.ATTENDANCE.value: _take_guest,
    LedgerKind.ATTENDANCE_CORRECTED.value: _take_guest,
    LedgerKind.RESULT.value: _take_result,
    LedgerKind.FAMILIARIZATION.value: _take_unscored,
    LedgerKind.TEAM_EXERCISE.value: _take_unscored,
    LedgerKind.REMEDIATION.value: _take_note,
    LedgerKind.ACKNOWLEDGED.value: _take_note,
}
