"""Trainings and session days in the database: planned or entered afterwards, who came, whether they were held.

A training event is the training itself; drills are its tests. What stood here before stands in the ledger.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from math import ceil
from typing import Any, Final

from sqlalchemy import ColumnElement, LargeBinary, bindparam, select, update

from sim.attempt.options import Options, ProfileName, read_options
from sim.db.columns import EVIDENCE, Col, Row, cascade, column, inner, listed, set_null, several, told
from sim.db.rows import Condition, RowsOf, in_parts, whole
from sim.db.teams import PersonRow
from sim.errors import LedgerError, SessionError
from sim.program.session_day import DOORS, Attendance, Day, SessionKind, Starting, is_canceled

GRACE: Final = timedelta(minutes=10)
"""So late someone may sign in, and so early out, and was there for the whole training."""
USUAL_SHARE: Final = 0.8
"""The share of a training's minutes that attending it takes, where nobody said how many."""
BY_LIST: Final = "list"
"""How it is known that someone came whom someone else ticked off."""


class Certified(StrEnum):
    NOTHING = "none"
    ATTENDED = "attended"
    PASSED = "passed"


class TrainingState(StrEnum):
    PLANNED = "planned"
    OPEN = "sign-in open"
    HELD = "held"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    name: str
    link: str = ""
    sha256: str = ""
    size: int = 0


class Attendee(
    Row, table="training_person", of="training", audit="attendance at training {} of person {}", outlives=True
):
    """Attendance of trainings. Who was expected at a training and who came."""

    same_device: tuple[str, ...] = ()  # the names of others who signed in with that browser
    training_id: Col[str] = column(32, primary_key=True)
    person_id: Col[str] = told("who", 32, primary_key=True, index=True)
    name: Col[str] = told("name as it was then", 120)
    attendance: Col[Attendance] = told("present, absent or made up", default=Attendance.INVITED)
    at: Col[datetime | None] = told("when that was entered", default=None)
    known_by: Col[str] = told("how it was known who they are", 16, default="")  # see `KnownBy`, `BY_LIST`
    by: Col[str] = told("by whom entered", 120, default="", name="entered_by")  # "" for themselves
    reason: Col[str] = told("why it was corrected", 200, default="")  # of the last correction
    device: Col[str] = told("a mark of the browser, for this training alone", 64, default="")
    left_at: Col[datetime | None] = told("when they signed out", default=None)
    minutes: Col[int | None] = told("for how many minutes they were there", default=None)
    minutes_by: Col[str] = told("by whom these minutes were entered", 120, default="")


class Sheet(
    Row, table="training_sheet", of="training", sorted_by="added_at sheet_id", audit="signed sheet {}", outlives=True
):
    """Signed sheets. Which photos of a training's paper there are, and who added them."""

    sheet_id: Col[str] = column(32, primary_key=True)
    training_id: Col[str] = column(32, index=True)
    name: Col[str] = told("what the picture was called", 120)
    sha256: Col[str] = column(64)  # of the picture as it is kept
    size: Col[int] = column()  # its bytes
    added_at: Col[datetime] = column()
    added_by: Col[str] = told("by whom added", 120)
    removed_at: Col[datetime | None] = column(default=None)  # a wrong one is taken away; that it was there stays known
    removed_by: Col[str] = told("by whom removed", 120, default="")
    why_removed: Col[str] = column(200, default="")


class SheetPicture(Row, table="training_sheet_picture", of="training_sheet", by="sheet_id", kept=EVIDENCE):
    """Photos of signed sheets. The photos themselves."""

    sheet_id: Col[str] = column(32, cascade("training_sheet.sheet_id"), primary_key=True)
    picture: Col[bytes] = told("names and signatures of those who signed", LargeBinary())


