"""Shadows of people on the ground, and how much of the sun falls on them.

A point of a body above the ground is lit when the ground is on which its shadow falls: one ray of the sun goes through
both.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled
from sim.footage.paint.light import Lighting
from sim.footage.paint.plate import Plate, Projector
from sim.footage.paint.raster import NOBODY, compute_cover, draw_triangles

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


CELLS = 40
CELL_M = 0.07
REACH_M = CELLS * CELL_M / 2
_CONTACT_FALL_M = 0.16
_WIDE_SHARE = 0.48
_WIDE_ROUNDS = 9
_STEP_M = 0.16
_LEAST_SHADE = 0.02
_TALLEST_M = 2.3


def cast_along(vertices: FloatArray, travels: FloatArray, ground_z: float) -> FloatArray:
    """Return where light traveling along [3] carries vertices [v, 3] onto the level of the ground."""
    height = np.maximum(vertices[:, 2] - np.float32(ground_z), 0)
    return np.asarray(vertices - (height / travels[2])[:, None] * travels, dtype=np.float32)


@compiled
def compute_ground_shade(
    vertices: FloatArray, xyz_m: FloatArray, shade: FloatArray, spare: FloatArray, patch: FloatArray
) -> None:
    """Compute how much a mesh [v, 3] keeps the light of a wide ceiling off the ground around a point [3].

    What touches the ground darkens it most and only there; the whole body a little and widely.
    """
    shade[:] = 0
    spare[:] = 0
    inverse = np.float32(1 / CELL_M)
    for i in range(len(vertices)):
        column = int(np.floor((vertices[i, 0] - xyz_m[0] + REACH_M) * inverse))
        row = int(np.floor((vertices[i, 1] - xyz_m[1] + REACH_M) * inverse))
        if row < 2 or column < 2 or row >= CELLS - 2 or column >= CELLS - 2:
            continue
        height = max(vertices[i, 2] - xyz_m[2], np.float32(0))
        if height > _TALLEST_M:
            continue
        touch = np.float32(1) / (np.float32(1) + (height / np.float32(_CONTACT_FALL_M)) ** 2)
        shade[row, column] = max(shade[row, column], touch)
        spare[row, column] = 1
    _blur(shade, 1)
    _blur(spare, _WIDE_ROUNDS)
    south, west, north, east = CELLS, CELLS, 0, 0
    for row in range(CELLS):
        for column in range(CELLS):
            total = shade[row, column] + np.float32(_WIDE_SHARE) * spare[row, column]
            shade[row, column] = min(total, np.float32(1))
            if total > _LEAST_SHADE:
                south, west = min(south, row), min(west, column)
                north, east = max(north, row + 1), max(east, column + 1)
    for k in range(4):
        patch[k, 0] = xyz_m[0] - np.float32(REACH_M) + np.float32(CELL_M) * (west if k % 3 == 0 else east)
        patch[k, 1] = xyz_m[1] - np.float32(REACH_M) + np.float32(CELL_M) * (south if k < 2 else north)
        patch[k, 2] = xyz_m[2]


@compiled
def _blur(cells: FloatArray, rounds: int) -> None:
    """Average each cell [40, 40] that is not on the edge with its neighbors, along rows and then across them."""
    quarter, half = np.float32(0.25), np.float32(0.5)
    line = np.empty(CELLS, dtype=np.float32)
    for _ in range(rounds):
        for row in range(CELLS):
            for column in range(CELLS):
                line[column] = cells[row, column]
            for column in range(1, CELLS - 1):
                cells[row, column] = quarter * (line[column - 1] + line[column + 1]) + half * line[column]
        for column in range(CELLS):
            line[column] = cells[0, column]
        for row in range(1, CELLS - 1):
            for column in range(CELLS):
                here = cells[row, column]
                cells[row, column] = quarter * (line[column] + cells[row + 1, column]) + half * here
                line[column] = here


@compiled
def darken_ground(
    picture: NDArray[np.uint8],
    surface_m: FloatArray,
    area: NDArray[np.int64],
    xyz_m: FloatArray,
    shade: FloatArray,
    strength: float,
) -> None:
    """Darken the picture where the ground around a point [3] is seen, by what `compute_ground_shade` found."""
    inverse, step_m, least = np.float32(1 / CELL_M), np.float32(_STEP_M), np.float32(_LEAST_SHADE)
    for y in range(area[1], area[3]):
        for x in range(area[0], area[2]):
            step = abs(surface_m[y, x, 2] - xyz_m[2])
            if step >= step_m:
                continue
            column = (surface_m[y, x, 0] - xyz_m[0] + np.float32(REACH_M)) * inverse - np.float32(0.5)
            row = (surface_m[y, x, 1] - xyz_m[1] + np.float32(REACH_M)) * inverse - np.float32(0.5)
            if column < 0 or row < 0 or column >= CELLS - 1 or row >= CELLS - 1:
                continue
            i, j = int(row), int(column)
            v, u = row - i, column - j
            lost = (1 - v) * ((1 - u) * shade[i, j] + u * shade[i, j + 1]) + v * (
                (1 - u) * shade[i + 1, j] + u * shade[i + 1, j + 1]
            )
            if lost < least:
                continue
            left = np.float32(1) - np.float32(strength) * lost * (np.float32(1) - step / step_m)
            for k in range(3):
                picture[y, x, k] = np.uint8(picture[y, x, k] * left + np.float32(0.5))


def darken_mask(
    picture: NDArray[np.uint8],
    covered: NDArray[np.bool_],
    surface_z_m: FloatArray,
    ground_z: float,
    strength: float | FloatArray,
) -> None:
    """Darken the picture [h, w, 3] where a cast shadow [h, w] falls on ground [h, w] at a height, in place.

    `strength` is the share of light that the ground loses, one for all or [h, w].
    """
    soft = cv2.GaussianBlur(covered.astype(np.float32), (3, 3), 0.8)
    soft[np.abs(surface_z_m - ground_z) > _STEP_M] = 0
    left = (255 * (1 - np.asarray(strength, dtype=np.float32) * soft)).astype(np.uint8)
    np.copyto(picture, cv2.multiply(picture, cv2.merge([left, left, left]), scale=1 / 255).astype(np.uint8))


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


SUN_CELL_M = 0.25
SUN_REACH_M = 60.0
_LEVEL_M = 0.2
_HEIGHTS_M = (0.1, 0.7, 1.3)


class Sunlight:
    """The sun's share on the ground, in cells of 25 cm; where the camera sees none, as at the nearest that it sees."""

    def __init__(
        self, share: FloatArray, corner_xy_m: tuple[float, float], travels: tuple[float, float, float]
    ) -> None:
        """Make it from shares [rows, columns], rows going north from a corner, and the way that sunlight travels."""
        self._share = share
        self._corner = corner_xy_m
        self._drift = (travels[0] / -travels[2], travels[1] / -travels[2])

    def get(self, xyz_m: tuple[float, float, float]) -> float:
        """Return the share of the sun on who stands at a point of the ground, the mean of three heights, 0..1."""
        rows, columns = self._share.shape
        total = 0.0
        for height in _HEIGHTS_M:
            x = (xyz_m[0] + height * self._drift[0] - self._corner[0]) / SUN_CELL_M
            y = (xyz_m[1] + height * self._drift[1] - self._corner[1]) / SUN_CELL_M
            total += float(self._share[min(max(int(y), 0), rows - 1), min(max(int(x), 0), columns - 1)])
        return total / len(_HEIGHTS_M)


