"""One person: their own drills over time, and what may be said of their change."""

import streamlit as st

from sim.services.programme.chosen import list_chosen_of_person
from sim.services.team.person_view import get_person_drills
from sim.ui.page.page_state import TEAM_PARAM, find_zone, get_app, get_person_id, go_to_page
from sim.ui.parts.blocks import draw_facts, draw_lead
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.programme.chosen import draw_chosen
from sim.ui.team import person_wording as wording
from sim.ui.team.person_data import draw_person_data
from sim.ui.team.person_drills import draw_person_drills


def draw() -> None:
    """Draw the page."""
    person_id = get_person_id()
    if person_id is None:
        st.info(wording.NOBODY)
        st.page_link("screens/team.py", label=wording.BACK.format(team="the team"), icon=":material/arrow_back:")
        return
    view = get_person_drills(get_app(), person_id, zone=find_zone())
    st.page_link(
        "screens/team.py",
        label=wording.BACK.format(team=escape_markdown(view.team_name)),
        icon=":material/arrow_back:",
        query_params={TEAM_PARAM: view.team_id},
    )
    st.title(escape_markdown(view.name), anchor=False)
    draw_lead(wording.LEAD.format(name=view.name))
    draw_facts(view.facts)
    if view.drills:
        draw_person_drills(view)
    else:
        st.info(wording.NONE_YET)
    draw_chosen(list_chosen_of_person(get_app(), person_id, zone=find_zone()))
    if draw_person_data(person_id, view.name):
        go_to_page("team", **{TEAM_PARAM: view.team_id})


draw()
