"""One member's page of a team exercise: waiting room, console, debrief, as the server's state says."""

from collections.abc import Callable
from html import escape

import streamlit as st

from sim.app.links import read_invitation
from sim.attempt.attempt import AttemptState
from sim.console import attempts
from sim.console.console_data import BriefingView
from sim.console.footage_access import begin_reading
from sim.console.scores import SCORED
from sim.errors import AccessError
from sim.features.exercise import room
from sim.features.exercise.debrief import ExerciseDebrief, Lane, get_exercise_debrief
from sim.features.exercise.room import MemberView, RoomView
from sim.rules.drill_access import note_identity
from sim.ui.console.component import draw_console
from sim.ui.page import theme
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import EXERCISE_LINK_PARAM, EXERCISE_PARAM, get_app, get_param, get_viewer
from sim.ui.page.pages import find_script
from sim.ui.parts.actions import fragment
from sim.ui.parts.blocks import (
    draw_facts,
    draw_file,
    draw_lead,
    draw_list,
    draw_parts,
    draw_print_button,
    draw_quiet,
    draw_table,
    draw_task,
    draw_verdict,
    draw_who,
    write_where,
)
from sim.ui.parts.device_check import draw_device_check

LANES = "Who watched what, and when"
HAND_OFFS = "Requests to take over a camera"
MARKS = "All marks"
LOG = "The log"
ROLES = {"Lead": "L", "Viewer": "V", "Map": "M", "Radio": "R"}
NAMED_FROM = 0.055
"""Blocks at least this wide have their camera on them."""


def draw_room(view: RoomView, *, ask: Callable[[], RoomView], ask_every_s: float) -> bool:
    """Draw the page; return True when the lead pressed start."""
    own = next(member for member in view.members if member.role == view.role)
    briefing: BriefingView = view.briefing
    st.title(briefing.title, anchor=False)
    left, right = st.columns([5, 6], gap="medium")
    with right:
        draw_who(briefing)
        draw_quiet(f"{write_where(briefing)}. {briefing.notice}")
        draw_task(briefing)
        st.header(page_wording.COUNTS_TITLE, anchor=False)
        draw_list(briefing.counts)
        plays = draw_device_check(briefing.probe_url)
    with left:
        st.header(f"You are: {own.role_name}", anchor=False)
        draw_list(own.tasks)

        @fragment(run_every=ask_every_s)
        def draw_members() -> None:
            now = ask()
            if now.state is not AttemptState.ASSIGNED:
                st.rerun(scope="app")
            st.header("Who is there", anchor=False)
            rows = "".join(_write_member(member) for member in now.members)
            missing = ", ".join(member.person for member in now.members if not member.is_here)
            said = (
                "Not there yet: {people}. You can start without them; they can come in later."
                if now.may_start
                else "Not there yet: {people}."
            )
            words = said.format(people=missing) if missing else "Everybody is there."
            st.html(f'<ul class="sl-exercise" aria-live="polite">{rows}</ul><p class="sl-quiet">{escape(words)}</p>')

        draw_members()
        pressed = False
        if view.may_start:
            pressed = st.button(
                "Start for everyone (the clock starts now)",
                key="exercise-start",
                type="primary",
                width="stretch",
                disabled=not plays,
            )
        else:
            st.info("Wait here: the console opens automatically as soon as the lead starts.")
        st.header("How you work together", anchor=False)
        draw_list(
            (
                "All marks are in one list and on one plan, with a letter for whose they are: L lead, V viewer, M map, "
                "R radio.",
                "When the student leaves your camera, press “Ask” to have someone take over the next one.",
                "The lead submits once, for everyone. A mark that the lead leaves out does not count.",
            )
        )
    return pressed


def draw_exercise_debrief(view: ExerciseDebrief) -> None:
    st.title(f"Team debrief: {view.title}", anchor=False)
    draw_verdict(view.verdict, is_good=view.passed)
    draw_facts((*view.members, ("Time taken", view.time)))
    if view.measures:
        st.header("How you worked together", anchor=False)
        draw_parts(view.measures)
    st.header("Practice next, together", anchor=False)
    draw_lead(view.practice)
    _draw_lanes(view)
    if view.hand_offs:
        st.header(HAND_OFFS, anchor=False)
        draw_table(("Asked by", "For", "At", "Another had it"), view.hand_offs, label=HAND_OFFS)
    st.header("What you found, part by part", anchor=False)
    draw_parts(view.parts)
    if view.marks:
        with st.expander(MARKS):
            draw_table(("Camera", "Time", "Whose", "Counts"), view.marks, label=MARKS)
    if view.lines:
        st.header(LOG, anchor=False)
        draw_table(("At", "Who", "What"), view.lines, label=LOG)
    with st.container(horizontal=True):
        if st.button(page_wording.DONE, key="done"):
            st.switch_page(find_script("start"))
        draw_file("Download the score (JSON)", view.score_json, "team-drill.json", key="exercise-json")
    draw_print_button(page_wording.PRINT, key="print")


