"""The notice that the footage store cannot give everything now."""

import streamlit as st

from sim.ui.page import wording
from sim.ui.parts.plain_text import escape_markdown


def draw_store_trouble(why: str) -> None:
    """Draw why drills may be missing; nothing for ""."""
    if why:
        st.warning(f"**{wording.STORE_TROUBLE}** {escape_markdown(why)}")
