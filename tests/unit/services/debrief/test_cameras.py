"""The heat map: what was watched, camera by camera, beside where the student was."""

import pytest

from sim.drill.event import EventKind
from sim.services.app.wiring import App
from sim.services.debrief.cameras import CamerasView
from sim.services.debrief.page import get_debrief
from sim.tasks.common.skill import PERFECT
from tests.support.fake_clock import FakeClock
from tests.support.played_attempt import Act, play_by_acts, play_by_skill


def watch(app: App, clock: FakeClock, *stretches: tuple[str, float, float]) -> CamerasView:
    """Play these stretches of footage at real speed, each with a jump before it, and let the time run out."""
    acts: list[Act] = [(0.0, EventKind.OPEN, {})]
    at_s = 1.0
    for camera_id, from_s, to_s in stretches:
        acts += [
            (at_s, EventKind.SEEK, {"from_s": 0.0, "t_s": from_s}),
            (at_s, EventKind.FOCUS, {"camera_id": camera_id, "t_s": from_s}),
            (at_s, EventKind.PLAY, {"t_s": from_s, "speed": 1.0}),
            (at_s + to_s - from_s, EventKind.PAUSE, {"t_s": to_s}),
        ]
        at_s += to_s - from_s + 1.0
    return get_debrief(app, play_by_acts(app, clock, "tiny-practice-1", acts)).cameras


def test_cells_tell_how_often_a_slice_was_watched(drill_app: App, clock: FakeClock) -> None:
    view = watch(drill_app, clock, ("CAM-03", 0.0, 3.2), ("CAM-03", 2.0, 3.0))
    assert view.slice_words == "1 s"
    row = next(row for row in view.rows if row.camera_id == "CAM-03")
    assert [cell.level for cell in row.cells] == [2, 2, 3, 1]
    assert row.cells[2].words.endswith("2 s watched, more than once")
    assert row.cells[0].from_share == 0.0
    assert row.watched == "4 s"


def test_the_student_s_time_is_outlined_where_truth_has_it(drill_app: App, clock: FakeClock) -> None:
    view = get_debrief(drill_app, play_by_skill(drill_app, clock, "tiny-trace-a", PERFECT)).cameras
    form = drill_app.catalog.get_form("tiny-trace-a").form
    truth = drill_app.catalog.get_truth("tiny")
    own = [each for each in truth.appearances if each.person_id == form.target]
    length = form.window_s[1] - form.window_s[0]
    expected = sorted((a.camera_id, a.start_s / length, a.end_s / length) for a in own)
    outlined = [(row.camera_id, *span) for row in view.rows for span in row.student]
    assert [place[0] for place in outlined] == [place[0] for place in expected]
    assert [share for place in outlined for share in place[1:]] == pytest.approx(
        [share for place in expected for share in place[1:]]
    )
    assert view.left_out == len(truth.camera_ids) - len(view.rows)
    assert view.has_appeared
