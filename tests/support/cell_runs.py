"""The plain twin of silhouettes: pixels counted cell by cell over the whole picture, and runs made of the cells."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

CELL_PX = 4
ROW = 1 << 20
"""More cells than a row of any picture has."""


def find_cells(pixels: Mapping[str, NDArray[np.int64]], size_wh: tuple[int, int]) -> dict[str, set[tuple[int, int]]]:
    if not pixels:
        return {}
    names = sorted(pixels)
    grid = (-(-size_wh[1] // CELL_PX), -(-size_wh[0] // CELL_PX))
    counts = np.zeros((len(names), *grid), dtype=np.int64)
    for place, name in enumerate(names):
        x, y = pixels[name].reshape(-1, 2).T // CELL_PX
        np.add.at(counts[place], (y, x), 1)
    most = counts.argmax(axis=0)
    return {
        name: {(int(r), int(c)) for r, c in np.argwhere((most == place) & (counts[place] > 0))}
        for place, name in enumerate(names)
    }


def find_shared(pixels: Mapping[str, NDArray[np.int64]], person_id: str) -> NDArray[np.int32]:
    own = pixels[person_id].reshape(-1, 2)
    others = [other.reshape(-1, 2) for who, other in pixels.items() if who != person_id]
    cells = _number_cells(own)
    is_shared = np.isin(cells, _number_cells(np.concatenate([own[:0], *others])))
    x, y = own[is_shared].T % CELL_PX
    numbers, places = np.unique(cells[is_shared], return_inverse=True)
    bits = np.zeros(len(numbers), dtype=np.int64)
    np.bitwise_or.at(bits, places, 1 << (CELL_PX * y + x))
    return np.column_stack([numbers // ROW, numbers % ROW, bits]).astype(np.int32)


def _number_cells(pixels: NDArray[np.int64]) -> NDArray[np.int64]:
    x, y = pixels.T // CELL_PX
    return y * ROW + x


def make_runs(cells: set[tuple[int, int]]) -> NDArray[np.int16]:
    runs: list[list[int]] = []
    for row, column in sorted(cells):
        if runs and runs[-1][0] == row and runs[-1][1] + runs[-1][2] == column:
            runs[-1][2] += 1
        else:
            runs.append([row, column, 1])
    return np.array(runs, dtype=np.int16).reshape(-1, 3)


def list_cells(runs: NDArray[np.int16]) -> set[tuple[int, int]]:
    return {(int(row), int(column) + step) for row, column, count in runs for step in range(int(count))}
