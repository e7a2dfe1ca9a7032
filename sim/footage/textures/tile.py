"""One tile of a texture: a grid of gains that colors are multiplied by, and what draws seams and folds into it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
SIDE = 128
ONE = 100
"""The byte that stands for a gain of 1 on display levels; 255 is 2.55."""
NO_FOLD = 128
GAMMA = 2.2


class Tile(IntEnum):
    """The tiles of a person's texture, in order; `charts.py` says where each lies on the body."""

    TORSO = 0
    ARM = 1
    LEG = 2
    SKIN = 3
    FACE = 4
    HAIR = 5
    SHOE = 6
    BAG = 7
    CLOTH = 8
    STRIP = 9
    SKIRT = 10
    HAT = 11


_STEP = (np.arange(SIDE, dtype=np.float32) + np.float32(0.5)) / SIDE
_ROWS = np.fft.fftfreq(SIDE)[:, None]
_COLUMNS = np.fft.rfftfreq(SIDE)[None]


def make_noise(rng: np.random.Generator, across: float, down: float, *, turn: float = 0.0) -> FloatArray:
    """Return smooth noise [SIDE, SIDE] of mean 0 and deviation 1 that meets itself at the edges."""
    x, y, flip = (int(n) for n in rng.integers((SIDE, SIDE, 2)))
    return np.roll(_make_field(across, down, turn) * np.float32(1 - 2 * flip), (y, x), axis=(0, 1))


@cache
def _make_field(across: float, down: float, turn: float) -> FloatArray:
    """Return the noise with such spots; a few dozen are asked for, each takes a millisecond to make."""
    rng = np.random.default_rng(zlib.crc32(np.array([across, down, turn]).tobytes()))
    white = np.fft.rfft2(rng.standard_normal((SIDE, SIDE)))
    leaning = _ROWS + turn * _COLUMNS
    wide, tall = (np.sqrt(2) * np.pi * SIDE * share / 2.4 for share in (across, down))
    smooth = np.fft.irfft2(white * np.exp(-((_COLUMNS * wide) ** 2) - (leaning * tall) ** 2), s=(SIDE, SIDE))
    smooth -= smooth.mean()
    return np.asarray(smooth / max(float(smooth.std()), 1e-9), dtype=np.float32)


@dataclass(slots=True)
class Canvas:
    """A tile being drawn: `across` and `down` go from 0 to 1; `gain` is linear and `fold` -1..1, see `Coat`."""

    across: FloatArray = field(default_factory=lambda: np.broadcast_to(_STEP[None], (SIDE, SIDE)))
    down: FloatArray = field(default_factory=lambda: np.broadcast_to(_STEP[:, None], (SIDE, SIDE)))
    gain: FloatArray = field(default_factory=lambda: np.ones((SIDE, SIDE), dtype=np.float32))
    tint: FloatArray = field(default_factory=lambda: np.ones((SIDE, SIDE, 3), dtype=np.float32))
    fold: FloatArray = field(default_factory=lambda: np.zeros((SIDE, SIDE), dtype=np.float32))

    def shade(self, mask: FloatArray, amount: float) -> None:
        """Multiply by `amount` where a mask [SIDE, SIDE] is 1, by less where it is less."""
        self.gain *= 1 + mask * np.float32(amount - 1)

    def color(self, mask: FloatArray, bgr: tuple[float, float, float]) -> None:
        self.tint *= 1 + mask[..., None] * (np.asarray(bgr, dtype=np.float32) - 1)

    def stripe_down(self, at: float, *, top: float = 0.0, bottom: float = 1.0, width: float = 0.012) -> FloatArray:
        return self._line(self.across - at, width) * self._between(self.down, top, bottom)

    def stripe_across(self, at: float, *, left: float = 0.0, right: float = 1.0, width: float = 0.012) -> FloatArray:
        return self._line(self.down - at, width) * self._between(self.across, left, right)

    def slant(self, start: tuple[float, float], end: tuple[float, float], *, width: float = 0.012) -> FloatArray:
        """Return the mask of a straight line between two points (across, down)."""
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = max(float(np.hypot(dx, dy)), 1e-6)
        along = ((self.across - start[0]) * dx + (self.down - start[1]) * dy) / length
        aside = ((self.across - start[0]) * dy - (self.down - start[1]) * dx) / length
        return self._line(aside.astype(np.float32), width) * self._between(along.astype(np.float32), 0.0, length)

    def box(self, left: float, top: float, right: float, bottom: float) -> FloatArray:
        return self._between(self.across, left, right) * self._between(self.down, top, bottom)

    def frame(self, left: float, top: float, right: float, bottom: float, *, width: float = 0.014) -> FloatArray:
        inner = self.box(left + width, top + width, right - width, bottom - width)
        return self.box(left, top, right, bottom) * (1 - inner)

    def spot(self, at: tuple[float, float], half: tuple[float, float], *, soft: float = 1.0) -> FloatArray:
        """Return the mask of an ellipse, 1 in the middle; `soft` below 1 makes it flat with a sharp edge."""
        far = np.hypot((self.across - at[0]) / half[0], (self.down - at[1]) / half[1])
        if soft >= 1:
            return np.asarray(np.exp(-1.5 * far * far), dtype=np.float32)
        return np.asarray(np.clip((1 - far) / soft + 0.5, 0, 1), dtype=np.float32)

    def rise(self, start: float, end: float) -> FloatArray:
        """Return a mask that grows from 0 at height `start` to 1 at `end`, smoothly."""
        share = np.clip((self.down - start) / (end - start), 0, 1)
        return np.asarray((share * share * (3 - 2 * share)), dtype=np.float32)

    def seam(self, mask: FloatArray, *, depth: float = 0.72) -> None:
        """Sew along a mask: dark in the groove, a little lighter beside it."""
        beside = np.roll(mask, 2, axis=0) + np.roll(mask, -2, axis=1)
        self.gain *= (1 + 0.08 * np.clip(beside, 0, 1)) * (1 - (1 - depth) * mask)

    def finish(self, *, color_kept: float = 1.0) -> NDArray[np.uint8]:
        """Return the tile, [SIDE, SIDE, 4] as bytes: gains of blue, green and red on display levels, and folds.

        Gains are evened out so that their mean is `color_kept`: what is painted keeps the color that it is called by.
        """
        linear = self.gain[..., None] * self.tint
        linear = linear * np.float32(color_kept / max(float(linear.mean()), 1e-6))
        display = np.clip(ONE * np.maximum(linear, 0) ** (1 / GAMMA), 1, 255)
        fold = np.clip(NO_FOLD + 127 * (self.fold - self.fold.mean()), 0, 255)
        return np.ascontiguousarray(np.concatenate([display, fold[..., None]], axis=2).round().astype(np.uint8))

    @staticmethod
    def _line(off: FloatArray, width: float) -> FloatArray:
        return np.clip(1.5 - 2 * np.abs(off) / max(width, 1.2 / SIDE), 0, 1).astype(np.float32)

    @staticmethod
    def _between(value: FloatArray, low: float, high: float) -> FloatArray:
        edge = np.minimum(value - low, high - value)
        return np.asarray(np.clip(edge * SIDE + 0.5, 0, 1), dtype=np.float32)


