"""Surfaces of a building, the sets of them that a space's `style` names, and their patterns as sRGB pictures.

Colours are linear RGB 0..1.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    colour: Colour  # linear RGB 0..1; multiplies the pattern
    pattern: str = ""  # name of one of `_PATTERNS`, or "" for plain paint
    second: Colour = (0.0, 0.0, 0.0)  # the pattern's other colour
    period_m: float = 1.0  # size in meters that one repeat of the pattern covers
    gloss: float | None = None  # roughness of the coat (smaller is shinier), or None for a matt surface
    metal: bool = False  # bare metal instead of paint
    radiance: float = 0.0  # what it gives off, or 0
    picture: int = 0  # number of the picture it shows, from 1; 0 for none
    group: str = ""  # lamps of one group are drawn as one lamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    # upper, lower: paint of the wall above and below the rail
    upper: Material
    lower: Material
    rail_m: float  # height of the rail, meters
    accent: Material  # rail, door frames and the border of the floor
    floor: Material  # the field of the floor
    border: Material
    border_m: tuple[float, float]  # distance from the wall and width of the border
    lamp_pitch_m: float = 2.9  # about how far apart the ceiling lamps are
    lamp_radiance: float = 9.0


TILE_PERIOD_M = 4.88
CEILING_PERIOD_M = 2.44
BLOCK_PERIOD_M = 3.2


def paint(colour: Colour, *, gloss: float | None = None) -> Material:
    return Material(colour=colour, gloss=gloss)


def plaster(colour: Colour, *, gloss: float) -> Material:
    return Material(colour=colour, pattern="plaster", period_m=BLOCK_PERIOD_M, gloss=gloss)


def block(colour: Colour) -> Material:
    return Material(colour=colour, pattern="block", period_m=BLOCK_PERIOD_M, gloss=0.35)


def tile(colour: Colour, second: Colour | None = None, *, pattern: str = "tile", gloss: float = 0.13) -> Material:
    return Material(colour=colour, second=second or colour, pattern=pattern, period_m=TILE_PERIOD_M, gloss=gloss)


def lamp(colour: Colour, radiance: float, *, group: str) -> Material:
    return Material(colour=colour, radiance=radiance, group=group)


CEILING = Material(colour=(0.78, 0.77, 0.74), pattern="ceiling", period_m=CEILING_PERIOD_M)
STEEL = Material(colour=(0.62, 0.62, 0.60), metal=True, gloss=0.25)
ALUMINIUM = Material(colour=(0.10, 0.10, 0.105), gloss=0.2)
DARK = paint((0.015, 0.015, 0.016), gloss=0.3)
BASE = paint((0.03, 0.03, 0.032), gloss=0.25)
WHITE = paint((0.75, 0.74, 0.70), gloss=0.3)
WOOD = Material(colour=(0.40, 0.21, 0.09), pattern="wood", period_m=1.2, gloss=0.22)
PALE_WOOD = Material(colour=(0.55, 0.36, 0.18), pattern="wood", period_m=1.2, gloss=0.25)
GLASS = paint((0.02, 0.025, 0.03), gloss=0.04)
BRICK = Material(colour=(0.30, 0.11, 0.07), pattern="brick", period_m=1.6)
CONCRETE = Material(colour=(0.42, 0.41, 0.38), pattern="speckle", period_m=3.0)
PAVING = Material(colour=(0.33, 0.32, 0.29), pattern="paving", period_m=6.0)
ASPHALT = Material(colour=(0.07, 0.07, 0.072), pattern="speckle", period_m=3.0)
GRASS = Material(colour=(0.085, 0.105, 0.035), second=(0.16, 0.14, 0.07), pattern="grass", period_m=28.0)
BLADES = (paint((0.07, 0.10, 0.03)), paint((0.11, 0.13, 0.045)), paint((0.16, 0.14, 0.065)))
LEAVES = Material(colour=(0.05, 0.11, 0.03), pattern="speckle", period_m=0.7)
YELLOW = paint((0.75, 0.38, 0.02), gloss=0.2)
RED = paint((0.45, 0.02, 0.02), gloss=0.2)

CREAM = (0.66, 0.61, 0.50)
WARM = (0.68, 0.62, 0.52)

STYLES: dict[str, Style] = {
    "lobby": Style(
        upper=plaster((0.70, 0.66, 0.57), gloss=0.5), lower=block((0.10, 0.16, 0.24)), rail_m=1.05,
        accent=paint((0.60, 0.36, 0.05), gloss=0.25),
        floor=tile((0.50, 0.47, 0.41), (0.42, 0.40, 0.36), pattern="terrazzo", gloss=0.1),
        border=tile((0.07, 0.11, 0.18), pattern="terrazzo", gloss=0.1), border_m=(0.7, 0.35), lamp_pitch_m=2.6,
    ),
    "hall-a": Style(
        upper=block(CREAM), lower=block((0.10, 0.20, 0.36)), rail_m=1.2, accent=paint((0.03, 0.09, 0.24), gloss=0.25),
        floor=tile((0.52, 0.50, 0.44), (0.46, 0.45, 0.41)), border=tile((0.06, 0.14, 0.30)), border_m=(0.46, 0.305),
    ),
    "hall-b": Style(
        upper=block(WARM), lower=block((0.30, 0.075, 0.07)), rail_m=1.2,
        accent=paint((0.20, 0.02, 0.025), gloss=0.25),
        floor=tile((0.55, 0.46, 0.34), (0.40, 0.30, 0.21), pattern="checker"), border=tile((0.26, 0.05, 0.05)),
        border_m=(0.46, 0.305),
    ),
    "office": Style(
        upper=plaster((0.66, 0.63, 0.55), gloss=0.6),
        lower=Material(colour=(0.42, 0.24, 0.11), pattern="wood", period_m=1.2, gloss=0.25), rail_m=0.95,
        accent=paint((0.22, 0.11, 0.045), gloss=0.25),
        floor=Material(colour=(0.10, 0.125, 0.15), second=(0.08, 0.10, 0.13), pattern="carpet", period_m=2.0),
        border=Material(colour=(0.05, 0.06, 0.085), second=(0.05, 0.06, 0.085), pattern="carpet", period_m=2.0),
        border_m=(0.0, 0.25),
    ),
    "stair": Style(
        upper=block((0.66, 0.65, 0.56)), lower=block((0.10, 0.27, 0.17)), rail_m=1.3,
        accent=paint((0.03, 0.13, 0.07), gloss=0.25), floor=tile((0.40, 0.41, 0.38), (0.35, 0.36, 0.34)),
        border=tile((0.06, 0.18, 0.11)), border_m=(0.3, 0.305), lamp_radiance=13.0,
    ),
    "cafeteria": Style(
        upper=plaster((0.70, 0.66, 0.55), gloss=0.5), lower=block((0.13, 0.30, 0.20)), rail_m=1.25,
        accent=paint((0.65, 0.40, 0.05), gloss=0.25),
        floor=tile((0.56, 0.54, 0.47), (0.22, 0.32, 0.25), pattern="checker"), border=tile((0.07, 0.19, 0.12)),
        border_m=(0.3, 0.305), lamp_pitch_m=3.3, lamp_radiance=10.0,
    ),
    "entrance": Style(
        upper=plaster((0.66, 0.63, 0.56), gloss=0.5), lower=block((0.36, 0.22, 0.15)), rail_m=1.05,
        accent=paint((0.03, 0.07, 0.18), gloss=0.25),
        floor=tile((0.33, 0.33, 0.33), (0.28, 0.28, 0.29), pattern="terrazzo", gloss=0.12),
        border=tile((0.24, 0.11, 0.06), pattern="terrazzo", gloss=0.12), border_m=(0.3, 0.4), lamp_pitch_m=2.6,
    ),
    "library": Style(
        upper=plaster((0.62, 0.56, 0.42), gloss=0.6),
        lower=Material(colour=(0.34, 0.19, 0.09), pattern="wood", period_m=1.2, gloss=0.3), rail_m=0.9,
        accent=paint((0.30, 0.14, 0.03), gloss=0.3),
        floor=Material(colour=(0.24, 0.10, 0.05), second=(0.19, 0.075, 0.04), pattern="carpet", period_m=2.0),
        border=Material(colour=(0.09, 0.045, 0.03), second=(0.09, 0.045, 0.03), pattern="carpet", period_m=2.0),
        border_m=(0.3, 0.4), lamp_pitch_m=2.7,
    ),
    "service": Style(
        upper=block((0.50, 0.50, 0.47)), lower=block((0.36, 0.36, 0.34)), rail_m=1.2,
        accent=paint((0.55, 0.34, 0.03), gloss=0.4),
        floor=Material(colour=(0.30, 0.30, 0.29), pattern="paving", period_m=12.0, gloss=0.3),
        border=paint((0.50, 0.32, 0.04), gloss=0.3), border_m=(0.25, 0.1), lamp_pitch_m=3.6,
    ),
    "stair-east": Style(
        upper=block((0.66, 0.62, 0.52)), lower=block((0.42, 0.19, 0.05)), rail_m=1.3,
        accent=paint((0.34, 0.13, 0.02), gloss=0.25), floor=tile((0.42, 0.40, 0.36), (0.36, 0.34, 0.31)),
        border=tile((0.34, 0.15, 0.04)), border_m=(0.3, 0.305), lamp_radiance=13.0,
    ),
    "gym": Style(
        upper=block((0.64, 0.63, 0.58)), lower=block((0.45, 0.27, 0.04)), rail_m=1.4,
        accent=paint((0.025, 0.05, 0.15), gloss=0.25),
        floor=Material(colour=(0.46, 0.27, 0.12), pattern="wood", period_m=2.4, gloss=0.12),
        border=tile((0.025, 0.05, 0.15)), border_m=(0.3, 0.25),
    ),
    "hall-c": Style(
        upper=block((0.66, 0.63, 0.60)), lower=block((0.22, 0.08, 0.24)), rail_m=1.1,
        accent=paint((0.13, 0.03, 0.15), gloss=0.25),
        floor=tile((0.56, 0.55, 0.53), (0.36, 0.30, 0.37), pattern="checker"), border=tile((0.17, 0.06, 0.19)),
        border_m=(0.3, 0.305),
    ),
    "hall-d": Style(
        upper=plaster((0.66, 0.66, 0.60), gloss=0.5), lower=block((0.05, 0.27, 0.27)), rail_m=0.95,
        accent=paint((0.02, 0.14, 0.15), gloss=0.25),
        floor=tile((0.44, 0.46, 0.44), (0.38, 0.41, 0.40), pattern="terrazzo"), border=tile((0.03, 0.18, 0.18)),
        border_m=(0.0, 0.4),
    ),
    "plain-upper": Style(
        upper=block((0.64, 0.61, 0.52)), lower=block((0.36, 0.30, 0.08)), rail_m=1.1,
        accent=paint((0.22, 0.16, 0.03), gloss=0.25), floor=tile((0.50, 0.48, 0.42), (0.45, 0.43, 0.38)),
        border=tile((0.28, 0.22, 0.06)), border_m=(0.46, 0.305),
    ),
    "plain": Style(
        upper=block((0.64, 0.62, 0.55)), lower=block((0.16, 0.30, 0.32)), rail_m=1.2,
        accent=paint((0.04, 0.14, 0.16), gloss=0.25), floor=tile((0.48, 0.48, 0.45), (0.42, 0.43, 0.41)),
        border=tile((0.10, 0.24, 0.26)), border_m=(0.46, 0.305),
    ),
}  # fmt: skip


FloatArray = NDArray[np.float64]
ByteArray = NDArray[np.uint8]

PATTERN_PX = 1024


def draw_pattern(material: Material) -> ByteArray:
    """Return one repeat of a material's pattern, [1024, 1024, 3] sRGB."""
    rng = np.random.default_rng(sum(material.pattern.encode()))
    linear = _PATTERNS[material.pattern](rng, np.asarray(material.colour), np.asarray(material.second))
    return encode_srgb(linear)


