"""A try of a lesson: what is said before it, and its result in one line."""

from collections.abc import Callable, Sequence

import streamlit as st

from sim.console.console_data import BriefingView
from sim.features.course import lesson as lessons
from sim.features.course.lesson import LessonIntro, LessonResult
from sim.features.course.page_home import start_lesson
from sim.rules.learner import MOST_STARS
from sim.ui.page.page_state import get_address, get_app, get_learner, go_to_attempt
from sim.ui.page.pages import find_script
from sim.ui.parts.blocks import draw_lead, draw_list, draw_quiet, draw_task, draw_verdict, draw_who, write_where
from sim.ui.parts.device_check import draw_device_check


def draw_lesson_briefing(
    view: BriefingView,
    intro: LessonIntro,
    *,
    on_help: Callable[[bool], None],
    on_example: Callable[[], None],
    is_example_seen: bool,
) -> bool:
    """Draw what is said before a try, the worked example first until seen; return True when start was pressed."""
    st.title(f"Lesson {intro.lesson.number}: {intro.lesson.title}", anchor=False)
    if not intro.steps:
        draw_lead(intro.lesson.rule)
    if intro.builds_on:
        draw_quiet(_write_builds_on(intro.builds_on))
    if not view.known:
        draw_quiet(write_where(view))
    left, right = st.columns([5, 6], gap="medium")
    with left:
        if view.descriptor:
            draw_who(view)
        else:
            draw_task(view)
    with right:
        if view.descriptor:
            draw_task(view)
        with st.container(gap=None):  # the check takes no room while it has nothing to say
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
        if not is_example_next:
            _draw_example(intro, on_example, is_next=False, plays=plays)
        if intro.is_easier:
            draw_quiet("An easier one, with another student or event.")
        if intro.steps:
            with st.expander("How to do it", key="steps"):
                draw_lead(intro.lesson.rule)
                draw_list((*intro.steps, *(["Press Hint whenever you are stuck."] if intro.has_hints else [])))
                _draw_help_change(intro, on_help)
        with st.container(horizontal=True):
            if not intro.steps:
                _draw_help_change(intro, on_help)
            if intro.skips_to is not None and st.button(
                f"Skip to lesson {intro.skips_to}", key="skip", type="tertiary"
            ):
                start_lesson(str(intro.skips_to))
    return is_begun


def _draw_help_change(intro: LessonIntro, on_help: Callable[[bool], None]) -> None:
    label = "Do it without help" if intro.is_helped else "Do it with help"
    if st.button(label, key="change-help", type="tertiary"):
        on_help(not intro.is_helped)


def _write_builds_on(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Builds on lesson {numbers[0]}, which you haven't passed yet."
    is_row = len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1
    named = f"{numbers[0]} to {numbers[-1]}" if is_row else " and ".join(map(str, numbers))
    return f"Builds on lessons {named}, which you haven't passed yet."


def _draw_example(intro: LessonIntro, on_example: Callable[[], None], *, is_next: bool, plays: bool) -> None:
    if intro.example is None:
        return
    label = "Watch an expert" if intro.example else "Watch how it's done"
    if st.button(
        f"{label} first" if is_next else label,
        key="example",
        type="primary" if is_next else "secondary",
        width="stretch",
        disabled=not plays,
    ):
        on_example()


def draw_lesson_result(attempt_id: str, result: LessonResult) -> None:
    st.title(f"Lesson {result.lesson.number}: {result.lesson.title}", anchor=False)
    draw_verdict(write_result(result), is_good=result.passed)
    if not result.passed:
        draw_lead(f"Rule: {result.lesson.rule}")
    with st.container(horizontal=True):
        if not result.passed and st.button("Try again", key="again", type="primary"):
            go_to_attempt(lessons.try_again(get_app(), get_learner(), attempt_id, address=get_address()))
        is_on = result.passed and result.next_number is not None
        if is_on and st.button(f"Next: lesson {result.next_number}", key="next-lesson", type="primary"):
            start_lesson(str(result.next_number))
        label = ("Do another one" if result.stars else "Do it without help") if result.passed else "Next: an easier one"
        if st.button(label, key="lesson-more"):
            start_lesson(result.lesson.lesson_id)
        is_done = result.passed and not is_on
        if st.button("Back to home", key="home", type="primary" if is_done else "secondary"):
            st.switch_page(find_script("start"))


def write_result(result: LessonResult) -> str:
    if not result.passed:
        return "Not this time."
    minutes, seconds = divmod(round(result.used_s), 60)
    said = f"Passed in {minutes}:{seconds:02d}."
    if not result.stars:
        said += (
            " Without steps and hints, it earns a star."
            if result.is_helped
            else " Another one without help earns a star."
        )
    elif not result.is_helped:
        said += " ★★ Twice without help." if result.stars == MOST_STARS else " ★ Without help."
    if result.next_number is None:
        said += " That was the last lesson. Drills keep the rules fresh."
    return said
