"""Furnishings of gymnasiums and of the corridors that lead there: bleachers, hoops, wall pads, ball racks, mats."""

from itertools import pairwise

import numpy as np

from sim.site.model import Furnishing
from tools.authoring.geometry import Frame, Model
from tools.authoring.materials import DARK, PALE_WOOD, RED, STEEL, WHITE, Colour, paint
from tools.authoring.pictures import draw_sign

BALL: Colour = (0.42, 0.13, 0.03)


def build_bleachers(model: Model, frame: Frame, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add rows of benches that rise away from the hall."""
    width, depth, height = item.size_m
    half, rows = width / 2, max(2, round(item.size_m[1] / 0.62))
    step, rise = depth / rows, height / rows
    for row in range(rows):
        z, front = (row + 1) * rise, depth - row * step
        model.add_box(DARK, frame, (-half, front - step, 0.0), (half, front - 0.03, z - 0.06))
        model.add_box(PALE_WOOD, frame, (-half, front - 0.32, z - 0.06), (half, front, z), bevel_m=0.01)


def build_hoop(model: Model, frame: Frame, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add a basketball hoop on a wall: `z_m` is the board's lower edge."""
    width, depth, height = item.size_m
    half = width / 2
    for x in (-half * 0.4, half * 0.4):
        model.add_box(STEEL, frame, (x - 0.03, 0.0, height * 0.4), (x + 0.03, depth, height * 0.5))
    model.add_box(WHITE, frame, (-half, depth, 0.0), (half, depth + 0.04, height), bevel_m=0.01)
    for low, high in (
        ((-0.3, 0.2), (0.3, 0.25)),
        ((-0.3, 0.6), (0.3, 0.65)),
        ((-0.3, 0.2), (-0.25, 0.65)),
        ((0.25, 0.2), (0.3, 0.65)),
    ):
        model.add_box(RED, frame, (low[0], depth + 0.04, low[1]), (high[0], depth + 0.043, high[1]))
    angles = np.linspace(0, 2 * np.pi, 19)
    ring = [(0.225 * float(np.cos(a)), depth + 0.42 + 0.225 * float(np.sin(a)), 0.15) for a in angles]
    for a, b in pairwise(ring):
        model.add_cylinder(RED, frame, a, b, 0.01, sides=6)
        model.add_cylinder(
            WHITE, frame, a, (a[0] * 0.6, depth + 0.42 + (a[1] - depth - 0.42) * 0.6, -0.25), 0.004, sides=4
        )
    model.add_box(RED, frame, (-0.05, depth + 0.04, 0.13), (0.05, depth + 0.2, 0.16))


def build_wall_pad(model: Model, frame: Frame, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add padded panels side by side along a wall."""
    width, depth, height = item.size_m
    half, count = width / 2, max(1, round(width / 0.61))
    cover = paint(item.colour or (0.02, 0.06, 0.2), gloss=0.35)
    for number in range(count):
        x = -half + width * number / count
        model.add_box(cover, frame, (x + 0.006, 0.0, 0.05), (x + width / count - 0.006, depth, height), bevel_m=0.02)


def build_ball_rack(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a rolling rack of basketballs."""
    width, depth, height = item.size_m
    half = width / 2
    for x in (-half + 0.02, half - 0.02):
        for y in (0.04, depth - 0.04):
            model.add_cylinder(STEEL, frame, (x, y, 0.08), (x, y, height), 0.015, sides=8)
            model.add_cylinder(DARK, frame, (x - 0.02, y, 0.05), (x + 0.02, y, 0.05), 0.05, sides=10)
    ball = paint(BALL, gloss=0.5)
    for z in np.arange(0.16, height - 0.1, 0.36):
        for y in (0.06, depth - 0.06):
            model.add_cylinder(STEEL, frame, (-half, y, float(z)), (half, y, float(z)), 0.01, sides=6)
        for x in np.arange(-half + 0.15, half - 0.1, 0.26):
            if rng.random() < 0.85:
                model.add_ball(ball, frame, (float(x), depth / 2, float(z) + 0.11), 0.12, rng=rng, rough_share=0.0)


def build_scoreboard(model: Model, frame: Frame, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add a dark scoreboard with the school's word on top and lit figures."""
    width, depth, height = item.size_m
    half = width / 2
    model.add_box(DARK, frame, (-half, 0.0, 0.0), (half, depth, height), bevel_m=0.015)
    y = depth + 0.003
    title = draw_sign(item.text or "HOME  VISITORS", item.colour or (0.02, 0.06, 0.2), size_px=(640, 110))
    model.add_picture(frame, title, (-half + 0.05, y, height * 0.68), (half - 0.05, y, height * 0.68), height * 0.26)
    for x, figures in ((-half * 0.55, "42"), (half * 0.55, "38")):
        picture = draw_sign(figures, (0.05, 0.004, 0.002), size_px=(160, 120))
        model.add_picture(
            frame, picture, (x - half * 0.26, y, height * 0.14), (x + half * 0.26, y, height * 0.14), height * 0.44
        )
