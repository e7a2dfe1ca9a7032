"""What the console asks, with the time it is about."""

from collections.abc import Iterator

import pytest

from sim.drill.forms import Form
from sim.footage.recording.open import open_recording
from sim.footage.recording.recording import Manifest
from sim.services.app.wiring import App, open_app, read_settings
from sim.services.attempt import attempts
from sim.services.attempt.last_seen import describe_known, number_cameras, write_known
from tests.support.fake_clock import FakeClock
from tests.support.shipped_forms import Wish, find_form
from tests.support.story_truth import SHIPPED


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The services on the shipped recording, whose truth is read once; every test makes an attempt of its own."""
    opened = open_app(read_settings({"SIGHTLINE_DATA": str(tmp_path_factory.mktemp("shipped"))}), FakeClock())
    yield opened
    opened.close()


def make_alarm_form(manifest: Manifest) -> Form:
    return Form(
        form_id="a",
        recording_id=manifest.recording_id,
        title="A",
        use="practice",
        type="alarm",
        params={"event_id": "alarm-1"},
        limit_s=240.0,
        window_s=(39.0, 270.0),
    )


def test_where_the_student_was_last_seen_is_told_before_and_in_the_console(app: App) -> None:
    form = find_form(Wish(type="trace"))
    assert form.known is not None
    attempt_id = attempts.create_practice(app, form_id=form.form_id)
    briefing = attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    data = attempts.get_console(app, attempt_id).data
    known = data["task"]["known"]
    camera = next(each for each in data["site"]["cameras"] if each["camera_id"] == form.known.camera_id)
    minutes, seconds = divmod(int(form.known.t_s), 60)
    number = int(camera["camera_id"].removeprefix("CAM-"))
    assert briefing.known == f"Last seen 8:{minutes:02d}:{seconds:02d} AM at {camera['name']} (camera {number})"
    assert (known["words"], known["camera_id"]) == (briefing.known, form.known.camera_id)
    assert data["task"]["starts_at_s"] == known["t_s"] == form.known.t_s
    assert (known["floor"], known["x"], known["y"]) == (camera["floor"], round(camera["x"], 2), round(camera["y"], 2))


def test_a_sighting_by_a_person_names_them_and_the_space() -> None:
    recording = open_recording(SHIPPED)
    space = recording.site.spaces[0]
    form = Form.model_validate(
        {
            "form_id": "a",
            "recording_id": recording.manifest.recording_id,
            "title": "A",
            "use": "practice",
            "type": "trace",
            "target": "P035",
            "limit_s": 240.0,
            "window_s": (0.0, 300.0),
            "known": {"t_s": 60.0, "zone_id": space.zone_id, "seen_by": "a teacher"},
        }
    )
    assert write_known(form, recording) == f"Last seen 8:01:00 AM at {space.name}, by a teacher"
    told = describe_known(form, recording)
    assert told is not None
    assert (told["camera_id"], told["floor"]) == (None, space.floor)
    low, high = (side([x for x, _ in space.polygon]) for side in (min, max))
    assert low <= told["x"] <= high


def test_a_camera_is_called_as_in_its_picture_in_a_drill_on_some_cameras_too() -> None:
    manifest = open_recording(SHIPPED).manifest
    form = make_alarm_form(manifest).model_copy(update={"cameras": ("CAM-14", "CAM-03")})
    assert number_cameras(form, manifest) == {"CAM-03": 3, "CAM-14": 14}


@pytest.mark.parametrize("names", [("Gate", "Hall"), ("A-1", "B-1"), ("CAM-0", "CAM-1")])
def test_cameras_without_numbers_of_their_own_are_counted_along_the_wall(names: tuple[str, str]) -> None:
    manifest = open_recording(SHIPPED).manifest
    wall = manifest.walls[0].model_copy(update={"cameras": names})
    cameras = tuple(
        camera.model_copy(update={"camera_id": name}) for camera, name in zip(manifest.cameras, names, strict=False)
    )
    odd = manifest.model_copy(update={"walls": (wall,), "cameras": cameras})
    form = make_alarm_form(manifest).model_copy(update={"cameras": names[1:]})
    assert number_cameras(form, odd) == {names[1]: 2}
