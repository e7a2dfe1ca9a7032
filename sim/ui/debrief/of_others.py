"""A debrief without its time, for those who only look at a team's results."""

from typing import Final

import streamlit as st

from sim.services.debrief.of_others import ShortDebrief
from sim.ui.page.page_state import PERSON_PARAM
from sim.ui.parts.blocks import draw_quiet, draw_verdict
from sim.ui.parts.plain_text import escape_markdown

TITLE: Final = "Result: {title}"
VERDICTS: Final = {True: "Passed", False: "Did not pass", None: "Not judged"}
NOTE: Final = (
    "What was found, and each part of the result, is in the person's record. The search itself is for the trainer."
)
RECORD: Final = "Open the record"


def draw_short_debrief(view: ShortDebrief) -> None:
    st.title(TITLE.format(title=escape_markdown(view.title)), anchor=False)
    draw_verdict(f"{VERDICTS[view.passed]}, {view.ending}.", is_good=view.passed is True)
    draw_quiet(NOTE)
    st.page_link("screens/record.py", label=RECORD, query_params={PERSON_PARAM: view.person_id})
