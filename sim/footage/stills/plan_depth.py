"""How far everything in a camera's picture is, by the plan alone: floors, walls, openings, ceilings, furniture.

Each pixel's ray is cut with convex prisms (Kay & Kajiya 1986, doi:10.1145/15886.15916) and with the floor. What the
plan does not have, the depth does not have.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import constrained_delaunay_triangles, unary_union
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from sim.footage.compiled import compiled
from sim.footage.paint.plate import FAR_M
from sim.site.camera import make_view
from sim.site.coverage import Block, make_floor_model
from sim.site.model import CameraSpec, Furnishing, Opening, Site
from sim.site.plan import WALL_THICKNESS_M, list_indoor_openings, make_doorway, make_footprint

FloatArray = NDArray[np.float64]

CEILING_M = 0.3
FRAME_M = 0.055
LEAF_BACK_M = 0.05
ROOM_DEPTH_M, ROOM_SIDE_M = 2.4, 1.2
TOP_M = 0.06
LEAST_DEPTH_M, LEAST_HEIGHT_M = 0.15, 0.3
"""What hangs flat on a wall or lies on the floor hides nobody."""
_SEEN_THROUGH = (
    "belt-line",
    "window",
    "canopy",
    "building",
    "road",
    "tree",
    "playground",
    "bike-rack",
    "fence",
    "guard-rail",
)
_SOLID_SHARES = {"planter": (0.0, 0.4), "fountain": (0.5, 0.7)}
"""From where to where, of their height, things hide what is behind: leaves do not, a fountain hangs on its wall."""
_NEAREST_M = 0.05
_LEVEL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prisms:
    """Convex blocks as arrays, the nearest to the camera first."""

    first: NDArray[np.int64]  # [n + 1] where each block's edges begin in `edges`
    edges: FloatArray  # [m, 3] a, b, c: a point (x, y) is inside where a x + b y <= c for all edges of its block
    heights_m: FloatArray  # [n, 2] bottom and top
    nearest_m: FloatArray  # [n] how far away in plan each block begins at least


def compute_plan_depth(
    site: Site, camera: CameraSpec, *, size_wh: tuple[int, int], drawn: Iterable[Block] = ()
) -> NDArray[np.float32]:
    """Return the depth [h, w] of a camera's picture, meters along its axis; `FAR_M` where there is nothing."""
    view = make_view(camera, size_wh=size_wh)
    floor = next(f for f in site.floors if f.floor_id == camera.floor)
    # every doorway is open, less the frame of its door; what is behind those that lead nowhere is built apart
    doors = list_indoor_openings(site, camera.floor)
    is_open = site.model_copy(update={"openings": tuple(_open_door(door) for door in doors)})
    model = make_floor_model(is_open, camera.floor)
    built = (*_list_ceilings(site, camera.floor), *_list_rooms_behind(site, camera.floor, doors))
    blocks = [*model.blocks, *built, *_list_furniture(site, camera.floor), *drawn]
    prisms = _lay_out(blocks, view.position_m[:2])
    columns, rows = np.meshgrid(np.arange(size_wh[0]) + 0.5, np.arange(size_wh[1]) + 0.5)
    rays = view.compute_rays(np.stack([columns.ravel(), rows.ravel()], axis=1)) @ view.rotation
    depth_m = np.empty(len(rays), dtype=np.float32)
    _cast(
        rays,
        view.position_m,
        floor.elevation_m,
        prisms.first,
        prisms.edges,
        prisms.heights_m,
        prisms.nearest_m,
        depth_m,
    )
    return depth_m.reshape(size_wh[1], size_wh[0])


def _open_door(door: Opening) -> Opening:
    frame_m = 0.0 if door.kind in ("gap", "exterior") else FRAME_M
    return door.model_copy(
        update={
            "leads_to": door.leads_to or "anywhere",
            "width_m": door.width_m - 2 * frame_m,
            "height_m": door.height_m - frame_m,
        }
    )


def _list_rooms_behind(site: Site, floor_id: str, doors: Iterable[Opening]) -> Iterator[Block]:
    """Yield what is seen in the doorways of places that are not modeled: the leaf, or a room of ordinary depth."""
    floor = next(f for f in site.floors if f.floor_id == floor_id)
    inside = unary_union([Polygon(s.polygon) for s in site.spaces if s.floor == floor_id])
    for door in doors:
        if door.leads_to is not None or door.kind == "exterior":
            continue
        low_m, high_m = floor.elevation_m, floor.elevation_m + floor.height_m
        if door.leaf == "closed":
            leaf = make_doorway(door, inward_m=-LEAF_BACK_M, outward_m=WALL_THICKNESS_M)
            yield Block(outline=leaf, low_m=low_m, high_m=high_m)
            continue
        wide = door.model_copy(update={"width_m": door.width_m + 2 * ROOM_SIDE_M})
        room = make_doorway(wide, inward_m=0.0, outward_m=ROOM_DEPTH_M)
        yield Block(outline=room, low_m=high_m, high_m=high_m + CEILING_M)
        shell = room.buffer(WALL_THICKNESS_M, join_style="mitre").difference(unary_union([room, inside]))
        yield from (Block(outline=part, low_m=low_m, high_m=high_m) for part in _cut_convex(shell))


def _cut_convex(shape: BaseGeometry) -> Iterator[Polygon]:
    for part in getattr(shape, "geoms", [shape]):
        if isinstance(part, Polygon) and not part.is_empty:
            triangles = constrained_delaunay_triangles(part)
            yield from (each for each in triangles.geoms if isinstance(each, Polygon))


