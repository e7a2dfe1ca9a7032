"""The debrief's table of calls that came in during the search."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from sim.services.views import CallView
from sim.ui import wording
from sim.ui.blocks import draw_quiet
from sim.ui.plain_text import escape_markdown


def draw_calls(calls: Sequence[CallView]) -> None:
    """Draw a row a call; nothing where none came."""
    if not calls:
        return
    st.subheader(wording.DEBRIEF_CALLS, anchor=False)
    draw_quiet(wording.DEBRIEF_CALLS_NOTE)
    table = pd.DataFrame(
        {
            "At": [call.at for call in calls],
            "From": [call.caller for call in calls],
            "Question": [escape_markdown(call.question) for call in calls],
            "You said": [escape_markdown(call.reply) for call in calls],
            "Right": [escape_markdown(call.right) for call in calls],
            "Outcome": [call.outcome for call in calls],
            "Answered after": [call.answered_after for call in calls],
            "Searching again after": [call.back_after for call in calls],
        }
    )
    st.table(table, hide_index=True)
