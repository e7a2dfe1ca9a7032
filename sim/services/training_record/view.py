"""The records page: who was trained in what, who did not come, gaps, refreshers due, what the record still lacks."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from sim.db.ledger import Entry, LedgerKind, Subjects, read_moment
from sim.db.rows import PersonRow
from sim.drill.plan import RETENTION
from sim.drill.resume import BoardState
from sim.drill.session_day import Attendance
from sim.services.accounts.drill_access import SIGNED_IN
from sim.services.accounts.viewer import Duty, KnownBy, Viewer, require
from sim.services.app.wiring import App
from sim.services.ledger.record import Note, Record, SessionRecord
from sim.services.ledger.trainings import TrainingState, find_trained_at
from sim.services.program.board import get_board
from sim.services.team.redrill import Waiting, find_waiting
from sim.services.training_record.certificates import list_certificates
from sim.services.training_record.load import find_identity, load_person_record, load_team_record
from sim.services.training_record.tables import (
    KIND_WORDS,
    make_gap_table,
    make_note_table,
    make_own_sessions,
    make_result_table,
    make_session_table,
    make_training_table,
    make_unscored_table,
    write_hours,
    write_planned,
)
from sim.text.tables import TextTable
from sim.text.times import write_date

LINK_BY: Final = "not signed in, by a link from {by}"
LINK_WORDS: Final = "not signed in, by a link"
"""How it is known who acknowledged; of earlier entries that is not recorded."""
REFRESHERS: Final = frozenset(f"{words} after" for words in RETENTION)
DELETED: Final = "deleted from the list"
ABOUT_PERSON: Final = (
    LedgerKind.INVITED,
    LedgerKind.ATTENDANCE,
    LedgerKind.ATTENDANCE_CORRECTED,
    LedgerKind.TRAINING_ATTENDANCE,
    LedgerKind.RESULT,
    LedgerKind.FAMILIARIZATION,
    LedgerKind.TEAM_EXERCISE,
    LedgerKind.GAP_OPENED,
    LedgerKind.GAP_CLOSED,
    LedgerKind.REDRILL_GIVEN,
    LedgerKind.REMEDIATION,
)
"""What somebody acknowledges: their own record, not that it was exported or is held."""

_WAITING: Final = (BoardState.OVERDUE, BoardState.DUE, BoardState.PLANNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session. `lacks` names what nobody has entered yet; `made_up_by` is the day offered to the absent, or "".

    `came` counts who began a drill or made it up, `without_drill` who was present without one.

    `day` is the planned day and hour of one that was planned; `is_ahead` while that is to come.
    """

    session_id: str
    title: str
    day: str
    hours: str
    came: str
    without_drill: int
    absent: tuple[str, ...]
    made_up_by: str
    instructor: str
    lacks: tuple[str, ...]
    is_ahead: bool
    record: SessionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person. `gaps` are what is open, in words; `refresher` when the next one is due, "" without a program.

    `trained` is the day on which they were trained last, "" without one; `standing` says of somebody who is
    not on the team any more what became of them, "" for everybody else.
    """

    person_id: str
    name: str
    trained: str
    attended: int
    invited: int
    latest: str
    gaps: tuple[str, ...]
    refresher: str
    acknowledged: str
    standing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRecordView:
    """A team's record as the page shows it; `reduced` counts entries whose period is over."""

    team_id: str
    team: str
    school: str
    facts: tuple[tuple[str, str], ...]
    sessions: tuple[SessionLine, ...]
    session_table: TextTable
    people: tuple[PersonLine, ...]
    former: tuple[PersonLine, ...]
    results: TextTable
    unscored: TextTable
    notes: TextTable
    reduced: int
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecordView:
    person_id: str
    name: str
    team_id: str
    team: str
    school: str
    standing: str  # what became of somebody who is not on the team any more; "" else
    is_deleted: bool  # they are on no list any more; their record is evidence, and stays
    refresher: str
    # trainings, sessions, results, unscored, gaps, notes: tables
    trainings: TextTable
    sessions: TextTable
    results: TextTable
    unscored: TextTable
    gaps: TextTable
    notes: TextTable
    open_gaps: tuple[str, ...]
    waiting: Waiting | None  # a re-drill that they were given and have not done; None when there is none
    newest: int  # number of the newest entry, which an acknowledgement names; 0 without any
    acknowledged: str  # the latest acknowledgement in words, "" without one
    is_acknowledged: bool  # nothing has come since
    has_certificates: bool  # they have earned one


