"""The wooden leaves of doors to rooms: what they are made of and how they hang, for plates and for doors that swing."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.site.model import Opening

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
        """Return its boxes: the board, a window and a kick plate on both faces, the handles."""
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
    """Return the leaves of a door to a room: one, or two where it is wide."""
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
