"""Lesson files: what is wrong is told with file, key, and what is expected."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.app.forms import LessonFiles, load_course, load_lesson
from sim.app.score import load_truth_index
from sim.attempt.profile import ProfileName
from sim.errors import NewerSchemaError, TaskError
from sim.footage.recording.open import Recording
from sim.forms.lessons import check_try
from sim.program.guide_steps import FAR_S, STEPS, StepsDone, count_steps, list_steps
from tests.support.guide_log import WHOLE_GUIDE_ACTS


def make_data(**changes: Any) -> dict[str, Any]:
    head = {"type": "trace", "window_s": [0.0, 20.0], "limit_s": 120.0}
    tries = [
        head | {"try_id": "a", "target": "P001"},
        head | {"try_id": "b", "target": "P002"},
        head | {"try_id": "c", "target": "P003", "is_easier": True},
    ]
    data = {
        "schema_version": 1,
        "lesson_id": "first",
        "number": 1,
        "title": "First",
        "rule": "A rule.",
        "steps": ["A step."],
        "recording_id": "tiny",
        "tries": tries,
    }
    return data | changes


def write(folder: Path, data: object, name: str = "01.yaml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return path


def change_try(**changes: Any) -> list[dict[str, Any]]:
    tries = make_data()["tries"]
    return [tries[0] | changes, *tries[1:]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tries": change_try(type="juggle")}, r"01\.yaml, tries\.0: .*'juggle' does not exist, expected one of trace"),
        ({"tries": change_try(limit_s=1000.0)}, r"01\.yaml, tries\.0\.limit_s: .*300"),
        ({"tries": change_try(try_id="b")}, r"01\.yaml: .*try_id is used twice"),
        ({"tries": change_try(target="P002")}, r"01\.yaml: .*two ask the same, expected another student"),
        ({"tries": change_try(is_easier=True)[:1] * 3}, r"01\.yaml: "),
        ({"tries": make_data()["tries"][:2]}, r"01\.yaml, tries: .*at least 3"),
        ({"rule": ""}, r"01\.yaml, rule: "),
        ({"rule_of_thumb": "x"}, r"01\.yaml, rule_of_thumb: "),
        ({"number": 0}, r"01\.yaml, number: "),
        ({"schema_version": 2}, "schema_version 2"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_key(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises((TaskError, NewerSchemaError), match=said):
        load_lesson(write(tmp_path, make_data(**changes)))


def test_a_wrong_file_is_left_out_and_told_the_others_stay(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, make_data(), "01.yaml"),
        write(tmp_path, make_data(lesson_id="second"), "02.yaml"),
        write(tmp_path, [1, 2], "03.yaml"),
    ]
    course = load_course(paths)
    assert [known.lesson.lesson_id for known in course.lessons] == ["first"]
    assert "the same number: 1" in course.problems[0]
    assert "03.yaml holds no mapping" in course.problems[1]
    assert sorted(course.tries) == ["lesson-first-a", "lesson-first-b", "lesson-first-c"]
    files = LessonFiles([tmp_path])
    assert files.read().lessons == course.lessons
    assert files.read() is files.read()
    write(tmp_path, make_data(title="Another"))
    assert files.read().lessons[0].lesson.title == "Another", "a changed file is read again"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"target": "P999"}, r"01\.yaml, tries\.0 \(a\)\.target: there is no student 'P999' in tiny.*Expected: one of"),
        ({"cameras": ["CAM-01", "CAM-77"]}, r"01\.yaml, tries\.0 \(a\): .*CAM-77.*Expected:"),
        ({"known": {"t_s": 1.0, "camera_id": "CAM-77"}}, r"01\.yaml, tries\.0 \(a\): there is no camera 'CAM-77'"),
    ],
)
def test_a_missing_student_or_camera_is_told(
    tmp_path: Path, tiny_recording: Recording, changes: dict[str, Any], said: str
) -> None:
    lesson = load_lesson(write(tmp_path, make_data(tries=change_try(**changes))))
    with pytest.raises(TaskError, match=said):
        check_try(lesson, lesson.tries[0], load_truth_index(tiny_recording), source="01.yaml")


SCRIPT = Path("sim/ui/console/js/guide.js")


def test_a_whole_log_does_every_step_of_the_console_and_one_without_a_plan_has_no_step_for_it() -> None:
    assert count_steps(WHOLE_GUIDE_ACTS, profile=ProfileName.CLASSIC) == StepsDone(done=18, of=18)
    assert count_steps(WHOLE_GUIDE_ACTS, profile=ProfileName.CLASSIC).is_whole
    for left_out in range(len(WHOLE_GUIDE_ACTS)):
        log = WHOLE_GUIDE_ACTS[:left_out] + WHOLE_GUIDE_ACTS[left_out + 1 :]
        assert not count_steps(log, profile=ProfileName.CLASSIC).is_whole, WHOLE_GUIDE_ACTS[left_out]
    assert count_steps(WHOLE_GUIDE_ACTS[-1:], profile=ProfileName.CLASSIC) == StepsDone(done=1, of=18)
    text = SCRIPT.read_text(encoding="utf-8")
    assert re.findall(r'^    \{ name: "(\w+)"', text, re.MULTILINE) == list(STEPS)
    assert f"FAR_S = {FAR_S:g};" in text
    assert "plan" not in list_steps(ProfileName.MINIMAL)
    assert count_steps(WHOLE_GUIDE_ACTS, profile=ProfileName.MINIMAL).is_whole
