"""The drills made on this computer, as a choice with one button."""

from functools import partial

import streamlit as st

from sim.services.accounts.viewer import Duty, may
from sim.services.course.learner import create_drill
from sim.services.library.own_drills import OwnDrill, list_own_drills
from sim.services.library.removing import delete_made
from sim.ui.library import new_drill_wording as wording
from sim.ui.page.page_state import get_address, get_app, get_learner, get_viewer, go_to_attempt
from sim.ui.parts.actions import run_action
from sim.ui.parts.plain_text import escape_markdown


def draw_own_drills() -> None:
    """Draw the choice; nothing when there are none."""
    drills = {drill.form_id: drill for drill in list_own_drills(get_app())}
    if not drills:
        return
    st.header(wording.OWN_TITLE, anchor=False)
    choice, button = st.columns([3, 1], vertical_alignment="bottom")
    chosen = choice.selectbox(
        wording.OWN_CHOOSE, list(drills), format_func=lambda form_id: write_drill(drills[form_id]), key="own-drill"
    )
    if chosen is not None and may(get_viewer(), Duty.MAKE_DRILLS):
        _draw_delete(drills[chosen])
    if button.button(wording.OWN_PLAY, key="own-play", width="stretch") and chosen is not None:
        go_to_attempt(create_drill(get_app(), get_learner(), form_id=chosen, address=get_address()))


def _draw_delete(drill: OwnDrill) -> None:
    """Draw the way to delete the recording of a drill, which takes its other drills along."""
    with st.popover(wording.OWN_DELETE, key="own-delete"):
        st.write(wording.OWN_DELETE_NOTE.format(title=escape_markdown(drill.title), place=escape_markdown(drill.place)))
        is_sure = st.button(wording.OWN_DELETE_SURE, key="own-delete-sure")
        if is_sure and run_action(partial(_delete, drill.recording_id)):
            st.rerun()


def _delete(recording_id: str) -> bool:
    delete_made(get_app(), recording_id)
    return True


def write_drill(drill: OwnDrill) -> str:
    level = wording.OWN_PRACTICE
    if drill.level is not None:
        level = wording.OWN_LEVEL.format(level=wording.LEVELS[drill.level.value].lower(), index=f"{drill.index:.1f}")
    line = wording.OWN_LINE.format(place=drill.place, number=drill.number, level=level, limit=drill.limit)
    shown = {3: "", 1: f", {wording.ONE_PHOTO}", 0: f", {wording.WORDS_ONLY}"}[drill.shown]
    return f"{drill.title} · {line}{shown}"
