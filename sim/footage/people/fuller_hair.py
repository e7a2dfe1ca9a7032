"""Hair with volume and an uneven outline: short, and tied.

Short hair comes in five shapes, so that two heads of short brown hair differ; which, the person alone decides.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.footage.people.head import Head, look

FloatArray = NDArray[np.float32]
Line = tuple[tuple[float, float], ...]

_SIDES = ((78, 106), (86, 108), (94, 84), (108, 82), (120, 106), (140, 122), (180, 127))
_TEMPLE = ((0, 50), (22, 52), (42, 57), (56, 68), (66, 84), (72, 100), *_SIDES)
_SWEPT = ((0, 56), (22, 58), (42, 62), (56, 70), (66, 86), (72, 100), *_SIDES)
_SHAGGY = ((0, 64), (22, 65), (42, 70), (56, 82), (66, 98), (78, 112), (94, 114), (112, 116), (140, 128), (180, 133))
_BACK = (
    *((0, 49), (25, 52), (46, 59), (60, 72), (70, 90), (78, 100)),
    *((86, 98), (98, 84), (110, 88), (122, 106), (140, 118), (180, 121)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HairShape:
    """One shape of hair over the skull, for a body 1.6 m tall."""

    line: Line  # the hairline, degrees around from the face and down from the crown
    # top_m, side_m, front_m: how thick hair is on the crown, on sides and back, and over the forehead, meters
    top_m: float
    side_m: float
    front_m: float
    lock_m: float = 0.003  # how far locks stand out or lie lower
    ragged_deg: float = 2.0  # how uneven the hairline is
    lean: float = 0.0  # how much more there is on the left, -1..1, as under a parting


SHORT = (
    HairShape(line=_TEMPLE, top_m=0.015, side_m=0.008, front_m=0.014, lock_m=0.0015, ragged_deg=1.0),
    HairShape(line=_TEMPLE, top_m=0.028, side_m=0.010, front_m=0.036, lock_m=0.004),
    HairShape(line=_SWEPT, top_m=0.026, side_m=0.013, front_m=0.026, lock_m=0.003, lean=0.5),
    HairShape(line=_SHAGGY, top_m=0.029, side_m=0.022, front_m=0.024, lock_m=0.005, ragged_deg=4.0),
    HairShape(line=_SWEPT, top_m=0.038, side_m=0.016, front_m=0.036, lock_m=0.008, ragged_deg=3.0),
)
PULLED = HairShape(line=_BACK, top_m=0.017, side_m=0.010, front_m=0.014, lock_m=0.0015, ragged_deg=1.5)


def make_fuller_shell(
    head: Head, shape: HairShape, rng: np.random.Generator, *, columns: int, pressed: bool, rows: int = 11
) -> tuple[FloatArray, FloatArray]:
    """Return hair over the skull, vertices [rows + 1, columns, 3], and how far down each is, 0 crown to 1 edge.

    Under a hat it is `pressed` flat. The last row turns in to the skin.
    """
    around = np.linspace(0, 2 * np.pi, columns, endpoint=False, dtype=np.float32)
    degrees = np.abs(np.rad2deg((around + np.pi) % (2 * np.pi) - np.pi))
    limit = np.interp(degrees, [a for a, _ in shape.line], [p for _, p in shape.line])
    limit = np.deg2rad(limit + shape.ragged_deg * _make_locks(rng, 1, columns, width=1.2)[0])
    share = np.linspace(0.0, 1.0, rows)
    polar = (share[:, None] * limit[None]).astype(np.float32)
    directions = look(np.broadcast_to(around, polar.shape), polar)
    radius = head.measure(directions.reshape(-1, 3)).reshape(polar.shape)
    for _ in range(2):
        radius = 0.5 * radius + 0.25 * (np.roll(radius, 1, axis=1) + np.roll(radius, -1, axis=1))
    high = np.clip(np.cos(polar) * 1.4, 0, 1)
    ahead = np.clip(np.cos(around), 0, 1)[None] * np.clip(np.sin(polar) * 1.5, 0, 1)
    thick = shape.side_m + (shape.top_m - shape.side_m) * high
    thick = thick + np.clip(shape.front_m - thick, 0, None) * ahead
    thick = thick * (1 + 0.35 * shape.lean * np.sin(around)[None] * np.sin(polar))
    locks = _make_locks(rng, rows, columns, width=1.0) * shape.lock_m
    locks[0] = locks[0].mean()
    if pressed:
        thick, locks = np.minimum(thick, 0.006), np.zeros_like(locks)
    edge = 0.002 + 0.25 * thick[-1:]
    full = edge + (thick - edge) * np.sqrt(np.clip(1 - share[:, None] ** 5, 0, 1))
    outer = radius + np.maximum(full + locks, 0.002) * head.scale
    whole = np.concatenate([outer, radius[-1:] - 0.004])
    aim = np.concatenate([directions, directions[-1:]])
    down = np.broadcast_to(np.append(share, 1.0)[:, None], whole.shape)
    return (head.center_m + aim * whole[..., None]).astype(np.float32), down.astype(np.float32)


def _make_locks(rng: np.random.Generator, rows: int, columns: int, *, width: float) -> NDArray[np.float64]:
    """Return noise [rows, columns] of deviation 1 around a head, in locks some columns wide that run down."""
    noise = rng.normal(size=(1, columns)) + 0.7 * rng.normal(size=(rows, columns))
    smooth = (1 - width / 3) * noise + width / 6 * (np.roll(noise, 1, axis=1) + np.roll(noise, -1, axis=1))
    return np.asarray(smooth / max(float(smooth.std()), 1e-9))
