"""What anyone who waits in a session sees of it: a pause, the countdown to the start, and "Not you?"."""

from math import ceil

import streamlit as st

from sim.ui.parts.blocks import escape_markdown


def draw_announced(*, is_paused: bool, starts_in_s: float | None) -> None:
    """Draw that the trainer has paused, or in how many seconds everybody starts; nothing where neither is so."""
    if is_paused:
        st.warning(
            "Paused by your trainer. Stay on this page: it continues automatically.", icon=":material/pause_circle:"
        )
    elif starts_in_s is not None:
        st.html(f'<p class="sl-announce" role="timer">Starts in {ceil(starts_in_s)}</p>')


def draw_not_you(name: str) -> bool:
    """Draw the way back for somebody who took another's name; return whether it was pressed."""
    with st.popover("Not you?", key="not-you"):
        st.write(
            f"You joined as {escape_markdown(name)}. If that is someone else, give the name back and choose your own."
        )
        return st.button("That is not me", key="not-you-sure")
