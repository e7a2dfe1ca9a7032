"""The site seen from above: walls, doors and their leaves, what can be walked on, which zone a point lies in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from shapely import covers, points, prepare, unary_union
from shapely.geometry import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient
from shapely.ops import linemerge

from sim.errors import SiteError
from sim.site.model import Furnishing, Opening, PointXY, Ramp, Site, Space

FloatArray = NDArray[np.float64]

WALL_THICKNESS_M = 0.2
DOORWAY_DEPTH_M = 1.8
LEVEL_M = 0.05
RAIL_REACH_M = 0.06
RAIL_STEP_M = 0.1
RAIL_DROP_M = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """The top landing of a stairwell, which can be stood on as part of the stairwell's floor and of the one above."""

    zone_id: str  # the stairwell
    lower_floor: str  # the floor whose space it is
    landing: Polygon  # what both floors share, in plan


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorPlan:
    walls: FloatArray  # [n, 4] x1 y1 x2 y2 in meters: the center lines of the walls, openings left out
    sight: FloatArray  # [n, 4], the walls and the doors to places that are not modeled: what ends a line of sight
    # where feet may be: spaces less half a wall, solid furnishings and the open sides of stairs, plus doorways, plus
    # the landings of `portals`
    walkable: BaseGeometry
    # zone_id and polygon of each space, in the order of the site file; then of the stairwells that come up from below
    zones: tuple[tuple[str, Polygon], ...]
    ramps: tuple[Ramp, ...]
    portals: tuple[Portal, ...] = ()  # where one gets here by stairs

    def find_zone(self, at: PointXY) -> str | None:
        """Return the zone_id at a point; in a doorway the nearest one within 2.5 m; else None."""
        point = Point(at)
        best, reach = None, 2.5
        for zone_id, polygon in self.zones:
            gap = float(polygon.distance(point))
            if gap == 0.0:
                return zone_id
            if gap < reach:
                best, reach = zone_id, gap
        return best

    def is_walkable(self, at: PointXY, *, margin_m: float = 0.0) -> bool:
        if margin_m <= 0:
            return bool(self.walkable.covers(Point(at)))
        return bool(self.walkable.covers(Point(at).buffer(margin_m, quad_segs=4)))

    def is_clear(self, start: PointXY, end: PointXY, *, margin_m: float = 0.0) -> bool:
        line = LineString([start, end])
        return bool(self.walkable.covers(line.buffer(margin_m) if margin_m > 0 else line))

    def compute_floor_z(self, at: PointXY) -> float:
        """Return how high feet stand at a point, meters above the floor's surface: 0 but on ramps."""
        point = Point(at)
        for ramp in self.ramps:
            if _make_outline(ramp.polygon).covers(point):
                return compute_ramp_z(ramp, at)
        return 0.0


@lru_cache(maxsize=256)
def _make_outline(corners: tuple[PointXY, ...]) -> Polygon:
    outline = Polygon(corners)
    prepare(outline)
    return outline


def compute_ramp_z(ramp: Ramp, at: PointXY) -> float:
    """Return the height of a ramp at a point, meters: linear from foot to top, held beyond both."""
    foot, top = np.asarray(ramp.foot), np.asarray(ramp.top)
    run = top - foot
    share = min(1.0, max(0.0, float((np.asarray(at) - foot) @ run / (run @ run))))
    return ramp.foot_z_m + share * (ramp.top_z_m - ramp.foot_z_m)


