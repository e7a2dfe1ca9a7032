"""A coarse map of how far the next wall is, so that the exact answer has to be worked out only near walls."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

FloatArray = NDArray[np.float64]

_CELL_M = 0.15
_SAMPLE_M = 0.05
_DOUBT_M = _CELL_M / 2**0.5 + _SAMPLE_M / 2
_MARGIN_M = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceMap:
    """Distances to the nearest wall on a grid.

    Attributes:
        low_m: [2] corner of the first cell.
        near_m: [nx, ny] float32, no wall is nearer than this anywhere in the cell; 0 where that is unknown.
    """

    low_m: FloatArray
    near_m: NDArray[np.float32]

    def find_least_m(self, points: FloatArray) -> FloatArray:
        """Return a distance [n] in metres that no wall comes nearer than to points [n, 2]; 0 beyond the map."""
        cells = np.floor((points - self.low_m) / _CELL_M).astype(np.int64)
        inside = ((cells >= 0) & (cells < self.near_m.shape)).all(axis=1)
        found = np.zeros(len(points))
        found[inside] = self.near_m[cells[inside, 0], cells[inside, 1]]
        return found


def make_clearance_map(segments: FloatArray) -> ClearanceMap:
    """Return the map of the walls [n, 4], x1 y1 x2 y2 in metres, from samples 5 cm apart."""
    ends = segments.reshape(-1, 2)
    low, high = ends.min(axis=0) - _MARGIN_M, ends.max(axis=0) + _MARGIN_M
    samples = []
    for x1, y1, x2, y2 in segments:
        share = np.linspace(0.0, 1.0, 2 + int(np.hypot(x2 - x1, y2 - y1) / _SAMPLE_M))[:, None]
        samples.append(np.array([x1, y1]) * (1 - share) + np.array([x2, y2]) * share)
    shape = np.ceil((high - low) / _CELL_M).astype(int)
    centres = low + (np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"), axis=-1) + 0.5) * _CELL_M
    distances, _ = cKDTree(np.concatenate(samples)).query(centres.reshape(-1, 2))
    near = np.maximum(distances - _DOUBT_M, 0.0).reshape(*shape)
    return ClearanceMap(low_m=low, near_m=near.astype(np.float32))
