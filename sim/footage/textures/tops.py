"""Textures of tops: torso, sleeves, and what shows in an open front.

On the torso, across goes around from the middle of the back (0) over the body's right side (0.25), the middle of the
front (0.5) and its left side (0.75); down from the shoulders (0) to a little under the hips (1). On an arm, across goes
around likewise and down from above the shoulder to the fingers; the wrist is at 0.73.
"""

import numpy as np
from numpy.typing import NDArray

from sim.footage.people.cloth_fits import CUFFED, TOPS
from sim.footage.textures.folds import add_dots, add_folds, add_ribs, add_wear
from sim.footage.textures.tile import Canvas, make_noise

FRONT, LEFT, RIGHT = 0.5, 0.75, 0.25
SLEEVE_SHARE = 1.5
_STRETCHED = {"T-shirt": 0.75, "striped T-shirt": 0.75, "polo shirt": 0.7, "tank top": 0.6, "sports jersey": 0.9}
_SOFT = {"hoodie": 1.15, "zip hoodie": 1.1, "sweatshirt": 1.1, "shirt": 1.15, "jacket": 1.1, "puffer jacket": 0.45}

_BUTTONED = {"shirt": 1.0, "polo shirt": 0.42, "dress": 0.3}
_SIDE_POCKETS = frozenset({"jacket", "blazer", "puffer jacket", "zip hoodie", "cardigan"})
_MARKED = frozenset({"hoodie", "zip hoodie", "sweatshirt", "jacket", "puffer jacket", "T-shirt", "long-sleeved shirt"})


def make_torso(kind: str, rng: np.random.Generator, hem: float, *, dotted: bool = False) -> NDArray[np.uint8]:
    """Return the tile of a torso; `hem` is how far down the top reaches."""
    canvas = Canvas()
    if dotted:
        add_dots(canvas, across=15, down=9)
    add_wear(canvas, rng, amount=0.05 + 0.04 * float(rng.random()))
    amount = _STRETCHED.get(kind, _SOFT.get(kind, 1.0)) * (0.85 + 0.4 * float(rng.random()))
    low = canvas.rise(hem - 0.5, hem - 0.12)
    pits = canvas.spot((RIGHT, 0.38), (0.17, 0.2)) + canvas.spot((LEFT, 0.38), (0.17, 0.2))
    blades = canvas.spot((0.0, 0.35), (0.2, 0.3)) + canvas.spot((1.0, 0.35), (0.2, 0.3))
    where = np.float32(amount) * np.clip(0.18 + 0.7 * low + 0.75 * pits + 0.4 * blades, 0, 1.2)
    add_folds(canvas, rng, where=where, across=0.13, down=0.1, lean=1.0)
    add_folds(canvas, rng, where=where * 0.35, across=0.06, down=0.045, lean=1.4)
    for side in (LEFT, RIGHT):
        canvas.seam(canvas.stripe_down(side, top=0.3, bottom=hem), depth=0.86)
    if kind in CUFFED:
        band = canvas.rise(hem - 0.085, hem - 0.08)
        add_ribs(canvas, band, count=42)
        canvas.seam(canvas.stripe_across(hem - 0.085), depth=0.66)
    else:
        canvas.seam(canvas.stripe_across(hem - 0.035), depth=0.8)
    canvas.shade(canvas.rise(hem - 0.02, hem + 0.02), 0.8)
    _add_own_parts(canvas, kind, rng, hem)
    return canvas.finish()


