"""People: who is on the team, their drills, and all teams where no one team is looked at."""

from functools import partial

import streamlit as st

from sim.services.accounts.viewer import Duty, may
from sim.services.app.wiring import App
from sim.services.learning_systems.people import list_new
from sim.services.operations import demo
from sim.services.team import team
from sim.services.team.team import TeamCard
from sim.services.team.team_view import get_team_view
from sim.ui.page.chosen import ALL_TEAMS, get_team_id, go_to_team
from sim.ui.page.load_ahead import load_ahead
from sim.ui.page.page_state import TEAM_PARAM, get_app, get_viewer, go_to_page
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_facts, draw_lead, draw_quiet, draw_steps
from sim.ui.parts.flash import draw_flash
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.team import roster_wording
from sim.ui.team import team_wording as wording
from sim.ui.team.links import draw_links
from sim.ui.team.pins import draw_pins
from sim.ui.team.roster import draw_add_people, draw_roster
from sim.ui.team.team_choice import draw_team_list
from sim.ui.team.team_school import draw_school, draw_school_field

DEMO_PEOPLE = 8
DEMO_SEED = 1
MOST_NEW = 10


def draw() -> None:
    cards = {card.team_id: card for card in team.list_teams(get_app())}
    if not cards:
        _draw_first_visit()
        return
    load_ahead(partial(_prepare_results, get_app(), is_district=get_team_id() == ALL_TEAMS))
    chosen = cards.get(get_team_id() or "")
    draw_flash()
    if chosen is None:
        st.title(wording.TEAMS, anchor=False)
        draw_team_list("team", cards.values())
    else:
        st.title(escape_markdown(chosen.name), anchor=False)
        _draw_team(chosen)
    if not may(get_viewer(), Duty.TRAIN):
        return
    with st.expander(wording.NEW_TEAM, key="another-team"):
        _draw_new_team()
        if not any(card.is_demo for card in cards.values()):
            _draw_demo_offer()


def _prepare_results(app: App, *, is_district: bool) -> None:
    """Load what the page Results needs, half a second, and read and compare all schools, a second and a half."""
    from sim.ui.team import team_results  # noqa: F401, PLC0415 - beside the page
    from sim.ui.team.district import prepare_district  # noqa: PLC0415 - as said above

    if is_district:
        prepare_district(app)


def _draw_first_visit() -> None:
    st.title(wording.TITLE, anchor=False)
    if not may(get_viewer(), Duty.TRAIN):
        st.info(wording.NO_TEAM_HERE)
        return
    draw_lead(wording.LEAD)
    draw_steps(wording.FIRST_STEPS)
    _draw_new_team()
    if may(get_viewer(), Duty.IMPORT_ROSTER):
        st.page_link("screens/import_people.py", label=roster_wording.LINK, icon=":material/upload_file:")
    _draw_demo_offer()


def _draw_demo_offer() -> None:
    if get_viewer().schools is not None:
        return
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
        if may(get_viewer(), Duty.TRAIN) and button.button(wording.DEMO_REMOVE, key="remove-demo", width="stretch"):
            team.remove_demo(get_app())
            go_to_team(None)
    draw_facts(view.facts)
    is_shown_only = view.is_demo or not may(get_viewer(), Duty.TRAIN)
    if (
        view.people
        and not is_shown_only
        and st.button(wording.HOLD_SESSION, key="hold-session", icon=":material/groups:")
    ):
        go_to_page("session", **{TEAM_PARAM: team_id})
    new = list_new(get_app(), team_id)
    if new:
        draw_quiet(wording.NEW_PEOPLE.format(names=", ".join(new[:MOST_NEW]), count=len(new)))
    draw_roster(view, is_shown_only=is_shown_only)
    if is_shown_only:
        return
    draw_pins(view)
    draw_links(view)
    draw_add_people(team_id, is_first=not view.people)
    if may(get_viewer(), Duty.IMPORT_ROSTER):
        st.page_link("screens/import_people.py", label=roster_wording.LINK, icon=":material/upload_file:")
    draw_school(card)


draw()
