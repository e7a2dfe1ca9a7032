"""A camera that the console calls by a wrong name: shown so everywhere, told right in the debrief, and the answer."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.errors import TaskError
from sim.services.app.catalog import write_right_names
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.debrief.page import get_debrief
from sim.tasks import get_task_type
from sim.tasks.common.base import Task
from tests.support.fake_clock import FakeClock
from tests.support.tiny_course import open_course, play, write_lesson

WRONG = "Somewhere else"
SETUP = """\
- try_id: named
  type: setup
  limit_s: 120.0
  window_s: [0.0, 16.0]
  params:
    start: {start}
    end: {end}
    start_name: A
    end_name: B
    fault: wrong-name
    wrong_names:
      {camera}: {name}
"""


@pytest.fixture
def app(tmp_path: Path, tiny_library: Path, clock: FakeClock) -> Iterator[App]:
    opened = open_course(tmp_path / "data", tiny_library, clock)
    yield opened
    opened.close()


def find_task(app: App) -> Task:
    index = app.catalog.get_truth("tiny")
    return get_task_type("setup").make_tasks(index, (0.0, 16.0))[0]


def add_try(app: App, *, camera: str, name: str) -> str:
    """Give lesson 1 a try with a wrong name; return its form_id."""
    params = find_task(app).params
    path = write_lesson(app.settings.lessons[0], 1)
    text = path.read_text(encoding="utf-8")
    path.write_text(text + SETUP.format(start=params["start"], end=params["end"], camera=camera, name=name), "utf-8")
    return "lesson-lesson-1-named"


def test_the_console_shows_the_wrong_name_and_the_debrief_the_right_one(app: App, clock: FakeClock) -> None:
    form_id = add_try(app, camera="CAM-02", name=WRONG)
    attempt_id = attempts.create_practice(app, form_id=form_id)
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    data = attempts.get_console(app, attempt_id).data
    assert [each["name"] for each in data["recording"]["cameras"] if each["camera_id"] == "CAM-02"] == [WRONG]
    assert [each["name"] for each in data["site"]["cameras"] if each["camera_id"] == "CAM-02"] == [WRONG]
    (field,) = data["task"]["answer_form"]["fields"]
    assert {"value": "CAM-02", "label": WRONG} in field["options"]
    right = app.catalog.get_site("tiny").get_camera("CAM-02").name
    sent = json.dumps(data)
    assert "wrong_names" not in sent
    assert right not in [each["name"] for each in data["recording"]["cameras"]]
    play(app, clock, attempt_id, well=True)
    form = app.catalog.get_form(form_id).form
    names = write_right_names(app.catalog.get_recording("tiny"), form)
    assert names["CAM-02"] == f"{right} (misnamed {WRONG})"
    view = get_debrief(app, attempt_id)
    assert [(fault.camera_id, fault.outcome) for fault in view.faults] == [("CAM-02", "found")]


@pytest.mark.parametrize(("camera", "name"), [("CAM-99", WRONG), ("CAM-02", "")])
def test_a_wrong_name_that_is_none_is_refused(app: App, camera: str, name: str) -> None:
    task = find_task(app)
    params = {**task.params, "fault": "wrong-name", "wrong_names": {camera: name}}
    wrong = Task(type="setup", window_s=task.window_s, params=params)
    with pytest.raises(TaskError, match="wrong_names calls"):
        get_task_type("setup").check_task(wrong, app.catalog.get_truth("tiny"))
    two = Task(type="setup", window_s=task.window_s, params={**params, "wrong_names": {"CAM-01": "X", "CAM-02": "Y"}})
    with pytest.raises(TaskError, match="names 2 cameras"):
        get_task_type("setup").check_task(two, app.catalog.get_truth("tiny"))
