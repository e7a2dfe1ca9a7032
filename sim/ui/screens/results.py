"""Results: what changed between before and after, of one team or of all schools."""

import streamlit as st

from sim.services.accounts.viewer import Duty, may
from sim.services.team.attempts_table import has_results
from sim.ui.page.page_state import ALL_TEAMS, get_app, get_team_id, get_viewer
from sim.ui.parts.chosen_by import draw_chosen_by_of
from sim.ui.team.results import draw_district, draw_team_results
from sim.ui.team.team_choice import DEMO, draw_chosen_team


def draw() -> None:
    if get_team_id() == ALL_TEAMS:
        draw_district()
        return
    card = draw_chosen_team(
        "results", title="Results", no_team="Make a team first. This page is about its people.", to_team="Make a team"
    )
    if card is None:
        return
    if card.is_demo:
        st.info(DEMO)
    if not has_results(get_app(), card.team_id):
        st.info(
            "A comparison appears here as soon as someone has finished a drill before the training and "
            "another one after it."
        )
        return
    if not card.is_demo and may(get_viewer(), Duty.TRAIN):
        draw_chosen_by_of(card)
    draw_team_results(card)


draw()
