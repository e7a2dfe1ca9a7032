"""Furnishings of large rooms: cafeteria tables, serving counter, vending machines, desks; and camera housings."""

import numpy as np

from sim.site.model import Furnishing
from tools.authoring.geometry import Frame, Model
from tools.authoring.materials import DARK, GLASS, PALE_WOOD, STEEL, WHITE, WOOD, Colour, Material, lamp, paint
from tools.authoring.pictures import draw_banner

GLAZED = Material(colour=(0.55, 0.56, 0.52), pattern="block", period_m=1.2, gloss=0.12)

STOOLS: tuple[Colour, ...] = ((0.03, 0.10, 0.28), (0.55, 0.32, 0.03), (0.05, 0.22, 0.12))


def build_cafeteria_table(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a folding table with a row of round stools along both sides; its size takes the stools in."""
    width, depth, height = item.size_m
    half, middle, top = width / 2, depth / 2, 0.38
    model.add_box(WHITE, frame, (-half, middle - top, height - 0.03), (half, middle + top, height), bevel_m=0.01)
    model.add_box(
        DARK,
        frame,
        (-half - 0.008, middle - top - 0.008, height - 0.034),
        (half + 0.008, middle + top + 0.008, height - 0.006),
        bevel_m=0.008,
    )
    for x in (-half + 0.3, half - 0.3):
        for y in (middle - 0.28, middle + 0.28):
            model.add_cylinder(STEEL, frame, (x, y, 0.06), (x, y, height - 0.03), 0.022, sides=10)
        model.add_box(STEEL, frame, (x - 0.03, middle - 0.62, 0.03), (x + 0.03, middle + 0.62, 0.08), bevel_m=0.01)
    seat = paint(STOOLS[int(rng.integers(len(STOOLS)))], gloss=0.25)
    count = max(2, round(width / 0.6))
    for number in range(count):
        x = -half + width * (number + 0.5) / count
        for side in (-1, 1):
            y = middle + side * (depth / 2 - 0.17)
            model.add_cylinder(seat, frame, (x, y, 0.43), (x, y, 0.46), 0.165, sides=20)
            model.add_cylinder(STEEL, frame, (x, y, 0.05), (x, y, 0.43), 0.02, sides=8)
            inner = middle + side * 0.2
            model.add_cylinder(STEEL, frame, (x, y, 0.1), (x, inner, 0.1), 0.016, sides=6)
    for _ in range(int(rng.integers(0, 3))):
        x, y = float(rng.uniform(-half * 0.8, half * 0.8)), middle + float(rng.uniform(-0.25, 0.25))
        tray = paint(((0.35, 0.10, 0.05), (0.05, 0.15, 0.30))[int(rng.integers(2))], gloss=0.3)
        model.add_box(tray, frame, (x - 0.2, y - 0.14, height), (x + 0.2, y + 0.14, height + 0.018), bevel_m=0.008)
        model.add_box(WHITE, frame, (x + 0.05, y - 0.06, height), (x + 0.12, y + 0.02, height + 0.1), bevel_m=0.006)


def build_serving_counter(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a steel counter with tray rail, sneeze guard, warm lamps and a menu board above."""
    width, depth, height = item.size_m
    half = width / 2
    model.add_box(
        paint((0.05, 0.22, 0.12), gloss=0.3), frame, (-half, 0.0, 0.1), (half, depth - 0.3, height - 0.06), bevel_m=0.01
    )
    model.add_box(DARK, frame, (-half, 0.0, 0.0), (half, depth - 0.36, 0.1))
    model.add_box(STEEL, frame, (-half, 0.0, height - 0.06), (half, depth - 0.26, height), bevel_m=0.01)
    for y in (depth - 0.2, depth - 0.12, depth - 0.04):
        model.add_cylinder(STEEL, frame, (-half, y, height - 0.08), (half, y, height - 0.08), 0.016, sides=10)
    bays = max(2, round(width / 1.2))
    step = width / bays
    for number in range(bays + 1):
        x = -half + number * step
        model.add_box(STEEL, frame, (x - 0.015, depth - 0.5, height), (x + 0.015, depth - 0.46, height + 0.5))
        if number == bays:
            break
        food = ((0.45, 0.25, 0.08), (0.12, 0.25, 0.05), (0.5, 0.12, 0.04), (0.55, 0.45, 0.2))[int(rng.integers(4))]
        model.add_box(STEEL, frame, (x + 0.12, 0.12, height), (x + step - 0.12, depth - 0.55, height + 0.02))
        model.add_box(
            paint(food), frame, (x + 0.16, 0.16, height + 0.012), (x + step - 0.16, depth - 0.59, height + 0.03)
        )
    model.add_box(
        STEEL, frame, (-half, depth - 0.62, height + 0.48), (half, depth - 0.34, height + 0.52), bevel_m=0.008
    )
    glow = lamp((1.0, 0.72, 0.4), 6.0, group="counter")
    model.add_box(glow, frame, (-half + 0.2, depth - 0.55, height + 0.465), (half - 0.2, depth - 0.5, height + 0.479))
    board = draw_banner(item.text or "TODAY/Pasta  Salad  Fruit", (0.02, 0.03, 0.028), size_px=(1200, 200))
    model.add_picture(frame, board, (-half * 0.8, 0.012, 2.15), (half * 0.8, 0.012, 2.15), half * 1.6 / 6)
    model.add_box(GLAZED, frame, (-half, 0.0, height), (half, 0.008, 2.08))


def build_vending(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a vending machine with a lit front."""
    width, depth, height = item.size_m
    half = width / 2
    body = paint(item.colour or (0.03, 0.08, 0.25), gloss=0.2)
    model.add_box(body, frame, (-half, 0.0, 0.04), (half, depth, height), bevel_m=0.02)
    model.add_box(DARK, frame, (-half + 0.06, depth - 0.005, 0.5), (half - 0.28, depth + 0.006, height - 0.12))
    for shelf in range(5):
        z = 0.58 + shelf * (height - 0.78) / 5
        for x in np.arange(-half + 0.12, half - 0.36, 0.105):
            red, green, blue = rng.uniform(0.05, 0.7, 3).tolist()
            tone = paint((red, green, blue))
            model.add_box(
                tone, frame, (float(x), depth + 0.004, z), (float(x) + 0.075, depth + 0.014, z + 0.15), bevel_m=0.004
            )
    model.add_box(GLASS, frame, (half - 0.22, depth, 1.0), (half - 0.07, depth + 0.008, 1.35))
    model.add_box(DARK, frame, (-half + 0.1, depth, 0.18), (half - 0.3, depth + 0.006, 0.36), bevel_m=0.004)
    model.add_box(
        lamp((0.8, 0.9, 1.0), 3.0, group="signs"),
        frame,
        (-half + 0.08, depth + 0.001, height - 0.1),
        (half - 0.08, depth + 0.008, height - 0.03),
    )


def build_desk(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a welcome desk with a counter, a screen and a few things on it."""
    width, depth, height = item.size_m
    half = width / 2
    model.add_box(WOOD, frame, (-half, 0.0, 0.06), (half, depth, height - 0.04), bevel_m=0.012)
    model.add_box(DARK, frame, (-half + 0.03, 0.03, 0.0), (half - 0.03, depth - 0.05, 0.06))
    model.add_box(
        PALE_WOOD, frame, (-half - 0.04, -0.02, height - 0.04), (half + 0.04, depth + 0.06, height), bevel_m=0.01
    )
    x = float(rng.uniform(-half * 0.4, half * 0.3))
    model.add_box(
        DARK, frame, (x - 0.26, depth * 0.35, height + 0.1), (x + 0.26, depth * 0.4, height + 0.42), bevel_m=0.01
    )
    model.add_box(DARK, frame, (x - 0.03, depth * 0.3, height), (x + 0.03, depth * 0.35, height + 0.2))
    model.add_box(WHITE, frame, (half * 0.5, 0.1, height), (half * 0.5 + 0.3, 0.32, height + 0.03), bevel_m=0.003)
    if item.text:
        image = draw_banner(item.text, (0.02, 0.05, 0.14), size_px=(700, 180))
        model.add_picture(
            frame,
            image,
            (-half * 0.6, depth + 0.004, height * 0.42),
            (half * 0.6, depth + 0.004, height * 0.42),
            half * 1.2 * 180 / 700,
        )
