"""Confirming the rights to plans and pictures of real schools before anything is taken in, and turning them off."""

from dataclasses import replace

import streamlit as st

from sim.app.wiring import App
from sim.rules import school_rights as rights
from sim.rules.school_rights import list_schools
from sim.rules.viewer import Duty, limit_app, may
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.blocks import draw_quiet

DONE = "Plans and pictures of your schools are on: trainers find them on the page Our school."
NEED = "Check the box first."
OFF_DONE = "Plans and pictures of your schools are off. What was made stays until it is deleted."


def draw_rights() -> bool:
    """Draw what is to be confirmed, where that was not done yet; return whether it was."""
    if rights.is_confirmed(get_app()):
        return True
    st.header("Plans and pictures of your schools are off", anchor=False)
    if not may(get_viewer(), Duty.MANAGE_ACCOUNTS):
        draw_quiet("An administrator turns this on, on the page Accounts. The example needs no permission.")
        return False
    draw_quiet(
        "Trainers can draw a real building and use pictures of its cameras. An administrator turns this on, once. The "
        "training record keeps who did, when, and these words:"
    )
    st.info(rights.STATEMENT)
    agreed = st.checkbox("I confirm this", key="rights-agreed")
    if st.button("Turn on", key="rights-on", type="primary"):
        if not agreed:
            st.error(NEED)
        else:
            run_and_redraw(lambda: rights.confirm(get_app(), get_viewer()), said=DONE)
    return False


def choose_whose() -> App:
    """Ask somebody who is for all schools which of them a drawing or clips are of; return the services as these have.

    Of one's own schools it is where one is for some.
    """
    app, viewer = get_app(), get_viewer()
    known = list_schools(app)
    if viewer.schools is not None or len(known) < 2:
        return app
    picked = st.multiselect("Which schools may see it?", known, placeholder="All schools", key="whose")
    return limit_app(app, replace(viewer, schools=frozenset(picked))) if picked else app


def draw_turn_off() -> None:
    """Draw how an administrator turns them off again, where they are on."""
    if not rights.is_confirmed(get_app()) or not may(get_viewer(), Duty.MANAGE_ACCOUNTS):
        return
    with st.popover("Turn off plans and pictures of your schools", key="rights-off"):
        st.write(
            "Your schools can no longer be drawn or changed, and no new drills can be made on them. Drills that were "
            "made stay, and each school can still be deleted. The training record keeps who turned this off and when."
        )
        if st.button("Turn off", key="rights-off-sure"):
            run_and_redraw(lambda: rights.withdraw(get_app(), get_viewer()), said=OFF_DONE)
