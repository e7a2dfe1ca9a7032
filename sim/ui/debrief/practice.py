"""The debrief's last section: one or two things to practise next, each with the drill that trains it."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from sim.drill.options import DrillOption
from sim.drill.profile import ProfileName
from sim.services.course.learner import create_drill
from sim.services.debrief.practice import PracticeView
from sim.text.times import write_minutes
from sim.ui.page import wording
from sim.ui.page.page_state import get_address, get_app, get_learner, go_to_attempt
from sim.ui.parts.plain_text import escape_markdown


def draw_practice(practice: Sequence[PracticeView], *, profile: ProfileName, options: frozenset[DrillOption]) -> None:
    """Draw the section; a button starts the drill on the same console with the same options."""
    st.header(wording.DEBRIEF_ADVICE, anchor=False)
    best = next((number for number, each in enumerate(practice) if each.form_id is not None), None)
    for number, each in enumerate(practice):
        st.write(escape_markdown(each.sentence))
        if each.form_id is None:
            continue
        label = wording.AGAIN.format(title=each.form_title, limit=write_minutes(each.limit_s))
        kind: Literal["primary", "secondary"] = "primary" if number == best else "secondary"
        if st.button(escape_markdown(label), key=f"practise-{number}", type=kind):
            made = create_drill(
                get_app(),
                get_learner(),
                form_id=each.form_id,
                profile=profile,
                options=options,
                address=get_address(),
            )
            go_to_attempt(made)
