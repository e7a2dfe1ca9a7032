"""A training event: planned, signed in to, closed; or the form that enters one."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import streamlit as st

from sim.db.programs import ProgramRow
from sim.db.sessions import Training, TrainingState
from sim.features.program.plan import WAITING_BY_LOT
from sim.features.program.program_view import ProgramView, get_program_view, list_programs
from sim.features.program.school_days import get_zone, read_time
from sim.features.team import team
from sim.features.team.page_giving import draw_chosen_team
from sim.features.training.events import draft_training, enter_training, get_training, list_trainings
from sim.features.training.page_one import (
    USUAL_MINUTES,
    USUAL_TIME,
    draw_fields,
    draw_projected,
    draw_training,
    may_change,
)
from sim.program.session_day import Attendance
from sim.text.times import write_date_and_time
from sim.text.words import write_count
from sim.ui.page import theme
from sim.ui.page.page_state import (
    MAKES_UP_PARAM,
    PROGRAM_PARAM,
    PROJECTED_PARAM,
    TEAM_PARAM,
    TRAINING_PARAM,
    find_zone,
    get_app,
    get_param,
    get_viewer,
    go_to_page,
    keep_flash,
)
from sim.ui.page.pages import find_script
from sim.ui.parts.actions import draw_flash, run_action
from sim.ui.parts.blocks import draw_lead, draw_quiet, escape_markdown

NOBODY = "Nobody is on this team yet. Add its people first."


def draw() -> None:
    app, training_id = get_app(), get_param(TRAINING_PARAM)
    if training_id is None:
        _draw_new()
        return
    if get_param(PROJECTED_PARAM) is not None:
        st.html(theme.PROJECTOR_CSS)
        draw_projected(training_id)
        return
    training = get_training(app, training_id)
    st.page_link(
        find_script("records"),
        label=f"Back to the records of {escape_markdown(training.team)}",
        icon=":material/arrow_back:",
        query_params={TEAM_PARAM: training.team_id},
    )
    draw_flash()
    draw_training(training, _list_people(training.team_id), _list_programs(training.team_id))


def _draw_new() -> None:
    chosen = draw_chosen_team("training", title="Record a training", no_team=NOBODY, to_team="Go to Team")
    if chosen is None:
        return
    draw_lead(
        "The training itself: plan it, or enter one that took place. Drills are its tests. It counts once you close it "
        "with who came."
    )
    people = _list_people(chosen.team_id)
    if chosen.is_demo or not people:
        st.info("A demo team has no training record: its people are invented." if chosen.is_demo else NOBODY)
        st.page_link(find_script("team"), label="Go to Team", query_params={TEAM_PARAM: chosen.team_id})
        return
    if not may_change(get_viewer()):
        st.info("Only a trainer or the records owner can change this.")
        return
    wanted = get_param(PROGRAM_PARAM)
    for each in list_trainings(get_app(), chosen.team_id) if wanted is not None else ():
        if each.program_id == wanted and each.state in (TrainingState.PLANNED, TrainingState.OPEN):
            go_to_page("training", **{TRAINING_PARAM: each.training_id})
    _draw_form(chosen.team_id, people, wanted)


def _draw_form(team_id: str, people: dict[str, str], program_id: str | None) -> None:
    wanted = get_param(MAKES_UP_PARAM)
    missed = next((each for each in list_trainings(get_app(), team_id) if each.training_id == wanted), None)
    programs = _list_programs(team_id)
    if program_id is None and len(programs) == 1:
        program_id = next(iter(programs))
    absent = [each.person_id for each in missed.list_who(Attendance.ABSENT)] if missed is not None else []
    view = None if program_id is None else get_program_view(get_app(), program_id)
    waiting = _list_waiting(team_id, view)
    if missed is not None:
        st.info(f"For those who were absent on {write_date_and_time(missed.begins_at, find_zone())}.")
    key = f"{team_id}-{program_id}-{wanted}"
    with st.form(f"new-{key}", border=False):
        who = st.pills(
            "Who is expected",
            list(people),
            format_func=lambda person_id: escape_markdown(people[person_id]),
            selection_mode="multi",
            default=[each for each in people if each not in waiting and (each in absent or not absent)],
            wrap=True,
            key=f"who-{key}",
        )
        if waiting:
            draw_quiet(f"Left out, as they wait by lot until the last drill after: {', '.join(waiting.values())}.")
        others = {} if view is None or missed is not None else _list_others(view)
        is_for_all = bool(others) and st.checkbox(
            f"The same for {escape_markdown(', '.join(others))}",
            key=f"all-{key}",
            help="Each school gets a training of its own, with all of its people who do not wait by lot.",
        )
        plan, problem = draw_fields(_propose(team_id, view, missed), programs, key=key)
        pressed = st.form_submit_button("Add to the record", type="primary", key="enter-training")
        if pressed and problem is not None:
            st.error(escape_markdown(problem.on_screen))
        elif pressed and plan is not None:
            beside = [
                (replace(plan, team_id=each.team_id, program_id=each.program_id), expected)
                for each in (others.values() if is_for_all else ())
                if (expected := [*(_list_people(each.team_id).keys() - _list_waiting(each.team_id, view).keys())])
            ]
            by = get_viewer().name
            made = run_action(partial(enter_training, get_app(), plan, person_ids=list(who), by=by, beside=beside))
            if made is not None:
                if beside:
                    keep_flash(f"Added for {write_count(len(beside) + 1, 'school')}.")
                go_to_page("training", **{TRAINING_PARAM: made})


def _list_others(view: ProgramView) -> dict[str, ProgramRow]:
    """Return the programs of a plan's other teams, by team, that have the same day and no training entered for it."""
    cards = {each.program_id: each for each in list_programs(get_app())}
    others = [cards[each] for each in view.alike if each != view.program.program_id]
    entered = {each.program_id for other in others for each in list_trainings(get_app(), other.team_id)}
    return {view.teams[each.program_id]: each for each in others if each.program_id not in entered}


def _propose(team_id: str, view: ProgramView | None, missed: Training | None) -> Training:
    """Return what the form begins with: the training that was missed once more, or the program's day."""
    zone = find_zone()
    tomorrow = get_app().clock.read().wall.astimezone(zone).date() + timedelta(days=1)
    begins = datetime.combine(tomorrow, USUAL_TIME, zone)
    if missed is not None:
        return replace(missed, begins_at=begins, makes_up=missed.training_id)
    title = ""
    if view is not None:
        title = view.program.aim.rstrip(".")
        if view.program.training_on is not None:
            hour = read_time(view.program.training_at) if view.program.training_at else USUAL_TIME
            begins = datetime.combine(view.program.training_on, hour, get_zone(view.program.time_zone)).astimezone(zone)
    program_id = None if view is None else view.program.program_id
    return draft_training(team_id=team_id, title=title, begins_at=begins, minutes=USUAL_MINUTES, program_id=program_id)


def _list_people(team_id: str) -> dict[str, str]:
    return {person.person_id: person.name for person in team.list_people(get_app(), team_id)}


def _list_waiting(team_id: str, view: ProgramView | None) -> dict[str, str]:
    """Return who waits by lot until a program's comparison, none from that day on."""
    if view is None or view.compare_on is None or view.today >= view.compare_on:
        return {}
    people = team.list_people(get_app(), team_id)
    return {person.person_id: person.name for person in people if person.group == WAITING_BY_LOT}


def _list_programs(team_id: str) -> dict[str, ProgramRow]:
    return {card.program_id: card for card in list_programs(get_app()) if card.team_id == team_id}


draw()
