"""Copying a program for another team, or for a cohort of this one."""

from functools import partial

import streamlit as st

from sim.services.program import copying
from sim.services.program.copying import CohortOrder, list_free_teams, list_without_drills
from sim.services.program.plan import suggest_training_day
from sim.services.program.program_view import ProgramView
from sim.services.team.team import MAX_NAME
from sim.ui.page.page_state import get_app, get_request_key, go_to_program
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_quiet
from sim.ui.program import wording


def draw_copy(view: ProgramView) -> None:
    st.subheader(wording.COPY_TITLE, anchor=False)
    draw_quiet(wording.COPY_NOTE)
    _draw_copy(view)
    st.subheader(wording.COHORT_TITLE, anchor=False)
    draw_quiet(wording.COHORT_NOTE)
    _draw_cohort(view)


def _draw_copy(view: ProgramView) -> None:
    teams = list_free_teams(get_app())
    if not teams:
        draw_quiet(wording.COPY_NONE)
        return
    with st.form(f"copy-{view.program_id}", border=False):
        team_id = st.selectbox(wording.TEAM, list(teams), format_func=lambda each: teams[each], key="copy-team")
        day = st.date_input(
            wording.TRAINING_ON, value=suggest_training_day(get_app(), view.today), format="MM/DD/YYYY", key="copy-day"
        )
        pressed = st.form_submit_button(wording.COPY, key="copy-button")
    if pressed and team_id is not None:
        copy = partial(
            copying.copy_program,
            get_app(),
            view.program_id,
            team_id=team_id,
            training_on=day,
            request_key=get_request_key(f"copy-{view.program_id}-{team_id}"),
        )
        made = run_action(copy)
        if made is not None:
            go_to_program(made)


def _draw_cohort(view: ProgramView) -> None:
    people = list_without_drills(get_app(), view.team_id)
    if not people:
        draw_quiet(wording.COHORT_NONE)
        return
    with st.form(f"cohort-{view.program_id}", border=False):
        name = st.text_input(
            wording.COHORT_NAME, placeholder=wording.COHORT_HINT, max_chars=MAX_NAME, key="cohort-name"
        )
        who = st.multiselect(wording.COHORT_WHO, list(people), format_func=lambda each: people[each], key="cohort-who")
        day = st.date_input(
            wording.TRAINING_ON,
            value=suggest_training_day(get_app(), view.today),
            format="MM/DD/YYYY",
            key="cohort-day",
        )
        pressed = st.form_submit_button(wording.COHORT, key="cohort-button")
    if pressed:
        order = CohortOrder(
            name=name,
            person_ids=tuple(who),
            training_on=day,
            request_key=get_request_key(f"cohort-{view.program_id}-{name}"),
        )
        made = run_action(partial(copying.make_cohort, get_app(), view.program_id, order))
        if made is not None:
            go_to_program(made)
