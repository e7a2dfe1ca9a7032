"""One member's page of a team exercise: waiting room, console, debrief, as the server's state says."""

import streamlit as st

from sim.app.links import Invitation, read_invitation
from sim.attempt.attempt import AttemptState
from sim.console import attempts
from sim.console.read_ahead import begin_reading
from sim.console.scores import SCORED
from sim.errors import AccessError
from sim.features.exercise import room
from sim.features.exercise.debrief import get_exercise_debrief
from sim.features.exercise.page_room import draw_exercise_debrief, draw_room
from sim.features.exercise.room import RoomView
from sim.rules.drill_access import note_identity
from sim.ui.console.component import draw_console
from sim.ui.page import theme
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import get_app, get_exercise_id, get_exercise_link, get_viewer
from sim.ui.page.pages import find_script

ASK_EVERY_S = 2.0


def draw() -> None:
    app = get_app()
    exercise_id = get_exercise_id()
    if exercise_id is not None:
        room.check_exercise(app, get_viewer(), exercise_id)
        draw_exercise_debrief(get_exercise_debrief(app, exercise_id))
        return
    try:
        invitation = read_invitation(app, get_exercise_link() or "")
        view = room.enter(app, invitation)
        note_identity(app, get_viewer(), view.attempt_id)
    except AccessError as error:
        _draw_lost(error.on_screen)
        return
    st.html(theme.CONSOLE_PAGE_CSS if view.state is AttemptState.RUNNING else theme.PLAIN_PAGE_CSS)
    if view.state is AttemptState.ASSIGNED:
        _draw_waiting(invitation, view)
    elif view.state is AttemptState.RUNNING:
        draw_console(attempts.get_console(app, view.attempt_id, account_id=get_viewer().account_id))
    elif view.state in SCORED:
        draw_exercise_debrief(get_exercise_debrief(app, view.exercise_id))
    else:
        st.info(page_wording.ABANDONED)
        st.page_link(find_script("start"), label=page_wording.HOME)


def _draw_waiting(invitation: Invitation, view: RoomView) -> None:
    if draw_room(view, ask=lambda: room.enter(get_app(), invitation), ask_every_s=ASK_EVERY_S):
        room.start(get_app(), invitation)
        st.rerun()
    begin_reading(get_app(), view.attempt_id)


def _draw_lost(reason: str) -> None:
    st.title(page_wording.APP)
    st.warning("This link is not complete, or no longer works.")
    st.write("Ask the person who sent it for the link again. Nothing else is affected.")
    st.caption(reason)
    st.page_link(find_script("start"), label=page_wording.HOME)


draw()
