"""Where the walker is taken to be: on the floor in front of an own school's camera, else in that camera's square."""

from collections.abc import Sequence

import pandas as pd
from shapely.geometry import Point, Polygon

from sim.clips.keyframes import SiteKeyframe, compute_rows
from sim.clips.model import PICTURE_WH
from sim.clips.no_plan import find_place, name_zone
from sim.site.fit import find_ground
from sim.site.model import CameraSpec, Site

CHEST_SHARE = 0.35
"""How far down a box the chest is, which `find_ground` asks for."""


def list_rows(keys: Sequence[SiteKeyframe], site: Site, *, has_plan: bool) -> pd.DataFrame:
    """Return the rows of truth, columns `sim.columns.TRUTH`."""
    frame_count = max((key.frame for key in keys), default=0) + 1
    places = {camera.camera_id: _find_own_place(site, camera, has_plan=has_plan) for camera in site.cameras}
    rows = compute_rows(keys, places=places, frame_count=frame_count)
    if not has_plan or rows.empty:
        return rows
    cameras = {camera.camera_id: camera for camera in site.cameras}
    floors_m = {floor.floor_id: floor.elevation_m for floor in site.floors}
    found = []
    for camera_id, x1, y1, x2, y2 in rows[["camera_id", "x1", "y1", "x2", "y2"]].itertuples(index=False):
        camera = cameras[camera_id]
        at = find_ground(
            camera,
            x=(x1 + x2) / 2 / PICTURE_WH[0],
            y=(y1 + CHEST_SHARE * (y2 - y1)) / PICTURE_WH[1],
            floor_z_m=floors_m[camera.floor],
        )
        found.append((*at, _find_zone(site, camera, at) or places[camera_id][3]))
    x_m, y_m, zones = zip(*found, strict=True)
    return rows.assign(
        floor_x_m=pd.Series(x_m, dtype="float32"),
        floor_y_m=pd.Series(y_m, dtype="float32"),
        zone=pd.array(zones, "str"),
    )


def _find_own_place(site: Site, camera: CameraSpec, *, has_plan: bool) -> tuple[float, float, str, str]:
    if not has_plan:
        space = next(space for space in site.spaces if space.zone_id == name_zone(camera.camera_id))
        x, y = find_place(space.polygon[0])
        return x, y, camera.floor, space.zone_id
    at = (camera.position_m[0], camera.position_m[1])
    return *at, camera.floor, _find_zone(site, camera, at) or site.spaces[0].zone_id


def _find_zone(site: Site, camera: CameraSpec, at: tuple[float, float]) -> str | None:
    """Return the room at a place of the camera's floor, or the nearest one."""
    rooms = [
        (Polygon(space.polygon).distance(Point(at)), space.zone_id)
        for space in site.spaces
        if space.floor == camera.floor
    ]
    return min(rooms)[1] if rooms else None
