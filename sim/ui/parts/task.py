"""The task of a drill: whom to look for, where they were last seen, what is asked."""

from html import escape

import streamlit as st

from sim.console.console_data import BriefingView
from sim.text.times import write_minutes
from sim.ui.page import wording
from sim.ui.parts.blocks import draw_lead, draw_quiet


def write_where(view: BriefingView) -> str:
    """Return the school and from when to when its footage goes, where that is told."""
    return view.place if view.window_clock is None else f"{view.place}, {' to '.join(view.window_clock)}"


def draw_who(view: BriefingView) -> None:
    if view.held_back:
        st.info(wording.HELD_BACK[view.held_back])
        return
    if view.reference_url is None:
        st.html(f'<p class="sl-card sl-words">{escape(view.descriptor)}</p>')
        draw_quiet("No photo.")
        return
    sides = wording.SIDES[view.photo_count]
    st.html(
        f'<img class="sl-reference" data-photos="{view.photo_count}" src="{escape(view.reference_url)}" '
        f'alt="The student {sides}: {escape(view.descriptor)}">'
    )
    st.markdown(f"**{view.descriptor}**")


def draw_task(view: BriefingView) -> None:
    """Draw what to do, where the student was last seen, the limit, and when it is passed."""
    draw_lead(view.question)
    if view.known:
        st.info(f"{view.known}.", icon=":material/location_on:")
    st.write(f"You have {write_minutes(view.limit_s)}. {view.pass_rule}")
