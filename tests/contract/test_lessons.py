"""Every lesson file: what it names is there, it can be passed in time, and a beginner has time enough for the first."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sim.app.catalog import load_course, load_form_set
from sim.app.score import load_truth_index, score_attempt
from sim.app.settings import PROJECT, read_settings
from sim.app.wiring import App, open_app, system_clock
from sim.console.questions import MOST_HINTS
from sim.features.course.example import play_example
from sim.footage.recording.open import Recording, load_people, open_recording
from sim.forms.difficulty import find_look_alikes
from sim.forms.forms import Lesson, LessonTry, check_try
from sim.scoring.evidence import Answer
from sim.tasks import TASK_TYPES, get_task_type
from sim.tasks.common.simulated_user import NOVICE, PERFECT, SimulatedUser, mark_clearest
from sim.tasks.common.task import Task
from sim.truth.index import TruthIndex, keep_cameras
from sim.truth.window import cut_window

HINT_S = 6.0
"""To find the button, read what it says, and go on; assumed."""


def visit(task: Task, index: TruthIndex, *, seed: int) -> tuple[Answer, float]:
    assert task.known is not None
    rng = np.random.default_rng(seed)
    window = cut_window(index, task.window_s)
    begin_s, end_s = task.known.t_s, window.window_s[1]
    user = SimulatedUser(rng=rng, skill=NOVICE, site_s=begin_s)
    user.begin()
    left = {leg: mark_clearest(window, leg) for leg in window.find_target(task.person)}
    marks = []
    order = sorted(index.camera_ids, key=lambda camera_id: camera_id != task.known.camera_id)
    for _ in range(MOST_HINTS):
        for camera_id in [each for each in order if each not in {mark.camera_id for mark in marks}]:
            user.open_camera(camera_id)
            if user.site_s >= end_s - 1.0:
                user.site_s = begin_s
            ahead = [leg for leg, mark in left.items() if mark.camera_id == camera_id and mark.t_s >= user.site_s - 1.0]
            is_told = camera_id == task.known.camera_id and not marks
            seen = [leg for leg in ahead if is_told or rng.random() >= NOVICE.miss_share]
            until_s = min(left[leg].t_s for leg in seen) if seen else end_s
            user.watch(from_s=user.site_s, to_s=max(until_s, user.site_s))
            if seen:
                leg = min(seen, key=lambda each: left[each].t_s)
                marks.append(left.pop(leg))
        user.at_s += HINT_S
        if not left:
            break
        user.site_s = begin_s
    user.submit()
    perfect = get_task_type(task.type).answer_perfectly(task, index)
    return replace(perfect, marks=tuple(sorted(marks, key=lambda mark: mark.t_s))), user.at_s


COURSE = load_course(sorted((PROJECT / "scenarios" / "lessons").glob("*.yaml")))
TRIES = [(known.lesson, each) for known in COURSE.lessons for each in known.lesson.questions]
NAMES = [f"{lesson.lesson_id}/{each.try_id}" for lesson, each in TRIES]
SEED = 11
NOVICES = 10
EXAMPLE_S = 180.0


@cache
def get_recording(recording_id: str) -> Recording:
    return open_recording(PROJECT / "sample_footage" / recording_id)


@cache
def get_truth(recording_id: str, cameras: tuple[str, ...] | None = None) -> TruthIndex:
    if cameras is not None:
        return keep_cameras(get_truth(recording_id), cameras)
    return load_truth_index(get_recording(recording_id))


def test_the_course_is_whole() -> None:
    assert COURSE.problems == ()
    assert [known.lesson.number for known in COURSE.lessons] == list(range(1, 12))
    assert all(known.lesson.example is not None for known in COURSE.lessons)
    used = {each.type for _, each in TRIES}
    assert used == set(TASK_TYPES) - {"encounter"}


@pytest.mark.parametrize(("lesson", "chosen"), TRIES, ids=NAMES)
def test_a_try_is_playable_and_can_be_passed_in_time(lesson: Lesson, chosen: LessonTry) -> None:
    index = get_truth(lesson.recording_id)
    check_try(lesson, chosen, index, source=lesson.lesson_id)
    task, task_type = lesson.make_form(chosen).task, get_task_type(chosen.type)
    shown = get_truth(lesson.recording_id, task.cameras)
    card = task_type.score(task, task_type.answer_perfectly(task, shown), shown)
    met = [is_met for key, is_met in card.criteria.items() if key != "inside_limit"]
    assert met
    assert all(met)
    steps = task_type.search(task, shown, rng=np.random.default_rng(SEED), skill=PERFECT)
    assert steps[-1].at_s < 0.8 * chosen.limit_s


@pytest.fixture(scope="module")
def course_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    settings = read_settings({"SIGHTLINE_DATA": str(tmp_path_factory.mktemp("data"))})
    opened = open_app(settings, system_clock())
    yield opened
    opened.close()


@pytest.mark.parametrize("lesson", [known.lesson for known in COURSE.lessons], ids=lambda each: each.lesson_id)
def test_an_example_passes_in_time_and_says_what_it_does(lesson: Lesson, course_app: App) -> None:
    assert lesson.example is not None
    form = lesson.make_form(lesson.example)
    run = play_example(course_app, form)
    index = course_app.catalog.get_truth(form.recording_id, form.cameras)
    score = score_attempt(form.task, index, run.events, used_s=run.used_s, finished=True, limit_s=form.limit_s)
    assert score.card.passed is True
    assert run.used_s <= EXAMPLE_S
    said = [caption.text for caption in run.captions]
    assert len(said) >= 5
    assert all(text.endswith((".", "?")) for text in said)
    assert [caption.at_s for caption in run.captions] == sorted(caption.at_s for caption in run.captions)


@pytest.mark.parametrize("chosen", [each for lesson, each in TRIES if lesson.number == 1], ids=lambda each: each.try_id)
def test_beginners_finish_lesson_1_in_time(chosen: LessonTry) -> None:
    lesson = COURSE.lessons[0].lesson
    task = lesson.make_form(chosen).task
    shown = get_truth(lesson.recording_id, task.cameras)
    assert len(shown.camera_ids) == 4
    won = 0
    for novice in range(NOVICES):
        answer, used_s = visit(task, shown, seed=SEED + novice)
        card = get_task_type(chosen.type).score(task, answer, shown)
        found = all(is_met for key, is_met in card.criteria.items() if key != "inside_limit")
        won += found and used_s <= chosen.limit_s
    assert won >= 9


def test_nobody_in_lesson_1_looks_like_who_is_sought() -> None:
    lesson = COURSE.lessons[0].lesson
    people = load_people(get_recording(lesson.recording_id))
    for chosen in lesson.tries:
        window = cut_window(get_truth(lesson.recording_id, chosen.cameras), chosen.window_s)
        alike = find_look_alikes(people, str(chosen.target))
        assert [person for person in alike if window.find_target(person)] == []


def test_lessons_keep_away_from_whom_measured_drills_seek() -> None:
    forms = load_form_set(PROJECT / "scenarios" / "forms" / "maple-ridge-eight-oclock.yaml")
    measured = {form.target for form in forms.parallel}
    assert measured & {each.target for _, each in TRIES} == set()
