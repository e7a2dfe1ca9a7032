"""Furnishings that hang: boards, posters, signs, banners, clocks; and those that lie flat: mat and crest."""

import numpy as np

from sim.site.model import Furnishing
from tools.authoring.geometry import Spot
from tools.authoring.materials import DARK, PALE_WOOD, RED, STEEL, WHITE, Colour, paint
from tools.authoring.pictures import (
    draw_banner,
    draw_blinds,
    draw_clock,
    draw_crest,
    draw_exit_sign,
    draw_mat,
    draw_mural,
    draw_notice_board,
    draw_pennant,
    draw_poster,
    draw_sign,
)

NAVY: Colour = (0.02, 0.05, 0.14)
GOLD: Colour = (0.62, 0.40, 0.06)
ARRIVAL_HOUR = 8.05


def build_notice_board(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half, rim = width / 2, 0.035
    at.add_box(PALE_WOOD, (-half, 0.0, 0.0), (half, depth, height), bevel_m=0.006)
    image = draw_notice_board(rng, item.text, item.colour or (0.42, 0.25, 0.12), aspect=width / height)
    at.add_picture(image, (-half + rim, depth + 0.002, rim), (half - rim, depth + 0.002, rim), height - 2 * rim)


def build_poster(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, _, height = item.size_m
    image = draw_poster(rng, item.text, item.colour or (0.1, 0.2, 0.4))
    at.add_picture(image, (-width / 2, 0.004, 0.0), (width / 2, 0.004, 0.0), height)


def build_sign(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add a plate with raised edge and words, on a wall or, with some depth, hung from the ceiling."""
    width, depth, height = item.size_m
    half = width / 2
    pixels = (max(64, int(420 * width / height * 0.6)), 252)
    image = draw_sign(item.text, item.colour or NAVY, size_px=pixels)
    at.add_box(DARK, (-half - 0.01, 0.0, -0.01), (half + 0.01, depth, height + 0.01), bevel_m=0.004)
    at.add_picture(image, (-half, depth + 0.002, 0.0), (half, depth + 0.002, 0.0), height)
    if item.z_m > 2.2 and depth > 0.04:
        at.add_picture(image, (half, -0.002, 0.0), (-half, -0.002, 0.0), height)
        for x in (-half * 0.7, half * 0.7):
            at.add_cylinder(STEEL, (x, depth / 2, height), (x, depth / 2, height + 0.5), 0.006, sides=6)


def build_banner(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, _, height = item.size_m
    image = draw_banner(item.text, item.colour or NAVY, size_px=(int(300 * width / height), 300))
    at.add_picture(image, (-width / 2, 0.012, 0.0), (width / 2, 0.012, 0.0), height)
    at.add_cylinder(PALE_WOOD, (-width / 2 - 0.04, 0.015, height), (width / 2 + 0.04, 0.015, height), 0.014)


def build_pennant(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, _, height = item.size_m
    image = draw_pennant(item.colour or NAVY, GOLD, item.text, emblem=item.emblem)
    at.add_picture(image, (-width / 2, 0.02, 0.0), (width / 2, 0.02, 0.0), height)
    at.add_picture(image[:, ::-1], (width / 2, 0.014, 0.0), (-width / 2, 0.014, 0.0), height)
    at.add_cylinder(STEEL, (-width / 2 - 0.05, 0.017, height), (width / 2 + 0.05, 0.017, height), 0.012)


def build_mural(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, _, height = item.size_m
    at.add_picture(draw_mural(rng, item.text), (-width / 2, 0.005, 0.0), (width / 2, 0.005, 0.0), height)


def build_clock(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    size = item.size_m[0]
    at.add_box(DARK, (-size / 2, 0.0, 0.0), (size / 2, 0.05, size), bevel_m=0.025)
    edge = size / 2 - 0.025
    at.add_picture(draw_clock(ARRIVAL_HOUR), (-edge, 0.052, 0.025), (edge, 0.052, 0.025), size - 0.05)


def build_exit_sign(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add an exit sign on the wall or hung across a hall, readable from both sides."""
    width, depth, height = item.size_m
    half = width / 2
    at.add_box(WHITE, (-half, 0.0, 0.0), (half, depth, height), bevel_m=0.006)
    edge = half - 0.015
    image = draw_exit_sign()
    at.add_picture(image, (-edge, depth + 0.002, 0.015), (edge, depth + 0.002, 0.015), height - 0.03)
    at.add_picture(image, (edge, -0.002, 0.015), (-edge, -0.002, 0.015), height - 0.03)
    at.add_box(RED, (-half, 0.0, -0.012), (half, depth, 0.0))
    for x in (-half * 0.6, half * 0.6):
        at.add_cylinder(STEEL, (x, depth / 2, height), (x, depth / 2, height + 0.5), 0.006, sides=6)


def build_office_window(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, _, height = item.size_m
    half, bar = width / 2, 0.06
    at.add_picture(draw_blinds(), (-half, 0.004, 0.0), (half, 0.004, 0.0), height)
    frame_paint = paint((0.10, 0.10, 0.105), gloss=0.2)
    for x in (-half - bar, -bar / 2, half):
        at.add_box(frame_paint, (x, 0.0, -bar), (x + bar, 0.04, height + bar), bevel_m=0.005)
    for z in (-bar, height):
        at.add_box(frame_paint, (-half, 0.0, z), (half, 0.04, z + bar), bevel_m=0.005)
    at.add_box(PALE_WOOD, (-half - 0.1, 0.0, -bar - 0.04), (half + 0.1, 0.2, -bar), bevel_m=0.008)


def build_mat(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, depth, _ = item.size_m
    at.add_box(paint((0.02, 0.021, 0.025)), (-width / 2, 0.0, 0.0), (width / 2, depth, 0.008), bevel_m=0.003)
    middle = at.move(0.0, depth / 2)
    middle.add_floor_picture(draw_mat(item.text), (width - 0.04, depth - 0.04), 0.0095)


def build_crest(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, depth, _ = item.size_m
    middle = at.move(0.0, depth / 2)
    middle.add_floor_picture(
        draw_crest(item.text, colour=item.colour or NAVY, emblem=item.emblem), (width, depth), 0.002, is_round=True
    )
