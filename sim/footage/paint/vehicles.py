"""The meshes of vehicles, as `tools.authoring.bake_vehicles` writes them."""

import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.vehicle_track import Kind
from sim.errors import NewerSchemaError, RecordingError
from sim.footage.paint.props import PropMesh
from sim.footage.people.mesh_tools import compute_normals

FloatArray = NDArray[np.float32]

VEHICLES_SCHEMA = 1
VEHICLES_FILE = Path(__file__).parents[3] / "scenarios" / "vehicles" / "vehicles.npz"
_LOW_M = 0.9


def load_vehicle(kind: Kind, *, rgb: tuple[float, float, float], is_open: bool, file: Path = VEHICLES_FILE) -> PropMesh:
    """Return a vehicle, front along +x, in a paint; a bus with its door open or closed."""
    name = f"{kind.value}_open" if is_open and kind is Kind.BUS else kind.value
    arrays = _read(file)
    if f"{name}/vertices_m" not in arrays:
        raise RecordingError(f"{file} has no vehicle {name!r}", todo="bake vehicles again: docs/footage-authoring.md")
    vertices, faces = arrays[f"{name}/vertices_m"], arrays[f"{name}/faces"]
    albedo = arrays[f"{name}/albedo"].copy()
    albedo[arrays[f"{name}/painted"]] = rgb
    return PropMesh(
        vertices_m=vertices,
        normals=compute_normals(vertices[None], faces)[0],
        faces=faces,
        albedo=albedo,
        occlusion=(0.55 + 0.45 * np.clip(vertices[:, 2] / _LOW_M, 0, 1)).astype(np.float32),
    )


@cache
def _read(file: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(file) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise RecordingError(
            f"{file} cannot be read: {error}", todo="install Sightline again, or bake vehicles"
        ) from error
    version = int(arrays.get("schema_version", 0))
    if version > VEHICLES_SCHEMA:
        raise NewerSchemaError(f"{file} has schema_version {version}", expected=f"at most {VEHICLES_SCHEMA}")
    return arrays