def get_team_view(app: App, team_id: str, *, zone: tzinfo) -> TeamRecordView:
    record, now = load_team_record(app, team_id), app.clock.read().wall
    with app.store.read() as work:
        team = work.teams.get_team(team_id)
        listed = work.teams.list_people(team_id)
    with app.unrestricted().store.read() as work:
        known = {person.person_id: person for person in work.teams.list_everybody()}
    refreshers = _list_refreshers(app, team_id)
    open_gaps = [gap for gap in record.gaps if gap.closed_at is None]
    lines = tuple(
        _make_person(record, person.person_id, person.name, zone, refresher=refreshers.get(person.person_id, ""))
        for person in listed
        if person.left_at is None
    )
    absent = {guest.person_id for session in record.sessions for guest in session.list_who(Attendance.ABSENT)}
    return TeamRecordView(
        team_id=team_id,
        team=team.name,
        school=team.school or team.name,
        facts=(
            ("Trainings held", str(sum(each.state is TrainingState.HELD for each in record.trainings))),
            ("Sessions", str(len(record.sessions))),
            ("People still absent", str(len(absent))),
            ("Drills recorded", str(len(record.results))),
            ("Open gaps", str(len(open_gaps))),
            ("Refreshers due", str(sum(line.refresher.startswith(("due", "overdue")) for line in lines))),
        ),
        sessions=tuple(_make_session(session, record, now, zone) for session in reversed(record.sessions)),
        session_table=make_session_table(record.sessions, zone),
        people=lines,
        former=_list_former(record, {line.person_id for line in lines}, known, team_id, zone),
        results=make_result_table(record, zone),
        unscored=make_unscored_table(record, zone),
        notes=make_note_table(record, zone, with_names=True),
        reduced=record.reduced,
        record=record,
    )


def get_person_view(app: App, person_id: str, *, zone: tzinfo) -> PersonRecordView:
    """Return one person's record, also of somebody who has left or was deleted. Raises StoreError: unknown person."""
    record = load_person_record(app, person_id)
    with app.store.read() as work:
        who = find_identity(work, person_id)
        newest = work.ledger.find_newest(person_id, ABOUT_PERSON)
        waiting = None if who.row is None else find_waiting(work, person_id, zone=zone)
    noted = record.find_acknowledged(person_id)
    return PersonRecordView(
        person_id=person_id,
        name=who.name,
        team_id=who.team_id,
        team=who.team,
        school=who.school,
        standing=_write_standing(who.row, who.team_id, zone),
        is_deleted=who.row is None,
        refresher="" if who.row is None else _list_refreshers(app, who.team_id).get(person_id, ""),
        trainings=make_training_table(record, zone),
        sessions=make_own_sessions(record, zone),
        results=make_result_table(record, zone, with_names=False),
        unscored=make_unscored_table(record, zone, with_names=False),
        gaps=make_gap_table(record.gaps, zone),
        notes=make_note_table(record, zone),
        open_gaps=tuple(gap.skill for gap in record.gaps if gap.closed_at is None),
        waiting=waiting,
        newest=newest,
        acknowledged="" if noted is None else write_acknowledged(noted, zone),
        is_acknowledged=noted is not None and noted.number > newest,
        has_certificates=any(
            each.earned_at is not None for each in list_certificates(record, now=app.clock.read().wall, zone=zone)
        ),
    )


def write_acknowledged(note: Note, zone: tzinfo) -> str:
    """Return when somebody acknowledged and how they were known: "Nov 27, 2026, signed in with a PIN"."""
    day = write_date(note.at, zone)
    if note.known_by != KnownBy.LINK:
        return f"{day}, {SIGNED_IN[note.known_by]}" if note.known_by in SIGNED_IN else day
    return f"{day}, {LINK_BY.format(by=note.link_by) if note.link_by else LINK_WORDS}"


def _list_former(
    record: Record, present: Iterable[str], known: dict[str, PersonRow], team_id: str, zone: tzinfo
) -> tuple[PersonLine, ...]:
    names = {guest.person_id: guest.name for session in record.sessions for guest in session.guests}
    names |= {each.person_id: each.name for training in record.trainings for each in training.attendees}
    names |= {each.person_id: each.name for each in record.notes}
    names |= {each.person_id: each.name for each in record.unscored}
    names |= {each.person_id: each.name for each in record.results}
    gone = {person_id: name for person_id, name in names.items() if person_id not in set(present)}
    lines = [
        _make_person(record, person_id, name, zone, standing=_write_standing(known.get(person_id), team_id, zone))
        for person_id, name in gone.items()
    ]
    return tuple(sorted(lines, key=lambda line: (line.name.casefold(), line.person_id)))


