"""The board as a table that becomes one card a person on a phone. Shape and words stand beside every colour."""

import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

from sim.drill.board_state import BoardState
from sim.services.program.board import Board, BoardPerson, Cell
from sim.text.tables import TextTable
from sim.ui.page.page_state import ATTEMPT_PARAM, PERSON_PARAM, PROGRAM_PARAM, STEP_PARAM, TEAM_PARAM
from sim.ui.program import wording

MARKS = {
    BoardState.DONE: "✓",
    BoardState.DUE: "●",
    BoardState.OVERDUE: "▲",
    BoardState.PLANNED: "○",
    BoardState.NOT_SCHEDULED: "–",
}
NOT_COUNTED_MARK = "✕"
CLASSES = {
    BoardState.DONE: "done",
    BoardState.DUE: "due",
    BoardState.OVERDUE: "overdue",
    BoardState.PLANNED: "planned",
    BoardState.NOT_SCHEDULED: "none",
}
_DAY = re.compile(r"([A-Z][a-z]{2}) (\d)")
_ORDER = (BoardState.OVERDUE, BoardState.DUE, BoardState.DONE, BoardState.PLANNED, BoardState.NOT_SCHEDULED)


def draw_board(board: Board, people: Sequence[BoardPerson], *, team_id: str | None) -> None:
    """Draw a line a person of those given; the team below the name only where there are several.

    What is due or overdue is a link to where it is given, or to the drill that was given; `team_id` is the team that
    the page shows, to which such a link leads back; None for somebody who only looks, and gets no links.
    """
    with_team = len({person.team_id for person in board.people}) > 1
    rows = [_write_row(person, board.titles, with_team=with_team, team_id=team_id) for person in people]
    _draw(wording.PERSON, board.titles, rows, label=wording.EVERYONE)


def draw_school_counts(board: Board) -> None:
    """Draw a line a school: how many people stand how at each step."""
    rows = []
    for school, columns in board.count_schools():
        cells = "".join(
            f'<td data-label="{escape(title)}">{_write_counts(counts)}</td>'
            for title, counts in zip(board.titles, columns, strict=True)
        )
        rows.append(f'<tr><th scope="row">{escape(school)}</th>{cells}</tr>')
    _draw(wording.SCHOOL, board.titles, rows, label=wording.COUNTS)


def make_board_table(board: Board) -> TextTable:
    return TextTable(
        name="board",
        header=(wording.SCHOOL, wording.TEAM, wording.PERSON, *board.titles),
        rows=tuple(
            (person.school, person.team, person.name, *(_write_text(cell) for cell in person.cells))
            for person in board.people
        ),
    )


def make_cell_address(person: BoardPerson, cell: Cell, *, team_id: str | None) -> str:
    """Return where a cell leads, from the board's own address: "" where there is nothing to do.

    A drill that was given: that drill. One that was not: the plan with this person's step on top, where a press gives
    it. The training: where it is recorded.
    """
    if team_id is None or cell.step_id is None or cell.state not in (BoardState.DUE, BoardState.OVERDUE):
        return ""
    if cell.attempt_id is not None:
        return f"drill?{urlencode({ATTEMPT_PARAM: cell.attempt_id})}"
    if not cell.is_drill:
        asked = {TEAM_PARAM: person.team_id, PROGRAM_PARAM: person.program_id or ""}
        return f"training?{urlencode(asked)}"
    asked = {PERSON_PARAM: person.person_id, STEP_PARAM: cell.step_id, TEAM_PARAM: team_id}
    return f"plan?{urlencode(asked)}"


def _write_text(cell: Cell) -> str:
    return f"{cell.text}. {cell.not_counted}" if cell.not_counted else cell.text


def _write_row(person: BoardPerson, titles: Sequence[str], *, with_team: bool, team_id: str | None) -> str:
    written = "".join(
        f'<td data-label="{escape(title)}">{_write_cell(person, title, cell, team_id=team_id)}</td>'
        for title, cell in zip(titles, person.cells, strict=True)
    )
    below = f"<small>{escape(person.team)}</small>" if with_team else ""
    return f'<tr><th scope="row">{escape(person.name)}{below}</th>{written}</tr>'


def _write_cell(person: BoardPerson, title: str, cell: Cell, *, team_id: str | None) -> str:
    """Return a cell; as a link it says besides its text what it leads to, for anyone who hears it without the table."""
    mark = _write_mark(cell.state, cell.text)
    if cell.not_counted:
        mark += f'<span class="sl-due none"><i aria-hidden="true">{NOT_COUNTED_MARK}</i>'
        mark += f"<span>{escape(cell.not_counted)}</span></span>"
    address = make_cell_address(person, cell, team_id=team_id)
    if not address:
        return mark
    words = (
        wording.CELL_SESSION if not cell.is_drill else wording.CELL_GIVE if not cell.attempt_id else wording.CELL_OPEN
    )
    spoken = f"{_write_text(cell)}. {words.format(step=title, name=person.name)}"
    return f'<a href="{escape(address)}" target="_self" aria-label="{escape(spoken)}">{mark}</a>'


def _write_mark(state: BoardState, text: str) -> str:
    whole = _DAY.sub("\\1&nbsp;\\2", escape(text))
    return f'<span class="sl-due {CLASSES[state]}"><i aria-hidden="true">{MARKS[state]}</i><span>{whole}</span></span>'


def _write_counts(counts: Counter[BoardState]) -> str:
    marks = "".join(_write_mark(state, f"{counts[state]} {state.value}") for state in _ORDER if counts[state])
    return f"<div>{marks}</div>"


def _draw(first: str, titles: Sequence[str], rows: Sequence[str], *, label: str) -> None:
    heads = "".join(f'<th scope="col">{escape(title)}</th>' for title in (first, *titles))
    st.html(
        f'<div class="sl-steps-board" role="region" aria-label="{escape(label)}" tabindex="0">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
