import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.app.score import load_truth_index
from sim.errors import NewerSchemaError, RecordingError
from sim.footage.checks.verify import verify_recording
from sim.footage.recording import tables
from sim.footage.recording.open import (
    TRUTH_FILE,
    Recording,
    compute_sha256,
    load_silhouettes,
    load_truth,
    open_recording,
)
from sim.footage.recording.recording import MANIFEST_NAME
from sim.truth.silhouettes import Silhouettes
from sim.truth.table import TruthTable
from tests.support.cell_runs import list_cells
from tests.support.trace_tables import Stay, make_table


@pytest.fixture
def own(tiny_recording_copy: Recording) -> Path:
    return tiny_recording_copy.folder


def relist(folder: Path) -> None:
    path = folder / MANIFEST_NAME
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"][tables.SILHOUETTES_FILE] = compute_sha256(folder / tables.SILHOUETTES_FILE)
    manifest["sizes"][tables.SILHOUETTES_FILE] = (folder / tables.SILHOUETTES_FILE).stat().st_size
    path.write_text(json.dumps(manifest), encoding="utf-8")


def change_notes(folder: Path, **notes: str) -> None:
    path = folder / tables.SILHOUETTES_FILE
    table = pq.read_table(path)
    known = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    pq.write_table(table.replace_schema_metadata(known | notes), path, compression="zstd")
    relist(folder)


def load_both(recording: Recording) -> tuple[TruthTable, Silhouettes]:
    truth = load_truth(recording)
    silhouettes = load_silhouettes(recording, truth)
    assert silhouettes is not None
    return truth, silhouettes


def test_a_build_writes_them_for_every_row(tiny_recording: Recording) -> None:
    truth, silhouettes = load_both(tiny_recording)
    cells = [len(list_cells(silhouettes.get(row))) for row in range(len(truth.rows))]
    assert min(cells) > 0
    area = ((truth.rows["x2"] - truth.rows["x1"]) * (truth.rows["y2"] - truth.rows["y1"]) / 16).to_numpy()
    whole = truth.rows["visible"].to_numpy() == 1.0
    assert (np.array(cells)[whole] >= area[whole] * 0.8).all()