def _write_member(member: MemberView) -> str:
    kind, word = ("here", "here") if member.is_here else ("away", "not here yet")
    return (
        f'<li class="{kind}"><b class="sl-role">{escape(ROLES[member.role_name])}</b>'
        f"<span><strong>{escape(member.person)}</strong> <i>{escape(member.role_name)}</i>"
        f"<small>{escape(' '.join(member.tasks))}</small></span><em>{escape(word)}</em></li>"
    )


def _draw_lanes(view: ExerciseDebrief) -> None:
    st.header(LANES, anchor=False)
    draw_quiet("One lane each, over the time of the drill. The line below a lane: the student was in that picture.")
    rows = "".join(_write_lane(lane) for lane in view.lanes)
    last = len(view.ticks) - 1
    ticks = "".join(
        f'<span class="{"first" if n == 0 else "last" if n == last else ""}" style="left: {100 * place:.2f}%">'
        f"{escape(words)}</span>"
        for n, (place, words) in enumerate(view.ticks)
    )
    st.html(
        '<div class="sl-legend"><span><i class="sl-lane-block"></i>'
        f"a camera as the main picture</span>"
        f'<span><i class="sl-lane-line"></i>the student was in this picture</span></div>'
        f'<div class="sl-lanes" role="img" aria-label="{escape(LANES, quote=True)}">{rows}'
        f'<div class="sl-lane"><span></span><div class="sl-lane-ticks">{ticks}</div></div></div>'
    )
    with st.expander("The same as a table"):
        table = [
            (lane.role_name, block.words.rsplit(", ", 1)[1], block.words.rsplit(", ", 1)[0])
            for lane in view.lanes
            for block in lane.blocks
        ]
        draw_table(("Role", "From", "Camera"), table, label=LANES)


def _write_lane(lane: Lane) -> str:
    blocks = "".join(
        f'<span class="sl-lane-block" title="{escape(block.words, quote=True)}" '
        f'style="{_place(block.from_share, block.to_share)}">'
        f"{escape(block.camera_id) if block.to_share - block.from_share >= NAMED_FROM else ''}</span>"
        for block in lane.blocks
    )
    lines = "".join(f'<span class="sl-lane-line" style="{_place(*span)}"></span>' for span in lane.student)
    viewed = f"viewed {lane.viewed}, the student in view {lane.student_viewed}"
    letter = escape(ROLES[lane.role_name])
    return (
        f'<div class="sl-lane"><span class="sl-lane-name"><b class="sl-role">{letter}</b>'
        f"<span>{escape(lane.role_name)}<small>{escape(viewed)}</small></span></span>"
        f"<div>{blocks}{lines}</div></div>"
    )


def _place(from_share: float, to_share: float) -> str:
    return f"left: {100 * from_share:.3f}%; width: {100 * (to_share - from_share):.3f}%"


def draw() -> None:
    app = get_app()
    exercise_id = get_param(EXERCISE_PARAM)
    if exercise_id is not None:
        room.check_exercise(app, get_viewer(), exercise_id)
        draw_exercise_debrief(get_exercise_debrief(app, exercise_id))
        return
    try:
        invitation = read_invitation(app, get_param(EXERCISE_LINK_PARAM) or "")
        view = room.enter(app, invitation)
        note_identity(app, get_viewer(), view.attempt_id)
    except AccessError as error:
        st.title(page_wording.APP)
        st.warning("This link is not complete, or no longer works.")
        st.write("Ask the person who sent it for the link again. Nothing else is affected.")
        st.caption(error.on_screen)
        st.page_link(find_script("start"), label=page_wording.HOME)
        return
    st.html(theme.CONSOLE_PAGE_CSS if view.state is AttemptState.RUNNING else theme.PLAIN_PAGE_CSS)
    if view.state is AttemptState.ASSIGNED:
        if draw_room(view, ask=lambda: room.enter(get_app(), invitation), ask_every_s=2.0):
            room.start(get_app(), invitation)
            st.rerun()
        begin_reading(get_app(), view.attempt_id)
    elif view.state is AttemptState.RUNNING:
        draw_console(attempts.get_console(app, view.attempt_id, account_id=get_viewer().account_id))
    elif view.state in SCORED:
        draw_exercise_debrief(get_exercise_debrief(app, view.exercise_id))
    else:
        st.info(page_wording.ABANDONED)
        st.page_link(find_script("start"), label=page_wording.HOME)


draw()
