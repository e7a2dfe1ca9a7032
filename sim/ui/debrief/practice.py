"""Trying again, and what else to practice, each with the drill that trains it."""

from collections.abc import Sequence

import streamlit as st

from sim.drill.options import DrillOption
from sim.drill.profile import ProfileName
from sim.services.course.learner import create_drill
from sim.services.debrief.practice import PracticeView
from sim.text.times import write_minutes
from sim.ui.page import wording
from sim.ui.page.page_state import get_address, get_app, get_learner, go_to_attempt
from sim.ui.parts.plain_text import escape_markdown


def draw_again(again: PracticeView, *, profile: ProfileName, options: frozenset[DrillOption]) -> None:
    """Draw the button that starts a drill of the same kind, on the same console with the same options."""
    label = wording.TRY_AGAIN.format(title=again.form_title, limit=write_minutes(again.limit_s))
    if st.button(escape_markdown(label), key="again", type="primary"):
        _start(again, profile=profile, options=options)


def draw_practice(practice: Sequence[PracticeView], *, profile: ProfileName, options: frozenset[DrillOption]) -> None:
    """Draw what else to practice; a button starts the drill on the same console with the same options."""
    for number, each in enumerate(practice):
        st.write(escape_markdown(each.sentence))
        label = wording.AGAIN.format(title=each.form_title, limit=write_minutes(each.limit_s))
        if each.form_id is not None and st.button(escape_markdown(label), key=f"practice-{number}"):
            _start(each, profile=profile, options=options)


def _start(drill: PracticeView, *, profile: ProfileName, options: frozenset[DrillOption]) -> None:
    made = create_drill(
        get_app(),
        get_learner(),
        form_id=drill.form_id or "",
        profile=profile,
        options=options,
        address=get_address(),
    )
    go_to_attempt(made)
