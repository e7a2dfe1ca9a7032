"""Textures of legwear, skirts and shoes.

On a leg, across goes around it from its back (0) over its inner side (0.25), front (0.5) and outer side (0.75), the
same on both legs; down from over the hips (0) to the ground (1). On a shoe, across goes along it from heel to toe, and
down around it from its bottom over its inner side (0.25), top (0.5) and outer side (0.75).
"""

import numpy as np
from numpy.typing import NDArray

from sim.footage.people.cloth_fits import BOTTOMS
from sim.footage.textures.folds import add_dots, add_folds, add_ribs, add_wear
from sim.footage.textures.tile import Canvas, make_noise

HIP, KNEE = 0.13, 0.52
_LOOSE = {"jeans": 0.9, "trousers": 0.85, "joggers": 1.0, "leggings": 0.25, "shorts": 0.9, "cargo trousers": 1.15}


def make_leg(kind: str, rng: np.random.Generator, end: float) -> NDArray[np.uint8]:
    """Return the tile of legs that end at height `end` down."""
    canvas = Canvas()
    add_wear(canvas, rng, amount=0.05)
    amount = _LOOSE.get(kind, 0.3) * (0.85 + 0.3 * float(rng.random()))
    knee = np.exp(-(((canvas.down - KNEE) / 0.075) ** 2)).astype(np.float32)
    hip = np.exp(-(((canvas.down - HIP - 0.05) / 0.07) ** 2)).astype(np.float32)
    stack = canvas.rise(end - 0.2, end - 0.03) * (BOTTOMS[kind].end < 0.1)
    behind = 0.3 + 0.3 * np.cos(np.pi * canvas.across) ** 2
    where = np.float32(amount) * np.clip(0.12 + 0.7 * knee * behind + 0.7 * hip + 0.9 * stack, 0, 1.2)
    add_folds(canvas, rng, where=where, across=0.28, down=0.05, lean=0.35)
    add_folds(canvas, rng, where=where * 0.3, across=0.16, down=0.025, lean=0.5)
    # the inner side gets less light, most of it near the crotch
    inner = np.exp(-(((canvas.across - 0.25) / 0.12) ** 2)) * (1 - 0.6 * canvas.rise(HIP, end))
    canvas.shade(inner.astype(np.float32), 0.72)
    for side in (0.25, 0.75):
        canvas.seam(canvas.stripe_down(side, bottom=end, width=0.02), depth=0.74)
    canvas.seam(canvas.stripe_across(end - 0.022), depth=0.72)
    if kind != "leggings":
        canvas.seam(canvas.stripe_across(0.045), depth=0.7)
        canvas.seam(canvas.slant((0.6, 0.05), (0.74, 0.14), width=0.022), depth=0.52)
    if kind in {"jeans", "cargo trousers", "trousers", "shorts"}:
        for left, right in ((0.0, 0.13), (0.88, 1.0)):
            canvas.seam(canvas.frame(left, 0.11, right, 0.23, width=0.016), depth=0.66)
        canvas.seam(canvas.stripe_down(0.3, bottom=0.15, width=0.02), depth=0.66)
    if kind == "jeans":
        _fade(canvas, rng)
    elif kind == "trousers":
        canvas.shade(canvas.stripe_down(0.5, top=0.12, bottom=end, width=0.03), 1.3)
        canvas.shade(canvas.stripe_down(0.53, top=0.12, bottom=end, width=0.03), 0.78)
    elif kind == "joggers":
        add_ribs(canvas, canvas.rise(end - 0.055, end - 0.05) * (1 - canvas.rise(end, end + 0.01)), count=20)
        canvas.seam(canvas.stripe_across(end - 0.055), depth=0.6)
    elif kind == "cargo trousers":
        canvas.seam(canvas.frame(0.64, 0.33, 0.88, 0.47, width=0.022), depth=0.5)
        canvas.seam(canvas.stripe_across(0.37, left=0.64, right=0.88), depth=0.5)
    elif kind == "leggings":
        canvas.shade(canvas.spot((0.55, 0.4), (0.16, 0.6)), 1.35)
    return canvas.finish()


