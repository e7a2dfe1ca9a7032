"""Plan: a team's program, who has done which step of it, and what can be changed; or what is due at all schools."""

import streamlit as st

from sim.db.programs import ProgramRow
from sim.features.program.board import get_board
from sim.features.program.page_one import draw_program
from sim.features.program.page_standing import draw_standing
from sim.features.program.page_wizard import draw_making_of, draw_wizard
from sim.features.program.program_view import list_programs
from sim.features.team.page_giving import DEMO, draw_chosen_team, draw_team_list
from sim.features.team.team import TeamCard, list_teams
from sim.rules.viewer import Duty, may
from sim.text.times import write_day
from sim.ui.page.page_state import ALL_TEAMS, TEAM_PARAM, get_app, get_team_id, get_viewer
from sim.ui.page.pages import find_script
from sim.ui.parts.blocks import draw_lead, draw_list, draw_quiet

TO_PEOPLE = "Add people to the team"
NOBODY = "Nobody is on this team yet. Add its people first; then plan its program here."


def draw() -> None:
    if get_team_id() == ALL_TEAMS:
        _draw_all()
        return
    card = draw_chosen_team(
        "plan",
        title="Plan",
        no_team="Make a team first, and put its people on it. Then plan its program here.",
        to_team="Make a team",
    )
    if card is None:
        return
    everybodys = list_programs(get_app())
    programs = [each for each in everybodys if each.team_id == card.team_id]
    running = next((each for each in programs if each.closed_at is None), None)
    if running is not None:
        plan = [each for each in everybodys if each.plan_id == running.plan_id and each.closed_at is None]
        _draw_running(card, running, tuple(each.team_id for each in plan))
    elif not may(get_viewer(), Duty.TRAIN):
        st.info("This team has no program yet.")
    elif card.is_demo or not card.people:
        st.info(DEMO if card.is_demo else NOBODY)
        st.page_link(find_script("team"), label=TO_PEOPLE, query_params={TEAM_PARAM: card.team_id})
    else:
        draw_wizard(card, made=len(programs))
    closed = [each for each in programs if each.closed_at is not None]
    if closed:
        with st.expander("Closed programs", key="closed"):
            days = [(each.aim, write_day(each.training_on) if each.training_on else "") for each in closed]
            draw_list(f"{aim} Training {day}." for aim, day in days)


def _draw_running(card: TeamCard, running: ProgramRow, team_ids: tuple[str, ...]) -> None:
    draw_lead(running.aim)
    if may(get_viewer(), Duty.TRAIN):
        draw_making_of(running.program_id)
    board = get_board(get_app(), team_id=team_ids)
    if not draw_standing(board, card.team_id):
        st.info(NOBODY)
        st.page_link(find_script("team"), label=TO_PEOPLE, query_params={TEAM_PARAM: card.team_id})
    st.header("Program", anchor=False)
    draw_program(running.program_id, board)


def _draw_all() -> None:
    st.title("Plan of all schools", anchor=False)
    draw_lead("Who has done which step, who is due, and who is late.")
    if not draw_standing(get_board(get_app()), ALL_TEAMS):
        st.info("Nothing is planned yet. Plan a program, and everybody's steps appear here.")
    planned = {each.team_id for each in list_programs(get_app()) if each.closed_at is None}
    without = [card for card in list_teams(get_app()) if not card.is_demo and card.team_id not in planned]
    if without and may(get_viewer(), Duty.TRAIN):
        with st.expander(f"Teams without a program ({len(without)})", expanded=not planned, key="without-program"):
            draw_quiet("Choose one to plan its program.")
            draw_team_list("plan", without)


draw()
