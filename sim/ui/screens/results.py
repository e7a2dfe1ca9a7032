"""Results: what changed between before and after, of one team or of all schools."""

import streamlit as st

from sim.services.accounts.viewer import Duty, may
from sim.services.team.attempts_table import has_results
from sim.ui.page.chosen import ALL_TEAMS, get_team_id
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.program.chosen_by import draw_chosen_by_of
from sim.ui.team import team_wording as wording
from sim.ui.team.district import draw_district
from sim.ui.team.team_choice import draw_chosen_team
from sim.ui.team.team_results import draw_team_results


def draw() -> None:
    if get_team_id() == ALL_TEAMS:
        draw_district()
        return
    card = draw_chosen_team("results", title=wording.RESULTS, no_team=wording.NO_TEAM, to_team=wording.TO_TEAM)
    if card is None:
        return
    if card.is_demo:
        st.info(wording.DEMO)
    if not has_results(get_app(), card.team_id):
        st.info(wording.COMPARE_FIRST)
        return
    if not card.is_demo and may(get_viewer(), Duty.TRAIN):
        draw_chosen_by_of(card)
    draw_team_results(card)


draw()
