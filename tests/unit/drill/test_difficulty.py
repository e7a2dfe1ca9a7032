import numpy as np
import pytest

from sim.drill.difficulty import (
    OUTFIT_WEIGHTS,
    compute_difficulty,
    compute_index,
    compute_outfit_distances,
    compute_still_share,
    find_look_alikes,
)
from sim.errors import TaskError
from sim.tasks.common.base import Task
from sim.truth.index import make_truth_index
from tests.support.trace_tables import OTHER_BOX, WORKED_STAYS, Stay, make_people, make_table

PEOPLE = make_people(
    {
        "P001": {},
        "P002": {"shoe_colour": "black"},
        "P003": {"top_colour": "red", "top_kind": "shirt", "bottom_colour": "black"},
        "P004": {"top_colour": "red", "hair_colour": "black", "look_alike_of": "P001"},
    }
)


def test_index_of_the_docstring() -> None:
    index = compute_index(
        legs=6,
        faint_legs=1,
        longest_blind_gap_s=30.0,
        look_alikes=2,
        nearest_outfit=0.25,
        people_per_frame=8.0,
        footage_minutes=40.0,
        clock_faults=0,
        reference="3 photos",
    )
    assert index == pytest.approx(17.0, abs=1e-9)


def test_outfit_distance_is_the_weighted_share_of_traits_that_differ() -> None:
    assert sum(OUTFIT_WEIGHTS.values()) == 12.0
    distances = compute_outfit_distances(PEOPLE, "P001")
    assert distances == pytest.approx({"P002": 1 / 12, "P003": 7 / 12, "P004": 4 / 12})
    assert find_look_alikes(PEOPLE, "P001") == ("P002", "P004")
    assert find_look_alikes(PEOPLE, "P004") == ("P001",)


def test_difficulty_is_measured_from_truth() -> None:
    stays = [
        *WORKED_STAYS,
        Stay(camera_id="CAM-03", person_id="P001", first=500, last=510, box_xyxy=(400.0, 200.0, 440.0, 240.0)),
        Stay(camera_id="CAM-02", person_id="P001", first=550, last=559),
        Stay(camera_id="CAM-03", person_id="P003", first=0, last=300, box_xyxy=OTHER_BOX),
    ]
    index = make_truth_index(make_table(stays), people_ids=frozenset({"P004"}))
    found = compute_difficulty(Task(type="trace", target="P001", window_s=(0.0, 60.0)), index, PEOPLE)
    assert (found.legs, found.faint_legs, found.look_alikes) == (4, 1, 1), "the last, 0.9 s, is a glimpse and no leg"
    assert found.longest_blind_gap_s == pytest.approx(10.1)
    assert found.nearest_outfit == pytest.approx(1 / 12, abs=1e-6)
    assert found.people_per_frame == pytest.approx((100 + 160 + 100 + 11) / 311, abs=1e-6)
    assert found.footage_minutes == pytest.approx(3.0)
    assert found.clock_faults == 0
    parts = found.model_dump(exclude={"index"})
    assert found.index == pytest.approx(compute_index(**parts), abs=1e-5)


def test_unknown_people_and_references_are_refused() -> None:
    index = make_truth_index(make_table(WORKED_STAYS))
    with pytest.raises(TaskError, match="'P001' has no outfit"):
        compute_difficulty(Task(type="trace", target="P001", window_s=(0.0, 9.0)), index, make_people({"P002": {}}))
    with pytest.raises(TaskError, match="'sketch' is unknown"):
        compute_difficulty(Task(type="trace", target="P001", window_s=(0.0, 9.0)), index, PEOPLE, reference="sketch")


def test_who_stands_in_view_is_told_from_who_walks() -> None:
    stands = Stay(camera_id="CAM-01", person_id="P001", first=0, last=200)
    table = make_table([stands, Stay(camera_id="CAM-02", person_id="P002", first=0, last=200)])
    walks = (table.rows["person_id"] == "P002").to_numpy()
    table.rows.loc[~walks, ["floor_x_m", "floor_y_m"]] = np.float32(1.0)
    table.rows.loc[walks, "floor_x_m"] = np.arange(walks.sum(), dtype=np.float32) / 8
    index = make_truth_index(table)
    assert compute_still_share(index, "P001", window_s=(0.0, 60.0)) == pytest.approx(20 / 60)
    assert compute_still_share(index, "P002", window_s=(0.0, 60.0)) == 0.0
    with pytest.raises(TaskError):
        compute_still_share(index, "P999", window_s=(0.0, 60.0))
