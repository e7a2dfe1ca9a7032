"""Bakes the vehicles that drive, a school bus and cars of several shapes, as they stand in plates, for the painter.

    python -m tools.authoring.bake_vehicles scenarios/vehicles

Needs numpy and shapely alone.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.site.model import Furnishing
from tools.authoring.geometry import Model, Spot
from tools.authoring.materials import DARK, GLASS, RED, STEEL, WHITE, YELLOW, Material, paint
from tools.authoring.pictures import draw_sign

DOOR_FROM_FRONT_M = (1.5, 2.45)
HOOD_M = 1.2
TYRE = paint((0.018, 0.018, 0.02), gloss=0.6)

# side outlines in meters, x from the middle towards the front, z up: body, then glass
CAR_SHAPES: dict[str, tuple[tuple[tuple[float, float], ...], tuple[tuple[float, float], ...]]] = {
    "sedan": (
        ((-2.3, 0.35), (2.3, 0.35), (2.32, 0.72), (2.1, 0.88), (1.05, 0.98), (0.3, 1.43), (-0.95, 1.45), (-1.75, 1.02),
         (-2.3, 0.96)),
        ((0.86, 1.02), (0.24, 1.37), (-0.9, 1.39), (-1.5, 1.04)),
    ),
    "suv": (
        ((-2.35, 0.42), (2.35, 0.42), (2.36, 0.9), (2.1, 1.08), (1.2, 1.18), (0.55, 1.72), (-1.9, 1.76), (-2.32, 1.2)),
        ((1.0, 1.22), (0.5, 1.64), (-1.82, 1.68), (-2.05, 1.24)),
    ),
    "van": (
        ((-2.5, 0.36), (2.5, 0.36), (2.5, 0.85), (1.95, 1.1), (1.0, 1.75), (-2.2, 1.8), (-2.48, 1.2)),
        ((1.6, 1.16), (0.92, 1.66), (-2.1, 1.7), (-2.25, 1.18)),
    ),
}  # fmt: skip


def build_bus(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add a school bus whose front points along local +x; the door towards +y stands open. `text` is its number."""
    width, depth, height = item.size_m
    half = width / 2
    body = paint(item.colour, gloss=0.2) if item.colour else YELLOW
    front = half - HOOD_M
    door_far, door_near = half - DOOR_FROM_FRONT_M[1], half - DOOR_FROM_FRONT_M[0]
    low, head = 0.45, height - 0.55
    at.add_box(body, (-half, 0.0, low), (door_far, depth, height - 0.1), bevel_m=0.12)
    at.add_box(body, (door_near, 0.0, low), (front, depth, height - 0.1), bevel_m=0.06)
    at.add_box(body, (door_far - 0.2, 0.0, low), (front, depth * 0.42, height - 0.1), bevel_m=0.05)
    at.add_box(body, (door_far - 0.2, 0.0, head), (front, depth, height - 0.1), bevel_m=0.08)
    at.add_box(DARK, (door_far - 0.1, depth * 0.42, low), (door_near + 0.1, depth * 0.44, head))
    for z in (low - 0.14, low + 0.08):
        at.add_box(DARK, (door_far, depth * 0.45, z), (door_near, depth - 0.12, z + 0.06))
    for x in (door_far - 0.02, door_near - 0.02):
        at.add_box(DARK, (x, depth - 0.1, low), (x + 0.04, depth + 0.35, head), bevel_m=0.01)
    at.add_box(body, (front - 0.1, 0.2, low), (half, depth - 0.2, 1.55), bevel_m=0.16)
    at.add_box(DARK, (half - 0.01, 0.45, 0.75), (half + 0.02, depth - 0.45, 1.25), bevel_m=0.02)
    for y in (0.32, depth - 0.52):
        at.add_box(WHITE, (half - 0.02, y, 0.95), (half + 0.03, y + 0.2, 1.15), bevel_m=0.03)
    at.add_box(DARK, (half - 0.05, 0.05, 0.4), (half + 0.1, depth - 0.05, 0.62), bevel_m=0.03)
    at.add_box(DARK, (-half - 0.08, 0.05, 0.42), (-half + 0.02, depth - 0.05, 0.66), bevel_m=0.03)
    at.add_box(GLASS, (front - 0.02, 0.2, 1.65), (front + 0.012, depth - 0.2, 2.45), bevel_m=0.02)
    at.add_box(GLASS, (-half - 0.012, 0.4, 1.6), (-half + 0.02, depth - 0.4, 2.3), bevel_m=0.02)
    _build_bus_sides(at, item, ends=(-half, door_far))
    at.add_box(WHITE, (-half + 0.15, 0.12, height - 0.13), (front - 0.15, depth - 0.12, height), bevel_m=0.05)
    for x in (-half + 2.3, front - 0.1):
        _build_wheels(at, x, depth, 0.48)


