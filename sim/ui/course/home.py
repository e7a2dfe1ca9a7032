"""Home, piece by piece: the next step, the lessons, drills as cards, past drills, and what is kept of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import partial
from html import escape

import streamlit as st

from sim.errors import SimError
from sim.services.course import lesson as lessons
from sim.services.course.home import (
    FIRST_CARDS,
    DoneDrill,
    DrillCard,
    HomeView,
    LessonCard,
    NextStep,
    StepKind,
    get_card_picture,
    write_weekly_reminder,
)
from sim.services.course.learner import LessonState, create_drill, forget_browser
from sim.services.library.library import DEMO_PATH, DemoScene
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
        draw_quiet("No account, nothing to set up.")


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
    if view.course_problem:
        st.warning(view.course_problem)
    if not view.lessons:
        return
    done = sum(card.state is LessonState.MASTERED for card in view.lessons)
    with st.expander(f"Lessons: {done} of {len(view.lessons)} done", key="course"):
        draw_quiet("Each lesson teaches one rule. Pass it twice in a row without help to open the next.")
        for card in view.lessons:
            _draw_lesson(card)


def _draw_lesson(card: LessonCard) -> None:
    state = wording.LESSON_STATES[card.state].format(
        before=card.opens_after, minutes=card.minutes, in_a_row=card.in_a_row
    )
    text, button = st.columns([4, 2], vertical_alignment="center")
    tick = '<span class="sl-tick" aria-hidden="true">✓</span> ' if card.state is LessonState.MASTERED else ""
    name = f"{card.number}. {card.title}"
    text.html(
        f'<p class="sl-lesson"><strong>{tick}{escape(name)}</strong> <span>{escape(state)}</span><br>'
        f"{escape(card.rule)}</p>"
    )
    if card.state is LessonState.LOCKED:
        return
    verb = "Practice" if card.state is LessonState.MASTERED else "Start"
    if button.button(f"{verb} lesson {card.number}", key=f"lesson-{card.lesson_id}", width="stretch"):
        start_lesson(card.lesson_id)


def draw_cards(cards: Sequence[DrillCard]) -> None:
    if not cards:
        return
    st.header("Drills", anchor=False)
    draw_lead("Pick any drill. None of them counts toward a result.")
    kinds = [wording.ALL_KINDS, *dict.fromkeys(card.kind for card in cards)]
    choice, all_of_them = st.columns([3, 2], vertical_alignment="bottom")
    kind = choice.selectbox("Kind of drill", kinds, key="card-kind")
    fitting = [card for card in cards if kind in (None, wording.ALL_KINDS, card.kind)]
    shown = fitting[:FIRST_CARDS]
    titles = Counter(card.title for card in cards)
    if len(fitting) > FIRST_CARDS and all_of_them.toggle(f"Show all {len(fitting)}", key="all-cards"):
        shown = fitting
    for first in range(0, len(shown), CARDS_A_ROW):
        row = shown[first : first + CARDS_A_ROW]
        for number, (column, card) in enumerate(zip(st.columns(CARDS_A_ROW), row, strict=False)):
            with column, st.container(border=True, height="stretch", key=f"card-{card.form_id}"):
                name = card.title if titles[card.title] == 1 else f"{card.title}, {card.place}"
                _draw_card(card, name=name, place=first + number)


def _draw_card(card: DrillCard, *, name: str, place: int) -> None:
    try:
        picture = get_card_picture(get_app(), card.form_id, place=place)
    except SimError:
        picture = None
    if picture is not None:
        st.image(picture, width="stretch", alt=f"A camera at {card.place}")
    flags = ["Drill of the week"] if card.is_weekly else []
    if card.is_new:
        flags.append("New this week")
    if card.is_done:
        flags.append("✓ Done")
    flag = f'<span class="sl-flag">{escape(" · ".join(flags))}</span>' if flags else ""
    facts = " · ".join(
        part for part in (card.place, card.kind, card.difficulty, f"up to {card.minutes}", card.best) if part
    )
    st.html(
        f'<p class="sl-lesson"><strong>{escape(card.title)}</strong>{flag}<br>{escape(card.question)}<br>'
        f"<span>{escape(facts)}</span></p>"
    )
    if st.button(f"Start {name}", key=f"start-{card.form_id}", width="stretch"):
        _start_drill(card.form_id)


def draw_done(done: Sequence[DoneDrill], *, today: date) -> None:
    """Draw what was done before, each with its way to the debrief; nothing where there is none."""
    if not done:
        return
    with st.expander(wording.DONE_TITLE, key="done"):
        draw_quiet("Open one to see its debrief.")
        for drill in done:
            day = f"{drill.ended_on:%b} {drill.ended_on.day}"
            if drill.ended_on.year != today.year:
                day += f", {drill.ended_on.year}"
            label = f"{day}: {drill.title}. {drill.result}"
            draw_drill_link(drill.attempt_id, label, is_open=False)


def draw_kept(*, today: date, has_done: bool) -> None:
    """Draw the reminder, and what this browser keeps of somebody without an account, with the way to delete it."""
    app = get_app()
    write = partial(
        write_weekly_reminder, app, today=today, address=make_address("start"), key=get_request_key("reminder")
    )
    st.download_button(
        "Remind me weekly",
        write,
        file_name="practice-reminder.ics",
        mime="text/calendar",
        key="remind",
        icon=":material/event_repeat:",
    )
    draw_quiet("A calendar file with a reminder every Monday at 8 AM. Open it to add it to your calendar.")
    if get_viewer().person_id is not None:
        return
    if not is_remembered():
        draw_quiet(wording.NO_COOKIES)
    if not has_done:
        return
    with st.expander("Your progress on this browser", key="here"):
        draw_quiet(
            "Without an account, your lessons and drills are kept for this browser only, for "
            f"{app.settings.practice_days} days. Only this browser shows them."
        )
        if not st.toggle("Forget me", key="forget"):
            return
        st.warning("Delete all lessons and drills done on this browser? This can't be undone.")
        if st.button("Yes, delete them", key="forget-yes"):
            forget_browser(app, get_learner())
            keep_flash(wording.FORGOTTEN)
            st.rerun()


def find_today() -> date:
    """Return the day it is for who looks."""
    return get_app().clock.read().wall.astimezone(find_zone()).date()


SCENE_S = 3.0


def draw_demo_search(scenes: Sequence[DemoScene]) -> None:
    """Draw the scenes one after another, over and over; all side by side for somebody who wants less motion."""
    shown = "".join(_write_scene(scene, number, len(scenes)) for number, scene in enumerate(scenes))
    length_s = SCENE_S * len(scenes)
    style = f"--count: {len(scenes)}; --length: {length_s:g}s"
    label = escape(
        f"A search: the same person on {len(scenes)} cameras, found one after the other. Nobody in it is a real person."
    )
    st.html(
        f'<figure class="sl-demo" style="{style}"><div class="sl-demo-scenes" data-count="{len(scenes)}">{shown}</div>'
        f'<label><input type="checkbox"> {escape(wording.DEMO_PAUSE)}</label><figcaption>{label}</figcaption></figure>'
    )


def _write_scene(scene: DemoScene, number: int, count: int) -> str:
    left, top, width, height = (f"{100 * share:.2f}%" for share in scene.box)
    picture = DEMO_PATH.format(name=scene.name)
    caption = escape(f"{number + 1} of {count}: {scene.caption}")
    return (
        f'<div class="sl-demo-scene" style="animation-delay: {number * SCENE_S:g}s">'
        f'<img src="{picture}" alt="{caption}">'
        f'<i style="left:{left};top:{top};width:{width};height:{height};animation-delay: {number * SCENE_S:g}s"></i>'
        f"<span>{caption}</span></div>"
    )
