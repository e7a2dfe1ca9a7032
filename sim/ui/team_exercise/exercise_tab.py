"""A team's drills done together: the form that makes one, and each with its links or its debrief."""

import streamlit as st

from sim.services.app.links.exercise_links import write_invitation
from sim.services.app.wiring import App
from sim.services.attempt.exercise_words import ROLE_NAMES
from sim.services.team.team_view import TeamView
from sim.services.team_exercise import making, room
from sim.services.team_exercise.room import ExerciseLine
from sim.ui.page.page_state import EXERCISE_PARAM, get_app, get_viewer, make_exercise_address
from sim.ui.parts.actions import run_action
from sim.ui.parts.address_card import SHOW_CODE, draw_code, is_local
from sim.ui.parts.blocks import draw_lead, draw_quiet
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.team_exercise import exercise_wording as wording

OPEN_STATES = ("assigned", "briefed", "running")


def draw_exercises(view: TeamView) -> None:
    app = get_app()
    draw_lead(wording.LEAD)
    draw_quiet(wording.KEPT_APART)
    lines = room.list_exercises(app, view.team_id)
    if not view.is_demo:
        if len(view.people) < 2:
            st.info(wording.NEEDS_PEOPLE)
        else:
            with st.expander(wording.MAKE, expanded=not lines, key=f"make-exercise-{view.team_id}"):
                _draw_form(app, view)
    if not lines:
        draw_quiet(wording.NONE_YET)
    for line in lines:
        with st.container(border=True, key=f"exercise-{line.exercise_id}"):
            _draw_line(line)


def _draw_form(app: App, view: TeamView) -> None:
    forms = {form.form_id: form for form in making.list_forms(app)}
    names = {"": wording.NOBODY} | {person.person_id: person.name for person in view.people}
    with st.form(f"exercise-form-{view.team_id}", border=False):
        form_id = st.selectbox(
            wording.WHICH,
            list(forms),
            format_func=lambda each: (wording.USES_UP if forms[each].uses_up else wording.FORM_LABEL).format(
                title=forms[each].title, place=forms[each].place
            ),
            key="exercise-which",
        )
        columns = st.columns(2) + st.columns(2)
        labels = (wording.LEAD_PERSON, wording.VIEWER_PERSON, wording.MAP_PERSON, wording.RADIO_PERSON)
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
        calls = st.checkbox(wording.CALLS, key="exercise-calls")
        pressed = st.form_submit_button(wording.MAKE_BUTTON, type="primary", key="exercise-make")
    if not pressed or form_id is None:
        return
    if chosen[3] and not chosen[2]:
        st.warning(wording.NO_RADIO_ALONE)
        return
    people = [person_id for person_id in chosen if person_id]
    made = run_action(
        lambda: making.create_exercise(app, view.team_id, form_id=form_id, person_ids=people, interruptions=calls)
    )
    if made is not None:
        st.rerun()


def _draw_line(line: ExerciseLine) -> None:
    title, state = st.columns([3, 2], vertical_alignment="center")
    title.markdown(f"**{escape_markdown(line.title)}**")
    state.write(wording.STATES[line.state.value].format(here=line.here, all=len(line.members)))
    if line.is_over:
        st.page_link(
            "screens/team_exercise.py",
            label=wording.DEBRIEF_LINK,
            icon=":material/chevron_right:",
            query_params={EXERCISE_PARAM: line.exercise_id},
        )
    if line.state.value not in OPEN_STATES:
        return
    draw_quiet(wording.LINKS)
    for role, person in line.members:
        st.write(escape_markdown(wording.LINK_OF.format(role=ROLE_NAMES[role], person=person)))
        address = make_exercise_address(write_invitation(get_app(), line.exercise_id, role, by=get_viewer().name))
        st.code(address, language=None, wrap_lines=True)
        if not is_local(address):
            with st.popover(SHOW_CODE, key=f"scan-{line.exercise_id}-{role}"):
                draw_code(address)
