"""Drills besides the sample: first what to practise, then which one, and one button."""

import streamlit as st

from sim.services.attempt import attempts
from sim.services.library import library
from sim.services.library.form_card import FormCard
from sim.tasks import name_task_type
from sim.text.times import write_minutes
from sim.ui.page import wording
from sim.ui.page.page_state import get_address, get_app, go_to_attempt
from sim.ui.parts.blocks import draw_quiet


def draw_other_drills() -> None:
    """Draw the choice; nothing when there are none."""
    kinds: dict[str, dict[str, FormCard]] = {}
    for card in library.list_other_drills(get_app()):
        kinds.setdefault(card.type, {})[card.form_id] = card
    if not kinds:
        return
    st.header(wording.OTHER_TITLE, anchor=False)
    what, which, button = st.columns([3, 3, 2], vertical_alignment="bottom")
    kind = what.selectbox(wording.OTHER_CHOOSE, list(kinds), format_func=name_task_type, key="other-kind")
    cards = kinds[kind or next(iter(kinds))]
    chosen = which.selectbox(
        wording.OTHER_WHICH, list(cards), format_func=lambda form_id: write_card(cards[form_id]), key=f"other-{kind}"
    )
    card = cards[chosen or next(iter(cards))]
    draw_quiet(f"{card.question} ({card.place}, {write_minutes(card.limit_s)})")
    if button.button(wording.OTHER_START, key="other-start", width="stretch"):
        go_to_attempt(attempts.create_practice(get_app(), form_id=card.form_id, address=get_address()))


def write_card(card: FormCard) -> str:
    """Return a drill in one line: its title, and what is shown of the student."""
    return f"{card.title}, {card.shown}" if card.shown else card.title