class Training(Row, table="training", of="team", sorted_by="ordinal", audit="training {}", outlives=True):
    """Trainings. What was taught, when, where and by whom, and who entered it."""

    unknown = partial(LedgerError, "This training does not exist. Go back to the records and choose one.")
    attendees: tuple[Attendee, ...] = ()  # everyone expected, by name
    sheets: tuple[Sheet, ...] = ()  # pictures of the paper that was signed, those taken away too
    training_id: Col[str] = column(32, primary_key=True)
    ordinal: Col[int] = column()  # trainings are counted in the order they were entered
    number: Col[int] = column()  # how often it was entered or closed; a change is refused where that is another by now
    team_id: Col[str] = column(32, index=True)
    team: Col[str] = column(120)  # as it was called then
    school: Col[str] = column(120)
    title: Col[str] = column(200)
    topics: Col[str] = column()
    version: Col[str] = column(200)
    need: Col[str] = column(200)
    place: Col[str] = column(200)
    begins_at: Col[datetime] = column()
    minutes: Col[int] = column()  # its length as it was typed last, planned or held
    instructor: Col[str] = told("who taught", 200)
    qualification: Col[str] = told("what entitles them to", 200)
    provider: Col[str] = column(200)
    standard: Col[str] = column(200)  # what it meets, as a state's mandate or a district's policy; "" for none
    materials: Col[tuple[Material, ...]] = column(listed(Material))
    program_id: Col[str | None] = column(32)  # the program whose training it is, None for none
    certified: Col[Certified] = column()  # what earns its certificate
    valid_months: Col[int] = column()  # 0 for no end
    least_minutes: Col[int] = column(default=0)  # that attending it takes; 0 for `USUAL_SHARE` of its minutes
    makes_up: Col[str | None] = column(32)  # the training whose absent people it was offered to
    entered_at: Col[datetime] = column()
    entered_by: Col[str] = told("by whom entered", 120)
    minutes_by: Col[str] = told("by whom its length was entered", 120)  # who typed the minutes
    sign_ins: Col[int] = column(default=0)  # how often signing in was opened
    sign_in_at: Col[datetime | None] = column(default=None)  # first opened
    sign_out_at: Col[datetime | None] = column(default=None)  # last closed
    sign_in_latest_at: Col[datetime | None] = column(default=None)  # when it was opened last
    is_open: Col[bool] = column(default=False, server_default="0")  # one can sign in
    is_held: Col[bool | None] = column(default=None)  # None before it is closed, False for a canceled one
    closed_at: Col[datetime | None] = column(default=None)
    closed_by: Col[str] = told("by whom closed", 120, default="")
    why_canceled: Col[str] = column(200, default="")
    why_longer: Col[str] = column(200, default="")  # why its minutes are more than had passed
    approved_at: Col[datetime | None] = column(default=None)
    approved_by: Col[str] = told("by whom approved", 120, default="")
    withdrawn_at: Col[datetime | None] = column(default=None)  # when its approval ended, as it was corrected since

    @property
    def is_approved(self) -> bool:
        return self.approved_at is not None and self.withdrawn_at is None

    @property
    def needed_minutes(self) -> int:
        return min(self.minutes, self.least_minutes or ceil(self.minutes * USUAL_SHARE))

    @property
    def sign_in(self) -> int:
        """Which opening of signing in codes are for; 0 while it is closed."""
        return self.sign_ins if self.is_open else 0

    @property
    def state(self) -> TrainingState:
        if self.is_held is not None:
            return TrainingState.HELD if self.is_held else TrainingState.CANCELED
        return TrainingState.OPEN if self.is_open else TrainingState.PLANNED

    @property
    def taught_by(self) -> str:
        return ", ".join(part for part in (self.instructor, self.qualification) if part)

    def list_who(self, *attendance: Attendance) -> tuple[Attendee, ...]:
        return tuple(each for each in self.attendees if each.attendance in attendance)

    def find(self, person_id: str) -> Attendee | None:
        return next((each for each in self.attendees if each.person_id == person_id), None)

    def find_late(self, person: Attendee) -> datetime | None:
        opened = max(self.begins_at, self.sign_in_at or self.begins_at)
        is_own = person.known_by not in ("", BY_LIST)
        return person.at if is_own and person.at is not None and person.at > opened + GRACE else None

    def find_early(self, person: Attendee) -> datetime | None:
        """Return when someone signed out, where that was early, or is not known to be late enough yet."""
        end = self.begins_at + timedelta(minutes=self.minutes)
        return person.left_at if person.left_at and (self.is_held is None or person.left_at < end - GRACE) else None

    def count_minutes(self, person: Attendee) -> int:
        """Return for how many of its minutes someone was there who came: as entered, or as it was measured."""
        if person.minutes is not None:
            return min(person.minutes, self.minutes)
        end = self.begins_at + timedelta(minutes=self.minutes)
        begin, end = self.find_late(person) or self.begins_at, min(end, self.find_early(person) or end)
        return max(0, int((end - begin).total_seconds() // 60))

    def is_partly(self, person: Attendee) -> bool:
        """Return whether someone came to a training that was held, for fewer minutes than attending it takes."""
        came = self.is_held is True and person.attendance is Attendance.PRESENT
        return came and self.count_minutes(person) < self.needed_minutes


class TrainingsTable(RowsOf[Training]):
    def get(self, *key: str) -> Training:
        return self._add_people((super().get(*key),))[0]

    def list_all(self, *where: ColumnElement[bool], most: int | None = None, **columns: object) -> tuple[Training, ...]:
        return self._add_people(super().list_all(*where, most=most, **columns))

    def _add_people(self, found: tuple[Training, ...]) -> tuple[Training, ...]:
        people: dict[str, list[Attendee]] = defaultdict(list)
        sheets: dict[str, list[Sheet]] = defaultdict(list)
        for ids in in_parts([each.training_id for each in found]):
            for each in self.list_rows(Attendee, Attendee.training_id.in_(ids)):
                people[each.training_id].append(each)
            for sheet in self.list_rows(Sheet, Sheet.training_id.in_(ids)):
                sheets[sheet.training_id].append(sheet)
        return tuple(
            replace(each, attendees=sort_by_name(people[each.training_id]), sheets=tuple(sheets[each.training_id]))
            for each in found
        )


def sort_by_name(people: Sequence[Any]) -> tuple[Any, ...]:
    """Return those who were at something by name, each with who else took a name in the same browser."""
    return tuple(
        replace(
            each,
            same_device=tuple(
                sorted(one.name for one in people if each.device and one.device == each.device and one is not each)
            ),
        )
        for each in sorted(people, key=lambda each: (each.name.casefold(), each.person_id))
    )


class InvitedRow(
    Row,
    table="session_person",
    of="session",
    sorted_by="person_id",
    audit="attendance in session {} of person {}",
    outlives=True,
):
    """Invitations and attendance. Who was invited to a session, who came, and with how much time."""

    same_device: tuple[str, ...] = ()  # the names of others who joined with that browser
    did_drill: bool = False  # they began a drill in it, which has ended
    session_id: Col[str] = column(32, primary_key=True)
    person_id: Col[str] = told("who", 32, primary_key=True)
    name: Col[str] = told("name as it was then", 120)
    attendance: Col[Attendance] = told("present, absent or made up")
    known_by: Col[str] = told("how it was known who they are", 16, default="")  # see `KnownBy`, `BY_LIST`
    by: Col[str] = told("by whom entered", 120, default="", name="entered_by")  # "" for themselves
    reason: Col[str] = told("why it was corrected", 200, default="")  # of the last correction
    device: Col[str] = told("a mark of the browser, for this session alone", 64, default="")
    extra_time: Col[float] = told("extended time, where someone is entitled to it", loose=True)  # factor
    seat: Col[int] = column(loose=True)  # counts up when the name is freed: an earlier seat is lost
    return_code: Col[str] = told("code to come back with", 16, secret=True, loose=True)
    attempt_id: Col[str | None] = column(64, set_null("attempt.attempt_id"), default=None, index=True, loose=True)
    joined_at: Col[datetime | None] = told("when joined", default=None, loose=True)  # None while the name is free
    seen_at: Col[datetime | None] = told("when last seen there", default=None, loose=True)  # outside the drill

    def is_seen_anew(self, at: datetime) -> bool:
        """Whether a sign of life is stored: one just before is left as it is, also where the clock was set back."""
        return self.seen_at is None or not timedelta(0) <= at - self.seen_at <= SEEN_STEP


class SessionRow(
    Row, table="session", of="team", sorted_by="-created_at session_id", audit="session {}", outlives=True
):
    """Sessions. What was done in a session, when, where and by whom, and who entered its length."""

    unknown = partial(SessionError, "this session does not exist", todo="ask the trainer for the link or the code")
    day: Day  # what drill, how it is given, and how far it is
    guests: tuple[InvitedRow, ...] = ()  # everybody invited, by name, where it was read for the record
    session_id: Col[str] = column(32, primary_key=True)
    team_id: Col[str] = column(32, cascade("team.team_id"), index=True)
    team: Col[str] = column(120)  # as it was called then
    school: Col[str] = column(120)
    step_id: Col[str | None] = column(32, set_null("program_step.step_id"), index=True, loose=True)
    makes_up: Col[str | None] = column(32, set_null("session.session_id"))  # whose absent people it is for, or None
    kind: Col[SessionKind] = inner("day.kind", "")
    starting: Col[Starting] = inner("day.starting", "", loose=True)
    profile: Col[ProfileName] = column(loose=True)
    options: Col[Options] = column(several(read_options), loose=True)
    place: Col[str] = column(120)  # where it is held, "" when not said
    code: Col[str] = column(16, index=True, loose=True)  # what is said aloud to join, without spaces
    link_number: Col[int] = column(loose=True)  # counts up when the links given out so far are to work no more
    created_at: Col[datetime] = column()
    expires_at: Col[datetime] = inner("day.expires_at", "", loose=True)
    briefing_at: Col[datetime | None] = inner("day.briefing_at", "", loose=True)
    started_at: Col[datetime | None] = inner("day.started_at", "", loose=True)
    ended_at: Col[datetime | None] = inner("day.ended_at", "")
    planned_at: Col[datetime | None] = inner("day.planned_at", "")
    starts_at: Col[datetime | None] = inner("day.starts_at", "", loose=True)
    paused_at: Col[datetime | None] = inner("day.paused_at", "", loose=True)
    paused_s: Col[float] = inner("day.paused_s", "", server_default="0", loose=True)
    recording_id: Col[str | None] = column(80, default=None, loose=True)  # and `form_id`: None where nobody chose
    form_id: Col[str | None] = column(80, default=None, loose=True)
    voided_at: Col[datetime | None] = column(default=None)  # as nobody began a drill in it
    void_reason: Col[str] = column(200, default="")
    content: Col[str] = column(400)  # what was taught
    content_version: Col[str] = column(400)
    need: Col[str] = column(400, default="")  # why it was held
    instructor: Col[str] = told("who held it", 400, default="")
    qualification: Col[str] = told("what entitles them to", 400, default="")
    measured_hours: Col[float | None] = column(default=None)  # None where nobody ended it
    typed_hours: Col[float | None] = column(default=None)  # its length as someone typed it instead
    typed_by: Col[str] = told("by whom its length was entered", 120, default="")
    stood_s: Col[float] = column(default=0.0)  # for how long everybody's clock was stopped, all pauses, seconds

    @property
    def begins_at(self) -> datetime:
        return self.day.planned_at or self.created_at

    @property
    def is_canceled(self) -> bool:
        return is_canceled(self.day)

    @property
    def hours(self) -> float | None:
        """Its length, as typed or else as measured; None while it is open or where neither is known."""
        return self.measured_hours if self.typed_hours is None else self.typed_hours

    @property
    def taught_by(self) -> str:
        return ", ".join(part for part in (self.instructor, self.qualification) if part)

    def list_without_drill(self) -> tuple[InvitedRow, ...]:
        """Return those who were present and began no drill; nobody while it is open."""
        return tuple(guest for guest in self.guests if self.is_without_drill(guest))

    def is_without_drill(self, guest: InvitedRow) -> bool:
        return self.day.ended_at is not None and guest.attendance is Attendance.PRESENT and not guest.did_drill

    def is_done_by(self, guest: InvitedRow) -> bool:
        """Return whether it counts as done by somebody: they did its drill, may still do it, or made it up later."""
        has_come = guest.attendance in (Attendance.PRESENT, Attendance.MADE_UP)
        return has_come and not self.is_without_drill(guest)

    def count_late_minutes(self, guest: InvitedRow) -> int:
        """Return how many minutes after the session began somebody joined who was late; 0 for nobody late.

        It began with its briefing or its start; where everybody begins alone, when it was planned for or opened.
        """
        is_each = self.day.starting is Starting.EACH
        began = self.day.briefing_at or self.day.started_at or (self.begins_at if is_each else None)
        is_own = guest.known_by not in ("", BY_LIST)
        if began is None or guest.joined_at is None or not is_own:
            return 0
        late = guest.joined_at - max(began, self.begins_at)
        return int(late.total_seconds() // 60) if late > GRACE else 0

    def list_who(self, *attendance: Attendance) -> tuple[InvitedRow, ...]:
        return tuple(guest for guest in self.guests if guest.attendance in attendance)


SEEN_STEP = timedelta(seconds=4)
"""How far apart two signs of life are that are both stored."""
_SEEN = InvitedRow.seen_at
_IS_OLD = _SEEN.is_(None) | (bindparam("before") > _SEEN) | (bindparam("now") < _SEEN)
_NOTE_SEEN = (
    update(InvitedRow.table)
    .values(seen_at=bindparam("now"))
    .where(InvitedRow.attempt_id.in_(bindparam("attempts", expanding=True)), _IS_OLD)
)
"""Made once: every post of events notes that its trainee is there."""
_IS_KNOWN = InvitedRow.person_id.in_(select(PersonRow.person_id))


class SessionsTable(RowsOf[SessionRow]):
    def find_by_code(self, code: str, *, now: datetime) -> SessionRow | None:
        """Return the session of whatever school with a spoken code that lets people in and has not ended, if any."""
        found = self.read(SessionRow, whole(select(SessionRow.table).where(SessionRow.code == code, *is_open(now))))
        return found[0] if found else None

    def list_invited(self, session_id: str) -> tuple[InvitedRow, ...]:
        return self.list_rows(InvitedRow, InvitedRow.session_id == session_id, _IS_KNOWN)

    def list_of_person(self, person_id: str) -> tuple[InvitedRow, ...]:
        return self._list_newest(InvitedRow.person_id == person_id)

    def get_invited(self, session_id: str, person_id: str) -> InvitedRow:
        own = (InvitedRow.session_id == session_id, InvitedRow.person_id == person_id)
        found = self.find_row(InvitedRow, *own, _IS_KNOWN)
        if found is None:
            raise SessionError("this person is not invited to this session", todo="ask the trainer to invite them")
        return found

    def find_by_attempt(self, attempt_id: str) -> InvitedRow | None:
        """Return the latest invitation that an attempt was given in; None for one that was given otherwise."""
        return next(iter(self._list_newest(InvitedRow.attempt_id == attempt_id)), None)

    def _list_newest(self, where: Condition) -> tuple[InvitedRow, ...]:
        joined = select(InvitedRow.table).join(SessionRow.table, SessionRow.session_id == InvitedRow.session_id)
        return self.read(InvitedRow, joined.where(where).order_by(*SessionRow.order))

    def note_seen(self, attempt_ids: Collection[str], *, at: datetime) -> None:
        """Note a sign of life of those who do some drills; one just before is left as it is."""
        self.connection.execute(_NOTE_SEEN, {"attempts": list(attempt_ids), "now": at, "before": at - SEEN_STEP})


def is_open(now: datetime) -> tuple[Condition, ...]:
    let_in = SessionRow.planned_at.is_(None) | (SessionRow.planned_at <= now + DOORS)
    return SessionRow.ended_at.is_(None), SessionRow.expires_at > now, let_in
