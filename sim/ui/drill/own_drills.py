"""The drills made on this computer, as a choice with one button."""

import streamlit as st

from sim.services.course.learner import create_drill
from sim.services.library.own_drills import OwnDrill, list_own_drills
from sim.ui.library import new_drill_wording as words
from sim.ui.page.page_state import get_address, get_app, get_learner, go_to_attempt


def draw_own_drills() -> None:
    """Draw the choice; nothing when there are none."""
    drills = {drill.form_id: drill for drill in list_own_drills(get_app())}
    if not drills:
        return
    st.header(words.OWN_TITLE, anchor=False)
    choice, button = st.columns([3, 1], vertical_alignment="bottom")
    chosen = choice.selectbox(
        words.OWN_CHOOSE, list(drills), format_func=lambda form_id: write_drill(drills[form_id]), key="own-drill"
    )
    if button.button(words.OWN_PLAY, key="own-play", width="stretch") and chosen is not None:
        go_to_attempt(create_drill(get_app(), get_learner(), form_id=chosen, address=get_address()))


def write_drill(drill: OwnDrill) -> str:
    """Return a drill in one line."""
    level = words.OWN_PRACTICE
    if drill.level is not None:
        level = words.OWN_LEVEL.format(level=words.LEVELS[drill.level.value].lower(), index=f"{drill.index:.1f}")
    line = words.OWN_LINE.format(place=drill.place, number=drill.number, level=level, limit=drill.limit)
    shown = {3: "", 1: f", {words.ONE_PHOTO}", 0: f", {words.WORDS_ONLY}"}[drill.shown]
    return f"{drill.title} · {line}{shown}"
