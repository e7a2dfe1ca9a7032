"""What is drawn in place of a page that is not open to the person who looks."""

from html import escape

import streamlit as st

from sim.services.accounts.drill_access import Access
from sim.services.accounts.sessions import is_open_to_network, is_set_up
from sim.services.accounts.viewer import Viewer
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import get_services, make_sign_in_address
from sim.ui.parts import account_wording as wording
from sim.ui.parts.blocks import draw_lead, draw_quiet


def draw_closed(viewer: Viewer, title: str, reason: str = "") -> None:
    """Say politely that a page is not open, why, and what to do."""
    st.title(title, anchor=False)
    if viewer.account_id is not None:
        draw_lead(reason or wording.CLOSED_SOMEBODY.format(name=viewer.name))
        draw_quiet(wording.CLOSED_WHY)
        if viewer.person_id is not None:
            st.page_link("screens/mine.py", label=wording.MINE_BACK)
        draw_link("account/sign-out", wording.SIGN_OUT, kind="narrow")
    elif is_set_up(get_services()):
        draw_lead(reason or wording.CLOSED_NOBODY)
        draw_link(make_sign_in_address(), wording.SIGN_IN, kind="primary narrow")
    else:
        draw_lead(wording.CLOSED_OPEN)
    st.page_link("screens/start.py", label=page_wording.HOME)


def draw_refused(access: Access) -> None:
    """Say why a drill does not open to the person who looks, and what to do."""
    st.title(page_wording.APP, anchor=False)
    draw_lead(wording.REFUSED[access])
    if is_set_up(get_services()):
        draw_link(make_sign_in_address(), wording.SIGN_IN, kind="primary narrow")
    st.page_link("screens/start.py", label=page_wording.HOME)


def draw_open_mode() -> None:
    """Say on every page that anybody on the network is let in, where that was chosen."""
    if is_open_to_network(get_services()):
        st.html(f'<p class="sl-open" role="status">{escape(wording.OPEN_TO_NETWORK)}</p>')


def draw_link(address: str, label: str, *, kind: str = "") -> None:
    """Draw a link to a page outside Streamlit that looks like a button and opens here."""
    kind = f"sl-button {kind}".strip()
    st.html(f'<a class="{kind}" href="{escape(address, quote=True)}" target="_self">{escape(label)}</a>')
