"""The debrief: verdict, moments, parts, both paths, what to practise next."""

from collections.abc import Sequence

import streamlit as st

from sim.drill.profile import read_profile
from sim.services.debrief.expert import ExpertView
from sim.services.debrief.view import DebriefView, FaultView, LegView
from sim.ui.debrief.calls import draw_calls
from sim.ui.debrief.cameras import draw_cameras
from sim.ui.debrief.losses import draw_losses
from sim.ui.debrief.map import draw_map
from sim.ui.debrief.moments import draw_moments
from sim.ui.debrief.practice import draw_practice
from sim.ui.debrief.time import draw_time_budget
from sim.ui.page import wording
from sim.ui.page.page_state import go_to_replay
from sim.ui.parts.blocks import draw_facts, draw_list, draw_parts, draw_quiet, draw_table, draw_verdict
from sim.ui.print_button.component import draw_print_button


def draw_debrief(view: DebriefView) -> None:
    """Draw the page."""
    st.title(f"Debrief: {view.title}", anchor=False)
    if view.is_demo:
        st.info("This attempt belongs to the demo team. A computer played it, not a person.")
    if view.earlier_rules:
        st.info(view.earlier_rules)
    draw_verdict(view.verdict, is_good=view.passed)
    draw_circumstances(view)
    if view.expert is not None:
        _draw_expert(view.attempt_id, view.expert)
    draw_moments(view.moments)
    if view.losses:
        draw_losses(view.losses)
    st.header(wording.DEBRIEF_PARTS, anchor=False)
    draw_parts(part for part in view.parts if part.good is not None)
    if view.search_use:
        st.subheader(wording.DEBRIEF_SEARCH, anchor=False)
        draw_list(view.search_use)
    if view.map is not None:
        draw_map(view.map)
    if view.has_trace:
        _draw_legs(wording.DEBRIEF_LEGS, view.legs)
    draw_time_budget(view.time)
    draw_cameras(view.cameras)
    draw_calls(view.calls)
    if view.faults:
        _draw_faults(view.faults)
    more = [part for part in view.parts if part.good is None]
    if more:
        with st.expander(wording.DEBRIEF_MORE):
            draw_parts(more)
    draw_practice(view.practice, profile=read_profile(view.profile.name), options=frozenset(view.options_chosen))
    with st.container(horizontal=True):
        if not (view.is_demo or view.is_shut) and st.button(wording.WATCH_AGAIN, key="replay"):
            go_to_replay(view.attempt_id)
        if st.button(wording.DONE, key="done"):
            st.switch_page("screens/start.py")
    draw_print_button(wording.PRINT, key="print")


def _draw_expert(attempt_id: str, expert: ExpertView) -> None:
    """Draw what an expert found beside one's own, and the way to watch them."""
    draw_facts([(wording.EXPERT, expert.expert), (wording.EXPERT_OWN, expert.own)])
    if st.button(wording.EXPERT_WATCH, key="watch-expert", help=wording.EXPERT_NOTE):
        go_to_replay(attempt_id, of_expert=True)


def draw_circumstances(view: DebriefView) -> None:
    """Say on what console and with what the drill was done, and what makes its time doubtful."""
    done = wording.DONE_WITH if view.options else wording.DONE_ON
    draw_quiet(done.format(console=view.profile.title, options=view.options))
    if view.hints is not None:
        words = {0: wording.HINTS_NONE, 1: wording.HINTS_ONE}.get(view.hints, wording.HINTS_MANY)
        draw_quiet(words.format(count=view.hints))
    if view.stall_s is not None:
        st.warning(wording.STALLED.format(seconds=round(view.stall_s)))
    if view.arrivals:
        st.warning(view.arrivals)


def _draw_legs(title: str, legs: Sequence[LegView]) -> None:
    st.subheader(title, anchor=False)
    if not legs:
        draw_quiet("None.")
        return
    if any(leg.is_glimpse for leg in legs):
        draw_quiet(wording.DEBRIEF_GLIMPSES)
    rows = [(f"{leg.camera_id} {leg.camera_name}", leg.from_clock, leg.to_clock, leg.outcome) for leg in legs]
    draw_table(("Camera", "From", "To", "Outcome"), rows, label=title)


def _draw_faults(faults: Sequence[FaultView]) -> None:
    st.subheader(wording.DEBRIEF_FAULTS, anchor=False)
    draw_quiet(wording.DEBRIEF_FAULTS_NOTE)
    rows = [
        (
            f"{fault.camera_id} {fault.camera_name}",
            fault.wrong or "Nothing",
            fault.reported or "Nothing",
            fault.outcome,
        )
        for fault in faults
    ]
    draw_table(("Camera", "What was wrong", "You reported", "Outcome"), rows, label=wording.DEBRIEF_FAULTS)
