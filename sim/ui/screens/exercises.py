"""Team exercises: one incident searched by several people of a team together."""

import streamlit as st

from sim.services.team.team_view import get_team_view
from sim.ui.page.page_state import get_app
from sim.ui.team import team_wording as wording
from sim.ui.team.team_choice import draw_chosen_team
from sim.ui.team_exercise.exercise_tab import draw_exercises


def draw() -> None:
    card = draw_chosen_team("exercises", title=wording.EXERCISES, no_team=wording.NO_TEAM, to_team=wording.TO_TEAM)
    if card is None:
        return
    if card.is_demo:
        st.info(wording.DEMO)
    draw_exercises(get_team_view(get_app(), card.team_id))


draw()
