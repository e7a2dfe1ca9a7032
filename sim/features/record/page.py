"""Records: who was trained in what, who did not come, gaps, exports, holds."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from sim.features.record.page_people import draw_exports, draw_keeping, draw_people, draw_school_lists
from sim.features.record.page_sessions import draw_gaps, draw_sessions, draw_trainings
from sim.features.record.tables import EMPTY
from sim.features.record.view import TeamRecordView, get_team_view
from sim.features.requirements.page import draw_requirements
from sim.features.team.page_giving import draw_chosen_team
from sim.rules.viewer import Duty, may
from sim.ui.page.page_state import ALL_TEAMS, find_zone, get_app, get_team_id, get_viewer
from sim.ui.page.pages import find_script
from sim.ui.parts.blocks import choose_view, draw_facts, draw_lead


def draw() -> None:
    if get_team_id() == ALL_TEAMS:
        st.title("Training records", anchor=False)
        draw_school_lists()
        return
    chosen = draw_chosen_team(
        "records",
        title="Training records",
        no_team="Make a team first. What its people do is recorded automatically.",
        to_team="Go to Team",
    )
    if chosen is None:
        return
    draw_lead("Who was trained in what, when, and how well. Nothing here is changed: corrections are added.")
    if chosen.is_demo:
        st.info("A demo team has no training record: its people are invented. A team of your own has one.")
        st.page_link(find_script("team"), label="Go to Team")
        return
    _draw_team(chosen.team_id, may_keep=may(get_viewer(), Duty.KEEP_RECORD))


def _draw_team(team_id: str, *, may_keep: bool) -> None:
    view = get_team_view(get_app(), team_id, zone=find_zone())
    draw_facts(view.facts)
    if not (view.record.sessions or view.record.results or view.record.trainings):
        st.info(EMPTY)
    draws: dict[str, Callable[[TeamRecordView], None]] = {
        "people": draw_people,
        "trainings": draw_trainings,
        "sessions": draw_sessions,
        "gaps": draw_gaps,
        "requirements": lambda view: draw_requirements(team_id=view.who.team_id),
        "exports": draw_exports,
        "keeping": partial(draw_keeping, may_keep=may_keep),
    }
    names = {name: name.capitalize() for name in draws}
    draws[choose_view("Show", names, first="people", key=f"records-view-{team_id}")](view)


draw()
