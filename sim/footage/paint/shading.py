"""Light on people: by lamps in the ceiling, by sun and sky, or by a camera's own infra-red lamp."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from shapely import Point, Polygon

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
    """How people are lit, linear."""

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
    """Return the light of ceiling and floor, grey, [4, 3] as `sim.footage.paint.irradiance` has it."""
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