def make_sleeve(kind: str, rng: np.random.Generator, *, dotted: bool = False) -> NDArray[np.uint8]:
    """Return the tile of both arms."""
    canvas = Canvas()
    if dotted:
        add_dots(canvas, across=6, down=11)
    end = (TOPS[kind].end + 0.1) / SLEEVE_SHARE
    add_wear(canvas, rng, amount=0.06)
    amount = _STRETCHED.get(kind, _SOFT.get(kind, 1.0))
    elbow = np.exp(-(((canvas.down - 0.4) / 0.1) ** 2)).astype(np.float32)
    wrist = canvas.rise(end - 0.22, end - 0.04)
    where = np.float32(amount) * np.clip(0.2 + 0.8 * elbow + 0.6 * wrist, 0, 1.2)
    add_folds(canvas, rng, where=where, across=0.26, down=0.075, lean=0.4)
    add_folds(canvas, rng, where=where * 0.3, across=0.14, down=0.035, lean=0.6)
    canvas.seam(canvas.stripe_down(0.02, bottom=end, width=0.03), depth=0.88)
    if kind in CUFFED:
        band = canvas.rise(end - 0.05, end - 0.045)
        add_ribs(canvas, band, count=18)
        canvas.seam(canvas.stripe_across(end - 0.05, width=0.018), depth=0.62)
    elif kind in {"shirt", "denim jacket", "long-sleeved shirt"}:
        canvas.seam(canvas.stripe_across(end - 0.055, width=0.016), depth=0.7)
    else:
        canvas.seam(canvas.stripe_across(end - 0.022, width=0.016), depth=0.72)
    if kind == "puffer jacket":
        _quilt(canvas, 9)
    return canvas.finish()