def _build_bus_sides(at: Spot, item: Furnishing, *, ends: tuple[float, float]) -> None:
    _, depth, height = item.size_m
    back, door = ends
    for z in (0.95, 1.4, 1.62):
        at.add_box(DARK, (back + 0.05, -0.012, z), (door - 0.02, depth + 0.012, z + 0.045))
    panes = max(2, int((door - back - 0.4) / 0.78))
    for number in range(panes):
        x = back + 0.3 + number * (door - back - 0.4) / panes
        for y, side in ((-0.014, 0), (depth + 0.002, 1)):
            at.add_box(DARK, (x, y, 1.78), (x + 0.68, y + 0.012, height - 0.62), bevel_m=0.008)
            shift = 0.006 if side else -0.004
            at.add_box(GLASS, (x + 0.03, y + shift, 1.81), (x + 0.65, y + 0.012 + shift, height - 0.65))
    words = draw_sign("SCHOOL BUS", (0.72, 0.36, 0.02), size_px=(560, 70))
    plate = draw_sign(item.text or "12", (0.02, 0.02, 0.02), size_px=(120, 70))
    middle, y = (back + door) / 2, depth + 0.014
    at.add_picture(words, (middle - 1.3, y, 1.07), (middle + 1.3, y, 1.07), 0.3)
    at.add_picture(plate, (door - 0.72, y, 1.07), (door - 0.2, y, 1.07), 0.3)


def _build_wheels(at: Spot, x: float, depth: float, radius: float) -> None:
    for y1, y2 in ((-0.02, 0.26), (depth - 0.26, depth + 0.02)):
        at.add_cylinder(TYRE, (x, y1, radius), (x, y2, radius), radius, sides=24)
        at.add_cylinder(STEEL, (x, y1 - 0.006, radius), (x, y2 + 0.006, radius), radius * 0.55, sides=18)


