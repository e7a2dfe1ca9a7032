import numpy as np
import pytest

from sim.errors import TaskError
from sim.truth.index import make_truth_index
from sim.truth.window import check_window, cut_window
from tests.support.trace_tables import Stay, make_table, make_worked_table


def find_spans(stays: list[Stay]) -> list[tuple[float, float]]:
    return [(a.start_s, a.end_s) for a in make_truth_index(make_table(stays)).appearances]


def at(first: int, last: int, **changes: object) -> Stay:
    return Stay(camera_id="CAM-01", person_id="P001", first=first, last=last, **changes)


@pytest.mark.parametrize("start", range(0, 60, 7))
def test_gap_of_exactly_two_seconds_joins_and_longer_splits(start: int) -> None:
    joined = find_spans([at(start, start), at(start + 20, start + 20)])
    split = find_spans([at(start, start), at(start + 21, start + 21)])
    assert joined == [(start / 10, (start + 20) / 10)]
    assert len(split) == 2


def test_rows_below_a_threshold_belong_to_none() -> None:
    box23, box24 = (0.0, 0.0, 10.0, 23.0), (0.0, 0.0, 10.0, 24.0)
    assert find_spans([at(0, 5, visible=0.24)]) == []
    assert find_spans([at(0, 5, visible=0.25)]) == [(0.0, 0.5)]
    assert find_spans([at(0, 5, box_xyxy=box23)]) == []
    assert find_spans([at(0, 5, box_xyxy=box24)]) == [(0.0, 0.5)]
    assert find_spans([at(0, 10), at(11, 31, visible=0.1), at(32, 40)]) == [(0.0, 1.0), (3.2, 4.0)]
    assert find_spans([at(0, 10), at(11, 29, visible=0.1), at(30, 40)]) == [(0.0, 4.0)]


def test_worked_table_has_four_appearances() -> None:
    found = make_truth_index(make_worked_table()).appearances
    assert [(a.camera_id, a.person_id, a.start_s, a.end_s, a.row_count) for a in found] == [
        ("CAM-01", "P001", 0.0, 9.9, 100),
        ("CAM-01", "P001", 30.0, 39.9, 100),
        ("CAM-02", "P001", 15.0, 24.9, 100),
        ("CAM-02", "P002", 16.0, 21.9, 60),
    ]
    assert [a.number for a in found] == [0, 1, 2, 3]


def test_window_counts_both_ends_and_nothing_outside() -> None:
    window = cut_window(make_truth_index(make_worked_table()), (9.9, 15.0))
    assert window.rows.tolist() == [1, 0, 1, 0]
    assert window.first_s[[0, 2]].tolist() == [9.9, 15.0]
    assert np.isnan(window.first_s[[1, 3]]).all()
    assert window.find_target("P001") == (0, 2)


def find_glimpses(stays: list[Stay]) -> list[bool]:
    return [a.is_glimpse for a in make_truth_index(make_table(stays)).appearances]


@pytest.mark.parametrize("start", range(0, 60, 7))
def test_one_second_exactly_is_no_glimpse_and_a_frame_less_is(start: int) -> None:
    assert find_glimpses([at(start, start + 10)]) == [False]
    assert find_glimpses([at(start, start + 9)]) == [True]
    assert find_glimpses([at(start, start), at(start + 10, start + 10)]) == [False]


def test_32_px_of_visible_height_exactly_are_no_glimpse_and_less_is() -> None:
    def tall(px: float) -> tuple[float, float, float, float]:
        return (0.0, 0.0, 10.0, px)

    assert find_glimpses([at(0, 20, box_xyxy=tall(32.0))]) == [False]
    assert find_glimpses([at(0, 20, box_xyxy=tall(31.9))]) == [True]
    assert find_glimpses([at(0, 20, box_xyxy=tall(64.0), visible=0.5)]) == [False]
    assert find_glimpses([at(0, 20, box_xyxy=tall(63.9), visible=0.5)]) == [True]


def test_one_tall_row_is_enough_and_the_height_of_one_row_never_goes_with_the_view_of_another() -> None:
    small, tall = (0.0, 0.0, 10.0, 30.0), (0.0, 0.0, 10.0, 40.0)
    assert find_glimpses([at(0, 9, box_xyxy=small), at(10, 10, box_xyxy=tall), at(11, 20, box_xyxy=small)]) == [False]
    assert find_glimpses([at(0, 9, box_xyxy=small), at(10, 20, box_xyxy=tall, visible=0.5)]) == [True]


def test_glimpses_are_no_part_of_the_target_and_listed_beside_it() -> None:
    index = make_truth_index(make_table([at(0, 20), at(60, 65), at(100, 120)]))
    window = cut_window(index, (0.0, 60.0))
    assert (window.find_target("P001"), window.find_glimpses("P001")) == ((0, 2), (1,))
    assert index.appearance_rows.is_glimpse.tolist() == [False, True, False]
    assert cut_window(index, (7.0, 60.0)).find_glimpses("P001") == ()


def test_what_the_window_leaves_of_an_appearance_makes_no_glimpse_of_it() -> None:
    window = cut_window(make_truth_index(make_table([at(0, 20)])), (2.0, 60.0))
    assert window.rows.tolist() == [1]
    assert window.find_target("P001") == (0,)


def test_empty_truth_has_no_appearance_and_a_known_person_no_leg() -> None:
    index = make_truth_index(make_table([]), people_ids=frozenset({"P009"}))
    assert index.appearances == ()
    assert cut_window(index, (0.0, 10.0)).find_target("P009") == ()


def test_unknown_names_and_impossible_windows_are_refused_by_name() -> None:
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
