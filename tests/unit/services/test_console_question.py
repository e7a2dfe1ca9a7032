"""What the console asks, with the time it is about."""

from sim.drill.forms import Form
from sim.footage.open import open_recording
from sim.services.console_data import write_question
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
