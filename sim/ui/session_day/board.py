"""The live board, as it may stand on a projector: names and where they are. Who asked for help is not on it."""

from html import escape

import streamlit as st

from sim.drill.session_day import Attendance
from sim.services.session_day.board import Board, BoardRow, Stage
from sim.text.tables import write_time as write_span
from sim.ui.parts.blocks import draw_facts
from sim.ui.session_day import session_wording as wording


def draw_board(board: Board) -> None:
    """Draw facts and a card a person."""
    counts = (
        len(board.rows) - board.count(Stage.AWAY),
        board.count(Stage.WAITING, Stage.BRIEFING),
        board.count(Stage.DRILL),
        board.count(Stage.FINISHED, Stage.TIMED_OUT, Stage.GIVEN_UP),
    )
    draw_facts((name, f"{count} of {len(board.rows)}") for name, count in zip(wording.FACTS, counts, strict=True))
    cards = "".join(_write_card(row, is_over=board.is_over) for row in board.rows)
    st.html(f'<ul class="sl-board">{cards}</ul>')


def _write_card(row: BoardRow, *, is_over: bool) -> str:
    stage = wording.STAGES[row.stage.value]
    if row.stage is Stage.AWAY and row.attendance is Attendance.MADE_UP:
        stage = wording.MADE_UP
    elif row.stage is Stage.AWAY and is_over:
        stage = wording.ABSENT if row.attendance is Attendance.ABSENT else wording.ATTENDANCES[row.attendance.value]
    lines = "".join(f"<span>{escape(line)}</span>" for line in _list_lines(row))
    return (
        f'<li data-stage="{escape(row.stage.value)}"><strong>{escape(row.name)}</strong>'
        f"<em>{escape(stage)}</em>{lines}</li>"
    )


def _list_lines(row: BoardRow) -> list[str]:
    lines = [wording.PAUSED_BOARD] if row.is_paused else []
    if row.used_s is not None:
        lines.append(wording.IN_DRILL.format(time=write_span(row.used_s)))
    if row.quiet_s is not None and not row.is_there:
        lines.append(wording.QUIET.format(span=_write_ago(row.quiet_s)))
    return lines


def _write_ago(seconds: float) -> str:
    return f"{int(seconds)} s" if seconds < 60 else f"{int(seconds // 60)} min"
