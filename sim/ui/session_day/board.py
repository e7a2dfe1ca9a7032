"""The live board, as it may stand on a projector: names, where they are, and who wants help."""

from html import escape

import streamlit as st

from sim.drill.session_day import Attendance
from sim.services.attempt.help_requests import answer_help
from sim.services.session_day.board import Board, BoardRow, Stage
from sim.text.tables import write_time as write_span
from sim.ui.page.page_state import get_app
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_facts
from sim.ui.parts.local_time import write_time
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.session_day import session_wording as words


def draw_board(board: Board) -> None:
    """Draw facts, calls for help, and a card a person."""
    counts = (
        len(board.rows) - board.count(Stage.AWAY),
        board.count(Stage.WAITING, Stage.BRIEFING),
        board.count(Stage.DRILL),
        board.count(Stage.FINISHED, Stage.TIMED_OUT, Stage.GIVEN_UP),
    )
    draw_facts((name, f"{count} of {len(board.rows)}") for name, count in zip(words.FACTS, counts, strict=True))
    # always there, so that the cards keep their place on the page: moved, they would be gone for a moment
    with st.container(key="calls"):
        for row in board.rows:
            if row.help_at is not None:
                _draw_call(board, row)
    cards = "".join(_write_card(row, is_over=board.is_over) for row in board.rows)
    st.html(f'<ul class="sl-board">{cards}</ul>')


def _draw_call(board: Board, row: BoardRow) -> None:
    if row.help_at is None:
        return
    with st.container(key=f"call-{row.person_id}"):
        said, done = st.columns([5, 2], vertical_alignment="center")
        said.warning(f"**{escape_markdown(row.name)}** · {words.HELP_ONE.format(time=write_time(row.help_at))}")
        if done.button(words.ANSWERED, key=f"answered-{row.person_id}", width="stretch"):
            run_action(lambda: answer_help(get_app(), board.session_id, row.person_id))
            st.rerun()


def _write_card(row: BoardRow, *, is_over: bool) -> str:
    stage = words.STAGES[row.stage.value]
    if row.stage is Stage.AWAY and row.attendance is Attendance.MADE_UP:
        stage = words.MADE_UP
    elif row.stage is Stage.AWAY and is_over:
        stage = words.ABSENT if row.attendance is Attendance.ABSENT else words.ATTENDANCES[row.attendance.value]
    lines = "".join(f"<span>{escape(line)}</span>" for line in _list_lines(row))
    wants = ' data-help="yes"' if row.help_at is not None else ""
    return (
        f'<li data-stage="{escape(row.stage.value)}"{wants}><strong>{escape(row.name)}</strong>'
        f"<em>{escape(stage)}</em>{lines}</li>"
    )


def _list_lines(row: BoardRow) -> list[str]:
    lines = []
    if row.used_s is not None:
        lines.append(words.IN_DRILL.format(time=write_span(row.used_s)))
    if row.quiet_s is not None and not row.is_there:
        lines.append(words.QUIET.format(span=_write_ago(row.quiet_s)))
    if row.help_at is not None:
        lines.append(words.HELP_ONE.format(time=write_time(row.help_at)))
    return lines


def _write_ago(seconds: float) -> str:
    return f"{int(seconds)} s" if seconds < 60 else f"{int(seconds // 60)} min"
