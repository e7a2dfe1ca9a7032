"""Practice drills on the school's own clips, a button each."""

from functools import partial

import streamlit as st

from sim.drill.forms import Origin
from sim.services.course.learner import create_drill
from sim.ui.library import library_wording as wording
from sim.ui.page.page_state import get_address, get_app, get_learner, go_to_attempt
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.plain_text import escape_markdown


def draw_walk_drills(*, recording_id: str | None = None) -> None:
    """Draw them: of one recording, or of all under a title. Nothing where there are none."""
    known = [each for each in get_app().catalog.list_forms() if each.origin is Origin.STAGED]
    shown = [each for each in known if recording_id in (None, each.recording_id)]
    if not shown:
        return
    if recording_id is None:
        st.header(wording.WALKS_TITLE, anchor=False)
        draw_quiet(wording.WALKS_NOTE)
    for each in shown:
        label = wording.WALK_TRY.format(title=escape_markdown(each.form.title))
        if st.button(label, key=f"walk-{each.form.form_id}"):
            start = partial(create_drill, get_app(), get_learner(), form_id=each.form.form_id, address=get_address())
            made = run_action(start)
            if made is not None:
                go_to_attempt(made)
