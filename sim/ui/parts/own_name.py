"""Taking one's own name: with the PIN where it has one, and asked about where this browser took another one before."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from sim.services.accounts.own_name import SignInFirst
from sim.ui.page.page_state import AS_PARAM, JOIN_PARAM, get_viewer, make_sign_in_address
from sim.ui.parts import account_wording as wording
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.closed_page import draw_link
from sim.ui.parts.name_choice import choose_name
from sim.ui.parts.plain_text import escape_markdown

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
    chosen = choose_name(question, names)
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
        st.warning(wording.SAME_DEVICE.format(others=escape_markdown(", ".join(from_here)), name=name))
        go = wording.SAME_DEVICE_GO.format(name=name)
    is_pressed = st.button(go, key="take", type="primary", width="stretch")
    draw_quiet(note)
    return chosen if is_pressed else None


def _draw_sign_in(first: SignInFirst, *, then: str, name: str, label: str) -> None:
    """Draw the field for a PIN; of somebody who signs in with the school's account, the way there."""
    if not first.has_secret:
        draw_quiet(wording.SCHOOL_FIRST.format(name=escape_markdown(name)))
        draw_link(make_sign_in_address(then), wording.SIGN_IN, kind="primary")
        return
    hidden = "".join(
        f'<input type="hidden" name="{field}" value="{escape(value, quote=True)}">'
        for field, value in ((NAME_FIELD, first.name), ("next", then))
    )
    st.html(
        f'<form class="sl-pin" method="post" action="account/sign-in">{hidden}'
        f'<label for="sl-pin">{escape(wording.PIN_OF.format(name=name))}</label>'
        '<input id="sl-pin" name="secret" type="password" required maxlength="200" autocomplete="current-password">'
        f'<button type="submit">{escape(label)}</button></form>'
    )


def draw_signed_in(path: str, token: str, *, is_expected: bool) -> None:
    """Say who is signed in here, that only their own name is theirs to take, and how to sign out."""
    name = escape_markdown(get_viewer().name)
    if is_expected:
        draw_quiet(wording.OWN_ONLY.format(name=name))
    else:
        st.warning(wording.OTHER_ONLY.format(name=name))
    back = urlencode({"next": f"{path}?{urlencode({JOIN_PARAM: token})}"})
    draw_link(f"account/sign-out?{back}", wording.SIGN_OUT_NAMES, kind="narrow")
