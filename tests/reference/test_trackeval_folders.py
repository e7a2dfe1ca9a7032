"""TrackEval 1.3.0 loads `footage export-mot` through its MotChallenge2DBox class, and finds truth equal to itself."""

import shutil
from pathlib import Path

import pytest
from trackeval.datasets import MotChallenge2DBox
from trackeval.metrics import HOTA, Identity

from sim.footage.checks.export_truth import export_mot
from sim.footage.recording.open import Recording, load_truth


@pytest.fixture
def exported(faulty_recording: Recording, tmp_path: Path) -> Path:
    for text in export_mot(faulty_recording, tmp_path / "mot"):
        copy = tmp_path / "trackers" / "truth" / "data" / f"{text.parents[1].name}.txt"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(text, copy)
    return tmp_path


def _open(folder: Path) -> MotChallenge2DBox:
    config = {"GT_FOLDER": str(folder / "mot"), "TRACKERS_FOLDER": str(folder / "trackers"), "PRINT_CONFIG": False}
    return MotChallenge2DBox(config | {"BENCHMARK": "odd-cameras", "SPLIT_TO_EVAL": "train", "SKIP_SPLIT_FOL": True})


def test_truth_as_its_own_tracker_is_perfect_on_every_camera(exported: Path, faulty_recording: Recording) -> None:
    dataset = _open(exported)
    truth = load_truth(faulty_recording).rows
    cameras = [c.camera_id for c in faulty_recording.manifest.cameras]
    assert dataset.seq_list == cameras
    for camera_id in cameras:
        data = dataset.get_preprocessed_seq_data(dataset.get_raw_seq_data("truth", camera_id), "pedestrian")
        mine = truth[truth["camera_id"] == camera_id]
        assert data["num_timesteps"] == 160
        assert data["num_gt_dets"] == len(mine) > 0
        assert data["num_gt_ids"] == mine["person_id"].nunique()
        assert Identity({"PRINT_CONFIG": False}).eval_sequence(data)["IDF1"] == 1
        assert HOTA().eval_sequence(data)["HOTA"].min() == 1


def test_a_swap_of_two_people_is_found(exported: Path) -> None:
    text = exported / "trackers/truth/data/CAM-01.txt"
    rows = [line.split(",") for line in text.read_text().splitlines()]
    swap = {"1": "2", "2": "1"}
    text.write_text("\n".join(",".join([r[0], swap.get(r[1], r[1]) if int(r[0]) > 40 else r[1], *r[2:]]) for r in rows))
    dataset = _open(exported)
    data = dataset.get_preprocessed_seq_data(dataset.get_raw_seq_data("truth", "CAM-01"), "pedestrian")
    assert Identity({"PRINT_CONFIG": False}).eval_sequence(data)["IDF1"] < 1
