"""IDF1, IDP and IDR equal TrackEval's Identity metric (trackeval 1.3.0) on random answers, made-up and shipped truth.

Each truth row is one time step: the true trajectory holds the target's rows, the claimed trajectory the rows of the
claimed appearances, and their similarity is 1 where both hold the row.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from trackeval.datasets import MotChallenge2DBox
from trackeval.metrics import HOTA, Identity

from sim.app.score import load_truth_index
from sim.errors import RecordingError
from sim.footage.checks.export_truth import export_coco, export_mot
from sim.footage.recording.open import Recording, load_truth, open_recording
from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer
from sim.tasks import get_task_type
from sim.tasks.common.simulated_user import mark_clearest
from sim.truth.index import TruthIndex
from sim.truth.window import cut_window
from tests.support.faulty_recording import DEAD, DEAD_FRAMES
from tests.support.trace_tables import make_random_answer

Span = tuple[float, float]

RECORDINGS = sorted(path.parent for path in (Path(__file__).parents[2] / "sample_footage").glob("*/recording.json"))


def _find_rows(case: TraceCase, numbers: tuple[int, ...]) -> set[int]:
    low_s, high_s = case.window.window_s
    rows = case.index.appearance_rows
    own = [r for n in numbers for r in range(rows.low[n], rows.high[n])]
    return {int(rows.table_row[r]) for r in own if low_s <= rows.t_s[r] <= high_s}


def _evaluate(true: set[int], claimed: set[int]) -> dict[str, float]:
    steps = sorted(true | claimed)
    one, none = np.zeros(1, dtype=int), np.zeros(0, dtype=int)
    return Identity({"PRINT_CONFIG": False}).eval_sequence(
        {
            "num_gt_ids": 1,
            "num_tracker_ids": 1,
            "num_gt_dets": len(true),
            "num_tracker_dets": len(claimed),
            "gt_ids": [one if s in true else none for s in steps],
            "tracker_ids": [one if s in claimed else none for s in steps],
            "similarity_scores": [np.ones((int(s in true), int(s in claimed))) for s in steps],
        }
    )


def _compare(index: TruthIndex, window_s: Span, target: str, answer: Answer, compared: dict[str, list[float]]) -> None:
    case = make_trace_case(index, target=target, window_s=window_s, answer=answer)
    values = get_task_type("trace").make_card(case).values
    expected = _evaluate(_find_rows(case, case.legs), _find_rows(case, case.claims.claimed))
    for key, told in compared.items():
        found = values[key]
        if found is None:
            assert expected[key.upper()] == 0, "TrackEval writes 0 where nothing is defined"
            continue
        told.append(found)
        assert found == pytest.approx(expected[key.upper()], abs=1e-9)


def test_identity_scores_equal_trackeval_on_1000_random_answers_over_the_shipped_recordings() -> None:
    """Windows of 8 to 25 s; marks on the person sought, on others, and anywhere."""
    rng = np.random.default_rng(20251008)
    compared: dict[str, list[float]] = {"idf1": [], "idp": [], "idr": []}
    for folder in RECORDINGS:
        index = load_truth_index(open_recording(folder))
        for _ in range(1_000 // len(RECORDINGS) + 1):
            low_s = float(rng.uniform(0, index.table.duration_s - 25))
            window_s = (low_s, low_s + float(rng.uniform(8, 25)))
            window = cut_window(index, window_s)
            target = index.appearances[int(rng.choice(np.flatnonzero(window.rows)))].person_id
            answer = make_random_answer(rng, index.table, window_s)
            own = [leg for leg in window.find_target(target) if rng.random() < 0.6]
            marks = (*answer.marks, *(mark_clearest(window, leg) for leg in own))
            _compare(index, window_s, target, replace(answer, marks=marks), compared)
    for found in compared.values():
        assert len(found) > 800
        assert sum(0 < value < 1 for value in found) > 100


@pytest.fixture
def exported(faulty_recording: Recording, tmp_path: Path) -> Path:
    for text in export_mot(faulty_recording, tmp_path / "mot"):
        copy = tmp_path / "trackers" / "truth" / "data" / f"{text.parents[1].name}.txt"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(text, copy)
    return tmp_path


def test_truth_as_its_own_tracker_is_perfect_on_every_camera(exported: Path, faulty_recording: Recording) -> None:
    config = {"GT_FOLDER": str(exported / "mot"), "TRACKERS_FOLDER": str(exported / "trackers"), "PRINT_CONFIG": False}
    parts = {"BENCHMARK": "odd-cameras", "SPLIT_TO_EVAL": "train", "SKIP_SPLIT_FOL": True}
    dataset = MotChallenge2DBox(config | parts)
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


@pytest.fixture
def coco(faulty_recording: Recording, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> COCO:
    return COCO(str(export_coco(faulty_recording, DEAD, tmp_path / "new" / "coco.json")))


def test_every_frame_is_an_image_and_every_sighting_an_annotation(coco: COCO, faulty_recording: Recording) -> None:
    truth = load_truth(faulty_recording).rows
    mine = truth[truth["camera_id"] == DEAD].sort_values(["frame", "person_id"])
    assert coco.getCatIds(catNms=["person"]) == [1]
    assert len(coco.getImgIds()) == 160
    assert len(coco.getAnnIds()) == len(mine)
    assert coco.getAnnIds(imgIds=[frame + 1 for frame in DEAD_FRAMES]) == []
    found = coco.loadAnns(coco.getAnnIds())
    assert [(a["image_id"] - 1, a["person_id"]) for a in found] == list(
        mine[["frame", "person_id"]].itertuples(index=False, name=None)
    )
    boxes = np.array([a["bbox"] for a in found])
    assert boxes[:, :2] + boxes[:, 2:] == pytest.approx(mine[["x2", "y2"]].to_numpy(), abs=0.011)
    assert [a["visible"] for a in found] == pytest.approx(mine["visible"].to_numpy(), abs=1e-4)
    assert found[0]["descriptor"]


def test_truth_as_detections_has_full_precision(coco: COCO) -> None:
    detections = [
        {key: a[key] for key in ("image_id", "category_id", "bbox")} | {"score": 1.0}
        for a in coco.loadAnns(coco.getAnnIds())
    ]
    judge = COCOeval(coco, coco.loadRes(detections), "bbox")
    judge.evaluate()
    judge.accumulate()
    judge.summarize()
    assert judge.stats[0] == pytest.approx(1.0)


def test_images_are_the_clip_s_pictures_in_order(coco: COCO, faulty_recording: Recording) -> None:
    images = coco.loadImgs(coco.getImgIds())
    assert [i["file_name"] for i in images[:2]] == [f"{DEAD}/000001.jpg", f"{DEAD}/000002.jpg"]
    assert images[45]["date_captured"] == "2026-09-14 07:55:04.500000"
    with av.open(str(faulty_recording.folder / faulty_recording.get_camera(DEAD).main)) as clip:
        sizes = [(picture.width, picture.height) for picture in clip.decode(clip.streams.video[0])]
    assert sizes == [(i["width"], i["height"]) for i in images]
    assert faulty_recording.get_camera(DEAD).main in coco.dataset["info"]["extract"]


def test_a_path_that_cannot_be_is_refused_and_nothing_left(faulty_recording: Recording, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordingError, match="cannot be written"):
        export_coco(faulty_recording, DEAD, tmp_path / "file" / "coco.json")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
