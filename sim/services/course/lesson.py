"""One lesson as it is played: its next try, what is said before it, and what is said after it."""

from dataclasses import dataclass, replace

from sim.db.learners import LearnerRow
from sim.drill.attempt import AttemptState
from sim.drill.lessons import check_try
from sim.drill.options import NO_OPTIONS, DrillOption, Options
from sim.errors import AttemptError, TaskError
from sim.services.app.forms import KnownLesson, make_version
from sim.services.app.wiring import App
from sim.services.course.example import ExampleOffer, find_offer
from sim.services.course.learner import (
    IN_A_ROW,
    Learner,
    LessonProgress,
    LessonState,
    NextTry,
    Playable,
    Practiced,
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
    number: int
    title: str
    rule: str
    steps: tuple[str, ...]  # how one does it; () for a try without help
    is_helped: bool  # whether this try has help
    has_hints: bool  # the console gives hints
    is_easier: bool  # at an easier question
    # in_a_row, in_a_row_needed: tries passed one after another without help, of how many
    in_a_row: int
    example: ExampleOffer | None  # what can be watched before; None for nothing
    is_first: bool  # no try of this lesson has ended
    in_a_row_needed: int = IN_A_ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonResult:
    lesson_id: str
    number: int
    title: str
    rule: str
    passed: bool  # whether this try was passed
    used_s: float  # how long it took, seconds
    is_helped: bool
    # in_a_row, in_a_row_needed: as of `LessonIntro`, this try among them
    in_a_row: int
    is_mastered: bool
    next_try: NextTry  # how this lesson goes on
    # lesson_id and number of the next one that can be played, once this one is mastered; None after the last
    next_lesson: tuple[str, int] | None
    in_a_row_needed: int = IN_A_ROW


def begin_lesson(app: App, learner: Learner, lesson_id: str, *, address: str | None = None) -> str:
    """Return the attempt at which a lesson goes on: the one that runs or waits, else a new one."""
    practiced = list_practiced(app, learner)
    found = _find_lesson(app, lesson_id)
    playable = find_playable(app, learner)
    progress = _find_progress(app, lesson_id, practiced, playable)
    if progress.state is LessonState.LOCKED:
        raise TaskError(
            f"Lesson {progress.lesson.number} is not open yet",
            todo=f"pass lesson {progress.opens_after} twice in a row without help first",
        )
    for each in reversed(practiced):
        if each.known.lesson_id == lesson_id and is_going_on(each) and _is_current(app, each):
            return each.row.timing.attempt_id
    if lesson_id in playable.kept_apart:
        raise TaskError(
            f"Lesson {found.lesson.number} cannot be played now: your team is measured on its recording",
            todo="choose another lesson on the home page",
        )
    return _create_try(app, learner, found, progress, address=address)


def set_help(app: App, attempt_id: str, *, is_helped: bool) -> None:
    with app.store.write() as work:
        row = work.attempts.get(attempt_id)
        known = work.learners.find(attempt_id)
        if row.timing.state not in (AttemptState.ASSIGNED, AttemptState.BRIEFED) or known is None:
            raise AttemptError("this try has begun", todo="finish it, then choose for the next one")
        options = _choose_options(app.catalog.get_form(row.form_id).form.type, is_helped=is_helped)
        work.attempts.save(replace(row, options=options))
        work.learners.set_helped(attempt_id, is_helped=is_helped)


def find_intro(app: App, learner: Learner, attempt_id: str) -> LessonIntro | None:
    """Return what is said before a try; None for what is no try of a lesson (any more)."""
    with app.store.read() as work:
        known = work.learners.find(attempt_id)
        row = work.attempts.get(attempt_id)
    if known is None or known.lesson_id is None or row.form_id not in app.catalog.get_course().tries:
        return None
    lesson = _find_lesson(app, known.lesson_id).lesson
    progress = _find_progress(app, known.lesson_id, list_practiced(app, learner), find_playable(app, learner))
    return LessonIntro(
        number=lesson.number,
        title=lesson.title,
        rule=lesson.rule,
        steps=lesson.steps if known.is_helped else (),
        is_helped=known.is_helped,
        has_hints=DrillOption.HINTS in row.options,
        is_easier=known.is_easier,
        in_a_row=progress.in_a_row,
        example=find_offer(app, known.lesson_id),
        is_first=not progress.tries,
    )


def find_result(app: App, learner: Learner, attempt_id: str) -> LessonResult | None:
    """Return what is said after a try; None for what is no try, or was made by somebody else."""
    practiced = list_practiced(app, learner)
    done = next((each for each in practiced if each.row.timing.attempt_id == attempt_id), None)
    if done is None or done.known.lesson_id is None or done.row.form_id not in app.catalog.get_course().tries:
        return None
    playable = find_playable(app, learner).lesson_ids
    course = fold_progress(app.catalog.get_course(), practiced, playable=playable)
    place = next(place for place, each in enumerate(course) if each.lesson.lesson_id == done.known.lesson_id)
    progress = course[place]
    following = next((each for each in course[place + 1 :] if each.lesson.lesson_id in playable), None)
    is_mastered = progress.state is LessonState.MASTERED
    lesson = progress.lesson
    return LessonResult(
        lesson_id=lesson.lesson_id,
        number=lesson.number,
        title=lesson.title,
        rule=lesson.rule,
        passed=has_passed(done),
        used_s=done.row.timing.used_s or 0.0,
        is_helped=done.known.is_helped,
        in_a_row=progress.in_a_row,
        is_mastered=is_mastered,
        next_try=progress.next_try,
        next_lesson=(following.lesson.lesson_id, following.lesson.number) if following and is_mastered else None,
    )


def _create_try(
    app: App, learner: Learner, found: KnownLesson, progress: LessonProgress, *, address: str | None
) -> str:
    lesson, wanted = found.lesson, progress.next_try
    chosen = choose_try(lesson, progress.tries, wanted)
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
    """Return the hints, where this kind of drill has some and the try is to have help."""
    has_some = is_helped and get_task_type(task_type).follows is not None
    return frozenset({DrillOption.HINTS}) if has_some else NO_OPTIONS


def _is_current(app: App, each: Practiced) -> bool:
    """Return whether an attempt asks what its lesson asks now: its file may have changed since it was made."""
    found = app.catalog.get_course().tries.get(each.row.form_id)
    if found is None:
        return False
    return each.row.timing.state is AttemptState.RUNNING or make_version(found.form) == each.row.form_version


def _find_lesson(app: App, lesson_id: str) -> KnownLesson:
    for known in app.catalog.get_course().lessons:
        if known.lesson.lesson_id == lesson_id:
            return known
    raise TaskError(f"There is no lesson {lesson_id[:40]!r} on this computer", todo="choose a lesson on the home page")


def _find_progress(app: App, lesson_id: str, practiced: tuple[Practiced, ...], playable: Playable) -> LessonProgress:
    course = fold_progress(app.catalog.get_course(), practiced, playable=playable.lesson_ids)
    return next(each for each in course if each.lesson.lesson_id == lesson_id)
