"""The team: its people and their drills, and what changed between before and after."""

from functools import partial

import pandas as pd
import streamlit as st

from sim.compare.data.conditions import Conditions
from sim.errors import ComparisonError
from sim.services.comparison.report.compared import Compared, compare_table
from sim.services.comparison.report.fingerprint import make_key
from sim.services.operations import demo
from sim.services.team import team
from sim.services.team.given_drills import export_attempts
from sim.services.team.team import TeamCard
from sim.services.team.team_view import get_team_view
from sim.ui.page.page_state import TEAM_PARAM, get_app, go_to_page, go_to_team
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_facts, draw_lead, draw_quiet, draw_steps
from sim.ui.parts.flash import draw_flash
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.programme.chosen_by import draw_chosen_by_of
from sim.ui.team import roster_wording
from sim.ui.team import team_wording as wording
from sim.ui.team.compared import draw_compared
from sim.ui.team.links import draw_links
from sim.ui.team.pins import draw_pins
from sim.ui.team.roster import draw_add_people, draw_roster
from sim.ui.team.team_choice import choose_current
from sim.ui.team.team_school import draw_school, draw_school_field
from sim.ui.team_exercise import exercise_wording
from sim.ui.team_exercise.exercise_tab import draw_exercises

DEMO_PEOPLE = 8
DEMO_SEED = 1
NEW_TEAM = ""
MOST_KEPT = 8
# names may be in what is kept
KEPT_S = 3600


def draw() -> None:
    """Draw the page."""
    cards = team.list_teams(get_app())
    if not cards:
        _draw_first_visit()
        return
    names = {card.team_id: card.name for card in cards}
    current = choose_current({card.team_id: card for card in cards})
    draw_flash()
    title, choice = st.columns([3, 2], vertical_alignment="center")
    title.title(escape_markdown(names[current]), anchor=False)
    with choice:
        options = [*names, NEW_TEAM]
        chosen = st.selectbox(
            wording.CHOOSE_TEAM,
            options,
            index=options.index(current),
            format_func=lambda team_id: names.get(team_id, wording.NEW_TEAM),
            key=f"team-{current}",
        )
    if chosen == NEW_TEAM:
        _draw_new_team()
        if not any(card.is_demo for card in cards):
            _draw_demo_offer()
    elif chosen != current:
        go_to_team(chosen)
    else:
        _draw_team(next(card for card in cards if card.team_id == current))


def _draw_first_visit() -> None:
    st.title(wording.TITLE, anchor=False)
    draw_lead(wording.LEAD)
    draw_steps(wording.FIRST_STEPS)
    _draw_new_team()
    st.page_link("screens/import_people.py", label=roster_wording.LINK, icon=":material/upload_file:")
    _draw_demo_offer()


def _draw_demo_offer() -> None:
    draw_quiet(wording.DEMO_OFFER)
    if st.button(wording.DEMO_MAKE, key="make-demo"):
        with st.spinner(wording.DEMO_MAKING):
            made = run_action(
                lambda: demo.fill_demo(get_app(), people=DEMO_PEOPLE, seed=DEMO_SEED, plan=demo.FULL_PLAN)
            )
        if made is not None:
            go_to_team(made)


def _draw_new_team() -> None:
    with st.form("new-team", border=False):
        name = st.text_input(wording.TEAM_NAME, placeholder=wording.TEAM_NAME_HINT, key="team-name")
        school = draw_school_field()
        pressed = st.form_submit_button(wording.MAKE_TEAM, type="primary", key="make-team")
    if pressed:
        made = run_action(lambda: team.add_team(get_app(), name, school=school))
        if made is not None:
            go_to_team(made)


def _draw_team(card: TeamCard) -> None:
    team_id = card.team_id
    view = get_team_view(get_app(), team_id)
    if view.is_demo:
        note, button = st.columns([4, 1], vertical_alignment="center")
        note.info(wording.DEMO)
        if button.button(wording.DEMO_REMOVE, key="remove-demo", width="stretch"):
            team.remove_demo(get_app())
            go_to_team(None)
    tabs = [wording.TAB_PEOPLE, wording.TAB_COMPARE, exercise_wording.TAB]
    people, compare, exercises = st.tabs(tabs, key=f"tabs-{team_id}")
    with people:
        shown = st.container()
        if not view.is_demo:
            draw_add_people(team_id, is_first=not view.people)
            st.page_link("screens/import_people.py", label=roster_wording.LINK, icon=":material/upload_file:")
            draw_school(card)
        with shown:
            draw_facts(view.facts)
            is_real = bool(view.people) and not view.is_demo
            if is_real and st.button(wording.HOLD_SESSION, key="hold-session", icon=":material/groups:"):
                go_to_page("session", **{TEAM_PARAM: team_id})
            draw_roster(view)
            if not view.is_demo:
                draw_pins(view)
                draw_links(view)
    with compare:
        if view.has_results:
            if not view.is_demo:
                draw_chosen_by_of(card)
            _draw_comparison(card)
        else:
            st.info(wording.COMPARE_FIRST)
    with exercises:
        draw_exercises(view)


def _draw_comparison(card: TeamCard) -> None:
    shown = st.container()
    by_name = st.toggle(wording.SHOW_NAMES, key="by-name", value=False)
    table = export_attempts(get_app(), card.team_id, by_name=by_name)
    compare = partial(_compare, table, make_key(table), card.name, by_name)
    try:
        draw_compared(compare, shown=shown, key=card.team_id, file_stem="before-after")
    except ComparisonError as error:
        shown.error(escape_markdown(error.on_screen))


@st.cache_resource(show_spinner=False, max_entries=MOST_KEPT, ttl=KEPT_S)
def _compare(
    _table: pd.DataFrame,
    fingerprint: str,
    title: str,
    by_name: bool,
    *,
    conditions: Conditions | None = None,
    are_different: bool = False,
) -> Compared:
    """Return the comparison, kept while the drills are the same: a press elsewhere on the page computes nothing."""
    del fingerprint
    return compare_table(_table, title=title, by_name=by_name, conditions=conditions, are_different=are_different)


draw()
