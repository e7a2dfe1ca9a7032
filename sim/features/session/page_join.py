"""Joining a session: a code, one's own name, the waiting room. What follows is the drill's page."""

import streamlit as st

from sim.errors import AccessError, SimError
from sim.features.accounts.manage import choose_first_pin, find_first_pin_name
from sim.features.session.joining import (
    JoinView,
    SeatView,
    come_back,
    enter_drill,
    find_session,
    find_wanted_device,
    get_join,
    get_seat,
    leave_seat,
    let_in,
    take_name,
)
from sim.features.team.page_giving import draw_announced, draw_device_note, draw_not_you, draw_wait
from sim.features.training.sign_in import find_training
from sim.program.session_day import Place
from sim.rules.sessions import is_set_up
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
from sim.ui.page.pages import find_script
from sim.ui.parts.access import choose_own_name, draw_link, draw_signed_in
from sim.ui.parts.actions import fragment, run_action
from sim.ui.parts.blocks import draw_error, draw_lead, draw_quiet, escape_markdown, write_day
from sim.ui.parts.device_check import read_device

TITLE = "Join a session"
AT = "{team}, {room}"
JOIN_AS = "Join as {name}"
WAITING_TITLE = "You're in, {name}"
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


def draw_first_pin(seat_token: str) -> None:
    name = find_first_pin_name(get_app(), seat_token)
    if name is None:
        return
    with st.expander("See your results later: choose a PIN", key="first-pin"):
        draw_quiet(f"6 digits or more. Sign in later with the name {name} and this PIN.")
        with st.form("first-pin-form", border=False):
            pin = st.text_input("PIN", type="password", max_chars=60, autocomplete="new-password", key="first-pin-text")
            pressed = st.form_submit_button("Keep it", key="first-pin-go")
        if pressed:
            made = run_action(lambda: choose_first_pin(get_app(), seat_token, pin))
            if made is not None:
                st.success(f"Kept. Sign in with the name **{escape_markdown(made)}** and your PIN.")


def _draw_code(
    problem: str = "",
    *,
    hint: str = "9 digits, from the trainer's screen or your invitation",
    note: str = "Without a code: scan the QR code on the trainer's screen, or open the link that you were sent.",
) -> None:
    st.title(TITLE, anchor=False)
    if problem:
        st.warning(escape_markdown(problem))
    _ask_code("code", hint)
    draw_quiet(note)
    st.page_link(find_script("start"), label="Back to home")


def _ask_code(key: str, hint: str) -> None:
    with st.form(key, border=False):
        typed = st.text_input("Code of the session or training", placeholder=hint, max_chars=20, key=f"{key}-text")
        pressed = st.form_submit_button("Continue", type="primary", key=f"{key}-go", width="stretch")
    if pressed:
        run_action(lambda: _go_in(typed))


def _go_in(typed: str) -> None:
    app, browser = get_app(), get_browser_key()
    training = find_training(app, typed, browser=browser)
    if training:
        go_to_page("training-sign-in", **{JOIN_PARAM: training})
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
    st.title(TITLE, anchor=False)
    draw_lead(AT.format(team=view.team, room=view.place) if view.place else view.team)
    if view.is_over:
        st.info("This session has ended. Ask the trainer when you can do the drill.")
    elif view.opens_at is not None:
        st.info(f"This session opens on {write_day(view.opens_at)}. Come back then.")
    else:
        _draw_way_in(token, view)
    if view.somebody_joined:
        _draw_back(token)


def _draw_way_in(token: str, view: JoinView) -> None:
    if view.device and (view.names or view.own or view.needs_code):
        draw_device_note(read_device(), wanted=view.device)
    if get_viewer().account_id is not None:
        if view.own is not None:
            label = JOIN_AS.format(name=escape_markdown(view.own[1]))
            if st.button(label, key="take", type="primary", width="stretch"):
                _take(token, view.own[0])
        draw_signed_in("join", token, is_expected=view.own is not None)
    elif view.needs_code:
        _ask_code("screen-code", "9 digits, from the trainer's screen")
        draw_quiet("The trainer's screen shows a code that changes every minute. Type it, or scan the QR code there.")
        if is_set_up(get_app()):
            draw_link(make_sign_in_address(), "I have a PIN: sign in")
    elif view.names:
        chosen = choose_own_name(
            "join",
            token,
            question="Who are you?",
            names=dict(view.names),
            sign_ins=view.sign_ins,
            from_here=view.from_here,
            label="Join",
            label_as=JOIN_AS,
            note="Your name is not here? Tell the trainer, who can add you or free your name.",
        )
        if chosen is not None:
            _take(token, chosen)
    else:
        st.info("Everybody invited has joined.")


def _take(token: str, person_id: str) -> None:
    app, viewer, browser = get_app(), get_viewer(), get_browser_key()
    run_action(lambda: go_to_page("join", **{SEAT_PARAM: take_name(app, viewer, token, person_id, browser=browser)}))


def _draw_back(token: str) -> None:
    with st.expander("I have joined already, on another device", key="back"):
        with st.form("back-form", border=False):
            typed = st.text_input(
                "Your own code", placeholder="8 digits, from the other device", max_chars=20, key="back-code"
            )
            pressed = st.form_submit_button("Come back", key="back-go", width="stretch")
        if pressed:
            app, browser = get_app(), get_browser_key()
            run_action(lambda: go_to_page("join", **{SEAT_PARAM: come_back(app, token, typed, browser=browser)}))


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
            st.title(WAITING_TITLE.format(name=escape_markdown(view.name)), anchor=False)
            draw_error(f"The drill could not be opened. Tell the trainer: {error}")
            if st.button("Try again", key="again"):
                st.rerun()
            return
        go_to_attempt(attempt_id)
    _draw_waiting(seat, view)


def _draw_waiting(seat: str, view: SeatView) -> None:
    is_over = view.place is Place.OVER
    title = "The session has ended" if is_over else WAITING_TITLE.format(name=escape_markdown(view.name))
    st.title(title, anchor=False)
    draw_lead(
        "There is nothing for you to do here now. The trainer tells you when you can do the drill."
        if is_over
        else "Stay on this page. It continues automatically when the trainer starts."
    )
    draw_quiet(AT.format(team=view.team, room=view.room) if view.room else view.team)
    if not is_over:
        wanted = find_wanted_device(get_app(), seat)
        if wanted:
            draw_device_note(read_device(), wanted=wanted)
        st.html(f'<p class="sl-own-code"><span>Your own code</span><strong>{view.return_code}</strong></p>')
        draw_quiet("With it you come back to your place from another device.")
        draw_first_pin(seat)
        if draw_not_you(view.name):
            app, browser = get_app(), get_browser_key()
            run_action(lambda: go_to_page("join", **{JOIN_PARAM: leave_seat(app, seat, browser=browser)}))
    _watch(seat, view.place)


@fragment(run_every=LOOK_EVERY_S)
def _watch(seat: str, drawn: Place) -> None:
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
