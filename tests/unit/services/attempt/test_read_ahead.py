import threading

import pytest

from sim.drill.attempt import AttemptState
from sim.errors import RecordingError
from sim.services.app import score
from sim.services.app.wiring import App
from sim.services.attempt import attempts, footage_access, read_ahead
from sim.services.attempt.read_ahead import begin_reading, make_steps


def test_after_the_steps_a_first_drill_makes_nothing_anew(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in make_steps(drill_app, drill_app.catalog.list_forms()[0].recording_id):
        step()

    def refuse(*_: object) -> object:
        raise AssertionError("made anew")

    catalog = drill_app.catalog
    recording_id = catalog.list_forms()[0].recording_id
    for module, name in (
        ("sim.services.app.catalog", "make_shown_plan"),
        ("sim.services.app.catalog", "describe_links"),
        ("sim.services.app.score", "load_silhouettes"),
    ):
        monkeypatch.setattr(f"{module}.{name}", refuse)
    monkeypatch.setattr(footage_access, "make_clip_index", refuse)
    monkeypatch.setattr(footage_access, "make_timeline_file", refuse)
    cameras = catalog.get_recording(recording_id).manifest.cameras
    names = [camera.camera_id for camera in cameras]
    assert [camera["camera_id"] for camera in catalog.get_plan(recording_id)["cameras"]] == names
    assert list(catalog.get_links(recording_id)) == names
    catalog.read_truth(recording_id)
    assert footage_access.load_timeline(drill_app, recording_id)
    assert all(footage_access.load_index(drill_app, recording_id, camera.main) for camera in cameras)


def test_the_page_of_a_drill_begins_it_and_once_for_a_recording(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    finished = threading.Event()

    def make_timeline(app: App, recording_id: str) -> None:
        begun.append(threading.current_thread().name)
        raise RecordingError("the motion cannot be read")

    monkeypatch.setattr(read_ahead, "load_timeline", make_timeline)
    monkeypatch.setattr(read_ahead, "give_back_memory", finished.set)
    for _ in range(2):
        begin_reading(drill_app, attempts.create_sample(drill_app))
    assert finished.wait(timeout=30)
    assert begun == ["read-ahead"]
    # what was made before the failure stays made
    monkeypatch.setattr(score, "load_silhouettes", None)
    drill_app.catalog.read_truth("tiny")


def test_silhouettes_that_cannot_be_read_stop_the_drill_before_its_clock(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RecordingError("silhouettes.parquet was altered")

    attempt_id = attempts.create_sample(drill_app)
    attempts.get_briefing(drill_app, attempt_id)
    with monkeypatch.context() as patch:
        patch.setattr(score, "load_silhouettes", fail)
        with pytest.raises(RecordingError, match="was altered"):
            attempts.begin(drill_app, attempt_id)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.BRIEFED
    # restored, it begins: a failure is not kept
    attempts.begin(drill_app, attempt_id)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.RUNNING
    assert drill_app.catalog.get_truth("tiny").silhouettes is not None
