"""How far somebody is in the course: which lessons are open, mastered, and how the next try is done."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sim.drill.attempt import AttemptState
from sim.drill.lessons import Lesson, LessonTry, make_form_id
from sim.services.app.lessons import Course
from sim.services.course.learner import Practiced

IN_A_ROW = 2
"""So many tries in a row without help, each passed, open the next lesson."""


class LessonState(StrEnum):
    """How somebody stands in a lesson."""

    LOCKED = "locked"
    NEW = "new"
    BEGUN = "begun"
    MASTERED = "mastered"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTry:
    """How a lesson goes on: with or without help, and whether at an easier question."""

    is_helped: bool
    is_easier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonProgress:
    """How somebody stands in one lesson."""

    lesson: Lesson
    state: LessonState  # how they stand
    tries: tuple[Practiced, ...]  # what they have done in it, in time, and that has ended
    in_a_row: int  # tries without help passed one after another up to now, at most `IN_A_ROW`
    next_try: NextTry  # how it goes on
    opens_after: int | None  # number of the lesson to be mastered before this one; None for none


def fold_progress(
    course: Course, practiced: Sequence[Practiced], *, playable: Collection[str]
) -> tuple[LessonProgress, ...]:
    """Return how somebody stands in each lesson of a course, in its order.

    A lesson that cannot be played locks nothing: the next one opens as it would have. What they did in lessons that the
    course has no more counts nowhere, and comes back with them.
    """
    found: list[LessonProgress] = []
    is_open, before = True, None
    for known in course.lessons:
        lesson = known.lesson
        tries = tuple(each for each in practiced if each.known.lesson_id == lesson.lesson_id and has_ended(each))
        is_mastered = _has_row(tries)
        if is_mastered:
            state = LessonState.MASTERED
        elif not is_open:
            state = LessonState.LOCKED
        else:
            state = LessonState.BEGUN if tries else LessonState.NEW
        found.append(
            LessonProgress(
                lesson=lesson,
                state=state,
                tries=tries,
                in_a_row=min(IN_A_ROW, count_in_a_row(tries)),
                next_try=choose_next_try(tries, is_mastered=is_mastered),
                opens_after=before,
            )
        )
        if lesson.lesson_id in playable:
            is_open, before = is_mastered, lesson.number
        else:
            is_open = is_mastered or is_open
    return tuple(found)


def has_ended(each: Practiced) -> bool:
    """Return whether a try was submitted or ran out of time."""
    return each.row.timing.state in (AttemptState.SUBMITTED, AttemptState.TIMED_OUT)


def has_passed(each: Practiced) -> bool:
    """Return whether a try was passed; one that cannot be scored was not."""
    return each.row.score_json is not None and json.loads(each.row.score_json).get("passed") is True


def count_in_a_row(tries: Sequence[Practiced]) -> int:
    """Return how many of the last tries that count for mastery were passed: of those without help, none easier."""
    count = 0
    for each in reversed(_list_counting(tries)):
        if not has_passed(each):
            break
        count += 1
    return count


def choose_next_try(tries: Sequence[Practiced], *, is_mastered: bool) -> NextTry:
    """Return how a lesson goes on: first with help, then without; after a failed try at an easier question.

    A failed try is followed by one of the same kind of help. After an easier one that was passed the usual ones go on.
    """
    if not tries:
        return NextTry(is_helped=not is_mastered, is_easier=False)
    last = tries[-1]
    if not has_passed(last):
        return NextTry(is_helped=last.known.is_helped, is_easier=True)
    return NextTry(is_helped=False, is_easier=False)


def choose_try(lesson: Lesson, tries: Sequence[Practiced], wanted: NextTry) -> LessonTry:
    """Return the question of the next try: one not met yet, else the one met longest ago, in the order of the file."""
    met = {each.row.form_id: number for number, each in enumerate(tries)}
    fitting = [each for each in lesson.tries if each.is_easier is wanted.is_easier]
    return min(fitting, key=lambda each: met.get(make_form_id(lesson.lesson_id, each.try_id), -1))


def _has_row(tries: Sequence[Practiced]) -> bool:
    """Return whether anywhere in the past enough tries that count were passed one after another."""
    count = 0
    for each in _list_counting(tries):
        count = count + 1 if has_passed(each) else 0
        if count == IN_A_ROW:
            return True
    return False


def _list_counting(tries: Sequence[Practiced]) -> list[Practiced]:
    return [each for each in tries if not each.known.is_helped and not each.known.is_easier]
