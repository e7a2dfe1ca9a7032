"""What surrounds the network that finds people: its file, and which of its boxes are kept."""

from pathlib import Path

import numpy as np
import pytest

from sim.errors import RecordingError
from sim.footage.stills.person_detector import PersonDetector, compute_overlaps


def test_a_model_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"no network")
    (tmp_path / "broken.onnx.xz").write_bytes(b"not compressed")
    for name in ("broken.onnx", "none.onnx", "broken.onnx.xz"):
        with pytest.raises(RecordingError, match=name):
            PersonDetector(tmp_path / name)


def test_boxes_overlap_by_their_shared_area() -> None:
    box = np.array([0.0, 0.0, 10.0, 10.0])
    others = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30], [2, 2, 4, 4]], dtype=np.float64)
    assert compute_overlaps(box, others) == pytest.approx([1.0, 1 / 3, 0.0, 0.04])
