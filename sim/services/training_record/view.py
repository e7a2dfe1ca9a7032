"""The records page: who was trained in what, who did not come, gaps, refreshers due, what the record still lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sim.drill.board_state import BoardState
from sim.drill.plan import RETENTION
from sim.drill.session_day import Attendance
from sim.records.ledger_rows import LedgerKind
from sim.services.accounts.viewer import KnownBy
from sim.services.app.wiring import App
from sim.services.attempt.earlier_rules import EARLIER_RULES, are_earlier
from sim.services.ledger.gaps import Gap
from sim.services.ledger.record import Note, Record, ResultRecord, SessionRecord
from sim.services.programme.board import get_board
from sim.services.programme.words import write_time as write_hour
from sim.services.team.redrill_cards import Waiting, find_waiting
from sim.services.training_record.load import load_person_record, load_team_record
from sim.text.days import write_date
from sim.text.tables import TextTable, write_time

CAME = (Attendance.PRESENT, Attendance.MADE_UP)
ATTENDANCE_WORDS = {
    Attendance.INVITED: "not known yet",
    Attendance.PRESENT: "came",
    Attendance.ABSENT: "did not come",
    Attendance.MADE_UP: "made it up later",
}
STATE_WORDS = {"submitted": "finished", "timed_out": "ran out of time", "abandoned": "given up"}
PHASE_WORDS = {"before": "before training", "after": "after training", "retention": "later on", "": "re-drill"}
KIND_WORDS = {
    "familiarisation": "Getting to know",
    "before": "Before training",
    "after": "After training",
    "retention": "Later on",
}
KNOWN_WORDS = {
    KnownBy.SIGN_IN.value: "signed in",
    KnownBy.PIN.value: "signed in with a PIN",
    KnownBy.SESSION_CODE.value: "signed in with a PIN chosen in a session",
}
LINK_BY = "not signed in, by a link from {by}"
LINK_WORDS = "not signed in, by a link"
"""How it is known who acknowledged; of earlier entries that is not recorded."""
SHORT_VERSION = 8
REFRESHERS = frozenset(f"{words} after" for words in RETENTION)
ABOUT_PERSON = (
    LedgerKind.INVITED,
    LedgerKind.ATTENDANCE,
    LedgerKind.ATTENDANCE_CORRECTED,
    LedgerKind.RESULT,
    LedgerKind.RESULT_RESCORED,
    LedgerKind.GAP_OPENED,
    LedgerKind.GAP_CLOSED,
    LedgerKind.REDRILL_GIVEN,
    LedgerKind.REMEDIATION,
)
"""What somebody acknowledges: their own record, not that it was exported or is held."""

_WAITING = (BoardState.OVERDUE, BoardState.DUE, BoardState.PLANNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session. `lacks` names what nobody has entered yet; `made_up_by` is the day offered to the absent, or "".

    `day` is the planned day and hour of one that was planned; `is_ahead` while that is to come.
    """

    session_id: str
    title: str
    day: str
    hours: str
    came: str
    absent: tuple[str, ...]
    made_up_by: str
    instructor: str
    lacks: tuple[str, ...]
    is_ahead: bool
    record: SessionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person. `gaps` are what is open, in words; `refresher` when the next one is due, "" without a programme."""

    person_id: str
    name: str
    attended: int
    invited: int
    latest: str
    gaps: tuple[str, ...]
    refresher: str
    acknowledged: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRecordView:
    """A team's record as the page shows it; `reduced` counts entries whose period is over."""

    team_id: str
    team: str
    facts: tuple[tuple[str, str], ...]
    sessions: tuple[SessionLine, ...]
    session_table: TextTable
    people: tuple[PersonLine, ...]
    results: TextTable
    reduced: int
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecordView:
    """One person's record, as they and their trainer see it.

    Attributes:
        sessions, results, gaps, notes: tables.
        waiting: a re-drill that they were given and have not done; None when there is none.
        newest: number of the newest entry, which an acknowledgement names; 0 without any.
        acknowledged: the latest acknowledgement in words, "" without one.
        is_acknowledged: nothing has come since.
    """

    person_id: str
    name: str
    team_id: str
    team: str
    refresher: str
    sessions: TextTable
    results: TextTable
    gaps: TextTable
    notes: TextTable
    open_gaps: tuple[str, ...]
    waiting: Waiting | None
    newest: int
    acknowledged: str
    is_acknowledged: bool


