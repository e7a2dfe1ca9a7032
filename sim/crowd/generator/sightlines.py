"""Which cameras show a person at a point, by geometry alone: walls end a view, furniture and people do not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from sim.crowd.places.swinging_doors import FloatArray, find_crossing
from sim.site.camera import CameraView, make_view
from sim.site.coverage import CHEST_M
from sim.site.model import Site
from sim.site.plan import FloorPlan, make_floor_plan

PERSON_M = 1.65
SMALLEST_PX = 24.0
_HALF_WIDTH_M = 0.26
_NEAREST_M = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one camera shows of people at points: which of them, and their boxes."""

    camera_id: str
    which: NDArray[np.int64]  # [k] positions of the points it shows
    box_xyxy: FloatArray  # [k, 4] pixels, cut at the edges of the picture


class Sightlines:
    """The cameras of a site at a picture size, ready to be asked about points on the ground."""

    def __init__(self, site: Site, *, size_wh: tuple[int, int]) -> None:
        self._size_wh = size_wh
        self._views: list[tuple[str, str, CameraView]] = [
            (camera.camera_id, camera.floor, make_view(camera, size_wh=size_wh)) for camera in site.cameras
        ]
        self._plans: dict[str, FloorPlan] = {f.floor_id: make_floor_plan(site, f.floor_id) for f in site.floors}
        self._shafts = [Polygon(space.polygon) for space in site.spaces if space.kind == "stair"]

    @property
    def camera_ids(self) -> tuple[str, ...]:
        """All cameras, in the order of the site file."""
        return tuple(camera_id for camera_id, _, _ in self._views)

    def compute_seen(self, xyz_m: FloatArray, floors: Sequence[str]) -> tuple[Seen, ...]:
        """Return for each camera who of the people standing at ground points [n, 3] it shows at least 24 px high.

        A camera sees across floors only inside a stairwell that holds both it and the person.
        """
        names = np.asarray(floors)
        return tuple(self._look(camera_id, floor, view, xyz_m, names) for camera_id, floor, view in self._views)

    def _look(self, camera_id: str, floor: str, view: CameraView, xyz_m: FloatArray, floors: NDArray[np.str_]) -> Seen:
        boxes, inside = self._project(view, xyz_m)
        same = floors == floor
        shared = np.zeros(len(xyz_m), dtype=np.bool_)
        for shaft in self._shafts:
            if shapely.intersects_xy(shaft, *view.position_m[:2]):
                shared |= shapely.intersects_xy(shaft, xyz_m[:, 0], xyz_m[:, 1])
        which = np.flatnonzero(inside & (same | shared))
        if len(which):
            ways = np.column_stack([np.broadcast_to(view.position_m[:2], (len(which), 2)), xyz_m[which, :2]])
            blocked = find_crossing(ways, self._plans[floor].sight)
            which = which[~blocked | ~same[which]]
        return Seen(camera_id=camera_id, which=which, box_xyxy=boxes[which])

    def _project(self, view: CameraView, xyz_m: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
        width, height = self._size_wh
        up = np.array([0.0, 0.0, 1.0])
        feet, depth = view.compute_pixels(xyz_m)
        head, head_depth = view.compute_pixels(xyz_m + PERSON_M * up)
        chest, chest_depth = view.compute_pixels(xyz_m + CHEST_M * up)
        nearest = np.minimum(np.minimum(depth, head_depth), chest_depth)
        half_px = _HALF_WIDTH_M / np.maximum(chest_depth, _NEAREST_M) / view.tan_half_wh[0] * width / 2
        boxes = np.column_stack(
            [
                np.clip(np.minimum(feet[:, 0], head[:, 0]) - half_px, 0, width),
                np.clip(np.minimum(head[:, 1], feet[:, 1]), 0, height),
                np.clip(np.maximum(feet[:, 0], head[:, 0]) + half_px, 0, width),
                np.clip(np.maximum(head[:, 1], feet[:, 1]), 0, height),
            ]
        )
        inside = (
            (nearest > _NEAREST_M)
            & (chest[:, 0] >= 0)
            & (chest[:, 0] < width)
            & (boxes[:, 3] - boxes[:, 1] >= SMALLEST_PX)
            & (boxes[:, 2] - boxes[:, 0] >= 2.0)
        )
        return boxes, np.asarray(inside)
