"""What lies about a building: ground, trees beyond, and a road with buses where the site file draws none."""

from collections.abc import Callable

import numpy as np
from shapely import unary_union
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from sim.errors import SiteError
from sim.site.model import Furnishing, Site
from sim.site.plan import make_doorway, make_footprint
from tools.authoring import bake_vehicles, furnish_halls, furnish_rooms, outdoor_grounds
from tools.authoring.bake_vehicles import build_bus
from tools.authoring.geometry import Frame, Model, Spot
from tools.authoring.materials import GRASS, LEAVES, PAVING
from tools.authoring.outdoor_grounds import build_road, build_tree

REACH_M = 220.0
APRON_M = 3.0
TREES = 46
GROUND_KINDS = frozenset({"road", "building", "bus", "car", "canopy", "playground"})


def build_outdoors(model: Model, site: Site, rng: np.random.Generator) -> None:
    """Add the ground about the building and trees beyond; before each outdoor space a road, unless the site has one."""
    ground_floor = min(site.floors, key=lambda floor: abs(floor.elevation_m)).floor_id
    indoor = unary_union([Polygon(s.polygon) for s in site.spaces if s.kind != "outdoor"])
    walks = [Polygon(s.polygon) for s in site.spaces if s.kind == "outdoor"]
    aprons = [
        make_doorway(o.model_copy(update={"width_m": o.width_m + APRON_M}), inward_m=0.0, outward_m=2 * APRON_M)
        for o in site.openings
        if o.kind == "exterior" and o.floor == ground_floor
    ]
    paved = unary_union([*(w.buffer(0.05) for w in walks), *aprons])
    placed = unary_union([make_footprint(f) for f in site.furnishings if f.kind in GROUND_KINDS])
    lawn = indoor.buffer(REACH_M).envelope.difference(unary_union([indoor.buffer(0.1), paved]))
    model.add_slab(GRASS, lawn, -0.06, up=True)
    model.add_extrusion(PAVING, paved.difference(indoor), -0.3, -0.004)
    if not any(f.kind == "road" for f in site.furnishings):
        for walk in walks:
            _build_street(model, walk, indoor.centroid.y, rng)
    _build_trees(model, indoor, unary_union([paved, placed]), rng)


def _build_trees(model: Model, indoor: BaseGeometry, taken: BaseGeometry, rng: np.random.Generator) -> None:
    minx, miny, maxx, maxy = indoor.bounds
    for _ in range(TREES):
        angle = float(rng.uniform(0, 2 * np.pi))
        x = (minx + maxx) / 2 + np.cos(angle) * ((maxx - minx) / 2 + rng.uniform(14, 30))
        y = (miny + maxy) / 2 + np.sin(angle) * ((maxy - miny) / 2 + rng.uniform(16, 32))
        height = float(rng.uniform(5.0, 9.5))
        if taken.distance(Point(x, y)) > 2.5 and indoor.distance(Point(x, y)) > 4.0:
            tree = Furnishing(floor="0", kind="tree", at=(float(x), float(y)), size_m=(1.0, 1.0, height))
            build_tree(model.at(float(x), float(y), -0.06, facing_deg=0.0), tree, rng)


def _build_street(model: Model, walk: Polygon, inside_y: float, rng: np.random.Generator) -> None:
    """Add a road along the side of a walk that is away from the building, with two buses and shrubs."""
    x1, y1, x2, y2 = walk.bounds
    away = -90.0 if (y1 + y2) / 2 < inside_y else 90.0
    curb = y1 if away < 0 else y2
    out = -1.0 if away < 0 else 1.0
    middle = (x1 + x2) / 2
    road = Furnishing(floor="0", kind="road", at=(middle, curb + out * 8.0), size_m=(x2 - x1 + 50, 8.0, 0.1))
    build_road(model.at(middle, curb + out * 8.0, 0.0, facing_deg=-away), road, rng)
    for x, number in ((middle - 3.4, "12"), (middle + 9.5, "7")):
        bus = Furnishing(floor="0", kind="bus", at=(x, curb), size_m=(10.6, 2.5, 3.0), text=number)
        build_bus(model.at(x, curb + out * 3.2, 0.0, facing_deg=-away), bus, rng)
    for x in np.arange(x1 + 1.5, x2 - 1, 3.1):
        _build_shrub(model, float(x), curb + out * 9.3, rng)


def _build_shrub(model: Model, x: float, y: float, rng: np.random.Generator) -> None:
    at = Spot(model, Frame(origin=np.array([x, y, 0.0]), axes=np.eye(3)))
    for offset in (-0.6, 0.0, 0.6):
        at.add_ball(LEAVES, (offset, 0.0, 0.35), float(rng.uniform(0.5, 0.7)), rng=rng)


Builder = Callable[[Spot, Furnishing, np.random.Generator], None]

KINDS: dict[str, Builder] = {
    name.removeprefix("build_").replace("_", "-"): build
    for module in (bake_vehicles, furnish_halls, furnish_rooms, outdoor_grounds)
    for name, build in sorted(vars(module).items())
    if name.startswith("build_")
}


def build_furnishings(model: Model, site: Site, seed: int) -> None:
    """Add every furnishing of a site; each has its own random stream, so that adding one changes no other."""
    floors = {f.floor_id: f.elevation_m for f in site.floors}
    for item in site.furnishings:
        if item.kind not in KINDS:
            raise SiteError(f"furnishing kind {item.kind!r} is not known", expected=f"one of {', '.join(KINDS)}")
        key = [seed, *(round(v * 100) + 100_000 for v in item.at), sum(item.kind.encode())]
        rng = np.random.default_rng(np.random.SeedSequence(key))
        at = model.at(*item.at, floors[item.floor] + item.z_m, facing_deg=item.facing_deg)
        KINDS[item.kind](at, item, rng)
