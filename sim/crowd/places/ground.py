"""What walkers bump into on one floor, and the doors to rooms that open for them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from sim.crowd.people.people import DoorTrack, FloatArray, Track
from sim.site.model import Opening, PointXY, Site
from sim.site.plan import FloorPlan, compute_ramp_z, make_floor_plan

RoomDoor = Literal["classroom", "office", "restroom"]

_OPENS_S: Final = 0.7
_CLOSES_S: Final = 2.4
_AHEAD_S: Final = 0.55
"""How long before somebody is in the doorway the door begins to move."""
_STAYS_S: Final = 0.3
_DOORWAY_M: Final = 0.45
_ASIDE_M: Final = 0.25
_BEHIND_M: Final = 2.0


def make_door_tracks(
    site: Site, kinds: Sequence[RoomDoor], tracks: Sequence[Track], *, fps: float, frame_count: int
) -> tuple[DoorTrack, ...]:
    """Return how every door of these kinds moves; doors that the site has closed for good stay so."""
    doors = [opening for opening in site.openings if opening.kind in kinds and opening.leaf == "open"]
    return tuple(_make_track(door, tracks, fps=fps, frame_count=frame_count) for door in doors)


def _make_track(door: Opening, tracks: Sequence[Track], *, fps: float, frame_count: int) -> DoorTrack:
    is_wanted = np.zeros(frame_count, dtype=np.bool_)
    ahead, stays = round(_AHEAD_S * fps), round(_STAYS_S * fps)
    for track in tracks:
        rows = np.flatnonzero(_find_in_doorway(door, track))
        for row in rows.tolist():
            frame = track.first_frame + row
            is_wanted[max(frame - ahead, 0) : frame + stays + 1] = True
    share = float(is_wanted[0]) if frame_count else 0.0
    shares = np.empty(frame_count, dtype=np.float32)
    for frame, wanted in enumerate(is_wanted.tolist()):
        shares[frame] = share
        share += 1 / (_OPENS_S * fps) if wanted else -1 / (_CLOSES_S * fps)
        share = min(max(share, 0.0), 1.0)
    eased = shares * shares * (3 - 2 * shares)
    return DoorTrack(door_id=door.door_id, open_share=eased)


def _find_in_doorway(door: Opening, track: Track) -> NDArray[np.bool_]:
    """Return the rows [n] in which somebody is in the doorway, or in the piece of room behind it."""
    facing = np.deg2rad(door.facing_deg)
    out = np.array([np.cos(facing), np.sin(facing)])
    offset: FloatArray = track.xyz_m[:, :2] - np.array(door.at)
    out_m = offset @ out
    along_m = offset @ np.array([-out[1], out[0]])
    on_floor = np.array([floor == door.floor for floor in track.floor])
    near = (out_m < _DOORWAY_M) & (out_m > -_BEHIND_M) & (np.abs(along_m) < door.width_m / 2 + _ASIDE_M)
    goes_in = bool((near & on_floor & (out_m < 0)).any())
    return near & on_floor if goes_in else np.zeros(len(along_m), dtype=np.bool_)


_PAIRS_TOGETHER = 500_000
"""Pairs of a point or way and a segment that are worked out at a time: some 50 MB."""


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
    """Return the distances [n, m] in meters from points [n, 2] to segments [m, 4]."""
    dx, dy = segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]
    length2 = np.maximum(dx * dx + dy * dy, 1e-12)
    gx, gy = points[:, 0, None] - segments[:, 0], points[:, 1, None] - segments[:, 1]
    t = np.clip((gx * dx + gy * dy) / length2, 0.0, 1.0)
    return np.asarray(np.hypot(gx - t * dx, gy - t * dy))


def find_crossing(paths: FloatArray, segments: FloatArray) -> NDArray[np.bool_]:
    """Say which of the paths [n, 4] cross any of the segments [m, 4]: [n]."""
    crosses = np.zeros(len(paths), dtype=np.bool_)
    for part in _cut(len(paths), len(segments)):
        crosses[part] = compute_crossings(paths[part], segments).any(axis=1)
    return crosses


def compute_least_distances(points: FloatArray, segments: FloatArray) -> FloatArray:
    """Return the distance [n] in meters from points [n, 2] to the nearest of the segments [m, 4], m > 0."""
    least = np.empty(len(points))
    for part in _cut(len(points), len(segments)):
        least[part] = compute_distances(points[part], segments).min(axis=1)
    return least


def sample_paths(paths: FloatArray, *, stride_m: float) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return points [k, 2] evenly along the paths [n, 4], both ends and one at least every stride, and whose [k]."""
    lengths_m = np.hypot(paths[:, 2] - paths[:, 0], paths[:, 3] - paths[:, 1])
    counts = np.maximum(2, np.ceil(lengths_m / stride_m).astype(np.int64))
    owners = np.repeat(np.arange(len(paths)), counts)
    ends = np.cumsum(counts)
    share = (np.arange(len(owners)) - np.repeat(ends - counts, counts)) * np.repeat(1 / (counts - 1), counts)
    share[ends - 1] = 1.0
    return paths[owners, :2] * (1 - share)[:, None] + paths[owners, 2:] * share[:, None], owners