def build_car(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a parked car, front towards local +x; `text` is sedan, suv or van."""
    width, depth, _ = item.size_m
    body_outline, glass_outline = CAR_SHAPES[item.text or "sedan"]
    scale = width / 4.7
    paintwork = Material(colour=item.colour or (0.12, 0.13, 0.15), gloss=0.12)
    shape = np.asarray(body_outline) * (scale, 1.0)
    glass = np.asarray(glass_outline) * (scale, 1.0)
    waist = float(glass[:, 1].min()) - 0.04
    lower = shape.copy()
    lower[:, 1] = np.minimum(lower[:, 1], waist)
    at.add_profile(paintwork, lower, 0.0, depth)
    at.add_profile(paintwork, shape, 0.13, depth - 0.13)
    at.add_profile(GLASS, glass, 0.12, depth - 0.12)
    slope_front = np.array(
        [glass[0] + (0.16, 0.0), glass[1] + (0.07, 0.02), glass[1] + (0.02, 0.0), glass[0] + (0.1, -0.02)]
    )
    at.add_profile(GLASS, slope_front, 0.22, depth - 0.22)
    at.add_box(DARK, (-width / 2 + 0.1, 0.06, 0.2), (width / 2 - 0.1, depth - 0.06, 0.4))
    for x in (-width * 0.3, width * 0.31):
        _build_wheels(at, x, depth, 0.33)
    for y in (0.12, depth - 0.42):
        at.add_box(WHITE, (width / 2 - 0.06, y, 0.62), (width / 2 + 0.01, y + 0.3, 0.74), bevel_m=0.02)
        at.add_box(RED, (-width / 2 - 0.012, y, 0.72), (-width / 2 + 0.05, y + 0.3, 0.88), bevel_m=0.02)
    plate = draw_sign("MRS 204" if rng.random() < 0.5 else "LKT 718", (0.5, 0.5, 0.52), size_px=(160, 80))
    y = depth / 2
    at.add_picture(plate, (width / 2 + 0.012, y + 0.16, 0.45), (width / 2 + 0.012, y - 0.16, 0.45), 0.15)
    at.add_picture(plate, (-width / 2 - 0.012, y - 0.16, 0.6), (-width / 2 - 0.012, y + 0.16, 0.6), 0.15)


FloatArray = NDArray[np.float64]

VEHICLES_SCHEMA = 1
BUS_M = (11.0, 2.5, 3.05)
CAR_M = (4.8, 1.85, 1.6)
_PAINT = (0.5, 0.25, 0.125)
_LONGEST_M = 1.3


def bake(folder: Path) -> None:
    """Write `vehicles.npz`: of each kind vertices, faces, colours, shade, and which vertices have the own paint."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[np.generic]] = {"schema_version": np.asarray(VEHICLES_SCHEMA)}
    for kind in ("bus", "bus_open", *CAR_SHAPES):
        for name, values in _bake_one(kind).items():
            arrays[f"{kind}/{name}"] = values
    np.savez_compressed(folder / "vehicles.npz", **arrays)  # type: ignore[arg-type]


def _bake_one(kind: str) -> dict[str, NDArray[np.generic]]:
    """Return one vehicle, front along +x, left along +y, its middle over the origin."""
    model = Model()
    at = model.at(0.0, 0.0, 0.0, facing_deg=90.0)
    rng = np.random.default_rng(1)
    if kind.startswith("bus"):
        build_bus(at, Furnishing(floor="0", kind="bus", at=(0, 0), size_m=BUS_M, text=""), rng)
        size_m = BUS_M
        if kind == "bus":
            _close_door(at)
    else:
        car = Furnishing(floor="0", kind="car", at=(0, 0), size_m=CAR_M, colour=_PAINT, text=kind)
        build_car(at, car, rng)
        size_m = CAR_M
    parts = [
        (np.concatenate(buffer.vertices), np.concatenate(buffer.faces), material)
        for material, buffer in model.meshes.items()
    ]
    vertices, faces, albedo, painted = [], [], [], []
    start = 0
    for points, triangles, material in parts:
        corners, cut = _cut_long(points, triangles)
        vertices.append(corners)
        faces.append(cut + start)
        start += len(corners)
        albedo.append(np.tile(_get_colour(material), (len(corners), 1)))
        painted.append(np.full(len(corners), material.colour == _PAINT))
    placed = np.concatenate(vertices)
    placed[:, 1] -= size_m[1] / 2
    placed[:, :2] *= -1
    return {
        "vertices_m": placed.astype(np.float32),
        "faces": np.concatenate(faces).astype(np.int32),
        "albedo": np.concatenate(albedo).astype(np.float32),
        "painted": np.concatenate(painted),
        "size_m": np.asarray(size_m, dtype=np.float32),
    }


def _get_colour(material: Material) -> tuple[float, float, float]:
    """Return the colour that a material has from afar; lettering is as yellow as what it stands on."""
    if material.picture:
        return (0.60, 0.31, 0.02)
    return (0.035, 0.042, 0.05) if material == GLASS else material.colour


def _close_door(at: Spot) -> None:
    width, depth, height = BUS_M
    far, near = width / 2 - DOOR_FROM_FRONT_M[1], width / 2 - DOOR_FROM_FRONT_M[0]
    low, head = 0.45, height - 0.55
    at.add_box(YELLOW, (far, depth - 0.1, low), (near, depth - 0.02, head), bevel_m=0.02)
    middle = (far + near) / 2
    for left, right in ((far + 0.06, middle - 0.04), (middle + 0.04, near - 0.06)):
        at.add_box(GLASS, (left, depth - 0.03, low + 0.12), (right, depth - 0.005, head - 0.1))
    at.add_box(DARK, (middle - 0.02, depth - 0.03, low), (middle + 0.02, depth - 0.008, head))


def _cut_long(points: FloatArray, faces: NDArray[np.int32]) -> tuple[FloatArray, NDArray[np.int32]]:
    """Return the triangles, each with corners of its own, cut until no side is long: lenses bend long lines."""
    corners = points[faces]
    done = []
    while len(corners):
        sides = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
        longest = sides.argmax(axis=1)
        is_long = sides.max(axis=1) > _LONGEST_M
        done.append(corners[~is_long])
        rows, turn = np.flatnonzero(is_long), longest[is_long]
        a, b, c = (corners[rows, (turn + k) % 3] for k in range(3))
        half = (a + b) / 2
        corners = np.concatenate([np.stack([a, half, c], axis=1), np.stack([half, b, c], axis=1)])
    flat = np.concatenate(done).reshape(-1, 3)
    unique, inverse = np.unique(np.round(flat, 5), axis=0, return_inverse=True)
    normals = np.repeat(_compute_normals(np.concatenate(done)), 3, axis=0)
    keys, first, place = np.unique(
        np.column_stack([inverse.reshape(-1), np.round(normals, 2)]), axis=0, return_index=True, return_inverse=True
    )
    del keys, unique
    return flat[first], place.reshape(-1, 3).astype(np.int32)


def _compute_normals(corners: FloatArray) -> FloatArray:
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    bake(parser.parse_args().folder)
