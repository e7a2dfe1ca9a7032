"""What the pipeline asks of the code that paints the pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    person_id: str
    # bounds of the visible pixels in the painted picture, pixels; x2 and y2 exclusive
    box_xyxy: tuple[float, float, float, float]
    visible: float  # pixels won in the depth test / pixels covered alone, 0..1
    # cells in which the person is front-most, [r, 3], see `sim.truth.silhouettes`
    runs: NDArray[np.int16] = field(compare=False)
    shared: NDArray[np.int32] = field(compare=False)  # cells that show the person and somebody else, [s, 3], see there
    # [p, 2] x, y of the pixels that show the person, None where they were not asked for
    pixels: NDArray[np.int64] | None = field(default=None, compare=False)


class FrameSource(Protocol):
    """Paints one camera. Frames are asked for once each, in rising order."""

    def paint(self, frame: int) -> tuple[Picture, Sequence[Sighting]]:
        """Return the picture, [height, width, 3] uint8 in blue-green-red order, and everybody visible in it."""
        ...


class SourceFactory(Protocol):
    """Makes the source of a camera inside the process that renders it, so it must be picklable."""

    def __call__(self, camera_id: str) -> FrameSource: ...
