"""Light on people: by lamps in the ceiling, by sun and sky, by a camera's infra-red lamp, and by the scene around them.

At each place the scene's light is four numbers a colour: `a` and a vector `b`. A surface that faces along the unit
vector n gets a + b.n, which is what the first two orders of spherical harmonics keep of it (Ramamoorthi and Hanrahan
2001, doi:10.1145/383259.383317). Light that comes evenly from the upper half of all directions, of brightness 1, gives
a = 0.5 and b = (0, 0, 0.5): 1 from above, 0 from below.

Where nothing is baked, light is estimated from the empty picture and its depth. Every part of the picture is a lamp of
its brightness that stands where the depth says. What the picture does not show is taken to be as bright as what is seen
on the average, so it lights from no side. How bright a place is in all is that of the surfaces around it, lamps and
windows left out, beside the picture's ordinary brightness; light from below has the colour of the floor. Pictures say
brightness, not reflectance, so a dark carpet passes for a dark place: the power 0.6 keeps that small.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from shapely import Point, Polygon

from sim.checked import check, read_yaml
from sim.errors import RecordingError
from sim.site.camera import CHEST_M, CameraView
from sim.site.model import CameraSpec, Site, SunSpec

FloatArray = NDArray[np.float32]
GAMMA = 2.2
_TABLE_STEPS = 4096
_AHEAD_M = 5.0
_LAMP_M = 6.0
_LAMP_FALL = 1.4
_LAMP_LEAST, _LAMP_MOST = 0.16, 1.9

SUN_TRAVELS = (-0.50, 0.70, -0.46)
"""Direction in which sunlight travels, in site coordinates, not of unit length; the plates are baked with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lighting:
    ceiling: float  # light on a surface that faces up
    floor: float  # light on a surface that faces down
    key: float  # light on a surface that faces `key_direction`
    key_direction: tuple[float, float, float] = (0.0, 0.0, 1.0)  # [3] world unit vector
    contact: float = 0.5  # how much light the floor right under a person loses, 0..1
    sun: float = 0.0  # how much light the ground loses in a person's cast shadow, 0..1; 0 where no sun shines
    is_infrared: bool = False  # grey pictures by a lamp at the camera, bright near and dark far


INDOORS = Lighting(ceiling=0.86, floor=0.24, key=0.30)
_TO_SUN = -np.array(SUN_TRAVELS) / np.linalg.norm(SUN_TRAVELS)
OUTDOORS = Lighting(
    ceiling=0.52,
    floor=0.22,
    key=0.95,
    key_direction=(float(_TO_SUN[0]), float(_TO_SUN[1]), float(_TO_SUN[2])),
    contact=0.3,
    sun=0.52,
)
NIGHT = Lighting(ceiling=0.10, floor=0.08, key=0.80, contact=0.12, is_infrared=True)


def make_daylight(sun: SunSpec) -> Lighting:
    """Return how people are lit under the open sky: the less sun, the more of the light comes from all of it."""
    azimuth, elevation = np.deg2rad([sun.azimuth_deg, sun.elevation_deg])
    flat = float(np.cos(elevation))
    towards = (flat * float(np.cos(azimuth)), flat * float(np.sin(azimuth)), float(np.sin(elevation)))
    shade = 1 - sun.strength
    return Lighting(
        ceiling=OUTDOORS.ceiling + 0.40 * shade,
        floor=OUTDOORS.floor + 0.08 * shade,
        key=OUTDOORS.key * sun.strength + 0.22 * shade,
        key_direction=towards,
        contact=OUTDOORS.contact + 0.1 * shade,
        sun=OUTDOORS.sun * sun.strength,
    )


def choose_lighting(site: Site, camera: CameraSpec) -> Lighting:
    """Return how people on a camera are lit: by its own lamp, by a sun of its own, by ours outdoors, or by ceilings."""
    if camera.mode == "night":
        return NIGHT
    if camera.sun is not None:
        return make_daylight(camera.sun)
    yaw = np.deg2rad(camera.yaw_deg)
    aim = Point(camera.position_m[0] + _AHEAD_M * np.cos(yaw), camera.position_m[1] + _AHEAD_M * np.sin(yaw))
    outdoors = (s for s in site.spaces if s.kind == "outdoor" and s.floor == camera.floor)
    return OUTDOORS if any(Polygon(s.polygon).contains(aim) for s in outdoors) else INDOORS


