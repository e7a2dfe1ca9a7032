"""What the compositor asks of whatever it draws: people and things."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.footage.people.motion import Stance

FloatArray = NDArray[np.float32]


class MeshParts(Protocol):
    """Faces [f, 3] and what is the same in every pose: a resting pose [1 or more, v, 3], and occlusion [v] 0..1."""

    @property
    def vertices_m(self) -> FloatArray:
        """Meters, [1 or more, v, 3]; the first pose is at rest."""
        ...

    @property
    def faces(self) -> NDArray[np.int32]:
        """Vertex numbers, [f, 3]."""
        ...

    @property
    def occlusion(self) -> FloatArray:
        """Share of light, [v]."""
        ...


class Drawable(Protocol):
    """Somebody or something that can be put somewhere."""

    @property
    def dressed(self) -> MeshParts: ...

    @property
    def albedo_bgr(self) -> FloatArray:
        """Colours [v, 3], linear, blue-green-red."""
        ...

    def place(self, stance: Stance) -> tuple[FloatArray, FloatArray]:
        """Return vertices [v, 3] in site coordinates and unit normals [v, 3]."""
        ...

    def make_coarse(self) -> Drawable:
        """Return the same with fewer faces, to be drawn small; itself where there are few."""
        ...
