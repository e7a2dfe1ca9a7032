"""Folds of cloth as light sees them from above: bright where cloth leans up, dark under it."""

import numpy as np
from numpy.typing import NDArray

from sim.footage.textures.tile import Canvas, make_noise

FloatArray = NDArray[np.float32]


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
    """Add upright ribs of a knitted band."""
    canvas.gain *= 1 + depth * where * np.cos(2 * np.pi * count * canvas.across).astype(np.float32)


def add_dots(canvas: Canvas, *, across: int, down: int) -> None:
    """Print staggered rows of darker dots: how many go around, and how many rows from top to bottom."""
    row = canvas.down * down
    around = canvas.across * across + 0.5 * (np.floor(row) % 2)
    far = np.hypot(around % 1 - 0.5, row % 1 - 0.5)
    canvas.shade(np.clip((0.3 - far) / 0.12, 0, 1).astype(np.float32), 0.55)
