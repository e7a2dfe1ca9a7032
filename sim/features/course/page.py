"""Home: what was just won and the next step, a few drills, and everything else in a line each."""

import streamlit as st

from sim.features.course import page_home as home
from sim.features.course.home import get_home
from sim.features.library.library import DEMO_WIDTH_PX
from sim.rules.drill_access import list_own_open
from sim.text.words import write_count
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import find_zone, get_app, get_last_attempt_id, get_learner, get_viewer, take_flash
from sim.ui.page.pages import find_script
from sim.ui.parts.blocks import draw_lead, draw_quiet


def draw() -> None:
    app, viewer = get_app(), get_viewer()
    today = home.find_today()
    view = get_home(app, get_learner(), today=today, zone=find_zone(), last_attempt_id=get_last_attempt_id())
    if said := take_flash():
        st.success(said)
    left, right = st.columns([5, 6], gap="medium", vertical_alignment="center")
    with left:
        with st.container(key="welcome"):
            st.title(page_wording.APP)
            if not view.done:
                draw_lead(page_wording.TAGLINE)
        if view.problem:
            draw_quiet(view.problem)
        home.draw_step(view)
        home.draw_making()
        waiting = list_own_open(app, viewer) if viewer.person_id is not None else ()
        if waiting:
            label = f"Waiting for you: {write_count(len(waiting), 'drill')}"
            st.page_link(find_script("mine"), label=label, icon=":material/play_arrow:")
        if st.button("Join with a trainer's code", key="have-code", width="stretch"):
            st.switch_page(find_script("join"))
    with right:
        if view.done and view.weekly is not None and view.step.about != view.weekly.form_id:
            home.draw_card(view.weekly, place=0, is_short=True, width_px=DEMO_WIDTH_PX)
        elif view.demo:
            home.draw_demo_search(view.demo)
        elif view.still_jpeg is not None:
            st.image(view.still_jpeg, width="stretch", caption=view.still_caption, alt=view.still_caption)
    home.draw_few(view)
    home.draw_course(view)
    home.draw_done(view, today=today)
    home.draw_further_ways(view, today=today)


draw()
