"""Where the vertices of one mesh at a time lie in a camera's picture."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.footage.paint.vertices import project_vertices
from sim.footage.people.in_view import NEAR_M
from sim.site.camera import CameraView

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Projected:
    """What a projector had of one mesh: `place` [v, 2] and `nearness` [v]."""

    place: NDArray[np.int32]
    nearness: FloatArray


class Projector:
    """Projects meshes into a view; each overwrites the one before.

    Attributes:
        place: [most v, 2] int32, positions in 1/16 sample.
        nearness: [most v], 1/distance along the camera's axis, 0 for what is too near.
    """

    def __init__(self, view: CameraView) -> None:
        self._size_wh = view.size_wh
        self._rotation = np.ascontiguousarray(view.rotation, dtype=np.float32)
        self._position = view.position_m.astype(np.float32)
        self._lens = np.array([*view.tan_half_wh, view.k1], dtype=np.float32)
        self.place = np.zeros((0, 2), dtype=np.int32)
        self.nearness = np.zeros(0, dtype=np.float32)

    def project(self, vertices: FloatArray, *, samples: int, bounds: NDArray[np.int64]) -> bool:
        """Project vertices [v, 3], site coordinates, at some samples along a pixel; tell whether any may be seen.

        `bounds` [4] gets x0, y0, x1, y1 in samples, x1 and y1 exclusive.
        """
        if len(vertices) > len(self.nearness):
            self.place = np.zeros((len(vertices), 2), dtype=np.int32)
            self.nearness = np.zeros(len(vertices), dtype=np.float32)
        width, height = self._size_wh
        project_vertices(
            vertices,
            self._rotation,
            self._position,
            self._lens,
            (width * samples, height * samples),
            NEAR_M,
            self.place,
            self.nearness,
            bounds,
        )
        return bool(bounds[2] > bounds[0] and bounds[3] > bounds[1])

    def keep(self, count: int) -> Projected:
        """Return a copy of what the last mesh gave, which had so many vertices."""
        return Projected(self.place[:count].copy(), self.nearness[:count].copy())
