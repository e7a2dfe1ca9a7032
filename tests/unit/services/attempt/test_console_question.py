"""What the console asks, with the time it is about."""

from pathlib import Path

from sim.drill.forms import Form
from sim.footage.recording.open import open_recording
from sim.services.app.wiring import open_app, read_settings
from sim.services.attempt import attempts
from sim.services.attempt.console_data import write_question
from tests.support.fake_clock import FakeClock
from tests.support.story_truth import SHIPPED


def test_the_time_is_told_unless_it_is_the_whole_recording() -> None:
    manifest = open_recording(SHIPPED).manifest
    data = {
        "form_id": "a",
        "recording_id": manifest.recording_id,
        "title": "A",
        "use": "practice",
        "type": "alarm",
        "params": {"event_id": "alarm-1"},
        "limit_s": 240.0,
    }
    part = Form.model_validate({**data, "window_s": (39.0, 270.0)})
    assert write_question(part, manifest) == f"{part.question} Time given: 8:00:39 AM to 8:04:30 AM."
    whole = Form.model_validate({**data, "window_s": (0.0, manifest.duration_s)})
    assert write_question(whole, manifest) == whole.question


def test_a_search_backward_begins_at_the_end_of_its_time(tmp_path: Path) -> None:
    app = open_app(read_settings({"SIGHTLINE_DATA": str(tmp_path)}), FakeClock())
    form_id = f"{open_recording(SHIPPED).manifest.recording_id}-origin-1"
    attempt_id = attempts.create_practice(app, form_id=form_id)
    briefing = attempts.get_briefing(app, attempt_id)
    assert briefing.release_clock == briefing.window_clock[1] != briefing.window_clock[0]
    attempts.begin(app, attempt_id)
    task = attempts.get_console(app, attempt_id).data["task"]
    assert task["starts_at_s"] == task["window_s"][1]
    app.close()
