"""Sessions, open gaps and refreshers due of many teams in one list, a page at a time.

A district has hundreds of teams: what a page does not show is not read further than it takes to know the order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum

from sim.db.ledger import Entry, LedgerKind, Subjects
from sim.db.rows import TeamRow
from sim.db.store import Transaction
from sim.drill.resume import BoardState
from sim.drill.session_day import Attendance
from sim.services.app.wiring import App
from sim.services.attempt.scores import settle_all
from sim.services.ledger.gaps import KINDS as GAP_KINDS
from sim.services.ledger.gaps import fold_gaps
from sim.services.ledger.record import make_record
from sim.services.program.board import get_board, name_school
from sim.services.session_day.attendance import settle_all_expired
from sim.services.training_record.tables import KIND_WORDS, count_came, write_planned
from sim.services.training_record.view import REFRESHERS
from sim.text.tables import TextTable
from sim.text.times import write_date

PAGE_ROWS = 50
SESSION_HEADER = (
    "School",
    "Team",
    "Session",
    "Day",
    "Invited",
    "Took part",
    "Present, no drill",
    "Did not come",
    "Made up later",
    "Instructor",
)
GAP_HEADER = ("School", "Team", "Name", "To practice", "Open since", "Re-drill given")
REFRESHER_HEADER = ("School", "Team", "Name", "Refresher", "When")
_OUTLINE = (LedgerKind.SESSION_OPENED, LedgerKind.SESSION_PLANNED, LedgerKind.SESSION_VOIDED)
_URGENT = (BoardState.OVERDUE, BoardState.DUE)


class ListKind(StrEnum):
    SESSIONS = "sessions"
    GAPS = "gaps"
    REFRESHERS = "refreshers"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolList:
    """One page of a list."""

    table: TextTable  # its rows; the first two columns are school and team
    teams: tuple[tuple[str, str], ...]  # id and name of each team on the page, in that order
    total: int  # rows of all pages
    pages: int  # how many pages there are, at least 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    team_id: str
    cells: tuple[str, ...]


def list_schools(app: App) -> tuple[str, ...]:
    """Return the schools of all teams that are no demo, by name. Raises StoreError: the database cannot be read."""
    with app.store.read() as work:
        return tuple(sorted({name_school(team) for team in _list_teams(work).values()}, key=str.casefold))


def get_school_list(
    app: App,
    kind: ListKind,
    *,
    school: str | None = None,
    page: int = 0,
    size: int | None = PAGE_ROWS,
    zone: tzinfo,
) -> SchoolList:
    """Return one page of what the teams of a school, or with None of all schools, have."""
    _bring_up(app)
    if kind is ListKind.REFRESHERS:
        return _page(REFRESHER_HEADER, _list_refreshers(app, school), page, size)
    with app.store.read() as work:
        teams = {key: team for key, team in _list_teams(work).items() if school in (None, name_school(team))}
        if kind is ListKind.GAPS:
            return _page(GAP_HEADER, _list_gaps(work, teams, is_one=school is not None, zone=zone), page, size)
        entries = _read(work, teams, _OUTLINE, is_one=school is not None)
        order = sorted(make_record(entries).sessions, key=lambda each: (each.begins_at, each.session_id), reverse=True)
        order = [each for each in order if each.team_id in teams]
        first, last, pages = _cut(len(order), page, size)
        wanted = [each.session_id for each in order[first:last]]
        lines = _write_sessions(work, teams, wanted, zone)
    return _make(SESSION_HEADER, lines, total=len(order), pages=pages)


def _bring_up(app: App) -> None:
    """Bring drills and sessions whose time is over up to now, so that the ledger has all that has ended."""
    settle_all(app)
    settle_all_expired(app)


def _list_teams(work: Transaction) -> dict[str, TeamRow]:
    return {team.team_id: team for team in work.teams.list_teams() if not team.is_demo}


def _read(
    work: Transaction, teams: Mapping[str, TeamRow], kinds: Sequence[LedgerKind], *, is_one: bool
) -> tuple[Entry, ...]:
    if not is_one:
        return work.ledger.list_of(Subjects(), kinds=kinds)
    return tuple(entry for key in teams for entry in work.ledger.list_of(Subjects(team_id=key), kinds=kinds))


def _write_sessions(
    work: Transaction, teams: Mapping[str, TeamRow], wanted: Sequence[str], zone: tzinfo
) -> list[_Line]:
    found = {each.session_id: each for each in make_record(work.ledger.list_of_sessions(wanted)).sessions}
    return [
        _Line(
            team_id=session.team_id,
            cells=(
                *_name(teams[session.team_id]),
                KIND_WORDS.get(session.kind, session.kind),
                write_planned(session, zone) + (", canceled" if session.is_canceled else ""),
                str(len(session.guests)),
                *count_came(session),
                *(str(len(session.list_who(each))) for each in (Attendance.ABSENT, Attendance.MADE_UP)),
                session.instructor or "-",
            ),
        )
        for session in (found[session_id] for session_id in wanted)
    ]


def _list_gaps(work: Transaction, teams: Mapping[str, TeamRow], *, is_one: bool, zone: tzinfo) -> list[_Line]:
    entries = _read(work, teams, GAP_KINDS, is_one=is_one)
    team_of = {entry.subjects.person_id: entry.subjects.team_id for entry in entries}
    gaps = [gap for gap in fold_gaps(entries) if gap.closed_at is None and team_of[gap.person_id] in teams]
    found = []
    for gap in gaps:
        team_id = team_of[gap.person_id] or ""
        redrill = "-" if gap.redrill_at is None else write_date(gap.redrill_at, zone)
        cells = (*_name(teams[team_id]), gap.name, gap.skill, write_date(gap.opened_at, zone), redrill)
        found.append((gap.opened_at, cells, _Line(team_id=team_id, cells=cells)))
    return [line for _, _, line in sorted(found, key=lambda each: each[:2])]


def _list_refreshers(app: App, school: str | None) -> list[_Line]:
    board = get_board(app, school=school)
    found = [
        (_URGENT.index(cell.state), person, title, cell)
        for person in board.people
        for title, cell in zip(board.titles, person.cells, strict=True)
        if title in REFRESHERS and cell.state in _URGENT
    ]
    return [
        _Line(team_id=person.team_id, cells=(person.school, person.team, person.name, title, cell.text))
        for _, person, title, cell in sorted(found, key=lambda each: each[0])
    ]


def _name(team: TeamRow) -> tuple[str, str]:
    return name_school(team), team.name


def _page(header: tuple[str, ...], lines: Sequence[_Line], page: int, size: int | None) -> SchoolList:
    first, last, pages = _cut(len(lines), page, size)
    return _make(header, lines[first:last], total=len(lines), pages=pages)


def _cut(total: int, page: int, size: int | None) -> tuple[int, int, int]:
    """Return the first row of a page, the row after its last, and how many pages there are."""
    if size is None:
        return 0, total, 1
    pages = max(1, -(-total // size))
    first = min(max(page, 0), pages - 1) * size
    return first, first + size, pages


def _make(header: tuple[str, ...], lines: Sequence[_Line], *, total: int, pages: int) -> SchoolList:
    return SchoolList(
        table=TextTable(name="list", header=header, rows=tuple(line.cells for line in lines)),
        teams=tuple(dict.fromkeys((line.team_id, line.cells[1]) for line in lines)),
        total=total,
        pages=pages,
    )
