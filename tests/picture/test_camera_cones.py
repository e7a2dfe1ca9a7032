"""A camera's cone on the plan is the floor in its picture, for every camera of two sites.

Visible floor, here and in sim/site/drawn_plan.py: floor of the camera's storey between the walls' faces, stairs and
doorways included, up to 65 m away, that lies in the picture as the lens draws it and that neither walls, the wall over
an opening, the sill of a window, stairs, canopies nor buildings hide. Furniture, plants and vehicles are looked past:
they hide floor, but not the person who walks behind them.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from shapely import contains_xy, unary_union
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from sim.footage.compiled import compiled
from sim.site.camera import CameraView, make_view
from sim.site.coverage import FloorModel, make_floor_model
from sim.site.drawn_plan import compute_visible_floor
from sim.site.model import CameraSpec, Site, load_site
from sim.site.plan import make_doorway, make_footprint

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
CELL_M = 0.15
SQUARE_M = 0.05
STRIDE_M = 0.04
NEAR_M = 0.05
REACH_M = 65.0
HANGING_M = 0.05
FLOOR, WALL, OPEN, ROOF = slice(0, 1), slice(1, 2), slice(0, 2), slice(2, 4)


def make_floor_cells(site: Site, floor_id: str) -> FloatArray:
    inner = [
        Polygon(s.polygon).buffer(0.0 if s.kind == "outdoor" else -0.1, join_style="mitre")
        for s in site.spaces
        if s.floor == floor_id
    ]
    through = [o for o in site.openings if o.floor == floor_id and o.leads_to is not None and o.z_m <= 0]
    shape = unary_union([*inner, *(make_doorway(o, inward_m=0.11, outward_m=0.11) for o in through)])
    left, bottom, right, top = shape.bounds
    columns, rows = np.arange(left + CELL_M / 2, right, CELL_M), np.arange(bottom + CELL_M / 2, top, CELL_M)
    x, y = (grid.ravel() for grid in np.meshgrid(columns, rows))
    kept = contains_xy(shape, x, y)
    return np.stack([x[kept], y[kept], _measure_heights(site, floor_id, x[kept], y[kept])], axis=1)


def _measure_heights(site: Site, floor_id: str, x: FloatArray, y: FloatArray) -> FloatArray:
    ground_m = next(f.elevation_m for f in site.floors if f.floor_id == floor_id)
    heights = np.full(len(x), float(ground_m))
    for ramp in (r for r in site.ramps if r.floor == floor_id):
        foot, run = np.asarray(ramp.foot), np.asarray(ramp.top) - np.asarray(ramp.foot)
        share = np.clip((np.stack([x, y], axis=1) - foot) @ run / (run @ run), 1e-6, 1.0)
        share = np.ceil(share * ramp.steps - 1e-9) / ramp.steps if ramp.steps else share
        on = contains_xy(Polygon(ramp.polygon), x, y)
        heights[on] = (ground_m + ramp.foot_z_m + share * (ramp.top_z_m - ramp.foot_z_m))[on]
    return heights


@dataclass(frozen=True, slots=True, kw_only=True)
class HeightMap:
    corner: FloatArray  # [2], least x and y
    limits_m: FloatArray
    """[rows, columns, 4]: up to where floor, stairs and buildings reach, from where on there is wall, and the underside
    and the top of a canopy (equal where there is none)."""

    def mark(self, shape: BaseGeometry, limits: slice, values: tuple[float, ...], *, within: bool = False) -> None:
        for part in getattr(shape, "geoms", [shape]):
            squares, x, y = self.find_squares(part)
            on = contains_xy(part, x, y)
            if within:
                on &= squares[..., 1] == -np.inf
            squares[on, limits] = values

    def find_squares(self, shape: BaseGeometry) -> tuple[FloatArray, FloatArray, FloatArray]:
        low = np.maximum(np.floor((np.asarray(shape.bounds[:2]) - self.corner) / SQUARE_M).astype(int), 0)
        high = np.ceil((np.asarray(shape.bounds[2:]) - self.corner) / SQUARE_M).astype(int) + 1
        squares = self.limits_m[low[1] : high[1], low[0] : high[0]]
        x, y = np.meshgrid(*(np.arange(count) for count in squares.shape[1::-1]))
        return squares, self.corner[0] + (low[0] + x + 0.5) * SQUARE_M, self.corner[1] + (low[1] + y + 0.5) * SQUARE_M


def make_height_map(site: Site, floor_id: str) -> HeightMap:
    ground_m = next(f.elevation_m for f in site.floors if f.floor_id == floor_id)
    left, bottom, right, top = unary_union([Polygon(s.polygon) for s in site.spaces]).buffer(1.0).bounds
    limits_m = np.empty((int((top - bottom) / SQUARE_M) + 1, int((right - left) / SQUARE_M) + 1, 4))
    limits_m[:] = (ground_m, np.inf, 0.0, 0.0)
    heights = HeightMap(corner=np.array([left, bottom]), limits_m=limits_m)
    inside = [s for s in site.spaces if s.kind == "stair" or (s.floor == floor_id and s.kind != "outdoor")]
    rooms = [Polygon(space.polygon) for space in inside]
    for room in rooms:
        beside = unary_union([other for other in rooms if other is not room])
        heights.mark(room.buffer(0.1, join_style="mitre").difference(unary_union([room, beside])), WALL, (-np.inf,))
        heights.mark(room.difference(room.buffer(-0.1, join_style="mitre")), WALL, (-np.inf,))
    for opening in (o for o in site.openings if o.floor == floor_id and o.leads_to is not None and o.z_m <= 0):
        doorway = make_doorway(opening, inward_m=0.3, outward_m=0.3)
        heights.mark(doorway, WALL, (ground_m + opening.height_m,), within=True)
    for thing in (f for f in site.furnishings if f.floor == floor_id):
        low_m, high_m = ground_m + thing.z_m, ground_m + thing.z_m + thing.size_m[2]
        if thing.kind == "window":
            behind = {"facing_deg": thing.facing_deg + 180, "size_m": (thing.size_m[0], 0.4, thing.size_m[2])}
            slot = make_footprint(thing.model_copy(update=behind))
            heights.mark(slot, OPEN, (low_m, high_m), within=True)
        elif thing.kind == "building":
            heights.mark(make_footprint(thing), FLOOR, (high_m,))
        elif thing.kind == "canopy":
            heights.mark(make_footprint(thing), ROOF, (high_m - 0.34, high_m))
    for ramp in (r for r in site.ramps if r.floor == floor_id):
        squares, x, y = heights.find_squares(Polygon(ramp.polygon))
        on = contains_xy(Polygon(ramp.polygon), x, y)
        squares[on, FLOOR] = _measure_heights(site, floor_id, x[on], y[on])[:, None]
    return heights


@compiled
def _walk_lines(ends: FloatArray, eye: FloatArray, corner: FloatArray, limits_m: FloatArray) -> BoolArray:
    free = np.ones(len(ends), dtype=np.bool_)
    for k in range(len(ends)):
        x, y, z = ends[k, 0], ends[k, 1], ends[k, 2]
        dx, dy, dz = eye[0] - x, eye[1] - y, eye[2] - z
        count = int(np.sqrt(dx * dx + dy * dy) / STRIDE_M) + 1
        for step in range(count):
            share = (step + 0.5) / count
            column = int((x + share * dx - corner[0]) / SQUARE_M)
            row = int((y + share * dy - corner[1]) / SQUARE_M)
            at = z + share * dz
            low_m, high_m, under_m, over_m = limits_m[row, column]
            if at < low_m - 1e-6 or at > high_m or under_m < at < over_m:
                free[k] = False
                break
    return free


def _is_in_picture(view: CameraView, cells: FloatArray) -> BoolArray:
    pixels, depth = view.compute_pixels(cells)
    size = np.asarray(view.size_wh)
    away = np.hypot(*(cells[:, :2] - view.position_m[:2]).T)
    below = view.position_m[2] - cells[:, 2] > HANGING_M
    inside = ((pixels >= 0) & (pixels < size)).all(axis=1)
    return np.asarray((depth > NEAR_M) & inside & below & (away < REACH_M))


SITES = Path(__file__).parents[2] / "scenarios" / "sites"
MOST_OFF = 0.02


@cache
def get_site(site_id: str) -> Site:
    return load_site(SITES / site_id)


@cache
def get_storey(site_id: str, floor_id: str) -> tuple[FloatArray, HeightMap, FloorModel]:
    site = get_site(site_id)
    return make_floor_cells(site, floor_id), make_height_map(site, floor_id), make_floor_model(site, floor_id)


CAMERAS = [
    pytest.param(site_id, camera, id=f"{site_id}-{camera.camera_id}")
    for site_id in ("maple-ridge", "lincoln-high")
    for camera in get_site(site_id).cameras
]


@pytest.mark.parametrize(("site_id", "camera"), CAMERAS)
def test_cone_is_the_floor_in_the_picture(site_id: str, camera: CameraSpec) -> None:
    cells, heights, model = get_storey(site_id, camera.floor)
    cone = contains_xy(compute_visible_floor(model, camera), cells[:, 0], cells[:, 1])
    view = make_view(camera)
    seen = _is_in_picture(view, cells)
    index = np.flatnonzero(seen)
    seen[index] = _walk_lines(cells[index], view.position_m, heights.corner, heights.limits_m)
    assert (cone ^ seen).sum() <= MOST_OFF * seen.sum()
