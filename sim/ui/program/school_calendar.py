"""The days without drills, as a folded part of the page Program: a list, and a form to add some."""

from functools import partial

import streamlit as st

from sim.services.program.school_calendar import MOST_NAME, add_day_off, list_off, remove_day_off
from sim.ui.page.page_state import get_app
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_quiet, draw_table
from sim.ui.program import wording


def draw_school_calendar(key: str) -> None:
    """Draw it; `key` sets it apart from another one on the page."""
    with st.expander(wording.OFF_TITLE, key=f"days-off-{key}"):
        draw_quiet(wording.OFF_NOTE)
        lines = list_off(get_app())
        draw_table(wording.OFF_HEADER, [(line.days, line.name) for line in lines], label=wording.OFF_TITLE)
        own = {line.day_off_id: f"{line.days}: {line.name}" for line in lines if line.day_off_id}
        left, right = st.columns(2)
        first = left.date_input(wording.OFF_FIRST, value=None, format="MM/DD/YYYY", key=f"off-first-{key}")
        last = right.date_input(wording.OFF_LAST, value=None, format="MM/DD/YYYY", key=f"off-last-{key}")
        name = st.text_input(wording.OFF_NAME, placeholder=wording.OFF_NAME_HINT, max_chars=MOST_NAME, key=f"off-{key}")
        if st.button(wording.OFF_ADD, key=f"off-add-{key}", disabled=first is None) and first is not None:
            add = partial(add_day_off, get_app(), first_on=first, last_on=last or first, name=name)
            if run_action(lambda: (add(), True)) is not None:
                st.rerun()
        if own:
            chosen = st.selectbox(
                wording.OFF_WHICH, list(own), index=None, format_func=lambda each: own[each], key=f"off-which-{key}"
            )
            if st.button(wording.OFF_REMOVE, key=f"off-remove-{key}", disabled=chosen is None) and chosen is not None:
                remove_day_off(get_app(), chosen)
                st.rerun()
