"""Which cameras show a place: by how many people are seen there, and how tall."""

from dataclasses import replace

from sim.truth.index import find_place_cameras, make_truth_index
from tests.support.story_truth import load_story_index
from tests.support.trace_tables import Stay, make_table

NEAR = Stay(camera_id="CAM-01", person_id="P001", first=0, last=99, box_xyxy=(0.0, 0.0, 30.0, 100.0), zone="cafeteria")
FAR = replace(NEAR, camera_id="CAM-02", person_id="P002", last=199, box_xyxy=(0.0, 0.0, 30.0, 50.0))


def find(*stays: Stay) -> dict[str, tuple[str, ...]]:
    return dict(find_place_cameras(make_truth_index(make_table(list(stays)))))


def test_half_as_tall_exactly_counts_and_less_does_not() -> None:
    assert find(NEAR, FAR) == {"cafeteria": ("CAM-02", "CAM-01")}, "most sightings first"
    assert find(NEAR, replace(FAR, box_xyxy=(0.0, 0.0, 30.0, 49.9))) == {"cafeteria": ("CAM-01",)}


def test_the_height_is_the_median_one() -> None:
    tall = replace(FAR, person_id="P003", last=99, box_xyxy=(100.0, 0.0, 130.0, 400.0))
    assert find(NEAR, replace(FAR, box_xyxy=(0.0, 0.0, 30.0, 30.0)), tall) == {"cafeteria": ("CAM-01",)}


def test_a_camera_with_few_sightings_is_no_measure_of_height() -> None:
    few = replace(NEAR, last=48)
    assert find(few, FAR) == {"cafeteria": ("CAM-02",)}, "49 of 200 are less than a quarter"
    assert find(replace(NEAR, last=49), replace(FAR, box_xyxy=(0.0, 0.0, 30.0, 49.9))) == {"cafeteria": ("CAM-01",)}
    assert find(few) == {}


def test_the_far_view_of_the_checkpoint_does_not_count_in_the_sample() -> None:
    found = find_place_cameras(load_story_index())
    assert found["checkpoint"] == ("CAM-01",)
    assert list(found) == sorted(found)
