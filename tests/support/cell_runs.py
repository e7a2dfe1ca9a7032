"""The plain twin of silhouettes: pixels counted cell by cell over the whole picture, and runs made of the cells."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

CELL_PX = 4


def find_cells(pixels: Mapping[str, NDArray[np.int64]], size_wh: tuple[int, int]) -> dict[str, set[tuple[int, int]]]:
    """Return the cells (row, column) that everybody has, of their pixels x, y [p, 2] in a picture."""
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
    """Return the cells that show a person and somebody else, [s, 3]: row, column, own pixels as bits 4 y + x."""
    others = {tuple(cell) for who, own in pixels.items() if who != person_id for cell in (own // CELL_PX).tolist()}
    bits: dict[tuple[int, int], int] = {}
    for x, y in pixels[person_id].tolist():
        cell = (y // CELL_PX, x // CELL_PX)
        if cell[::-1] in others:
            bits[cell] = bits.get(cell, 0) | 1 << (CELL_PX * (y % CELL_PX) + x % CELL_PX)
    return np.array([[*cell, bits[cell]] for cell in sorted(bits)], dtype=np.int32).reshape(-1, 3)


def make_runs(cells: set[tuple[int, int]]) -> NDArray[np.int16]:
    """Return cells as runs [r, 3]: row, first column, count."""
    runs: list[list[int]] = []
    for row, column in sorted(cells):
        if runs and runs[-1][0] == row and runs[-1][1] + runs[-1][2] == column:
            runs[-1][2] += 1
        else:
            runs.append([row, column, 1])
    return np.array(runs, dtype=np.int16).reshape(-1, 3)


def list_cells(runs: NDArray[np.int16]) -> set[tuple[int, int]]:
    """Return the cells (row, column) of runs [r, 3]."""
    return {(int(row), int(column) + step) for row, column, count in runs for step in range(int(count))}
