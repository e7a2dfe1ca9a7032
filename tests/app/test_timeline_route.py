"""Motion and gaps open as the footage does, are small, and are kept by the browser."""

import base64

import numpy as np

from sim.footage.recording.open import Recording, load_activity
from sim.services.attempt.footage_access import make_timeline_file
from tests.support.driven_drill import Drill


def test_it_opens_when_the_drill_has_started(drill: Drill) -> None:
    url = drill.links.link_timeline()
    assert drill.client.get(url).status_code == 403
    drill.begin()
    answer = drill.client.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    recording = drill.app.catalog.get_recording("tiny")
    told = answer.json()
    assert told["every_s"] == 1.0
    assert list(told["cameras"]) == [camera.camera_id for camera in recording.manifest.cameras]
    activity = load_activity(recording)
    for camera_id, camera in told["cameras"].items():
        levels = np.frombuffer(base64.b64decode(camera["motion"]), dtype=np.uint8)
        own = activity.loc[activity["camera_id"] == camera_id, "motion"].to_numpy()
        assert (np.round(255 * np.sqrt(own)) == levels).all()
        assert camera["gaps_s"] == []
    assert len(answer.content) < 2 * len(activity) + 60 * len(recording.manifest.cameras)


def test_a_table_of_motion_that_was_altered_is_not_served(drill: Drill, tiny_recording_copy: Recording) -> None:
    drill.begin()
    drill.app.catalog.get_recording("tiny")
    drill.app.catalog._kept[("recording", "tiny")] = tiny_recording_copy
    path = tiny_recording_copy.folder / "activity.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    answer = drill.client.get(drill.links.link_timeline())
    assert answer.status_code == 404
    assert str(path) not in answer.text


def test_a_gap_is_told_and_no_fault(faulty_recording: Recording) -> None:
    body = make_timeline_file(faulty_recording).body
    assert b'"gaps_s":[[4.0,6.0]]' in body
    for secret in (b"fault", b"dead", b"offset", b"frame", b"P0"):
        assert secret not in body
