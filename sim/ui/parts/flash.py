"""What was just done, said once after the page is drawn again."""

import streamlit as st

from sim.ui.page.page_state import keep_flash, take_flash


def flash(text: str) -> None:
    """Draw the page again, with what was done at its top; ends the script run."""
    keep_flash(text)
    st.rerun()


def draw_flash() -> bool:
    """Draw what was said, if anything; return whether there was."""
    text = take_flash()
    if text:
        st.success(text)
    return bool(text)
