"""Accounts: who may sign in, for the administrator."""

import streamlit as st

from sim.features.accounts.manage import AccountCard, list_accounts
from sim.features.accounts.page_forms import draw_add, draw_change, write_row
from sim.rules.sessions import is_set_up
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts import account_wording as wording
from sim.ui.parts.access import draw_link
from sim.ui.parts.actions import draw_flash
from sim.ui.parts.blocks import choose_shown, draw_lead, draw_table
from sim.ui.parts.school_rights import draw_rights, draw_turn_off


def draw() -> None:
    app, viewer = get_app(), get_viewer()
    st.title(wording.TITLE, anchor=False)
    draw_lead("Who may sign in here, and what for.")
    draw_flash()
    cards = list_accounts(app, viewer)
    if not is_set_up(app):
        st.info(wording.NOBODY_YET)
        draw_link("account/set-up", wording.SET_UP, kind="primary narrow")
        if not cards:
            draw_rights()
            draw_turn_off()
            return
    chosen = _choose(cards)
    if chosen is not None:
        draw_change(chosen)
    draw_add(len(cards))
    draw_rights()
    shown = choose_shown(cards, lambda card: f"{card.sign_in_name} {card.team}", key="accounts")
    draw_table(wording.COLUMNS, [write_row(card) for card in shown], label=wording.TITLE)
    draw_turn_off()


def _choose(cards: tuple[AccountCard, ...]) -> AccountCard | None:
    by_id = {card.account_id: card for card in cards}
    chosen = st.selectbox(
        "Change an account",
        list(by_id),
        index=None,
        placeholder="Find a name",
        format_func=lambda account_id: f"{by_id[account_id].sign_in_name} · {by_id[account_id].team}".removesuffix(
            " · "
        ),
        key="account",
    )
    return by_id.get(chosen or "")


draw()
