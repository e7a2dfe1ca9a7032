"""People: who is on the team, their drills, and all teams where no one team is looked at."""

from functools import partial

import streamlit as st

from sim.app.wiring import App
from sim.features.learning_systems.people import list_new
from sim.features.operations import demo
from sim.features.team import team
from sim.features.team.page_giving import DEMO, draw_team_list
from sim.features.team.page_roster import draw_add_people, draw_links, draw_pins, draw_roster
from sim.features.team.team import TeamCard
from sim.features.team.team_view import get_team_view
from sim.rules.viewer import Duty, may
from sim.ui.page.page_state import ALL_TEAMS, TEAM_PARAM, get_app, get_team_id, get_viewer, go_to_page, go_to_team
from sim.ui.page.pages import find_script
from sim.ui.parts.actions import draw_flash, load_ahead, run_action, run_and_redraw
from sim.ui.parts.blocks import draw_facts, draw_lead, draw_quiet, draw_steps, escape_markdown

SCHOOL = "School"
SCHOOL_NOTE = "Teams of one school are counted together where several schools are looked at."
FIRST_STEPS = (
    ("Make a team", "Give it a name below."),
    ("Add people", "One name (or alias) per line. An alias is enough."),
    ("Give each a drill before training", "After the training, give another one. The comparison then appears here."),
)
LINK = "Import a list of people"


def draw() -> None:
    cards = {card.team_id: card for card in team.list_teams(get_app())}
    if not cards:
        _draw_first_visit()
        return
    load_ahead(partial(_prepare_results, get_app(), is_district=get_team_id() == ALL_TEAMS))
    chosen = cards.get(get_team_id() or "")
    draw_flash()
    if chosen is None:
        st.title("Teams", anchor=False)
        draw_team_list("team", cards.values())
    else:
        st.title(escape_markdown(chosen.name), anchor=False)
        _draw_team(chosen)
    if not may(get_viewer(), Duty.TRAIN):
        return
    with st.expander("Make another team", key="another-team"):
        _draw_new_team()
        if not any(card.is_demo for card in cards.values()):
            _draw_demo_offer()


def draw_school_field() -> str:
    """Draw the field for a new team's school; return what is in it. Who is for some schools chooses one of them."""
    schools = get_viewer().schools
    if schools is not None:
        return st.selectbox(SCHOOL, sorted(schools), key="own-school")
    return st.text_input(SCHOOL, placeholder="if it is not the name of the team", help=SCHOOL_NOTE, key="school")


def draw_school(card: TeamCard) -> None:
    with st.expander(f"School: {escape_markdown(card.school)}", key=f"school-of-{card.team_id}"):
        with st.form("change-school", border=False):
            school = st.text_input(
                SCHOOL,
                value="" if card.school == card.name else card.school,
                help=SCHOOL_NOTE,
                key=f"school-{card.team_id}",
            )
            pressed = st.form_submit_button("Save the school", key="save-school")
        if pressed:
            run_and_redraw(lambda: team.set_school(get_app(), card.team_id, school))


def _prepare_results(app: App, *, is_district: bool) -> None:
    """Load what the page Results needs, half a second, and read and compare all schools, a second and a half."""
    from sim.features.team.page_report import prepare_district  # noqa: PLC0415 - beside the page

    if is_district:
        prepare_district(app)


def _draw_first_visit() -> None:
    st.title("Team", anchor=False)
    if not may(get_viewer(), Duty.TRAIN):
        st.info("No team of your schools is here yet. A trainer makes one.")
        return
    draw_lead("Give everyone a drill before the training and another one after it. Results then shows what changed.")
    draw_steps(FIRST_STEPS)
    _draw_new_team()
    if may(get_viewer(), Duty.IMPORT_ROSTER):
        st.page_link(find_script("import-people"), label=LINK, icon=":material/upload_file:")
    _draw_demo_offer()


def _draw_demo_offer() -> None:
    if get_viewer().schools is not None:
        return
    draw_quiet("Or take a look first: a demo team shows this page with invented people and simulated drills.")
    if st.button("Show me a demo team", key="make-demo"):
        with st.spinner("Simulating eight people, with several drills before and after. This takes some seconds."):
            made = run_action(lambda: demo.fill_demo(get_app(), people=8, seed=1, plan=demo.FULL_PLAN))
        if made is not None:
            go_to_team(made)


def _draw_new_team() -> None:
    with st.form("new-team", border=False):
        name = st.text_input("Name of the team", placeholder="for example: Front office", key="team-name")
        school = draw_school_field()
        pressed = st.form_submit_button("Make the team", type="primary", key="make-team")
    if pressed:
        run_action(lambda: go_to_team(team.add_team(get_app(), name, school=school)))


def _draw_team(card: TeamCard) -> None:
    team_id = card.team_id
    view = get_team_view(get_app(), team_id)
    if view.is_demo:
        note, button = st.columns([4, 1], vertical_alignment="center")
        note.info(DEMO)
        if may(get_viewer(), Duty.TRAIN) and button.button("Remove the demo team", key="remove-demo", width="stretch"):
            team.remove_demo(get_app())
            go_to_team(None)
    draw_facts(view.facts)
    is_shown_only = view.is_demo or not may(get_viewer(), Duty.TRAIN)
    if (
        view.people
        and not is_shown_only
        and st.button("Do the drill together: hold a session", key="hold-session", icon=":material/groups:")
    ):
        go_to_page("session", **{TEAM_PARAM: team_id})
    new = list_new(get_app(), team_id)
    if new:
        draw_quiet(f"Joined from the learning system in the last 14 days ({len(new)}): {', '.join(new[:10])}")
    draw_roster(view, is_shown_only=is_shown_only)
    if is_shown_only:
        return
    draw_pins(view)
    draw_links(view)
    draw_add_people(team_id, is_first=not view.people)
    if may(get_viewer(), Duty.IMPORT_ROSTER):
        st.page_link(find_script("import-people"), label=LINK, icon=":material/upload_file:")
    draw_school(card)


draw()