def test_what_is_written_is_read_and_the_bytes_are_the_same_each_time(
    tiny_recording: Recording, tmp_path: Path
) -> None:
    truth, silhouettes = load_both(tiny_recording)
    runs = [silhouettes.get(row) for row in range(len(truth.rows))]
    shared = [silhouettes.get_shared(row) for row in range(len(truth.rows))]
    assert sum(len(own) for own in shared) > 50
    runs[3] = runs[3][:0]
    boxes = truth.rows[["x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64)
    for name in ("a.parquet", "b.parquet"):
        tables.write_silhouettes(tmp_path / name, tables.Cells(runs=runs, shared=shared), boxes, "f" * 64)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    again = tables.read_silhouettes(tmp_path / "a.parquet", truth, truth_sha256="f" * 64)
    assert all(np.array_equal(again.get(row), own) for row, own in enumerate(runs))
    assert all(np.array_equal(again.get_shared(row), own) for row, own in enumerate(shared))


def test_steps_are_those_of_the_page(tmp_path: Path) -> None:
    table = make_table([Stay(camera_id="CAM-01", person_id="P001", first=0, last=0, box_xyxy=(41.0, 22.0, 80.0, 60.0))])
    runs = np.array([[5, 11, 2], [6, 10, 4]], dtype=np.int16)
    shared = np.zeros((0, 3), dtype=np.int32)
    path = tmp_path / "page.parquet"
    tables.write_silhouettes(
        path, tables.Cells(runs=[runs], shared=[shared]), np.array([[41.0, 22.0, 80.0, 60.0]]), "f" * 64
    )
    read = pq.read_table(path).to_pylist()
    assert [(row["down"], row["right"], row["more"]) for row in read] == [([0, 1], [1, -1], [2, 2])]
    assert np.array_equal(tables.read_silhouettes(path, table, truth_sha256="f" * 64).get(0), runs)


def test_a_recording_without_them_is_opened_and_has_boxes_only(own: Path) -> None:
    path = own / MANIFEST_NAME
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["files"][tables.SILHOUETTES_FILE], manifest["sizes"][tables.SILHOUETTES_FILE]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    (own / tables.SILHOUETTES_FILE).unlink()
    assert load_truth_index(open_recording(own)).silhouettes is None
    assert verify_recording(own) == ()


def test_altered_silhouettes_are_named(own: Path) -> None:
    path = own / tables.SILHOUETTES_FILE
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(RecordingError, match=f"{tables.SILHOUETTES_FILE} was altered"):
        load_truth_index(open_recording(own))
    assert [problem.file for problem in verify_recording(own)] == [tables.SILHOUETTES_FILE]


def test_garbage_listed_as_such_is_refused_in_words(own: Path) -> None:
    (own / tables.SILHOUETTES_FILE).write_bytes(b"no parquet")
    relist(own)
    with pytest.raises(RecordingError, match=r"cannot be read.*build the recording again"):
        load_truth_index(open_recording(own))
    shutil.copyfile(own / TRUTH_FILE, own / tables.SILHOUETTES_FILE)
    relist(own)
    with pytest.raises(RecordingError, match=r"has the columns.*down"):
        load_truth_index(open_recording(own))


def test_those_of_another_recording_or_a_newer_version_are_refused(own: Path) -> None:
    change_notes(own, truth_sha256="0" * 64)
    with pytest.raises(RecordingError, match="belongs to another recording's truth"):
        load_truth_index(open_recording(own))
    change_notes(own, schema_version="2")
    with pytest.raises(NewerSchemaError, match=r"schema_version 2.*at most 1"):
        load_truth_index(open_recording(own))
    change_notes(own, schema_version="one")
    with pytest.raises(RecordingError, match="says no schema_version"):
        load_truth_index(open_recording(own))


def test_verify_finds_cells_out_of_the_box_and_cells_of_two(own: Path) -> None:
    recording = open_recording(own)
    truth, silhouettes = load_both(recording)
    sha256 = recording.manifest.files[TRUTH_FILE]
    runs = [silhouettes.get(row) for row in range(len(truth.rows))]
    nothing = [np.zeros((0, 3), dtype=np.int32)] * len(runs)
    boxes = truth.rows[["x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64)
    outside = [*runs[:1], runs[1] + np.array([60, 0, 0], dtype=np.int16), *runs[2:]]
    tables.write_silhouettes(own / tables.SILHOUETTES_FILE, tables.Cells(runs=outside, shared=nothing), boxes, sha256)
    relist(own)
    assert ["leaves the box" in problem.what for problem in verify_recording(own)] == [True]

    pair = truth.rows[truth.rows["visible"] < 1.0].iloc[0]
    same = truth.rows[(truth.rows["frame"] == pair["frame"]) & (truth.rows["camera_id"] == pair["camera_id"])]
    filled = list(runs)
    for row, own_row in same.iterrows():
        x1, y1, x2, y2 = (int(own_row[name]) for name in ("x1", "y1", "x2", "y2"))
        rows = range(y1 // 4, -(-y2 // 4))
        filled[int(str(row))] = np.array([[r, x1 // 4, -(-x2 // 4) - x1 // 4] for r in rows], dtype=np.int16)
    tables.write_silhouettes(own / tables.SILHOUETTES_FILE, tables.Cells(runs=filled, shared=nothing), boxes, sha256)
    relist(own)
    problems = verify_recording(own)
    assert [problem.file for problem in problems] == [tables.SILHOUETTES_FILE]
    assert "that someone else has too" in problems[0].what


def test_an_unknown_camera_a_missing_and_a_truncated_file_are_named(own: Path, tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="one of CAM-01"):
        open_recording(own).get_camera("CAM-99")
    (own / "thumbs/CAM-02.webp").unlink()
    with pytest.raises(RecordingError, match=r"CAM-02\.webp is missing"):
        open_recording(own)
    path = own / "main/CAM-03.mp4"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(RecordingError, match=r"CAM-03\.mp4 is cut short"):
        open_recording(own)
    with pytest.raises(RecordingError, match=r"recording\.json cannot be read"):
        open_recording(tmp_path)


def test_altered_truth_is_refused_though_its_size_is_right(tiny_recording_copy: Recording) -> None:
    path = tiny_recording_copy.folder / "truth.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=r"truth\.parquet was altered"):
        load_truth(open_recording(tiny_recording_copy.folder))


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
