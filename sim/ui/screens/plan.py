"""Plan: a team's program, who has done which step of it, and what can be changed; or what is due at all schools."""

import streamlit as st

from sim.services.accounts.viewer import Duty, may
from sim.services.program.program_view import ProgramCard, list_programs
from sim.services.team.team import TeamCard, list_teams
from sim.ui.page.chosen import ALL_TEAMS, get_team_id
from sim.ui.page.page_state import TEAM_PARAM, get_app, get_viewer
from sim.ui.parts.blocks import draw_lead, draw_list, draw_quiet
from sim.ui.program import wording
from sim.ui.program.footage import draw_making_of
from sim.ui.program.one_program import draw_program
from sim.ui.program.standing import draw_standing
from sim.ui.program.wizard import draw_wizard
from sim.ui.team.team_choice import draw_chosen_team, draw_team_list
from sim.ui.team.team_wording import DEMO


def draw() -> None:
    if get_team_id() == ALL_TEAMS:
        _draw_all()
        return
    card = draw_chosen_team("plan", title=wording.TITLE, no_team=wording.NO_TEAM, to_team=wording.TO_TEAM)
    if card is None:
        return
    programs = [each for each in list_programs(get_app()) if each.team_id == card.team_id]
    running = next((each for each in programs if not each.is_closed), None)
    if running is not None:
        _draw_running(card, running)
    elif not may(get_viewer(), Duty.TRAIN):
        st.info(wording.NONE_YET)
    elif card.is_demo or not card.people:
        st.info(DEMO if card.is_demo else wording.NOBODY)
        st.page_link("screens/team.py", label=wording.TO_PEOPLE, query_params={TEAM_PARAM: card.team_id})
    else:
        draw_wizard(card, made=len(programs))
    _draw_closed([each for each in programs if each.is_closed])


def _draw_running(card: TeamCard, running: ProgramCard) -> None:
    draw_lead(running.aim)
    if may(get_viewer(), Duty.TRAIN):
        draw_making_of(running.program_id)
    if not draw_standing(card.team_id):
        st.info(wording.NOBODY)
        st.page_link("screens/team.py", label=wording.TO_PEOPLE, query_params={TEAM_PARAM: card.team_id})
    st.header(wording.PROGRAM, anchor=False)
    draw_program(running.program_id)


def _draw_all() -> None:
    st.title(wording.TITLE_ALL, anchor=False)
    draw_lead(wording.BOARD_LEAD)
    if not draw_standing(ALL_TEAMS):
        st.info(wording.BOARD_EMPTY)
    planned = {each.team_id for each in list_programs(get_app()) if not each.is_closed}
    without = [card for card in list_teams(get_app()) if not card.is_demo and card.team_id not in planned]
    if without and may(get_viewer(), Duty.TRAIN):
        with st.expander(wording.WITHOUT.format(count=len(without)), expanded=not planned, key="without-program"):
            draw_quiet(wording.WITHOUT_NOTE)
            draw_team_list("plan", without)


def _draw_closed(closed: list[ProgramCard]) -> None:
    if closed:
        with st.expander(wording.CLOSED, key="closed"):
            draw_list(wording.CLOSED_LINE.format(aim=each.aim, day=each.training) for each in closed)


draw()
