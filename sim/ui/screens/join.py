"""Joining a session: a code, one's own name, the waiting room. What follows is the drill's page."""

import streamlit as st

from sim.drill.session_day import Place
from sim.errors import AccessError, SimError
from sim.services.session_day.joining import JoinView, come_back, find_session, get_join, leave_seat, take_name
from sim.services.session_day.seat import SeatView, enter_drill, find_wanted_device, get_seat
from sim.ui.device_kind.component import read_device
from sim.ui.page import theme
from sim.ui.page.page_state import JOIN_PARAM, SEAT_PARAM, find_zone, get_app, get_param, go_to_attempt, go_to_page
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_error, draw_lead, draw_quiet
from sim.ui.parts.footage_wait import draw_wait
from sim.ui.parts.name_choice import choose_name
from sim.ui.parts.not_counted import draw_device_note
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.session_day import join_wording as wording
from sim.ui.session_day.first_pin import draw_first_pin
from sim.ui.session_day.waiting import draw_announced, draw_not_you

LOOK_EVERY_S = 1.0


def draw() -> None:
    """Draw the page."""
    st.html(theme.JOIN_PAGE_CSS)
    seat, token = get_param(SEAT_PARAM), get_param(JOIN_PARAM)
    if seat is not None:
        _draw_seat(seat)
    elif token is not None:
        _draw_names(token)
    else:
        _draw_code()


def _draw_code(problem: str = "") -> None:
    st.title(wording.TITLE, anchor=False)
    if problem:
        st.warning(escape_markdown(problem))
    with st.form("code", border=False):
        typed = st.text_input(wording.CODE, placeholder=wording.CODE_HINT, max_chars=20, key="code")
        pressed = st.form_submit_button(wording.CODE_GO, type="primary", key="code-go", width="stretch")
    if pressed:
        token = run_action(lambda: find_session(get_app(), typed, zone=find_zone()))
        if token is not None:
            go_to_page("join", **{JOIN_PARAM: token})
    draw_quiet(wording.CODE_NOTE)
    st.page_link("screens/start.py", label=wording.HOME)


def _draw_names(token: str) -> None:
    try:
        view = get_join(get_app(), token)
    except SimError as error:
        _draw_code(error.on_screen)
        return
    st.title(wording.TITLE, anchor=False)
    draw_lead(wording.AT.format(team=view.team, room=view.place) if view.place else view.team)
    if view.is_over:
        st.info(wording.OVER)
    elif view.names:
        if view.device:
            draw_device_note(read_device(), wanted=view.device)
        _draw_pick(token, view)
    else:
        st.info(wording.ALL_JOINED)
    if view.somebody_joined:
        _draw_back(token)


def _draw_pick(token: str, view: JoinView) -> None:
    names = dict(view.names)
    chosen = choose_name(wording.PICK, names)
    label = wording.JOIN_AS.format(name=escape_markdown(names[chosen])) if chosen in names else wording.JOIN
    if st.button(label, key="join", type="primary", width="stretch", disabled=chosen not in names) and chosen:
        seat = run_action(lambda: take_name(get_app(), token, chosen))
        if seat is not None:
            go_to_page("join", **{SEAT_PARAM: seat})
    draw_quiet(wording.NOT_LISTED)


def _draw_back(token: str) -> None:
    with st.expander(wording.BACK, key="back"):
        with st.form("back-form", border=False):
            typed = st.text_input(wording.BACK_CODE, placeholder=wording.BACK_HINT, max_chars=20, key="back-code")
            pressed = st.form_submit_button(wording.BACK_GO, key="back-go", width="stretch")
        if pressed:
            seat = run_action(lambda: come_back(get_app(), token, typed))
            if seat is not None:
                go_to_page("join", **{SEAT_PARAM: seat})


def _draw_seat(seat: str) -> None:
    app = get_app()
    try:
        view = get_seat(app, seat)
    except AccessError as error:
        _draw_code(error.on_screen)
        return
    if view.place is Place.DRILL:
        try:
            attempt_id = enter_drill(app, seat)
        except SimError as error:
            st.title(wording.WAITING_TITLE.format(name=escape_markdown(view.name)), anchor=False)
            draw_error(wording.STUCK.format(problem=error))
            if st.button(wording.TRY_AGAIN, key="again"):
                st.rerun()
            return
        go_to_attempt(attempt_id)
    _draw_waiting(seat, view)


def _draw_waiting(seat: str, view: SeatView) -> None:
    is_over = view.place is Place.OVER
    title = wording.ENDED_TITLE if is_over else wording.WAITING_TITLE.format(name=escape_markdown(view.name))
    st.title(title, anchor=False)
    draw_lead(wording.ENDED if is_over else wording.WAITING)
    draw_quiet(wording.AT.format(team=view.team, room=view.room) if view.room else view.team)
    if not is_over:
        wanted = find_wanted_device(get_app(), seat)
        if wanted:
            draw_device_note(read_device(), wanted=wanted)
        st.html(f'<p class="sl-own-code"><span>{wording.OWN_CODE}</span><strong>{view.return_code}</strong></p>')
        draw_quiet(wording.OWN_CODE_NOTE)
        draw_first_pin(seat)
        if draw_not_you(view.name) and run_action(lambda: _leave(seat)):
            go_to_page("join")
    _watch(seat, view.place)


def _leave(seat: str) -> bool:
    leave_seat(get_app(), seat)
    return True


@st.fragment(run_every=LOOK_EVERY_S)
def _watch(seat: str, drawn: Place) -> None:
    """Look whether something has changed, and say how the start stands; the page is drawn again after a change."""
    try:
        view = get_seat(get_app(), seat)
    except SimError:
        st.rerun()
        return
    draw_announced(is_paused=view.is_paused, starts_in_s=view.starts_in_s)
    draw_wait(view.wait, for_trainee=True)
    if view.place is not drawn:
        st.rerun()


draw()
