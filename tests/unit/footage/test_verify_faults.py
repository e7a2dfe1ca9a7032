"""Truth, names and events that contradict a camera fault are found, though every hash is right."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from sim.columns import EVENTS, TRUTH
from sim.errors import NewerSchemaError
from sim.footage.checks.verify import verify_recording
from sim.footage.recording.open import Recording, compute_sha256, load_events, load_truth, open_recording
from sim.footage.recording.tables import write_table
from tests.support.faulty_recording import DEAD, LATE, MISNAMED, SLOW

Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture
def copied(faulty_recording: Recording, tmp_path: Path) -> Recording:
    shutil.copytree(faulty_recording.folder, tmp_path / "copy")
    return open_recording(tmp_path / "copy")


def _rewrite(recording: Recording, name: str, rows: pd.DataFrame) -> list[str]:
    """Put other rows into a table, sign it, and return what verify says."""
    path = recording.folder / name
    write_table(path, rows, columns=TRUTH if name == "truth.parquet" else EVENTS)
    manifest_path = recording.folder / "recording.json"
    manifest = json.loads(manifest_path.read_text())
    manifest["files"][name], manifest["sizes"][name] = compute_sha256(path), path.stat().st_size
    manifest_path.write_text(json.dumps(manifest))
    return [str(problem) for problem in verify_recording(recording.folder)]


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
        ("clock-offset", "detail", "[]", "no JSON object"),
        ("dead-span", "end_s", 99.0, "an end after the recording's"),
        ("dead-span", "start_s", 7.0, "goes backward"),
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


def test_a_fault_left_out_of_the_events_shows_in_names_and_truth(copied: Recording) -> None:
    rows = load_events(copied)
    problems = _rewrite(copied, "events.parquet", rows[rows["kind"] != "wrong-name"])
    assert problems == [f"recording.json: {MISNAMED} is called 'Lobby', expected 'Hall B'"]


def test_the_events_tell_each_fault_once(faulty_recording: Recording) -> None:
    rows = load_events(faulty_recording)
    found = dict(zip(rows["kind"], rows["camera_id"], strict=True))
    assert found == {"low-frame-rate": SLOW, "dead-span": DEAD, "wrong-name": MISNAMED, "clock-offset": LATE}
    assert len(rows) == 4


def test_a_newer_recording_is_refused_by_name(copied: Recording) -> None:
    path = copied.folder / "recording.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": 3}))
    with pytest.raises(NewerSchemaError, match="schema_version 3"):
        verify_recording(copied.folder)
