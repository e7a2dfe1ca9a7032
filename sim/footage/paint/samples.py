"""The buffers into which a camera's people are drawn, some samples to a pixel."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from sim.footage.paint.raster import NOBODY, compute_cover

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """What `sim.footage.paint.raster` draws into. Every frame leaves them as it found them."""

    count: int  # samples along a side of a pixel
    base_near: FloatArray  # [h * count, w * count], 1/distance of the empty picture
    cover: FloatArray  # the least of it in each tile, see `compute_cover`
    near: FloatArray  # the same shape, 1/distance of what is seen
    colour: NDArray[np.uint8]  # [h * count, w * count, 4] display levels
    owner: NDArray[np.int16]  # [h * count, w * count], who is seen
    # [h * count, w * count], the serial of the last drawing that covered a sample; it alone is not set back
    stamp: NDArray[np.int16]
    mask: NDArray[np.int16]  # [h, w], whom each pixel shows once all are resolved
    _serials: Iterator[int] = field(default_factory=lambda: cycle(range(np.iinfo(np.int16).max)))

    def take_serial(self) -> int:
        """Return the number of a new drawing that no sample of `stamp` has."""
        serial = next(self._serials)
        if serial == 0:
            self.stamp.fill(NOBODY)
        return serial


def make_samples(base_near: FloatArray, count: int) -> Samples:
    """Return buffers in which nobody is drawn yet."""
    shape = base_near.shape
    return Samples(
        count=count,
        base_near=base_near,
        cover=compute_cover(base_near),
        near=base_near.copy(),
        colour=np.zeros((*shape, 4), dtype=np.uint8),
        owner=np.full(shape, NOBODY, dtype=np.int16),
        stamp=np.full(shape, NOBODY, dtype=np.int16),
        mask=np.full((shape[0] // count, shape[1] // count), NOBODY, dtype=np.int16),
    )
