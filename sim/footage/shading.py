"""Light on people: a bright ceiling, a floor that throws some back, and a weak light from behind the camera."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

GAMMA = 2.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Lighting:
    """How a room is lit, linear.

    Attributes:
        ceiling: light on a surface that faces up.
        floor: light on a surface that faces down.
        key: light on a surface that faces `key_direction`.
        key_direction: [3] world unit vector.
    """

    ceiling: float
    floor: float
    key: float
    key_direction: tuple[float, float, float]


INDOORS = Lighting(ceiling=0.86, floor=0.24, key=0.30, key_direction=(0.0, 0.0, 1.0))


def aim_key_light(lighting: Lighting, backward: NDArray[np.float64]) -> Lighting:
    """Return the lighting with its weak light coming from above the camera, whose axis points back along [3]."""
    aim = np.array([backward[0], backward[1], 1.2])
    aim /= np.linalg.norm(aim)
    return replace(lighting, key_direction=(float(aim[0]), float(aim[1]), float(aim[2])))


def shade_vertices(
    albedo: FloatArray, occlusion: FloatArray, normals: FloatArray, lighting: Lighting, light: FloatArray
) -> FloatArray:
    """Return display colours [v, 3] 0..1 of vertices.

    Args:
        albedo: [v, 3] linear, blue-green-red.
        occlusion: [v] 0..1.
        normals: [v, 3] world unit vectors.
        lighting: of the room.
        light: [3] brightness and tint where the person stands, 1 is ordinary.
    """
    up = 0.5 + 0.5 * normals[:, 2]
    sky = lighting.floor + (lighting.ceiling - lighting.floor) * up
    key = np.clip(normals @ np.asarray(lighting.key_direction, dtype=np.float32), 0, 1)
    amount = (sky + lighting.key * key) * occlusion
    linear = albedo * (amount[:, None] * light[None, :])
    return np.asarray(np.clip(linear, 0, 1) ** np.float32(1 / GAMMA), dtype=np.float32)
