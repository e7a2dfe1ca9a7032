"""Signing in to a training on one's own phone: one's name, and that it was noted."""

import streamlit as st

from sim.errors import AccessError
from sim.services.ledger.trainings import CAME
from sim.services.training_event.sign_in import SignInView, get_sign_in, sign_in
from sim.ui.page import theme
from sim.ui.page.page_state import JOIN_PARAM, get_app, get_param, get_viewer, keep_flash, take_flash
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_lead, draw_quiet
from sim.ui.parts.local_time import write_day, write_time
from sim.ui.parts.name_choice import choose_name
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.training_event import training_wording as wording


def draw() -> None:
    """Draw the page."""
    st.html(theme.JOIN_PAGE_CSS)
    done, token = take_flash(), get_param(JOIN_PARAM)
    if done:
        name, _, time = done.rpartition("\n")
        st.title(wording.DONE_TITLE.format(name=escape_markdown(name)), anchor=False)
        st.success(wording.DONE.format(time=time))
        return
    st.title(wording.SIGN_TITLE, anchor=False)
    if token is None:
        st.info(wording.NO_CODE)
        return
    try:
        view = get_sign_in(get_app(), get_viewer(), token)
    except AccessError as error:
        st.warning(escape_markdown(error.on_screen))
        return
    draw_lead(wording.SIGN_AT.format(title=view.title, team=view.team))
    draw_quiet(", ".join(part for part in (write_day(view.begins_at), view.place) if part))
    if view.own is not None:
        _draw_own(token, view.own.person_id, view.own.name, has_come=view.own.attendance in CAME)
    else:
        _draw_names(token, view)


def _draw_own(token: str, person_id: str, name: str, *, has_come: bool) -> None:
    if has_come:
        st.success(wording.OWN_DONE.format(name=escape_markdown(name)))
    elif st.button(wording.SIGN_AS.format(name=escape_markdown(name)), type="primary", width="stretch", key="sign"):
        _sign(token, person_id)


def _draw_names(token: str, view: SignInView) -> None:
    names = dict(view.names)
    if not names:
        st.info(wording.ALL_IN)
        return
    chosen = choose_name(wording.PICK, names)
    label = wording.SIGN_AS.format(name=escape_markdown(names[chosen])) if chosen in names else wording.SIGN_BUTTON
    if st.button(label, key="sign", type="primary", width="stretch", disabled=chosen not in names) and chosen:
        _sign(token, chosen)
    draw_quiet(wording.NOT_LISTED)


def _sign(token: str, person_id: str) -> None:
    signed = run_action(lambda: sign_in(get_app(), get_viewer(), token, person_id))
    if signed is not None:
        keep_flash(f"{signed.name}\n{write_time(signed.at)}")
        st.rerun()


draw()