def aim_key_light(lighting: Lighting, backward: NDArray[np.float64]) -> Lighting:
    """Return the lighting with its key light coming from the camera, whose axis points back along [3].

    Indoors it comes from above the camera; a sun stays where it is.
    """
    if lighting.sun > 0:
        return lighting
    rise = 0.0 if lighting.is_infrared else 1.2
    aim = np.array([backward[0], backward[1], max(float(backward[2]), rise)])
    aim /= np.linalg.norm(aim)
    return replace(lighting, key_direction=(float(aim[0]), float(aim[1]), float(aim[2])))


def make_even_light(lighting: Lighting) -> FloatArray:
    """Return the light of ceiling and floor, grey, [4, 3] as `sim.footage.paint.light` has it."""
    grey = [(lighting.ceiling + lighting.floor) / 2, 0.0, 0.0, (lighting.ceiling - lighting.floor) / 2]
    return np.repeat(np.array(grey, dtype=np.float32)[:, None], 3, axis=1)


def make_display_table() -> FloatArray:
    """Return display levels 0..255 of linear light 0..1 in 4,096 steps, the last one twice."""
    levels = 255 * np.linspace(0, 1, _TABLE_STEPS + 1) ** (1 / GAMMA)
    return np.append(levels, levels[-1]).astype(np.float32)


def compute_lamp_reach(distance_m: float) -> float:
    """Return how bright an infra-red lamp at the camera lights somebody, 1 at 6 m.

    Falls slower than with the square of the distance, because cameras turn their gain down when somebody is near.
    """
    return float(np.clip((_LAMP_M / max(distance_m, 0.5)) ** _LAMP_FALL, _LAMP_LEAST, _LAMP_MOST))


def make_infrared_albedo(albedo: FloatArray) -> FloatArray:
    """Return what cloth and skin [v, 3] reflect of infra-red light, grey [v, 3]: most dyes are nearly clear to it."""
    grey = albedo @ np.array([0.114, 0.587, 0.299], dtype=np.float32)
    return np.repeat((0.22 + 0.5 * grey)[:, None], 3, axis=1).astype(np.float32)


NEWEST_SCHEMA = 1
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


DoubleArray = NDArray[np.float64]

SKY_M = 200.0
"""How far away the sky is taken to be."""
_PARTS_WH = (64, 36)
_LEAST_COSINE = 0.15
_LEAST_M2 = 1.0
_LAMP = 0.78
_MOST_LIGHT = 4.0
_SHOULDER = 0.62
_POWER = 0.6
_DARKEST, _BRIGHTEST = 0.45, 1.5
_TINT_SHARE = 0.3
_BOUNCE_TINT = 0.8
_MOST_SIDE = 0.6
_FULL_TURN = 4 * np.pi


def undo_shoulder(shown: DoubleArray) -> DoubleArray:
    """Return the light that `tools.authoring.scene.compress` showed as 0..1, at most 4: cameras bend to white alike.

    0.860 was 1.0.
    """
    room = 1 - _SHOULDER
    bent = _SHOULDER - room * np.log(np.maximum(1 - np.maximum(shown, _SHOULDER), 1e-6) / room)
    return np.minimum(np.where(shown <= _SHOULDER, shown, bent), _MOST_LIGHT)


def read_picture_light(bgr: NDArray[np.uint8]) -> DoubleArray:
    """Return the linear light [h, w, 3] that a picture [h, w, 3] shows, 0..4."""
    return undo_shoulder((bgr.astype(np.float64) / 255) ** GAMMA)


