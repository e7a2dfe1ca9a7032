"""How far somebody is: two in a row without help open the next lesson; after a failed try comes an easier one."""

from datetime import UTC, datetime, timedelta

import pytest

from sim.db.learners import LearnerRow
from sim.db.rows import AttemptRow
from sim.drill.attempt import Attempt, AttemptState, Mode
from sim.drill.lessons import Lesson, make_form_id
from sim.drill.profile import ProfileName
from sim.services.app.forms import Course, KnownLesson
from sim.services.course.learner import LessonState, NextTry, Practiced, fold_progress

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def make_lesson(number: int) -> Lesson:
    tries = [
        {"try_id": name, "type": "trace", "target": f"P00{place}", "window_s": (0.0, 60.0), "limit_s": 120.0}
        | ({"is_easier": True} if name.startswith("easy") else {})
        for place, name in enumerate(("a", "b", "easy-1", "easy-2"))
    ]
    return Lesson(
        schema_version=1,
        lesson_id=f"l{number}",
        number=number,
        title="A lesson",
        rule="A rule.",
        steps=("A step.",),
        recording_id="tiny",
        tries=tries,
    )


COURSE = Course(
    lessons=tuple(KnownLesson(lesson=make_lesson(number), source="x.yaml") for number in (1, 2, 3)),
    problems=(),
    tries={},
)

ALL = frozenset({"l1", "l2", "l3"})


def play(marks: str, *, lesson: int = 1) -> tuple[Practiced, ...]:
    """Return tries in order: `A` passed alone, `a` failed alone, `H`/`h` with help, `E`/`e` alone at an easier one."""
    found = []
    for number, mark in enumerate(marks):
        is_easier = mark in "Ee"
        try_id = ("easy-1", "easy-2")[number % 2] if is_easier else "ab"[number % 2]
        row = AttemptRow(
            timing=Attempt(
                attempt_id=f"{lesson}-{number}",
                state=AttemptState.SUBMITTED,
                limit_s=120.0,
                created_at=NOON + timedelta(minutes=number),
            ),
            person_id=None,
            form_id=make_form_id(f"l{lesson}", try_id),
            form_version="v",
            recording_id="tiny",
            truth_sha256="0" * 64,
            mode=Mode.PRACTICE,
            phase=None,
            profile=ProfileName.CLASSIC,
            is_demo=False,
            score_json='{"passed": true}' if mark.isupper() else '{"passed": false}',
        )
        known = LearnerRow(
            attempt_id=row.timing.attempt_id, lesson_id=f"l{lesson}", is_helped=mark in "Hh", is_easier=is_easier
        )
        found.append(Practiced(row=row, known=known))
    return tuple(found)


@pytest.mark.parametrize(
    ("marks", "state", "in_a_row"),
    [
        ("", LessonState.NEW, 0),
        ("H", LessonState.BEGUN, 0),
        ("HA", LessonState.BEGUN, 1),
        ("HAA", LessonState.MASTERED, 2),
        ("AaA", LessonState.BEGUN, 1),
        ("AaAA", LessonState.MASTERED, 2),
        ("AHA", LessonState.MASTERED, 2),
        ("AEA", LessonState.MASTERED, 2),
        ("EE", LessonState.BEGUN, 0),
        ("AE", LessonState.BEGUN, 1),
        ("HH", LessonState.BEGUN, 0),
        ("AAaa", LessonState.MASTERED, 0),
    ],
)
def test_two_in_a_row_without_help_master_a_lesson(marks: str, state: LessonState, in_a_row: int) -> None:
    first, second, third = fold_progress(COURSE, play(marks), playable=ALL)
    assert (first.state, first.in_a_row) == (state, in_a_row)
    is_open = state is LessonState.MASTERED
    assert second.state is (LessonState.NEW if is_open else LessonState.LOCKED)
    assert third.state is LessonState.LOCKED


@pytest.mark.parametrize(
    ("marks", "playable", "states", "opens_after"),
    [
        ("", {"l1", "l3"}, "new locked locked", 1),
        ("", {"l3"}, "new new new", None),
        ("AA", {"l1", "l3"}, "mastered new new", 1),
        ("A", {"l1", "l3"}, "begun locked locked", 1),
        ("AA", {"l2", "l3"}, "mastered new locked", 2),
        ("", {"l2", "l3"}, "new new locked", 2),
    ],
)
def test_a_lesson_that_cannot_be_played_locks_nothing(
    marks: str, playable: set[str], states: str, opens_after: int | None
) -> None:
    found = fold_progress(COURSE, play(marks), playable=playable)
    assert [each.state.value for each in found if each.lesson.lesson_id in playable] == [
        state for state, lesson_id in zip(states.split(), sorted(ALL), strict=True) if lesson_id in playable
    ]
    assert found[2].opens_after == opens_after


@pytest.mark.parametrize(
    ("marks", "wanted"),
    [
        ("", NextTry(is_helped=True, is_easier=False)),
        ("H", NextTry(is_helped=False, is_easier=False)),
        ("h", NextTry(is_helped=True, is_easier=True)),
        ("Ha", NextTry(is_helped=False, is_easier=True)),
        ("HaE", NextTry(is_helped=False, is_easier=False)),
        ("HaE" + "e", NextTry(is_helped=False, is_easier=True)),
        ("AA", NextTry(is_helped=False, is_easier=False)),
    ],
)
def test_a_failed_try_is_followed_by_an_easier_one(marks: str, wanted: NextTry) -> None:
    assert fold_progress(COURSE, play(marks), playable=ALL)[0].next_try == wanted
