"""Furnishings of an entrance where bags and people are checked: detector arch, belts on posts, screening table."""

import numpy as np

from sim.site.model import Furnishing
from tools.authoring.geometry import Frame, Model
from tools.authoring.materials import DARK, RED, STEEL, WHITE, lamp, paint
from tools.authoring.pictures import draw_sign

POST_PITCH_M = 1.5
SHELL = paint((0.34, 0.36, 0.38), gloss=0.25)
BELT = paint((0.02, 0.06, 0.22), gloss=0.5)
GREEN_LIGHT = lamp((0.1, 1.0, 0.25), 5.0, group="signs")


def build_detector_panel(model: Model, frame: Frame, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add one side of a walk-through metal detector: a slim upright on a foot."""
    width, depth, height = item.size_m
    half = width / 2
    model.add_box(DARK, frame, (-half - 0.05, -0.03, 0.0), (half + 0.05, depth + 0.03, 0.05), bevel_m=0.01)
    model.add_box(SHELL, frame, (-half, 0.0, 0.05), (half, depth, height), bevel_m=0.025)
    for y in (-0.002, depth - 0.001):
        model.add_box(DARK, frame, (-half + 0.03, y, 0.3), (half - 0.03, y + 0.003, height - 0.3))
    for z in np.arange(0.5, height - 0.4, 0.28):
        model.add_box(GREEN_LIGHT, frame, (-0.008, depth, float(z)), (0.008, depth + 0.004, float(z) + 0.09))


def build_detector_head(model: Model, frame: Frame, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add the beam of a walk-through metal detector with its display, between two panels."""
    width, depth, height = item.size_m
    half = width / 2
    model.add_box(SHELL, frame, (-half, 0.0, 0.0), (half, depth, height), bevel_m=0.03)
    for y, side in ((depth + 0.002, 1.0), (-0.002, -1.0)):
        picture = draw_sign("WALK THROUGH", (0.01, 0.05, 0.02), size_px=(420, 84))
        ends = (-half * 0.7, y, 0.04), (half * 0.7, y, 0.04)
        left, right = ends if side > 0 else ends[::-1]
        model.add_picture(frame, picture, left, right, height - 0.08)


def build_belt_line(model: Model, frame: Frame, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add posts with a belt between them, as for a queue; they stand along the middle of the footprint."""
    width, depth, height = item.size_m
    count = max(1, round(width / POST_PITCH_M))
    posts = [-width / 2 + 0.17 + (width - 0.34) * n / count for n in range(count + 1)]
    y = depth / 2
    for x in posts:
        model.add_cylinder(DARK, frame, (x, y, 0.0), (x, y, 0.025), 0.165, sides=24)
        model.add_cylinder(STEEL, frame, (x, y, 0.02), (x, y, height), 0.032, sides=14)
        model.add_cylinder(DARK, frame, (x, y, height - 0.13), (x, y, height), 0.04, sides=14)
    model.add_box(BELT, frame, (posts[0], y - 0.002, height - 0.1), (posts[-1], y + 0.002, height - 0.045))


def build_screening_table(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a folding table with grey trays, a hand wand and a box of gloves."""
    width, depth, height = item.size_m
    half = width / 2
    model.add_box(
        paint((0.46, 0.43, 0.37), gloss=0.3), frame, (-half, 0.0, height - 0.045), (half, depth, height), bevel_m=0.012
    )
    for x in (-half + 0.14, half - 0.14):
        for y in (0.1, depth - 0.1):
            model.add_cylinder(DARK, frame, (x, y, 0.0), (x, y, height - 0.04), 0.016, sides=8)
        model.add_box(DARK, frame, (x - 0.012, 0.1, 0.18), (x + 0.012, depth - 0.1, 0.205))
    tray = paint((0.16, 0.17, 0.19), gloss=0.3)
    for x in (-half + 0.42, -half + 1.02):
        if x > half - 0.3:
            continue
        y = depth / 2 + float(rng.uniform(-0.05, 0.05))
        model.add_box(tray, frame, (x - 0.25, y - 0.18, height), (x + 0.25, y + 0.18, height + 0.012))
        for x1, y1, x2, y2 in (
            (x - 0.25, y - 0.18, x + 0.25, y - 0.165),
            (x - 0.25, y + 0.165, x + 0.25, y + 0.18),
            (x - 0.25, y - 0.18, x - 0.235, y + 0.18),
            (x + 0.235, y - 0.18, x + 0.25, y + 0.18),
        ):
            model.add_box(tray, frame, (x1, y1, height), (x2, y2, height + 0.09), bevel_m=0.005)
    model.add_cylinder(DARK, frame, (half - 0.45, 0.3, height + 0.025), (half - 0.1, 0.42, height + 0.025), 0.022)
    model.add_box(WHITE, frame, (half - 0.3, 0.5, height), (half - 0.06, 0.62, height + 0.1), bevel_m=0.006)
    model.add_box(RED, frame, (half - 0.24, 0.622, height + 0.03), (half - 0.12, 0.625, height + 0.07))
    if item.text:
        picture = draw_sign(item.text, (0.02, 0.05, 0.14), size_px=(640, 110))
        y = depth + 0.003
        model.add_picture(frame, picture, (-half * 0.7, y, height - 0.3), (half * 0.7, y, height - 0.3), half * 0.24)
