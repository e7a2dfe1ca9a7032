import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.columns import EVENTS, TRUTH
from sim.footage.checks.verify import check_clip, verify_recording
from sim.footage.recording.open import Recording, compute_sha256, load_events, load_truth, open_recording
from sim.footage.recording.tables import write_table
from sim.footage.video.encode import ClipWriter, compute_planes
from tests.support.faulty_recording import DEAD, LATE, MISNAMED, SLOW


def _verify(recording: Recording) -> list[str]:
    return [str(problem) for problem in verify_recording(recording.folder)]


def _sign_again(recording: Recording, name: str) -> None:
    path = recording.folder / "recording.json"
    manifest = json.loads(path.read_text())
    manifest["files"][name] = compute_sha256(recording.folder / name)
    manifest["sizes"][name] = (recording.folder / name).stat().st_size
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize("name", ["main/CAM-02.mp4", "wall/wall-0.mp4", "people/P004.webp", "people.parquet"])
def test_one_flipped_byte_names_its_file(tiny_recording_copy: Recording, name: str) -> None:
    path = tiny_recording_copy.folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0x10
    path.write_bytes(content)
    assert _verify(tiny_recording_copy) == [f"{name}: was altered: its sha256 is not the one in recording.json"]


def test_missing_cut_and_foreign_files_are_named(tiny_recording_copy: Recording) -> None:
    folder = tiny_recording_copy.folder
    assert _verify(tiny_recording_copy) == []
    (folder / "main/CAM-01.mp4").unlink()
    (folder / "main/CAM-04.mp4").write_bytes(b"")
    (folder / "main/notes.txt").write_text("x")
    problems = _verify(tiny_recording_copy)
    assert [p.split(":")[0] for p in problems] == ["main/CAM-01.mp4", "main/CAM-04.mp4", "main/notes.txt"]


def test_a_clip_of_the_wrong_length_is_found_behind_a_right_hash(tiny_recording_copy: Recording) -> None:
    _write_clip(tiny_recording_copy.folder / "main/CAM-02.mp4", frames=150)
    _sign_again(tiny_recording_copy, "main/CAM-02.mp4")
    assert _verify(tiny_recording_copy) == ["main/CAM-02.mp4: decodes to 150 frames, expected 160"]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("x2", 321.0, "leaves the picture"),
        ("x1", 320.0, "empty"),
        ("frame", 160, "outside the recording"),
        ("t_s", 3.21, "not frame / fps"),
        ("visible", 0.0, "visible share"),
        ("zone", "moon", "zone that the site has not"),
        ("person_id", "P099", "lacks P099"),
    ],
)
def test_impossible_truth_is_found_behind_a_right_hash(
    tiny_recording_copy: Recording, column: str, value: object, message: str
) -> None:
    rows = load_truth(tiny_recording_copy).rows.copy()
    rows.loc[len(rows) - 1, column] = value
    assert any(message in problem for problem in _rewrite(tiny_recording_copy, "truth.parquet", rows))


