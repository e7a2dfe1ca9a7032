"""A comparison on a page: what is compared, the comparison itself, and what can be taken along."""

from typing import Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.compare.conditions import Conditions
from sim.services.compared import Compared
from sim.ui import team_wording as wording
from sim.ui.before_after import draw_before_after
from sim.ui.blocks import draw_quiet
from sim.ui.session import make_file
from sim.ui.take_away import draw_take_away


class Compare(Protocol):
    """Makes the comparison of a page, under one console and options: the usual ones if None."""

    def __call__(self, *, conditions: Conditions | None = None) -> Compared:
        """Return the comparison."""
        ...


def draw_compared(compare: Compare, *, shown: DeltaGenerator, key: str, file_stem: str) -> None:
    """Draw a comparison and its downloads; the choice of console and options where drills were given on several.

    Args:
        compare: makes it.
        shown: where the comparison is drawn; the downloads follow where the page stands.
        key: sets the widgets apart from those of another comparison.
        file_stem: the tables' files are named after it.
    """
    found = compare()
    with shown:
        if len(found.choices) > 1:
            found = _choose_compared(compare, found, key=key)
        draw_before_after(found.comparison, file_stem=file_stem)
    draw_take_away(found.handover, key=key)
    st.download_button(
        wording.EXPORT,
        data=make_file(lambda _, __: found.export_csv),
        file_name="attempts.csv",
        mime="text/csv",
        key="export",
        on_click="ignore",
    )
    draw_quiet(wording.EXPORT_NOTE.format(people=found.people))


def _choose_compared(compare: Compare, found: Compared, *, key: str) -> Compared:
    """Draw the choice of the console and options whose drills are compared; return that comparison."""
    cards = {card.name: card for card in found.choices}
    names = list(cards)
    chosen = st.selectbox(
        wording.COMPARED_CONSOLE,
        names,
        index=names.index(found.compared) if found.compared in names else 0,
        format_func=lambda name: cards[name].title,
        key=f"compared-{key}",
    )
    return found if chosen == found.compared else compare(conditions=cards[chosen].conditions)
