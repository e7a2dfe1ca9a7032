"""Drills that ask something else than a trace, as a choice with one button."""

import streamlit as st

from sim.services import attempts, library
from sim.services.clock_words import write_minutes
from sim.ui import wording
from sim.ui.blocks import draw_quiet
from sim.ui.session import get_app, go_to_attempt


def draw_other_drills() -> None:
    """Draw the choice; nothing when there are none."""
    cards = {card.form_id: card for card in library.list_other_drills(get_app())}
    if not cards:
        return
    st.header(wording.OTHER_TITLE, anchor=False)
    choice, button = st.columns([3, 1], vertical_alignment="bottom")
    chosen = choice.selectbox(
        wording.OTHER_CHOOSE, list(cards), format_func=lambda form_id: cards[form_id].title, key="other-drill"
    )
    if chosen is None:
        return
    card = cards[chosen]
    draw_quiet(f"{card.question} ({card.place}, {write_minutes(card.limit_s)})")
    if button.button(wording.OTHER_START, key="other-start", width="stretch"):
        go_to_attempt(attempts.create_practice(get_app(), form_id=chosen))
