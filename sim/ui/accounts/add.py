"""A new account."""

import streamlit as st

from sim.services.accounts.manage import add_account
from sim.ui.accounts.roles import choose_roles
from sim.ui.accounts.schools import choose_schools
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts import account_wording as wording
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.flash import flash
from sim.ui.parts.plain_text import escape_markdown


def draw_add(mark: int) -> None:
    """Draw the form; it is an empty one whenever `mark` is another."""
    with st.expander(wording.ADD, key=f"add-account-{mark}"):
        draw_quiet(wording.ADD_NOTE)
        roles = choose_roles((), key=f"new-roles-{mark}")  # outside the form: what they mean is told at once
        with st.form(f"add-account-form-{mark}", border=False):
            name = st.text_input(wording.NAME, key=f"new-name-{mark}", max_chars=80)
            secret = st.text_input(
                wording.PASSPHRASE,
                type="password",
                key=f"new-secret-{mark}",
                autocomplete="new-password",
                help=wording.PASSPHRASE_HINT,
            )
            schools = choose_schools(None, key=f"new-schools-{mark}")
            pressed = st.form_submit_button(wording.ADD, type="primary", key=f"add-account-go-{mark}")
        if pressed:
            made = run_action(
                lambda: add_account(get_app(), get_viewer(), name=name, secret=secret, roles=roles, schools=schools)
            )
            if made is not None:
                flash(wording.ADDED.format(name=escape_markdown(name)))
