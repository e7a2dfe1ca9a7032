import pytest

from sim.services.app.wiring import App
from sim.services.attempt import footage_access
from sim.services.library import library
from sim.services.library.warm_up import make_steps


def test_after_the_steps_a_first_drill_makes_nothing_anew(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in make_steps(drill_app):
        step()

    def refuse(*_: object) -> object:
        raise AssertionError("made anew")

    catalogue = drill_app.catalogue
    recording_id = catalogue.list_forms()[0].recording_id
    for module, name in (
        ("sim.services.app.catalogue", "make_shown_plan"),
        ("sim.services.app.catalogue", "describe_links"),
        ("sim.services.app.catalogue", "load_truth_index"),
    ):
        monkeypatch.setattr(f"{module}.{name}", refuse)
    monkeypatch.setattr(footage_access, "make_clip_index", refuse)
    monkeypatch.setattr(footage_access, "make_timeline_file", refuse)
    monkeypatch.setattr(library, "_make_cover", refuse)
    catalogue.get_plan(recording_id)
    catalogue.get_links(recording_id)
    catalogue.get_truth(recording_id)
    library.get_cover(drill_app)
    footage_access.load_timeline(drill_app, recording_id)
    for camera in catalogue.get_recording(recording_id).manifest.cameras:
        footage_access.load_index(drill_app, recording_id, camera.main)
