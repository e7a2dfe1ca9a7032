"""How much moves on a camera, measured from its pictures as a recorder does, never from the truth."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.footage.compiled import compiled

CELL_PX = 10
CHANGE_LEVELS = 5.0
CONSTANT_SHARE = 0.95
CONSTANT_LEAST_S = 30


class ActivityMeter:
    """Compares the mean brightness of picture cells over each second.

    A cell of 10x10 pixels of the 320x180 tile has changed when its mean varied by more than 5 of 255 levels within the
    second; averaging over 100 pixels takes sensor noise out. Cells that change in nearly every second of a recording
    of half a minute or more show the burnt-in clock and do not count.
    """

    def __init__(self, *, fps: float) -> None:
        self._per_second = max(1, round(fps))
        self._last: NDArray[np.float32] | None = None
        self._low: NDArray[np.float32] | None = None
        self._high: NDArray[np.float32] | None = None
        self._count = 0
        self._changed: list[NDArray[np.bool_]] = []

    def add(self, luma: NDArray[np.uint8]) -> None:
        """Take the next frame's brightness, [height, width]."""
        means = np.zeros((luma.shape[0] // CELL_PX, luma.shape[1] // CELL_PX), dtype=np.float32)
        _add_cells(luma, means)
        means /= CELL_PX * CELL_PX
        if self._low is None or self._high is None:
            start = means if self._last is None else self._last
            self._low, self._high = np.minimum(start, means), np.maximum(start, means)
        else:
            np.minimum(self._low, means, out=self._low)
            np.maximum(self._high, means, out=self._high)
        self._last = means
        self._count += 1
        if self._count == self._per_second:
            self._close_second()

    def make_rows(self, camera_id: str) -> pd.DataFrame:
        """Return one row a second, columns `sim.columns.ACTIVITY`."""
        if self._count:
            self._close_second()
        changed = np.array(self._changed)
        if len(changed) >= CONSTANT_LEAST_S:
            changed = changed[:, changed.mean(axis=0) < CONSTANT_SHARE]
        motion = changed.reshape(len(changed), -1).mean(axis=1) if changed.size else np.zeros(len(changed))
        return pd.DataFrame(
            {
                "camera_id": pd.array([camera_id] * len(changed), dtype="str"),
                "second": np.arange(len(changed), dtype=np.int32),
                "motion": motion.astype(np.float32),
            }
        )

    def _close_second(self) -> None:
        if self._low is None or self._high is None:
            raise AssertionError("a second is closed after a frame")
        self._changed.append(self._high - self._low > CHANGE_LEVELS)
        self._low = self._high = None
        self._count = 0


@compiled
def _add_cells(luma: NDArray[np.uint8], sums: NDArray[np.float32]) -> None:
    """Add the brightness of all pixels of each cell; what does not fill a cell at the edge is left out."""
    rows, columns = sums.shape
    for y in range(rows * CELL_PX):
        for column in range(columns):
            total = 0
            for x in range(column * CELL_PX, (column + 1) * CELL_PX):
                total += luma[y, x]
            sums[y // CELL_PX, column] += np.float32(total)
