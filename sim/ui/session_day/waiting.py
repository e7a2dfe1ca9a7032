"""What anyone who waits in a session sees of it: a pause, the countdown to the start, and "Not you?"."""

from math import ceil

import streamlit as st

from sim.ui.parts.plain_text import escape_markdown
from sim.ui.session_day import join_wording as wording


def draw_announced(*, is_paused: bool, starts_in_s: float | None) -> None:
    """Draw that the trainer has paused, or in how many seconds everybody starts; nothing where neither is so."""
    if is_paused:
        st.warning(wording.PAUSED, icon=":material/pause_circle:")
    elif starts_in_s is not None:
        st.html(f'<p class="sl-announce" role="timer">{wording.STARTS_IN.format(seconds=ceil(starts_in_s))}</p>')


def draw_not_you(name: str) -> bool:
    """Draw the way back for somebody who took another's name; return whether it was pressed."""
    with st.popover(wording.NOT_YOU, key="not-you"):
        st.write(wording.NOT_YOU_NOTE.format(name=escape_markdown(name)))
        return st.button(wording.NOT_YOU_SURE, key="not-you-sure")
