"""Named colours of real clothes, hair and skin, and how different two of them look.

Colours are linear RGB 0..1. Difference is Euclidean distance in OKLab (B. Ottosson, "A perceptual color space for
image processing", 2020, https://bottosson.github.io/posts/oklab): black to white is 1.0.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Rgb

_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def parse_srgb(code: str) -> Rgb:
    """Return linear RGB 0..1 of a display colour such as "#3a4f7a" (IEC 61966-2-1)."""
    parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return (red, green, blue)


def compute_oklab(rgb: Rgb) -> NDArray[np.float64]:
    """Return OKLab [3] of linear RGB. Worked number: white is (1, 0, 0)."""
    return np.asarray(_LAB @ np.cbrt(_LMS @ np.asarray(rgb, dtype=np.float64)))


def compute_colour_distance(first: Rgb, second: Rgb) -> float:
    """Return how different two linear colours look: 0 the same, 1 black against white."""
    return float(np.linalg.norm(compute_oklab(first) - compute_oklab(second)))


def _palette(**codes: str) -> Mapping[str, Rgb]:
    return MappingProxyType({name.replace("_", " "): parse_srgb(code) for name, code in codes.items()})


CLOTH = _palette(
    black="#1d1d20", charcoal="#3b3d42", grey="#7d8084", light_grey="#b4b5b6", white="#e6e4df", cream="#d8ccb2",
    navy="#232c47", blue="#36568c", light_blue="#86a4c4", teal="#2c6468", green="#3c5f43", olive="#5d5c3c",
    maroon="#5b2530", red="#9c3434", orange="#bb6a34", mustard="#b28d3c", purple="#56406f", pink="#c58c98",
    brown="#5b4435", tan="#a58a68",
)  # fmt: skip
DENIM = _palette(dark_blue="#2b3650", blue="#44597c", light_blue="#7f95b0", black="#222327", grey="#5c6067")
LEGWEAR = _palette(
    black="#1f1f22", charcoal="#3a3b40", grey="#6d7076", navy="#262d44", khaki="#97856a", olive="#54543f"
)
FOOTWEAR = _palette(white="#dcdad4", black="#1b1b1d", grey="#77797d", red="#8f3236", blue="#36507e", brown="#55402f")
HAIR = _palette(
    black="#17130f", dark_brown="#2a1e17", brown="#47321f", light_brown="#6d4f33", blond="#a98a56", red="#6e3a20",
    grey="#8b8884",
)  # fmt: skip
SKIN = tuple(
    parse_srgb(c) for c in ("#e6bfa5", "#dcae90", "#cb9a78", "#b58260", "#97694a", "#784f37", "#5a3a29", "#472e22")
)


def vary_colour(rng: np.random.Generator, rgb: Rgb, amount: float = 0.1) -> Rgb:
    """Return a colour a little lighter or darker and of another tint, as two garments of one name differ."""
    light = float(np.exp(rng.normal(0.0, amount)))
    tint = np.exp(rng.normal(0.0, amount / 4, size=3))
    red, green, blue = (float(min(c * light * t, 0.92)) for c, t in zip(rgb, tint, strict=True))
    return (red, green, blue)