@pytest.mark.parametrize(
    ("group_frames", "problems"),
    [(20, []), (25, ["has more than 20 frames from one key frame to the next"])],
)
def test_a_clip_with_longer_groups_is_refused(
    group_frames: int, problems: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.footage.video.encode.GROUP_FRAMES", group_frames)
    _write_clip(tmp_path / "clip.mp4", frames=50)
    assert check_clip(tmp_path / "clip.mp4", size_wh=(320, 180), fps=10, frame_count=50) == problems


def _write_clip(path: Path, *, frames: int) -> None:
    rng = np.random.default_rng(5)
    with ClipWriter(path, size_wh=(320, 180), fps=10, crf=30, preset="veryfast") as clip:
        for _ in range(frames):
            clip.write_planes(compute_planes(rng.integers(0, 255, (180, 320, 3), dtype=np.uint8)))


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_a_truncated_clip_is_named_by_size_and_behind_a_right_hash_by_what_it_lacks(
    tiny_recording_copy: Recording, share: float
) -> None:
    path = tiny_recording_copy.folder / "main/CAM-02.mp4"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    (problem,) = _verify(tiny_recording_copy)
    assert problem.startswith(f"main/CAM-02.mp4: has {int(len(content) * share)} bytes, expected {len(content)}")
    _sign_again(tiny_recording_copy, "main/CAM-02.mp4")
    assert _verify(tiny_recording_copy)[0].startswith("main/CAM-02.mp4: ")


Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture
def copied(faulty_recording: Recording, tmp_path: Path) -> Recording:
    shutil.copytree(faulty_recording.folder, tmp_path / "copy")
    return open_recording(tmp_path / "copy")


def _rewrite(recording: Recording, name: str, rows: pd.DataFrame) -> list[str]:
    """Put other rows into a table, sign it, and return what verify says."""
    write_table(recording.folder / name, rows, columns=TRUTH if name == "truth.parquet" else EVENTS)
    _sign_again(recording, name)
    return _verify(recording)


def _move_into_dead_span(rows: pd.DataFrame) -> pd.DataFrame:
    place = rows.index[(rows["camera_id"] == DEAD) & (rows["frame"] == 39)][0]
    rows.loc[place, ["frame", "t_s"]] = [45, 4.5]
    return rows.astype({"frame": "int32"})


def _move_box(rows: pd.DataFrame) -> pd.DataFrame:
    place = rows.index[(rows["camera_id"] == SLOW) & (rows["frame"] == 6)][0]
    rows.loc[place, "x2"] += 3
    return rows


def _drop_repeat(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[~((rows["camera_id"] == SLOW) & (rows["frame"] == 8))]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_move_into_dead_span, f"truth.parquet: {DEAD} shows nothing at frame 45, but 1 rows"),
        (_move_box, f"truth.parquet: {SLOW} frame 6 repeats frame 4"),
        (_drop_repeat, f"truth.parquet: {SLOW} frame 8 repeats frame 7"),
    ],
)
def test_truth_that_says_more_or_less_than_the_picture_is_found(
    copied: Recording, change: Change, message: str
) -> None:
    problems = _rewrite(copied, "truth.parquet", change(load_truth(copied).rows.copy()))
    assert len(problems) == 2
    assert "silhouettes.parquet belongs to another recording's truth" in problems[0]
    assert problems[1].startswith(message)


@pytest.mark.parametrize(
    ("kind", "column", "value", "message"),
    [
        ("clock-offset", "detail", "{}", "is no clock-offset"),
        ("dead-span", "end_s", 99.0, "an end after the recording's"),
        ("dead-span", "camera_id", "CAM-77", "a camera that the recording has not"),
        ("dead-span", "camera_id", "", "a camera fault without camera"),
        ("dead-span", "zone", "moon", "a zone that the site has not"),
        ("dead-span", "person_ids", "P001 P999", "people nobody knows"),
    ],
)
def test_an_impossible_event_is_found(copied: Recording, kind: str, column: str, value: object, message: str) -> None:
    rows = load_events(copied).copy()
    rows.loc[rows["kind"] == kind, column] = value
    assert any(message in problem for problem in _rewrite(copied, "events.parquet", rows))


def test_the_events_tell_each_fault_once_and_one_left_out_shows_in_names_and_truth(
    copied: Recording, faulty_recording: Recording
) -> None:
    rows = load_events(copied)
    problems = _rewrite(copied, "events.parquet", rows[rows["kind"] != "wrong-name"])
    assert problems == [f"recording.json: {MISNAMED} is called 'Lobby', expected 'Hall B'"]
    rows = load_events(faulty_recording)
    found = dict(zip(rows["kind"], rows["camera_id"], strict=True))
    assert found == {"low-frame-rate": SLOW, "dead-span": DEAD, "wrong-name": MISNAMED, "clock-offset": LATE}
    assert len(rows) == 4
