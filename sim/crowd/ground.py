"""What walkers bump into on one floor: the outline of everything that can be walked on."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from sim.crowd.clearance import ClearanceMap, make_clearance_map
from sim.site.model import PointXY, Site
from sim.site.plan import FloorPlan, compute_ramp_z, make_floor_plan

FloatArray = NDArray[np.float64]
Ring = tuple[PointXY, ...]

_STRIDE_M = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One floor for walking.

    Attributes:
        floor: floor_id.
        elevation_m: height of its surface.
        plan: the floor in plan.
        rings: closed outlines with the free side on the left (as ORCA wants obstacles: solid counter-clockwise).
        segments: [n, 4] float64, all edges of the rings, x1 y1 x2 y2 in metres.
        clearance: how far the next wall is, coarsely.
        ramp_shapes: polygon of each of the plan's ramps.
        ramp_bounds: [ramp, 4], the rectangle around each: west, south, east, north.
    """

    floor: str
    elevation_m: float
    plan: FloorPlan
    rings: tuple[Ring, ...]
    segments: FloatArray
    clearance: ClearanceMap
    ramp_shapes: tuple[Polygon, ...]
    ramp_bounds: FloatArray

    def is_clear(self, a: PointXY, b: PointXY, *, margin_m: float) -> bool:
        """Tell whether a body of radius `margin_m` can walk straight from `a` to `b`."""
        steps = max(2, int(np.ceil(np.hypot(b[0] - a[0], b[1] - a[1]) / _STRIDE_M)))
        share = np.linspace(0.0, 1.0, steps)[:, None]
        points = np.asarray(a) * (1 - share) + np.asarray(b) * share
        doubtful = self.clearance.find_least_m(points) < max(margin_m, _STRIDE_M)
        if not self.plan.walkable.covers(shapely.Point(a)):
            return False
        if not doubtful.any():
            return True
        path = np.asarray([[*a, *b]])
        if bool(compute_crossings(path, self.segments).any()):
            return False
        return bool((compute_distances(points[doubtful], self.segments).min(axis=1) >= margin_m).all())

    def compute_clearance_m(self, points: FloatArray) -> FloatArray:
        """Return the distance [n] in metres from points [n, 2] to the nearest wall or furnishing."""
        return np.asarray(compute_distances(points, self.segments).min(axis=1))

    def find_hits(self, now: FloatArray, after: FloatArray, *, gap_m: float) -> NDArray[np.bool_]:
        """Say which steps [n] from points `now` [n, 2] to `after` go through a wall or come closer to one than `gap_m`.

        A step away from a wall is never one of them.
        """
        bad = np.zeros(len(now), dtype=np.bool_)
        lengths_m = np.hypot(*(after - now).T)
        rows = np.flatnonzero(self.clearance.find_least_m(now) < lengths_m + gap_m)
        if len(rows):
            now, after = now[rows], after[rows]
            crosses = compute_crossings(np.concatenate([now, after], axis=1), self.segments).any(axis=1)
            gap_now = self.compute_clearance_m(now)
            gap_after = self.compute_clearance_m(after)
            bad[rows] = crosses | ((gap_after < gap_m) & (gap_after < gap_now))
        return bad

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
        free = np.ones(len(points), dtype=np.bool_)
        near = np.flatnonzero(self._find_near_ramps(points))
        for ramp, shape in zip(self.plan.ramps, self.ramp_shapes, strict=True):
            if len(near) == 0:
                break
            rows = near[free[near] & shapely.intersects_xy(shape, points[near, 0], points[near, 1])]
            free[rows] = False
            for row in rows:
                heights[row] += compute_ramp_z(ramp, (float(points[row, 0]), float(points[row, 1])))
        return heights

    def _find_near_ramps(self, points: FloatArray) -> NDArray[np.bool_]:
        """Say which points [n, 2] lie in the rectangle around some ramp; a quick look before the exact one."""
        x, y = points[:, :1], points[:, 1:]
        west, south, east, north = self.ramp_bounds.T
        return np.asarray(((x >= west) & (x <= east) & (y >= south) & (y <= north)).any(axis=1))

    def compute_height_m(self, at: PointXY) -> float:
        """Return the height in metres of the ground at one point."""
        return float(self.compute_heights_m(np.asarray([at]))[0])

    def find_flights(self, points: FloatArray) -> NDArray[np.int64]:
        """Return for each of the points [n, 2] which of `plan.ramps` it lies on, if that has steps, else -1."""
        found = np.full(len(points), -1, dtype=np.int64)
        near = np.flatnonzero(self._find_near_ramps(points))
        for number, (ramp, shape) in enumerate(zip(self.plan.ramps, self.ramp_shapes, strict=True)):
            if ramp.steps and len(near):
                found[near[shapely.intersects_xy(shape, points[near, 0], points[near, 1])]] = number
        return found


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
    shapes = tuple(Polygon(ramp.polygon) for ramp in plan.ramps)
    for shape in (*shapes, *(portal.landing for portal in plan.portals)):
        shapely.prepare(shape)
    edges = [(*a, *b) for ring in rings for a, b in pairwise((*ring, ring[0]))]
    segments = np.asarray(edges, dtype=np.float64).reshape(-1, 4)
    return Ground(
        floor=floor,
        elevation_m=elevation_m,
        plan=plan,
        rings=tuple(rings),
        segments=segments,
        clearance=make_clearance_map(segments),
        ramp_shapes=shapes,
        ramp_bounds=np.asarray([shape.bounds for shape in shapes], dtype=np.float64).reshape(-1, 4),
    )


class Landings:
    """The landings of a site that two floors share."""

    def __init__(self, grounds: Iterable[Ground]) -> None:
        self._known = [
            (
                portal.landing.bounds,
                portal.landing,
                {ground.floor: portal.lower_floor, portal.lower_floor: ground.floor},
            )
            for ground in grounds
            for portal in ground.plan.portals
        ]

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self._known)

    def find_other_floor(self, floor: str, at: PointXY) -> str | None:
        """Return the floor that shares the landing at a point of `floor`, or None where there is none."""
        x, y = at
        for (west, south, east, north), landing, floors in self._known:
            if west <= x <= east and south <= y <= north and floor in floors and shapely.intersects_xy(landing, x, y):
                return floors[floor]
        return None


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
