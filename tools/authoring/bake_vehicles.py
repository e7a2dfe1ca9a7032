"""Bakes the vehicles that drive: the same bus and cars that stand in plates, as meshes for the painter.

    python -m tools.authoring.bake_vehicles scenarios/vehicles

Needs numpy and shapely alone.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.site.model import Furnishing
from tools.authoring.geometry import Model, Spot
from tools.authoring.materials import DARK, GLASS, YELLOW, Material
from tools.authoring.outdoor_vehicles import CAR_SHAPES, DOOR_FROM_FRONT_M, build_bus, build_car

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
