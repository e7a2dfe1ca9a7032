"""Silhouettes: for every row of truth the cells of the picture in which that person is front-most.

Cells are squares of 4 pixels, counted from the picture's upper left corner. A cell belongs to a person when, of its
pixels that show anybody, the most show that one (tie: smaller person_id), so no cell belongs to two.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import TruthError
from sim.truth.appearance import FloatArray, IntArray
from sim.truth.table import TruthTable

CELL_PX = 4
RunArray = NDArray[np.int16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silhouettes:
    """The silhouettes of n rows of truth, in the order of `TruthTable.rows`, as m runs of cells side by side.

    Attributes:
        start: [n + 1] runs start[i] to start[i + 1] - 1 are those of row i; a row may have none.
        runs: [m, 3] row of cells, first column, how many cells.
    """

    start: IntArray
    runs: RunArray

    def get(self, table_row: int) -> RunArray:
        """Return the runs [r, 3] of one row of truth."""
        return self.runs[self.start[table_row] : self.start[table_row + 1]]

    def compute_distance_px(self, table_rows: IntArray, x_px: FloatArray, y_px: FloatArray) -> FloatArray:
        """Return how far points are from silhouettes, point i from that of row `table_rows[i]`, pixels [k].

        -1 where the silhouette holds the cell of the point, else the distance to its nearest cell centre; infinity
        from a silhouette without cells. A cell 8..12 x 4..8 px holds the point (8, 7.9) and not (12, 7.9), which is
        hypot(2, 1.9) = 2.76 px from its centre (10, 6).
        """
        first, count = self.start[table_rows], self.start[table_rows + 1] - self.start[table_rows]
        owner = np.repeat(np.arange(len(table_rows)), count)
        place = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
        row, column, cells = self.runs[place].astype(np.float64).T
        x, y = x_px[owner], y_px[owner]
        at_column, at_row = np.floor(x / CELL_PX), np.floor(y / CELL_PX)
        nearest = np.clip(np.floor(x / CELL_PX), column, column + cells - 1)
        away = np.hypot(x - (nearest + 0.5) * CELL_PX, y - (row + 0.5) * CELL_PX)
        away[(at_row == row) & (at_column >= column) & (at_column < column + cells)] = -1.0
        distance = np.full(len(table_rows), np.inf)
        np.minimum.at(distance, owner, away)
        return distance


def make_silhouettes(count: IntArray, runs: RunArray, table: TruthTable) -> Silhouettes:
    """Lay out silhouettes and hold them to the truth that they belong to.

    Args:
        count: [n] runs of each row of truth.
        runs: [m, 3] row of cells, first column, how many cells, ordered by row of truth, then row, then column.
        table: the truth.

    Raises:
        TruthError: they are not of this truth: another number of rows, or cells outside somebody's box.
    """
    rows = table.rows
    if len(count) != len(rows):
        raise TruthError(f"silhouettes of {len(count)} rows", expected=f"{len(rows)}, as the truth has")
    if len(count) and count.min() < 0:
        raise TruthError(f"a silhouette of {count.min()} runs", expected="0 or more")
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    if runs.shape != (start[-1], 3):
        raise TruthError(f"silhouettes have {len(runs)} runs", expected=f"{start[-1]}, as their rows say")
    owner = np.repeat(np.arange(len(count)), count)
    box = rows[["x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64)[owner]
    row, column, cells = runs.astype(np.int64).T
    is_inside = (
        (cells > 0)
        & (row >= np.floor(box[:, 1] / CELL_PX))
        & (row < np.ceil(box[:, 3] / CELL_PX))
        & (column >= np.floor(box[:, 0] / CELL_PX))
        & (column + cells <= np.ceil(box[:, 2] / CELL_PX))
    )
    if not is_inside.all():
        first = rows.iloc[int(owner[np.flatnonzero(~is_inside)[0]])]
        raise TruthError(
            f"the silhouette of {first['person_id']} on {first['camera_id']} at frame {first['frame']} leaves the box",
            expected="cells inside the box of its row of truth",
        )
    return Silhouettes(start=start, runs=np.ascontiguousarray(runs, dtype=np.int16))


def find_shared_cell(silhouettes: Silhouettes, table: TruthTable) -> int | None:
    """Return a row of truth with a cell that somebody else has too in the same frame of the camera, or None."""
    rows = table.rows
    count = np.diff(silhouettes.start)
    owner = np.repeat(np.arange(len(rows)), count)
    camera = rows["camera_id"].astype("category").cat.codes.to_numpy(dtype=np.int64)
    picture = camera * (int(rows["frame"].max()) + 1 if len(rows) else 1) + rows["frame"].to_numpy(dtype=np.int64)
    row, column, cells = silhouettes.runs.astype(np.int64).T
    order = np.lexsort((column, row, picture[owner]))
    same = (np.diff(picture[owner][order]) == 0) & (np.diff(row[order]) == 0)
    overlap = np.flatnonzero(same & (column[order][1:] < (column + cells)[order][:-1]))
    return int(owner[order[overlap[0] + 1]]) if len(overlap) else None