def get_team_view(app: App, team_id: str, *, zone: tzinfo) -> TeamRecordView:
    """Return a team's record for its page. Raises StoreError: unknown team."""
    record, now = load_team_record(app, team_id), app.clock.read().wall
    with app.store.read() as work:
        team = work.teams.get_team(team_id)
        people = [person for person in work.teams.list_people(team_id) if person.left_at is None]
    refreshers = _list_refreshers(app, team_id)
    open_gaps = [gap for gap in record.gaps if gap.closed_at is None]
    lines = tuple(
        _make_person(record, person.person_id, person.name, refreshers.get(person.person_id, ""), zone)
        for person in people
    )
    absent = {guest.person_id for session in record.sessions for guest in session.list_who(Attendance.ABSENT)}
    return TeamRecordView(
        team_id=team_id,
        team=team.name,
        facts=(
            ("Sessions", str(len(record.sessions))),
            ("People still absent", str(len(absent))),
            ("Drills recorded", str(len(record.results))),
            ("Open gaps", str(len(open_gaps))),
            ("Refreshers due", str(sum(line.refresher.startswith(("due", "overdue")) for line in lines))),
        ),
        sessions=tuple(_make_session(session, record, now, zone) for session in reversed(record.sessions)),
        session_table=make_session_table(record.sessions, zone),
        people=lines,
        results=make_result_table(record.results, zone),
        reduced=record.reduced,
        record=record,
    )


def get_person_view(app: App, person_id: str, *, zone: tzinfo) -> PersonRecordView:
    """Return one person's record. Raises StoreError: unknown person."""
    record = load_person_record(app, person_id)
    with app.store.read() as work:
        person = work.teams.get_person(person_id)
        team = work.teams.get_team(person.team_id)
        newest = work.ledger.find_newest(person_id, ABOUT_PERSON)
        waiting = find_waiting(work, person_id, zone=zone)
    noted = record.find_acknowledged(person_id)
    return PersonRecordView(
        person_id=person_id,
        name=person.name,
        team_id=team.team_id,
        team=team.name,
        refresher=_list_refreshers(app, team.team_id).get(person_id, ""),
        sessions=_make_own_sessions(record, zone),
        results=make_result_table(record.results, zone, with_names=False),
        gaps=_make_gap_table(record.gaps, zone),
        notes=TextTable(
            name="notes",
            header=("Day", "What was done", "By"),
            rows=tuple(
                (write_date(note.at, zone), note.words, note.by)
                for note in record.notes
                if note.kind == LedgerKind.REMEDIATION
            ),
        ),
        open_gaps=tuple(gap.skill for gap in record.gaps if gap.closed_at is None),
        waiting=waiting,
        newest=newest,
        acknowledged="" if noted is None else write_acknowledged(noted, zone),
        is_acknowledged=noted is not None and noted.number > newest,
    )


def write_acknowledged(note: Note, zone: tzinfo) -> str:
    """Return when somebody acknowledged and how they were known: "Nov 27, 2026, signed in with a PIN"."""
    day = write_date(note.at, zone)
    if note.known_by != KnownBy.LINK:
        return f"{day}, {KNOWN_WORDS[note.known_by]}" if note.known_by in KNOWN_WORDS else day
    return f"{day}, {LINK_BY.format(by=note.link_by) if note.link_by else LINK_WORDS}"


def write_planned(session: SessionRecord, zone: tzinfo) -> str:
    """Return the day of a session, with its hour where it was planned: "Sep 14, 2026, 2:30 PM"."""
    day = write_date(session.begins_at, zone)
    if session.planned_at is None:
        return day
    return f"{day}, {write_hour(session.planned_at.astimezone(zone).time())}"


def make_session_table(sessions: Sequence[SessionRecord], zone: tzinfo) -> TextTable:
    """Return for each session how many were invited, came, did not, and made it up later, the latest first."""
    header = ("Session", "Day", "Place", "Invited", "Came", "Did not come", "Made up later", "Not known yet")
    rows = [
        (
            KIND_WORDS.get(session.kind, session.kind),
            write_planned(session, zone) + (", cancelled" if session.is_cancelled else ""),
            session.place or "-",
            str(len(session.guests)),
            *(
                str(len(session.list_who(attendance)))
                for attendance in (Attendance.PRESENT, Attendance.ABSENT, Attendance.MADE_UP, Attendance.INVITED)
            ),
        )
        for session in sorted(sessions, key=lambda each: each.begins_at, reverse=True)
    ]
    return TextTable(name="session-list", header=header, rows=tuple(rows))


