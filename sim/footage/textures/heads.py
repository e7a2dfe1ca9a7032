"""Textures of heads: the face, hair, hats, and skin elsewhere.

On a face, across goes from the right ear (0) over the nose (0.5) to the left ear (1); down from the crown to the neck.
On hair and hats, across goes around the head from its back, down from over the crown (0) to where long hair ends (1).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Garment, Rgb
from sim.footage.textures.folds import add_folds, add_ribs, add_wear
from sim.footage.textures.tile import Canvas, make_noise

_EYE_WHITE: Rgb = (0.50, 0.48, 0.46)
_IRIS: Rgb = (0.020, 0.015, 0.012)
_LIPS = (0.62, 0.56, 0.86)
_MOST_GAIN = 6.0
_HAND = 0.8
_SHINE = 0.3
"""How much brighter than the rest dark skin is where light glances off it: most on the darkest, not at all on light."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacePlan:
    """Where a face's parts lie on its tile, and how wide and high a meter is there, as shares of the tile."""

    eyes: tuple[tuple[float, float], tuple[float, float]]
    wide: float
    high: float

    @property
    def eye_line(self) -> float:
        return (self.eyes[0][1] + self.eyes[1][1]) / 2


def make_face(plan: FacePlan, skin: Rgb, hair: Rgb, rng: np.random.Generator, *, stubble: float) -> NDArray[np.uint8]:
    """Return the tile of a face; `stubble` 0..1 is how much of a beard is seen."""
    canvas = Canvas()
    wide, high, line = plan.wide, plan.high, plan.eye_line
    canvas.gain *= np.exp(0.03 * make_noise(rng, 0.2, 0.15) + 0.015 * rng.standard_normal(canvas.gain.shape)).astype(
        "f4"
    )
    shine = 1 + _SHINE * float(np.clip(0.12 / max(sum(skin) / 3, 1e-3) - 0.4, 0, 1))
    aside = np.abs(canvas.across - 0.5) * 2
    canvas.shade(np.clip((aside - 0.45) / 0.5, 0, 1).astype(np.float32) ** 2, 0.72)
    canvas.shade(canvas.spot((0.5, line - 0.042 * high), (0.045 * wide, 0.022 * high)), 1.16 * shine)
    canvas.shade(canvas.rise(line + 0.10 * high, line + 0.135 * high), 0.62)
    for sign in (-1, 1):
        cheek = canvas.spot((0.5 + sign * 0.040 * wide, line + 0.034 * high), (0.020 * wide, 0.017 * high))
        canvas.shade(cheek, 1.14 * shine)
        canvas.color(cheek, (0.86, 0.89, 1.06))
        canvas.shade(canvas.spot((0.5 + sign * 0.046 * wide, line + 0.064 * high), (0.016 * wide, 0.03 * high)), 0.84)
    beard = canvas.spot((0.5, line + 0.085 * high), (0.05 * wide, 0.032 * high), soft=0.5)
    canvas.color(beard * np.float32(stubble), _toward(skin, hair, most=1.0))
    for eye in plan.eyes:
        _draw_eye(canvas, plan, eye, skin, hair, rng=np.random.default_rng(rng.integers(1 << 30)))
    _draw_nose(canvas, plan)
    _draw_mouth(canvas, plan, rng)
    return canvas.finish()


def _toward(skin: Rgb, other: Rgb, *, most: float = _MOST_GAIN) -> tuple[float, float, float]:
    """Return gains of blue, green and red that make skin look like another color."""
    red, green, blue = (float(min(o / max(s, 1e-3), most)) for s, o in zip(skin, other, strict=True))
    return (blue, green, red)


def _draw_eye(
    canvas: Canvas, plan: FacePlan, eye: tuple[float, float], skin: Rgb, hair: Rgb, *, rng: np.random.Generator
) -> None:
    wide, high, (x, y) = plan.wide, plan.high, eye
    away = 1.0 if x > 0.5 else -1.0
    canvas.shade(canvas.spot((x - 0.004 * away * wide, y - 0.003 * high), (0.022 * wide, 0.014 * high)), 0.5)
    canvas.shade(canvas.spot((x, y + 0.014 * high), (0.015 * wide, 0.004 * high)), 0.86)
    canvas.color(canvas.spot((x, y), (0.0135 * wide, 0.0052 * high), soft=0.6), _toward(skin, _EYE_WHITE))
    iris: Rgb = (_EYE_WHITE[0] / 2, _EYE_WHITE[1] / 2, _EYE_WHITE[2] / 2)
    canvas.color(canvas.spot((x, y), (0.0068 * wide, 0.0062 * high), soft=0.5), _toward(iris, _IRIS, most=1.0))
    lid = canvas.slant((x - 0.015 * wide, y - 0.0052 * high), (x + 0.015 * wide, y - 0.0052 * high), width=0.011)
    canvas.shade(lid, 0.3)
    brow_rgb: Rgb = (hair[0] * 0.8, hair[1] * 0.8, hair[2] * 0.8) if sum(hair) < 0.8 * sum(skin) else (
        skin[0] * 0.5, skin[1] * 0.45, skin[2] * 0.4)  # fmt: skip
    thick = 0.018 + 0.008 * float(rng.random())
    inner, middle = (x - 0.018 * away * wide, y - 0.0165 * high), (x + 0.006 * away * wide, y - 0.0205 * high)
    outer = (x + 0.020 * away * wide, y - 0.0150 * high)
    brow = np.maximum(canvas.slant(inner, middle, width=thick), canvas.slant(middle, outer, width=thick * 0.85))
    canvas.color(brow * np.float32(0.95), _toward(skin, brow_rgb, most=1.0))


