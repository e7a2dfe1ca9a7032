"""Doors: which wall one stands in, and the wooden leaves of doors to rooms, for plates and for doors that swing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.polygon import orient

from sim.errors import SiteError
from sim.site.model import Opening, PointXY, Space

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


FloatArray = NDArray[np.float64]

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
