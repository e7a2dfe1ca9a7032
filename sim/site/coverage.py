"""What the cameras of a site can see of a person, and how much of a way lies off camera."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.site.camera import CameraView, make_view
from sim.site.model import PointXY, Site
from sim.site.plan import FloorPlan, compute_wall_distance, make_floor_plan

FloatArray = NDArray[np.float64]

CHEST_M = 1.1
SIGHT_M = 32.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The cameras of one floor with its walls, ready to be asked about points.

    Walls and doors to rooms that are not modelled end the view; furnishings and people do not.
    """

    plan: FloorPlan
    views: tuple[tuple[str, CameraView], ...]

    def find_cameras(self, at: PointXY, *, z_m: float = 0.0) -> tuple[str, ...]:
        """Return the cameras that show the chest of a person who stands at a point, `z_m` above the floor."""
        chest = np.array([[at[0], at[1], z_m + CHEST_M]])
        return tuple(camera_id for camera_id, view in self.views if self._is_seen(view, chest))

    def _is_seen(self, view: CameraView, chest: FloatArray) -> bool:
        (pixel,), (depth,) = view.compute_pixels(chest)
        width, height = view.size_wh
        if not (0.3 < depth < SIGHT_M and 0 <= pixel[0] < width and 0 <= pixel[1] < height):
            return False
        way = chest[0, :2] - view.position_m[:2]
        length = float(np.linalg.norm(way))
        return compute_wall_distance(self.plan.sight, view.position_m[:2], way / length) > length

    def compute_unseen_share(self, way: Sequence[PointXY], *, step_m: float = 0.25) -> float:
        """Return the share, 0..1, of a way's length that no camera shows, sampled every `step_m`.

        Heights are the floor's, stairs and ramps included.
        """
        seen: list[bool] = []
        for start, end in pairwise(way):
            a, b = np.asarray(start), np.asarray(end)
            count = max(1, round(float(np.linalg.norm(b - a)) / step_m))
            for share in (np.arange(count) + 0.5) / count:
                x, y = a + share * (b - a)
                at = (float(x), float(y))
                seen.append(bool(self.find_cameras(at, z_m=self.plan.compute_floor_z(at))))
        return 1 - float(np.mean(seen)) if seen else 0.0


def make_coverage(site: Site, floor_id: str) -> Coverage:
    """Return the coverage of one floor. Raises SiteError as `make_floor_plan`."""
    return Coverage(
        plan=make_floor_plan(site, floor_id),
        views=tuple((c.camera_id, make_view(c)) for c in site.cameras if c.floor == floor_id),
    )
