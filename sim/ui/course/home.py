"""Home, piece by piece: the next step, the lessons, drills as cards, past drills, and what is kept of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import partial
from html import escape

import streamlit as st

from sim.errors import SimError
from sim.services.course import lesson as lessons
from sim.services.course.home import DoneDrill, DrillCard, HomeView, LessonCard, NextStep, StepKind
from sim.services.course.learner import create_drill, forget_browser
from sim.services.course.pictures import FIRST_CARDS, get_card_picture
from sim.services.course.progress import LessonState
from sim.services.course.reminder import NAME, write_weekly_reminder
from sim.ui.course import course_wording as wording
from sim.ui.page.page_state import (
    find_zone,
    get_address,
    get_app,
    get_learner,
    get_request_key,
    get_viewer,
    go_to_attempt,
    is_remembered,
    keep_flash,
    make_address,
)
from sim.ui.parts.blocks import draw_drill_link, draw_lead, draw_quiet

CARDS_A_ROW = 3


def draw_step(step: NextStep) -> None:
    """Draw the one thing to do next, large."""
    facts = {"number": step.number, "minutes": step.minutes}
    with st.container(border=True, key="next-step"):
        st.header(wording.STEP_TITLES[step.kind].format(**facts), anchor=False)
        if step.title:
            st.markdown(f"**{step.title}**")
        if step.note:
            draw_quiet(step.note)
        if step.kind is StepKind.NONE:
            return
        if st.button(wording.STEP_BUTTONS[step.kind].format(**facts), key="step", type="primary", width="stretch"):
            _take_step(step)
        draw_quiet(wording.STEP_NOTE)


def _take_step(step: NextStep) -> None:
    if step.kind is StepKind.RESUME:
        go_to_attempt(step.about)
    elif step.kind is StepKind.LESSON:
        start_lesson(step.about)
    else:
        _start_drill(step.about)


def start_lesson(lesson_id: str) -> None:
    """Leave for the next try of a lesson. Raises TaskError, RecordingError as `begin_lesson`."""
    go_to_attempt(lessons.begin_lesson(get_app(), get_learner(), lesson_id, address=get_address()))


def _start_drill(form_id: str) -> None:
    go_to_attempt(create_drill(get_app(), get_learner(), form_id=form_id, address=get_address()))


def draw_course(view: HomeView) -> None:
    """Draw the lessons, folded; nothing where there are none."""
    if view.course_problem:
        st.warning(view.course_problem)
    if not view.lessons:
        return
    done = sum(card.state is LessonState.MASTERED for card in view.lessons)
    with st.expander(wording.COURSE.format(done=done, all=len(view.lessons)), key="course"):
        draw_quiet(wording.COURSE_LEAD)
        for card in view.lessons:
            _draw_lesson(card)


def _draw_lesson(card: LessonCard) -> None:
    state = wording.LESSON_STATES[card.state].format(
        before=card.opens_after, minutes=card.minutes, in_a_row=card.in_a_row
    )
    text, button = st.columns([4, 2], vertical_alignment="center")
    tick = '<span class="sl-tick" aria-hidden="true">✓</span> ' if card.state is LessonState.MASTERED else ""
    name = wording.LESSON_NAME.format(number=card.number, title=card.title)
    text.html(
        f'<p class="sl-lesson"><strong>{tick}{escape(name)}</strong> <span>{escape(state)}</span><br>'
        f"{escape(card.rule)}</p>"
    )
    if card.state is LessonState.LOCKED:
        return
    label = wording.LESSON_AGAIN if card.state is LessonState.MASTERED else wording.LESSON_START
    if button.button(label.format(number=card.number), key=f"lesson-{card.lesson_id}", width="stretch"):
        start_lesson(card.lesson_id)


def draw_cards(cards: Sequence[DrillCard]) -> None:
    """Draw drills to choose; nothing where there are none."""
    if not cards:
        return
    st.header(wording.DRILLS, anchor=False)
    draw_lead(wording.DRILLS_LEAD)
    kinds = [wording.ALL_KINDS, *dict.fromkeys(card.kind for card in cards)]
    choice, all_of_them = st.columns([3, 2], vertical_alignment="bottom")
    kind = choice.selectbox(wording.KIND, kinds, key="card-kind")
    fitting = [card for card in cards if kind in (None, wording.ALL_KINDS, card.kind)]
    shown = fitting[:FIRST_CARDS]
    titles = Counter(card.title for card in cards)
    if len(fitting) > FIRST_CARDS and all_of_them.toggle(wording.ALL_CARDS.format(count=len(fitting)), key="all-cards"):
        shown = fitting
    for first in range(0, len(shown), CARDS_A_ROW):
        row = shown[first : first + CARDS_A_ROW]
        for number, (column, card) in enumerate(zip(st.columns(CARDS_A_ROW), row, strict=False)):
            with column, st.container(border=True, height="stretch", key=f"card-{card.form_id}"):
                name = (
                    card.title
                    if titles[card.title] == 1
                    else wording.TITLE_AT.format(title=card.title, place=card.place)
                )
                _draw_card(card, name=name, place=first + number)


def _draw_card(card: DrillCard, *, name: str, place: int) -> None:
    try:
        picture = get_card_picture(get_app(), card.form_id, place=place)
    except SimError:
        picture = None
    if picture is not None:
        st.image(picture, width="stretch", alt=wording.PICTURE.format(place=card.place))
    flags = [wording.WEEKLY] if card.is_weekly else []
    if card.is_new:
        flags.append(wording.NEW)
    if card.is_done:
        flags.append(f"✓ {wording.DONE}")
    flag = f'<span class="sl-flag">{escape(" · ".join(flags))}</span>' if flags else ""
    facts = " · ".join(
        part for part in (card.place, card.kind, card.difficulty, f"up to {card.minutes}", card.best) if part
    )
    st.html(
        f'<p class="sl-lesson"><strong>{escape(card.title)}</strong>{flag}<br>{escape(card.question)}<br>'
        f"<span>{escape(facts)}</span></p>"
    )
    if st.button(wording.START.format(title=name), key=f"start-{card.form_id}", width="stretch"):
        _start_drill(card.form_id)


def draw_done(done: Sequence[DoneDrill], *, today: date) -> None:
    """Draw what was done before, each with its way to the debrief; nothing where there is none."""
    if not done:
        return
    with st.expander(wording.DONE_TITLE, key="done"):
        draw_quiet(wording.DONE_NOTE)
        for drill in done:
            day = f"{drill.ended_on:%b} {drill.ended_on.day}"
            if drill.ended_on.year != today.year:
                day += f", {drill.ended_on.year}"
            label = wording.DONE_LINE.format(day=day, title=drill.title, result=drill.result)
            draw_drill_link(drill.attempt_id, label, is_open=False)


def draw_kept(*, today: date, has_done: bool) -> None:
    """Draw the reminder, and what this browser keeps of somebody without an account, with the way to delete it."""
    app = get_app()
    write = partial(
        write_weekly_reminder, app, today=today, address=make_address("start"), key=get_request_key("reminder")
    )
    st.download_button(
        wording.REMIND, write, file_name=NAME, mime="text/calendar", key="remind", icon=":material/event_repeat:"
    )
    draw_quiet(wording.REMIND_NOTE)
    if get_viewer().person_id is not None:
        return
    if not is_remembered():
        draw_quiet(wording.NO_COOKIES)
    if not has_done:
        return
    with st.expander(wording.HERE, key="here"):
        draw_quiet(wording.HERE_NOTE.format(days=app.settings.practice_days))
        if not st.toggle(wording.FORGET, key="forget"):
            return
        st.warning(wording.FORGET_SURE)
        if st.button(wording.FORGET_YES, key="forget-yes"):
            forget_browser(app, get_learner())
            keep_flash(wording.FORGOTTEN)
            st.rerun()


def find_today() -> date:
    """Return the day it is for who looks."""
    return get_app().clock.read().wall.astimezone(find_zone()).date()
