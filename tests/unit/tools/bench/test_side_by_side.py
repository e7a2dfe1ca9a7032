"""What two recordings of the same people have in common is counted by hand here."""

import pandas as pd
import pytest

from tools.bench.side_by_side import COLUMNS, compare_sightings


def make_truth(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(COLUMNS))


def test_sightings_in_one_only_count_against_and_boxes_are_compared() -> None:
    first = make_truth(
        ("CAM-01", 1, "P1", 0.0, 0.0, 10.0, 20.0, 1.0),
        ("CAM-01", 2, "P1", 0.0, 0.0, 10.0, 20.0, 0.9),
        ("CAM-01", 3, "P1", 0.0, 0.0, 10.0, 20.0, 0.1),
        ("CAM-02", 1, "P2", 5.0, 5.0, 10.0, 10.0, 0.8),
    )
    other = make_truth(
        ("CAM-01", 1, "P1", 0.0, 0.0, 10.0, 10.0, 1.0),
        ("CAM-01", 2, "P1", 0.0, 0.0, 10.0, 20.0, 0.2),
        ("CAM-01", 3, "P1", 0.0, 0.0, 10.0, 20.0, 0.2),
    )
    found = compare_sightings(first, other)
    assert found.sightings == 3
    assert found.shared == pytest.approx(2 / 3)
    assert found.box_iou == pytest.approx(0.75)
