"""What a button does, with a failure put into words on the page."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from sim.errors import SimError
from sim.ui.page.page_state import keep_flash
from sim.ui.parts.blocks import draw_error
from sim.ui.parts.plain_text import escape_markdown

T = TypeVar("T")


def run_action(action: Callable[[], T]) -> T | None:
    """Return what the action returns, or show why it could not be done and return None."""
    try:
        return action()
    except SimError as error:
        draw_error(error.on_screen)
        return None


def run_and_redraw(action: Callable[[], object], *, said: str = "", is_live: bool = False) -> None:
    """Do what a button does and draw the page again, with `said` at its top; or show why it could not be done."""
    try:
        action()
    except SimError as error:
        if is_live:
            st.toast(escape_markdown(error.on_screen), icon=":material/error:", duration="infinite")
        else:
            draw_error(error.on_screen)
        return
    if said:
        keep_flash(said)
    st.rerun()