def make_floor_plan(site: Site, floor_id: str) -> FloorPlan:
    if floor_id not in {f.floor_id for f in site.floors}:
        raise SiteError(f"floor {floor_id!r} is not part of {site.name}")
    spaces = [s for s in site.spaces if s.floor == floor_id]
    portals = {
        o.door_id: _make_portal(site, o)
        for o in site.openings
        if o.floor == floor_id and o.z_m <= 0 and find_other_floor(site, o) is not None
    }
    # doors at the top of stairs, described from below, are no gaps in the lower floor's walls
    openings = [
        o for o in site.openings if o.floor == floor_id and not (o.z_m > 0 and find_other_floor(site, o) is not None)
    ]
    shafts = [s for s in site.spaces if s.zone_id in {p.zone_id for p in portals.values()}]
    edges = [
        LineString([a, b])
        for s in (*spaces, *shafts)
        if s.kind != "outdoor"
        for a, b in zip(s.polygon, (*s.polygon[1:], s.polygon[0]), strict=True)
    ]
    lines = unary_union(edges)
    outlines = unary_union([Polygon(s.polygon).exterior for s in spaces])
    for opening in openings:
        check_on_wall(opening, outlines)
        lines = lines.difference(make_doorway(opening, inward_m=0.15, outward_m=0.15))
    half = WALL_THICKNESS_M / 2
    floors = [Polygon(s.polygon).buffer(0.0 if s.kind == "outdoor" else -half, join_style="mitre") for s in spaces]
    doorways = [make_doorway(o, inward_m=half + 0.01, outward_m=_doorway_depth_m(o)) for o in openings]
    solid = [make_footprint(f) for f in site.furnishings if f.floor == floor_id and f.solid]
    ramps = tuple(r for r in site.ramps if r.floor == floor_id)
    landings = [portal.landing for portal in portals.values()]
    free = unary_union([*floors, *doorways, *landings])
    walkable = free.difference(unary_union([*solid, *_list_rails(ramps, free)]))
    prepare(walkable)
    merged = linemerge(lines) if isinstance(lines, MultiLineString) else lines
    parts = [p for p in getattr(merged, "geoms", [merged]) if isinstance(p, LineString)]
    rows: list[list[float]] = []
    for part in parts:
        points = part.simplify(0.001).coords
        rows.extend([*a, *b] for a, b in pairwise(points) if Point(a).distance(Point(b)) > 0.02)
    walls = np.asarray(sorted(rows), dtype=np.float64).reshape(-1, 4)
    ends = [_list_threshold(o) for o in openings if o.leads_to is None]
    return FloorPlan(
        walls=walls,
        sight=np.concatenate([walls, np.asarray(ends, dtype=np.float64).reshape(-1, 4)]),
        walkable=walkable,
        zones=tuple((s.zone_id, Polygon(s.polygon)) for s in (*spaces, *shafts)),
        ramps=ramps,
        portals=tuple(portals.values()),
    )


def check_on_wall(opening: Opening, outlines: BaseGeometry) -> None:
    if outlines.distance(Point(opening.at)) > WALL_THICKNESS_M:
        raise SiteError(
            f"door {opening.door_id} at {opening.at} lies on no wall",
            expected="a point on the edge of a space",
            todo="move it onto the wall that it is in",
        )


def list_indoor_openings(site: Site, floor_id: str) -> list[Opening]:
    """Return a floor's openings in walls of rooms; those in the outline of a lawn or a road have no frame."""
    rooms = unary_union([Polygon(s.polygon) for s in site.spaces if s.floor == floor_id and s.kind != "outdoor"])
    return [o for o in site.openings if o.floor == floor_id and rooms.distance(Point(o.at)) < WALL_THICKNESS_M]


def find_other_floor(site: Site, opening: Opening) -> str | None:
    floor = next((s.floor for s in site.spaces if s.zone_id == opening.leads_to), opening.floor)
    return None if floor == opening.floor else floor


def _make_portal(site: Site, opening: Opening) -> Portal:
    shaft = next(s for s in site.spaces if s.zone_id == opening.leads_to)
    heights_m = {f.floor_id: f.elevation_m for f in site.floors}
    rise_m = heights_m[opening.floor] - heights_m[shaft.floor]
    inside = Polygon(shaft.polygon).buffer(-WALL_THICKNESS_M / 2, join_style="mitre")
    level = [
        Polygon(r.polygon)
        for r in site.ramps
        if r.floor == shaft.floor and r.foot_z_m == r.top_z_m and abs(r.top_z_m - rise_m) < LEVEL_M
    ]
    door = make_doorway(opening, inward_m=0.0, outward_m=2 * WALL_THICKNESS_M)
    found = unary_union(level).intersection(inside)
    parts = [p for p in getattr(found, "geoms", [found]) if isinstance(p, Polygon) and p.intersects(door)]
    if not parts:
        raise SiteError(
            f"door {opening.door_id} at {opening.at} opens on no landing of {shaft.zone_id}",
            expected=f"a ramp without steps in {shaft.zone_id} that is {rise_m:g} m high and reaches the door",
            todo="correct the ramps of the stairwell in site.yaml",
        )
    return Portal(zone_id=shaft.zone_id, lower_floor=shaft.floor, landing=parts[0])


