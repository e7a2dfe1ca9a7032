import json

import pytest

from sim.errors import NewerSchemaError, RecordingError
from sim.footage.recording.open import Recording, load_activity, load_people, load_truth, open_recording


def test_tiny_recording_has_what_other_tests_rely_on(tiny_recording: Recording) -> None:
    truth = load_truth(tiny_recording)
    assert len(tiny_recording.manifest.cameras) == 4
    assert len(truth.person_ids) == 7
    assert set(truth.rows[truth.rows["person_id"] == "P001"]["camera_id"]) == {f"CAM-0{n}" for n in range(1, 5)}
    assert set(load_people(tiny_recording)["person_id"]) == truth.person_ids
    assert len(load_activity(tiny_recording)) == 4 * 16


def test_a_missing_file_is_named(tiny_recording_copy: Recording) -> None:
    (tiny_recording_copy.folder / "thumbs/CAM-02.webp").unlink()
    with pytest.raises(RecordingError, match=r"CAM-02\.webp is missing"):
        open_recording(tiny_recording_copy.folder)


def test_a_truncated_clip_is_named(tiny_recording_copy: Recording) -> None:
    path = tiny_recording_copy.folder / "main/CAM-03.mp4"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(RecordingError, match=r"CAM-03\.mp4 is cut short"):
        open_recording(tiny_recording_copy.folder)


def test_altered_truth_is_refused_though_its_size_is_right(tiny_recording_copy: Recording) -> None:
    path = tiny_recording_copy.folder / "truth.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    recording = open_recording(tiny_recording_copy.folder)
    with pytest.raises(RecordingError, match=r"truth\.parquet was altered"):
        load_truth(recording)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"schema_version": 99}, NewerSchemaError, "schema_version 99"),
        ({"schema_version": 0}, RecordingError, r"schema_version 0.*build the recording again"),
        ({"fps": 0}, RecordingError, "fps"),
        ({"surprise": 1}, RecordingError, "surprise"),
        ({"files": {"main/../../x.mp4": "0" * 64}}, RecordingError, "files"),
    ],
)
def test_a_manifest_that_is_newer_or_wrong_is_refused(
    tiny_recording_copy: Recording, change: dict[str, object], error: type[Exception], message: str
) -> None:
    path = tiny_recording_copy.folder / "recording.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(error, match=message):
        open_recording(tiny_recording_copy.folder)


def test_a_folder_that_is_no_recording_is_refused(tmp_path) -> None:
    with pytest.raises(RecordingError, match=r"recording\.json cannot be read"):
        open_recording(tmp_path)


def test_an_unknown_camera_is_refused(tiny_recording: Recording) -> None:
    with pytest.raises(RecordingError, match="one of CAM-01"):
        tiny_recording.get_camera("CAM-99")
