"""Who asked for help and who worked in a pause, by name: for the trainer, on the tab that is never projected."""

import streamlit as st

from sim.services.attempt.arrival_words import write_paused
from sim.services.attempt.help_requests import answer_help
from sim.services.session_day.board import Board, BoardRow
from sim.ui.page.page_state import get_app
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.local_time import write_time
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.session_day import session_wording as wording


def draw_calls(board: Board) -> None:
    """Draw a line a call that waits, with the button that answers it, and a line a person who worked in a pause."""
    for row in board.rows:
        _draw_call(board, row)
    for row in board.rows:
        if row.paused_actions:
            said = f"**{escape_markdown(row.name)}** · {write_paused(row.paused_actions)} {wording.IN_PAUSE_NOTE}"
            st.warning(said, icon=":material/pause_circle:")


def _draw_call(board: Board, row: BoardRow) -> None:
    if row.help_at is None:
        return
    with st.container(key=f"call-{row.person_id}"):
        said, done = st.columns([5, 2], vertical_alignment="center")
        said.warning(f"**{escape_markdown(row.name)}** · {wording.HELP_ONE.format(time=write_time(row.help_at))}")
        if done.button(wording.ANSWERED, key=f"answered-{row.person_id}", width="stretch"):
            run_and_redraw(lambda: answer_help(get_app(), board.session_id, row.person_id), is_live=True)
