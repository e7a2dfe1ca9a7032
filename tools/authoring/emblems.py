"""Emblems of schools, as crests and pennants bear them: flat shapes about a middle, in shares of half their height."""

from typing import assert_never

from PIL import ImageDraw

from sim.site.model import Emblem

Bytes3 = tuple[int, int, int]
Shape = tuple[tuple[float, float], ...]

LEAF_TOP: Shape = ((0, -1), (0.14, -0.62), (0.34, -0.72), (0.30, -0.28), (0.62, -0.52), (0.66, -0.30), (0.98, -0.22))
LEAF_HALF: Shape = (*LEAF_TOP, (0.78, 0.05), (0.86, 0.20), (0.36, 0.42), (0.42, 0.60), (0.06, 0.52), (0.06, 1.0))
PAD_HALF: Shape = ((0, -0.02), (0.30, 0.04), (0.56, 0.28), (0.68, 0.56), (0.58, 0.82), (0.32, 0.88), (0, 0.78))
TOES = ((0.24, -0.49, 0.17, 0.27), (0.66, -0.18, 0.15, 0.24))
"""Middle and half axes of the toes on the right; the fifth, short one is left out as in most emblems."""
CLAW = 0.2
HEAD_TOP: Shape = ((0, -0.46), (0.22, -0.52), (0.44, -1.0), (0.66, -0.34), (0.72, 0.02), (0.96, 0.34), (0.70, 0.36))
HEAD_HALF: Shape = (*HEAD_TOP, (0.80, 0.66), (0.50, 0.58), (0.30, 0.84), (0, 0.94))
EAR_HALF: Shape = ((0.32, -0.52), (0.44, -0.80), (0.55, -0.40))
EYE_HALF: Shape = ((0.14, 0.02), (0.40, -0.12), (0.46, -0.02), (0.24, 0.10))
NOSE_HALF: Shape = ((0, 0.60), (0.15, 0.40), (0, 0.38))
MOUTH_HALF: Shape = ((0, 0.58), (0.03, 0.58), (0.03, 0.70), (0.22, 0.76), (0.20, 0.82), (0, 0.74))


def draw_emblem(
    draw: ImageDraw.ImageDraw, emblem: Emblem, at: tuple[float, float], size: float, *, colour: Bytes3, ground: Bytes3
) -> None:
    """Draw an emblem about `at`, `size` pixels from its middle to its top; what is cut out of it shows `ground`."""
    match emblem:
        case "maple-leaf":
            _fill(draw, LEAF_HALF, at, size, colour)
        case "bear-paw":
            _draw_paw(draw, at, size, colour)
        case "lynx":
            _fill(draw, HEAD_HALF, at, size, colour)
            for part in (EAR_HALF, EYE_HALF):
                for side in (1, -1):
                    draw.polygon([_place((side * a, b), at, size) for a, b in part], fill=ground)
            for part in (NOSE_HALF, MOUTH_HALF):
                _fill(draw, part, at, size, ground)
        case _:
            assert_never(emblem)


def _draw_paw(draw: ImageDraw.ImageDraw, at: tuple[float, float], size: float, colour: Bytes3) -> None:
    _fill(draw, PAD_HALF, at, size, colour)
    for x, y, half_x, half_y in TOES:
        for side in (1, -1):
            box = [_place((side * x - half_x, y - half_y), at, size), _place((side * x + half_x, y + half_y), at, size)]
            draw.ellipse(box, fill=colour)
            top = y - half_y - 0.04
            claw = ((side * x - 0.06, top), (side * x + 0.06, top), (side * x * 1.06, top - CLAW))
            draw.polygon([_place(point, at, size) for point in claw], fill=colour)


def _fill(
    draw: ImageDraw.ImageDraw,
    half: Shape,
    at: tuple[float, float],
    size: float,
    colour: Bytes3,
) -> None:
    """Fill a shape whose right half goes from the top to the foot."""
    outline = [*half, *((-a, b) for a, b in reversed(half))]
    draw.polygon([_place(point, at, size) for point in outline], fill=colour)


def _place(point: tuple[float, float], at: tuple[float, float], size: float) -> tuple[float, float]:
    return at[0] + point[0] * size, at[1] + point[1] * size
