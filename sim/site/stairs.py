"""Stairs from one rectangle, straight or turning back on a landing: a stairwell of the lower floor, and its doors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import Point, Polygon
from shapely.geometry.polygon import orient

from sim.errors import SiteError
from sim.site.model import Floor, Opening, PointXY, Ramp, Space
from sim.site.plan import WALL_THICKNESS_M

FloatArray = NDArray[np.float64]
StairShape = Literal["straight", "left", "right"]

LEAST_RISE_M, MOST_RISE_M = 1.0, 8.0
STEP_M: Final = 0.17
LEAST_SLOPE, USUAL_SLOPE = 1.2, 1.8
"""How many meters a flight goes forward for each that it rises, at least and as usual."""
FOOT_M, LANDING_M = 0.6, 1.3
LEAST_WIDTH_M: Final = 1.2
_HALF_M: Final = WALL_THICKNESS_M / 2
_GAP_M: Final = 0.05
_OVER_M: Final = 0.01
_BEYOND_M: Final = 0.4
_DOOR_M: Final = 1.8
_FRAME_M: Final = 0.2
_MOST_STEPS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class StairBlock:
    zone_id: str  # of the stairwell that is made of them
    name: str  # for people
    # floor, upper: the floors that they join, the lower one first
    floor: str
    upper: str
    polygon: tuple[PointXY, ...]  # their rectangle in plan, meters
    up_deg: float  # where the first flight rises to, counterclockwise from east
    shape: StairShape  # straight, or turning back halfway to the left or right of somebody who goes up


@dataclass(frozen=True, slots=True, kw_only=True)
class Stairwell:
    space: Space
    openings: tuple[Opening, ...]
    ramps: tuple[Ramp, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The rectangle's own axes: `s` up from the foot's side, `t` to the left of somebody who goes up."""

    origin: FloatArray
    up: FloatArray
    left: FloatArray
    length_m: float
    width_m: float

    def place(self, s: float, t: float) -> PointXY:
        x, y = self.origin + s * self.up + t * self.left
        return round(float(x), 3), round(float(y), 3)

    def box(self, s: tuple[float, float], t: tuple[float, float]) -> tuple[PointXY, ...]:
        return tuple(self.place(*each) for each in ((s[0], t[0]), (s[1], t[0]), (s[1], t[1]), (s[0], t[1])))


def make_stairwell(block: StairBlock, *, floors: Sequence[Floor], spaces: Sequence[Space]) -> Stairwell:
    """Return the stairwell of a block; `spaces` are those around it, which share its walls."""
    by_id = {floor.floor_id: floor for floor in floors}
    if block.floor not in by_id or block.upper not in by_id:
        raise SiteError(f"{block.name} lead to a floor that is not there", todo="choose the floor that they lead to")
    rise_m = by_id[block.upper].elevation_m - by_id[block.floor].elevation_m
    if not LEAST_RISE_M <= rise_m <= MOST_RISE_M:
        raise SiteError(
            f"{block.name} lead from {by_id[block.floor].name} to {by_id[block.upper].name}, "
            f"which is {rise_m:g} m higher",
            expected=f"{LEAST_RISE_M:g} to {MOST_RISE_M:g} m",
            todo="correct how high the floors are, or the floor that the stairs lead to",
        )
    frame = _make_frame(block)
    is_straight = block.shape == "straight"
    least_m = FOOT_M + LANDING_M + LEAST_SLOPE * rise_m if is_straight else 2 * LANDING_M + LEAST_SLOPE * rise_m / 2
    wide_m = LEAST_WIDTH_M if is_straight else 2 * LEAST_WIDTH_M
    if frame.length_m < least_m - _OVER_M or frame.width_m < wide_m - _OVER_M:
        raise SiteError(
            f"{block.name} are {frame.length_m:.1f} m long and {frame.width_m:.1f} m wide",
            expected=f"at least {least_m:.1f} m by {wide_m:.1f} m to rise {rise_m:g} m",
            todo="draw them larger, choose where they go up to, or let them turn back halfway"
            if is_straight
            else "draw them larger, choose where they go up to, or let them go straight",
        )
    ramps, foot_t, top_t, top_s = _lay_flights(block, frame, rise_m)
    clear_m = frame.width_m - 2 * _HALF_M if block.shape == "straight" else frame.width_m / 2 - _HALF_M - _GAP_M
    width_m = round(min(clear_m - _FRAME_M, _DOOR_M), 2)
    into_deg = round(float(np.rad2deg(np.arctan2(frame.up[1], frame.up[0]))), 1)
    away_deg = into_deg if top_s > 0 else into_deg + 180
    foot, top = frame.place(0.0, foot_t), frame.place(top_s, top_t)
    below = _find_space(block, spaces, block.floor, frame.place(-_BEYOND_M, foot_t), "foot")
    beyond_s = top_s + (_BEYOND_M if top_s > 0 else -_BEYOND_M)
    above = _find_space(block, spaces, block.upper, frame.place(beyond_s, top_t), "top")
    door = {"width_m": width_m, "height_m": 2.3}
    stem = block.zone_id[:34]
    return Stairwell(
        space=Space(
            zone_id=block.zone_id,
            name=block.name,
            kind="stair",
            floor=block.floor,
            polygon=frame.box((0.0, frame.length_m), (-frame.width_m / 2, frame.width_m / 2)),
            style="stair",
            height_m=min(rise_m + by_id[block.upper].height_m, 11.9),
        ),
        openings=(
            Opening(
                door_id=f"{stem}-foot",
                name=block.name,
                floor=block.floor,
                at=foot,
                facing_deg=into_deg,
                kind="gap",
                leads_to=below,
                **door,
            ),
            Opening(
                door_id=f"{stem}-high",
                name=f"{block.name}, upper door",
                floor=block.floor,
                at=top,
                facing_deg=away_deg - 180,
                kind="stair",
                leads_to=above,
                z_m=rise_m,
                **door,
            ),
            Opening(
                door_id=f"{stem}-top",
                name=block.name,
                floor=block.upper,
                at=top,
                facing_deg=away_deg,
                kind="stair",
                leads_to=block.zone_id,
                **door,
            ),
        ),
        ramps=ramps,
    )


