"""One member's page of a team drill: waiting room, console, debrief; what is drawn follows from the server's state."""

import streamlit as st

from sim.drill.attempt import AttemptState
from sim.errors import AccessError
from sim.services.accounts.viewer import Duty, require
from sim.services.app.links.crew_links import Invitation, read_invitation
from sim.services.attempt import attempts
from sim.services.attempt.read_ahead import begin_reading
from sim.services.attempt.scores import SCORED
from sim.services.crew import room
from sim.services.crew.debrief import get_crew_debrief
from sim.services.crew.room import RoomView
from sim.ui.console.component import draw_console
from sim.ui.crew import crew_wording as wording
from sim.ui.crew.crew_debrief import draw_crew_debrief
from sim.ui.crew.crew_room import draw_room
from sim.ui.page import theme
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import get_app, get_crew_id, get_crew_link, get_viewer

ASK_EVERY_S = 2.0


def draw() -> None:
    """Draw the page."""
    app = get_app()
    crew_id = get_crew_id()
    if crew_id is not None:
        require(get_viewer(), Duty.TRAIN)
        draw_crew_debrief(get_crew_debrief(app, crew_id))
        return
    try:
        invitation = read_invitation(app, get_crew_link() or "")
        view = room.enter(app, invitation)
    except AccessError as error:
        _draw_lost(str(error))
        return
    st.html(theme.CONSOLE_PAGE_CSS if view.state is AttemptState.RUNNING else theme.PLAIN_PAGE_CSS)
    if view.state is AttemptState.ASSIGNED:
        _draw_waiting(invitation, view)
    elif view.state is AttemptState.RUNNING:
        draw_console(attempts.get_console(app, view.attempt_id, account_id=get_viewer().account_id))
    elif view.state in SCORED:
        draw_crew_debrief(get_crew_debrief(app, view.crew_id))
    else:
        st.info(page_wording.ABANDONED)
        st.page_link("screens/start.py", label=page_wording.HOME)


def _draw_waiting(invitation: Invitation, view: RoomView) -> None:
    if draw_room(view, ask=lambda: room.enter(get_app(), invitation), ask_every_s=ASK_EVERY_S):
        room.start(get_app(), invitation)
        st.rerun()
    begin_reading(get_app(), view.attempt_id)


def _draw_lost(reason: str) -> None:
    st.title(page_wording.APP)
    st.warning(wording.PAGE_LOST)
    st.write(wording.PAGE_LOST_NEXT)
    st.caption(reason)
    st.page_link("screens/start.py", label=page_wording.HOME)


draw()
