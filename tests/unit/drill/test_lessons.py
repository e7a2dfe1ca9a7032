"""Lesson files: what is wrong is told with file, key, and what is expected."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.drill.lessons import check_try
from sim.errors import NewerSchemaError, TaskError
from sim.footage.recording.open import Recording
from sim.services.app.forms import LessonFiles, load_course, load_lesson
from sim.services.app.score import load_truth_index


def make_data(**changes: Any) -> dict[str, Any]:
    tries = [
        {"try_id": "a", "type": "trace", "target": "P001", "window_s": [0.0, 20.0], "limit_s": 120.0},
        {"try_id": "b", "type": "trace", "target": "P002", "window_s": [0.0, 20.0], "limit_s": 120.0},
        {
            "try_id": "c",
            "type": "trace",
            "target": "P003",
            "window_s": [0.0, 20.0],
            "limit_s": 120.0,
            "is_easier": True,
        },
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
    ],
)
def test_what_is_wrong_is_told_with_file_and_key(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(TaskError, match=said):
        load_lesson(write(tmp_path, make_data(**changes)))


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NewerSchemaError):
        load_lesson(write(tmp_path, make_data(schema_version=2)))


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


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    files = LessonFiles([tmp_path])
    assert files.read().lessons == ()
    write(tmp_path, make_data())
    assert files.read().lessons[0].lesson.title == "First"
    assert files.read() is files.read()
