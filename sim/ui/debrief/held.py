"""The debrief while others are still measured on its footage: score and own marks, and when the rest is shown."""

import streamlit as st

from sim.services.program.held_debrief import HeldDebriefView
from sim.ui.debrief.page import draw_circumstances
from sim.ui.page import wording
from sim.ui.parts.blocks import draw_parts, draw_quiet, draw_table, draw_verdict


def draw_held_debrief(view: HeldDebriefView) -> None:
    st.title(f"Debrief: {view.title}", anchor=False)
    draw_verdict(view.verdict, is_good=view.passed)
    st.info(view.until)
    draw_circumstances(view.rest)
    st.header(wording.DEBRIEF_PARTS, anchor=False)
    draw_parts(view.parts)
    st.subheader(wording.DEBRIEF_MARKS, anchor=False)
    rows = [(str(mark.number), f"{mark.camera_id} {mark.camera_name}", mark.clock) for mark in view.marks]
    if rows:
        draw_table(("Mark", "Camera", "Time"), rows, label=wording.DEBRIEF_MARKS)
    else:
        draw_quiet(wording.NO_MARKS)
    if st.button(wording.DONE, key="done"):
        st.switch_page("screens/start.py")
