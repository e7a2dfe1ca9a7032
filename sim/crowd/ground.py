"""What walkers bump into on one floor: the outline of everything that can be walked on."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from sim.site.model import PointXY, Site
from sim.site.plan import FloorPlan, make_floor_plan

FloatArray = NDArray[np.float64]
Ring = tuple[PointXY, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One floor for walking.

    Attributes:
        floor: floor_id.
        elevation_m: height of its surface.
        plan: the floor in plan.
        rings: closed outlines with the free side on the left (as ORCA wants obstacles: solid counter-clockwise).
        segments: [n, 4] float64, all edges of the rings, x1 y1 x2 y2 in metres.
    """

    floor: str
    elevation_m: float
    plan: FloorPlan
    rings: tuple[Ring, ...]
    segments: FloatArray

    def is_clear(self, a: PointXY, b: PointXY, *, margin_m: float) -> bool:
        """Tell whether a body of radius `margin_m` can walk straight from `a` to `b`."""
        if not self.plan.walkable.covers(shapely.Point(a)):
            return False
        path = np.asarray([[*a, *b]])
        if bool(compute_crossings(path, self.segments).any()):
            return False
        steps = max(2, int(np.ceil(np.hypot(b[0] - a[0], b[1] - a[1]) / 0.15)))
        share = np.linspace(0.0, 1.0, steps)[:, None]
        points = np.asarray(a) * (1 - share) + np.asarray(b) * share
        return bool((compute_distances(points, self.segments).min(axis=1) >= margin_m).all())

    def compute_clearance_m(self, points: FloatArray) -> FloatArray:
        """Return the distance [n] in metres from points [n, 2] to the nearest wall or furnishing."""
        return np.asarray(compute_distances(points, self.segments).min(axis=1))

    def find_zones(self, points: FloatArray) -> list[str]:
        """Return the zone_id at each of the points [n, 2]; in a doorway the nearest zone."""
        zones: list[str | None] = [None] * len(points)
        for zone_id, polygon in self.plan.zones:
            for index in np.flatnonzero(shapely.intersects_xy(polygon, points[:, 0], points[:, 1])):
                zones[index] = zones[index] or zone_id
        nearest = self.plan.zones[0][0]
        return [
            zone or self.plan.find_zone((float(at[0]), float(at[1]))) or nearest
            for zone, at in zip(zones, points, strict=True)
        ]

    def compute_heights_m(self, points: FloatArray) -> FloatArray:
        """Return the height [n] in metres, from the first floor's surface, of the ground at points [n, 2]."""
        heights = np.full(len(points), self.elevation_m)
        on_ramp = np.zeros(len(points), dtype=np.bool_)
        for ramp in self.plan.ramps:
            on_ramp |= shapely.intersects_xy(Polygon(ramp.polygon), points[:, 0], points[:, 1])
        for index in np.flatnonzero(on_ramp):
            heights[index] += self.plan.compute_floor_z((float(points[index, 0]), float(points[index, 1])))
        return heights


def make_ground(site: Site, floor: str) -> Ground:
    """Build one floor for walking from the site's floor plan."""
    plan = make_floor_plan(site, floor)
    elevation_m = next(f.elevation_m for f in site.floors if f.floor_id == floor)
    shape = plan.walkable.simplify(0.005)
    rings: list[Ring] = []
    for part in getattr(shape, "geoms", [shape]):
        oriented = shapely.geometry.polygon.orient(part, sign=-1.0)
        for ring in (oriented.exterior, *oriented.interiors):
            rings.append(tuple((round(float(x), 6), round(float(y), 6)) for x, y in ring.coords[:-1]))
    rings.sort()
    edges = [(*a, *b) for ring in rings for a, b in pairwise((*ring, ring[0]))]
    return Ground(
        floor=floor,
        elevation_m=elevation_m,
        plan=plan,
        rings=tuple(rings),
        segments=np.asarray(edges, dtype=np.float64).reshape(-1, 4),
    )


def compute_crossings(paths: FloatArray, segments: FloatArray) -> NDArray[np.bool_]:
    """Say for each of the paths [n, 4] and segments [m, 4] whether they cross: [n, m]."""
    p, r = paths[:, None, :2], paths[:, None, 2:] - paths[:, None, :2]
    q, s = segments[None, :, :2], segments[None, :, 2:] - segments[None, :, :2]
    cross = r[..., 0] * s[..., 1] - r[..., 1] * s[..., 0]
    is_parallel = np.abs(cross) < 1e-12
    safe = np.where(is_parallel, 1.0, cross)
    gap = q - p
    t = (gap[..., 0] * s[..., 1] - gap[..., 1] * s[..., 0]) / safe
    u = (gap[..., 0] * r[..., 1] - gap[..., 1] * r[..., 0]) / safe
    return np.asarray(~is_parallel & (t >= 0) & (t <= 1) & (u >= 0) & (u <= 1))


def compute_distances(points: FloatArray, segments: FloatArray) -> FloatArray:
    """Return the distances [n, m] in metres from points [n, 2] to segments [m, 4]."""
    dx, dy = segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]
    length2 = np.maximum(dx * dx + dy * dy, 1e-12)
    gx, gy = points[:, 0, None] - segments[:, 0], points[:, 1, None] - segments[:, 1]
    t = np.clip((gx * dx + gy * dy) / length2, 0.0, 1.0)
    return np.asarray(np.hypot(gx - t * dx, gy - t * dy))
