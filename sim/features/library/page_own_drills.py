"""The drills made on this computer, as a choice with one button."""

from functools import partial
from typing import Final

import streamlit as st

from sim.features.library.library import OwnDrill, delete_made, list_own_drills
from sim.forms.forms import Origin
from sim.rules.learner import create_drill
from sim.rules.viewer import Duty, may
from sim.ui.page.page_state import get_address, get_app, get_learner, get_viewer, go_to_attempt
from sim.ui.parts.actions import run_action, run_and_redraw
from sim.ui.parts.blocks import draw_quiet, escape_markdown

LEVELS: Final = {"easy": "Easy", "medium": "Medium", "hard": "Hard"}


def draw_own_drills() -> None:
    drills = {drill.form_id: drill for drill in list_own_drills(get_app())}
    if not drills:
        return
    st.header("Made on this computer", anchor=False)
    choice, button = st.columns([3, 1], vertical_alignment="bottom")
    chosen = choice.selectbox(
        "Drill", list(drills), format_func=lambda form_id: write_drill(drills[form_id]), key="own-drill"
    )
    if chosen is not None and may(get_viewer(), Duty.MAKE_DRILLS):
        drill = drills[chosen]
        with st.popover("Delete", key="own-delete"):
            st.write(
                f"Deletes “{escape_markdown(drill.title)}” at {escape_markdown(drill.place)} with all its drills. "
                "Debriefs of drills done on it can then no longer be opened."
            )
            if st.button("Yes, delete it", key="own-delete-sure"):
                run_and_redraw(partial(delete_made, get_app(), drill.recording_id))
    if button.button("Start this drill", key="own-play", width="stretch") and chosen is not None:
        go_to_attempt(create_drill(get_app(), get_learner(), form_id=chosen, address=get_address()))


def write_drill(drill: OwnDrill) -> str:
    level = "for practice"
    if drill.level is not None:
        level = "{level} ({index})".format(level=LEVELS[drill.level.value].lower(), index=f"{drill.index:.1f}")
    line = f"{drill.place}: drill {drill.number}, {level}, {drill.limit}"
    shown = {3: "", 1: ", one photo", 0: ", words only"}[drill.shown]
    return f"{drill.title} · {line}{shown}"


def draw_walk_drills(*, recording_id: str | None = None) -> None:
    known = [each for each in get_app().catalog.list_forms() if each.origin is Origin.STAGED]
    shown = [each for each in known if recording_id in (None, each.recording_id)]
    if not shown:
        return
    if recording_id is None:
        st.header("On your own clips", anchor=False)
        draw_quiet("Practice, real footage of your school, only the walker is known. Never part of a comparison.")
    for each in shown:
        label = f"Try it: {escape_markdown(each.form.title)}"
        if st.button(label, key=f"walk-{each.form.form_id}"):
            start = partial(create_drill, get_app(), get_learner(), form_id=each.form.form_id, address=get_address())
            made = run_action(start)
            if made is not None:
                go_to_attempt(made)
