"""The map: one mark a claim, what is wrong in words, and who was where when."""

import numpy as np
import pytest

from sim.drill.event import EventKind
from sim.services.app.score import score_attempt
from sim.services.app.wiring import PROJECT, App, Settings, open_app
from sim.services.debrief.map import MOST_MARKS, MapMark, MapView, choose_marks
from sim.services.debrief.page import get_debrief
from sim.tasks import get_task_type
from sim.tasks.common.base import Task
from sim.tasks.common.skill import FOLLOWER, PERFECT
from tests.support.fake_clock import FakeClock
from tests.support.played_attempt import Act, play_by_acts, play_by_skill

FORM = "tiny-trace-a"


def get_map(app: App, attempt_id: str) -> MapView:
    view = get_debrief(app, attempt_id).map
    assert view is not None
    return view


def make_mark_act(number: int, camera_id: str, t_s: float, *, x: float, y: float) -> Act:
    place = {"camera_id": camera_id, "frame": round(t_s * 10), "t_s": t_s, "x": x, "y": y}
    return (1.0 + number / 1000.0, EventKind.MARK, {"mark_id": f"mark-{number}", **place})


def test_marks_are_numbered_by_site_time_and_told_apart_in_words(drill_app: App, clock: FakeClock) -> None:
    view = get_map(drill_app, play_by_skill(drill_app, clock, FORM, FOLLOWER, seed=1))
    assert [mark.number for mark in view.marks] == list(range(1, len(view.marks) + 1))
    assert [mark.t_s for mark in view.marks] == sorted(mark.t_s for mark in view.marks)
    assert {mark.kind: mark.words for mark in view.marks} == {"right": "correct", "wrong person": "wrong person"}


def test_a_mark_on_nobody_lies_before_its_camera(drill_app: App, clock: FakeClock) -> None:
    act = make_mark_act(1, "CAM-03", 0.0, x=0.01, y=0.99)
    (mark,) = get_map(drill_app, play_by_acts(drill_app, clock, FORM, [(0.0, EventKind.OPEN, {}), act])).marks
    assert (mark.kind, mark.words, mark.camera_id) == ("nobody", "no one there", "CAM-03")
    site = drill_app.catalog.get_recording("tiny").site
    camera = site.get_camera("CAM-03")
    assert mark.floor == camera.floor
    assert 0.0 < np.hypot(mark.x_m - camera.position_m[0], mark.y_m - camera.position_m[1]) < 10.0


def test_a_mark_above_the_horizon_stays_on_the_plan(drill_app: App, clock: FakeClock) -> None:
    acts = [make_mark_act(n, f"CAM-0{n}", 0.0, x=0.0, y=0.0) for n in range(1, 5)]
    marks = get_map(drill_app, play_by_acts(drill_app, clock, FORM, [(0.0, EventKind.OPEN, {}), *acts])).marks
    points = [point for space in drill_app.catalog.get_recording("tiny").site.spaces for point in space.polygon]
    xs, ys = zip(*points, strict=True)
    assert len(marks) == 4
    for mark in marks:
        assert min(xs) <= mark.x_m <= max(xs)
        assert min(ys) <= mark.y_m <= max(ys)


def test_the_axis_has_the_student_s_stretches_and_what_was_watched(drill_app: App, clock: FakeClock) -> None:
    acts: list[Act] = [
        (0.0, EventKind.OPEN, {}),
        (1.0, EventKind.FOCUS, {"camera_id": "CAM-02", "t_s": 3.0}),
        (1.0, EventKind.PLAY, {"t_s": 3.0, "speed": 1.0}),
        (4.0, EventKind.PLAY, {"t_s": 6.0, "speed": 1.0, "tick": True}),
        (6.0, EventKind.PAUSE, {"t_s": 8.0}),
    ]
    attempt_id = play_by_acts(drill_app, clock, FORM, acts)
    view = get_map(drill_app, attempt_id)
    assert [(span.camera_id, span.from_s, span.to_s) for span in view.watched] == [("CAM-02", 3.0, 8.0)]
    truth = drill_app.catalog.get_truth("tiny")
    target = drill_app.catalog.get_form(FORM).form.target
    own = sorted((a.start_s, a.end_s, a.camera_id) for a in truth.appearances if a.person_id == target)
    assert sorted((span.from_s, span.to_s, span.camera_id) for span in view.student) == own


def test_the_path_is_where_truth_has_the_student(drill_app: App, clock: FakeClock) -> None:
    view = get_map(drill_app, play_by_skill(drill_app, clock, FORM, PERFECT))
    rows = drill_app.catalog.get_truth("tiny").table.rows
    own = rows[rows["person_id"] == drill_app.catalog.get_form(FORM).form.target]
    for point in view.true_path:
        if point.seen:
            here = own[(own["t_s"] == point.t_s) & (own["camera_id"] == point.camera_id)].iloc[0]
            assert (point.x_m, point.y_m) == (here["floor_x_m"], here["floor_y_m"])


def test_of_many_marks_the_right_ones_and_the_earliest_are_drawn() -> None:
    kinds = ["nobody"] * 200 + ["right"] * 30
    marks = [
        MapMark(
            number=number,
            kind=kind,
            words=kind,
            count=1,
            t_s=float(number),
            clock="8:00:00 AM",
            camera_id="CAM-01",
            camera_name="Lobby",
            x_m=0.0,
            y_m=0.0,
            floor="1",
        )
        for number, kind in enumerate(kinds, start=1)
    ]
    drawn = choose_marks(marks)
    assert [mark.number for mark in drawn] == [*range(1, MOST_MARKS - 29), *range(201, 231)]
    assert choose_marks(marks[:5]) == tuple(marks[:5])


@pytest.fixture
def shipped(tmp_path) -> App:
    folders = {"recordings": (PROJECT / "sample_footage",), "forms": (PROJECT / "scenarios" / "forms",)}
    opened = open_app(Settings(data=tmp_path, database_url=f"sqlite:///{tmp_path / 'x.db'}", **folders), FakeClock())
    yield opened
    opened.close()


def test_in_an_encounter_the_person_who_was_met_is_to_be_marked(shipped: App) -> None:
    known = next(each for each in shipped.catalog.list_forms() if each.form.type == "encounter")
    task: Task = known.form.task
    truth = shipped.catalog.get_truth(known.recording_id)
    mark = get_task_type(task.type).answer_perfectly(task, truth).marks[0]
    case = score_attempt(task, truth, (), used_s=1.0, finished=True, limit_s=60.0).case
    assert case is not None
    (met,) = get_task_type(task.type).find_people_to_mark(task, case.index)
    rows = truth.table.rows
    shown = rows[(rows["camera_id"] == mark.camera_id) & (rows["t_s"] == mark.t_s)]["person_id"]
    assert met in set(shown)
    assert met != task.target
