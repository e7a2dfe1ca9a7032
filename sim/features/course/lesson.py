"""One lesson as it is played: its next try, what is said before it, and what is said after it."""

from dataclasses import dataclass, replace

from sim.app.catalog import KnownLesson, make_version
from sim.app.wiring import App
from sim.attempt.attempt import AttemptState
from sim.attempt.options import NO_OPTIONS, DrillOption, Options
from sim.db.attempts import LearnerRow
from sim.errors import AttemptError, TaskError
from sim.features.course.example import find_offer
from sim.forms.forms import Form, Lesson, LessonTry, check_try
from sim.rules.learner import (
    Learner,
    NextTry,
    Practiced,
    choose_lesson,
    choose_try,
    create_drill,
    find_playable,
    fold_progress,
    has_passed,
    is_going_on,
    list_practiced,
)
from sim.tasks import get_task_type


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonIntro:
    lesson: Lesson
    steps: tuple[str, ...]  # how one does it; () for a try without help
    is_helped: bool  # whether this try has help
    has_hints: bool  # the console gives hints
    is_easier: bool  # at an easier question
    builds_on: tuple[int, ...]  # the lessons before it, by number, that were not passed
    skips_to: int | None  # the lesson after it, for somebody who knows this one; None once it is passed
    example: bool | None  # whether one by an expert can be watched before; None for nothing
    is_first: bool  # no try of this lesson has ended


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonResult:
    lesson: Lesson
    passed: bool  # whether this try was passed
    used_s: float  # how long it took, seconds
    stars: int  # of the lesson, this try among them
    is_helped: bool
    next_number: int | None  # of the lesson to do next; None where all are passed


def begin_lesson(app: App, learner: Learner, name: str, *, address: str | None = None) -> str:
    """Return the attempt at which a lesson, by id or number, goes on: the one that runs or waits, else a new one."""
    practiced = list_practiced(app, learner)
    lessons = app.catalog.get_course().lessons
    found = next((each for each in lessons if name in (each.lesson.lesson_id, str(each.lesson.number))), None)
    if found is None:
        raise TaskError(f"There is no lesson {name[:40]!r} on this computer", todo="choose a lesson on the home page")
    course = fold_progress(app.catalog.get_course(), practiced)
    progress = next(each for each in course if each.lesson == found.lesson)
    chosen = choose_try(found.lesson, progress.tries, progress.next_try)
    form = found.lesson.make_form(chosen)
    for each in reversed(practiced):
        if each.known.lesson_id == found.lesson.lesson_id and is_going_on(each) and _goes_on_with(app, each, form):
            return each.row.timing.attempt_id
    return _create_try(app, learner, found, chosen, progress.next_try, address=address)


def try_again(app: App, learner: Learner, attempt_id: str, *, address: str | None = None) -> str:
    with app.store.read() as work:
        known, row = work.by_key(LearnerRow, attempt_id), work.attempts.get(attempt_id)
    tried = app.catalog.get_course().tries.get(row.form_id)
    if known is None or tried is None:
        raise TaskError("This question is gone: its lesson was changed", todo="choose the lesson on the home page")
    wanted = NextTry(is_helped=known.is_helped, is_easier=known.is_easier)
    return _create_try(app, learner, tried.known, tried.chosen, wanted, address=address)


def set_help(app: App, attempt_id: str, *, is_helped: bool) -> None:
    with app.store.write() as work:
        row = work.attempts.get(attempt_id)
        known = work.by_key(LearnerRow, attempt_id)
        if row.timing.state not in (AttemptState.ASSIGNED, AttemptState.BRIEFED) or known is None:
            raise AttemptError("this try has begun", todo="finish it, then choose for the next one")
        options = _choose_options(app.catalog.get_form(row.form_id).form.type, is_helped=is_helped)
        work.save_row(replace(row, options=options))
        work.change(LearnerRow, LearnerRow.attempt_id == attempt_id, is_helped=is_helped)


def find_intro(app: App, learner: Learner, attempt_id: str) -> LessonIntro | None:
    with app.store.read() as work:
        known = work.by_key(LearnerRow, attempt_id)
        row = work.attempts.get(attempt_id)
    if known is None or known.lesson_id is None or row.form_id not in app.catalog.get_course().tries:
        return None
    course = fold_progress(app.catalog.get_course(), list_practiced(app, learner))
    playable = find_playable(app, learner).lesson_ids
    place = next(place for place, each in enumerate(course) if each.lesson.lesson_id == known.lesson_id)
    progress, lesson = course[place], course[place].lesson
    following = [each.lesson.number for each in course[place + 1 :] if each.lesson.lesson_id in playable]
    return LessonIntro(
        lesson=lesson,
        steps=lesson.steps if known.is_helped else (),
        is_helped=known.is_helped,
        has_hints=DrillOption.HINTS in row.options,
        is_easier=known.is_easier,
        builds_on=tuple(each.lesson.number for each in course[:place] if not each.is_passed),
        skips_to=following[0] if following and not progress.is_passed else None,
        example=find_offer(app, known.lesson_id),
        is_first=not progress.tries,
    )


def find_result(app: App, learner: Learner, attempt_id: str) -> LessonResult | None:
    practiced = list_practiced(app, learner)
    done = next((each for each in practiced if each.row.timing.attempt_id == attempt_id), None)
    if done is None or done.known.lesson_id is None or done.row.form_id not in app.catalog.get_course().tries:
        return None
    course = fold_progress(app.catalog.get_course(), practiced)
    progress = next(each for each in course if each.lesson.lesson_id == done.known.lesson_id)
    lesson = progress.lesson
    following = choose_lesson(course, playable=find_playable(app, learner).lesson_ids, last_id=lesson.lesson_id)
    return LessonResult(
        lesson=lesson,
        passed=has_passed(done),
        used_s=done.row.timing.used_s or 0.0,
        is_helped=done.known.is_helped,
        stars=progress.stars,
        next_number=following.lesson.number if following else None,
    )


def _create_try(
    app: App, learner: Learner, found: KnownLesson, chosen: LessonTry, wanted: NextTry, *, address: str | None
) -> str:
    lesson = found.lesson
    if lesson.lesson_id in find_playable(app, learner).kept_apart:
        raise TaskError(
            f"Lesson {lesson.number} cannot be played now: your team is measured on its recording",
            todo="choose another lesson on the home page",
        )
    form = lesson.make_form(chosen)

    def check() -> bool:
        check_try(lesson, chosen, app.catalog.get_truth(lesson.recording_id), source=found.source)
        return True

    app.catalog.keep(("try holds", form.form_id, make_version(form)), check)
    known = LearnerRow(
        attempt_id="", lesson_id=lesson.lesson_id, is_helped=wanted.is_helped, is_easier=wanted.is_easier
    )
    return create_drill(
        app,
        learner,
        form_id=form.form_id,
        options=_choose_options(chosen.type, is_helped=wanted.is_helped),
        known=known,
        address=address,
    )


def _choose_options(task_type: str, *, is_helped: bool) -> Options:
    has_some = is_helped and get_task_type(task_type).follows is not None
    return frozenset({DrillOption.HINTS}) if has_some else NO_OPTIONS


def _goes_on_with(app: App, each: Practiced, form: Form) -> bool:
    if each.row.timing.state is AttemptState.RUNNING:
        return each.row.form_id in app.catalog.get_course().tries
    return (each.row.form_id, each.row.form_version) == (form.form_id, make_version(form))