def _list_rails(ramps: tuple[Ramp, ...], free: BaseGeometry) -> list[Polygon]:
    shapes = [Polygon(ramp.polygon) for ramp in ramps]
    rails: list[Polygon] = []
    prepare(free)
    for ramp, shape in zip(ramps, shapes, strict=True):
        corners = np.asarray(orient(shape, sign=-1.0).exterior.coords)
        for start, end in pairwise(corners):
            length = float(np.hypot(*(end - start)))
            along = (end - start) / length
            out = np.array([-along[1], along[0]]) * RAIL_REACH_M
            count = max(1, round(length / RAIL_STEP_M))
            middles = start + (end - start) * ((np.arange(count) + 0.5) / count)[:, None]
            is_free = covers(free, points(middles + out))
            for middle in middles[is_free]:
                beside = middle + out
                point = Point(beside)
                under = [r for r, s in zip(ramps, shapes, strict=True) if s.covers(point)]
                beside_m = compute_ramp_z(under[0], _to_point(beside)) if under else 0.0
                if abs(beside_m - compute_ramp_z(ramp, _to_point(middle))) > RAIL_DROP_M:
                    piece = along * (length / count / 2 + 0.01)
                    rails.append(LineString([middle - piece, middle + piece]).buffer(0.04, cap_style="flat"))
    return rails


def _to_point(at: FloatArray) -> PointXY:
    return float(at[0]), float(at[1])


def make_doorway(opening: Opening, *, inward_m: float, outward_m: float) -> Polygon:
    """Return the rectangle of an opening, reaching `inward_m` into its space and `outward_m` out of it."""
    angle = np.deg2rad(opening.facing_deg)
    return _make_rectangle(opening.at, angle, opening.width_m, -outward_m, inward_m)


def _list_threshold(opening: Opening) -> list[float]:
    x, y = opening.at
    angle = np.deg2rad(opening.facing_deg)
    dx, dy = -np.sin(angle) * opening.width_m / 2, np.cos(angle) * opening.width_m / 2
    return [float(v) for v in (x - dx, y - dy, x + dx, y + dy)]


def make_footprint(furnishing: Furnishing) -> Polygon:
    angle = np.deg2rad(furnishing.facing_deg)
    return _make_rectangle(furnishing.at, angle, furnishing.size_m[0], 0.0, furnishing.size_m[1])


def _make_rectangle(at: PointXY, angle: float, width_m: float, back_m: float, front_m: float) -> Polygon:
    normal = np.array([np.cos(angle), np.sin(angle)])
    along = np.array([-normal[1], normal[0]]) * width_m / 2
    origin = np.asarray(at)
    back, front = origin + normal * back_m, origin + normal * front_m
    return Polygon([back - along, back + along, front + along, front - along])


def _doorway_depth_m(opening: Opening) -> float:
    through = opening.leads_to is not None
    return WALL_THICKNESS_M / 2 + 0.01 if through else DOORWAY_DEPTH_M + WALL_THICKNESS_M


Point3 = tuple[float, float, float]

JAMB_M: Final = 0.055
LEAF_M: Final = 0.045
OPEN_DEG: Final = 96.0
BACK_M: Final = -0.16
"""The back of the frame, behind the wall's face."""

_HINGE_M = BACK_M + 0.02
_FORWARD_M = 0.10
_PAIR_FROM_M = 1.4


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafPart:
    """A box of a leaf, between two corners: x from the hinge, y out of the room, z up, meters."""

    surface: Literal["wood", "dark", "glass", "steel"]
    low: Point3
    high: Point3
    bevel_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    opening: Opening  # the door
    side: int  # 1 when a closed leaf runs from the hinge to the right of who stands before it, else -1
    hinge_m: float  # where the hinge is along the opening, to the right of its middle
    # width_m, height_m: its size
    width_m: float
    height_m: float

    def list_parts(self) -> list[LeafPart]:
        width = self.width_m
        parts = [self._part("wood", (0.004, width - 0.004), (-LEAF_M / 2, LEAF_M / 2), (0.01, self.height_m), 0.004)]
        glass = (width * 0.62, width * 0.62 + 0.14)
        for y in (-LEAF_M / 2 - 0.004, LEAF_M / 2 + 0.001):
            parts += [
                self._part("dark", (glass[0] - 0.02, glass[1] + 0.02), (y, y + 0.003), (1.05, 1.88)),
                self._part("glass", glass, (y - 0.001, y + 0.004), (1.07, 1.86)),
                self._part("steel", (0.03, width - 0.03), (y, y + 0.003), (0.03, 0.26)),
            ]
        for ys in ((LEAF_M / 2, LEAF_M / 2 + 0.055), (-LEAF_M / 2 - 0.055, -LEAF_M / 2)):
            parts.append(self._part("steel", (width - 0.17, width - 0.045), ys, (0.99, 1.03), 0.01))
        return parts

    def _part(
        self,
        surface: Literal["wood", "dark", "glass", "steel"],
        along: tuple[float, float],
        ys: tuple[float, float],
        zs: tuple[float, float],
        bevel_m: float = 0.0,
    ) -> LeafPart:
        x1, x2 = sorted(self.side * x for x in along)
        return LeafPart(surface=surface, low=(x1, ys[0], zs[0]), high=(x2, ys[1], zs[1]), bevel_m=bevel_m)

    def find_hinge(self, open_share: float) -> tuple[float, float, float]:
        """Return where its x axis begins, and how far it is turned: along and out of the opening, meters, degrees.

        Positive degrees turn clockwise seen from above. `open_share` goes from 0, shut, to 1, wide open into the room.
        """
        along_m = self.hinge_m + open_share * self.side * LEAF_M / 2
        return along_m, _HINGE_M + _FORWARD_M - open_share * (_FORWARD_M + 0.02), -self.side * OPEN_DEG * open_share

    def place(self, open_share: float) -> tuple[NDArray[np.float64], float]:
        """Return the point [x, y] in site coordinates at which its x axis begins, and where that points, radians."""
        along_m, out_m, turn_deg = self.find_hinge(open_share)
        facing, turn = np.deg2rad(self.opening.facing_deg), np.deg2rad(turn_deg)
        right = np.array([-np.sin(facing), np.cos(facing)])
        out = np.array([np.cos(facing), np.sin(facing)])
        axis = np.cos(turn) * right + np.sin(turn) * out
        return np.array(self.opening.at) + along_m * right + out_m * out, float(np.arctan2(axis[1], axis[0]))


