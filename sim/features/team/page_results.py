"""Results: what changed between before and after, of one team or of all schools."""

import streamlit as st

from sim.features.team.attempts_table import has_results
from sim.features.team.page_giving import DEMO, draw_chosen_team
from sim.features.team.page_report import draw_chosen_by_of, draw_district, draw_team_results
from sim.features.team.team import list_teams
from sim.rules.held import list_together
from sim.rules.viewer import Duty, may
from sim.ui.page.page_state import ALL_TEAMS, get_app, get_team_id, get_viewer


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
    with get_app().store.read() as work:
        together = list_together(work, card.team_id)
    cards = {each.team_id: each for each in list_teams(get_app()) if each.team_id in together}
    if not has_results(get_app(), together):
        st.info(
            "A comparison appears here as soon as someone has finished a drill before the training and "
            "another one after it."
        )
        return
    if not card.is_demo and may(get_viewer(), Duty.TRAIN):
        for each in cards.values():
            if each == card or not each.chosen_by:
                draw_chosen_by_of(each, is_named=len(cards) > 1)
    draw_team_results(card, {each.team_id: each.name for each in cards.values()})


draw()
