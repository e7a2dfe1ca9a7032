"""Anyone who has joined a session by a link chooses a PIN, to see their results later."""

import streamlit as st

from sim.services.accounts.roster_accounts import choose_first_pin, find_first_pin_name
from sim.ui.page.page_state import get_app
from sim.ui.parts import account_wording as wording
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.plain_text import escape_markdown


def draw_first_pin(seat_token: str) -> None:
    """Draw the choice; nothing for somebody who has an account, or where nobody signs in."""
    name = find_first_pin_name(get_app(), seat_token)
    if name is None:
        return
    with st.expander(wording.FIRST_PIN, key="first-pin"):
        draw_quiet(wording.FIRST_PIN_NOTE.format(name=name))
        with st.form("first-pin-form", border=False):
            pin = st.text_input(
                wording.FIRST_PIN_FIELD,
                type="password",
                max_chars=60,
                autocomplete="new-password",
                key="first-pin-text",
            )
            pressed = st.form_submit_button(wording.FIRST_PIN_GO, key="first-pin-go")
        if pressed:
            made = run_action(lambda: choose_first_pin(get_app(), seat_token, pin))
            if made is not None:
                st.success(wording.FIRST_PIN_DONE.format(name=escape_markdown(made)))
