"""What was just done, said once after the page is drawn anew."""

import streamlit as st

from sim.ui.page.page_state import keep_said, take_said


def say(text: str) -> None:
    """Draw the page anew, with what was done at its top; ends the script run."""
    keep_said(text)
    st.rerun()


def draw_said() -> None:
    """Draw what was said, if anything."""
    text = take_said()
    if text:
        st.success(text)
