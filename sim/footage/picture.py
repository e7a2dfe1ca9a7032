"""The compositor: people drawn into a camera's plate with the right depth, and measured as they are drawn.

Everybody is drawn alone into a crop at twice the size with `cv2.triangleRasterize`, then set into the picture where
nearer than what is there. What is counted is therefore what is seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.footage.figure import Figure
from sim.footage.motion import Stance
from sim.footage.plate import FAR_M, Plate
from sim.footage.shading import INDOORS, aim_key_light, shade_vertices
from sim.footage.shadow import cast_shadow
from sim.footage.source import Sighting
from sim.site.camera import CameraView

FloatArray = NDArray[np.float32]
Window = tuple[int, int, int, int]

NEAR_M = 0.25
FARTHEST_M = 90.0
_SUPERSAMPLE = 2
_LARGEST_CROP_PX = 560
_BIAS_M = 0.03
_CORNERS_M = np.array([[x, y, z] for x in (-0.95, 0.95) for y in (-0.95, 0.95) for z in (0.0, 2.1)], dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """Somebody on the way into the picture: where, and vertices and normals [v, 3], camera axes and site axes."""

    stance: Stance
    figure: Figure
    camera_xyz: FloatArray
    normals: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Canvas:
    """The picture so far: colours [h, w, 3], depth [h, w] in metres, and who owns each pixel [h, w] (-1 nobody)."""

    bgr: NDArray[np.uint8]
    depth_m: FloatArray
    owner: NDArray[np.int16]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    person_id: str
    window: Window
    alone_px: int


class ScenePainter:
    """Paints frames of one camera; keeps nothing from one frame to the next."""

    def __init__(self, view: CameraView, plate: Plate, figures: Mapping[str, Figure]) -> None:
        """Make a painter for a view of the plate's size; `figures` may dress people when first asked for."""
        if view.size_wh != plate.size_wh:
            raise ValueError(f"view {view.size_wh} and plate {plate.size_wh} differ in size")
        self._view = view
        self._plate = plate
        self._figures = figures
        self._rotation = np.ascontiguousarray(view.rotation.T, dtype=np.float32)
        self._position = view.position_m.astype(np.float32)
        self._lighting = aim_key_light(INDOORS, view.rotation[2])
        self._settings = cv2.TriangleRasterizeSettings()
        self._settings.setShadingType(cv2.RASTERIZE_SHADING_SHADED)
        self._settings.setCullingMode(cv2.RASTERIZE_CULLING_NONE)
        self._eye = np.eye(4, dtype=np.float32)

    def paint(self, stances: Sequence[Stance]) -> tuple[NDArray[np.uint8], tuple[Sighting, ...]]:
        """Return the picture [h, w, 3] uint8 blue-green-red, and everybody of whom at least one pixel is visible."""
        placed = [self._place(stance) for stance in stances if self._may_be_seen(stance)]
        placed.sort(key=lambda row: float(row.camera_xyz[:, 2].mean()))
        canvas = _Canvas(
            bgr=self._plate.bgr.copy(),
            depth_m=self._plate.depth_m.copy(),
            owner=np.full(self._plate.depth_m.shape, -1, dtype=np.int16),
        )
        for person in placed:
            cast_shadow(canvas.bgr, self._plate.depth_m, self._view, person.stance)
        drawn: list[_Drawn] = []
        for person in placed:
            result = self._draw(canvas, person, number=len(drawn))
            if result is not None:
                drawn.append(result)
        return canvas.bgr, tuple(_measure(canvas.owner, drawn))

    def _place(self, stance: Stance) -> _Placed:
        figure = self._figures[stance.person_id]
        vertices, normals = figure.place(stance)
        camera_xyz = np.asarray((vertices - self._position) @ self._rotation, dtype=np.float32)
        return _Placed(stance=stance, figure=figure, camera_xyz=camera_xyz, normals=normals)

    def _may_be_seen(self, stance: Stance) -> bool:
        pixels, depth = self._view.compute_pixels(_CORNERS_M + np.asarray(stance.xyz_m))
        if depth.max() < NEAR_M or depth.min() > FARTHEST_M:
            return False
        if depth.min() < NEAR_M:
            return True
        width, height = self._view.size_wh
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        return bool(high[0] > 0 and low[0] < width and high[1] > 0 and low[1] < height)

    def _draw(self, canvas: _Canvas, person: _Placed, *, number: int) -> _Drawn | None:
        window = self._find_window(person.camera_xyz)
        if window is None:
            return None
        x0, y0, x1, y1 = window
        size_wh = (x1 - x0, y1 - y0)
        sample = _SUPERSAMPLE if max(size_wh) <= _LARGEST_CROP_PX else 1
        fine_wh = (size_wh[0] * sample, size_wh[1] * sample)
        colour, near = self._rasterise(person, window, fine_wh)
        covered = near < FAR_M - 1
        part = canvas.depth_m[y0:y1, x0:x1]
        behind = cv2.resize(part, fine_wh, interpolation=cv2.INTER_NEAREST) if sample > 1 else part
        won = covered & (near < behind + _BIAS_M)
        alpha = _shrink(won.astype(np.float32), size_wh)
        alone = alpha if np.array_equal(won, covered) else _shrink(covered.astype(np.float32), size_wh)
        colour[~won] = 0.0
        colour = _shrink(colour, size_wh)
        target = canvas.bgr[y0:y1, x0:x1]
        mixed = cv2.multiply(target, cv2.merge([1 - alpha] * 3), dtype=cv2.CV_32F)
        np.copyto(target, cv2.scaleAdd(colour, 255.0, mixed), casting="unsafe")
        mine = alpha >= 0.5
        np.copyto(part, np.minimum(part, near[::sample, ::sample]), where=mine)
        canvas.owner[y0:y1, x0:x1][mine] = number
        return _Drawn(person_id=person.stance.person_id, window=window, alone_px=int(np.count_nonzero(alone >= 0.5)))

    def _find_window(self, camera_xyz: FloatArray) -> Window | None:
        width, height = self._view.size_wh
        distance = -camera_xyz[:, 2]
        ahead = distance > NEAR_M
        if not ahead.any():
            return None
        tan_x, tan_y = self._view.tan_half_wh
        x_px = (camera_xyz[ahead, 0] / distance[ahead] / tan_x + 1) * (width / 2)
        y_px = (1 - camera_xyz[ahead, 1] / distance[ahead] / tan_y) * (height / 2)
        x0, x1 = max(int(x_px.min()) - 1, 0), min(int(x_px.max()) + 2, width)
        y0, y1 = max(int(y_px.min()) - 1, 0), min(int(y_px.max()) + 2, height)
        return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None

    def _rasterise(self, person: _Placed, window: Window, fine_wh: tuple[int, int]) -> tuple[FloatArray, FloatArray]:
        """Draw into a crop: a shear brings its middle onto the camera's axis, a smaller field of view fills it."""
        width, height = self._view.size_wh
        tan_x, tan_y = self._view.tan_half_wh
        x0, y0, x1, y1 = window
        feet, _ = self._view.compute_pixels(np.asarray([person.stance.xyz_m]))
        light = self._plate.get_light(float(feet[0, 0]), float(feet[0, 1]) - 0.25 * (y1 - y0))
        dressed = person.figure.dressed
        colours = shade_vertices(person.figure.albedo_bgr, dressed.occlusion, person.normals, self._lighting, light)
        sheared = person.camera_xyz.copy()
        sheared[:, 0] += np.float32(((x0 + x1) / width - 1) * tan_x) * person.camera_xyz[:, 2]
        sheared[:, 1] += np.float32((1 - (y0 + y1) / height) * tan_y) * person.camera_xyz[:, 2]
        colour = np.zeros((fine_wh[1], fine_wh[0], 3), dtype=np.float32)
        near = np.full((fine_wh[1], fine_wh[0]), FAR_M, dtype=np.float32)
        fov_y = float(2 * np.arctan((y1 - y0) / height * tan_y))
        drawn = cv2.triangleRasterize(
            sheared, dressed.faces, colours, colour, near, self._eye, fov_y, NEAR_M, FAR_M, self._settings
        )
        return np.asarray(drawn[0], dtype=np.float32), np.asarray(drawn[1], dtype=np.float32)


def _shrink(values: FloatArray, size_wh: tuple[int, int]) -> FloatArray:
    if (values.shape[1], values.shape[0]) == size_wh:
        return values
    return np.asarray(cv2.resize(values, size_wh, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _measure(owner: NDArray[np.int16], drawn: Sequence[_Drawn]) -> list[Sighting]:
    sightings = []
    for number, person in enumerate(drawn):
        x0, y0, x1, y1 = person.window
        mine = owner[y0:y1, x0:x1] == number
        rows = np.flatnonzero(mine.any(axis=1))
        if len(rows) == 0:
            continue
        columns = np.flatnonzero(mine.any(axis=0))
        box = (x0 + columns[0], y0 + rows[0], x0 + columns[-1] + 1, y0 + rows[-1] + 1)
        sightings.append(
            Sighting(
                person_id=person.person_id,
                box_xyxy=(float(box[0]), float(box[1]), float(box[2]), float(box[3])),
                visible=min(int(np.count_nonzero(mine)) / max(person.alone_px, 1), 1.0),
            )
        )
    return sightings
