"""Drills chosen by hand and why, on the pages that are for trainers."""

import streamlit as st

from sim.text.tables import TextTable
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.tables import draw_text_table
from sim.ui.program import wording


def draw_chosen(table: TextTable) -> None:
    """Draw them with their title; nothing where no drill was chosen by hand."""
    if table.rows:
        st.subheader(wording.CHOSEN, anchor=False)
        draw_quiet(wording.CHOSEN_NOTE)
        draw_text_table(table, label=wording.CHOSEN)
