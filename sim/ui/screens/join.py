"""Joining a session: a code, one's own name, the waiting room. What follows is the drill's page."""

import streamlit as st

from sim.drill.session_day import Place
from sim.errors import AccessError, SimError
from sim.services.accounts.sessions import is_set_up
from sim.services.session_day.joining import (
    JoinView,
    come_back,
    find_session,
    get_join,
    leave_seat,
    let_in,
    take_name,
)
from sim.services.session_day.seat import SeatView, enter_drill, find_wanted_device, get_seat
from sim.services.training_event.sign_in import find_training
from sim.ui.device_kind.component import read_device
from sim.ui.page import theme
from sim.ui.page.page_state import (
    AS_PARAM,
    JOIN_PARAM,
    SEAT_PARAM,
    find_zone,
    get_app,
    get_browser_key,
    get_param,
    get_viewer,
    go_to_attempt,
    go_to_page,
    make_sign_in_address,
)
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_error, draw_lead, draw_quiet
from sim.ui.parts.closed_page import draw_link
from sim.ui.parts.footage_wait import draw_wait
from sim.ui.parts.fragment import fragment
from sim.ui.parts.local_time import write_day
from sim.ui.parts.not_counted import draw_device_note
from sim.ui.parts.own_name import choose_own_name, draw_signed_in
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.session_day import join_wording as wording
from sim.ui.session_day.first_pin import draw_first_pin
from sim.ui.session_day.waiting import draw_announced, draw_not_you

LOOK_EVERY_S = 1.0


def draw() -> None:
    st.html(theme.JOIN_PAGE_CSS)
    seat, token = get_param(SEAT_PARAM), get_param(JOIN_PARAM)
    if seat is not None:
        _draw_seat(seat)
    elif token is not None:
        _draw_names(token)
    else:
        _draw_code()


def _draw_code(problem: str = "", *, hint: str = wording.CODE_HINT, note: str = wording.CODE_NOTE) -> None:
    st.title(wording.TITLE, anchor=False)
    if problem:
        st.warning(escape_markdown(problem))
    _ask_code(hint)
    draw_quiet(note)
    st.page_link("screens/start.py", label=wording.HOME)


def _ask_code(hint: str) -> None:
    with st.form("code", border=False):
        typed = st.text_input(wording.CODE, placeholder=hint, max_chars=20, key="code")
        pressed = st.form_submit_button(wording.CODE_GO, type="primary", key="code-go", width="stretch")
    if pressed:
        run_action(lambda: _go_in(typed))


def _go_in(typed: str) -> None:
    """Go to where a typed code leads: to signing in to a training, or to a session."""
    app, browser = get_app(), get_browser_key()
    training = find_training(app, typed, browser=browser)
    if training:
        go_to_page("training_sign_in", **{JOIN_PARAM: training})
    go_to_page("join", **{JOIN_PARAM: find_session(app, typed, browser=browser, zone=find_zone())})


def _draw_names(scanned: str) -> None:
    app, viewer, browser = get_app(), get_viewer(), get_browser_key()
    try:
        token = let_in(app, scanned, browser=browser)
        if token != scanned:
            go_to_page("join", **{JOIN_PARAM: token})
        view = get_join(app, viewer, token, browser=browser)
    except SimError as error:
        _draw_code(error.on_screen)
        return
    if view.own is not None and get_param(AS_PARAM) == view.own[0] and not view.needs_code:
        # back from signing in: only an address that this very browser was given takes a name without a press
        _take(token, view.own[0])
    st.title(wording.TITLE, anchor=False)
    draw_lead(wording.AT.format(team=view.team, room=view.place) if view.place else view.team)
    if view.is_over:
        st.info(wording.OVER)
    elif view.opens_at is not None:
        st.info(wording.OPENS.format(day=write_day(view.opens_at)))
    else:
        _draw_way_in(token, view)
    if view.somebody_joined:
        _draw_back(token)


def _draw_way_in(token: str, view: JoinView) -> None:
    if view.device and (view.names or view.own or view.needs_code):
        draw_device_note(read_device(), wanted=view.device)
    if get_viewer().account_id is not None:
        if view.own is not None:
            label = wording.JOIN_AS.format(name=escape_markdown(view.own[1]))
            if st.button(label, key="take", type="primary", width="stretch"):
                _take(token, view.own[0])
        draw_signed_in("join", token, is_expected=view.own is not None)
    elif view.needs_code:
        _ask_code(wording.SCREEN_HINT)
        draw_quiet(wording.SCREEN_NOTE)
        if is_set_up(get_app()):
            draw_link(make_sign_in_address(), wording.SIGN_IN_INSTEAD)
    elif view.names:
        chosen = choose_own_name(
            "join",
            token,
            question=wording.PICK,
            names=dict(view.names),
            sign_ins=view.sign_ins,
            from_here=view.from_here,
            label=wording.JOIN,
            label_as=wording.JOIN_AS,
            note=wording.NOT_LISTED,
        )
        if chosen is not None:
            _take(token, chosen)
    else:
        st.info(wording.ALL_JOINED)


def _take(token: str, person_id: str) -> None:
    """Take a name and go to its seat, or say why that cannot be."""
    seat = run_action(lambda: take_name(get_app(), get_viewer(), token, person_id, browser=get_browser_key()))
    if seat is not None:
        go_to_page("join", **{SEAT_PARAM: seat})


def _draw_back(token: str) -> None:
    with st.expander(wording.BACK, key="back"):
        with st.form("back-form", border=False):
            typed = st.text_input(wording.BACK_CODE, placeholder=wording.BACK_HINT, max_chars=20, key="back-code")
            pressed = st.form_submit_button(wording.BACK_GO, key="back-go", width="stretch")
        if pressed:
            seat = run_action(lambda: come_back(get_app(), token, typed, browser=get_browser_key()))
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
        if draw_not_you(view.name):
            names = run_action(lambda: leave_seat(get_app(), seat, browser=get_browser_key()))
            if names is not None:
                go_to_page("join", **{JOIN_PARAM: names})
    _watch(seat, view.place)


@fragment(run_every=LOOK_EVERY_S)
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
