"""Textures of bags: cloth, zips, pockets and labels of soft ones, edges and latches of cases.

The left half of the tile is a bag's broad side from its top (0) to its bottom (1), the right half its narrow side.
"""

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Garment
from sim.footage.textures.folds import add_folds, add_wear
from sim.footage.textures.tile import Canvas, make_noise

_SOFT = frozenset({"backpack", "rolling backpack", "drawstring bag", "sports bag", "guitar bag"})
_FLAPS = {"messenger bag": 0.64, "shoulder bag": 0.58}


def make_bag_tile(bag: Garment, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the tile of a bag or instrument case."""
    canvas = Canvas()
    add_wear(canvas, rng, amount=0.06)
    metal = 2.4 if sum(bag.rgb) < 0.6 else 0.5
    if bag.kind in _SOFT:
        where = np.full_like(canvas.fold, 0.75)
        add_folds(canvas, rng, where=where, across=0.12, down=0.09, lean=0.4, strength=0.22)
    if bag.kind in {"backpack", "rolling backpack"}:
        _draw_backpack(canvas, metal)
    elif bag.kind in _FLAPS:
        edge = _FLAPS[bag.kind]
        canvas.seam(canvas.stripe_across(edge, right=0.5, width=0.02), depth=0.45)
        for at in (0.13, 0.37):
            canvas.shade(canvas.box(at - 0.012, edge - 0.22, at + 0.012, edge + 0.03), 0.6)
            canvas.shade(canvas.box(at - 0.014, edge - 0.02, at + 0.014, edge + 0.02), metal)
    elif bag.kind == "drawstring bag":
        pleats = np.cos(2 * np.pi * 14 * canvas.across) * (1 - canvas.rise(0.05, 0.4))
        canvas.gain *= (1 + 0.2 * pleats).astype(np.float32)
    elif bag.kind == "sports bag":
        canvas.shade(canvas.stripe_across(0.22, right=0.5, width=0.016), metal)
        canvas.seam(canvas.frame(0.14, 0.4, 0.36, 0.85), depth=0.6)
    else:
        canvas.seam(canvas.frame(0.02, 0.03, 0.48, 0.97, width=0.02), depth=0.6)
        canvas.shade(canvas.spot((0.16, 0.2), (0.12, 0.14)), 1.35)
        for at in (0.16, 0.34):
            canvas.shade(canvas.box(at - 0.015, 0.46, at + 0.015, 0.52), metal)
    canvas.shade(np.clip(make_noise(rng, 0.03, 0.03) - 1.4, 0, 1).astype(np.float32), 0.75)
    return canvas.finish()


def _draw_backpack(canvas: Canvas, metal: float) -> None:
    for start, end in (((0.04, 0.5), (0.09, 0.1)), ((0.09, 0.1), (0.41, 0.1)), ((0.41, 0.1), (0.46, 0.5))):
        canvas.shade(canvas.slant(start, end, width=0.026), 0.45)
    for height, left, right in ((0.27, 0.1, 0.4), (0.53, 0.09, 0.41)):
        canvas.shade(canvas.stripe_across(height, left=left, right=right, width=0.028), 0.45)
        canvas.shade(canvas.stripe_across(height + 0.004, left=left + 0.01, right=right - 0.01, width=0.008), metal)
        canvas.shade(canvas.box(right - 0.03, height, right - 0.018, height + 0.06), metal)
    canvas.seam(canvas.frame(0.085, 0.5, 0.415, 0.93, width=0.018), depth=0.6)
    canvas.shade(canvas.box(0.22, 0.64, 0.28, 0.69), metal)
    canvas.seam(canvas.stripe_across(0.6, left=0.5, width=0.024), depth=0.5)
    canvas.shade(canvas.stripe_down(0.75, top=0.15, bottom=0.55, width=0.02), 0.6)