def _list_ceilings(site: Site, floor_id: str) -> Iterator[Block]:
    floor = next(f for f in site.floors if f.floor_id == floor_id)
    for space in site.spaces:
        if space.floor == floor_id and space.kind not in ("outdoor", "stair"):
            under_m = floor.elevation_m + (space.height_m or floor.height_m)
            room = Polygon(space.polygon).buffer(WALL_THICKNESS_M / 2, join_style="mitre")
            for part in _cut_convex(room):
                yield Block(outline=part, low_m=under_m, high_m=under_m + CEILING_M)


def _list_furniture(site: Site, floor_id: str) -> Iterator[Block]:
    ground_m = next(f.elevation_m for f in site.floors if f.floor_id == floor_id)
    for thing in site.furnishings:
        if thing.floor == floor_id and _hides(thing):
            top_m = ground_m + thing.z_m + thing.size_m[2]
            is_top = any(word in thing.kind for word in ("table", "bench", "desk"))
            low, high = _SOLID_SHARES.get(thing.kind, (0.0, 1.0))
            bottom_m = top_m - TOP_M if is_top else ground_m + thing.z_m + low * thing.size_m[2]
            yield Block(outline=_outline(thing), low_m=bottom_m, high_m=ground_m + thing.z_m + high * thing.size_m[2])


def _outline(thing: Furnishing) -> Polygon:
    footprint = make_footprint(thing)
    if thing.kind.startswith("round"):
        return footprint.centroid.buffer(min(thing.size_m[:2]) / 2, quad_segs=3)
    share = {"cafeteria-table": 0.45, "picnic-table": 0.45}.get(thing.kind, 1.0)
    middle = np.asarray(footprint.centroid.coords[0])
    deep = np.array([np.cos(np.deg2rad(thing.facing_deg)), np.sin(np.deg2rad(thing.facing_deg))])
    corners = np.asarray(footprint.exterior.coords) - middle
    return Polygon(middle + corners - np.outer(corners @ deep, deep) * (1 - share))


def _hides(thing: Furnishing) -> bool:
    is_thick = thing.size_m[1] >= LEAST_DEPTH_M and thing.size_m[2] >= LEAST_HEIGHT_M
    return is_thick and thing.kind not in _SEEN_THROUGH


def _lay_out(blocks: list[Block], at: FloatArray) -> _Prisms:
    corners = [np.asarray(orient(block.outline, sign=1.0).exterior.coords)[:-1] for block in blocks]
    middles = np.array([c.mean(axis=0) for c in corners]).reshape(-1, 2)
    reaches = np.array([np.linalg.norm(c - c.mean(axis=0), axis=1).max() for c in corners])
    nearest_m = np.maximum(np.linalg.norm(middles - at, axis=1) - reaches, 0.0)
    order = np.argsort(nearest_m, kind="stable")
    edges = [_make_edges(corners[number]) for number in order]
    return _Prisms(
        first=np.concatenate([[0], np.cumsum([len(e) for e in edges])]).astype(np.int64),
        edges=np.concatenate([np.zeros((0, 3)), *edges]),
        heights_m=np.array([(blocks[n].low_m, blocks[n].high_m) for n in order]).reshape(-1, 2),
        nearest_m=nearest_m[order],
    )


def _make_edges(corners: FloatArray) -> FloatArray:
    """Return the half planes [k, 3] of a convex outline given counterclockwise."""
    along = np.roll(corners, -1, axis=0) - corners
    outward = np.stack([along[:, 1], -along[:, 0]], axis=1) / np.linalg.norm(along, axis=1)[:, None]
    return np.column_stack([outward, (outward * corners).sum(axis=1)])


@compiled
def _cast(
    rays: FloatArray,
    origin: FloatArray,
    ground_m: float,
    first: NDArray[np.int64],
    edges: FloatArray,
    heights_m: FloatArray,
    nearest_m: FloatArray,
    depth_m: NDArray[np.float32],
) -> None:
    """Write how many times its length each ray [n, 3] goes from the origin [3] until it meets something."""
    for i in range(len(rays)):
        dx, dy, dz = rays[i, 0], rays[i, 1], rays[i, 2]
        best = FAR_M
        if dz < -_LEVEL:
            best = min(best, (ground_m - origin[2]) / dz)
        flat = np.sqrt(dx * dx + dy * dy)
        for k in range(len(nearest_m)):
            if nearest_m[k] > best * flat:
                break
            enter, leave = _NEAREST_M, best
            if abs(dz) > _LEVEL:
                low, high = (heights_m[k, 0] - origin[2]) / dz, (heights_m[k, 1] - origin[2]) / dz
                enter, leave = max(enter, min(low, high)), min(leave, max(low, high))
            elif origin[2] < heights_m[k, 0] or origin[2] > heights_m[k, 1]:
                continue
            for j in range(first[k], first[k + 1]):
                towards = edges[j, 0] * dx + edges[j, 1] * dy
                away = edges[j, 2] - edges[j, 0] * origin[0] - edges[j, 1] * origin[1]
                if towards > _LEVEL:
                    leave = min(leave, away / towards)
                elif towards < -_LEVEL:
                    enter = max(enter, away / towards)
                elif away < 0:
                    leave = -1.0
                if enter >= leave:
                    break
            if enter < leave:
                best = enter
        depth_m[i] = best
