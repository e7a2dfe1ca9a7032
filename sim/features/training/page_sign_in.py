"""Signing in to a training on one's own phone: one's name, and that it was noted."""

import streamlit as st

from sim.db.sessions import BY_LIST
from sim.errors import SimError
from sim.features.training.sign_in import SignInView, get_sign_in, get_signed_in, sign_in, sign_out, take_back
from sim.program.session_day import CAME
from sim.ui.page import theme
from sim.ui.page.page_state import (
    AS_PARAM,
    JOIN_PARAM,
    SEAT_PARAM,
    get_app,
    get_browser_key,
    get_param,
    get_viewer,
    go_to_page,
)
from sim.ui.page.pages import find_script
from sim.ui.parts.access import choose_own_name, draw_signed_in
from sim.ui.parts.actions import run_action, run_and_redraw
from sim.ui.parts.blocks import draw_lead, draw_quiet, escape_markdown, write_day, write_time

PATH = "training-sign-in"


def draw() -> None:
    st.html(theme.JOIN_PAGE_CSS)
    done, scanned = get_param(SEAT_PARAM), get_param(JOIN_PARAM)
    try:
        if done is not None:
            _draw_done(done)
        elif scanned is not None:
            _draw_way_in(scanned)
        else:
            _draw_no_code("Scan the code on the instructor's screen to sign in, or type it.")
    except SimError as error:
        _draw_no_code(escape_markdown(error.on_screen))


def _draw_no_code(problem: str) -> None:
    st.title("Sign in to the training", anchor=False)
    st.warning(problem)
    st.page_link(find_script("join"), label="Type the code")


def _draw_done(done: str) -> None:
    training, person = get_signed_in(get_app(), done)
    name = escape_markdown(person.name)
    is_out = person.left_at is not None
    st.title(f"You're signed {'out' if is_out else 'in'}, {name}", anchor=False)
    said = f"Signed in at {write_time(person.at or training.begins_at)}."
    st.success(f"{said} Signed out at {write_time(person.left_at)}." if person.left_at else said)
    if training.is_held is not None or person.known_by == BY_LIST:
        return
    label = "I am still here, or back" if is_out else "I am leaving: sign out"
    if st.button(label, key="sign-out", width="stretch"):
        run_and_redraw(lambda: sign_out(get_app(), done, is_back=is_out))
    if not is_out:
        draw_quiet("You can close this page, and scan the code again to sign out. At the end nobody has to.")
    with st.popover("Not you?", key="not-you"):
        st.write(f"You signed in as {name}. If that is someone else, take it back and choose your own name.")
        if st.button("That is not me", key="not-you-sure"):
            app, browser = get_app(), get_browser_key()
            run_action(lambda: go_to_page(PATH, **{JOIN_PARAM: take_back(app, done, browser=browser)}))


def _draw_way_in(scanned: str) -> None:
    app, viewer, browser = get_app(), get_viewer(), get_browser_key()
    view = get_sign_in(app, viewer, scanned, browser=browser)
    if view.token != scanned:
        go_to_page(PATH, **{JOIN_PARAM: view.token})
    if view.own is not None and get_param(AS_PARAM) == view.own.person_id:
        _sign(view.token, view.own.person_id)
    st.title("Sign in to the training", anchor=False)
    training = view.training
    draw_lead(f"{training.title}: {training.team}")
    draw_quiet(", ".join(part for part in (write_day(training.begins_at), training.place) if part))
    if viewer.account_id is not None:
        _draw_own(view)
    else:
        _draw_names(view)


def _draw_own(view: SignInView) -> None:
    if view.own is not None and view.own.attendance in CAME:
        st.success(f"You have signed in already, {escape_markdown(view.own.name)}.")
        if view.own.at is not None and st.button("Sign out, or take it back", key="own"):
            _sign(view.token, view.own.person_id)
    elif view.own is not None:
        label = f"Sign in as {escape_markdown(view.own.name)}"
        if st.button(label, type="primary", width="stretch", key="take"):
            _sign(view.token, view.own.person_id)
    draw_signed_in(PATH, view.token, is_expected=view.own is not None)


def _draw_names(view: SignInView) -> None:
    for number, (name, seat) in enumerate(view.from_here):
        label = f"I am {escape_markdown(name)}: sign out, or take it back"
        if st.button(label, key=f"own-{number}", width="stretch"):
            go_to_page(PATH, **{SEAT_PARAM: seat})
    if not view.names:
        st.info("Everyone on the list has signed in.")
        return
    chosen = choose_own_name(
        PATH,
        view.token,
        question="Who are you?",
        names=dict(view.names),
        sign_ins=view.sign_ins,
        from_here=[name for name, _ in view.from_here],
        label="Sign in",
        label_as="Sign in as {name}",
        note="Your name is not here? Tell the instructor, who can add you.",
    )
    if chosen is not None:
        _sign(view.token, chosen)


def _sign(token: str, person_id: str) -> None:
    app, viewer, browser = get_app(), get_viewer(), get_browser_key()
    run_action(lambda: go_to_page(PATH, **{SEAT_PARAM: sign_in(app, viewer, token, person_id, browser=browser)}))


draw()
