"""A recording as the first release wrote it: it opens, is whole, and a drill on it runs to its debrief."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from sim.columns import PEOPLE
from sim.drill.event import EventKind
from sim.errors import RecordingError
from sim.footage.checks.verify import verify_recording
from sim.footage.recording.open import Recording, load_activity, load_events, load_people, load_truth, open_recording
from sim.services.attempt import attempts
from sim.services.attempt.event_batch import parse_batch
from sim.services.attempt.intake import accept_events
from sim.services.debrief import page as debrief
from sim.services.library.build.footage_silhouettes import make_mask_painters
from tests.support.driven_drill import TAB
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import lay_out_library, make_tiny_app


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    with zipfile.ZipFile(Path(__file__).parent / "first_release" / "recording.zip") as packed:
        packed.extractall(tmp_path)
    return open_recording(tmp_path / "tiny")


def test_it_is_whole_and_what_came_later_is_empty(recording: Recording) -> None:
    assert verify_recording(recording.folder) == ()
    assert len(load_truth(recording).person_ids) == 7
    assert len(load_activity(recording)) == 4 * 16
    assert load_events(recording).empty
    people = load_people(recording)
    assert {column.name for column in PEOPLE} == set(people.columns)
    assert set(people["nearest_person"]) == {""}


@pytest.mark.parametrize("bodies", [None, "bodies"])
def test_its_people_cannot_be_painted_again_and_it_is_said_why(recording: Recording, bodies: str | None) -> None:
    """Before recordings named their body set it was the first one, which some name."""
    assert recording.manifest.bodies is None
    recording = replace(recording, manifest=recording.manifest.model_copy(update={"bodies": bodies}))
    with pytest.raises(RecordingError, match=r"first body set.*not part of Sightline.*play, score and check it"):
        make_mask_painters(recording, None)


def test_a_drill_on_it_runs_to_its_debrief(recording: Recording, tmp_path: Path, clock: FakeClock) -> None:
    app = make_tiny_app(tmp_path / "data", lay_out_library(tmp_path / "library", recording), clock)
    attempt_id = attempts.create_sample(app)
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    assert attempts.get_console(app, attempt_id).state == "running"
    clock.pass_s(20)
    body = (
        f'{{"tab": "{TAB}", "events": [{{"seq": 1, "t_client_ms": 20000.0, "kind": "{EventKind.SUBMIT}", "payload": '
        '{"final_zone": "lobby", "not_on_camera": false, "note": ""}}]}'
    )
    tab_id, events, waiting = parse_batch(body.encode())
    answer = accept_events(app, attempt_id, tab_id=tab_id, events=events, waiting=waiting)
    assert answer.state == "submitted"
    assert debrief.get_debrief(app, attempt_id).attempt_id == attempt_id
    app.close()
