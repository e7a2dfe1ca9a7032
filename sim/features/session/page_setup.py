"""Opening a session or planning one, one that is planned, and those held so far."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import partial

import streamlit as st

from sim.attempt.options import NO_OPTIONS
from sim.features.session.board import Board, SessionCard, Suggestion, list_invitable, list_sessions, suggest
from sim.features.session.opening import Plan, end, is_ready_by, move_session, open_session
from sim.features.session.page_people import EXTRA_FACTORS, EXTRA_NOTE, draw_people
from sim.features.session.page_steps import draw_invitation
from sim.features.team.choosing_forms import find_usual_recording, find_wait
from sim.features.team.page_giving import (
    choose_console,
    choose_footage,
    choose_options,
    draw_unfamiliar,
    draw_wait,
    draw_will_not_count,
)
from sim.features.training.events import list_trainings
from sim.program.session_day import DOORS, EXTRA_TIMES, SessionKind, Starting, get_phase
from sim.rules.counts import foresee_team, has_program, list_unfamiliar
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import (
    MAKES_UP_PARAM,
    SESSION_PARAM,
    STEP_PARAM,
    TEAM_PARAM,
    TRAINING_PARAM,
    find_zone,
    get_app,
    get_param,
    get_viewer,
    go_to_page,
)
from sim.ui.page.pages import find_script
from sim.ui.parts.actions import run_action, run_and_redraw
from sim.ui.parts.blocks import draw_lead, draw_quiet, escape_markdown, write_day, write_time

KINDS = {
    "familiarization": "Getting to know",
    "before": "Before training",
    "after": "After training",
    "retention": "Later on",
}
KIND_NOTES = {
    "familiarization": "Three guided minutes on the console. Nothing is scored.",
    "before": "Everybody gets a scored drill that they have not seen.",
    "after": "Everybody gets a scored drill that they have not seen.",
    "retention": "Everybody gets a scored drill that they have not seen.",
}
STARTING_NOTES = {
    "together": "Everybody waits until you show the briefing, and again until you start the clocks.",
    "each": "Everyone who has joined reads the briefing and begins when ready.",
}
PLACE = "Where (may be left empty)"
USUAL_TIME = time(9, 0)


def draw_setup(team_id: str) -> None:
    app = get_app()
    people = list_invitable(app, team_id)
    cards = list_sessions(app, team_id)
    if not people:
        st.info("Nobody is on this team yet. Add its people first.")
        st.page_link(find_script("team"), label="Go to Team", query_params={TEAM_PARAM: team_id})
        return
    running = [card for card in cards if not card.is_over]
    if running:
        _draw_cards(team_id, running)
    draw_lead(
        "Hold a drill with your team in one room, or each at their own desk: they join with a code, you "
        "see who is where."
    )
    _draw_trainings(team_id)
    hint = suggest(app, team_id, makes_up=get_param(MAKES_UP_PARAM), step_id=get_param(STEP_PARAM))
    plan = _draw_form(team_id, people, hint)
    _draw_counting(plan)
    wait = find_wait(
        get_app(),
        plan.team_id,
        get_phase(plan.kind),
        profile=plan.profile,
        options=plan.options,
        step_id=plan.step_id,
        recording_id=plan.recording_id,
    )
    draw_wait(wait)
    is_shut = wait is not None and not is_ready_by(wait, plan.planned_at)
    label = "Open the session" if plan.planned_at is None else "Plan the session"
    if st.button(label, key="open-session", type="primary", disabled=is_shut):
        by = get_viewer().name
        run_action(lambda: go_to_page("session", **{SESSION_PARAM: open_session(app, plan, by=by)}))
    earlier = [card for card in cards if card.is_over]
    if earlier:
        st.header("Sessions so far", anchor=False)
        _draw_cards(team_id, earlier)


def draw_planned(board: Board) -> None:
    st.info(
        f"Planned for {write_day(board.session.begins_at)}. Everyone invited can join from "
        f"{write_time(board.session.begins_at - DOORS)}; nothing is to be done before."
    )
    draw_wait(board.wait)
    draw_invitation(board.session.session_id, with_reminder=True)
    move, cancel = st.columns(2)
    with move.popover("Move it to another day", width="stretch", key="move"):
        moment = choose_time(f"move-{board.session.session_id}", proposed=board.session.begins_at)
        place = st.text_input(PLACE, value=board.session.place, key=f"move-place-{board.session.session_id}")
        draw_quiet("Send the invitation again afterwards: calendars that have it take the new time.")
        pressed = st.button("Move the session", key="move-sure", type="primary")
        if pressed and moment is not None:
            by = get_viewer().name
            run_and_redraw(
                partial(move_session, get_app(), board.session.session_id, planned_at=moment, place=place, by=by)
            )
    with cancel.popover("Cancel the session", width="stretch", key="cancel"):
        st.write("No one is marked absent. Tell those invited; Training records has the text and the calendar file.")
        if st.button("Yes, cancel it", key="cancel-sure"):
            run_and_redraw(lambda: end(get_app(), board.session.session_id, by=get_viewer().name))
    draw_people(board)


def choose_time(key: str, *, proposed: datetime | None = None) -> datetime | None:
    """Draw the choice of a day and hour where the page is open; return that moment, None while one is missing."""
    zone = find_zone()
    now = get_app().clock.read().wall.astimezone(zone)
    first = proposed.astimezone(zone) if proposed else datetime.combine(now.date() + timedelta(1), USUAL_TIME, zone)
    left, right = st.columns(2)
    day = left.date_input("Day", value=first.date(), format="MM/DD/YYYY", key=f"plan-day-{key}")
    hour = right.time_input("Begins at", value=first.time(), format="12h", key=f"plan-time-{key}")
    return None if day is None or hour is None else datetime.combine(day, hour, zone)


def _draw_form(team_id: str, people: dict[str, tuple[str, float]], hint: Suggestion) -> Plan:
    mark = f"{team_id}-{hint.makes_up}-{hint.step_id}"
    if hint.makes_up_at is not None:
        st.info(f"This session makes up the one of {write_day(hint.makes_up_at)}, for those who were absent.")
    left, right = st.columns(2, gap="medium")
    with left:
        kind = SessionKind(_choose("What it is for", KINDS, hint.kind.value, key=f"kind-{mark}"))
        draw_quiet(KIND_NOTES[kind.value])
        starting = Starting(
            _choose(
                "How it begins",
                {"together": "All together", "each": "Each alone"},
                Starting.TOGETHER.value,
                key=f"starting-{mark}",
            )
        )
        draw_quiet(STARTING_NOTES[starting.value])
        place = st.text_input(PLACE, placeholder="for example: Library, 2nd floor", key=f"place-{mark}")
        planned_at = None
        if st.toggle("Plan it for another day", key=f"ahead-{mark}"):
            planned_at = choose_time(mark)
            draw_quiet("Nobody can join until two hours before. You get the invitation to send, with a calendar file.")
    with right:
        names = {key: name for key, (name, _) in people.items()}
        invited = st.pills(
            "Who is invited",
            list(names),
            format_func=lambda person_id: escape_markdown(names[person_id]),
            selection_mode="multi",
            default=[person_id for person_id in names if person_id in hint.person_ids or not hint.person_ids],
            wrap=True,
            key=f"invited-{mark}",
        )
    with st.expander("Console, footage and drill", key=f"given-{mark}"):
        profile = choose_console(page_wording.CONSOLE, kept=hint.profile.value, key=f"console-{mark}")
        options = NO_OPTIONS
        if kind is not SessionKind.FAMILIARIZATION:
            options = choose_options(hint.options, key=f"session-{mark}")
        recording_id, form_id = _choose_drill(team_id, kind, key=mark)
    with st.expander("Extended time", key=f"extra-{mark}"):
        extra_time = _choose_extra_time(people, key=mark)
    return Plan(
        team_id=team_id,
        kind=kind,
        starting=starting,
        profile=profile,
        options=options,
        place=place,
        person_ids=tuple(invited),
        extra_time=extra_time,
        step_id=hint.step_id,
        makes_up=hint.makes_up,
        planned_at=planned_at,
        recording_id=recording_id,
        form_id=form_id,
    )


def _choose_drill(team_id: str, kind: SessionKind, *, key: str) -> tuple[str | None, str | None]:
    phase = get_phase(kind)
    if phase is None or has_program(get_app(), team_id, phase):
        return None, None
    footage = choose_footage(team_id, key=key)
    if footage is None:
        return None, None
    titles = dict(footage.forms)
    form_id = st.selectbox(
        "Who everybody looks for",
        ["", *titles],
        format_func=lambda each: f"Everybody the same student: {titles[each]}" if each else "Each another student",
        key=f"drill-{key}",
    )
    return footage.recording_id, form_id or None


def _draw_counting(plan: Plan) -> None:
    phase, people = get_phase(plan.kind), len(plan.person_ids)
    if phase is None or not people:
        return
    found = foresee_team(
        get_app(),
        plan.team_id,
        plan.person_ids,
        phase,
        profile=plan.profile,
        options=plan.options,
        recording_id=plan.recording_id or find_usual_recording(get_app(), plan.team_id),
        at=plan.planned_at,
    )[phase]
    draw_will_not_count(found, people=people)
    draw_unfamiliar(len(list_unfamiliar(get_app(), plan.team_id, plan.person_ids)), people=people)


def _choose(label: str, titles: Mapping[str, str], default: str, *, key: str) -> str:
    chosen = st.segmented_control(
        label, list(titles), format_func=lambda name: titles[name], default=default, required=True, wrap=True, key=key
    )
    return chosen or default


def _choose_extra_time(people: dict[str, tuple[str, float]], *, key: str) -> dict[str, float]:
    draw_quiet(EXTRA_NOTE)
    entitled = st.multiselect(
        "Who is entitled to it",
        list(people),
        default=[person_id for person_id, (_, factor) in people.items() if factor > 1.0],
        format_func=lambda person_id: people[person_id][0],
        key=f"entitled-{key}",
    )
    longer = [factor for factor in EXTRA_TIMES if factor > 1.0]
    found = {}
    for person_id in entitled:
        name, usual = people[person_id]
        found[person_id] = st.segmented_control(
            f"Time of {escape_markdown(name)}",
            longer,
            default=usual if usual > 1.0 else 1.5,
            format_func=lambda factor: EXTRA_FACTORS[factor],
            required=True,
            wrap=True,
            key=f"factor-{person_id}-{key}",
        )
    return {person_id: factor for person_id, factor in found.items() if factor is not None}


def _draw_trainings(team_id: str) -> None:
    unclosed = [each for each in list_trainings(get_app(), team_id) if each.is_held is None]
    for each in unclosed:
        label = f"The training itself: {escape_markdown(each.title)}, {write_day(each.begins_at)}"
        query = {TRAINING_PARAM: each.training_id}
        st.page_link(find_script("training"), label=label, icon=":material/how_to_reg:", query_params=query)
    if not unclosed:
        st.page_link(
            find_script("training"),
            label="The training itself: plan it, or record it with who came",
            icon=":material/how_to_reg:",
            query_params={TEAM_PARAM: team_id},
        )


def _draw_cards(team_id: str, cards: list[SessionCard]) -> None:
    for card in cards:
        with st.container(border=True, key=f"card-{card.session.session_id}"):
            text, go, again = st.columns([6, 2, 3], vertical_alignment="center")
            said = (
                "**{kind}**, planned for {day}. {invited} invited."
                if card.is_ahead
                else "**{kind}**, {day}. {came} of {invited} came."
            ).format(
                kind=KINDS[card.session.day.kind.value],
                day=write_day(card.session.begins_at),
                came=card.came,
                invited=card.invited,
            )
            if card.session.void_reason:
                said = (
                    f"**{KINDS[card.session.day.kind.value]}**, {write_day(card.session.begins_at)}. Voided: "
                    f"{escape_markdown(card.session.void_reason)}."
                )
            text.markdown(f"{said} {escape_markdown(card.session.place)}")
            label = "Open" if card.is_over else "Invitation" if card.is_ahead else "Continue"
            if go.button(
                label,
                key=f"go-{card.session.session_id}",
                width="stretch",
                type="secondary" if card.is_over else "primary",
            ):
                go_to_page("session", **{SESSION_PARAM: card.session.session_id})
            if card.is_over and card.absent:
                count = len(card.absent)
                offer = "Make-up session for 1 person" if count == 1 else f"Make-up session for {count} people"
                if again.button(offer, key=f"again-{card.session.session_id}", width="stretch"):
                    go_to_page("session", **{TEAM_PARAM: team_id, MAKES_UP_PARAM: card.session.session_id})
