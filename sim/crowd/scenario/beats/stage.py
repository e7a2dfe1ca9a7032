"""Where the people of a beat stand: rings, doors, tables, room around somebody on the floor."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.crowd.people.people import Person, Pose
from sim.crowd.places.ground import Ground
from sim.crowd.places.routes import Place, RouteMap
from sim.crowd.places.spots import Area, Spot, SpotBook
from sim.crowd.scenario.beats.closet import PersonKey
from sim.crowd.scenario.beats.place import SecondsRange, Where
from sim.errors import ScenarioError
from sim.site.model import Furnishing, PointXY, Site

_CLEAR_M = 0.3
_TABLE_REACH_M = 2.5
_TABLE_ROOM_M = 0.42
_BESIDE_M = 0.42
_ANGLES = 16
_RINGS = 12
_GRID_M = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    beat_id: str  # the beat, for messages
    site: Site
    routes: RouteMap
    book: SpotBook
    people: Mapping[PersonKey, Person]  # everybody of the days, by day and number
    # for whom the beat adds outfits: the number of the first of them in `Person.outfits`
    first_looks: Mapping[PersonKey, int]
    rng: np.random.Generator  # the only source of chance

    def draw(self, span: SecondsRange) -> float:
        return round(float(self.rng.uniform(span[0], span[1])), 3)

    def draw_start(self, span: SecondsRange | None) -> float:
        return 0.0 if span is None else self.draw(span)

    def make_ring(self, where: Where, count: int) -> list[Spot]:
        """Return places for `count` people who face each other; alone: with the back to the nearest wall."""
        if where.zone is not None:
            spots = self._take_ring(Area(zone=where.zone, near=where.near), count)
        elif where.node is not None:
            spots = self._make_node_ring(where.node, count)
        else:
            spots = [self.make_door_spot(str(where.door))] if count == 1 else []
        if len(spots) < count:
            raise self._refuse(where, f"{count} people to stand together")
        return spots

    def make_door_spot(self, door_id: str) -> Spot:
        opening = next(o for o in self.site.openings if o.door_id == door_id)
        normal = math.radians(opening.facing_deg)
        node = self.routes.nodes[self.routes.get_door_node(door_id)]
        for step_m in (0.8, 1.1, 1.5):
            at = _shift(opening.at, normal, step_m)
            if self._fits(node.floor, at):
                place = Place(floor=node.floor, at=at)
                return Spot(place=place, facing_rad=_wrap(normal + math.pi), pose=Pose.STAND)
        raise self._refuse(Where(door=door_id), "one to stand in front of it")

    def make_table_spots(self, node_id: str) -> tuple[Spot, Spot, PointXY, float]:
        """Return where student and officer stand at the table next to a node, where a bag lies on it, and its height.

        The two stand side by side and face the table.
        """
        node = self.routes.nodes[node_id]
        tables = [t for t in self.site.furnishings if "table" in t.kind and t.floor == node.floor]
        near = sorted((math.dist(_find_middle(t), node.at), n) for n, t in enumerate(tables))
        if not near or near[0][0] > _TABLE_REACH_M:
            raise ScenarioError(
                f"beat {self.beat_id}: no table is within {_TABLE_REACH_M:g} m of walk node {node_id!r}",
                expected="a furnishing whose kind names a table",
            )
        table = tables[near[0][1]]
        for front in (math.radians(table.facing_deg), math.radians(table.facing_deg) + math.pi):
            middle = _find_middle(table)
            edge = _shift(middle, front, table.size_m[1] / 2 + _TABLE_ROOM_M)
            places = [_shift(edge, front + math.pi / 2 * side, _BESIDE_M) for side in (1, -1)]
            places.sort(key=lambda at: math.dist(at, node.at))
            if all(self._fits(node.floor, at) for at in places):
                student, officer = (
                    Spot(place=Place(floor=node.floor, at=at), facing_rad=_wrap(front + math.pi), pose=Pose.STAND)
                    for at in places
                )
                return student, officer, middle, table.z_m + table.size_m[2]
        raise self._refuse(Where(node=node_id), "student and officer in front of the table")

    def make_emergency(self, where: Where, helpers: int, watchers: int) -> tuple[Spot, list[Spot], list[Spot]]:
        """Return where somebody falls, where helpers kneel on both sides, and where others stand around."""
        for floor, at in self._list_open_points(where):
            for turn in range(_ANGLES):
                along = 2 * math.pi * turn / _ANGLES
                beside = [along + math.pi / 2, along - math.pi / 2][:helpers]
                kneeling = [self._stand_around(floor, at, angle, 0.72) for angle in beside]
                around = [along + math.pi / 4 * number for number in (1, -1, 3, -3, 0)]
                standing = [s for a in around for s in [self._stand_around(floor, at, a, 1.55)] if s is not None]
                found = [spot for spot in kneeling if spot is not None]
                if len(found) == helpers and len(standing) >= watchers:
                    fallen = Spot(place=Place(floor=floor, at=at), facing_rad=_wrap(along), pose=Pose.STAND)
                    return fallen, found, standing[:watchers]
        raise self._refuse(where, f"someone to fall, {helpers} to help and {watchers} to watch")

    def _take_ring(self, area: Area, count: int) -> list[Spot]:
        """Return a ring in a zone in which everybody can be reached; a few are tried."""
        for _ in range(_RINGS):
            spots = self.book.take_ring(area, count, self.rng, pose=Pose.STAND)
            if all(self._fits(spot.place.floor, spot.place.at) for spot in spots):
                return spots
        return []

    def _make_node_ring(self, node_id: str, count: int) -> list[Spot]:
        node = self.routes.nodes[node_id]
        for turn in range(_ANGLES):
            angles = [math.pi * turn / _ANGLES + 2 * math.pi * number / count for number in range(count)]
            points = [_shift(node.at, angle, {1: 0.0, 2: 0.42, 3: 0.52, 4: 0.64}[count]) for angle in angles]
            if all(self._fits(node.floor, at) for at in points):
                return [
                    Spot(
                        place=Place(floor=node.floor, at=at),
                        facing_rad=_wrap(angle + math.pi),
                        pose=Pose.STAND,
                        ring_at=node.at if count > 1 else None,
                    )
                    for at, angle in zip(points, angles, strict=True)
                ]
        return []

    def _list_open_points(self, where: Where) -> list[tuple[str, PointXY]]:
        if where.node is not None:
            node = self.routes.nodes[where.node]
            return [(node.floor, node.at)]
        if where.zone is None:
            return []
        space = next(s for s in self.site.spaces if s.zone_id == where.zone)
        corners = np.asarray(space.polygon)
        low, high = corners.min(axis=0), corners.max(axis=0)
        grid = np.mgrid[low[0] : high[0] : _GRID_M, low[1] : high[1] : _GRID_M].reshape(2, -1).T
        ground = self._ground(space.floor)
        inside = np.asarray([zone == where.zone for zone in ground.find_zones(grid)], dtype=np.bool_)
        if where.near is not None:
            near = np.asarray(self.routes.nodes[where.near].at)
            inside &= np.hypot(*(grid - near).T) <= 5.0
        grid = np.round(grid[inside], 6).astype(np.float64)
        room = np.minimum(ground.compute_clearance_m(grid), 1.9) if len(grid) else np.zeros(0)
        order = np.lexsort((self.rng.permutation(len(grid)), -np.round(room, 1)))
        points = [(space.floor, (float(grid[i, 0]), float(grid[i, 1]))) for i in order[:60]]
        return [(floor, at) for floor, at in points if self._fits(floor, at)]

    def _stand_around(self, floor: str, middle: PointXY, angle: float, out_m: float) -> Spot | None:
        at = _shift(middle, angle, out_m)
        if not self._fits(floor, at) or not self._ground(floor).is_clear(middle, at, margin_m=0.15):
            return None
        return Spot(place=Place(floor=floor, at=at), facing_rad=_wrap(angle + math.pi), pose=Pose.STAND)

    def _fits(self, floor: str, at: PointXY) -> bool:
        ground = self._ground(floor)
        if not ground.plan.is_walkable(at):
            return False
        clear_m = float(ground.compute_clearance_m(np.asarray([at]))[0])
        return clear_m >= _CLEAR_M and self.routes.entries.can_reach(floor, at)

    def _ground(self, floor: str) -> Ground:
        return self.routes.grounds[floor]

    def _refuse(self, where: Where, what: str) -> ScenarioError:
        return ScenarioError(
            f"beat {self.beat_id}: {where.name} has no room for {what}", todo="choose another place for it"
        )


def _find_middle(thing: Furnishing) -> PointXY:
    return _shift(thing.at, math.radians(thing.facing_deg), thing.size_m[1] / 2)


def _shift(at: PointXY, angle: float, by_m: float) -> PointXY:
    return (round(at[0] + by_m * math.cos(angle), 6), round(at[1] + by_m * math.sin(angle), 6))


def _wrap(angle: float) -> float:
    return math.remainder(angle, 2 * math.pi)
