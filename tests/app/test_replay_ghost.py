"""Where the student was, in the replay of one's own search: after its end only, not while the answer is held."""

import pytest

from sim.errors import AttemptError
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.scores import get_replay
from sim.services.debrief.page import get_own_replay
from sim.tasks.common.simulated_user import NOVICE
from tests.support.fake_clock import FakeClock
from tests.support.played_attempt import play_form


def test_the_ghost_is_the_truth_inside_the_window(drill_app: App) -> None:
    attempt_id = play_form(drill_app, "tiny-trace-a", skill=NOVICE)
    form = drill_app.catalog.get_form("tiny-trace-a").form
    truth = drill_app.catalog.get_truth(form.recording_id).table
    own = truth.rows[(truth.rows["person_id"] == form.target) & truth.rows["t_s"].between(*form.window_s)]
    ghost = get_own_replay(drill_app, attempt_id).data["replay"]["ghost"]
    assert set(ghost["boxes"]) == set(own["camera_id"])
    for camera_id, boxes in ghost["boxes"].items():
        width, height = truth.picture_wh[camera_id]
        shown = own[own["camera_id"] == camera_id].set_index("frame")
        assert boxes == sorted(boxes)
        for t_s, x1, y1, x2, y2 in boxes:
            row = shown.loc[round(t_s * truth.fps)]
            sides = (row["x1"] / width, row["y1"] / height, row["x2"] / width, row["y2"] / height)
            assert (x1, y1, x2, y2) == pytest.approx(sides, abs=1e-3)
    assert [point[0] for point in ghost["path"]] == sorted(point[0] for point in ghost["path"])
    assert {floor for *_, floor in ghost["path"]} <= set(own["floor"])


def test_the_plain_replay_tells_nothing_and_before_the_end_there_is_none(drill_app: App, clock: FakeClock) -> None:
    played = play_form(drill_app, "tiny-trace-a", skill=NOVICE)
    assert get_replay(drill_app, played).data["replay"]["ghost"] is None
    attempt_id = attempts.create_practice(drill_app, form_id="tiny-practice-1")
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    clock.pass_s(5.0)
    with pytest.raises(AttemptError, match="cannot be watched"):
        get_own_replay(drill_app, attempt_id)
