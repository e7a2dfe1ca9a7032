"""Taking one's own name, with the PIN where it has one; confirming the rights to pictures of real schools."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from sim.app.wiring import App
from sim.rules import school_rights as rights
from sim.rules.drill_access import Access, SignInFirst
from sim.rules.school_rights import list_schools
from sim.rules.sessions import is_open_to_network, is_set_up
from sim.rules.viewer import Duty, Viewer, limit_app, may
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import AS_PARAM, JOIN_PARAM, get_app, get_services, get_viewer, make_sign_in_address
from sim.ui.page.pages import find_script
from sim.ui.parts import account_wording as wording
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.blocks import draw_lead, draw_quiet, escape_markdown


def draw_closed(viewer: Viewer, title: str, reason: str = "") -> None:
    st.title(title, anchor=False)
    if viewer.account_id is not None:
        draw_lead(reason or f"This page is not open to you, {viewer.name}.")
        draw_quiet(wording.CLOSED_WHY)
        if viewer.person_id is not None:
            st.page_link(find_script("mine"), label=wording.MINE_BACK)
        draw_link("account/sign-out", wording.SIGN_OUT, kind="narrow")
    elif is_set_up(get_services()):
        draw_lead(reason or wording.CLOSED_NOBODY)
        draw_link(make_sign_in_address(), wording.SIGN_IN, kind="primary narrow")
    else:
        draw_lead(wording.CLOSED_OPEN)
    st.page_link(find_script("start"), label=page_wording.HOME)


def draw_refused(access: Access) -> None:
    st.title(page_wording.APP, anchor=False)
    draw_lead(wording.REFUSED[access])
    if is_set_up(get_services()):
        draw_link(make_sign_in_address(), wording.SIGN_IN, kind="primary narrow")
    st.page_link(find_script("start"), label=page_wording.HOME)


def draw_open_mode() -> None:
    if is_open_to_network(get_services()):
        st.html(f'<p class="sl-open" role="status">{escape(wording.OPEN_TO_NETWORK)}</p>')


def draw_link(address: str, label: str, *, kind: str = "") -> None:
    kind = f"sl-button {kind}".strip()
    st.html(f'<a class="{kind}" href="{escape(address, quote=True)}" target="_self">{escape(label)}</a>')


NAME_FIELD: Final = "who"
"""Of a sign-in form within a page, whose cleaning of markup takes a field called "name" for the form's own."""


def choose_own_name(
    path: str,
    token: str,
    *,
    question: str,
    names: Mapping[str, str],
    sign_ins: Mapping[str, SignInFirst],
    from_here: Sequence[str],
    label: str,
    label_as: str,
    note: str,
) -> str | None:
    """Draw the choice of a name and what takes it; return whose was pressed, None as long as none was."""
    chosen = st.pills(
        question, list(names), format_func=lambda person_id: escape_markdown(names[person_id]), wrap=True, key="name"
    )
    if chosen is None or chosen not in names:
        st.button(label, key="take", type="primary", width="stretch", disabled=True)
        draw_quiet(note)
        return None
    name = escape_markdown(names[chosen])
    if chosen in sign_ins:
        then = f"{path}?{urlencode({JOIN_PARAM: token, AS_PARAM: chosen})}"
        _draw_sign_in(sign_ins[chosen], then=then, name=names[chosen], label=label_as.format(name=names[chosen]))
        draw_quiet(note)
        return None
    go = label_as.format(name=name)
    if from_here:
        st.warning(
            f"This device already signed in {escape_markdown(', '.join(from_here))}. Sign in {name} from the same "
            "device? The record will say so."
        )
        go = f"Yes, sign in {name} too"
    is_pressed = st.button(go, key="take", type="primary", width="stretch")
    draw_quiet(note)
    return chosen if is_pressed else None


def _draw_sign_in(first: SignInFirst, *, then: str, name: str, label: str) -> None:
    if not first.has_secret:
        draw_quiet(
            f"{escape_markdown(name)} signs in with the school's account first. Then open this page again, or scan the "
            "code again."
        )
        draw_link(make_sign_in_address(then), wording.SIGN_IN, kind="primary")
        return
    hidden = "".join(
        f'<input type="hidden" name="{field}" value="{escape(value, quote=True)}">'
        for field, value in ((NAME_FIELD, first.name), ("next", then))
    )
    st.html(
        f'<form class="sl-pin" method="post" action="account/sign-in">{hidden}'
        f'<label for="sl-pin">{escape(f"PIN or passphrase of {name}")}</label>'
        '<input id="sl-pin" name="secret" type="password" required maxlength="200" autocomplete="current-password">'
        f'<button type="submit">{escape(label)}</button></form>'
    )


def draw_signed_in(path: str, token: str, *, is_expected: bool) -> None:
    name = escape_markdown(get_viewer().name)
    if is_expected:
        draw_quiet(f"You are signed in as {name}. Not you?")
    else:
        st.warning(
            f"You are signed in as {name}, who is not on this list. To take a name here, sign out first. To enter "
            "that others came, use your own page."
        )
    back = urlencode({"next": f"{path}?{urlencode({JOIN_PARAM: token})}"})
    draw_link(f"account/sign-out?{back}", wording.SIGN_OUT_NAMES, kind="narrow")


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
    """Ask who is for all schools whose a drawing or clips are; return the services as these have, else one's own."""
    app, viewer = get_app(), get_viewer()
    known = list_schools(app)
    if viewer.schools is not None or len(known) < 2:
        return app
    picked = st.multiselect("Which schools may see it?", known, placeholder="All schools", key="whose")
    return limit_app(app, replace(viewer, schools=frozenset(picked))) if picked else app


def draw_turn_off() -> None:
    if not rights.is_confirmed(get_app()) or not may(get_viewer(), Duty.MANAGE_ACCOUNTS):
        return
    with st.popover("Turn off plans and pictures of your schools", key="rights-off"):
        st.write(
            "Your schools can no longer be drawn or changed, and no new drills can be made on them. Drills that were "
            "made stay, and each school can still be deleted. The training record keeps who turned this off and when."
        )
        if st.button("Turn off", key="rights-off-sure"):
            run_and_redraw(lambda: rights.withdraw(get_app(), get_viewer()), said=OFF_DONE)
