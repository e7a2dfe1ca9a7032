"""What the trainer does next in a session that is open: one button at a time."""

from datetime import datetime
from math import ceil

import streamlit as st

from sim.drill.session_day import SessionKind, Starting
from sim.services.session_day.board import Board, Stage
from sim.services.session_day.pausing import MOST_REASON, pause, resume
from sim.services.session_day.running import count_down, end, reopen, show_briefing
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.footage_wait import draw_wait
from sim.ui.parts.local_time import write_time
from sim.ui.parts.void_session import draw_void, draw_voided
from sim.ui.session_day import session_wording as wording


def draw_steps(board: Board) -> None:
    """Draw the next step, and the way to end the session."""
    if board.is_over:
        if board.void_reason:
            draw_voided(board.void_reason)
            return
        st.info(wording.OVER_NOTE)
        if board.can_reopen:
            draw_quiet(wording.REOPEN_NOTE)
            if st.button(wording.REOPEN, key="reopen"):
                run_and_redraw(lambda: reopen(get_app(), board.session_id, by=get_viewer().name), is_live=True)
        draw_void(board.session_id, is_live=True)
        return
    in_pause = sum(row.paused_actions > 0 for row in board.rows)
    if in_pause:
        st.warning(
            wording.IN_PAUSE_BADGE_ONE if in_pause == 1 else wording.IN_PAUSE_BADGE.format(count=in_pause),
            icon=":material/pause_circle:",
        )
    asking = sum(row.help_at is not None for row in board.rows)
    if asking:
        st.warning(
            wording.HELP_BADGE_ONE if asking == 1 else wording.HELP_BADGE.format(count=asking),
            icon=":material/back_hand:",
        )
    step, close = st.columns([7, 3], vertical_alignment="center")
    with step:
        _draw_next(board)
    with close:
        if board.paused_at is None and not board.all_ended:
            _draw_pause(board)
        with st.popover(wording.END, key="end", width="stretch"):
            st.write(wording.END_NOTE)
            if st.button(wording.END_SURE, key="end-sure"):
                run_and_redraw(lambda: end(get_app(), board.session_id, by=get_viewer().name), is_live=True)


def _draw_pause(board: Board) -> None:
    with st.popover(wording.PAUSE, key="pause", width="stretch"):
        st.write(wording.PAUSE_NOTE)
        reason = st.text_input(
            wording.PAUSE_WHY,
            placeholder=wording.PAUSE_WHY_HINT,
            max_chars=MOST_REASON,
            key=f"pause-{board.session_id}",
        )
        if st.button(wording.PAUSE_SURE, key="pause-sure", type="primary"):
            app = get_app()
            run_and_redraw(lambda: pause(app, board.session_id, reason=reason, by=get_viewer().name), is_live=True)


def _draw_paused(board: Board, since: datetime) -> None:
    st.warning(wording.PAUSED.format(time=write_time(since)), icon=":material/pause_circle:")
    if st.button(wording.CONTINUE, key="continue", type="primary"):
        run_and_redraw(lambda: resume(get_app(), board.session_id, by=get_viewer().name), is_live=True)


def _draw_next(board: Board) -> None:
    joined = len(board.rows) - board.count(Stage.AWAY)
    draw_wait(board.wait)
    if board.paused_at is not None:
        _draw_paused(board, board.paused_at)
    elif board.starts_in_s is not None:
        st.info(wording.COUNTING.format(seconds=ceil(board.starts_in_s)), icon=":material/timer:")
    elif board.all_ended:
        draw_quiet(wording.ALL_DONE_NOTE)
    elif board.starting is Starting.EACH:
        draw_quiet(wording.EACH_NOTE)
    elif board.is_started:
        draw_quiet(wording.STARTED_NOTE)
    elif board.kind is SessionKind.FAMILIARIZATION:
        if _press(
            wording.START_FAMILIAR, wording.START_FAMILIAR_NOTE.format(here=joined, invited=len(board.rows)), joined
        ):
            run_and_redraw(lambda: count_down(get_app(), board.session_id), is_live=True)
    elif not board.is_briefed:
        if _press(
            wording.SHOW_BRIEFING,
            wording.SHOW_BRIEFING_NOTE.format(here=joined, invited=len(board.rows)),
            joined if board.wait is None else 0,
        ):
            run_and_redraw(lambda: show_briefing(get_app(), board.session_id), is_live=True)
    else:
        ready = sum(row.stage is Stage.BRIEFING and row.is_there for row in board.rows)
        if _press(wording.START_CLOCKS, wording.START_CLOCKS_NOTE.format(ready=ready, joined=joined), ready):
            run_and_redraw(lambda: count_down(get_app(), board.session_id), is_live=True)


def _press(label: str, note: str, count: int) -> bool:
    button, said = st.columns([3, 5], vertical_alignment="center")
    with said:
        draw_quiet(note)
    return button.button(label, key=label, type="primary", width="stretch", disabled=count == 0)
