"""The site as the console and the debrief draw it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from shapely.geometry import Point, Polygon

from sim.site.cone import compute_cone
from sim.site.model import CameraSpec, Site
from sim.site.obstacles import make_floor_model
from sim.site.plan import make_floor_plan

OUTDOORS = "Outdoors"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraGroup:
    """A name and the cameras, in the order of the site."""

    name: str
    camera_ids: tuple[str, ...]


def make_plan(site: Site) -> dict[str, Any]:
    """Return the site as plain JSON for drawing: the keys of `site` in `ConsoleView`.

    All coordinates are plan meters; `walls` maps a floor to its [x1, y1, x2, y2]; `cone` is as `compute_cone` says.
    A camera's angles, its height over the floor and its picture's height by its width tell where a point of its
    picture lies on the plan.
    """
    plans = {f.floor_id: make_floor_plan(site, f.floor_id) for f in site.floors}
    floors = {f.floor_id: f.elevation_m for f in site.floors}
    models = {f.floor_id: make_floor_model(site, f.floor_id, plan=plans[f.floor_id]) for f in site.floors}
    return {
        "site_id": site.site_id,
        "name": site.name,
        "groups": [{"name": g.name, "cameras": list(g.camera_ids)} for g in group_cameras(site)],
        "floors": [{"floor_id": f.floor_id, "name": f.name} for f in site.floors],
        "zones": [
            {"zone_id": s.zone_id, "name": s.name, "floor": s.floor, "polygon": [list(p) for p in s.polygon]}
            for s in site.spaces
        ],
        "walls": {floor: np.round(plan.walls, 3).tolist() for floor, plan in plans.items()},
        "cameras": [
            {
                "camera_id": c.camera_id,
                "name": c.name,
                "floor": c.floor,
                "x": c.position_m[0],
                "y": c.position_m[1],
                "yaw_deg": c.yaw_deg,
                "pitch_deg": c.pitch_deg,
                "roll_deg": c.roll_deg,
                "hfov_deg": c.hfov_deg,
                "k1": c.k1,
                "over_floor_m": round(c.position_m[2] - floors[c.floor], 3),
                "height_share": c.size_wh[1] / c.size_wh[0],
                "cone": [[list(p) for p in ring] for ring in compute_cone(models[c.floor], c)],
            }
            for c in site.cameras
        ],
    }


def group_cameras(site: Site) -> tuple[CameraGroup, ...]:
    """Return the groups that have a camera, floors first and in their order, then the cameras outdoors.

    A camera is where it hangs: in the space that holds its place, or in the nearest one of its floor. A site whose
    cameras would all be in one group has none.
    """
    names: dict[str, list[str]] = {name: [] for name in (*(floor.name for floor in site.floors), OUTDOORS)}
    floors = {floor.floor_id: floor.name for floor in site.floors}
    for camera in site.cameras:
        names[OUTDOORS if _is_outdoors(site, camera) else floors[camera.floor]].append(camera.camera_id)
    groups = tuple(CameraGroup(name=name, camera_ids=tuple(ids)) for name, ids in names.items() if ids)
    return groups if len(groups) > 1 else ()


def _is_outdoors(site: Site, camera: CameraSpec) -> bool:
    at = Point(camera.position_m[:2])
    near = [(float(Polygon(s.polygon).distance(at)), s.kind) for s in site.spaces if s.floor == camera.floor]
    return bool(near) and min(near)[1] == "outdoor"
