"""What the trainer does next in a session that is open: one button at a time."""

from datetime import datetime
from math import ceil

import streamlit as st

from sim.drill.session_day import SessionKind, Starting
from sim.services.session_day.board import Board, Stage
from sim.services.session_day.pausing import MOST_REASON, pause, resume
from sim.services.session_day.running import count_down, end, reopen, show_briefing
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.local_time import write_time
from sim.ui.session_day import session_wording as words


def draw_steps(board: Board) -> None:
    """Draw the next step, and the way to end the session."""
    if board.is_over:
        st.info(words.OVER_NOTE)
        if board.can_reopen:
            draw_quiet(words.REOPEN_NOTE)
            if st.button(words.REOPEN, key="reopen"):
                run_action(lambda: reopen(get_app(), board.session_id, by=get_viewer().name))
                st.rerun()
        return
    asking = sum(row.help_at is not None for row in board.rows)
    if asking:
        st.warning(
            words.HELP_BADGE_ONE if asking == 1 else words.HELP_BADGE.format(count=asking), icon=":material/back_hand:"
        )
    step, close = st.columns([7, 3], vertical_alignment="center")
    with step:
        _draw_next(board)
    with close:
        if board.paused_at is None and not board.all_ended:
            _draw_pause(board)
        with st.popover(words.END, key="end", width="stretch"):
            st.write(words.END_NOTE)
            if st.button(words.END_SURE, key="end-sure"):
                run_action(lambda: end(get_app(), board.session_id, by=get_viewer().name))
                st.rerun()


def _draw_pause(board: Board) -> None:
    with st.popover(words.PAUSE, key="pause", width="stretch"):
        st.write(words.PAUSE_NOTE)
        reason = st.text_input(
            words.PAUSE_WHY, placeholder=words.PAUSE_WHY_HINT, max_chars=MOST_REASON, key=f"pause-{board.session_id}"
        )
        if st.button(words.PAUSE_SURE, key="pause-sure", type="primary"):
            app = get_app()
            if run_action(lambda: pause(app, board.session_id, reason=reason, by=get_viewer().name)) is not None:
                st.rerun()


def _draw_paused(board: Board, since: datetime) -> None:
    st.warning(words.PAUSED.format(time=write_time(since)), icon=":material/pause_circle:")
    if st.button(words.CONTINUE, key="continue", type="primary"):
        run_action(lambda: resume(get_app(), board.session_id, by=get_viewer().name))
        st.rerun()


def _draw_next(board: Board) -> None:
    joined = len(board.rows) - board.count(Stage.AWAY)
    if board.paused_at is not None:
        _draw_paused(board, board.paused_at)
    elif board.starts_in_s is not None:
        st.info(words.COUNTING.format(seconds=ceil(board.starts_in_s)), icon=":material/timer:")
    elif board.all_ended:
        draw_quiet(words.ALL_DONE_NOTE)
    elif board.starting is Starting.EACH:
        draw_quiet(words.EACH_NOTE)
    elif board.is_started:
        draw_quiet(words.STARTED_NOTE)
    elif board.kind is SessionKind.FAMILIARISATION:
        if _press(words.START_FAMILIAR, words.START_FAMILIAR_NOTE.format(here=joined, invited=len(board.rows)), joined):
            run_action(lambda: count_down(get_app(), board.session_id))
            st.rerun()
    elif not board.is_briefed:
        if _press(words.SHOW_BRIEFING, words.SHOW_BRIEFING_NOTE.format(here=joined, invited=len(board.rows)), joined):
            run_action(lambda: show_briefing(get_app(), board.session_id))
            st.rerun()
    else:
        ready = sum(row.stage is Stage.BRIEFING and row.is_there for row in board.rows)
        if _press(words.START_CLOCKS, words.START_CLOCKS_NOTE.format(ready=ready, joined=joined), ready):
            run_action(lambda: count_down(get_app(), board.session_id))
            st.rerun()


def _press(label: str, note: str, count: int) -> bool:
    button, said = st.columns([3, 5], vertical_alignment="center")
    with said:
        draw_quiet(note)
    return button.button(label, key=label, type="primary", width="stretch", disabled=count == 0)
