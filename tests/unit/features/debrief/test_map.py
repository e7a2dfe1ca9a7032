"""The map: one mark a claim, what is wrong in words, and who was where when."""

from typing import Any

import numpy as np

from sim.app.wiring import App
from sim.attempt.events import EventKind
from sim.features.debrief.debrief import get_debrief
from sim.features.debrief.map import MOST_MARKS, MapMark, MapView, choose_marks
from sim.tasks.common.simulated_user import FOLLOWER
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


def test_of_many_marks_the_right_ones_and_the_earliest_are_drawn() -> None:
    place: dict[str, Any] = {
        "t_s": 0.0,
        "clock": "8:00:00 AM",
        "camera_id": "C",
        "camera_name": "C",
        "x_m": 0.0,
        "y_m": 0.0,
    }
    kinds = ["nobody"] * 200 + ["right"] * 30
    marks = [
        MapMark(number=number, kind=kind, words=kind, count=1, floor="1", **place)
        for number, kind in enumerate(kinds, start=1)
    ]
    assert [mark.number for mark in choose_marks(marks)] == [*range(1, MOST_MARKS - 29), *range(201, 231)]
    assert choose_marks(marks[:5]) == tuple(marks[:5])
