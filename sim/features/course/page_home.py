"""Home, piece by piece: the next step, the lessons, drills as cards, past drills, and what is kept of them."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from html import escape
from typing import Final

import streamlit as st

from sim.builds.kinds import DRILL, FRESH, MEASURED
from sim.builds.queue import list_builds, tell, write_left
from sim.db.builds import OPEN, BuildState
from sim.errors import SimError
from sim.features.course import lesson as lessons
from sim.features.course.home import (
    WIDTH_PX,
    DrillCard,
    HomeView,
    NextStep,
    StepKind,
    get_card_picture,
    write_weekly_reminder,
)
from sim.features.library.library import DEMO_PATH, DemoScene
from sim.rules.learner import LessonProgress, create_drill, create_familiarization, forget_browser
from sim.rules.readiness import find_ready_since
from sim.rules.viewer import Duty, may
from sim.text.times import write_minutes
from sim.ui.page.page_state import (
    find_zone,
    get_address,
    get_app,
    get_learner,
    get_request_key,
    get_viewer,
    go_to_attempt,
    is_remembered,
    make_address,
)
from sim.ui.page.pages import find_script
from sim.ui.parts.actions import flash
from sim.ui.parts.blocks import draw_drill_link, draw_quiet, escape_markdown

CARDS_A_ROW = 3


def draw_step(view: HomeView) -> None:
    step = view.step
    with st.container(border=True, key="next-step"):
        if step.kind is StepKind.RESUME:
            st.header("You have a drill running", anchor=False)
            if step.title:
                st.markdown(f"**{escape_markdown(step.title)}**")
        elif step.kind is StepKind.NONE:
            st.header("Nothing to practice now", anchor=False)
        else:
            name = step.title
            if step.number:
                name = f"Lesson {step.number}: {step.title}"
            elif view.weekly is not None and step.about == view.weekly.form_id:
                name = f"Drill of the week: {step.title}"
            if view.won:
                st.header(escape_markdown(view.won), anchor=False)
                following = f"lesson {step.number}, {step.title[0].lower()}{step.title[1:]}" if step.number else name
                st.markdown(f"**Next: {escape_markdown(following)}**")
            else:
                st.header(escape_markdown(name), anchor=False)
            draw_quiet(step.minutes.capitalize())
        buttons = {StepKind.RESUME: "Resume your drill", StepKind.LESSON: f"Start lesson {step.number}"}
        if step.kind is not StepKind.NONE and st.button(
            buttons.get(step.kind, "Start this drill"), key="step", type="primary", width="stretch"
        ):
            _take_step(step)
        if view.done and view.lessons:
            _draw_marks(view)


def _take_step(step: NextStep) -> None:
    if step.kind is StepKind.RESUME:
        go_to_attempt(step.about)
    elif step.kind is StepKind.LESSON:
        start_lesson(step.about)
    else:
        _start_drill(step.about)


def _draw_marks(view: HomeView) -> None:
    marks = []
    for each in view.lessons:
        is_next = (view.step.kind, view.step.about) == (StepKind.LESSON, each.lesson.lesson_id)
        kind = "star" if each.stars else "done" if each.is_passed else "next" if is_next else ""
        sign = {"star": "★", "done": "✓"}.get(kind, str(each.lesson.number))
        marks.append(f'<i class="{kind}">{sign}</i>')
    said = f"{sum(each.is_passed for each in view.lessons)} of {len(view.lessons)} lessons"
    if any(each.stars for each in view.lessons):
        said += " · ★ without help"
    if view.weeks > 1:
        said += f" · {view.weeks} weeks in a row"
    st.html(f'<p class="sl-course"><span aria-hidden="true">{"".join(marks)}</span>{escape(said)}</p>')


def start_lesson(name: str) -> None:
    go_to_attempt(lessons.begin_lesson(get_app(), get_learner(), name, address=get_address()))


def _start_drill(form_id: str) -> None:
    go_to_attempt(create_drill(get_app(), get_learner(), form_id=form_id, address=get_address()))


def draw_making() -> None:
    app = get_app()
    made = {DRILL: "Your new drill", FRESH: "A new school day", MEASURED: "The footage to measure on"}
    for kind, what in made.items() if may(get_viewer(), Duty.MAKE_DRILLS) else ():
        row = next(iter(list_builds(app, kind, most=1)), None)
        if row is None:
            continue
        said, icon = "", "hourglass_top"
        if row.state in OPEN:
            left_s = tell(app, row).left_s
            said = f"{what} is being made" + ("" if left_s is None else f", {write_left(left_s)} to go")
        elif find_ready_since(app, row) is not None:
            said, icon = f"{what} is ready", "check_circle"
        elif (
            row.state is BuildState.FAILED and row.ended_at and app.clock.read().wall - row.ended_at < timedelta(days=1)
        ):
            said = f"{what} could not be finished"
        if said:
            page = "plan" if kind == MEASURED else "new-drill"
            st.page_link(find_script(page), label=said, icon=f":material/{icon}:")


def draw_course(view: HomeView) -> None:
    if view.course_problem:
        st.warning(view.course_problem)
    if not view.lessons:
        return
    with st.expander(f"{len(view.lessons)} lessons", key="course"):
        draw_quiet("Each lesson teaches one rule. Start with any of them. ★ is a pass without help, ★★ two of them.")
        for each in view.lessons:
            _draw_lesson(each)


def _draw_lesson(progress: LessonProgress) -> None:
    lesson = progress.lesson
    state = "★" * progress.stars or ("✓ Passed" if progress.is_passed else f"Up to {write_minutes(lesson.limit_s)}")
    kind = ' class="sl-tick"' if progress.is_passed else ""
    text, button = st.columns([4, 2], vertical_alignment="center")
    text.html(
        f'<p class="sl-lesson"><strong>{escape(f"{lesson.number}. {lesson.title}")}</strong> '
        f"<span{kind}>{escape(state)}</span><br>{escape(lesson.rule)}</p>"
    )
    verb = "Practice" if progress.is_passed else "Start"
    if button.button(f"{verb} lesson {lesson.number}", key=f"lesson-{lesson.lesson_id}", width="stretch"):
        start_lesson(lesson.lesson_id)


def draw_few(view: HomeView) -> None:
    if not view.few:
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header("Drills", anchor=False)
        if len(view.cards) > len(view.few):
            st.page_link(find_script("drills"), label="All drills", icon=":material/chevron_right:")
    for place, (column, card) in enumerate(zip(st.columns(CARDS_A_ROW), view.few, strict=False), start=1):
        with column:
            draw_card(card, place=place, is_short=True)


ALL_KINDS: Final = "All kinds"


def draw_wall(cards: Sequence[DrillCard]) -> None:
    kinds = [ALL_KINDS, *dict.fromkeys(card.kind for card in cards)]
    kind = st.selectbox("Kind of drill", kinds, key="card-kind")
    shown = [card for card in cards if kind in (None, ALL_KINDS, card.kind)]
    for first in range(0, len(shown), CARDS_A_ROW):
        if first == 12 and not st.toggle(f"Show all {len(shown)}", key="all-cards"):
            break
        row = shown[first : first + CARDS_A_ROW]
        for place, (column, card) in enumerate(zip(st.columns(CARDS_A_ROW), row, strict=False), first):
            with column:
                draw_card(card, place=place)


def draw_card(card: DrillCard, *, place: int, is_short: bool = False, width_px: int = WIDTH_PX) -> None:
    with st.container(border=True, height="stretch", key=f"card-{card.form_id}"):
        try:
            picture = get_card_picture(get_app(), card.form_id, place=place, width_px=width_px)
        except SimError:
            picture = None
        if picture is not None:
            st.image(picture, width="stretch", alt=f"A camera at {card.place}")
        flag = "Drill of the week" if card.is_weekly else "New this week" if card.is_new else ""
        facts = [card.difficulty, card.minutes]
        if card.best:
            facts.append(f"✓ time to beat {card.best}".replace(" ", "\N{NO-BREAK SPACE}"))
        elif card.is_tried:
            facts.append("not passed yet")
        said = f"<span>{escape(' · '.join(facts))}</span>"
        if flag:
            said = f'<strong class="sl-flag">{flag}</strong> <span>·</span> {said}'
        if not is_short:
            place_line = f"<span>{escape(card.place)}</span><br>" if card.name == card.title else ""
            said = f"{escape(card.question)}<br>{place_line}{said}"
        st.html(f'<p class="sl-lesson">{said}</p>')
        label = f"Try again: {card.name}" if card.is_tried else f"Start {card.name}"
        if st.button(label, key=f"start-{card.form_id}", width="stretch"):
            _start_drill(card.form_id)


def draw_done(view: HomeView, *, today: date) -> None:
    if not view.done and view.step.kind is not StepKind.RESUME:
        return
    with st.expander("Your past drills", key="done"):
        for drill in view.done:
            day = f"{drill.ended_on:%b} {drill.ended_on.day}"
            if drill.ended_on.year != today.year:
                day += f", {drill.ended_on.year}"
            draw_drill_link(drill.attempt_id, f"{day}: {drill.title}. {drill.result}", is_open=False)
        if get_viewer().person_id is not None:
            return
        draw_quiet(f"Only this browser shows them. They are kept for {get_app().settings.practice_days} days.")
        if not st.toggle("Forget me", key="forget"):
            return
        st.warning("Delete all lessons and drills done on this browser? This can't be undone.")
        if st.button("Yes, delete them", key="forget-yes"):
            forget_browser(get_app(), get_learner())
            flash("Deleted. Nothing you did on this browser is stored any longer.")


def draw_further_ways(view: HomeView, *, today: date) -> None:
    if not is_remembered():
        draw_quiet(
            "Your browser doesn't accept cookies, so your progress is kept only until you close or reload this page."
        )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if not view.problem and st.button(
            "Learn the controls", key="familiar", type="tertiary", help="Three minutes, not scored."
        ):
            go_to_attempt(create_familiarization(get_app(), get_learner(), address=get_address()))
        if view.done:
            st.download_button(
                "Remind me weekly",
                partial(
                    write_weekly_reminder,
                    get_app(),
                    today=today,
                    address=make_address("start"),
                    key=get_request_key("reminder"),
                ),
                file_name="practice-reminder.ics",
                mime="text/calendar",
                key="remind",
                type="tertiary",
                help="A calendar file with a reminder every Monday at 8 AM. Open it to add it to your calendar.",
            )
        st.page_link(find_script("stored"), label="What is stored")


def find_today() -> date:
    return get_app().clock.read().wall.astimezone(find_zone()).date()


SCENE_S = 3.0


def draw_demo_search(scenes: Sequence[DemoScene]) -> None:
    shown = "".join(_write_scene(scene, number) for number, scene in enumerate(scenes))
    length_s = SCENE_S * len(scenes)
    style = f"--count: {len(scenes)}; --length: {length_s:g}s"
    st.html(
        f'<figure class="sl-demo" style="{style}"><div class="sl-demo-scenes" data-count="{len(scenes)}">{shown}</div>'
        f'<label><input type="checkbox"> Pause</label><figcaption>Nobody in it is real.</figcaption></figure>'
    )


def _write_scene(scene: DemoScene, number: int) -> str:
    left, top, width, height = (f"{100 * share:.2f}%" for share in scene.box)
    picture = DEMO_PATH.format(name=scene.name)
    caption = escape(scene.caption)
    return (
        f'<div class="sl-demo-scene" style="animation-delay: {number * SCENE_S:g}s">'
        f'<img src="{picture}" alt="{caption}">'
        f'<i style="left:{left};top:{top};width:{width};height:{height};animation-delay: {number * SCENE_S:g}s"></i>'
        f"<span>{caption}</span></div>"
    )
