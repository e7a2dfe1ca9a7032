"""The site as the console and the debrief draw it."""

from typing import Any

import numpy as np

from sim.site.camera_groups import group_cameras
from sim.site.cone import compute_cone
from sim.site.model import Site
from sim.site.obstacles import make_floor_model
from sim.site.plan import make_floor_plan


def make_plan(site: Site) -> dict[str, Any]:
    """Return the site as plain JSON for drawing: the keys of `site` in `ConsoleView`.

    All coordinates are plan metres; `walls` maps a floor to its [x1, y1, x2, y2]; `cone` is as `compute_cone` says.
    A camera's angles, its height over the floor and its picture's height by its width tell where a point of its
    picture lies on the plan.
    """
    plans = {f.floor_id: make_floor_plan(site, f.floor_id) for f in site.floors}
    floors = {f.floor_id: f.elevation_m for f in site.floors}
    models = {f.floor_id: make_floor_model(site, f.floor_id) for f in site.floors}
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
                "hfov_deg": c.hfov_deg,
                "k1": c.k1,
                "over_floor_m": round(c.position_m[2] - floors[c.floor], 3),
                "height_share": c.size_wh[1] / c.size_wh[0],
                "cone": [[list(p) for p in ring] for ring in compute_cone(models[c.floor], c)],
            }
            for c in site.cameras
        ],
    }