def make_strip(kind: str, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the tile of what shows between the edges of an open top, which go at 0.08 and 0.92 across."""
    canvas = Canvas()
    add_wear(canvas, rng, amount=0.04)
    add_folds(canvas, rng, where=np.full_like(canvas.fold, 0.6), across=0.7, down=0.07, lean=0.2)
    edge = np.abs(canvas.across - 0.5) * 2
    canvas.shade(np.clip((edge - 0.45) / 0.5, 0, 1).astype(np.float32), 0.42)
    if kind in {"blazer", "cardigan"}:
        canvas.seam(canvas.stripe_down(0.5, width=0.03), depth=0.85)
        for at in np.arange(0.12, 1.0, 0.13):
            canvas.shade(canvas.spot((0.5, float(at)), (0.05, 0.012), soft=0.5), 0.6)
    return canvas.finish()


def _quilt(canvas: Canvas, count: int) -> None:
    phase = (canvas.down * count) % 1.0
    canvas.gain *= (0.78 + 0.5 * np.sin(np.pi * np.clip(1.25 * phase, 0, 1)) * (1 - 0.45 * phase)).astype(np.float32)
    canvas.fold *= 0.6


def _add_own_parts(canvas: Canvas, kind: str, rng: np.random.Generator, hem: float) -> None:
    """Add what only this kind of top has, and what only this piece of it has."""
    if kind == "hoodie":
        _add_front_pocket(canvas, hem)
    if kind in _BUTTONED:
        _add_buttons(canvas, hem if kind == "shirt" else _BUTTONED[kind])
    if kind in {"shirt", "denim jacket"}:
        for sign in (1, -1) if kind == "denim jacket" or rng.random() < 0.3 else (1,):
            _add_pocket(canvas, FRONT + sign * 0.105, 0.36, half=0.045)
    if kind == "denim jacket":
        _add_denim_seams(canvas, hem)
    elif kind == "puffer jacket":
        _quilt(canvas, 8)
    elif kind == "blazer":
        _add_lapels(canvas)
    elif kind == "cardigan":
        add_ribs(canvas, np.ones_like(canvas.fold), count=30, depth=0.1)
    elif kind == "sports jersey":
        _add_mesh(canvas)
    if kind in _SIDE_POCKETS:
        for sign in (-1, 1):
            opening = canvas.slant((FRONT + sign * 0.12, hem - 0.34), (FRONT + sign * 0.17, hem - 0.16), width=0.02)
            canvas.seam(opening, depth=0.5)
    if kind in _MARKED:
        _add_mark(canvas, rng)


def _add_front_pocket(canvas: Canvas, hem: float) -> None:
    top, half = hem - 0.33, 0.115
    canvas.seam(canvas.stripe_across(top, left=FRONT - half * 0.66, right=FRONT + half * 0.66), depth=0.6)
    for sign in (-1, 1):
        start = (FRONT + sign * half * 0.66, top)
        canvas.seam(canvas.slant(start, (FRONT + sign * half, hem - 0.16), width=0.02), depth=0.45)
        canvas.seam(canvas.stripe_down(FRONT + sign * half, top=hem - 0.16, bottom=hem - 0.09), depth=0.7)


def _add_buttons(canvas: Canvas, end: float) -> None:
    canvas.seam(canvas.stripe_down(FRONT - 0.018, bottom=end), depth=0.72)
    canvas.shade(canvas.stripe_down(FRONT + 0.018, bottom=end), 0.9)
    for at in np.arange(0.16, end - 0.02, 0.12):
        canvas.shade(canvas.spot((FRONT, float(at)), (0.011, 0.014), soft=0.5), 0.5)
    canvas.shade(canvas.spot((FRONT, 0.1), (0.07, 0.06)), 0.85)


def _add_lapels(canvas: Canvas) -> None:
    for sign in (-1, 1):
        low = (FRONT + sign * 0.15, 0.24)
        canvas.seam(canvas.slant((FRONT + sign * 0.06, 0.05), low, width=0.02), depth=0.55)
        canvas.seam(canvas.slant(low, (FRONT + sign * 0.06, 0.58), width=0.02), depth=0.55)


def _add_mesh(canvas: Canvas) -> None:
    """Add the holes of a sports jersey's cloth, and its darker sides."""
    holes = np.sign(np.sin(2 * np.pi * 40 * canvas.across) * np.sin(2 * np.pi * 30 * canvas.down))
    canvas.gain *= (1 + 0.05 * holes).astype(np.float32)
    for side in (RIGHT, LEFT):
        canvas.shade(canvas.spot((side, 0.6), (0.035, 0.9), soft=0.3), 0.72)


def _add_denim_seams(canvas: Canvas, hem: float) -> None:
    for line in (
        canvas.stripe_across(0.26, left=0.28, right=0.72),
        canvas.stripe_across(0.24, left=0.0, right=0.2),
        canvas.stripe_across(0.24, left=0.8, right=1.0),
        canvas.stripe_across(hem - 0.08),
        *(canvas.stripe_down(at, top=0.26, bottom=hem) for at in (0.06, 0.94, 0.36, 0.42, 0.58, 0.64)),
    ):
        canvas.seam(line, depth=0.62)
        canvas.shade(np.roll(line, 1, axis=0), 1.2)


def _add_pocket(canvas: Canvas, across: float, down: float, *, half: float) -> None:
    canvas.seam(canvas.frame(across - half, down - 0.06, across + half, down + 0.09), depth=0.7)
    canvas.shade(canvas.stripe_across(down - 0.035, left=across - half, right=across + half), 0.75)


def _add_mark(canvas: Canvas, rng: np.random.Generator) -> None:
    """Add a small mark on the chest, a label, a faded print or nothing: what tells one plain top from another."""
    style = int(rng.integers(5))
    lighter = 1.9 if rng.random() < 0.6 else 0.45
    if style == 0:
        canvas.shade(canvas.spot((FRONT + 0.1, 0.33), (0.016, 0.018), soft=0.5), lighter)
    elif style == 1:
        canvas.shade(canvas.box(FRONT + 0.075, 0.31, FRONT + 0.125, 0.345), lighter)
    elif style == 2:
        words = np.clip(make_noise(rng, 0.02, 0.03) * 1.5, 0, 1) * canvas.box(FRONT - 0.11, 0.3, FRONT + 0.11, 0.36)
        words += np.clip(make_noise(rng, 0.02, 0.03) * 1.5, 0, 1) * canvas.box(FRONT - 0.08, 0.38, FRONT + 0.08, 0.42)
        canvas.shade(words.astype(np.float32), lighter)
    elif style == 3:
        for left, right in ((0.0, 0.13), (0.87, 1.0)):
            canvas.shade(canvas.box(left, 0.24, right, 0.4) * np.clip(make_noise(rng, 0.03, 0.05), 0, 1), lighter)
