"""Repeating patterns of surfaces as sRGB pictures: tiles, block, brick, wood, carpet, ceiling."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.authoring.materials import Colour, Material

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


def _make_noise(rng: np.random.Generator, cells: int) -> FloatArray:
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
    random, joint, _ = _make_cells(rng, 16)
    mix = (rng.random((16, 16)) < 0.28)[np.ix_(*[(np.arange(PATTERN_PX) * 16 // PATTERN_PX)] * 2)]
    colour = np.where(mix[..., None], second, first)
    fleck = _make_grain(rng, 1.6)
    factor = 1 + 0.035 * random + 0.25 * fleck * 0.35 + 0.03 * _make_noise(rng, 8)
    return _shade(colour, factor * np.where(joint < 0.018, 0.72, 1.0) * _make_scuffs(rng, 110))


def _draw_checker(rng: np.random.Generator, first: FloatArray, second: FloatArray) -> FloatArray:
    random, joint, _ = _make_cells(rng, 16)
    cell = np.arange(PATTERN_PX) * 16 // PATTERN_PX
    accent = ((cell[:, None] % 4 == 0) & (cell[None, :] % 4 == 0)) | (
        (cell[:, None] % 4 == 2) & (cell[None, :] % 4 == 2)
    )
    colour = np.where(accent[..., None], second, first)
    fleck = _make_grain(rng, 1.6)
    factor = 1 + 0.03 * random + 0.08 * fleck + 0.03 * _make_noise(rng, 8)
    return _shade(colour, factor * np.where(joint < 0.018, 0.74, 1.0) * _make_scuffs(rng, 110))


def _draw_terrazzo(rng: np.random.Generator, first: FloatArray, second: FloatArray) -> FloatArray:
    _, joint, parity = _make_cells(rng, 4)
    chips = _make_grain(rng, 1.2)
    colour = np.where(parity[..., None] > 0, first, second)
    factor = 1 + 0.22 * np.clip(chips * 2, -1, 1) + 0.04 * _make_noise(rng, 8)
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
    factor = 1 + spread * random + 0.05 * grain + 0.02 * _make_noise(rng, 8)
    return np.where((joint < joint_share)[..., None], mortar, _shade(face, factor))


def _draw_wood(rng: np.random.Generator, first: FloatArray, _second: FloatArray) -> FloatArray:
    x = np.arange(PATTERN_PX)[None, :] / PATTERN_PX
    wave = cv2.resize(_make_noise(rng, 8), (PATTERN_PX, PATTERN_PX))
    stretched = np.roll(np.repeat(_make_noise(rng, 16)[::4], 4, axis=0), 5, axis=1)
    grain = np.sin(2 * np.pi * (14 * x + 0.35 * wave)) * 0.07
    streak = np.broadcast_to(_make_grain(rng, 1.5)[:1] * 4, (PATTERN_PX, PATTERN_PX))
    return _shade(first, 1 + grain + 0.12 * streak + 0.04 * stretched)


def _draw_carpet(rng: np.random.Generator, first: FloatArray, second: FloatArray) -> FloatArray:
    _, joint, parity = _make_cells(rng, 4)
    tuft = _make_grain(rng, 1.0)
    colour = np.where(parity[..., None] > 0, first, second)
    return _shade(colour, (1 + 0.6 * tuft + 0.06 * _make_noise(rng, 16)) * np.where(joint < 0.005, 0.8, 1.0))


def _draw_speckle(rng: np.random.Generator, first: FloatArray, _second: FloatArray) -> FloatArray:
    speck = _make_grain(rng, 1.3)
    return _shade(first, np.clip(1 + 0.6 * speck + 0.12 * _make_noise(rng, 16) + 0.1 * _make_noise(rng, 8), 0.2, 2.0))


def _draw_paving(rng: np.random.Generator, first: FloatArray, _second: FloatArray) -> FloatArray:
    """Broomed concrete in slabs with sawn joints, worn here and there."""
    random, joint, _ = _make_cells(rng, 4)
    speck = _make_grain(rng, 1.2)
    factor = 1 + 0.03 * random + 0.16 * speck + 0.035 * _make_noise(rng, 16) + 0.03 * _make_noise(rng, 8)
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
}
