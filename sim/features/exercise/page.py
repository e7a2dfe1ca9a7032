"""Team exercises: one incident searched by several people of a team together."""

import streamlit as st

from sim.app.links import write_invitation
from sim.app.wiring import App
from sim.console.exercise import ROLE_NAMES
from sim.features.exercise import room
from sim.features.exercise.room import ExerciseLine, create_exercise, list_forms
from sim.features.team.page_giving import DEMO, draw_chosen_team
from sim.features.team.team_view import TeamView, get_team_view
from sim.ui.page.page_state import EXERCISE_LINK_PARAM, EXERCISE_PARAM, get_app, get_viewer, make_address
from sim.ui.page.pages import find_script
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.address_card import draw_code, is_local
from sim.ui.parts.blocks import draw_lead, draw_quiet, escape_markdown

STATES = {
    "assigned": "Not started, {here} of {all} there",
    "briefed": "Not started, {here} of {all} there",
    "running": "Running, {here} of {all} there",
    "submitted": "Submitted",
    "timed_out": "Ended at the limit",
    "abandoned": "Given up",
}


def draw() -> None:
    card = draw_chosen_team(
        "exercises",
        title="Team exercises",
        no_team="Make a team first. This page is about its people.",
        to_team="Make a team",
    )
    if card is None:
        return
    if card.is_demo:
        st.info(DEMO)
    draw_exercises(get_team_view(get_app(), card.team_id))


def draw_exercises(view: TeamView) -> None:
    app = get_app()
    draw_lead("Two to four people search together, each on their own device, with one clock and one answer.")
    draw_quiet("Team exercises are kept apart: they are in no person's results and in no before and after.")
    lines = room.list_exercises(app, view.team_id)
    if not view.is_demo:
        if len(view.people) < 2:
            st.info("A team exercise needs at least two people on the team. Add them under People and drills.")
        else:
            with st.expander("Make a team exercise", expanded=not lines, key=f"make-exercise-{view.team_id}"):
                _draw_form(app, view)
    if not lines:
        draw_quiet("No team exercise yet.")
    for line in lines:
        with st.container(border=True, key=f"exercise-{line.exercise_id}"):
            _draw_line(line)


def _draw_form(app: App, view: TeamView) -> None:
    forms = {form.form_id: form for form in list_forms(app)}
    names = {"": "Nobody"} | {person.person_id: person.name for person in view.people}
    with st.form(f"exercise-form-{view.team_id}", border=False):
        form_id = st.selectbox(
            "Drill",
            list(forms),
            format_func=lambda each: (
                "{title}, {place} (as in a measuring drill: anyone who does it here cannot be measured on it)"
                if forms[each].uses_up
                else "{title}, {place}"
            ).format(title=forms[each].title, place=forms[each].place),
            key="exercise-which",
        )
        columns = st.columns(2) + st.columns(2)
        labels = ("Lead", "Viewer", "Map (optional)", "Radio (optional; needs a map too)")
        chosen = [
            column.selectbox(
                label,
                list(names)[number < 2 :],
                index=number if number < 2 else 0,
                format_func=lambda each: names[each],
                key=f"exercise-person-{number}",
            )
            for number, (column, label) in enumerate(zip(columns, labels, strict=True))
        ]
        calls = st.checkbox("With calls that come in (answered by the radio, or the lead)", key="exercise-calls")
        pressed = st.form_submit_button("Make the drill and its links", type="primary", key="exercise-make")
    if not pressed or form_id is None:
        return
    if chosen[3] and not chosen[2]:
        st.warning("Choose who has the map before you choose a radio.")
        return
    people = [person_id for person_id in chosen if person_id]
    run_and_redraw(lambda: create_exercise(app, view.team_id, form_id=form_id, person_ids=people, interruptions=calls))


def _draw_line(line: ExerciseLine) -> None:
    title, state = st.columns([3, 2], vertical_alignment="center")
    title.markdown(f"**{escape_markdown(line.title)}**")
    state.write(STATES[line.state.value].format(here=line.here, all=len(line.members)))
    if line.is_over:
        st.page_link(
            find_script("team-drill"),
            label="Open the team's debrief",
            icon=":material/chevron_right:",
            query_params={EXERCISE_PARAM: line.exercise_id},
        )
    if line.state.value not in ("assigned", "briefed", "running"):
        return
    draw_quiet("Send each person their own link. Anyone who has a link can act as that person.")
    for role, person in line.members:
        st.write(escape_markdown(f"{ROLE_NAMES[role]}: {person}"))
        token = write_invitation(get_app(), line.exercise_id, role, by=get_viewer().name)
        address = make_address(f"team-drill?{EXERCISE_LINK_PARAM}={token}")
        st.code(address, language=None, wrap_lines=True)
        if not is_local(address):
            with st.popover("Show a code to scan", key=f"scan-{line.exercise_id}-{role}"):
                draw_code(address)


draw()
