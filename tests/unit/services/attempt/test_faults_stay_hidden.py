"""What the browser gets during a drill says of a faulty camera only what a real recorder would."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.errors import RecordingError
from sim.footage.recording.open import EVENTS_FILE, TRUTH_FILE, Recording
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.footage_access import find_file, make_links
from tests.support.fake_clock import FakeClock
from tests.support.faulty_recording import MISNAMED
from tests.support.tiny_app import lay_out_library, make_tiny_app


@pytest.fixture
def faulty_app(tmp_path: Path, faulty_recording: Recording, clock: FakeClock) -> Iterator[App]:
    app = make_tiny_app(tmp_path / "data", lay_out_library(tmp_path / "library", faulty_recording), clock)
    yield app
    app.close()


def test_the_console_knows_only_the_wrong_name_and_no_fault(faulty_app: App) -> None:
    attempt_id = attempts.create_sample(faulty_app)
    attempts.get_briefing(faulty_app, attempt_id)
    attempts.begin(faulty_app, attempt_id)
    data = attempts.get_console(faulty_app, attempt_id).data
    for listed in (data["site"]["cameras"], data["recording"]["cameras"]):
        assert {c["camera_id"]: c["name"] for c in listed}[MISNAMED] == "Lobby"
    words = json.dumps(data)
    for secret in ("offset", "fault", "dead", "misnamed", "events"):
        assert secret not in words, secret


@pytest.mark.parametrize("name", [EVENTS_FILE, TRUTH_FILE, "site.json", "recording.json"])
def test_no_link_opens_a_file_that_tells_of_faults(faulty_app: App, name: str) -> None:
    attempt_id = attempts.create_sample(faulty_app)
    attempts.get_briefing(faulty_app, attempt_id)
    attempts.begin(faulty_app, attempt_id)
    with faulty_app.store.read() as work:
        links = make_links(faulty_app, work.attempts.get(attempt_id))
    with pytest.raises(RecordingError, match="no such picture"):
        find_file(faulty_app, links.token, links.recording_name, links.name(name))
    assert find_file(faulty_app, links.token, links.recording_name, links.name(f"main/{MISNAMED}.mp4")).size > 0
