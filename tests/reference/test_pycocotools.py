"""pycocotools 2.0 loads `footage export-coco`, and finds truth as its own detections perfect."""

from pathlib import Path

import av
import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from sim.errors import RecordingError
from sim.footage.checks.export_truth import export_coco
from sim.footage.recording.open import Recording, load_truth
from tests.support.faulty_recording import DEAD, DEAD_FRAMES


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
        stream = clip.streams.video[0]
        sizes = [(picture.width, picture.height) for picture in clip.decode(stream)]
    assert sizes == [(i["width"], i["height"]) for i in images]
    assert faulty_recording.get_camera(DEAD).main in coco.dataset["info"]["extract"]


def test_a_path_that_cannot_be_is_refused_and_nothing_left(faulty_recording: Recording, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordingError, match="cannot be written"):
        export_coco(faulty_recording, DEAD, tmp_path / "file" / "coco.json")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