def encode_srgb(linear: FloatArray) -> ByteArray:
    """Return 8-bit sRGB of linear RGB 0..1 (IEC 61966-2-1)."""
    value = np.clip(linear, 0.0, 1.0)
    curve = np.where(value <= 0.0031308, 12.92 * value, 1.055 * value ** (1 / 2.4) - 0.055)
    return np.asarray(np.round(curve * 255), dtype=np.uint8)


def as_bytes(colour: Colour) -> tuple[int, int, int]:
    """Return a linear colour as 8-bit sRGB numbers."""
    r, g, b = encode_srgb(np.asarray(colour))
    return int(r), int(g), int(b)


def make_noise(rng: np.random.Generator, cells: int) -> FloatArray:
    """Return smooth noise [px, px] around 0 that repeats, `cells` bumps across."""
    grid = rng.standard_normal((cells, cells))
    wide = np.pad(grid, 2, mode="wrap")
    scale = PATTERN_PX // cells
    large = cv2.resize(wide, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    edge = 2 * scale
    return np.asarray(large[edge : edge + PATTERN_PX, edge : edge + PATTERN_PX], dtype=np.float64)


def _make_grain(rng: np.random.Generator, sigma_px: float) -> FloatArray:
    """Return white noise [px, px] blurred by `sigma_px`, that repeats."""
    margin = 16
    noise = np.pad(rng.standard_normal((PATTERN_PX, PATTERN_PX)), margin, mode="wrap")
    soft = cv2.GaussianBlur(noise, (0, 0), sigma_px)
    return np.asarray(soft[margin:-margin, margin:-margin], dtype=np.float64)


def _make_scuffs(rng: np.random.Generator, count: int) -> FloatArray:
    """Return a factor [px, px] near 1 with faint dark strokes, as of rubber soles."""
    strokes = np.zeros((PATTERN_PX, PATTERN_PX), dtype=np.float32)
    for _ in range(count):
        start = rng.uniform(40, PATTERN_PX - 40, 2)
        end = start + rng.normal(0, 14, 2)
        strength = float(rng.uniform(0.1, 0.4))
        points = (int(start[0]), int(start[1])), (int(end[0]), int(end[1]))
        cv2.line(strokes, *points, strength, int(rng.integers(1, 4)), cv2.LINE_AA)
    return np.asarray(1 - cv2.GaussianBlur(strokes, (0, 0), 1.2), dtype=np.float64)


def _make_flecks(rng: np.random.Generator) -> FloatArray:
    """Return the mottle [px, px] around 0 of vinyl tile: grains, streaks and a few chips."""
    chips = _make_grain(rng, 1.1)
    streaks = cv2.blur(_make_grain(rng, 1.5), (9, 3))
    return np.asarray(0.14 * _make_grain(rng, 1.6) + 0.4 * streaks + 0.1 * (chips > 0.55) - 0.16 * (chips < -0.6))


def _make_cells(rng: np.random.Generator, count: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return for square cells: a random number each, the distance to the nearest joint (0..0.5), checker parity."""
    position = np.arange(PATTERN_PX) * count / PATTERN_PX
    cell = position.astype(int)
    within = position - cell
    edge = np.minimum(within, 1 - within)
    random = rng.standard_normal((count, count))[np.ix_(cell, cell)]
    joint = np.minimum(edge[:, None], edge[None, :])
    parity = (cell[:, None] + cell[None, :]) % 2
    return random, joint, parity.astype(np.float64)


def _shade(colour: FloatArray, factor: FloatArray) -> FloatArray:
    return np.asarray(colour * factor[..., None])


def _draw_tile(rng: np.random.Generator, first: FloatArray, second: FloatArray) -> FloatArray:
    cell = np.arange(PATTERN_PX) * 16 // PATTERN_PX
    mix = (rng.random((16, 16)) < 0.28)[np.ix_(cell, cell)]
    return _lay_tiles(rng, np.where(mix[..., None], second, first))


def _draw_checker(rng: np.random.Generator, first: FloatArray, second: FloatArray) -> FloatArray:
    cell = np.arange(PATTERN_PX) * 16 // PATTERN_PX
    accent = (cell[:, None] % 4 == cell[None, :] % 4) & (cell[:, None] % 2 == 0)
    return _lay_tiles(rng, np.where(accent[..., None], second, first))


def _lay_tiles(rng: np.random.Generator, colour: FloatArray) -> FloatArray:
    random, joint, _ = _make_cells(rng, 16)
    factor = 1 + 0.033 * random + _make_flecks(rng) + 0.03 * make_noise(rng, 8)
    return _shade(colour, factor * np.where(joint < 0.018, 0.73, 1.0) * _make_scuffs(rng, 110))


def _draw_terrazzo(rng: np.random.Generator, first: FloatArray, second: FloatArray) -> FloatArray:
    _, joint, parity = _make_cells(rng, 4)
    chips = _make_grain(rng, 1.2)
    stones = _make_grain(rng, 2.6)
    colour = np.where(parity[..., None] > 0, first, second)
    factor = 1 + 0.2 * np.clip(chips * 2, -1, 1) + 0.04 * make_noise(rng, 8)
    factor += 0.16 * (stones > 0.22) - 0.24 * (stones < -0.22)
    strip = joint < 0.006
    return np.where(strip[..., None], np.array([0.45, 0.36, 0.18]), _shade(colour, factor))


def _draw_ceiling(rng: np.random.Generator, first: FloatArray, _second: FloatArray) -> FloatArray:
    random, joint, _ = _make_cells(rng, 4)
    pores = _make_grain(rng, 1.3)
    factor = 1 + 0.018 * random - 0.3 * np.clip(pores * 3 - 1.3, 0, 1)
    bar = joint < 0.022
    shadow = (joint >= 0.022) & (joint < 0.032)
    return np.where(bar[..., None], np.array([0.86, 0.86, 0.84]), _shade(first, np.where(shadow, 0.6, factor)))


def _draw_block(rng: np.random.Generator, first: FloatArray, _second: FloatArray) -> FloatArray:
    return _draw_bond(rng, first, np.asarray(first) * 0.74, columns=8, rows=16, joint_share=0.03, spread=0.022)


def _draw_brick(rng: np.random.Generator, first: FloatArray, _second: FloatArray) -> FloatArray:
    return _draw_bond(rng, first, np.array([0.42, 0.38, 0.33]), columns=8, rows=22, joint_share=0.07, spread=0.16)


def _draw_bond(
    rng: np.random.Generator,
    face: FloatArray,
    mortar: FloatArray,
    *,
    columns: int,
    rows: int,
    joint_share: float,
    spread: float,
) -> FloatArray:
    y = np.arange(PATTERN_PX) * rows / PATTERN_PX
    row = y.astype(int)
    x = np.arange(PATTERN_PX)[None, :] * columns / PATTERN_PX + 0.5 * (row[:, None] % 2)
    column = x.astype(int) % columns
    edge_y = np.minimum(y - row, 1 - (y - row))[:, None]
    within = x - np.floor(x)
    edge_x = np.minimum(within, 1 - within) * rows / columns * 1.0
    joint = np.minimum(edge_y, edge_x * columns / rows * 2.0)
    random = rng.standard_normal((rows, columns))[row[:, None], column]
    grain = _make_grain(rng, 1.4)
    pits = 0.2 * np.clip(-3 * grain - 1.2, 0, 1)
    factor = 1 + spread * random + 0.13 * grain - pits + 0.012 * make_noise(rng, 8)
    return np.where((joint < joint_share)[..., None], mortar, _shade(face, factor))


def _draw_wood(rng: np.random.Generator, first: FloatArray, _second: FloatArray) -> FloatArray:
    x = np.arange(PATTERN_PX)[None, :] / PATTERN_PX
    wave = cv2.resize(make_noise(rng, 8), (PATTERN_PX, PATTERN_PX))
    stretched = np.roll(np.repeat(make_noise(rng, 16)[::4], 4, axis=0), 5, axis=1)
    grain = np.sin(2 * np.pi * (14 * x + 0.35 * wave)) * 0.07
    streak = np.broadcast_to(_make_grain(rng, 1.5)[:1] * 4, (PATTERN_PX, PATTERN_PX))
    return _shade(first, 1 + grain + 0.12 * streak + 0.04 * stretched)


def _draw_carpet(rng: np.random.Generator, first: FloatArray, second: FloatArray) -> FloatArray:
    _, joint, parity = _make_cells(rng, 4)
    tuft = _make_grain(rng, 1.0)
    colour = np.where(parity[..., None] > 0, first, second)
    return _shade(colour, (1 + 0.6 * tuft + 0.06 * make_noise(rng, 16)) * np.where(joint < 0.005, 0.8, 1.0))


def _draw_speckle(rng: np.random.Generator, first: FloatArray, _second: FloatArray) -> FloatArray:
    speck = _make_grain(rng, 1.3)
    return _shade(first, np.clip(1 + 0.6 * speck + 0.12 * make_noise(rng, 16) + 0.1 * make_noise(rng, 8), 0.2, 2.0))


def _draw_plaster(rng: np.random.Generator, first: FloatArray, _second: FloatArray) -> FloatArray:
    """Rolled paint: a stipple, and scuffs here and there."""
    stipple = 0.1 * _make_grain(rng, 1.5) + 0.12 * _make_grain(rng, 3.0)
    return _shade(first, (1 + stipple + 0.006 * make_noise(rng, 8)) * _make_scuffs(rng, 9))


def _draw_grass(rng: np.random.Generator, first: FloatArray, second: FloatArray) -> FloatArray:
    """A lawn mown in stripes two meters wide, with dry and worn places, and lush ones."""
    noise = make_noise(rng, 4) + 0.8 * make_noise(rng, 16) + 0.5 * make_noise(rng, 64)
    dry = np.clip(0.26 * noise + 0.05, 0, 0.9)[..., None]
    across = np.arange(PATTERN_PX)[:, None] * 14 / PATTERN_PX + 0.04 * make_noise(rng, 32)
    stripe = np.tanh(6 * np.sin(np.pi * across))
    tufts = 0.75 * _make_grain(rng, 1.0) + 0.35 * _make_grain(rng, 2.2) + 0.07 * make_noise(rng, 128)
    return _shade(first * (1 - dry) + second * dry, np.clip(1 + 0.11 * stripe + tufts, 0.25, 2.0))


def _draw_paving(rng: np.random.Generator, first: FloatArray, _second: FloatArray) -> FloatArray:
    """Broomed concrete in slabs with sawn joints, worn here and there."""
    random, joint, _ = _make_cells(rng, 4)
    speck = _make_grain(rng, 1.2)
    factor = 1 + 0.05 * random + 0.2 * speck + 0.05 * make_noise(rng, 16) + 0.05 * make_noise(rng, 8)
    factor -= 0.07 * np.clip(make_noise(rng, 32) - 1.1, 0, 1)
    return _shade(first, np.clip(factor, 0.5, 1.4) * np.where(joint < 0.006, 0.55, 1.0) * _make_scuffs(rng, 60))


_PATTERNS: dict[str, Callable[[np.random.Generator, FloatArray, FloatArray], FloatArray]] = {
    "tile": _draw_tile,
    "checker": _draw_checker,
    "terrazzo": _draw_terrazzo,
    "ceiling": _draw_ceiling,
    "block": _draw_block,
    "brick": _draw_brick,
    "wood": _draw_wood,
    "carpet": _draw_carpet,
    "speckle": _draw_speckle,
    "paving": _draw_paving,
    "plaster": _draw_plaster,
    "grass": _draw_grass,
}
