"""What is seen outside through doors and windows: ground, hedge, trees, a waiting school bus."""

import numpy as np
from shapely import unary_union
from shapely.geometry import Polygon

from sim.footage.authoring.geometry import WORLD, Frame, Model
from sim.footage.authoring.materials import ASPHALT, CONCRETE, DARK, GLASS, GRASS, LEAVES, WHITE, WOOD, YELLOW, paint
from sim.site.model import Site
from sim.site.plan import make_doorway

REACH_M = 60.0
APRON_M = 3.0


def build_outdoors(model: Model, site: Site, rng: np.random.Generator) -> None:
    """Add the ground about the building; before each outdoor space a road with a bus, and trees beyond."""
    indoor = unary_union([Polygon(s.polygon) for s in site.spaces if s.kind != "outdoor"])
    walks = [Polygon(s.polygon) for s in site.spaces if s.kind == "outdoor"]
    aprons = [
        make_doorway(o.model_copy(update={"width_m": o.width_m + APRON_M}), inward_m=0.0, outward_m=2 * APRON_M)
        for o in site.openings
        if o.kind == "exterior"
    ]
    paved = unary_union([*(w.buffer(0.05) for w in walks), *aprons])
    lawn = indoor.buffer(REACH_M).envelope.difference(unary_union([indoor.buffer(0.1), paved]))
    model.add_slab(GRASS, lawn, -0.06, up=True)
    model.add_extrusion(CONCRETE, paved.difference(indoor), -0.3, -0.004)
    for walk in walks:
        _build_road(model, walk, indoor.centroid.y, rng)
    minx, miny, maxx, maxy = indoor.bounds
    for _ in range(46):
        angle = float(rng.uniform(0, 2 * np.pi))
        x = (minx + maxx) / 2 + np.cos(angle) * ((maxx - minx) / 2 + rng.uniform(14, 26))
        y = (miny + maxy) / 2 + np.sin(angle) * ((maxy - miny) / 2 + rng.uniform(16, 28))
        _build_tree(model, float(x), float(y), float(rng.uniform(0.8, 1.5)), rng)


def _build_road(model: Model, walk: Polygon, inside_y: float, rng: np.random.Generator) -> None:
    x1, y1, x2, y2 = walk.bounds
    out = -1.0 if (y1 + y2) / 2 < inside_y else 1.0
    curb = y1 if out < 0 else y2
    near, far = sorted((curb + out * 0.15, curb + out * 8.0))
    model.add_box(ASPHALT, WORLD, (x1 - 25, near, -0.12), (x2 + 25, far, -0.055))
    _build_bus(model, (x1 + x2) / 2 - 3.4, curb + out * 2.0)
    _build_bus(model, (x1 + x2) / 2 + 9.5, curb + out * 2.0)
    for x in np.arange(x1 + 1.5, x2 - 1, 3.1):
        _build_shrub(model, float(x), curb + out * 9.3, rng)


def _build_bus(model: Model, x: float, y: float) -> None:
    """Add a school bus, 10 m long, along the x axis."""
    frame = Frame(origin=np.array([x, y - 1.2, 0.0]), axes=np.eye(3))
    model.add_box(YELLOW, frame, (-5.0, 0.0, 0.45), (4.2, 2.4, 2.95), bevel_m=0.16)
    model.add_box(YELLOW, frame, (4.1, 0.15, 0.45), (5.4, 2.25, 1.7), bevel_m=0.18)
    for z in (0.95, 1.45, 1.75):
        model.add_box(DARK, frame, (-5.01, -0.012, z), (4.15, 2.412, z + 0.05))
    for left in np.arange(-4.6, 3.9, 0.82):
        model.add_box(GLASS, frame, (float(left), -0.015, 1.86), (float(left) + 0.68, 2.415, 2.5), bevel_m=0.01)
    model.add_box(WHITE, frame, (-4.9, 0.1, 2.93), (4.0, 2.3, 3.0), bevel_m=0.03)
    for wheel in (-3.2, 3.6):
        model.add_cylinder(DARK, frame, (wheel, -0.02, 0.48), (wheel, 2.42, 0.48), 0.48, sides=20)
        model.add_cylinder(WHITE, frame, (wheel, -0.03, 0.48), (wheel, 2.43, 0.48), 0.2)


def _build_tree(model: Model, x: float, y: float, size: float, rng: np.random.Generator) -> None:
    frame = Frame(origin=np.array([x, y, 0.0]), axes=np.eye(3))
    model.add_cylinder(WOOD, frame, (0, 0, -0.1), (0, 0, 2.6 * size), 0.17 * size, sides=8)
    tone = paint((float(rng.uniform(0.10, 0.30)), float(rng.uniform(0.07, 0.13)), 0.02))
    for _ in range(7):
        offset = rng.normal(0, 0.8, 3) * size
        centre = (offset[0], offset[1], 3.6 * size + offset[2])
        leaf = tone if rng.random() < 0.6 else LEAVES
        model.add_ball(leaf, frame, centre, float(rng.uniform(0.8, 1.3)) * size, rng=rng)


def _build_shrub(model: Model, x: float, y: float, rng: np.random.Generator) -> None:
    frame = Frame(origin=np.array([x, y, 0.0]), axes=np.eye(3))
    for offset in (-0.6, 0.0, 0.6):
        model.add_ball(LEAVES, frame, (offset, 0.0, 0.35), float(rng.uniform(0.5, 0.7)), rng=rng)
