"""One account: its roles, its secret, its sessions, and whether it is open."""

from collections.abc import Callable

import streamlit as st

from sim.errors import SimError
from sim.services.accounts import manage
from sim.services.accounts.manage import AccountCard
from sim.services.accounts.second_step import turn_off
from sim.services.accounts.viewer import Role
from sim.ui.accounts.roles import choose_roles
from sim.ui.accounts.schools import choose_schools
from sim.ui.accounts.table import write_state
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts import account_wording as wording
from sim.ui.parts.blocks import draw_error, draw_quiet
from sim.ui.parts.flash import flash
from sim.ui.parts.plain_text import escape_markdown


def draw_change(card: AccountCard) -> None:
    mark = card.account_id
    with st.container(border=True, key=f"account-{mark}"):
        st.markdown(f"**{escape_markdown(card.name)}**")
        few = {0: wording.NO_BROWSER, 1: wording.ONE_BROWSER}
        browsers = few.get(card.open_sessions, wording.BROWSERS.format(count=card.open_sessions))
        draw_quiet(f"{write_state(card)} · {browsers}")
        _draw_roles(card)
        _draw_schools(card)
        with st.form(f"secret-{mark}", border=False, clear_on_submit=True):
            secret = st.text_input(
                wording.NEW_SECRET,
                type="password",
                key=f"secret-text-{mark}",
                autocomplete="new-password",
                help=wording.PASSPHRASE_HINT,
            )
            if st.form_submit_button(wording.NEW_SECRET_GO, key=f"secret-go-{mark}"):
                _act(lambda: manage.set_secret(get_app(), get_viewer(), mark, secret), wording.NEW_SECRET_DONE)
        with st.container(horizontal=True):
            _draw_buttons(card)


def _draw_roles(card: AccountCard) -> None:
    roles = choose_roles(card.roles, key=f"roles-{card.account_id}-{'-'.join(sorted(card.roles))}")
    if roles != card.roles and st.button(wording.SAVE_ROLES, key=f"save-roles-{card.account_id}"):
        _act(lambda: manage.set_roles(get_app(), get_viewer(), card.account_id, roles), wording.SAVED)


def _draw_schools(card: AccountCard) -> None:
    if Role.ADMIN in card.roles:
        return
    now = "" if card.schools is None else "-".join(sorted(card.schools))
    schools = choose_schools(card.schools, key=f"schools-{card.account_id}-{now}")
    if schools != card.schools and st.button(wording.SAVE_SCHOOLS, key=f"save-schools-{card.account_id}"):
        _act(lambda: manage.set_schools(get_app(), get_viewer(), card.account_id, schools), wording.SAVED)


def _draw_buttons(card: AccountCard) -> None:
    mark = card.account_id
    if card.wait_s and st.button(wording.UNLOCK, key=f"unlock-{mark}"):
        _act(lambda: manage.unlock(get_app(), get_viewer(), mark), wording.UNLOCKED)
    if card.open_sessions and st.button(wording.END_ALL, key=f"end-{mark}"):
        said = wording.ENDED_ONE if card.open_sessions == 1 else wording.ENDED.format(count=card.open_sessions)
        _act(lambda: manage.end_all_sessions(get_app(), get_viewer(), mark), said)
    if card.has_second_step and st.button(wording.STEP_OFF, key=f"step-off-{mark}", help=wording.STEP_OFF_NOTE):
        _act(lambda: turn_off(get_app(), get_viewer(), mark), wording.STEP_OFF_DONE)
    label, said = (wording.ENABLE, wording.ENABLED) if card.is_disabled else (wording.DISABLE, wording.DISABLED)
    if st.button(label, key=f"disable-{mark}"):
        is_disabled = not card.is_disabled
        _act(lambda: manage.set_disabled(get_app(), get_viewer(), mark, is_disabled=is_disabled), said)


def _act(action: Callable[[], object], said: str) -> None:
    try:
        action()
    except SimError as error:
        draw_error(error.on_screen)
    else:
        flash(said)
