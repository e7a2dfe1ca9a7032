"""Where people stop: lockers, seats, and quiet places to stand alone or in a ring."""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from sim.crowd.people.people import FloatArray, Pose
from sim.crowd.places.ground import compute_distances, compute_least_distances
from sim.crowd.places.routes import Place, RouteMap
from sim.site.model import Furnishing, PointXY, Site

_GRID_M = 0.25
_BODY_ROOM_M = 0.34
_DOOR_ROOM_M = 1.3
_STOP_ROOM_M = 0.65
_NOWHERE = (1e6, 1e6)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietPoints:
    floor: str  # floor_id
    at: FloatArray  # [n, 2] plan meters
    aside_m: FloatArray  # [n] how far each is from the ways people walk


@dataclass(frozen=True, slots=True, kw_only=True)
class _Survey:
    """Quiet points for one person, with how far each is from what has to be left free."""

    points: QuietPoints
    wall_m: FloatArray
    door_m: FloatArray
    stop_m: FloatArray


class QuietPlaces:
    """Looks a zone over once, and answers for rings of any size."""

    def __init__(self, site: Site, routes: RouteMap, list_stops: Callable[[str], Iterable[PointXY]]) -> None:
        """`list_stops` returns where else people stop in a zone: at its lockers and seats."""
        self._site = site
        self._routes = routes
        self._list_stops = list_stops
        self._surveys: dict[str, _Survey] = {}

    def find(self, zone: str, *, radius_m: float) -> QuietPoints:
        if zone not in self._surveys:
            self._surveys[zone] = self._look_over(zone)
        survey = self._surveys[zone]
        fits = _has_room(survey.wall_m, survey.door_m, survey.stop_m, radius_m=radius_m)
        points = survey.points
        return QuietPoints(floor=points.floor, at=points.at[fits], aside_m=points.aside_m[fits])

    def _look_over(self, zone: str) -> _Survey:
        space = next(s for s in self._site.spaces if s.zone_id == zone)
        ground = self._routes.grounds[space.floor]
        corners = np.asarray(space.polygon)
        low, high = corners.min(axis=0), corners.max(axis=0)
        grid = np.mgrid[low[0] : high[0] : _GRID_M, low[1] : high[1] : _GRID_M].reshape(2, -1).T
        at = np.round(grid + _GRID_M / 2, 6)
        at = at[shapely.intersects_xy(ground.plan.walkable, at[:, 0], at[:, 1])]
        doors = [o.at for o in self._site.openings if o.floor == space.floor]
        door_m, stop_m = _compute_gaps_m(at, doors), _compute_gaps_m(at, self._list_stops(zone))
        wall_m = ground.compute_clearance_m(at)
        kept = _has_room(wall_m, door_m, stop_m, radius_m=0.0)
        kept[kept] = ground.compute_heights_m(at[kept]) == ground.elevation_m
        kept[kept] = np.asarray([z == zone for z in ground.find_zones(at[kept])], dtype=np.bool_)
        kept[kept] = self._routes.entries.find_reachable(space.floor, at[kept])
        nodes = self._routes.nodes
        ways = [(*nodes[a].at, *nodes[b].at) for a, b in self._site.walk_edges if nodes[a].floor == space.floor]
        points = QuietPoints(
            floor=space.floor,
            at=at[kept],
            aside_m=compute_least_distances(at[kept], np.asarray(ways, dtype=np.float64).reshape(-1, 4)),
        )
        return _Survey(points=points, wall_m=wall_m[kept], door_m=door_m[kept], stop_m=stop_m[kept])


def _compute_gaps_m(at: FloatArray, others: Iterable[PointXY]) -> FloatArray:
    """Return how far the nearest of the others is from each of the points [n, 2]: [n]; very far when there is none."""
    xy = np.asarray(list(others) or [_NOWHERE], dtype=np.float64)
    return np.asarray(np.hypot(at[:, 0, None] - xy[:, 0], at[:, 1, None] - xy[:, 1]).min(axis=1))


def _has_room(wall_m: FloatArray, door_m: FloatArray, stop_m: FloatArray, *, radius_m: float) -> np.ndarray:
    fits = (wall_m >= radius_m + _BODY_ROOM_M) & (door_m >= _DOOR_ROOM_M + radius_m)
    return np.asarray(fits & (stop_m >= _STOP_ROOM_M + radius_m))


LOCKER_KIND = "lockers"
TABLE_KIND = "cafeteria-table"
BENCH_KIND = "bench"

_LOCKER_PITCH_M = 0.62
_LOCKER_REACH_M = 0.42
_STOOL_PITCH_M = 0.6
_STOOL_DEPTH_M = 0.17
_BENCH_PITCH_M = 0.7
_SEAT_REACH_M = 0.36
_RING_RADIUS_M = {1: 0.0, 2: 0.42, 3: 0.52, 4: 0.64}
_PASSING_ROOM_M = 0.45
_TOUCH_M = 0.58
NEAR_M = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    place: Place  # where the feet come to rest, or where they step over to the seat from
    facing_rad: float  # where the body faces, counterclockwise from east
    pose: Pose  # what the person does there
    seat_at: PointXY | None = None  # where a sitting person's ground point is, else None
    ring_at: PointXY | None = None  # the middle of the ring of people this spot belongs to, else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where to look for a spot: a zone, and with `near` only within `NEAR_M` of that walk node."""

    zone: str
    near: str | None = None


