"""Console files with a mistake in them, named where trainers choose a console."""

from typing import Final

import streamlit as st

from sim.services.attempt.console_profiles import list_console_troubles
from sim.ui.page.page_state import get_app
from sim.ui.parts.blocks import draw_list

ONE: Final = "A console file has a mistake, so its console is not in this list."
MORE: Final = "{count} console files have a mistake, so their consoles are not in this list."


def draw_console_trouble() -> None:
    """Draw what is wrong with console files; nothing where nothing is."""
    troubles = list_console_troubles(get_app())
    if troubles:
        st.warning(ONE if len(troubles) == 1 else MORE.format(count=len(troubles)))
        draw_list(troubles)
