"""Drills chosen by hand and why, on the pages that are for trainers."""

import streamlit as st

from sim.services.comparison_tables import TextTable
from sim.ui.blocks import draw_quiet
from sim.ui.programme import wording
from sim.ui.tables import draw_text_table


def draw_chosen(table: TextTable) -> None:
    """Draw them with their title; nothing where no drill was chosen by hand."""
    if table.rows:
        st.subheader(wording.CHOSEN, anchor=False)
        draw_quiet(wording.CHOSEN_NOTE)
        draw_text_table(table, label=wording.CHOSEN)