def find_sunlight(
    surface_m: FloatArray, sunlight: FloatArray | None, lighting: Lighting, position_m: NDArray[np.float64]
) -> Sunlight | None:
    """Return the sun's share on the ground of a plate; None where no sun shines or nobody knows where."""
    if sunlight is None or lighting.sun <= 0:
        return None
    away_m = np.linalg.norm(surface_m - position_m.astype(np.float32), axis=2)
    levels, counts = np.unique(np.round(surface_m[away_m < SUN_REACH_M][:, 2], 1), return_counts=True)
    if not len(levels):
        return None
    is_ground = (away_m < SUN_REACH_M) & (np.abs(surface_m[..., 2] - levels[counts.argmax()]) < _LEVEL_M)
    xy_m, lit = surface_m[is_ground][:, :2], sunlight[is_ground]
    corner = xy_m.min(axis=0)
    column, row = ((xy_m - corner) / SUN_CELL_M).astype(np.int64).T
    shape = (int(row.max()) + 1, int(column.max()) + 1)
    total, count = np.zeros(shape), np.zeros(shape)
    np.add.at(total, (row, column), lit)
    np.add.at(count, (row, column), 1)
    share = _fill(total / np.maximum(count, 1), count > 0)
    x, y, z = lighting.key_direction
    return Sunlight(cv2.blur(share, (3, 3)).astype(np.float32), (float(corner[0]), float(corner[1])), (-x, -y, -z))


def _fill(share: NDArray[np.float64], is_known: NDArray[np.bool_]) -> FloatArray:
    """Return shares [rows, columns] where what is not known is as at the nearest cell that is."""
    _, nearest = cv2.distanceTransformWithLabels(
        (~is_known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    known = np.zeros(int(nearest.max()) + 1, dtype=np.float32)
    known[nearest[is_known]] = share[is_known]
    filled: FloatArray = known[nearest]
    return filled
