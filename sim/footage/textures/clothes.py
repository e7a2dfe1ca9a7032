"""Textures of tops, legwear, shoes and bags.

On the torso, across goes around from the middle of the back (0) over the body's right side (0.25), the middle of the
front (0.5) and its left side (0.75); down from the shoulders (0) to a little under the hips (1). On an arm, across goes
around likewise and down from above the shoulder to the fingers; the wrist is at 0.73.
"""

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Garment
from sim.footage.people.extra import BOTTOMS, CUFFED, TOPS
from sim.footage.textures.tile import Canvas, add_dots, add_folds, add_ribs, add_wear, make_noise

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
    if kind == "hoodie":
        _add_front_pocket(canvas, hem)
    if kind in _BUTTONED:
        _add_buttons(canvas, hem if kind == "shirt" else _BUTTONED[kind])
    if kind in {"shirt", "denim jacket"}:
        for sign in (1, -1) if kind == "denim jacket" or rng.random() < 0.3 else (1,):
            across = FRONT + sign * 0.105
            canvas.seam(canvas.frame(across - 0.045, 0.36 - 0.06, across + 0.045, 0.36 + 0.09), depth=0.7)
            canvas.shade(canvas.stripe_across(0.36 - 0.035, left=across - 0.045, right=across + 0.045), 0.75)
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


HIP, KNEE = 0.13, 0.52
_LOOSE = {"jeans": 0.9, "trousers": 0.85, "joggers": 1.0, "leggings": 0.25, "shorts": 0.9, "cargo trousers": 1.15}


def make_leg(kind: str, rng: np.random.Generator, end: float) -> NDArray[np.uint8]:
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


_SOFT_BAGS = frozenset({"backpack", "rolling backpack", "drawstring bag", "sports bag", "guitar bag"})
_FLAPS = {"messenger bag": 0.64, "shoulder bag": 0.58}


def make_bag_tile(bag: Garment, rng: np.random.Generator) -> NDArray[np.uint8]:
    canvas = Canvas()
    add_wear(canvas, rng, amount=0.06)
    metal = 2.4 if sum(bag.rgb) < 0.6 else 0.5
    if bag.kind in _SOFT_BAGS:
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
