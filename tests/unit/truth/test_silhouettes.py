import numpy as np
import pytest

from sim.errors import TruthError
from sim.truth.silhouettes import Nearness, Silhouettes, find_shared_cell, make_silhouettes
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


Cells = list[tuple[int, int, int]]


def lay_out(table: TruthTable, *runs: Cells, shared: tuple[Cells, ...] = ()) -> Silhouettes:
    every = shared or tuple([] for _ in runs)
    return make_silhouettes(
        count=np.array([len(own) for own in runs], dtype=np.int64),
        runs=np.array([run for own in runs for run in own], dtype=np.int16).reshape(-1, 3),
        shared_count=np.array([len(own) for own in every], dtype=np.int64),
        shared=np.array([cell for own in every for cell in own], dtype=np.int32).reshape(-1, 3),
        table=table,
    )


def place(silhouettes: Silhouettes, row: int, x: float, y: float) -> tuple[Nearness, float]:
    nearness, away = silhouettes.place(np.array([row]), np.array([x]), np.array([y]))
    return Nearness(int(nearness[0])), float(away[0])


def test_many_points_at_once_are_as_one_by_one() -> None:
    rng = np.random.default_rng(3)
    shared = ([(6, 17, 0x0F0F), (9, 17, 7)], [(6, 17, 0xF0F0)])
    silhouettes = lay_out(make_two(), [(5, 11, 3), (6, 10, 8), (9, 17, 3)], [(7, 16, 12), (8, 15, 2)], shared=shared)
    rows, x, y = rng.integers(0, 2, 400), rng.uniform(56, 96, 400), rng.uniform(16, 48, 400)
    nearness, away = silhouettes.place(rows, x, y)
    alone = [place(silhouettes, int(r), float(a), float(b)) for r, a, b in zip(rows, x, y, strict=True)]
    assert list(zip(nearness.tolist(), away.tolist(), strict=True)) == alone
    assert set(nearness.tolist()) == {0, 1, 2}


def test_cells_outside_the_box_and_shared_ones_without_pixels_are_refused_and_named() -> None:
    for run in [(4, 11, 3), (5, 9, 3), (5, 18, 3), (25, 12, 1)]:
        with pytest.raises(TruthError, match="P001 on CAM-01 at frame 0 leaves the box"):
            lay_out(make_two(), [run], [])
    with pytest.raises(TruthError, match="P002 on CAM-01 at frame 0 leaves the box"):
        lay_out(make_two(), [], [], shared=([], [(4, 11, 1)]))
    for bits in (0, 1 << 16):
        with pytest.raises(TruthError, match="without pixels, or with too many"):
            lay_out(make_two(), [], [], shared=([], [(7, 17, bits)]))


def test_another_number_of_rows_or_runs_is_refused() -> None:
    with pytest.raises(TruthError, match="silhouettes of 1 rows"):
        lay_out(make_two(), [(5, 11, 3)])
    none = {"shared_count": np.zeros(2, dtype=np.int64), "shared": np.zeros((0, 3), dtype=np.int32)}
    with pytest.raises(TruthError, match="have 1 runs"):
        run = np.array([[5, 11, 3]], dtype=np.int16)
        make_silhouettes(count=np.array([1, 1]), runs=run, table=make_two(), **none)
    with pytest.raises(TruthError, match="a silhouette of -1 runs"):
        make_silhouettes(count=np.array([-1, 1]), runs=run[:0], table=make_two(), **none)


def test_a_cell_of_two_people_is_found() -> None:
    table = make_two()
    assert find_shared_cell(lay_out(table, [(7, 11, 6)], [(7, 17, 3)]), table) is None
    assert find_shared_cell(lay_out(table, [(7, 11, 7)], [(7, 17, 3)]), table) == 1
