from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sim.app.catalog import Course, KnownLesson
from sim.attempt.attempt import Attempt, AttemptState, Mode
from sim.attempt.options import ProfileName
from sim.db.attempts import AttemptRow, LearnerRow
from sim.forms.forms import Lesson, make_form_id
from sim.rules.learner import NextTry, Practiced, choose_lesson, fold_progress

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


def play(marks: str, *, lesson: int = 1) -> tuple[Practiced, ...]:
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
    ("marks", "is_passed", "stars"),
    [
        ("", False, 0),
        ("h", False, 0),
        ("H", True, 0),
        ("HA", True, 1),
        ("HAA", True, 2),
        ("AaA", True, 2),
        ("AHA", True, 2),
        ("AEAA", True, 2),
        ("aE", True, 0),
        ("AAaa", True, 2),
        ("HAAAA", True, 2),
    ],
)
def test_any_pass_passes_and_those_without_help_earn_stars(marks: str, is_passed: bool, stars: int) -> None:
    first, second, _ = fold_progress(COURSE, play(marks))
    assert (first.is_passed, first.stars) == (is_passed, stars)
    assert (second.is_passed, second.stars) == (False, 0)


def test_the_question_just_answered_earns_no_star_when_asked_again() -> None:
    one = play("H")[0]
    alone = replace(one, known=replace(one.known, is_helped=False))
    assert [fold_progress(COURSE, tries)[0].stars for tries in ((alone,), (one, alone), (alone, alone))] == [1, 0, 1]


@pytest.mark.parametrize(
    ("passed", "last", "playable", "following"),
    [
        ("", None, "l1 l2 l3", 1),
        ("", "l1", "l1 l2 l3", 1),
        ("1", "l1", "l1 l2 l3", 2),
        ("1", "l1", "l1 l3", 3),
        ("", None, "l2 l3", 2),
        ("", "l3", "l1 l2 l3", 3),
        ("3", "l3", "l1 l2 l3", 1),
        ("12", "l1", "l1 l2 l3", 3),
        ("123", "l3", "l1 l2 l3", None),
    ],
)
def test_a_pass_leads_to_the_next_lesson(passed: str, last: str | None, playable: str, following: int | None) -> None:
    course = fold_progress(COURSE, [each for number in passed for each in play("H", lesson=int(number))])
    found = choose_lesson(course, playable=playable.split(), last_id=last)
    assert (found and found.lesson.number) == following


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
    assert fold_progress(COURSE, play(marks))[0].next_try == wanted
