"""The choice of drill options: one box each with what it does."""

from collections.abc import Collection, Sequence

import streamlit as st

from sim.drill.options import DrillOption, OptionCard, Options
from sim.ui.page import wording
from sim.ui.parts.blocks import draw_quiet


def draw_option_choice(cards: Sequence[OptionCard], *, chosen: Collection[DrillOption], key: str) -> Options:
    """Draw a box an option; return those that are ticked. `key` tells this choice from others in the browser tab."""
    ticked = set()
    for card in cards:
        if st.checkbox(card.title, value=card.name in chosen, key=f"option-{card.name.value}-{key}"):
            ticked.add(card.name)
        draw_quiet(card.summary)
    if cards:
        draw_quiet(wording.OPTIONS_NOTE)
    return frozenset(ticked)
