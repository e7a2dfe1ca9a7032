"""The debrief: verdict, the rule for next time, and trying again; everything else folded under a line each."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from sim.drill.profile import read_profile
from sim.scoring.legs import LegOutcome
from sim.services.debrief.last_try import LastTryView
from sim.services.debrief.view import DebriefView, FaultView, LegView
from sim.text.days import write_date
from sim.ui.debrief.calls import draw_calls
from sim.ui.debrief.cameras import draw_cameras
from sim.ui.debrief.losses import draw_losses
from sim.ui.debrief.map import draw_map
from sim.ui.debrief.moments import draw_moments_folded
from sim.ui.debrief.practice import draw_again, draw_practice
from sim.ui.debrief.time import draw_time_budget
from sim.ui.page import wording
from sim.ui.page.page_state import find_zone, go_to_replay
from sim.ui.parts.blocks import draw_lead, draw_list, draw_parts, draw_quiet, draw_table, draw_verdict
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.print_button.component import draw_print_button


def draw_debrief(view: DebriefView, *, is_in_lesson: bool = False) -> None:
    """Draw the page; in a lesson below its result, which has the title, the rule and the ways on."""
    _draw_paper_head(view)
    if not is_in_lesson:
        st.title(f"Debrief: {view.title}", anchor=False)
    if view.is_demo:
        st.info("A computer played this drill, not a person.")
    if is_in_lesson:
        draw_lead(view.verdict)
    else:
        draw_verdict(view.verdict, is_good=view.passed)
    if view.real_footage:
        draw_quiet(view.real_footage)
    if view.rule and not is_in_lesson:
        st.html(f'<p class="sl-card sl-rule"><b>{escape(wording.NEXT_TIME)}</b> {escape(view.rule)}</p>')
    if view.last_try is not None:
        _draw_last_try(view.last_try, title=view.title)
    _draw_steps(view, leads_home=not is_in_lesson)
    draw_circumstances(view)
    draw_moments_folded(view.moments)
    _draw_folded(view)


def _draw_folded(view: DebriefView) -> None:
    """Draw one line a section, and the section under it. On paper all of them are unfolded."""
    judged = [part for part in view.parts if part.good is not None]
    more = [part for part in view.parts if part.good is None]
    good = sum(part.good is True for part in judged)
    if view.losses:
        _fold(
            wording.DEBRIEF_LOSSES,
            wording.count(len(view.losses), wording.LOST_TIMES),
            lambda: draw_losses(view.losses),
        )
    _fold(wording.DEBRIEF_PARTS, wording.GOOD_PARTS.format(good=good, count=len(judged)), lambda: draw_parts(judged))
    if view.search_use:
        _fold(wording.DEBRIEF_SEARCH, view.search_use[0], lambda: draw_list(view.search_use))
    if view.map is not None:
        trail = view.map
        _fold(wording.DEBRIEF_PATHS, wording.count(len(trail.marks_listed), wording.MARKS), lambda: draw_map(trail))
    if view.has_trace:
        _fold(wording.DEBRIEF_LEGS, _count_legs(view.legs), lambda: _draw_legs(view.legs))
    _fold(wording.DEBRIEF_TIME, view.time.sentence, lambda: draw_time_budget(view.time))
    first = view.cameras.sentence.partition(". ")[0].removesuffix(".")
    _fold(wording.DEBRIEF_CAMERAS, f"{first}.", lambda: draw_cameras(view.cameras))
    if view.calls:
        _fold(wording.DEBRIEF_CALLS, wording.count(len(view.calls), wording.CALLS), lambda: draw_calls(view.calls))
    if view.faults:
        _fold(wording.DEBRIEF_FAULTS, wording.DEBRIEF_FAULTS_NOTE, lambda: _draw_faults(view.faults))
    if more:
        _fold(wording.DEBRIEF_MORE, ", ".join(part.label for part in more[:3]), lambda: draw_parts(more))
    if view.practice:
        profile, options = read_profile(view.profile.name), frozenset(view.options_chosen)
        _fold(
            wording.DEBRIEF_ADVICE,
            view.practice[0].sentence,
            lambda: draw_practice(view.practice, profile=profile, options=options),
        )


def _fold(title: str, summary: str, draw: Callable[[], None]) -> None:
    with st.expander(wording.FOLDED.format(title=title, summary=escape_markdown(summary))):
        draw()


def _draw_steps(view: DebriefView, *, leads_home: bool) -> None:
    """Draw what can be done next: try again first."""
    with st.container(horizontal=True):
        if view.again is not None and not view.is_demo:
            profile, options = read_profile(view.profile.name), frozenset(view.options_chosen)
            draw_again(view.again, profile=profile, options=options)
        if not (view.is_demo or view.is_shut) and st.button(wording.WATCH_AGAIN, key="replay"):
            go_to_replay(view.attempt_id)
        if view.expert is not None and st.button(wording.EXPERT_WATCH, key="watch-expert", help=wording.EXPERT_NOTE):
            go_to_replay(view.attempt_id, of_expert=True)
        if leads_home and st.button(wording.DONE, key="done"):
            st.switch_page("screens/start.py")
        draw_print_button(wording.PRINT, key="print")


def _draw_paper_head(view: DebriefView) -> None:
    day = "" if view.ended_at is None else write_date(view.ended_at, find_zone())
    facts = ((wording.PAPER_NAME, view.person), (wording.PAPER_DATE, day), (wording.PAPER_SCHOOL, view.school))
    items = "".join(f"<span>{escape(name)}: <b>{escape(value)}</b></span>" for name, value in facts)
    st.html(f'<div class="sl-paper-head">{items}</div>')


def _draw_last_try(last: LastTryView, *, title: str) -> None:
    head = wording.LAST_TRY_SAME if last.asked_the_same else wording.LAST_TRY_OTHER
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(before)}</td><td><b>{escape(now)}</b></td></tr>'
        for label, before, now in last.lines
    )
    heads = "".join(
        f'<th scope="col">{escape(each)}</th>'
        for each in (
            "",
            head if last.title == title else wording.LAST_TRY.format(title=last.title),
            wording.THIS_TRY,
        )
    )
    st.html(
        f'<div class="sl-table sl-last-try" role="region" aria-label="{escape(wording.COMPARED, quote=True)}">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def draw_circumstances(view: DebriefView) -> None:
    """Say on what console and with what the drill was done, and what makes its time doubtful."""
    done = wording.DONE_WITH if view.options else wording.DONE_ON
    lines = [done.format(console=view.profile.title, options=view.options)]
    if view.hints is not None:
        words = {0: wording.HINTS_NONE, 1: wording.HINTS_ONE}.get(view.hints, wording.HINTS_MANY)
        lines.append(words.format(count=view.hints))
    if view.expert is not None:
        lines.append(wording.EXPERT.format(expert=view.expert.expert, own=view.expert.own))
    draw_quiet(" ".join(lines))
    if view.stall_s is not None:
        st.warning(wording.STALLED.format(seconds=round(view.stall_s)))
    if view.arrivals:
        st.warning(view.arrivals)


def _count_legs(legs: Sequence[LegView]) -> str:
    asked = [leg for leg in legs if not leg.is_glimpse]
    found = sum(leg.outcome == LegOutcome.FOUND.value for leg in asked)
    return wording.FOUND_LEGS.format(found=found, count=len(asked))


def _draw_legs(legs: Sequence[LegView]) -> None:
    if not legs:
        draw_quiet("None.")
        return
    if any(leg.is_glimpse for leg in legs):
        draw_quiet(wording.DEBRIEF_GLIMPSES)
    rows = [(f"{leg.camera_id} {leg.camera_name}", leg.from_clock, leg.to_clock, leg.outcome) for leg in legs]
    draw_table(("Camera", "From", "To", "Outcome"), rows, label=wording.DEBRIEF_LEGS)


def _draw_faults(faults: Sequence[FaultView]) -> None:
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
