"""What is said where drawing failed, in place of Streamlit's own box and traceback."""

import logging

import streamlit as st

from sim.errors import SimError
from sim.ui.page import wording
from sim.ui.parts.blocks import draw_error


def draw_failure(error: Exception) -> None:
    """Say what went wrong, and lead Home; of what nobody expected say only that it did, with its kind in the log."""
    say_failure(error)
    st.page_link("screens/start.py", label=wording.HOME)


def say_failure(error: Exception) -> bool:
    """Say it without a link, for what fails outside every page, such as what a button does first; return True: said."""
    if isinstance(error, SimError):
        draw_error(error.on_screen)
    else:
        logging.getLogger("sightline").error("a page failed", exc_info=error)
        st.error(f"**{wording.TROUBLE}.** {wording.TROUBLE_NEXT}")
    return True
