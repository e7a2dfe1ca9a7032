"""The choice of school, footage and drill where a measured drill is given outside a program."""

from typing import Final

import streamlit as st

from sim.services.team.choosing_forms import Footage
from sim.ui.parts.blocks import draw_quiet

FOOTAGE: Final = "School and footage"
USUAL: Final = "The team's usual footage"
OTHER: Final = (
    "Drills of two recordings are not equally hard: choose the same footage for drills before and after training."
)
PUBLIC: Final = "Made for practice: people may have seen it, and a drill on footage seen in practice does not count."


def choose_footage(cards: tuple[Footage, ...], *, key: str) -> Footage | None:
    """Draw it; return the footage chosen, None for the team's usual one."""
    known = {card.recording_id: card for card in cards}
    chosen = st.selectbox(
        FOOTAGE,
        ["", *known],
        format_func=lambda each: f"{known[each].school}: {known[each].title}" if each else USUAL,
        help=OTHER,
        key=f"footage-{key}",
    )
    card = known.get(chosen)
    if card is not None and not card.is_private:
        draw_quiet(PUBLIC)
    return card
