"""The truth of a part of a site is what its cameras show, silhouettes and all."""

import numpy as np
import pytest

from sim.errors import TaskError
from sim.footage.recording.open import Recording
from sim.scoring.evidence import Mark
from sim.scoring.mark import find_mark_fault, resolve_marks
from sim.services.app.score import load_truth_index
from sim.truth.index import keep_cameras


def test_appearances_and_marks_are_those_of_the_whole_on_the_cameras_kept(tiny_recording: Recording) -> None:
    whole = load_truth_index(tiny_recording)
    kept = ("CAM-02", "CAM-03")
    part = keep_cameras(whole, kept)
    assert part.camera_ids == kept
    assert part.person_ids == whole.person_ids
    assert part.site is not None
    assert [camera.camera_id for camera in part.site.cameras] == list(kept)
    there = [(a.camera_id, a.person_id, a.start_s, a.end_s) for a in whole.appearances if a.camera_id in kept]
    assert [(a.camera_id, a.person_id, a.start_s, a.end_s) for a in part.appearances] == there
    rng = np.random.default_rng(3)
    marks = [
        Mark(camera_id=kept[int(rng.integers(2))], t_s=float(rng.uniform(0, 15)), x=float(x), y=float(y))
        for x, y in rng.uniform(0, 1, (200, 2))
    ]
    persons = [resolve_marks(index, marks).person for index in (whole, part)]
    assert persons[0].tolist() == persons[1].tolist()
    assert (persons[0] >= 0).any()
    assert find_mark_fault(part, Mark(camera_id="CAM-01", t_s=1.0, x=0.5, y=0.5), (0.0, 15.0)) is not None


def test_all_cameras_are_the_whole_and_unknown_ones_are_refused(tiny_recording: Recording) -> None:
    whole = load_truth_index(tiny_recording)
    assert keep_cameras(whole, None) is whole
    with pytest.raises(TaskError, match=r"no camera CAM-77.*CAM-01"):
        keep_cameras(whole, ("CAM-01", "CAM-77"))
