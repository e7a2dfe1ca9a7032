"""The light that falls on people at places of a camera's picture, from the scene around them.

At each place it is four numbers a colour: `a` and a vector `b`. A surface that faces along the unit vector n gets
a + b.n, which is what the first two orders of spherical harmonics keep of it (Ramamoorthi and Hanrahan 2001,
doi:10.1145/383259.383317). Light that comes evenly from the upper half of all directions, of brightness 1, gives
a = 0.5 and b = (0, 0, 0.5): 1 from above, 0 from below.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from sim.checked import check, read_yaml
from sim.errors import RecordingError
from sim.site.camera import CameraView
from sim.site.model import Site

FloatArray = NDArray[np.float32]

NEWEST_SCHEMA = 1
CHEST_M = 1.1
STEP_M = 2.0
FARTHEST_M = 45.0
_BESIDE = 0.25
_DECIMALS = 4

_Colour = tuple[float, float, float]


class _Place(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    xyz_m: tuple[float, float, float]
    light_bgr: tuple[_Colour, _Colour, _Colour, _Colour] = Field(description="a, then b along x, y and z")


class _LightFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: int
    places: Annotated[tuple[_Place, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Irradiance:
    places_m: FloatArray  # [p, 3] float32, chests of people who stand there, site coordinates
    light: FloatArray  # [p, 4, 3] float32, a and b along x, y, z, blue-green-red, linear; 1 shows white paper as white


def list_places(site: Site, view: CameraView) -> NDArray[np.float64]:
    """Return the chests [p, 3] of people who stand along the walk graph, every 2 m, where a camera sees them or nearly.

    People hidden by a wall count too; p may be 0.
    """
    elevation_m = {floor.floor_id: floor.elevation_m for floor in site.floors}
    at = {n.node_id: np.array([*n.at, elevation_m[n.floor] + n.z_m + CHEST_M]) for n in site.walk_nodes}
    points = list(at.values())
    for one, two in site.walk_edges:
        count = int(np.linalg.norm(at[two] - at[one]) / STEP_M)
        points += [at[one] + (at[two] - at[one]) * k / (count + 1) for k in range(1, count + 1)]
    found = np.array(points, dtype=np.float64).reshape(-1, 3)
    pixels, depth = view.compute_pixels(found)
    beside = _BESIDE * np.array(view.size_wh)
    is_near = (depth > 0) & (depth < FARTHEST_M)
    return found[is_near & (pixels > -beside).all(axis=1) & (pixels < view.size_wh + beside).all(axis=1)]


def find_sunlight_file(folder: Path, camera_id: str) -> Path:
    """Return the file of a camera that tells where the sun shines in its picture: 8-bit grey, 255 for all of it."""
    return folder / f"{camera_id}-sun.png"


def find_light_file(folder: Path, camera_id: str) -> Path:
    """Return where the baked light of a camera lies among its plates."""
    return folder / f"{camera_id}-light.json"


def read_light(path: Path) -> Irradiance:
    if not path.is_file():
        raise RecordingError(
            f"the light file {path} is missing",
            expected="the light that was baked with the plate",
            todo="restore the site's plates, or write 'light: estimated' for this camera in site.yaml",
        )
    data = read_yaml(path, fault=RecordingError)
    read = check(
        _LightFile, data, source=str(path), newest=NEWEST_SCHEMA, fault=RecordingError, todo="bake the plates again"
    )
    return Irradiance(
        places_m=np.array([place.xyz_m for place in read.places], dtype=np.float32),
        light=np.array([place.light_bgr for place in read.places], dtype=np.float32),
    )


def write_light(path: Path, irradiance: Irradiance) -> None:
    """Write light as `read_light` reads it. Raises OSError: it cannot be written."""
    places = [
        _Place(
            xyz_m=tuple(np.round(at, _DECIMALS).tolist()),
            light_bgr=tuple(map(tuple, np.round(light, _DECIMALS).tolist())),
        )
        for at, light in zip(irradiance.places_m.astype(float), irradiance.light.astype(float), strict=True)
    ]
    path.write_text(_LightFile(schema_version=NEWEST_SCHEMA, places=tuple(places)).model_dump_json() + "\n")
