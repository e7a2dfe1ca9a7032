"""Records: who was trained in what, who did not come, gaps, exports, holds."""

import streamlit as st

from sim.features.record import wording
from sim.features.record.page_people import draw_exports, draw_keeping, draw_people, draw_school_lists
from sim.features.record.page_requirements import draw_requirements
from sim.features.record.page_sessions import draw_gaps, draw_sessions, draw_trainings
from sim.features.record.view import get_team_view
from sim.features.team.page_choice import draw_chosen_team
from sim.rules.viewer import Duty, may
from sim.ui.page.page_state import ALL_TEAMS, find_zone, get_app, get_team_id, get_viewer
from sim.ui.page.pages import find_script
from sim.ui.parts.blocks import choose_view, draw_facts, draw_lead


def draw() -> None:
    if get_team_id() == ALL_TEAMS:
        st.title(wording.TITLE, anchor=False)
        draw_school_lists()
        return
    chosen = draw_chosen_team(
        "records",
        title=wording.TITLE,
        no_team="Make a team first. What its people do is recorded automatically.",
        to_team=wording.TO_TEAM,
    )
    if chosen is None:
        return
    draw_lead(wording.LEAD)
    if chosen.is_demo:
        st.info(wording.DEMO)
        st.page_link(find_script("team"), label=wording.TO_TEAM)
        return
    _draw_team(chosen.team_id, may_keep=may(get_viewer(), Duty.KEEP_RECORD))


def _draw_team(team_id: str, *, may_keep: bool) -> None:
    view = get_team_view(get_app(), team_id, zone=find_zone())
    draw_facts(view.facts)
    if not (view.record.sessions or view.record.results or view.record.trainings):
        st.info(wording.EMPTY)
    shown = choose_view(wording.VIEW, wording.VIEWS, first="people", key=f"records-view-{team_id}")
    if shown == "trainings":
        draw_trainings(view)
    elif shown == "sessions":
        draw_sessions(view)
    elif shown == "gaps":
        draw_gaps(view)
    elif shown == "requirements":
        draw_requirements(team_id=team_id)
    elif shown == "exports":
        draw_exports(view)
    elif shown == "keeping":
        draw_keeping(view, may_keep=may_keep)
    else:
        draw_people(view)


draw()
