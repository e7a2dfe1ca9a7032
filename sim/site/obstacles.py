"""What of a building stands between a camera and the floor: walls, the wall over openings, stairs, canopies."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import unary_union
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from sim.site.model import Furnishing, Ramp, Site
from sim.site.plan import WALL_THICKNESS_M, FloorPlan, make_doorway, make_floor_plan, make_footprint

FloatArray = NDArray[np.float64]

HALF_WALL_M = WALL_THICKNESS_M / 2
SEAM_M = 0.01
ENDLESS_M = 1e3
CANOPY_ROOF_M = 0.34


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A convex thing in plan from one height to another, site coordinates."""

    outline: Polygon
    low_m: float
    high_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Level floor: where, and how high in site coordinates. A flight of stairs is one surface a step."""

    area: BaseGeometry
    z_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorModel:
    surfaces: tuple[Surface, ...]
    blocks: tuple[Block, ...]


def make_floor_model(site: Site, floor_id: str, *, plan: FloorPlan | None = None) -> FloorModel:
    """Return a floor's surfaces, doorways included, and what hides: walls and doors, not windows or tables."""
    plan = plan or make_floor_plan(site, floor_id)
    ground_m = next(f.elevation_m for f in site.floors if f.floor_id == floor_id)
    steps = [step for ramp in site.ramps if ramp.floor == floor_id for step in _list_steps(ramp, ground_m)]
    level = _find_level_floor(site, floor_id).difference(unary_union([step.area for step in steps]))
    stairs = [
        Block(outline=part, low_m=ground_m, high_m=step.z_m)
        for step in steps
        for part in getattr(step.area, "geoms", [step.area])
        if isinstance(part, Polygon)
    ]
    blocks = (*_list_walls(site, plan, floor_id, ground_m), *_list_built(site, floor_id, ground_m), *stairs)
    return FloorModel(surfaces=(Surface(area=level, z_m=ground_m), *steps), blocks=blocks)


def make_window_slot(window: Furnishing) -> Polygon:
    """Return the part of the wall that a window is set in: the wall is behind its back edge."""
    width_m, _, height_m = window.size_m
    backwards = {"facing_deg": window.facing_deg + 180, "size_m": (width_m, 0.4, height_m)}
    return make_footprint(window.model_copy(update=backwards))


def _find_level_floor(site: Site, floor_id: str) -> BaseGeometry:
    spaces = [
        Polygon(s.polygon).buffer(0.0 if s.kind == "outdoor" else -HALF_WALL_M, join_style="mitre")
        for s in site.spaces
        if s.floor == floor_id
    ]
    doorways = [
        make_doorway(o, inward_m=HALF_WALL_M + SEAM_M, outward_m=HALF_WALL_M + SEAM_M)
        for o in site.openings
        if o.floor == floor_id and o.leads_to is not None and o.z_m <= 0
    ]
    return unary_union([*spaces, *doorways])


def _list_walls(site: Site, plan: FloorPlan, floor_id: str, ground_m: float) -> Iterable[Block]:
    windows = [f for f in site.furnishings if f.floor == floor_id and f.kind == "window"]
    slots = [make_window_slot(window) for window in windows]
    glazed = unary_union(slots)
    for x1, y1, x2, y2 in plan.walls:
        line = LineString([(x1, y1), (x2, y2)])
        for part in _list_lines(line.difference(glazed)):
            yield _make_wall(part, -ENDLESS_M, ENDLESS_M)
        for window, slot in zip(windows, slots, strict=True):
            sill_m = ground_m + window.z_m
            for part in _list_lines(line.intersection(slot)):
                yield _make_wall(part, -ENDLESS_M, sill_m)
                yield _make_wall(part, sill_m + window.size_m[2], ENDLESS_M)
    for opening in site.openings:
        if opening.floor == floor_id:
            doorway = make_doorway(opening, inward_m=HALF_WALL_M, outward_m=HALF_WALL_M)
            is_open = opening.leads_to is not None
            low_m = ground_m + opening.z_m + opening.height_m if is_open else -ENDLESS_M
            yield Block(outline=doorway, low_m=low_m, high_m=ENDLESS_M)


def _list_built(site: Site, floor_id: str, ground_m: float) -> Iterable[Block]:
    for thing in site.furnishings:
        if thing.floor == floor_id and thing.kind in ("canopy", "building"):
            high_m = ground_m + thing.z_m + thing.size_m[2]
            low_m = high_m - CANOPY_ROOF_M if thing.kind == "canopy" else ground_m + thing.z_m
            yield Block(outline=make_footprint(thing), low_m=low_m, high_m=high_m)


def _list_steps(ramp: Ramp, ground_m: float) -> Iterable[Surface]:
    outline = Polygon(ramp.polygon)
    if ramp.steps == 0:
        yield Surface(area=outline, z_m=ground_m + max(ramp.foot_z_m, ramp.top_z_m))
        return
    foot, run = np.asarray(ramp.foot), np.asarray(ramp.top) - np.asarray(ramp.foot)
    beyond = float(np.hypot(*(np.ptp(np.asarray(ramp.polygon), axis=0)))) / float(np.hypot(*run))
    across = np.array([-run[1], run[0]]) * beyond
    for number in range(ramp.steps):
        start = -beyond if number == 0 else number / ramp.steps
        end = 1 + beyond if number == ramp.steps - 1 else (number + 1) / ramp.steps
        near, far = foot + run * start, foot + run * end
        area = outline.intersection(Polygon([near - across, near + across, far + across, far - across]))
        if not area.is_empty:
            rise_m = (ramp.top_z_m - ramp.foot_z_m) * (number + 1) / ramp.steps
            yield Surface(area=area, z_m=ground_m + ramp.foot_z_m + rise_m)


def _make_wall(line: LineString, low_m: float, high_m: float) -> Block:
    return Block(outline=line.buffer(HALF_WALL_M, cap_style="flat"), low_m=low_m, high_m=high_m)


def _list_lines(shape: BaseGeometry) -> list[LineString]:
    return [p for p in getattr(shape, "geoms", [shape]) if isinstance(p, LineString) and p.length > SEAM_M]
