"""Start: what this is, and the next step for anyone."""

import streamlit as st

from sim.services import attempts, familiarisation, start
from sim.ui import privacy_wording, wording
from sim.ui.blocks import draw_lead, draw_quiet, draw_steps
from sim.ui.other_drills import draw_other_drills
from sim.ui.own_drills import draw_own_drills
from sim.ui.session import get_app, get_last_attempt_id, go_to_attempt
from sim.ui.store_trouble import draw_store_trouble


def draw() -> None:
    """Draw the page."""
    app = get_app()
    view = start.get_start(app, last_attempt_id=get_last_attempt_id())
    words, picture = st.columns([5, 6], gap="medium", vertical_alignment="center")
    with words:
        st.title(wording.APP)
        draw_lead(wording.TAGLINE)
        if view.running_attempt_id is not None:
            st.info(wording.CONTINUE)
            if st.button(wording.CONTINUE_BUTTON, key="continue", type="primary", width="stretch"):
                go_to_attempt(view.running_attempt_id)
        label = f"{wording.TRY} ({view.sample_minutes})" if view.is_playable else wording.TRY
        if st.button(label, key="try", type="primary", width="stretch", disabled=not view.is_playable):
            go_to_attempt(attempts.create_sample(app))
        draw_quiet(wording.TRY_NOTE if view.is_playable else view.problem)
        if view.is_playable and st.button(wording.FAMILIAR, key="familiar", width="stretch"):
            go_to_attempt(familiarisation.create(app))
        if st.button(wording.HAVE_CODE, key="have-code", width="stretch"):
            st.switch_page("screens/join.py")
        if st.button(wording.TEAM, key="team", width="stretch"):
            st.switch_page("screens/team.py")
    with picture:
        if view.still_jpeg is not None:
            st.image(view.still_jpeg, width="stretch", caption=view.still_caption, alt=view.still_caption)
    draw_store_trouble(view.store_trouble)
    if view.is_playable:
        draw_other_drills()
        draw_own_drills()
    st.header(wording.HOW_TITLE, anchor=False)
    draw_steps(wording.HOW)
    draw_quiet(wording.FICTION)
    st.page_link("screens/stored.py", label=privacy_wording.LINK)


draw()
