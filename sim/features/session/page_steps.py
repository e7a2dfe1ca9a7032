"""What the trainer does next in a session that is open, one button at a time; voiding one in which nobody began."""

from math import ceil

import streamlit as st

from sim.features.session.attendance import MOST_REASON, find_why_not_void, pause, resume, void
from sim.features.session.board import Board, Stage
from sim.features.session.running import count_down, end, reopen, show_briefing
from sim.features.team.page_giving import draw_wait
from sim.program.session_day import SessionKind, Starting
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.blocks import draw_quiet, escape_markdown, write_time


def draw_void(session_id: str, *, is_live: bool) -> None:
    """Draw it; `is_live` where this part of the page draws itself again every few seconds."""
    with st.popover("Void this session", key=f"void-{session_id}"):
        why_not = find_why_not_void(get_app(), session_id)
        if why_not:
            st.write(escape_markdown(why_not))
            return
        st.write(
            "Nobody began a drill here. A voided session is in no record, drill log or export, and nobody was absent "
            "from it. The ledger keeps that it was voided, by whom and why. This cannot be undone."
        )
        reason = st.text_input(
            "Why it is voided",
            placeholder="for example: the footage was not ready",
            max_chars=MOST_REASON,
            key=f"void-reason-{session_id}",
        )
        if st.button("Yes, void it", key=f"void-sure-{session_id}"):
            run_and_redraw(lambda: void(get_app(), get_viewer(), session_id, reason=reason), is_live=is_live)


def draw_steps(board: Board) -> None:
    if board.is_over:
        if board.session.void_reason:
            st.info(
                escape_markdown(f"This session was voided and is in no record. Reason: {board.session.void_reason}")
            )
            return
        st.info("This session has ended.")
        if board.can_reopen:
            draw_quiet("People can join again with the code. Anyone marked absent stays absent until they join.")
            if st.button("Reopen the session", key="reopen"):
                run_and_redraw(lambda: reopen(get_app(), board.session.session_id, by=get_viewer().name), is_live=True)
        draw_void(board.session.session_id, is_live=True)
        return
    in_pause = sum(row.paused_actions > 0 for row in board.rows)
    if in_pause:
        st.warning(
            "Actions by someone came while the drill was paused. Their name is on the tab People."
            if in_pause == 1
            else f"Actions by {in_pause} people came while the drill was paused. Their names are on the tab People.",
            icon=":material/pause_circle:",
        )
    asking = sum(row.help_at is not None for row in board.rows)
    if asking:
        st.warning(
            "Someone is asking for help. Their name is on the tab People."
            if asking == 1
            else f"{asking} people are asking for help. Their names are on the tab People.",
            icon=":material/back_hand:",
        )
    step, pausing, close = st.columns([6, 2, 2], vertical_alignment="center")
    with step:
        _draw_next(board)
    if board.session.day.paused_at is None and not board.all_ended:
        with pausing:
            _draw_pause(board)
    with close, st.popover("End the session", key="end", width="stretch"):
        st.write(
            "Nobody can join after that. Running drills continue to their end. Anyone who has not joined is "
            "marked absent."
        )
        if st.button("Yes, end it", key="end-sure"):
            run_and_redraw(lambda: end(get_app(), board.session.session_id, by=get_viewer().name), is_live=True)


def _draw_pause(board: Board) -> None:
    with st.popover("Pause for everyone", key="pause", width="stretch"):
        st.write("All clocks stop, as for a fire alarm, and nobody can begin. The record keeps when and for how long.")
        reason = st.text_input(
            "Why (may be left empty)",
            placeholder="for example: fire alarm",
            max_chars=MOST_REASON,
            key=f"pause-{board.session.session_id}",
        )
        if st.button("Stop the clocks", key="pause-sure", type="primary"):
            app = get_app()
            run_and_redraw(
                lambda: pause(app, board.session.session_id, reason=reason, by=get_viewer().name), is_live=True
            )


def _draw_next(board: Board) -> None:
    joined = len(board.rows) - board.count(Stage.AWAY)
    draw_wait(board.wait)
    if board.session.day.paused_at is not None:
        st.warning(
            f"Paused since {write_time(board.session.day.paused_at)}. All clocks stand still; nobody loses time.",
            icon=":material/pause_circle:",
        )
        if st.button("Continue for everyone", key="continue", type="primary"):
            run_and_redraw(lambda: resume(get_app(), board.session.session_id, by=get_viewer().name), is_live=True)
    elif board.starts_in_s is not None:
        st.info(f"Everyone starts in {ceil(board.starts_in_s)} s.", icon=":material/timer:")
    elif board.all_ended:
        draw_quiet("Everybody who joined has ended. End the session when nobody else is coming.")
    elif board.session.day.starting is Starting.EACH:
        draw_quiet("Everybody begins alone as soon as they have joined. There is nothing for you to start.")
    elif board.is_started:
        draw_quiet("Started. Anyone who joins now reads the briefing and begins alone.")
    elif board.session.day.kind is SessionKind.FAMILIARIZATION:
        if _press(
            "Start", f"{joined} of {len(board.rows)} have joined. Anyone who joins later begins at once.", joined
        ):
            run_and_redraw(lambda: count_down(get_app(), board.session.session_id), is_live=True)
    elif not board.is_briefed:
        if _press(
            "Show the briefing",
            f"{joined} of {len(board.rows)} have joined. Anyone who joins later gets the briefing at once.",
            joined if board.wait is None else 0,
        ):
            run_and_redraw(lambda: show_briefing(get_app(), board.session.session_id), is_live=True)
    else:
        ready = sum(row.stage is Stage.BRIEFING and row.is_there for row in board.rows)
        if _press(
            "Start the clocks",
            f"{ready} of {joined} have the briefing open. Anyone else starts alone when they open it.",
            ready,
        ):
            run_and_redraw(lambda: count_down(get_app(), board.session.session_id), is_live=True)


def _press(label: str, note: str, count: int) -> bool:
    button, said = st.columns([3, 5], vertical_alignment="center")
    with said:
        draw_quiet(note)
    return button.button(label, key=label, type="primary", width="stretch", disabled=count == 0)
