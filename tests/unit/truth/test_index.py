"""The truth of a part of a site is what its cameras show, silhouettes and all."""

from dataclasses import replace

import numpy as np
import pytest

from sim.app.score import load_truth_index
from sim.errors import TaskError
from sim.footage.recording.open import Recording
from sim.scoring.evidence import Mark
from sim.scoring.mark import find_mark_fault, resolve_marks
from sim.truth.index import find_place_cameras, keep_cameras, make_truth_index
from sim.truth.window import check_window, cut_window
from tests.support.story_truth import load_story_index
from tests.support.trace_tables import Stay, make_table, make_worked_table


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
    assert keep_cameras(whole, None) is whole
    with pytest.raises(TaskError, match=r"no camera CAM-77.*CAM-01"):
        keep_cameras(whole, ("CAM-01", "CAM-77"))


NEAR = Stay(camera_id="CAM-01", person_id="P001", first=0, last=99, box_xyxy=(0.0, 0.0, 30.0, 100.0), zone="cafeteria")
FAR = replace(NEAR, camera_id="CAM-02", person_id="P002", last=199, box_xyxy=(0.0, 0.0, 30.0, 50.0))


def find(*stays: Stay) -> dict[str, tuple[str, ...]]:
    return dict(find_place_cameras(make_truth_index(make_table(list(stays)))))


def test_a_camera_shows_a_place_from_half_the_median_height_and_a_quarter_of_the_sightings_on() -> None:
    assert find(NEAR, FAR) == {"cafeteria": ("CAM-02", "CAM-01")}, "most sightings first"
    assert find(NEAR, replace(FAR, box_xyxy=(0.0, 0.0, 30.0, 49.9))) == {"cafeteria": ("CAM-01",)}
    tall = replace(FAR, person_id="P003", last=99, box_xyxy=(100.0, 0.0, 130.0, 400.0))
    assert find(NEAR, replace(FAR, box_xyxy=(0.0, 0.0, 30.0, 30.0)), tall) == {"cafeteria": ("CAM-01",)}
    few = replace(NEAR, last=48)
    assert find(few, FAR) == {"cafeteria": ("CAM-02",)}, "49 of 200 are less than a quarter"
    assert find(replace(NEAR, last=49), replace(FAR, box_xyxy=(0.0, 0.0, 30.0, 49.9))) == {"cafeteria": ("CAM-01",)}
    assert find(few) == {}
    found = find_place_cameras(load_story_index())
    assert found["checkpoint"] == ("CAM-01",)
    assert list(found) == sorted(found)


def test_unknown_names_and_impossible_windows_are_refused_by_name() -> None:
    empty = make_truth_index(make_table([]), people_ids=frozenset({"P009"}))
    assert (empty.appearances, cut_window(empty, (0.0, 10.0)).find_target("P009")) == ((), ())
    index = make_truth_index(make_worked_table())
    with pytest.raises(TaskError, match=r"'P777' is not in this recording.*P001"):
        index.get_person_code("P777")
    with pytest.raises(TaskError, match=r"'CAM-77'.*CAM-01"):
        index.get_camera_code("CAM-77")
    with pytest.raises(TaskError, match="leaves the recording"):
        check_window(index, (0.0, 60.5))
    with pytest.raises(TaskError, match="forward"):
        check_window(index, (5.0, 5.0))
    with pytest.raises(TaskError, match="not finite"):
        check_window(index, (0.0, float("nan")))