def _draw_nose(canvas: Canvas, plan: FacePlan) -> None:
    wide, high, line = plan.wide, plan.high, plan.eye_line
    tip = line + 0.036 * high
    for sign in (-1, 1):
        side = canvas.slant((0.5 + sign * 0.010 * wide, line), (0.5 + sign * 0.016 * wide, tip), width=0.028)
        canvas.shade(side, 0.8)
        canvas.shade(canvas.spot((0.5 + sign * 0.008 * wide, line + 0.0455 * high), (0.006 * wide, 0.004 * high)), 0.35)
    canvas.shade(canvas.slant((0.5, line - 0.002 * high), (0.5, tip), width=0.03), 1.2)
    canvas.shade(canvas.spot((0.5, tip), (0.009 * wide, 0.007 * high)), 1.25)
    canvas.shade(canvas.spot((0.5, line + 0.050 * high), (0.019 * wide, 0.007 * high)), 0.54)


def _draw_mouth(canvas: Canvas, plan: FacePlan, rng: np.random.Generator) -> None:
    wide, high = plan.wide, plan.high
    y = plan.eye_line + 0.072 * high
    half = (0.020 + 0.004 * float(rng.random())) * wide
    lips = canvas.spot((0.5, y), (half, 0.0085 * high), soft=0.5)
    canvas.color(lips, _LIPS)
    canvas.shade(canvas.spot((0.5, y - 0.004 * high), (half, 0.004 * high)), 0.8)
    canvas.shade(canvas.slant((0.5 - half, y), (0.5 + half, y), width=0.015), 0.36)
    canvas.shade(canvas.spot((0.5, y + 0.0135 * high), (0.015 * wide, 0.005 * high)), 0.74)
    canvas.shade(canvas.spot((0.5, y + 0.028 * high), (0.016 * wide, 0.010 * high)), 1.12)


def make_skin(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the tile of arms, hands and legs: light along them, fingers told apart."""
    canvas = Canvas()
    canvas.gain *= np.exp(0.04 * make_noise(rng, 0.3, 0.1) + 0.02 * rng.standard_normal(canvas.gain.shape)).astype("f4")
    canvas.shade(canvas.spot((0.62, 0.5), (0.12, 0.9)), 1.14)
    canvas.shade(canvas.spot((0.2, 0.5), (0.14, 0.9)), 0.88)
    canvas.shade(np.exp(-(((canvas.down - 0.4) / 0.03) ** 2)).astype(np.float32), 0.92)
    between = np.clip(np.cos(2 * np.pi * 9 * canvas.across) - 0.5, 0, 0.5) * 2 * canvas.rise(_HAND, _HAND + 0.02)
    canvas.shade(between.astype(np.float32), 0.6)
    canvas.shade(np.exp(-(((canvas.down - _HAND) / 0.012) ** 2)).astype(np.float32), 1.15)
    return canvas.finish()


def make_hair_tile(hair: Garment, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the tile of hair: strands from the crown down, and the ring of light on them."""
    canvas = Canvas()
    if hair.kind == "afro":
        curls = 0.6 * make_noise(rng, 0.022, 0.018) + 0.5 * make_noise(rng, 0.05, 0.045)
        canvas.gain *= np.exp(0.42 * curls).astype(np.float32)
        canvas.shade(canvas.spot((0.5, 0.1), (0.8, 0.12)), 1.35)
        return canvas.finish()
    length = 0.12 if hair.kind == "short" else 0.55
    fine = make_noise(rng, 0.008, length)
    locks = make_noise(rng, 0.035, length * 1.3)
    canvas.gain *= np.exp(0.2 * fine + 0.22 * locks).astype(np.float32)
    ring = 0.2 + 0.02 * make_noise(rng, 0.06, 2.0)
    light = np.exp(-(((canvas.down - ring) / (0.03 if hair.kind == "short" else 0.045)) ** 2))
    canvas.gain *= (1 + 1.1 * light * np.clip(0.55 + 0.5 * locks + 0.35 * fine, 0, 1.5)).astype(np.float32)
    if hair.kind != "short":
        second = np.exp(-(((canvas.down - 0.62 - 0.04 * locks) / 0.09) ** 2))
        canvas.gain *= (1 + 0.4 * second * np.clip(0.5 + 0.6 * fine, 0, 1.5)).astype(np.float32)
        part = 0.5 + float(rng.choice([-0.07, 0.0, 0.07]))
        canvas.shade(canvas.stripe_down(part, bottom=0.16, width=0.02), 0.5)
    return canvas.finish()


def make_hat_tile(hat: Garment, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the tile of a hat, scarf or hood: panels of a cap, ribs of a beanie, folds of cloth."""
    canvas = Canvas()
    add_wear(canvas, rng, amount=0.05)
    if hat.kind == "beanie":
        add_ribs(canvas, np.ones_like(canvas.fold), count=26, depth=0.14)
        canvas.seam(canvas.stripe_across(0.27, width=0.02), depth=0.6)
    elif hat.kind in {"cap", "backward cap", "bucket hat"}:
        for at in np.arange(6) / 6:
            canvas.seam(canvas.stripe_down(float(at), bottom=0.35), depth=0.74)
        if rng.random() < 0.6:
            canvas.shade(canvas.spot((0.5, 0.2), (0.04, 0.03), soft=0.5), 2.0)
    else:
        add_folds(canvas, rng, where=np.full_like(canvas.fold, 0.8), across=0.14, down=0.09, lean=0.8)
    return canvas.finish()