def make_result_table(results: Sequence[ResultRecord], zone: tzinfo, *, with_names: bool = True) -> TextTable:
    """Return the recorded drills, the latest first."""
    header = ("Day", "Drill", "Version", "When", "How it ended", "Time", "Passed")
    rows = [
        (
            *((result.name,) if with_names else ()),
            write_date(result.ended_at, zone),
            result.form_title,
            result.form_version[:SHORT_VERSION],
            PHASE_WORDS.get(result.phase, result.phase),
            STATE_WORDS.get(result.state, result.state),
            write_time(result.used_s),
            _write_passed(result),
        )
        for result in reversed(results)
    ]
    return TextTable(name="drills", header=("Name", *header) if with_names else header, rows=tuple(rows))


def _write_passed(result: ResultRecord) -> str:
    """Return whether a drill was passed, and what the rules of before said where it was scored again."""
    words = {True: "yes", False: "no", None: "not judged"}
    if are_earlier(result.versions):
        return f"{words[result.passed]} ({EARLIER_RULES})"
    if result.rescored_at is None or result.was_passed == result.passed:
        return words[result.passed]
    return f"{words[result.passed]} (scored again; {words[result.was_passed]} by the earlier rules)"


def _make_session(session: SessionRecord, record: Record, now: datetime, zone: tzinfo) -> SessionLine:
    is_ahead = session.ended_at is None and session.planned_at is not None and now < session.planned_at
    offered = next((each for each in record.sessions if each.makes_up == session.session_id), None)
    lacks = [
        words
        for value, words in (
            (session.need, "need"),
            (session.instructor, "instructor"),
            (session.qualification, "qualification"),
            (session.hours or session.ended_at is None, "hours"),
        )
        if not value and not session.is_cancelled and not is_ahead
    ]
    return SessionLine(
        session_id=session.session_id,
        title=KIND_WORDS.get(session.kind, session.kind),
        day=write_planned(session, zone),
        hours="" if session.hours is None else f"{session.hours:g} h",
        came=f"{len(session.list_who(*CAME))} of {len(session.guests)}",
        absent=tuple(guest.name for guest in session.list_who(Attendance.ABSENT)),
        made_up_by="" if offered is None else write_date(offered.begins_at, zone),
        instructor=session.instructor,
        lacks=tuple(lacks),
        is_ahead=is_ahead,
        record=session,
    )


def _make_person(record: Record, person_id: str, name: str, refresher: str, zone: tzinfo) -> PersonLine:
    own = [guest for session in record.sessions for guest in session.guests if guest.person_id == person_id]
    results = [result for result in record.results if result.person_id == person_id]
    noted = record.find_acknowledged(person_id)
    latest = "" if not results else write_date(results[-1].ended_at, zone)
    return PersonLine(
        person_id=person_id,
        name=name,
        attended=sum(guest.attendance in CAME for guest in own),
        invited=len(own),
        latest=latest,
        gaps=tuple(gap.skill for gap in record.gaps if gap.person_id == person_id and gap.closed_at is None),
        refresher=refresher,
        acknowledged="" if noted is None else write_acknowledged(noted, zone),
    )


def _make_own_sessions(record: Record, zone: tzinfo) -> TextTable:
    rows = [
        (
            write_planned(session, zone) + (", cancelled" if session.is_cancelled else ""),
            session.content,
            session.content_version,
            "" if session.hours is None else f"{session.hours:g}",
            session.instructor,
            ATTENDANCE_WORDS[guest.attendance],
        )
        for session in reversed(record.sessions)
        for guest in session.guests
    ]
    header = ("Day", "Content", "Version", "Hours", "Instructor", "Attendance")
    return TextTable(name="sessions", header=header, rows=tuple(rows))


def _make_gap_table(gaps: Sequence[Gap], zone: tzinfo) -> TextTable:
    is_any_closed = any(gap.closed_at is not None for gap in gaps)
    header = ("To practice", "Open since", *(("Closed",) if is_any_closed else ()))
    rows = [
        (
            gap.skill,
            write_date(gap.opened_at, zone),
            *((_write_closed(gap, zone),) if is_any_closed else ()),
        )
        for gap in gaps
    ]
    return TextTable(name="gaps", header=header, rows=tuple(rows))


def _write_closed(gap: Gap, zone: tzinfo) -> str:
    if gap.closed_at is None:
        return "still open"
    return f"{write_date(gap.closed_at, zone)}, by {'the re-drill' if gap.is_closed_by_redrill else 'a drill'}"


def _list_refreshers(app: App, team_id: str) -> dict[str, str]:
    """Return when each person's next refresher of the team's programme is due, in the words of the board."""
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