def estimate_light(
    light: DoubleArray, depth_m: NDArray[np.float32], view: CameraView, places_m: DoubleArray, lighting: Lighting
) -> Irradiance:
    """Return the light at places [p, 3] of a scene that sends linear light [h, w, 3] from depth [h, w], blue-green-red.

    `lighting` says what a place of ordinary brightness gets from above and from below.
    """
    parts = cv2.resize(light.astype(np.float32), _PARTS_WH, interpolation=cv2.INTER_AREA)
    bright = np.asarray(parts, dtype=np.float64).reshape(-1, 3)
    shown = np.minimum(bright, 1.0)
    grey = shown.mean(axis=1)
    at, normal, area = _measure_parts(depth_m, view)
    is_lamp = grey > _LAMP
    ordinary = float(np.median(grey))
    cast = shown.mean(axis=0) / max(float(grey.mean()), 1e-4)
    is_floor = normal[:, 2] > 0.7
    found = np.empty((len(places_m), 4, 3), dtype=np.float32)
    for number, place in enumerate(places_m):
        way = at - place
        away2 = np.maximum((way * way).sum(axis=1), _LEAST_M2)
        toward = way / np.sqrt(away2)[:, None]
        facing = np.maximum(-(toward * normal).sum(axis=1), 0.0)
        angle = area * facing / away2
        angle *= min(1.0, _FULL_TURN / max(float(angle.sum()), 1e-9))
        around = _average(shown, np.where(is_lamp, 0, angle), otherwise=shown.mean(axis=0))
        brightness = np.clip((float(around.mean()) / max(ordinary, 1e-3)) ** _POWER, _DARKEST, _BRIGHTEST)
        tint = around / max(float(around.mean()), 1e-4)
        colour = ((1 - _TINT_SHARE) * cast + _TINT_SHARE * tint) ** _POWER
        floor = _average(shown, np.where(is_floor & (place[2] > at[:, 2]), angle, 0), otherwise=around)
        bounce = (1 - _BOUNCE_TINT) * colour + _BOUNCE_TINT * floor / max(float(floor.mean()), 1e-4)
        above, below = lighting.ceiling * brightness * colour, lighting.floor * brightness * bounce
        found[number, 0] = (above + below) / 2
        # b along x and y
        usual = _average(bright, angle, otherwise=bright.mean(axis=0))
        found[number, 1:3] = _limit(
            np.asarray((toward[:, :2] * angle[:, None]).T @ (bright - usual) / (2 * np.pi)), found[number, 0]
        )
        found[number, 3] = (above - below) / 2
    return Irradiance(places_m=places_m.astype(np.float32), light=found)


def _limit(side: DoubleArray, even: NDArray[np.float32]) -> DoubleArray:
    """Return b along x and y, cut so that no side gets less than 40 % of what all get evenly."""
    longest = float(np.hypot(side[0].mean(), side[1].mean()))
    most = _MOST_SIDE * float(even.mean())
    return side * min(1.0, most / max(longest, 1e-9))


def _average(values: DoubleArray, weights: DoubleArray, *, otherwise: DoubleArray) -> DoubleArray:
    total = float(weights.sum())
    return weights @ values / total if total > 1e-6 else otherwise


def _measure_parts(depth_m: NDArray[np.float32], view: CameraView) -> tuple[DoubleArray, DoubleArray, DoubleArray]:
    """Return where each part of a picture is [n, 3], which way it faces [n, 3], and its area [n] in square meters."""
    columns, rows = _PARTS_WH
    width, height = view.size_wh
    x, y = np.meshgrid((np.arange(columns) + 0.5) * width / columns, (np.arange(rows) + 0.5) * height / rows)
    rays = view.compute_rays(np.stack([x.reshape(-1), y.reshape(-1)], axis=1)) @ view.rotation
    depth = cv2.resize(depth_m, _PARTS_WH, interpolation=cv2.INTER_NEAREST).reshape(-1, 1).astype(np.float64)
    at = (rays * depth + view.position_m).reshape(rows, columns, 3)
    normal = np.cross(np.gradient(at, axis=1), np.gradient(at, axis=0)).reshape(-1, 3)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    length = np.linalg.norm(rays, axis=1)
    sight = rays / length[:, None]
    normal *= -np.sign((normal * sight).sum(axis=1, keepdims=True))
    cosine = np.maximum(-(normal * sight).sum(axis=1), _LEAST_COSINE)
    pixel = 4 * view.tan_half_wh[0] * view.tan_half_wh[1] / (columns * rows)
    return at.reshape(-1, 3), normal, pixel * depth[:, 0] ** 2 / (length * cosine)
