import numpy as np
import pytest

from sim.errors import TruthError
from sim.truth.silhouettes import Silhouettes, find_shared_cell, make_silhouettes
from sim.truth.table import TruthTable
from tests.support.trace_tables import Stay, make_table


def make_two() -> TruthTable:
    """Return two people of one frame: boxes 40..80 x 20..100 and 60..120 x 24..80."""
    return make_table(
        [
            Stay(camera_id="CAM-01", person_id="P001", first=0, last=0, box_xyxy=(40.0, 20.0, 80.0, 100.0)),
            Stay(camera_id="CAM-01", person_id="P002", first=0, last=0, box_xyxy=(60.0, 24.0, 120.0, 80.0)),
        ]
    )


def lay_out(table: TruthTable, *runs: list[tuple[int, int, int]]) -> Silhouettes:
    flat = np.array([run for own in runs for run in own], dtype=np.int16).reshape(-1, 3)
    return make_silhouettes(np.array([len(own) for own in runs], dtype=np.int64), flat, table)


def measure(silhouettes: Silhouettes, row: int, x: float, y: float) -> float:
    return float(silhouettes.compute_distance_px(np.array([row]), np.array([x]), np.array([y]))[0])


def test_distance_is_that_of_the_docstring() -> None:
    table = make_table([Stay(camera_id="CAM-01", person_id="P001", first=0, last=0, box_xyxy=(8.0, 4.0, 32.0, 32.0))])
    silhouettes = lay_out(table, [(1, 2, 1)])
    assert measure(silhouettes, 0, 8.0, 7.9) == -1.0
    assert measure(silhouettes, 0, 12.0, 7.9) == pytest.approx(np.hypot(2.0, 1.9), abs=1e-12)
    assert round(np.hypot(2.0, 1.9), 2) == 2.76


@pytest.mark.parametrize(
    ("x", "y", "inside"),
    [(44.0, 20.0, True), (43.999, 20.0, False), (55.999, 23.999, True), (56.0, 20.0, False), (50.0, 24.0, False)],
)
def test_a_point_between_cells_belongs_to_the_lower_right_one(x: float, y: float, inside: bool) -> None:
    silhouettes = lay_out(make_two(), [(5, 11, 3)], [])
    assert (measure(silhouettes, 0, x, y) == -1.0) is inside


def test_a_silhouette_without_cells_is_infinitely_far() -> None:
    silhouettes = lay_out(make_two(), [(5, 11, 3)], [])
    assert measure(silhouettes, 1, 70.0, 40.0) == np.inf


def test_the_nearest_of_several_runs_counts() -> None:
    silhouettes = lay_out(make_two(), [(5, 11, 3), (6, 10, 1), (9, 17, 3)], [])
    assert measure(silhouettes, 0, 71.0, 50.0) == pytest.approx(np.hypot(1.0, 12.0), abs=1e-12)


def test_many_points_at_once_are_as_one_by_one() -> None:
    rng = np.random.default_rng(3)
    silhouettes = lay_out(make_two(), [(5, 11, 3), (6, 10, 8), (9, 17, 3)], [(7, 16, 12), (8, 15, 2)])
    rows, x, y = rng.integers(0, 2, 300), rng.uniform(0, 200, 300), rng.uniform(0, 200, 300)
    together = silhouettes.compute_distance_px(rows, x, y)
    alone = [measure(silhouettes, int(r), float(a), float(b)) for r, a, b in zip(rows, x, y, strict=True)]
    assert together.tolist() == alone


def test_cells_outside_the_box_are_refused_and_named() -> None:
    for run in [(4, 11, 3), (5, 9, 3), (5, 18, 3), (25, 12, 1)]:
        with pytest.raises(TruthError, match="P001 on CAM-01 at frame 0 leaves the box"):
            lay_out(make_two(), [run], [])


def test_another_number_of_rows_or_runs_is_refused() -> None:
    with pytest.raises(TruthError, match="silhouettes of 1 rows"):
        lay_out(make_two(), [(5, 11, 3)])
    with pytest.raises(TruthError, match="have 1 runs"):
        make_silhouettes(np.array([1, 1]), np.array([[5, 11, 3]], dtype=np.int16), make_two())
    with pytest.raises(TruthError, match="a silhouette of -1 runs"):
        make_silhouettes(np.array([-1, 1]), np.zeros((0, 3), dtype=np.int16), make_two())


def test_a_cell_of_two_people_is_found() -> None:
    table = make_two()
    assert find_shared_cell(lay_out(table, [(7, 11, 6)], [(7, 17, 3)]), table) is None
    assert find_shared_cell(lay_out(table, [(7, 11, 7)], [(7, 17, 3)]), table) == 1
