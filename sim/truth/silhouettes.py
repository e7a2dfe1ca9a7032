"""Silhouettes: for every row of truth the cells of the picture in which that person is front-most.

Cells are squares of 4 pixels, counted from the picture's upper left corner. A cell belongs to a person when, of its
pixels that show anybody, the most show that one (tie: smaller person_id), so no cell belongs to two. Of cells that show
several people it is also known which pixels show whom; a pixel shows who owns at least half of it (tie: smaller
person_id).
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.errors import TruthError
from sim.truth.appearance import FloatArray, IntArray
from sim.truth.table import TruthTable

CELL_PX = 4
RunArray = NDArray[np.int16]
SharedArray = NDArray[np.int32]


class Nearness(IntEnum):
    """How a point lies to a silhouette, the nearest first."""

    PIXEL = 0
    CELL = 1
    BESIDE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Silhouettes:
    """The silhouettes of n rows of truth, in the order of `TruthTable.rows`."""

    start: IntArray  # [n + 1] runs start[i] to start[i + 1] - 1 are those of row i; a row may have none
    runs: RunArray  # [m, 3] cells side by side that belong to a person: row of cells, first column, how many
    shared_start: IntArray
    # [s, 3] cells that show a person and somebody else: row, column, the person's pixels as bits 4 y + x
    shared: SharedArray

    def get(self, table_row: int) -> RunArray:
        """Return the runs [r, 3] of one row of truth."""
        return self.runs[self.start[table_row] : self.start[table_row + 1]]

    def get_shared(self, table_row: int) -> SharedArray:
        """Return the shared cells [r, 3] of one row of truth."""
        return self.shared[self.shared_start[table_row] : self.shared_start[table_row + 1]]

    def place(self, table_rows: IntArray, x_px: FloatArray, y_px: FloatArray) -> tuple[IntArray, FloatArray]:
        """Return how points lie to silhouettes, point i to that of row `table_rows[i]`: `Nearness` [k], pixels [k].

        A point on a pixel of a shared cell that shows the person is on the PIXEL, one in a cell of the person in the
        CELL, both 0 px off; else it is BESIDE, as far off as the nearest cell center, infinitely where there is none.
        A cell 8..12 x 4..8 px holds the point (8, 7.9) and not (12, 7.9), which is hypot(2, 1.9) = 2.76 px off.
        """
        row_of, column_of = np.floor(y_px / CELL_PX), np.floor(x_px / CELL_PX)
        owner, place = _list_parts(self.start, table_rows)
        row, column, cells = self.runs[place].astype(np.float64).T
        nearest = np.clip(column_of[owner], column, column + cells - 1)
        away = np.hypot(x_px[owner] - (nearest + 0.5) * CELL_PX, y_px[owner] - (row + 0.5) * CELL_PX)
        distance = np.full(len(table_rows), np.inf)
        np.minimum.at(distance, owner, away)
        nearness = np.full(len(table_rows), int(Nearness.BESIDE), dtype=np.int64)
        nearness[owner[(row_of[owner] == row) & (column_of[owner] == nearest)]] = Nearness.CELL

        owner, place = _list_parts(self.shared_start, table_rows)
        row, column, bits = self.shared[place].T
        bit = (np.floor(y_px) - row_of * CELL_PX) * CELL_PX + np.floor(x_px) - column_of * CELL_PX
        is_shown = (bits >> bit.astype(np.int64)[owner]) & 1 == 1
        nearness[owner[(row_of[owner] == row) & (column_of[owner] == column) & is_shown]] = Nearness.PIXEL
        return nearness, np.where(nearness == Nearness.BESIDE, distance, 0.0)


def make_silhouettes(
    *, count: IntArray, runs: RunArray, shared_count: IntArray, shared: SharedArray, table: TruthTable
) -> Silhouettes:
    """Lay out silhouettes and hold them to the truth that they belong to.

    Args:
        count: [n] runs of each row of truth.
        runs: [m, 3] as in `Silhouettes`, ordered by row of truth, then row, then column.
        shared_count: [n] shared cells of each row of truth.
        shared: [s, 3] as in `Silhouettes`, in the same order.
        table: the truth.

    Raises:
        TruthError: they are not of this truth: another number of rows, or cells outside somebody's box.
    """
    start = _check_cells(count, runs, table)
    single = np.column_stack([shared[:, :2], np.ones(len(shared), dtype=np.int32)])
    shared_start = _check_cells(shared_count, single, table)
    if len(shared) and not (shared[:, 2].min() > 0 and shared[:, 2].max() < 1 << CELL_PX**2):
        raise TruthError("a shared cell without pixels, or with too many", expected=f"1 to {CELL_PX**2} pixels")
    return Silhouettes(
        start=start,
        runs=np.ascontiguousarray(runs, dtype=np.int16),
        shared_start=shared_start,
        shared=np.ascontiguousarray(shared, dtype=np.int32),
    )


def find_shared_cell(silhouettes: Silhouettes, table: TruthTable) -> int | None:
    """Return a row of truth with a cell that belongs to somebody else too in the same frame, or None."""
    rows = table.rows
    owner = np.repeat(np.arange(len(rows)), np.diff(silhouettes.start))
    camera = rows["camera_id"].astype("category").cat.codes.to_numpy(dtype=np.int64)
    picture = camera * (int(rows["frame"].max()) + 1 if len(rows) else 1) + rows["frame"].to_numpy(dtype=np.int64)
    row, column, cells = silhouettes.runs.astype(np.int64).T
    order = np.lexsort((column, row, picture[owner]))
    same = (np.diff(picture[owner][order]) == 0) & (np.diff(row[order]) == 0)
    overlap = np.flatnonzero(same & (column[order][1:] < (column + cells)[order][:-1]))
    return int(owner[order[overlap[0] + 1]]) if len(overlap) else None


def _list_parts(start: IntArray, table_rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return for the parts of some rows of truth which of the rows each is of [p], and where it stands [p]."""
    first, count = start[table_rows], start[table_rows + 1] - start[table_rows]
    owner = np.repeat(np.arange(len(table_rows)), count)
    return owner, np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)


