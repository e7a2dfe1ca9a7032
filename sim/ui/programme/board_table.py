"""The board as a table that becomes one card a person on a phone. Shape and words stand beside every colour."""

import re
from collections import Counter
from collections.abc import Sequence
from html import escape

import streamlit as st

from sim.drill.due import Due
from sim.services.comparison_tables import TextTable
from sim.services.programme.board import Board, BoardPerson
from sim.ui.programme import wording

MARKS = {Due.DONE: "✓", Due.DUE: "●", Due.OVERDUE: "▲", Due.PLANNED: "○", Due.NOT_SCHEDULED: "–"}
CLASSES = {
    Due.DONE: "done",
    Due.DUE: "due",
    Due.OVERDUE: "overdue",
    Due.PLANNED: "planned",
    Due.NOT_SCHEDULED: "none",
}
_DAY = re.compile(r"([A-Z][a-z]{2}) (\d)")
_ORDER = (Due.OVERDUE, Due.DUE, Due.DONE, Due.PLANNED, Due.NOT_SCHEDULED)


def draw_board(board: Board, people: Sequence[BoardPerson]) -> None:
    """Draw a line a person of those given; the column of the school only where there are several."""
    with_team = len({person.team_id for person in board.people}) > 1
    rows = [
        _write_row(
            person.name, person.team if with_team else "", board.titles,
            [(cell.due, cell.text) for cell in person.cells],
        )
        for person in people
    ]  # fmt: skip
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
    """Return the board as a table to download."""
    return TextTable(
        name="board",
        header=(wording.SCHOOL, wording.TEAM, wording.PERSON, *board.titles),
        rows=tuple(
            (person.school, person.team, person.name, *(cell.text for cell in person.cells)) for person in board.people
        ),
    )


def _write_row(name: str, team: str, titles: Sequence[str], cells: Sequence[tuple[Due, str]]) -> str:
    written = "".join(
        f'<td data-label="{escape(title)}">{_write_mark(due, text)}</td>'
        for title, (due, text) in zip(titles, cells, strict=True)
    )
    below = f"<small>{escape(team)}</small>" if team else ""
    return f'<tr><th scope="row">{escape(name)}{below}</th>{written}</tr>'


def _write_mark(due: Due, text: str) -> str:
    whole = _DAY.sub("\\1&nbsp;\\2", escape(text))
    return f'<span class="sl-due {CLASSES[due]}"><i aria-hidden="true">{MARKS[due]}</i>{whole}</span>'


def _write_counts(counts: Counter[Due]) -> str:
    marks = "".join(_write_mark(due, f"{counts[due]} {due.value}") for due in _ORDER if counts[due])
    return f"<div>{marks}</div>"


def _draw(first: str, titles: Sequence[str], rows: Sequence[str], *, label: str) -> None:
    heads = "".join(f'<th scope="col">{escape(title)}</th>' for title in (first, *titles))
    st.html(
        f'<div class="sl-steps-board" role="region" aria-label="{escape(label)}" tabindex="0">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