def shrink(tiles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return tiles [t, n, n, 4] at half their size, each texel the mean of four."""
    count, side = tiles.shape[:2]
    four = tiles.reshape(count, side // 2, 2, side // 2, 2, 4).astype(np.uint16)
    return np.ascontiguousarray(((four.sum(axis=(2, 4)) + 2) // 4).astype(np.uint8))


def make_infrared_tiles(tiles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return tiles [t, n, n, 4] as infra-red light shows them: gray and flat, for most dyes are nearly clear to it."""
    gray = tiles[..., :3].astype(np.float32).mean(axis=3, keepdims=True)
    flat = ONE + (gray - ONE) * np.float32(0.6)
    folds = NO_FOLD + (tiles[..., 3:].astype(np.float32) - NO_FOLD) * np.float32(0.6)
    return np.ascontiguousarray(np.concatenate([np.repeat(flat, 3, axis=3), folds], axis=3).round().astype(np.uint8))


def add_folds(
    canvas: Canvas,
    rng: np.random.Generator,
    *,
    where: FloatArray,
    across: float = 0.22,
    down: float = 0.05,
    lean: float = 0.35,
    strength: float = 0.34,
) -> None:
    """Add creases to a tile where a mask [SIDE, SIDE] is above 0."""
    height = np.zeros_like(canvas.fold)
    here = np.clip(0.45 + 0.6 * make_noise(rng, 0.3, 0.22), 0, 1.2)
    for sign in (1.0, -1.0):
        ridge = make_noise(rng, across, down, turn=sign * lean)
        wave = make_noise(rng, across * 1.7, down * 2.2, turn=-sign * lean)
        height += 1 - np.sqrt(ridge * ridge + np.float32(0.05)) + 0.8 * wave
    lit = np.roll(height, -1, axis=0) - np.roll(height, 1, axis=0)
    aside = np.roll(height, -1, axis=1) - np.roll(height, 1, axis=1)
    lit = lit + np.float32(0.3) * aside
    lit /= max(float(lit.std()), 1e-6)
    cavity = np.clip(height / max(float(height.std()), 1e-6), -2, 1)
    canvas.fold += np.float32(strength) * where * here * np.tanh(0.75 * lit + 0.3 * cavity).astype(np.float32)


def add_wear(canvas: Canvas, rng: np.random.Generator, *, amount: float = 0.05) -> None:
    """Add what washing and wearing leave: patches a little lighter or darker, and the grain of the cloth."""
    canvas.gain *= np.exp(amount * make_noise(rng, 0.35, 0.3)).astype(np.float32)
    canvas.gain *= np.exp(0.6 * amount * make_noise(rng, 0.09, 0.08)).astype(np.float32)
    canvas.gain *= np.exp(0.035 * rng.standard_normal(canvas.gain.shape)).astype(np.float32)


def add_ribs(canvas: Canvas, where: FloatArray, *, count: int, depth: float = 0.16) -> None:
    canvas.gain *= 1 + depth * where * np.cos(2 * np.pi * count * canvas.across).astype(np.float32)


def add_dots(canvas: Canvas, *, across: int, down: int) -> None:
    """Print staggered rows of darker dots: how many go around, and how many rows from top to bottom."""
    row = canvas.down * down
    around = canvas.across * across + 0.5 * (np.floor(row) % 2)
    far = np.hypot(around % 1 - 0.5, row % 1 - 0.5)
    canvas.shade(np.clip((0.3 - far) / 0.12, 0, 1).astype(np.float32), 0.55)