def _cut(count: int, others: int) -> Iterator[slice]:
    size = max(1, _PAIRS_TOGETHER // max(1, others))
    return (slice(start, start + size) for start in range(0, count, size))


_CELL_M = 0.15
_SAMPLE_M = 0.05
_DOUBT_M = _CELL_M / 2**0.5 + _SAMPLE_M / 2
_MARGIN_M = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceMap:
    low_m: FloatArray  # [2] corner of the first cell
    # [nx, ny] float32, no wall is nearer than this anywhere in the cell; 0 where that is unknown
    near_m: NDArray[np.float32]

    def find_least_m(self, points: FloatArray) -> FloatArray:
        """Return a distance [n] in meters that no wall comes nearer than to points [n, 2]; 0 beyond the map."""
        cells = np.floor((points - self.low_m) / _CELL_M).astype(np.int64)
        inside = ((cells >= 0) & (cells < self.near_m.shape)).all(axis=1)
        found = np.zeros(len(points))
        found[inside] = self.near_m[cells[inside, 0], cells[inside, 1]]
        return found


Ring = tuple[PointXY, ...]

_STRIDE_M = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    floor: str  # floor_id
    elevation_m: float  # height of its surface
    plan: FloorPlan
    # closed outlines with the free side on the left (as ORCA wants obstacles: solid counterclockwise)
    rings: tuple[Ring, ...]
    segments: FloatArray  # [n, 4] float64, all edges of the rings, x1 y1 x2 y2 in meters
    clearance: ClearanceMap  # how far the next wall is, coarsely
    ramp_shapes: tuple[Polygon, ...]  # polygon of each of the plan's ramps
    ramp_bounds: FloatArray  # [ramp, 4], the rectangle around each: west, south, east, north

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

    def are_clear(self, paths: FloatArray, *, margin_m: float) -> NDArray[np.bool_]:
        """Say for each of the paths [n, 4], x1 y1 x2 y2, what `is_clear` says of it: [n]."""
        clear = np.asarray(shapely.intersects_xy(self.plan.walkable, paths[:, 0], paths[:, 1]), dtype=np.bool_)
        points, owners = sample_paths(paths, stride_m=_STRIDE_M)
        doubtful = self.clearance.find_least_m(points) < max(margin_m, _STRIDE_M)
        doubted = np.unique(owners[doubtful & clear[owners]])
        clear[doubted] = ~find_crossing(paths[doubted], self.segments)
        near = np.flatnonzero(doubtful & clear[owners])
        clear[owners[near[self.compute_clearance_m(points[near]) < margin_m]]] = False
        return clear

    def compute_clearance_m(self, points: FloatArray) -> FloatArray:
        """Return the distance [n] in meters from points [n, 2] to the nearest wall or furnishing."""
        return compute_least_distances(points, self.segments)

    def find_hits(self, now: FloatArray, after: FloatArray, *, gap_m: float) -> NDArray[np.bool_]:
        """Say which steps [n] from points `now` [n, 2] to `after` go through a wall or come closer to one than `gap_m`.

        A step away from a wall is never one of them.
        """
        bad = np.zeros(len(now), dtype=np.bool_)
        lengths_m = np.hypot(*(after - now).T)
        rows = np.flatnonzero(self.clearance.find_least_m(now) < lengths_m + gap_m)
        if len(rows):
            now, after = now[rows], after[rows]
            crosses = find_crossing(np.concatenate([now, after], axis=1), self.segments)
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
        """Return the height [n] in meters, from the first floor's surface, of the ground at points [n, 2]."""
        heights = np.full(len(points), self.elevation_m)
        free = np.ones(len(points), dtype=np.bool_)
        for number, rows in self._find_on_ramps(points):
            for row in rows[free[rows]]:
                heights[row] += compute_ramp_z(self.plan.ramps[number], (float(points[row, 0]), float(points[row, 1])))
            free[rows] = False
        return heights

    def _find_on_ramps(self, points: FloatArray) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Return the numbers of `plan.ramps` that any of the points [n, 2] lie on, each with the rows of those."""
        x, y = points[:, :1], points[:, 1:]
        west, south, east, north = self.ramp_bounds.T
        near = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        for number in np.flatnonzero(near.any(axis=0)):
            rows = np.flatnonzero(near[:, number])
            on = rows[shapely.intersects_xy(self.ramp_shapes[number], points[rows, 0], points[rows, 1])]
            if len(on):
                yield int(number), on

    def compute_height_m(self, at: PointXY) -> float:
        return float(self.compute_heights_m(np.asarray([at]))[0])

    def find_flights(self, points: FloatArray) -> NDArray[np.int64]:
        """Return for each of the points [n, 2] which of `plan.ramps` it lies on, if that has steps, else -1."""
        found = np.full(len(points), -1, dtype=np.int64)
        for number, rows in self._find_on_ramps(points):
            if self.plan.ramps[number].steps:
                found[rows] = number
        return found


def make_ground(site: Site, floor: str) -> Ground:
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
        return bool(self._known)

    def find_other_floor(self, floor: str, at: PointXY) -> str | None:
        """Return the floor that shares the landing at a point of `floor`, or None where there is none."""
        x, y = at
        for (west, south, east, north), landing, floors in self._known:
            if west <= x <= east and south <= y <= north and floor in floors and shapely.intersects_xy(landing, x, y):
                return floors[floor]
        return None


def make_clearance_map(segments: FloatArray) -> ClearanceMap:
    """Return the map of the walls [n, 4], x1 y1 x2 y2 in meters, from samples 5 cm apart."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - loaded when first needed

    ends = segments.reshape(-1, 2)
    low, high = ends.min(axis=0) - _MARGIN_M, ends.max(axis=0) + _MARGIN_M
    samples = []
    for x1, y1, x2, y2 in segments:
        share = np.linspace(0.0, 1.0, 2 + int(np.hypot(x2 - x1, y2 - y1) / _SAMPLE_M))[:, None]
        samples.append(np.array([x1, y1]) * (1 - share) + np.array([x2, y2]) * share)
    shape = np.ceil((high - low) / _CELL_M).astype(int)
    centers = low + (np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"), axis=-1) + 0.5) * _CELL_M
    distances, _ = cKDTree(np.concatenate(samples)).query(centers.reshape(-1, 2))
    near = np.maximum(distances - _DOUBT_M, 0.0).reshape(*shape)
    return ClearanceMap(low_m=low, near_m=near.astype(np.float32))