def _fade(canvas: Canvas, rng: np.random.Generator) -> None:
    """Wash out jeans over thighs and knees, by each pair's own amount."""
    amount = 1 + 0.7 * float(rng.random())
    canvas.shade(canvas.spot((0.52, 0.33), (0.15, 0.17)), amount)
    canvas.shade(canvas.spot((0.5, KNEE + 0.02), (0.13, 0.06)), 1 + 0.35 * float(rng.random()))
    canvas.shade(canvas.spot((0.02, 0.2), (0.14, 0.1)) + canvas.spot((0.98, 0.2), (0.14, 0.1)), 1.2)
    canvas.gain *= np.exp(0.03 * make_noise(rng, 0.03, 0.1)).astype(np.float32)


def make_skirt(kind: str, rng: np.random.Generator, *, dotted: bool = False) -> NDArray[np.uint8]:
    """Return the tile of a skirt or the skirt of a dress: folds that hang."""
    canvas = Canvas()
    if dotted:
        add_dots(canvas, across=24, down=9)
    add_wear(canvas, rng, amount=0.05)
    hang = make_noise(rng, 0.035 if kind == "skirt" else 0.06, 0.9)
    aside = np.roll(hang, -1, axis=1) - np.roll(hang, 1, axis=1)
    aside /= max(float(aside.std()), 1e-6)
    canvas.fold += (0.3 * (0.25 + 0.75 * canvas.down) * np.tanh(aside)).astype(np.float32)
    add_folds(canvas, rng, where=0.35 * (1 - canvas.rise(0.0, 0.35)), across=0.1, down=0.12)
    canvas.seam(canvas.stripe_across(0.955), depth=0.7)
    return canvas.finish()


def make_shoe(kind: str, rng: np.random.Generator, *, is_dark: bool) -> NDArray[np.uint8]:
    """Return the tile of a shoe: laces, toe cap, stripes of its make."""
    canvas = Canvas()
    light, dark = (3.2, 0.5) if is_dark else (1.25, 0.4)
    canvas.gain *= np.exp(0.06 * make_noise(rng, 0.1, 0.1)).astype(np.float32)
    canvas.seam(canvas.stripe_down(0.79, width=0.03), depth=0.6)
    canvas.seam(canvas.stripe_down(0.2, width=0.03), depth=0.65)
    tongue = canvas.box(0.36, 0.42, 0.76, 0.58)
    canvas.shade(tongue, 0.62)
    for at in np.arange(0.42, 0.76, 0.075):
        canvas.shade(canvas.slant((float(at), 0.4), (float(at) + 0.03, 0.6), width=0.03), light if is_dark else 1.9)
    if kind != "trainers":
        return canvas.finish()
    style = int(rng.integers(4))
    for side in (0.27, 0.73):
        away = 1 if side > 0.5 else -1
        if style == 0:
            for at in (0.38, 0.47, 0.56):
                canvas.shade(
                    canvas.slant((at, side - 0.1 * away), (at + 0.06, side + 0.11 * away), width=0.035),
                    light if is_dark else dark,
                )
        elif style == 1:
            start, turn, end = (0.25, side - 0.03 * away), (0.45, side + 0.06 * away), (0.72, side - 0.09 * away)
            mark = np.maximum(canvas.slant(start, turn, width=0.04), canvas.slant(turn, end, width=0.05))
            canvas.shade(mark, light if is_dark else dark)
        elif style == 2:
            canvas.shade(canvas.stripe_across(side, left=0.15, right=0.7, width=0.05), light if is_dark else dark)
    canvas.shade(canvas.box(0.0, 0.3, 0.1, 0.7), light if rng.random() < 0.5 else dark)
    return canvas.finish()
