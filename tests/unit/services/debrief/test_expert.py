"""The expert's captions name cameras as the console of that very drill does."""

import re

from sim.services.app.wiring import App
from sim.services.attempt.last_seen import number_cameras
from sim.services.debrief.expert import find_expert


def test_captions_of_a_drill_on_some_cameras_use_the_numbers_in_their_pictures(drill_app: App) -> None:
    form = drill_app.catalog.get_form("tiny-trace-a").form
    manifest = drill_app.catalog.get_recording(form.recording_id).manifest
    fewer = form.model_copy(update={"cameras": tuple(camera.camera_id for camera in manifest.cameras[1:])})
    numbers = number_cameras(fewer, manifest)
    assert list(numbers.values()) == list(range(2, len(manifest.cameras) + 1))
    found = find_expert(drill_app.catalog, fewer)
    assert found is not None
    said = {int(n) for caption in found.run.captions for n in re.findall(r"camera (\d+)", caption.text)}
    here = {numbers[str(event.payload["camera_id"])] for event in found.run.events if event.kind == "mark"}
    assert here <= said <= set(numbers.values())
    assert here
