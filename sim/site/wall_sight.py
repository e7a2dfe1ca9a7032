"""Where walls end a line of sight in plan, whatever the heights."""

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import Polygon

from sim.site.model import CameraSpec, PointXY
from sim.site.plan import FloorPlan

FloatArray = NDArray[np.float64]

FIELD_RAYS = 40


def compute_field(plan: FloorPlan, camera: CameraSpec, *, range_m: float) -> list[PointXY]:
    """Return the polygon of a camera's field of view in plan, cut by walls, first point the camera.

    Walls are lines of full height; pitch and furnishings do not count. `sim.site.cone` knows the floor itself.
    """
    origin = np.asarray(camera.position_m[:2])
    center, half = np.deg2rad([camera.yaw_deg, camera.hfov_deg / 2])
    offsets = np.linspace(-half, half, FIELD_RAYS)
    ends = plan.sight.reshape(-1, 2) - origin
    toward = np.arctan2(ends[:, 1], ends[:, 0]) - center
    toward = (toward + np.pi) % (2 * np.pi) - np.pi
    near = toward[np.abs(toward) < half]
    angles = np.sort(np.concatenate([offsets, near - 1e-4, near + 1e-4])) + center
    points: list[PointXY] = [(float(origin[0]), float(origin[1]))]
    for angle in angles:
        direction = np.array([np.cos(angle), np.sin(angle)])
        reach = min(range_m, compute_wall_distance(plan.sight, origin, direction))
        x, y = origin + direction * reach
        points.append((float(x), float(y)))
    outline = Polygon(points)
    return [(round(float(x), 2), round(float(y), 2)) for x, y in outline.exterior.simplify(0.02).coords[:-1]]


def compute_wall_distance(walls: FloatArray, origin: FloatArray, direction: FloatArray) -> float:
    """Return the distance in meters from a point to the first wall along a unit direction; inf if there is none."""
    start = walls[:, :2] - origin
    span = walls[:, 2:] - walls[:, :2]
    cross = direction[0] * span[:, 1] - direction[1] * span[:, 0]
    parallel = np.abs(cross) < 1e-12
    safe = np.where(parallel, 1.0, cross)
    reach = (start[:, 0] * span[:, 1] - start[:, 1] * span[:, 0]) / safe
    along = (start[:, 0] * direction[1] - start[:, 1] * direction[0]) / safe
    hit = ~parallel & (reach > 1e-6) & (along >= -1e-9) & (along <= 1 + 1e-9)
    return float(reach[hit].min()) if hit.any() else float("inf")
