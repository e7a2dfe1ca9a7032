"""The site as the console and the debrief draw it, with the floor that each camera shows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from sim.site.camera import CameraView, make_view
from sim.site.coverage import Block, FloorModel, make_floor_model
from sim.site.model import CameraSpec, PointXY, Site
from sim.site.plan import make_floor_plan

FloatArray = NDArray[np.float64]

REACH_M = 65.0
EDGE_POINTS = 48
HANGING_M = 0.05
SMALLEST_M2 = 0.02
_ENDLESS = 1e4
_TOLD = {"camera_id", "name", "floor", "yaw_deg", "pitch_deg", "roll_deg", "hfov_deg", "k1"}


def compute_visible_floor(model: FloorModel, camera: CameraSpec) -> MultiPolygon:
    """Return the floor that a camera shows, in plan: what lies in its picture and is not hidden by the building.

    Each surface of the floor is taken by itself: the picture's outline is laid on it through the lens, and the shadows
    that blocks would throw on it from a lamp in the camera's place are cut away. Seen from a height C over the surface,
    a point at height z throws its shadow C / (C - z) times as far away. The view ends at 65 m, as the depth of plates
    does.
    """
    view = make_view(camera)
    parts: list[BaseGeometry] = []
    for surface in model.surfaces:
        if view.position_m[2] - surface.z_m < HANGING_M:
            continue
        seen = surface.area.intersection(_lay_outline(view, surface.z_m))
        if not seen.is_empty:
            parts.append(seen.difference(_cast_shadows(view, model.blocks, seen, z_m=surface.z_m)))
    joined = shapely.union_all(parts)
    pieces = [p for p in getattr(joined, "geoms", [joined]) if isinstance(p, Polygon) and p.area >= SMALLEST_M2]
    return MultiPolygon(pieces)


def compute_cone(model: FloorModel, camera: CameraSpec) -> list[list[PointXY]]:
    """Return `compute_visible_floor` as rings to fill by the even-odd rule, smoothed to 2 cm; empty if none."""
    smooth = compute_visible_floor(model, camera).simplify(0.02)
    pieces = [p for p in getattr(smooth, "geoms", [smooth]) if isinstance(p, Polygon) and not p.is_empty]
    return [
        [(round(float(x), 2), round(float(y), 2)) for x, y in ring.coords[:-1]]
        for piece in pieces
        for ring in (piece.exterior, *piece.interiors)
    ]


def _lay_outline(view: CameraView, z_m: float) -> Polygon:
    """Return the edge of the picture laid on a level surface; above the horizon it is as far away as the view goes."""
    width, height = view.size_wh
    along = np.linspace(0.0, 1.0, EDGE_POINTS, endpoint=False)
    none, full = np.zeros(EDGE_POINTS), np.ones(EDGE_POINTS)
    sides = ((along, none), (full, along), (1 - along, full), (none, 1 - along))
    edge = np.concatenate([np.stack(side, axis=1) for side in sides]) * (width, height)
    rays = view.compute_rays(edge) @ view.rotation
    flat = np.hypot(rays[:, 0], rays[:, 1])
    drop_m = view.position_m[2] - z_m
    reach_m = np.where(rays[:, 2] < 0, drop_m * flat / np.maximum(-rays[:, 2], 1e-9), REACH_M)
    points = view.position_m[:2] + rays[:, :2] * (np.minimum(reach_m, REACH_M) / flat)[:, None]
    shape = Polygon(points).buffer(0)
    return shape if isinstance(shape, Polygon) else max(shape.geoms, key=lambda part: part.area)


def _cast_shadows(view: CameraView, blocks: tuple[Block, ...], seen: BaseGeometry, *, z_m: float) -> BaseGeometry:
    position, height_m = view.position_m[:2], view.position_m[2] - z_m
    points: list[FloatArray] = []
    owners: list[NDArray[np.int64]] = []
    count = 0
    for block in blocks:
        low_m, high_m = max(block.low_m - z_m, 0.0), block.high_m - z_m
        if high_m <= 0 or low_m >= height_m:
            continue
        outline = np.asarray(block.outline.exterior.coords)[:-1] - position
        near, far = (
            (height_m / (height_m - edge_m) if edge_m < height_m * (1 - 1 / _ENDLESS) else _ENDLESS)
            for edge_m in (low_m, high_m)
        )
        points += [position + outline * near, position + outline * far]
        owners.append(np.full(2 * len(outline), count))
        count += 1
    if not points:
        return Polygon()
    corners = np.asarray(shapely.points(np.concatenate(points)))
    shadows = np.asarray(shapely.convex_hull(shapely.multipoints(corners, indices=np.concatenate(owners))))
    return shapely.union_all(shadows[shapely.intersects(shadows, seen)])


OUTDOORS = "Outdoors"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraGroup:
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
                **c.model_dump(include=_TOLD),
                "x": c.position_m[0],
                "y": c.position_m[1],
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