def _check_cells(count: IntArray, runs: RunArray | SharedArray, table: TruthTable) -> IntArray:
    """Return where each row's runs begin [n + 1]; runs [m, 3] have to lie in the boxes of their rows.

    There are millions of runs, so bounds are compared one at a time, in 32 bits.
    """
    rows = table.rows
    if len(count) != len(rows):
        raise TruthError(f"silhouettes of {len(count)} rows", expected=f"{len(rows)}, as the truth has")
    if len(count) and count.min() < 0:
        raise TruthError(f"a silhouette of {count.min()} runs", expected="0 or more")
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    if runs.shape != (start[-1], 3):
        raise TruthError(f"silhouettes have {len(runs)} runs", expected=f"{start[-1]}, as their rows say")
    left, top, right, bottom = (
        np.repeat(to_cell(rows[name].to_numpy(dtype=np.float64) / CELL_PX).astype(np.int32), count)
        for name, to_cell in (("x1", np.floor), ("y1", np.floor), ("x2", np.ceil), ("y2", np.ceil))
    )
    row, column, cells = runs.T
    is_inside = (cells > 0) & (row >= top) & (row < bottom) & (column >= left)
    is_inside &= np.add(column, cells, dtype=np.int32) <= right
    if not is_inside.all():
        wrong = int(np.flatnonzero(~is_inside)[0])
        first = rows.iloc[int(np.searchsorted(start, wrong, side="right")) - 1]
        raise TruthError(
            f"the silhouette of {first['person_id']} on {first['camera_id']} at frame {first['frame']} leaves the box",
            expected="cells inside the box of its row of truth",
        )
    return start
