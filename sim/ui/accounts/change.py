"""One account: its roles, its secret, its sessions, and whether it is open."""

from collections.abc import Callable

import streamlit as st

from sim.errors import SimError
from sim.services.accounts import manage
from sim.services.accounts.manage import AccountCard
from sim.services.accounts.second_step import turn_off
from sim.services.accounts.viewer import Role
from sim.ui.accounts.schools import choose_schools
from sim.ui.accounts.table import write_state
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts import account_wording as words
from sim.ui.parts.blocks import draw_error, draw_quiet
from sim.ui.parts.flash import flash
from sim.ui.parts.plain_text import escape_markdown


def draw_change(card: AccountCard) -> None:
    """Draw what can be changed."""
    mark = card.account_id
    with st.container(border=True, key=f"account-{mark}"):
        st.markdown(f"**{escape_markdown(card.name)}**")
        few = {0: words.NO_BROWSER, 1: words.ONE_BROWSER}
        browsers = few.get(card.open_sessions, words.BROWSERS.format(count=card.open_sessions))
        draw_quiet(f"{write_state(card)} · {browsers}")
        _draw_roles(card)
        _draw_schools(card)
        with st.form(f"secret-{mark}", border=False, clear_on_submit=True):
            secret = st.text_input(
                words.NEW_SECRET,
                type="password",
                key=f"secret-text-{mark}",
                autocomplete="new-password",
                help=words.PASSPHRASE_HINT,
            )
            if st.form_submit_button(words.NEW_SECRET_GO, key=f"secret-go-{mark}"):
                _act(lambda: manage.set_secret(get_app(), get_viewer(), mark, secret), words.NEW_SECRET_DONE)
        with st.container(horizontal=True):
            _draw_buttons(card)


def _draw_roles(card: AccountCard) -> None:
    roles = st.pills(
        words.MAY,
        list(Role),
        selection_mode="multi",
        default=sorted(card.roles),
        format_func=lambda role: words.ROLES[role.value],
        wrap=True,
        key=f"roles-{card.account_id}-{'-'.join(sorted(card.roles))}",
    )
    if frozenset(roles) != card.roles and st.button(words.SAVE_ROLES, key=f"save-roles-{card.account_id}"):
        _act(lambda: manage.set_roles(get_app(), get_viewer(), card.account_id, frozenset(roles)), words.SAVED)


def _draw_schools(card: AccountCard) -> None:
    if Role.ADMIN in card.roles:
        return
    now = "" if card.schools is None else "-".join(sorted(card.schools))
    schools = choose_schools(card.schools, key=f"schools-{card.account_id}-{now}")
    if schools != card.schools and st.button(words.SAVE_SCHOOLS, key=f"save-schools-{card.account_id}"):
        _act(lambda: manage.set_schools(get_app(), get_viewer(), card.account_id, schools), words.SAVED)


def _draw_buttons(card: AccountCard) -> None:
    mark = card.account_id
    if card.wait_s and st.button(words.UNLOCK, key=f"unlock-{mark}"):
        _act(lambda: manage.unlock(get_app(), get_viewer(), mark), words.UNLOCKED)
    if card.open_sessions and st.button(words.END_ALL, key=f"end-{mark}"):
        said = words.ENDED_ONE if card.open_sessions == 1 else words.ENDED.format(count=card.open_sessions)
        _act(lambda: manage.end_all_sessions(get_app(), get_viewer(), mark), said)
    if card.has_second_step and st.button(words.STEP_OFF, key=f"step-off-{mark}", help=words.STEP_OFF_NOTE):
        _act(lambda: turn_off(get_app(), get_viewer(), mark), words.STEP_OFF_DONE)
    label, said = (words.ENABLE, words.ENABLED) if card.is_disabled else (words.DISABLE, words.DISABLED)
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