def _make_frame(block: StairBlock) -> _Frame:
    around = Polygon(block.polygon).minimum_rotated_rectangle
    if not isinstance(around, Polygon):
        raise SiteError(f"{block.name} have no area", todo="draw them again as a rectangle")
    corners = np.asarray(orient(around, sign=1.0).exterior.coords)[:-1]
    sides = np.roll(corners, -1, axis=0) - corners
    lengths_m = np.linalg.norm(sides, axis=1)
    inward_deg = np.rad2deg(np.arctan2(sides[:, 1], sides[:, 0])) + 90
    foot = int(np.abs((inward_deg - block.up_deg + 180) % 360 - 180).argmin())
    along = sides[foot] / lengths_m[foot]
    return _Frame(
        origin=corners[foot] + sides[foot] / 2,
        up=np.array([-along[1], along[0]]),
        left=-along,
        length_m=float(lengths_m[(foot + 1) % 4]),
        width_m=float(lengths_m[foot]),
    )


def _lay_flights(block: StairBlock, frame: _Frame, rise_m: float) -> tuple[tuple[Ramp, ...], float, float, float]:
    """Return flights and landings; across where the foot and the top are, and how far along the top is."""
    side, end = frame.width_m / 2 - _HALF_M, frame.length_m - _HALF_M
    if block.shape == "straight":
        run_m = min(frame.length_m - FOOT_M - LANDING_M, USUAL_SLOPE * rise_m)
        start = frame.length_m - LANDING_M - run_m
        flight = _make_flight(block, frame, (start, start + run_m), (-side, side), (0.0, rise_m))
        landing = _make_landing(block, frame, (start + run_m, frame.length_m + _OVER_M), (-side, side), rise_m)
        return (flight, landing), 0.0, 0.0, frame.length_m
    run_m = min(frame.length_m - 2 * LANDING_M, USUAL_SLOPE * rise_m / 2)
    near = (frame.length_m - run_m) / 2
    first, second = (-side, -_GAP_M), (_GAP_M, side)
    if block.shape == "right":
        first, second = second, first
    half_m = rise_m / 2
    return (
        (
            _make_flight(block, frame, (near, near + run_m), first, (0.0, half_m)),
            _make_landing(block, frame, (near + run_m, end), (-side, side), half_m),
            _make_flight(block, frame, (near + run_m, near), second, (half_m, rise_m)),
            _make_landing(block, frame, (-_OVER_M, near), second, rise_m),
        ),
        sum(first) / 2,
        sum(second) / 2,
        0.0,
    )


def _make_flight(
    block: StairBlock, frame: _Frame, s: tuple[float, float], t: tuple[float, float], z_m: tuple[float, float]
) -> Ramp:
    middle = (t[0] + t[1]) / 2
    return Ramp(
        floor=block.floor,
        polygon=frame.box((min(s), max(s)), t),
        foot=frame.place(s[0], middle),
        top=frame.place(s[1], middle),
        foot_z_m=round(z_m[0], 3),
        top_z_m=round(z_m[1], 3),
        steps=min(_MOST_STEPS, max(2, round((z_m[1] - z_m[0]) / STEP_M))),
    )


def _make_landing(block: StairBlock, frame: _Frame, s: tuple[float, float], t: tuple[float, float], z_m: float) -> Ramp:
    middle = (t[0] + t[1]) / 2
    return Ramp(
        floor=block.floor,
        polygon=frame.box(s, t),
        foot=frame.place(s[0], middle),
        top=frame.place(s[1], middle),
        foot_z_m=round(z_m, 3),
        top_z_m=round(z_m, 3),
    )


def _find_space(block: StairBlock, spaces: Sequence[Space], floor: str, at: PointXY, end: str) -> str:
    found = next((s for s in spaces if s.floor == floor and Polygon(s.polygon).contains(Point(at))), None)
    if found is None:
        raise SiteError(
            f"no room or hall is drawn at the {end} of {block.name}",
            todo=f"draw the hall up to the stairs on the {'lower' if end == 'foot' else 'upper'} floor, "
            "or choose where they go up to",
        )
    return found.zone_id
