"""The debrief of a team exercise: what was found, how the work was shared, and one thing to practice next."""

from html import escape

import streamlit as st

from sim.services.team_exercise.debrief import ExerciseDebrief
from sim.services.team_exercise.lanes import Lane
from sim.ui.page import wording as page_wording
from sim.ui.parts.blocks import draw_facts, draw_lead, draw_parts, draw_quiet, draw_table, draw_verdict
from sim.ui.print_button.component import draw_print_button
from sim.ui.team_exercise import exercise_wording as wording

NAMED_FROM = 0.055
"""Blocks at least this wide have their camera on them."""


def draw_exercise_debrief(view: ExerciseDebrief) -> None:
    st.title(wording.DEBRIEF.format(title=view.title), anchor=False)
    draw_verdict(view.verdict, is_good=view.passed)
    draw_facts((*view.members, (wording.TIME, view.time)))
    if view.measures:
        st.header(wording.TOGETHER, anchor=False)
        draw_parts(view.measures)
    st.header(wording.PRACTICE, anchor=False)
    draw_lead(view.practice)
    _draw_lanes(view)
    if view.hand_offs:
        st.header(wording.HAND_OFFS, anchor=False)
        draw_table(wording.HAND_OFFS_COLUMNS, view.hand_offs, label=wording.HAND_OFFS)
    st.header(wording.PARTS, anchor=False)
    draw_parts(view.parts)
    if view.marks:
        with st.expander(wording.MARKS):
            draw_table(wording.MARKS_COLUMNS, view.marks, label=wording.MARKS)
    if view.lines:
        st.header(wording.LOG, anchor=False)
        draw_table(wording.LOG_COLUMNS, view.lines, label=wording.LOG)
    with st.container(horizontal=True):
        if st.button(page_wording.DONE, key="done"):
            st.switch_page("screens/start.py")
        st.download_button(
            wording.DOWNLOAD,
            data=view.score_json,
            file_name="team-drill.json",
            mime="application/json",
            key="exercise-json",
            on_click="ignore",
        )
    draw_print_button(page_wording.PRINT, key="print")


def _draw_lanes(view: ExerciseDebrief) -> None:
    st.header(wording.LANES, anchor=False)
    draw_quiet(wording.LANES_NOTE)
    rows = "".join(_write_lane(lane) for lane in view.lanes)
    last = len(view.ticks) - 1
    ticks = "".join(
        f'<span class="{"first" if n == 0 else "last" if n == last else ""}" style="left: {100 * place:.2f}%">'
        f"{escape(words)}</span>"
        for n, (place, words) in enumerate(view.ticks)
    )
    st.html(
        '<div class="sl-legend"><span><i class="sl-lane-block"></i>'
        f"{escape(wording.CAMERA_LEGEND)}</span>"
        f'<span><i class="sl-lane-line"></i>{escape(wording.STUDENT_LEGEND)}</span></div>'
        f'<div class="sl-lanes" role="img" aria-label="{escape(wording.LANES, quote=True)}">{rows}'
        f'<div class="sl-lane"><span></span><div class="sl-lane-ticks">{ticks}</div></div></div>'
    )
    with st.expander(wording.LANES_TABLE):
        table = [
            (lane.role_name, block.words.rsplit(", ", 1)[1], block.words.rsplit(", ", 1)[0])
            for lane in view.lanes
            for block in lane.blocks
        ]
        draw_table(wording.LANES_COLUMNS, table, label=wording.LANES)


def _write_lane(lane: Lane) -> str:
    blocks = "".join(
        f'<span class="sl-lane-block" title="{escape(block.words, quote=True)}" '
        f'style="{_place(block.from_share, block.to_share)}">'
        f"{escape(block.camera_id) if block.to_share - block.from_share >= NAMED_FROM else ''}</span>"
        for block in lane.blocks
    )
    lines = "".join(f'<span class="sl-lane-line" style="{_place(*span)}"></span>' for span in lane.student)
    viewed = wording.VIEWED.format(viewed=lane.viewed, student=lane.student_viewed)
    letter = escape(wording.ROLES[lane.role_name])
    return (
        f'<div class="sl-lane"><span class="sl-lane-name"><b class="sl-role">{letter}</b>'
        f"<span>{escape(lane.role_name)}<small>{escape(viewed)}</small></span></span>"
        f"<div>{blocks}{lines}</div></div>"
    )


def _place(from_share: float, to_share: float) -> str:
    return f"left: {100 * from_share:.3f}%; width: {100 * (to_share - from_share):.3f}%"
