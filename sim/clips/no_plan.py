"""A site for cameras that are on no plan: one square a camera, so that "where" can be answered by camera."""

from collections.abc import Collection, Sequence
from typing import Any

from sim.clips.model import PICTURE_WH, Walk
from sim.site.coverage import WALK_M_S
from sim.site.model import CameraSpec, Floor, Opening, Site, Space, WalkNode

APART_M = 14.0
SIDE_M = 10.0
ACROSS = 8
_FLOOR = "1"


def make_site_without_plan(walk: Walk, *, notice: str) -> Site:
    """Return a site of a square a camera, neighbors joined by ways, each with one way in from outside."""
    cameras = sorted(walk.cameras, key=lambda each: each.camera_id)
    corners = {
        camera.camera_id: (place % ACROSS * APART_M, place // ACROSS * APART_M) for place, camera in enumerate(cameras)
    }
    return Site(
        schema_version=1,
        site_id=walk.walk_id,
        name=walk.name,
        notice=notice,
        floors=(Floor(floor_id=_FLOOR, name="No plan", elevation_m=0.0, height_m=3.0),),
        spaces=tuple(
            Space(
                zone_id=name_zone(camera.camera_id),
                name=camera.name,
                kind="hall",
                polygon=((x, y), (x + SIDE_M, y), (x + SIDE_M, y + SIDE_M), (x, y + SIDE_M)),
                floor=_FLOOR,
            )
            for camera in cameras
            for x, y in (corners[camera.camera_id],)
        ),
        openings=tuple(
            Opening(
                door_id=f"d-{camera.camera_id.lower()}",
                name=f"Way in at {camera.name}",
                floor=_FLOOR,
                at=(corners[camera.camera_id][0] + SIDE_M / 2, corners[camera.camera_id][1]),
                facing_deg=90.0,
                width_m=2.0,
                kind="exterior",
            )
            for camera in cameras
        ),
        walk_nodes=tuple(
            WalkNode(node_id=_name_node(camera.camera_id), floor=_FLOOR, at=find_place(corners[camera.camera_id]))
            for camera in cameras
        ),
        walk_edges=tuple((_name_node(n.a), _name_node(n.b)) for n in walk.neighbors),
        cameras=tuple(
            CameraSpec(
                camera_id=camera.camera_id,
                name=camera.name,
                floor=_FLOOR,
                position_m=(corners[camera.camera_id][0] + 1, corners[camera.camera_id][1] + SIDE_M / 2, 2.8),
                yaw_deg=0.0,
                pitch_deg=-20.0,
                hfov_deg=80.0,
                size_wh=PICTURE_WH,
            )
            for camera in cameras
        ),
    )


def name_zone(camera_id: str) -> str:
    return f"z-{camera_id.lower()}"


def _name_node(camera_id: str) -> str:
    return f"n-{camera_id.lower()}"


def find_place(corner: tuple[float, float]) -> tuple[float, float]:
    return (corner[0] + SIDE_M / 2, corner[1] + SIDE_M / 2)


_FOOT_Y, _ABOVE_Y = 0.93, 0.83


def describe_neighbor_links(cameras: Collection[str], neighbors: Sequence[tuple[str, str, float]]) -> dict[str, Any]:
    """Return links as `next_camera.describe_links`, in a row, nearest first; `neighbors` are pairs with meters."""
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
                "turn_deg": 90.0,
                "cameras": [{"camera_id": other, "walking_s": round(meters / WALK_M_S, 1)}],
            }
            for place, (meters, other) in enumerate(near)
        ]
    return links
