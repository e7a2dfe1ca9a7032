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
from sim.footage.shading import INDOORS, Lighting, shade_vertices
from sim.footage.shadow import cast_shadow
from sim.footage.source import Sighting
from sim.site.camera import CameraView

FloatArray = NDArray[np.float32]

NEAR_M = 0.25
FARTHEST_M = 90.0
_SUPERSAMPLE = 2
_LARGEST_CROP_PX = 900
_BIAS_M = 0.015
_CORNERS_M = np.array([[x, y, z] for x in (-0.95, 0.95) for y in (-0.95, 0.95) for z in (0.0, 2.1)], dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    person_id: str
    window: tuple[int, int, int, int]
    alone_px: int


class ScenePainter:
    """Paints frames of one camera; keeps nothing from one frame to the next."""

    def __init__(self, view: CameraView, plate: Plate, figures: Mapping[str, Figure]) -> None:
        """Make a painter for a view of the plate's size; `figures` may make people when first asked for."""
        if view.size_wh != plate.size_wh:
            raise ValueError(f"view {view.size_wh} and plate {plate.size_wh} differ in size")
        self._view = view
        self._plate = plate
        self._figures = figures
        self._rotation = np.ascontiguousarray(view.rotation.T, dtype=np.float32)
        self._position = view.position_m.astype(np.float32)
        backward = view.rotation[2]
        key = np.array([backward[0], backward[1], 1.2])
        key /= np.linalg.norm(key)
        self._lighting = Lighting(
            ceiling=INDOORS.ceiling,
            floor=INDOORS.floor,
            key=INDOORS.key,
            key_direction=(float(key[0]), float(key[1]), float(key[2])),
        )
        self._settings = cv2.TriangleRasterizeSettings()
        self._settings.setShadingType(cv2.RASTERIZE_SHADING_SHADED)
        self._settings.setCullingMode(cv2.RASTERIZE_CULLING_NONE)
        self._eye = np.eye(4, dtype=np.float32)

    def paint(self, stances: Sequence[Stance]) -> tuple[NDArray[np.uint8], tuple[Sighting, ...]]:
        """Return the picture [h, w, 3] uint8 blue-green-red, and everybody of whom at least one pixel is visible."""
        inside = [s for s in stances if self._may_be_seen(s)]
        picture = self._plate.bgr.copy()
        depth = self._plate.depth_m.copy()
        owner = np.full(depth.shape, -1, dtype=np.int16)
        placed = []
        for stance in inside:
            figure = self._figures[stance.person_id]
            vertices, normals = figure.place(stance)
            placed.append((stance, figure, (vertices - self._position) @ self._rotation, normals))
        placed.sort(key=lambda row: float(row[2][:, 2].mean()))
        for stance, *_ in placed:
            cast_shadow(picture, self._plate.depth_m, self._view, stance)
        drawn: list[_Drawn] = []
        for stance, figure, camera_xyz, normals in placed:
            result = self._draw(picture, depth, owner, len(drawn), stance, figure, camera_xyz, normals)
            if result is not None:
                drawn.append(result)
        return picture, tuple(self._measure(owner, drawn))

    def _may_be_seen(self, stance: Stance) -> bool:
        pixels, depth = self._view.compute_pixels(_CORNERS_M + np.asarray(stance.xyz_m))
        if depth.max() < NEAR_M or depth.min() > FARTHEST_M:
            return False
        if depth.min() < NEAR_M:
            return True
        width, height = self._view.size_wh
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        return bool(high[0] > 0 and low[0] < width and high[1] > 0 and low[1] < height)

    def _draw(
        self,
        picture: NDArray[np.uint8],
        depth: FloatArray,
        owner: NDArray[np.int16],
        number: int,
        stance: Stance,
        figure: Figure,
        camera_xyz: FloatArray,
        normals: FloatArray,
    ) -> _Drawn | None:
        window = self._find_window(camera_xyz)
        if window is None:
            return None
        x0, y0, x1, y1 = window
        nearest_m = -float(camera_xyz[:, 2].max())
        if float(depth[y0:y1, x0:x1].max()) + _BIAS_M <= nearest_m:
            return None
        wide, high = x1 - x0, y1 - y0
        feet, _ = self._view.compute_pixels(np.asarray([stance.xyz_m]))
        light = self._plate.get_light(float(feet[0, 0]), float(feet[0, 1]) - 0.25 * high)
        colours = shade_vertices(figure.albedo_bgr, figure.dressed.occlusion, normals, self._lighting, light)
        sample = _SUPERSAMPLE if max(wide, high) <= _LARGEST_CROP_PX else 1
        colour, near = self._rasterise(camera_xyz, figure.dressed.faces, colours, window, sample)
        covered = near < FAR_M - 1
        part = depth[y0:y1, x0:x1]
        behind = cv2.resize(part, (wide * sample, high * sample), interpolation=cv2.INTER_NEAREST)
        won = covered & (near < behind + _BIAS_M)
        alone = cv2.resize(covered.astype(np.float32), (wide, high), interpolation=cv2.INTER_AREA)
        alone_px = int(np.count_nonzero(alone >= 0.5))
        alpha = cv2.resize(won.astype(np.float32), (wide, high), interpolation=cv2.INTER_AREA)
        colour *= won[..., None]
        colour = cv2.resize(colour, (wide, high), interpolation=cv2.INTER_AREA)
        target = picture[y0:y1, x0:x1]
        mixed = target * (1 - alpha[..., None]) + colour * np.float32(255)
        np.copyto(target, mixed.astype(np.uint8))
        mine = alpha >= 0.5
        nearest = near[::sample, ::sample]
        np.copyto(part, np.minimum(part, nearest), where=mine)
        owner[y0:y1, x0:x1][mine] = number
        return _Drawn(person_id=stance.person_id, window=window, alone_px=alone_px)

    def _find_window(self, camera_xyz: FloatArray) -> tuple[int, int, int, int] | None:
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

    def _rasterise(
        self,
        camera_xyz: FloatArray,
        faces: NDArray[np.int32],
        colours: FloatArray,
        window: tuple[int, int, int, int],
        sample: int,
    ) -> tuple[FloatArray, FloatArray]:
        """Draw into a crop: a shear moves the crop's middle onto the camera's axis, a smaller field of view fills it."""
        width, height = self._view.size_wh
        tan_x, tan_y = self._view.tan_half_wh
        x0, y0, x1, y1 = window
        offset_x = ((x0 + x1) / width - 1) * tan_x
        offset_y = (1 - (y0 + y1) / height) * tan_y
        sheared = camera_xyz.copy()
        sheared[:, 0] += np.float32(offset_x) * camera_xyz[:, 2]
        sheared[:, 1] += np.float32(offset_y) * camera_xyz[:, 2]
        shape = ((y1 - y0) * sample, (x1 - x0) * sample)
        colour = np.zeros((*shape, 3), dtype=np.float32)
        near = np.full(shape, FAR_M, dtype=np.float32)
        fov_y = float(2 * np.arctan((y1 - y0) / height * tan_y))
        colour, near = cv2.triangleRasterize(
            sheared, faces, colours, colour, near, self._eye, fov_y, NEAR_M, FAR_M, self._settings
        )
        return colour, near

    def _measure(self, owner: NDArray[np.int16], drawn: Sequence[_Drawn]) -> list[Sighting]:
        sightings = []
        for number, person in enumerate(drawn):
            x0, y0, x1, y1 = person.window
            mine = owner[y0:y1, x0:x1] == number
            rows = np.flatnonzero(mine.any(axis=1))
            if len(rows) == 0:
                continue
            columns = np.flatnonzero(mine.any(axis=0))
            sightings.append(
                Sighting(
                    person_id=person.person_id,
                    box_xyxy=(
                        float(x0 + columns[0]),
                        float(y0 + rows[0]),
                        float(x0 + columns[-1] + 1),
                        float(y0 + rows[-1] + 1),
                    ),
                    visible=min(int(np.count_nonzero(mine)) / max(person.alone_px, 1), 1.0),
                )
            )
        return sightings
