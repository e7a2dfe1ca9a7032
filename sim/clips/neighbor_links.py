"""Links between cameras that are on no plan: typed neighbors, drawn side by side at the foot of the picture."""

from collections.abc import Collection, Sequence
from typing import Any

from sim.site.blind import WALK_M_S

_FOOT_Y, _ABOVE_Y = 0.93, 0.83
_DOWN_DEG = 90.0


def describe_neighbor_links(cameras: Collection[str], neighbors: Sequence[tuple[str, str, float]]) -> dict[str, Any]:
    """Return links as `sim.site.next_camera.describe_links`; `neighbors` are two cameras and the meters between them.

    Where in the picture people leave towards a neighbor is not known, so the links stand in a row, nearest first.
    """
    links: dict[str, Any] = {}
    for camera_id in cameras:
        near = sorted(
            (meters, b if a == camera_id else a)
            for a, b, meters in neighbors
            if camera_id in (a, b) and {a, b} <= set(cameras)
        )
        links[camera_id] = [
            {
                "x": (place + 1) / (len(near) + 1),
                "y": _FOOT_Y,
                "above_y": _ABOVE_Y,
                "turn_deg": _DOWN_DEG,
                "cameras": [{"camera_id": other, "walking_s": round(meters / WALK_M_S, 1)}],
            }
            for place, (meters, other) in enumerate(near)
        ]
    return links
