"""A try of a lesson: what is said before it, and its result in one line."""

from collections.abc import Callable

import streamlit as st

from sim.services.attempt.console_data import BriefingView
from sim.services.course.lesson import LessonIntro, LessonResult
from sim.ui.course import course_wording as wording
from sim.ui.course.home import start_lesson
from sim.ui.device_check.component import draw_device_check
from sim.ui.parts.blocks import draw_lead, draw_list, draw_quiet, draw_verdict


def draw_lesson_briefing(
    view: BriefingView,
    intro: LessonIntro,
    *,
    draw_who: Callable[[BriefingView], None],
    draw_question: Callable[[BriefingView], None],
    on_help: Callable[[bool], None],
    on_example: Callable[[], None],
    is_example_seen: bool,
) -> bool:
    """Draw what is said before a try; return True when the learner pressed start.

    `draw_who` and `draw_question` draw whom to find and what is asked, as in any briefing; `on_help` takes or leaves
    the help of this try; `on_example` leaves for the worked example, which is the next step before the first try
    until it was seen.
    """
    st.title(wording.INTRO_TITLE.format(number=intro.number, title=intro.title), anchor=False)
    draw_lead(intro.rule)
    left, right = st.columns([5, 6], gap="medium")
    with left:
        if view.descriptor:
            draw_who(view)
        else:
            draw_question(view)
    with right:
        if view.descriptor:
            draw_question(view)
        with st.container(gap=None):  # the check takes no room while it has nothing to say
            _draw_help(intro)
            plays = draw_device_check()
        is_example_next = intro.is_first and intro.example is not None and not is_example_seen
        if is_example_next:
            _draw_example(intro, on_example, is_next=True, plays=plays)
        is_begun = st.button(
            "Start (the clock starts now)",
            key="begin",
            type="secondary" if is_example_next else "primary",
            width="stretch",
            disabled=not plays,
        )
        label = "Do it without help" if intro.is_helped else "Do it with help"
        if st.button(label, key="change-help", width="stretch"):
            on_help(not intro.is_helped)
        if not is_example_next:
            _draw_example(intro, on_example, is_next=False, plays=plays)
        if intro.steps:
            st.header("How to do it", anchor=False)
            draw_list(intro.steps)
        draw_quiet(view.pass_rule)
        draw_quiet(view.notice)
    return is_begun


def _draw_example(intro: LessonIntro, on_example: Callable[[], None], *, is_next: bool, plays: bool) -> None:
    if intro.example is None:
        return
    label = wording.EXPERT if intro.example.is_blind else "Watch how it's done"
    if st.button(
        label if not is_next else wording.FIRST.format(what=label),
        key="example",
        type="primary" if is_next else "secondary",
        width="stretch",
        disabled=not plays,
    ):
        on_example()
    if is_next:
        draw_quiet(
            (
                "An expert does it once, with a different question, and says why. It sees no more than you would. Skip "
                "ahead whenever you like; then it's your turn."
            )
            if intro.example.is_blind
            else (
                "A prepared demonstration: the computer knows the answer and shows each step once, with a different "
                "question. Skip ahead whenever you like; then it's your turn."
            )
        )


def _draw_help(intro: LessonIntro) -> None:
    if intro.is_easier:
        draw_quiet(wording.EASIER)
    if intro.has_hints:
        draw_quiet(wording.HELPED_HINTS)
    elif intro.is_helped:
        draw_quiet("This try comes with the steps below. Take your time.")
    else:
        draw_quiet(wording.ALONE.format(in_a_row=intro.in_a_row, needed=intro.in_a_row_needed))


def draw_lesson_result(result: LessonResult) -> None:
    """Draw how a try went in one line, the rule again where it failed, and what comes next."""
    st.title(wording.INTRO_TITLE.format(number=result.number, title=result.title), anchor=False)
    draw_verdict(write_result(result), is_good=result.passed)
    if not result.passed:
        draw_lead(f"Rule: {result.rule}")
    with st.container(horizontal=True):
        if result.next_lesson is not None:
            lesson_id, number = result.next_lesson
            if st.button(f"Next: lesson {number}", key="next-lesson", type="primary"):
                start_lesson(lesson_id)
        if st.button(_name_next(result), key="lesson-again", type="secondary" if result.is_mastered else "primary"):
            start_lesson(result.lesson_id)
        if st.button("Back to home", key="home"):
            st.switch_page("screens/start.py")


def write_result(result: LessonResult) -> str:
    if not result.passed:
        return f"{wording.FAILED} {wording.FAILED_NEXT}" if result.next_try.is_easier else wording.FAILED
    minutes, seconds = divmod(round(result.used_s), 60)
    passed = f"Passed in {minutes}:{seconds:02d}."
    if result.is_mastered:
        last = "" if result.next_lesson else " That was the last lesson. You know the rules; drills keep them fresh."
        return f"{passed} {wording.MASTERED.format(number=result.number)}{last}"
    if result.in_a_row:
        return f"{passed} One more without help, and the lesson is done."
    return f"{passed} {wording.PASSED_HELPED}"


def _name_next(result: LessonResult) -> str:
    if result.is_mastered:
        return "Try again"
    if result.next_try.is_easier:
        return "Try again (easier)"
    return "Next: once more" if result.in_a_row else wording.NEXT_ALONE
