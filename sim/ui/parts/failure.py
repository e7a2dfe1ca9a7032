"""What is said where drawing failed, in place of Streamlit's own box and traceback."""

import logging

import streamlit as st

from sim.errors import AccessError, SimError
from sim.ui.page import wording
from sim.ui.page.page_state import find_entered_page, get_viewer
from sim.ui.parts.blocks import draw_error
from sim.ui.parts.closed_page import draw_closed


def draw_failure(error: Exception) -> None:
    """Say what went wrong; of what nobody expected only that it did, with its kind in the log."""
    if isinstance(error, SimError):
        draw_error(error.on_screen)
    else:
        logging.getLogger("sightline").error("a page failed", exc_info=error)
        st.error(f"**{wording.TROUBLE}.** {wording.TROUBLE_NEXT}")
    st.page_link("screens/start.py", label=wording.HOME)


def draw_uncaught(error: Exception) -> bool:
    """Put into words what failed outside every page, such as what a button does first; return True: it was said."""
    page = find_entered_page()
    if isinstance(error, AccessError):
        draw_closed(get_viewer(), page.title if page is not None else wording.APP, error.on_screen)
    else:
        draw_failure(error)
    return True
