"""From a point in a camera's picture to the place on the plan where somebody stands there."""

import numpy as np

from sim.site.camera import make_view
from sim.site.model import CameraSpec

CHEST_M = 1.1
FARTHEST_M = 40.0


def find_ground(camera: CameraSpec, *, x: float, y: float, floor_z_m: float) -> tuple[float, float]:
    """Return where on the plan, in meters, a person stands whose chest is at a point of the picture.

    There the line of sight is 1.1 m over the floor. Above the horizon or farther than 40 m it says little, and the
    place is that far away at most. A camera 3.1 m high that looks down at 45 degrees has 2.0 m of fall to the chest:
    the middle of its picture is 2.0 m in front of it.
    """
    view = make_view(camera)
    pixel = np.array([[x * view.size_wh[0], y * view.size_wh[1]]])
    ray = (view.compute_rays(pixel) @ view.rotation)[0]
    flat = max(float(np.hypot(ray[0], ray[1])), 1e-9)
    fall_m = float(view.position_m[2]) - floor_z_m - CHEST_M
    reach_m = fall_m * flat / -float(ray[2]) if ray[2] < -1e-6 else FARTHEST_M
    share = min(max(reach_m, 0.0), FARTHEST_M) / flat
    return float(view.position_m[0] + ray[0] * share), float(view.position_m[1] + ray[1] * share)
