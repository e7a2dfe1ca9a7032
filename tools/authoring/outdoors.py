"""What lies about a building: ground, trees, and houses and woods beyond."""

from collections.abc import Callable

import numpy as np
import shapely
from shapely import unary_union
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from sim.errors import SiteError
from sim.site.model import Furnishing, Site
from sim.site.plan import make_doorway, make_footprint
from tools.authoring import bake_vehicles, furnish_halls, furnish_rooms, outdoor_grounds
from tools.authoring.geometry import WORLD, Model, Spot
from tools.authoring.materials import BLADES, GRASS, PAVING
from tools.authoring.outdoor_grounds import add_far_tree, add_house, add_tree

REACH_M = 220.0
APRON_M = 3.0
CLEAR_M = 4.0
BLADES_REACH_M = 16.0
BLADES_M2 = 260
GROUND_KINDS = frozenset({"road", "building", "bus", "car", "canopy", "playground"})


def build_outdoors(model: Model, site: Site, rng: np.random.Generator) -> None:
    """Add the ground about the building, and what closes the view."""
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
    _build_horizon(model, indoor, unary_union([paved, placed]), rng)
    _add_blades(model, unary_union(walks).buffer(BLADES_REACH_M).intersection(lawn).difference(placed), rng)


def _build_horizon(model: Model, indoor: BaseGeometry, taken: BaseGeometry, rng: np.random.Generator) -> None:
    """Add trees all round, houses beyond them, and behind those the edge of a wood."""
    for reach_m, step_m, add, heights_m in (
        (22.0, 9.0, add_tree, (5.0, 9.5)),
        (52.0, 27.0, add_house, (6.5, 8.5)),
        (78.0, 4.2, add_far_tree, (9.0, 15.0)),
        (96.0, 4.6, add_far_tree, (9.0, 15.0)),
    ):
        ring = indoor.envelope.buffer(reach_m).exterior
        for along in np.arange(0.0, ring.length - step_m / 2, step_m):
            spot = ring.interpolate(float(along) + float(rng.uniform(-0.3, 0.3)) * step_m)
            x, y = spot.x + float(rng.normal(0, 3)), spot.y + float(rng.normal(0, 3))
            inward = float(np.rad2deg(np.arctan2(indoor.centroid.y - y, indoor.centroid.x - x)))
            if taken.distance(Point(x, y)) > CLEAR_M:
                add(model.at(x, y, -0.06, facing_deg=inward), float(rng.uniform(*heights_m)), rng)


def _add_blades(model: Model, lawn: BaseGeometry, rng: np.random.Generator) -> None:
    """Strew blades of grass over a lawn, so that what lies near a camera is not a flat picture."""
    x1, y1, x2, y2 = lawn.bounds
    places = rng.uniform((x1, y1), (x2, y2), (int(BLADES_M2 * (x2 - x1) * (y2 - y1)), 2))
    places = places[shapely.contains_xy(lawn, places)]
    corners = rng.normal(0.0, (0.009, 0.009, 0.0), (len(places), 3, 3)) + np.array([0.0, 0.0, -0.06])
    corners[:, 2, 2] += rng.uniform(0.02, 0.08, len(places))
    corners[..., :2] += places[:, None, :]
    for material, part in zip(BLADES, np.array_split(corners, len(BLADES)), strict=True):
        points = part.reshape(-1, 3)
        faces = np.arange(len(points), dtype=np.int32).reshape(-1, 3)
        model.add(material, WORLD, points, points[:, :2], faces)


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
