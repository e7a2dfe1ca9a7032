"""Voiding a session in which nobody began a drill, with a reason; or why it cannot be voided."""

import streamlit as st

from sim.features.session.attendance import MOST_REASON, find_why_not_void, void
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.blocks import escape_markdown


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


def draw_voided(reason: str) -> None:
    st.info(escape_markdown(f"This session was voided and is in no record. Reason: {reason}"))
