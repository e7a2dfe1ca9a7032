"""Darkens a camera's picture where people keep light off the ground, before they are drawn over it."""

import numpy as np
from numpy.typing import NDArray

from sim.footage.paint.plate import Plate
from sim.footage.paint.projector import Projector
from sim.footage.paint.raster import NOBODY, draw_triangles
from sim.footage.paint.samples import make_samples
from sim.footage.paint.shading import Lighting
from sim.footage.paint.shadow import CELLS, cast_along, compute_ground_shade, darken_ground, darken_mask

FloatArray = NDArray[np.float32]


class ShadowCaster:
    """Casts the shadows of one camera's people: the soft one under them, and the sun's where it shines."""

    def __init__(self, surface_m: FloatArray, plate: Plate, lighting: Lighting, projector: Projector) -> None:
        """Make it for a plate whose pixels show these site coordinates [h, w, 3]."""
        self._lighting = lighting
        self._projector = projector
        self._surface_m = surface_m
        self._sunlight = plate.sunlight
        self._shade = np.zeros((CELLS, CELLS), dtype=np.float32)
        self._spare = np.zeros((CELLS, CELLS), dtype=np.float32)
        self._patch = np.zeros((4, 3), dtype=np.float32)
        flat = np.zeros(plate.depth_m.shape, dtype=np.float32)
        self._sun_samples = make_samples(flat, 1) if lighting.sun > 0 else None

    def cast(
        self, picture: NDArray[np.uint8], vertices: FloatArray, faces: NDArray[np.int32], ground_m: FloatArray
    ) -> None:
        """Darken a picture [h, w, 3] in place by a mesh of vertices [v, 3] and faces [f, 3] on a point [3]."""
        if self._lighting.contact <= 0:
            return
        bounds = np.zeros(4, dtype=np.int64)
        compute_ground_shade(vertices, ground_m, self._shade, self._spare, self._patch)
        if self._projector.project(self._patch, samples=1, bounds=bounds) and self._projector.nearness[:4].min() > 0:
            darken_ground(picture, self._surface_m, bounds, ground_m, self._shade, self._lighting.contact)
        if self._sun_samples is not None:
            self._cast_by_sun(picture, vertices, faces, float(ground_m[2]))

    def cast_vehicle(
        self, picture: NDArray[np.uint8], vertices: FloatArray, faces: NDArray[np.int32], ground_m: FloatArray
    ) -> None:
        """Darken a picture as `cast`, by something too large for the soft shadow: the ground below it goes dark."""
        if self._lighting.contact <= 0 or self._sun_samples is None:
            return
        below = vertices.copy()
        below[:, 2] = ground_m[2]
        self._cast_by_sun(picture, below, faces, float(ground_m[2]))
        self._cast_by_sun(picture, vertices, faces, float(ground_m[2]))

    def _cast_by_sun(
        self, picture: NDArray[np.uint8], vertices: FloatArray, faces: NDArray[np.int32], ground_z: float
    ) -> None:
        buffers = self._sun_samples
        assert buffers is not None
        travels = -np.asarray(self._lighting.key_direction, dtype=np.float32)
        bounds = np.zeros(4, dtype=np.int64)
        if not self._projector.project(cast_along(vertices, travels, ground_z), samples=1, bounds=bounds):
            return
        draw_triangles(
            faces,
            0,
            self._projector.place,
            self._projector.nearness,
            np.zeros((len(vertices), 3), dtype=np.float32),
            0,
            0,
            bounds,
            buffers.near,
            buffers.colour,
            buffers.owner,
            buffers.stamp,
            np.zeros((buffers.near.shape[0], 2), dtype=np.int32),
        )
        part = (slice(bounds[1], bounds[3]), slice(bounds[0], bounds[2]))
        covered = buffers.stamp[part] == 0
        sun = self._lighting.sun if self._sunlight is None else self._lighting.sun * self._sunlight[part]
        darken_mask(picture[part], covered, self._surface_m[part][..., 2], ground_z, sun)
        buffers.stamp[part] = NOBODY
        buffers.owner[part] = NOBODY
        buffers.near[part] = 0
