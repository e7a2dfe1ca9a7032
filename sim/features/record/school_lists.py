"""Sessions, open gaps and refreshers due of many teams in one list, a page at a time.

A district has hundreds of teams: what a page does not show is not read further than it takes to know the order.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any, Final

from sim.app.wiring import App
from sim.console.scores import settle_all
from sim.db.results import Gap
from sim.db.sessions import SessionRow
from sim.db.store import Transaction
from sim.db.teams import TeamRow
from sim.features.program.board import get_board
from sim.features.record.tables import COUNTS, write_when
from sim.features.record.view import REFRESHERS
from sim.features.session.attendance import settle_all_expired
from sim.ledger.pass_parts import name_skill
from sim.program.plan import BoardState
from sim.program.session_day import KIND_WORDS
from sim.rules.school_rights import name_school
from sim.text.tables import TextTable, make_table, own_columns
from sim.text.times import write_date

PAGE_ROWS = 50
_URGENT = (BoardState.OVERDUE, BoardState.DUE)
Columns = Mapping[str, Callable[..., str]]
_TEAM: Final[Columns] = {
    "School": lambda team, _: name_school(team),
    "Team": lambda team, _: team.name,
}
_REFRESHERS: Final[Columns] = {
    **own_columns(School="school", Team="team", Name="name"),
    "Refresher": lambda _, title, __: title,
    "When": lambda *each: each[2].text,
}
_IS_OPEN: Final = Gap.closed_at.is_(None)


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


def get_school_list(
    app: App,
    kind: ListKind,
    *,
    school: str | None = None,
    page: int = 0,
    size: int | None = PAGE_ROWS,
    zone: tzinfo,
) -> SchoolList:
    """Return one page of what the teams of a school, or with None of all schools, have.

    What is over is settled first, so that the record has all that has ended.
    """
    settle_all(app)
    settle_all_expired(app)
    rows: list[tuple[Any, ...]]
    columns: Columns
    if kind is ListKind.REFRESHERS:
        rows, columns = _list_refreshers(app, school), _REFRESHERS
    else:
        with app.store.read() as work:
            teams = {key: team for key, team in _list_teams(work).items() if school in (None, name_school(team))}
            found = work.sessions.list_standing() if kind is ListKind.SESSIONS else work.gaps.list_all(_IS_OPEN)
        rows = [(teams[each.team_id], each) for each in found if each.team_id in teams]
        if kind is ListKind.SESSIONS:
            rows.sort(key=lambda each: (each[1].begins_at, each[1].session_id), reverse=True)
            columns = {
                **_TEAM,
                "Session": lambda _, session: KIND_WORDS[session.kind],
                "Day": lambda _, session: write_when(session, zone),
                "Invited": lambda _, session: str(len(session.guests)),
                **{name: lambda _, session, tell=tell: tell(session) for name, tell in COUNTS.items()},
                "Instructor": lambda _, session: session.instructor or "-",
            }
        else:
            rows.sort(key=_order_gaps)
            columns = {
                **_TEAM,
                "Name": lambda _, gap: gap.name,
                "To practice": lambda _, gap: name_skill(gap.key),
                "Open since": lambda _, gap: write_date(gap.opened_at, zone),
                "Re-drill given": lambda _, gap: "-" if gap.redrill_at is None else write_date(gap.redrill_at, zone),
            }
    pages = 1 if size is None else max(1, -(-len(rows) // size))
    first = 0 if size is None else min(max(page, 0), pages - 1) * size
    shown = rows[first:] if size is None else rows[first : first + size]
    if kind is ListKind.SESSIONS:
        with app.store.read() as work:
            is_shown = SessionRow.session_id.in_([session.session_id for _, session in shown])
            told = {each.session_id: each for each in work.sessions.list_recorded(is_shown)}
        shown = [(team, told[session.session_id]) for team, session in shown]
    names = {(each[0].team_id, each[0].name if isinstance(each[0], TeamRow) else each[0].team): None for each in shown}
    return SchoolList(table=make_table("list", shown, columns), teams=tuple(names), total=len(rows), pages=pages)


def _list_teams(work: Transaction) -> dict[str, TeamRow]:
    return {team.team_id: team for team in work.teams.list_all() if not team.is_demo}


def _order_gaps(row: tuple[TeamRow, Gap]) -> tuple[datetime, str, str, str, str]:
    return row[1].opened_at, name_school(row[0]), row[0].name, row[1].name, name_skill(row[1].key)


def _list_refreshers(app: App, school: str | None) -> list[tuple[Any, ...]]:
    board = get_board(app, school=school)
    found = [
        (person, title, cell)
        for person in board.people
        for title, cell in zip(board.titles, person.cells, strict=True)
        if title in REFRESHERS and cell.state in _URGENT
    ]
    return sorted(found, key=lambda each: _URGENT.index(each[2].state))
