"""What follows the familiarization drill: that nothing was scored, and what to do next."""

import streamlit as st

from sim.services.attempt import familiarization
from sim.services.attempt.attempts import find_sample
from sim.services.attempt.familiarization import FamiliarEnd
from sim.services.course.learner import create_drill
from sim.ui.page import wording
from sim.ui.page.page_state import get_address, get_app, get_learner, go_to_attempt
from sim.ui.parts.blocks import draw_lead, draw_list


def draw_familiar_end(view: FamiliarEnd) -> None:
    steps = view.steps
    is_partly = steps is not None and not steps.is_whole
    if steps is not None and not steps.is_whole:
        st.title(wording.FAMILIAR_PARTLY.format(done=steps.done, of=steps.of), anchor=False)
        draw_lead(wording.FAMILIAR_PARTLY_NOTE)
    else:
        st.title(wording.FAMILIAR_END, anchor=False)
        draw_lead(wording.FAMILIAR_DONE if view.is_done else wording.FAMILIAR_TIME_UP)
    st.header(wording.FAMILIAR_NEXT, anchor=False)
    draw_list(wording.FAMILIAR_LEARNED)
    with st.container(horizontal=True):
        if view.next_attempt_id is not None:
            if st.button(wording.FAMILIAR_TO_DRILL, key="to-drill", type="primary"):
                go_to_attempt(view.next_attempt_id)
        elif st.button(wording.TRY, key="try", type="primary"):
            app = get_app()
            go_to_attempt(create_drill(app, get_learner(), form_id=find_sample(app), address=get_address()))
        if is_partly and st.button(wording.FAMILIAR_AGAIN, key="again"):
            go_to_attempt(
                familiarization.create(get_app(), person_id=view.person_id, profile=view.profile, address=get_address())
            )
        if st.button(wording.HOME, key="home"):
            st.switch_page("screens/start.py")
