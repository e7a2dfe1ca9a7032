"""Home: the next step for anyone, and below it lessons, drills, and what one has done."""

import streamlit as st

from sim.services.accounts.sessions import is_set_up
from sim.services.accounts.viewer import Duty, Viewer, may
from sim.services.course.home import HomeView, StepKind, get_home
from sim.services.course.learner import create_familiarization
from sim.services.team.team import list_teams
from sim.ui.course import home
from sim.ui.course.home import draw_demo_search
from sim.ui.drill.own_drills import draw_own_drills
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import (
    find_zone,
    get_address,
    get_app,
    get_last_attempt_id,
    get_learner,
    get_viewer,
    go_to_attempt,
    take_flash,
)
from sim.ui.parts import account_wording as words
from sim.ui.parts.access import draw_link
from sim.ui.parts.blocks import draw_lead, draw_quiet, draw_steps


def draw() -> None:
    app, viewer = get_app(), get_viewer()
    today = home.find_today()
    view = get_home(app, get_learner(), today=today, zone=find_zone(), last_attempt_id=get_last_attempt_id())
    if said := take_flash():
        st.success(said)
    left, right = st.columns([5, 6], gap="medium", vertical_alignment="center")
    with left:
        with st.container(key="welcome"):
            st.title(page_wording.APP)
            draw_lead(page_wording.TAGLINE)
        if view.problem:
            draw_quiet(view.problem)
        home.draw_step(view.step)
        _draw_further_ways(view, viewer)
    with right:
        if view.demo:
            draw_demo_search(view.demo)
        elif view.still_jpeg is not None:
            st.image(view.still_jpeg, width="stretch", caption=view.still_caption, alt=view.still_caption)
    home.draw_course(view)
    home.draw_done(view.done, today=today)
    home.draw_cards(view.cards)
    if not view.problem and may(viewer, Duty.SEE_OWN):
        draw_own_drills()
    home.draw_kept(today=today, has_done=bool(view.done) or view.step.kind is StepKind.RESUME)
    st.header("How it works", anchor=False)
    draw_steps(page_wording.HOW)
    draw_quiet(page_wording.FICTION)
    st.page_link("screens/stored.py", label="What is stored about people")


def _draw_further_ways(view: HomeView, viewer: Viewer) -> None:
    if not view.problem and st.button(
        "Get to know the console first (3 minutes, not scored)", key="familiar", width="stretch"
    ):
        go_to_attempt(create_familiarization(get_app(), get_learner(), address=get_address()))
    if st.button("I have a code", key="have-code", width="stretch"):
        st.switch_page("screens/join.py")
    _draw_team_door(viewer)


def _draw_team_door(viewer: Viewer) -> None:
    """Draw the way on for somebody with a team: to it, to set up an account for it, or to sign in."""
    if viewer.person_id is not None and st.button(words.MINE, key="mine", width="stretch"):
        st.switch_page("screens/mine.py")
    if may(viewer, Duty.TRAIN):
        has_team = bool(list_teams(get_app()))
        if st.button(page_wording.TEAM_GO if has_team else page_wording.TEAM, key="team", width="stretch"):
            st.switch_page("screens/team.py")
        if viewer.account_id is None and not has_team:
            draw_quiet(page_wording.TEAM_NOTE)
    if viewer.account_id is not None:
        return
    if is_set_up(get_app()):
        draw_link("account/sign-in", words.SIGN_IN)
    elif viewer.role is not None:
        draw_link("account/set-up", words.SET_UP)
        draw_quiet(
            "Before others use Sightline on their own computers. You choose a passphrase; from then on teams and "
            "results are open only to people who sign in. You can do this later."
        )
    else:
        draw_quiet(words.CLOSED_OPEN)


draw()