def list_leaves(opening: Opening) -> list[Leaf]:
    inner_m = opening.width_m - 2 * JAMB_M
    count = 2 if inner_m > _PAIR_FROM_M else 1
    return [
        Leaf(
            opening=opening,
            side=-side,
            hinge_m=side * inner_m / 2,
            width_m=inner_m / count,
            height_m=opening.height_m - JAMB_M - 0.01,
        )
        for side in (-1, 1)[:count]
    ]


REACH_M = 1.5
_OUTDOORS_LAST_M = 0.05
_BEHIND_M = 0.4
_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPlace:
    at: PointXY  # on the edge of its space
    facing_deg: float  # the direction from the wall into that space
    zone_id: str  # the space
    leads_to: str | None  # the space on the other side, None where nothing is drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wall:
    space: Space
    line: LineString
    inward: FloatArray


def place_door(spaces: Sequence[Space], at: PointXY, *, floor_id: str, width_m: float) -> DoorPlace:
    """Return the door that is meant by a click: in the nearest wall, moved along it so that it fits in."""
    point = Point(at)
    walls = [wall for s in spaces if s.floor == floor_id and _is_near(s, at) for wall in _list_walls(s)]
    near = [(_rank(wall, point), number) for number, wall in enumerate(walls)]
    rank, number = min(near, default=(float("inf"), 0))
    if rank > REACH_M:
        raise SiteError(
            "there is no wall near this door",
            expected=f"a place at most {REACH_M:g} m from the edge of a space",
            todo="draw the space first, or click nearer to its wall",
        )
    wall = walls[number]
    room_m = wall.line.length - width_m
    if room_m < 0:
        raise SiteError(
            f"a door {width_m:g} m wide does not fit into this wall of {wall.space.name}",
            expected=f"at most {wall.line.length:.1f} m",
            todo="make the door narrower or the wall longer",
        )
    along_m = min(max(wall.line.project(point), width_m / 2), width_m / 2 + room_m)
    spot = np.asarray(wall.line.interpolate(along_m).coords[0])
    behind = Point(spot - _BEHIND_M * wall.inward)
    other = next((s for s in spaces if s.floor == floor_id and Polygon(s.polygon).contains(behind)), None)
    return DoorPlace(
        at=(round(float(spot[0]), _DIGITS), round(float(spot[1]), _DIGITS)),
        facing_deg=round(float(np.rad2deg(np.arctan2(wall.inward[1], wall.inward[0]))), 1),
        zone_id=wall.space.zone_id,
        leads_to=None if other is None else other.zone_id,
    )


def _is_near(space: Space, at: PointXY) -> bool:
    sides = zip(at, zip(*space.polygon, strict=True), strict=True)
    return all(min(values) - REACH_M <= place <= max(values) + REACH_M for place, values in sides)


def _list_walls(space: Space) -> list[_Wall]:
    corners = np.asarray(orient(Polygon(space.polygon), sign=1.0).exterior.coords)
    walls = []
    for start, end in pairwise(corners):
        along = (end - start) / np.linalg.norm(end - start)
        walls.append(_Wall(space=space, line=LineString([start, end]), inward=np.array([-along[1], along[0]])))
    return walls


def _rank(wall: _Wall, point: Point) -> float:
    """Return how far a wall is, meters: where two spaces share one, the indoor one has it."""
    return float(wall.line.distance(point)) + (_OUTDOORS_LAST_M if wall.space.kind == "outdoor" else 0.0)