ListRows = Callable[[str], list[list[Spot]]]


class SpotBook:
    """Hands out the lockers, seats and quiet places of a site, each seat only once.

    No two places are so near each other that people there would touch, while there is room.
    """

    def __init__(self, site: Site, routes: RouteMap) -> None:
        self._site = site
        self._routes = routes
        self._uses: Counter[Spot] = Counter()
        self._rows: dict[tuple[str, str], list[list[Spot]]] = {}
        self._quiet = QuietPlaces(site, routes, self._list_stops)
        self._rings_used: list[tuple[str, PointXY]] = []
        self._widest_m = 0.0

    def take_lockers(self, area: Area, count: int, rng: np.random.Generator) -> list[Spot]:
        """Return `count` places at lockers, side by side where possible; empty if the area has not as many.

        A locker is shared when all of them have an owner.
        """
        return self._take(self._list_lockers, area, count, rng)

    def take_seats(self, area: Area, count: int, rng: np.random.Generator) -> list[Spot]:
        """Return `count` seats at one table or bench where possible; empty if the area has not as many free."""
        taken = self._take(self._list_seats, area, count, rng)
        return taken if all(self._uses[spot] == 1 for spot in taken) else []

    def _take(self, list_rows: ListRows, area: Area, count: int, rng: np.random.Generator) -> list[Spot]:
        known = self._get_rows(list_rows, area.zone)
        rows = [[spot for spot in row if self._is_near(spot.place.at, area)] for row in known]
        windows = [row[start : start + count] for row in rows for start in range(len(row) - count + 1)]
        anywhere = sorted((spot for row in rows for spot in row), key=lambda spot: self._uses[spot])
        if len(anywhere) < count:
            return []
        used = [sum(self._uses[spot] for spot in window) for window in windows]
        least = sum(self._uses[spot] for spot in anywhere[:count])
        best = [window for window, uses in zip(windows, used, strict=True) if uses == least]
        taken = best[int(rng.integers(len(best)))] if best else anywhere[:count]
        self._uses.update(taken)
        return taken

    def _get_rows(self, list_rows: ListRows, zone: str) -> list[list[Spot]]:
        key = (list_rows.__name__, zone)
        if key not in self._rows:
            rows = list_rows(zone)
            self._rows[key] = _thin_out(rows)
        return self._rows[key]

    def _list_stops(self, zone: str) -> list[PointXY]:
        kinds = (self._list_lockers, self._list_seats)
        return [spot.place.at for kind in kinds for row in self._get_rows(kind, zone) for spot in row]

    def _is_near(self, at: PointXY, area: Area) -> bool:
        return area.near is None or math.dist(at, self._routes.nodes[area.near].at) <= NEAR_M

    def _in_zone(self, floor: str, at: PointXY, zone: str) -> bool:
        return self._routes.grounds[floor].plan.find_zone(at) == zone

    def _list_lockers(self, zone: str) -> list[list[Spot]]:
        rows: list[list[Spot]] = []
        for thing in self._site.furnishings:
            if thing.kind != LOCKER_KIND:
                continue
            count = max(1, int(thing.size_m[0] / _LOCKER_PITCH_M))
            row: list[Spot] = []
            for number in range(count):
                along_m = (number - (count - 1) / 2) * _LOCKER_PITCH_M
                at = _locate(thing, along_m, thing.size_m[1] + _LOCKER_REACH_M)
                if self._in_zone(thing.floor, at, zone) and self._can_reach(thing.floor, at):
                    facing = _wrap(math.radians(thing.facing_deg) + math.pi)
                    place = Place(floor=thing.floor, at=at)
                    row.append(Spot(place=place, facing_rad=facing, pose=Pose.LOCKER))
            if row:
                rows.append(row)
        return rows

    def _list_seats(self, zone: str) -> list[list[Spot]]:
        rows: list[list[Spot]] = []
        for thing in self._site.furnishings:
            if thing.kind not in (TABLE_KIND, BENCH_KIND):
                continue
            is_table = thing.kind == TABLE_KIND
            pitch_m = thing.size_m[0] / max(2, round(thing.size_m[0] / _STOOL_PITCH_M)) if is_table else _BENCH_PITCH_M
            count = max(1, int(thing.size_m[0] / pitch_m + 1e-6))
            in_m = _STOOL_DEPTH_M if is_table else thing.size_m[1] / 2
            for outward in (1.0, -1.0) if is_table else (1.0,):
                depth_m = thing.size_m[1] - in_m if outward > 0 else in_m
                row: list[Spot] = []
                for number in range(count):
                    along_m = (number - (count - 1) / 2) * pitch_m
                    at = _locate(thing, along_m, depth_m + outward * (in_m + _SEAT_REACH_M))
                    if self._in_zone(thing.floor, at, zone) and self._can_reach(thing.floor, at):
                        turn = math.pi if is_table and outward > 0 else 0.0
                        facing = _wrap(math.radians(thing.facing_deg) + turn)
                        row.append(
                            Spot(
                                place=Place(floor=thing.floor, at=at),
                                facing_rad=facing,
                                pose=Pose.SIT,
                                seat_at=_locate(thing, along_m, depth_m),
                            )
                        )
                if row:
                    rows.append(row)
        return rows

    def _can_reach(self, floor: str, at: PointXY) -> bool:
        ground = self._routes.grounds[floor]
        clear_m = float(ground.compute_clearance_m(np.asarray([at]))[0])
        return clear_m >= 0.3 and ground.plan.is_walkable(at) and self._routes.entries.can_reach(floor, at)

    def take_ring(self, area: Area, count: int, rng: np.random.Generator, *, pose: Pose) -> list[Spot]:
        """Return `count` places to stand in a ring, facing its middle; alone: with the back to the nearest wall.

        Empty if the area has no room for it.
        """
        quiet = self._quiet.find(area.zone, radius_m=_RING_RADIUS_M[count])
        floor, candidates, aside_m = quiet.floor, quiet.at, quiet.aside_m
        near = np.asarray([self._is_near((float(x), float(y)), area) for x, y in candidates], dtype=np.bool_)
        candidates, aside_m = candidates[near], aside_m[near]
        if len(candidates) == 0:
            return []
        aside = aside_m >= _RING_RADIUS_M[count] + _PASSING_ROOM_M
        if aside.any():
            candidates, aside_m = candidates[aside], aside_m[aside]
        least_m = _RING_RADIUS_M[count] + self._widest_m + _TOUCH_M
        for apart_m in (2.6, 1.9, 1.3, least_m) if least_m < 1.3 else (2.6, least_m):
            used = [at for place, at in self._rings_used if place == floor]
            gaps = np.full(len(candidates), np.inf)
            if used:
                off = candidates[:, None, :] - np.asarray(used)[None, :, :]
                gaps = np.hypot(off[..., 0], off[..., 1]).min(axis=1)
            fitting = np.flatnonzero(gaps >= apart_m)
            if len(fitting):
                break
        if len(fitting) == 0:
            fitting = np.flatnonzero(gaps == gaps.max())
        self._widest_m = max(self._widest_m, _RING_RADIUS_M[count])
        best = fitting[aside_m[fitting] >= np.sort(aside_m[fitting])[(3 * len(fitting)) // 4]]
        chosen = candidates[int(best[int(rng.integers(len(best)))])]
        middle = (round(float(chosen[0]), 6), round(float(chosen[1]), 6))
        self._rings_used.append((floor, middle))
        if count == 1:
            facing = self._face_away_from_wall(floor, middle)
            return [Spot(place=Place(floor=floor, at=middle), facing_rad=facing, pose=pose)]
        radius = _RING_RADIUS_M[count]
        turn = self._face_away_from_wall(floor, middle) + (math.pi / 2 if count == 2 else math.pi / count)
        spots: list[Spot] = []
        for number in range(count):
            angle = turn + 2 * math.pi * number / count
            at = (round(middle[0] + radius * math.cos(angle), 6), round(middle[1] + radius * math.sin(angle), 6))
            spots.append(
                Spot(place=Place(floor=floor, at=at), facing_rad=_wrap(angle + math.pi), pose=pose, ring_at=middle)
            )
        return spots

    def _face_away_from_wall(self, floor: str, at: PointXY) -> float:
        ground = self._routes.grounds[floor]
        index = int(np.argmin(compute_distances(np.asarray([at]), ground.segments)[0]))
        x1, y1, x2, y2 = (float(v) for v in ground.segments[index])
        length2 = max((x2 - x1) ** 2 + (y2 - y1) ** 2, 1e-12)
        share = min(1.0, max(0.0, ((at[0] - x1) * (x2 - x1) + (at[1] - y1) * (y2 - y1)) / length2))
        return math.atan2(at[1] - (y1 + share * (y2 - y1)), at[0] - (x1 + share * (x2 - x1)))


def _thin_out(rows: list[list[Spot]]) -> list[list[Spot]]:
    kept: list[list[Spot]] = []
    for row in rows:
        others = [spot.place.at for earlier in kept for spot in earlier]
        free = [spot for spot in row if all(math.dist(spot.place.at, at) >= _TOUCH_M for at in others)]
        if free:
            kept.append(free)
    return kept


def _locate(thing: Furnishing, along_m: float, out_m: float) -> PointXY:
    """Return the plan point `along_m` along a furnishing's back edge and `out_m` out of it."""
    angle = math.radians(thing.facing_deg)
    x = thing.at[0] + out_m * math.cos(angle) - along_m * math.sin(angle)
    y = thing.at[1] + out_m * math.sin(angle) + along_m * math.cos(angle)
    return (round(x, 6), round(y, 6))


def _wrap(angle: float) -> float:
    return math.remainder(angle, 2 * math.pi)
