"""My results: what waits for the person who is signed in, and what they have done."""

import streamlit as st

from sim.features.team.page_person import draw_person_data, draw_person_drills
from sim.features.team.team_view import get_person_drills
from sim.rules.drill_access import list_own_ended, list_own_open
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import find_zone, get_app, get_viewer
from sim.ui.page.pages import find_script
from sim.ui.parts import account_wording as wording
from sim.ui.parts.blocks import draw_drill_link, draw_facts, draw_lead


def draw() -> None:
    app, viewer = get_app(), get_viewer()
    st.title("My results", anchor=False)
    draw_lead(wording.MINE_LEAD)
    if viewer.person_id is None:
        st.info(wording.MINE_NOBODY)
        st.page_link(find_script("start"), label=page_wording.HOME)
        return
    waiting, ended = list_own_open(app, viewer), list_own_ended(app, viewer)
    if not waiting and not ended:
        st.info("Nothing yet. Drills that your trainer gives you appear here.")
    if waiting:
        st.header("Waiting for you", anchor=False)
        _draw_links([(each.attempt_id, f"Go to the drill: {each.title}") for each in waiting])
    if ended:
        st.header("Done", anchor=False)
        _draw_links([(each.attempt_id, each.title) for each in ended])
    view = get_person_drills(app, viewer.person_id, zone=find_zone(), is_own=True)
    if view.drills:
        draw_facts(view.facts)
        draw_person_drills(view)
    st.page_link(find_script("record"), label="My training record", icon=":material/chevron_right:")
    st.page_link(find_script("start"), label="Practice on your own: choose a drill", icon=":material/chevron_right:")
    draw_person_data(viewer.person_id, view.name)


def _draw_links(links: list[tuple[str, str]]) -> None:
    for attempt_id, label in links:
        draw_drill_link(attempt_id, label, is_open=False)


draw()