def _write_standing(row: PersonRow | None, team_id: str, zone: tzinfo) -> str:
    if row is None:
        return DELETED
    if row.left_at is not None:
        return f"left {write_date(row.left_at, zone)}"
    return "" if row.team_id == team_id else "now on another team"


def _make_session(session: SessionRecord, record: Record, now: datetime, zone: tzinfo) -> SessionLine:
    is_ahead = session.ended_at is None and session.planned_at is not None and now < session.planned_at
    offered = next(
        (each for each in record.sessions if each.makes_up == session.session_id and not each.is_canceled), None
    )
    lacks = [
        words
        for value, words in (
            (session.need, "need"),
            (session.instructor, "instructor"),
            (session.qualification, "qualification"),
            (session.hours or session.ended_at is None, "hours"),
        )
        if not value and not session.is_canceled and not is_ahead
    ]
    return SessionLine(
        session_id=session.session_id,
        title=KIND_WORDS.get(session.kind, session.kind),
        day=write_planned(session, zone),
        hours=write_hours(session),
        came=f"{sum(session.is_done_by(guest) for guest in session.guests)} of {len(session.guests)}",
        without_drill=len(session.list_without_drill()),
        absent=tuple(guest.name for guest in session.list_who(Attendance.ABSENT)),
        made_up_by="" if offered is None else write_date(offered.begins_at, zone),
        instructor=session.instructor,
        lacks=tuple(lacks),
        is_ahead=is_ahead,
        record=session,
    )


def _make_person(
    record: Record, person_id: str, name: str, zone: tzinfo, *, refresher: str = "", standing: str = ""
) -> PersonLine:
    own = [(session, guest) for session in record.sessions for guest in session.guests if guest.person_id == person_id]
    results = [result for result in record.results if result.person_id == person_id]
    noted = record.find_acknowledged(person_id)
    latest = "" if not results else write_date(results[-1].began_at, zone)
    trained = [
        at
        for training in record.trainings
        if (at := find_trained_at(training, person_id, record.trainings)) is not None
    ]
    return PersonLine(
        person_id=person_id,
        name=name,
        trained=write_date(max(trained), zone) if trained else "",
        attended=sum(session.is_done_by(guest) for session, guest in own),
        invited=len(own),
        latest=latest,
        gaps=tuple(gap.skill for gap in record.gaps if gap.person_id == person_id and gap.closed_at is None),
        refresher=refresher,
        acknowledged="" if noted is None else write_acknowledged(noted, zone),
        standing=standing,
    )


def _list_refreshers(app: App, team_id: str) -> dict[str, str]:
    """Return when each person's next refresher of the team's program is due, in the words of the board."""
    board = get_board(app, team_id=team_id)
    found: dict[str, str] = {}
    for person in board.people:
        cells = [
            cell
            for title, cell in zip(board.titles, person.cells, strict=True)
            if title in REFRESHERS and cell.state in _WAITING
        ]
        if cells:
            found[person.person_id] = cells[0].text
    return found


MOST_SHOWN: Final = 50
CHANGES: Final[Mapping[str, str]] = {
    "made": "account made: {roles}",
    "roles": "roles changed from {was} to {roles}",
    "closed": "account closed",
    "opened": "account opened again",
    "secret": "given another PIN or passphrase",
    "second-step-on": "second step of signing in turned on",
    "second-step-off": "second step of signing in turned off",
    "schools": "now for {schools}",
}


def list_account_changes(app: App, viewer: Viewer, *, zone: tzinfo) -> TextTable:
    """Return the latest changes of accounts, the newest first: day, whose, what, by whom; for some schools alone
    none.
    """
    require(viewer, Duty.KEEP_RECORD)
    with app.store.read() as work:
        entries = work.ledger.list_of(Subjects(), kinds=[LedgerKind.ACCOUNT_CHANGED]) if viewer.schools is None else ()
    told = [entry for entry in entries if entry.body is not None]
    return TextTable(
        name="accounts",
        header=("Day", "Account", "What was changed", "By"),
        rows=tuple(_write(entry, zone) for entry in reversed(told[-MOST_SHOWN:])),
    )


def _write(entry: Entry, zone: tzinfo) -> tuple[str, ...]:
    content: dict[str, Any] = json.loads(entry.body or "{}")
    data = content["data"]
    words = CHANGES.get(data["change"], data["change"])
    schools = ", ".join(data.get("schools") or ()) or "all schools"
    said = words.format(roles=", ".join(data["roles"]), was=", ".join(data["was"] or ()), schools=schools)
    return (write_date(read_moment(entry.at), zone), data["name"], said, content["by"] or "this machine")
