"""Start: what this is, and the next step for anyone."""

import streamlit as st

from sim.services.accounts.sessions import is_set_up
from sim.services.accounts.viewer import Duty, Viewer, may
from sim.services.attempt import attempts, familiarisation
from sim.services.library import start
from sim.services.team.team import list_teams
from sim.ui.drill.other_drills import draw_other_drills
from sim.ui.drill.own_drills import draw_own_drills
from sim.ui.page import wording
from sim.ui.page.page_state import get_address, get_app, get_last_attempt_id, get_viewer, go_to_attempt
from sim.ui.parts import account_wording as words
from sim.ui.parts.blocks import draw_lead, draw_quiet, draw_steps
from sim.ui.parts.closed_page import draw_link
from sim.ui.parts.store_trouble import draw_store_trouble
from sim.ui.team import privacy_wording


def draw() -> None:
    """Draw the page."""
    app, viewer = get_app(), get_viewer()
    view = start.get_start(app, last_attempt_id=get_last_attempt_id())
    words, picture = st.columns([5, 6], gap="medium", vertical_alignment="center")
    with words:
        st.title(wording.APP)
        draw_lead(wording.TAGLINE)
        if view.running_attempt_id is not None:
            st.info(wording.CONTINUE)
            if st.button(wording.CONTINUE_BUTTON, key="continue", type="primary", width="stretch"):
                go_to_attempt(view.running_attempt_id)
        label = f"{wording.TRY} ({view.sample_minutes})" if view.is_playable else wording.TRY
        if st.button(label, key="try", type="primary", width="stretch", disabled=not view.is_playable):
            go_to_attempt(attempts.create_sample(app, address=get_address()))
        draw_quiet(wording.TRY_NOTE if view.is_playable else view.problem)
        if view.is_playable and st.button(wording.FAMILIAR, key="familiar", width="stretch"):
            go_to_attempt(familiarisation.create(app, address=get_address()))
        if st.button(wording.HAVE_CODE, key="have-code", width="stretch"):
            st.switch_page("screens/join.py")
        _draw_team_door(viewer)
    with picture:
        if view.still_jpeg is not None:
            st.image(view.still_jpeg, width="stretch", caption=view.still_caption, alt=view.still_caption)
    draw_store_trouble(view.store_trouble)
    if view.is_playable:
        draw_other_drills()
        if may(viewer, Duty.SEE_OWN):
            draw_own_drills()
    st.header(wording.HOW_TITLE, anchor=False)
    draw_steps(wording.HOW)
    draw_quiet(wording.FICTION)
    st.page_link("screens/stored.py", label=privacy_wording.LINK)


def _draw_team_door(viewer: Viewer) -> None:
    """Draw the way on for somebody with a team: to it, to set up an account for it, or to sign in."""
    if viewer.person_id is not None and st.button(words.MINE, key="mine", width="stretch"):
        st.switch_page("screens/mine.py")
    if may(viewer, Duty.TRAIN):
        has_team = bool(list_teams(get_app()))
        if st.button(wording.TEAM_GO if has_team else wording.TEAM, key="team", width="stretch"):
            st.switch_page("screens/team.py")
        if viewer.account_id is None and not has_team:
            draw_quiet(wording.TEAM_NOTE)
    if viewer.account_id is not None:
        return
    if is_set_up(get_app()):
        draw_link("account/sign-in", words.SIGN_IN)
    elif viewer.role is not None:
        draw_link("account/set-up", words.SET_UP)
        draw_quiet(words.SET_UP_NOTE)
    else:
        draw_quiet(words.CLOSED_OPEN)


draw()
