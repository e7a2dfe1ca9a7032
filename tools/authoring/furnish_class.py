"""Furnishings of science, art and service places: display cases, work benches, framed art, crates, carts."""

import numpy as np

from sim.site.model import Furnishing
from tools.authoring.geometry import Frame, Model
from tools.authoring.materials import DARK, LEAVES, PALE_WOOD, STEEL, WHITE, WOOD, Colour, lamp, paint
from tools.authoring.pictures import draw_poster, draw_sign

CARDBOARD = paint((0.36, 0.22, 0.11))
CLEAR = paint((0.42, 0.46, 0.48), gloss=0.08)
MODELS: tuple[Colour, ...] = ((0.45, 0.06, 0.04), (0.04, 0.12, 0.35), (0.05, 0.25, 0.10), (0.55, 0.34, 0.04))


def build_science_case(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a lit show case with globes, molecules, minerals and jars on shelves over a cupboard."""
    width, depth, height = item.size_m
    half, top = width / 2, height - 0.1
    body = paint(item.colour or (0.05, 0.06, 0.07), gloss=0.3)
    model.add_box(PALE_WOOD, frame, (-half, 0.0, 0.08), (half, depth, 0.8), bevel_m=0.01)
    model.add_box(DARK, frame, (-half + 0.02, 0.0, 0.0), (half - 0.02, depth - 0.04, 0.08))
    doors = max(2, round(width / 0.55))
    for number in range(1, doors):
        x = -half + width * number / doors
        model.add_box(DARK, frame, (x - 0.003, depth - 0.005, 0.1), (x + 0.003, depth + 0.002, 0.78))
    model.add_box(body, frame, (-half, 0.0, 0.8), (half, 0.03, height))
    model.add_box(body, frame, (-half, 0.0, top), (half, depth, height), bevel_m=0.008)
    for x in (-half, half - 0.04):
        model.add_box(body, frame, (x, 0.0, 0.8), (x + 0.04, depth, height), bevel_m=0.005)
    light = lamp((0.9, 0.96, 1.0), 5.0, group="cases")
    model.add_box(light, frame, (-half + 0.1, depth - 0.1, top - 0.012), (half - 0.1, depth - 0.05, top - 0.002))
    levels = [0.8, 1.28] if height > 1.75 else [0.8]
    for z in levels:
        if z > 0.8:
            model.add_box(CLEAR, frame, (-half + 0.04, 0.03, z - 0.012), (half - 0.04, depth - 0.04, z))
        for x in np.arange(-half + 0.22, half - 0.16, 0.36):
            spot = frame.move(float(x + rng.uniform(-0.05, 0.05)), depth * 0.5, z)
            _build_exhibit(model, spot, rng)
    if item.text:
        picture = draw_sign(item.text, (0.02, 0.16, 0.18), size_px=(640, 60))
        y = depth + 0.002
        model.add_picture(frame, picture, (-half * 0.6, y, top + 0.006), (half * 0.6, y, top + 0.006), 0.088)


def _build_exhibit(model: Model, frame: Frame, rng: np.random.Generator) -> None:
    tone = paint(MODELS[int(rng.integers(len(MODELS)))], gloss=0.2)
    which = int(rng.integers(4))
    if which == 0:
        model.add_cylinder(DARK, frame, (0, 0, 0), (0, 0, 0.03), 0.07)
        model.add_cylinder(STEEL, frame, (0, 0, 0.03), (0, 0, 0.08), 0.01)
        model.add_ball(paint((0.04, 0.14, 0.34), gloss=0.2), frame, (0, 0, 0.2), 0.13, rng=rng, rough_share=0.0)
    elif which == 1:
        for n, other in enumerate(MODELS):
            place = (float(rng.uniform(-0.1, 0.1)), float(rng.uniform(-0.05, 0.05)), 0.06 + 0.075 * n)
            model.add_ball(paint(other, gloss=0.15), frame, place, 0.05, rng=rng, rough_share=0.0)
    elif which == 2:
        for x in (-0.08, 0.08):
            model.add_cylinder(CLEAR, frame, (x, 0, 0), (x, 0, 0.2), 0.055)
            model.add_cylinder(tone, frame, (x, 0, 0.005), (x, 0, 0.11), 0.0555)
            model.add_cylinder(DARK, frame, (x, 0, 0.2), (x, 0, 0.22), 0.045)
    else:
        model.add_box(WOOD, frame, (-0.12, -0.08, 0.0), (0.12, 0.08, 0.04), bevel_m=0.005)
        model.add_ball(tone, frame, (0.0, 0.0, 0.12), 0.1, rng=rng)


def build_science_bench(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a laboratory bench with a black top, a sink, a tap and glassware."""
    width, depth, height = item.size_m
    half = width / 2
    model.add_box(
        PALE_WOOD, frame, (-half + 0.03, 0.03, 0.08), (half - 0.03, depth - 0.03, height - 0.04), bevel_m=0.008
    )
    model.add_box(DARK, frame, (-half + 0.06, 0.06, 0.0), (half - 0.06, depth - 0.06, 0.08))
    model.add_box(DARK, frame, (-half, 0.0, height - 0.04), (half, depth, height), bevel_m=0.008)
    x = half * 0.5
    model.add_box(STEEL, frame, (x - 0.2, depth * 0.3, height), (x + 0.2, depth * 0.7, height + 0.006))
    model.add_cylinder(STEEL, frame, (x, depth * 0.25, height), (x, depth * 0.25, height + 0.3), 0.014, sides=8)
    model.add_cylinder(STEEL, frame, (x, depth * 0.25, height + 0.3), (x, depth * 0.45, height + 0.28), 0.012, sides=8)
    for place in np.linspace(-half * 0.8, half * 0.1, 4):
        tall = float(rng.uniform(0.1, 0.24))
        spot = (float(place), depth * 0.5)
        model.add_cylinder(CLEAR, frame, (*spot, height), (*spot, height + tall), 0.05)


def build_art(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a framed picture; with a width above a meter, a row of framed pictures."""
    width, depth, height = item.size_m
    count = max(1, round(width / 0.8))
    each = width / count
    for number in range(count):
        x = -width / 2 + each * (number + 0.5)
        half, tall = each * 0.42, height * float(rng.uniform(0.82, 1.0))
        rim = DARK if rng.random() < 0.6 else PALE_WOOD
        model.add_box(rim, frame, (x - half, 0.0, 0.0), (x + half, depth, tall), bevel_m=0.008)
        model.add_box(WHITE, frame, (x - half + 0.03, 0.0, 0.03), (x + half - 0.03, depth + 0.001, tall - 0.03))
        red, green, blue = rng.uniform(0.02, 0.5, 3).tolist()
        picture = draw_poster(rng, "", (red, green, blue))
        ends = (x - half + 0.09, depth + 0.003, 0.09), (x + half - 0.09, depth + 0.003, 0.09)
        model.add_picture(frame, picture, *ends, tall - 0.18)


def build_crates(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add cardboard boxes stacked on a wooden pallet."""
    width, depth, height = item.size_m
    half = width / 2
    for z in (0.0, 0.1):
        for part in np.linspace(-half, half - 0.12, 5):
            model.add_box(PALE_WOOD, frame, (float(part), 0.0, z), (float(part) + 0.12, depth, z + 0.025))
    for y in (0.0, depth / 2 - 0.05, depth - 0.1):
        model.add_box(PALE_WOOD, frame, (-half, y, 0.025), (half, y + 0.1, 0.1))
    z = 0.125
    while z < height - 0.2:
        tall = float(rng.uniform(0.26, 0.4))
        for column in range(2):
            if z > height * 0.6 and rng.random() < 0.35:
                continue
            x = -half + column * half
            inset = float(rng.uniform(0.0, 0.04))
            low, high = (x + inset, inset, z), (x + half - 0.01, depth - inset, z + tall)
            model.add_box(CARDBOARD, frame, low, high, bevel_m=0.005)
            middle = (low[0] + high[0]) / 2
            tape = paint((0.45, 0.36, 0.22), gloss=0.3)
            model.add_box(
                tape,
                frame,
                (middle - 0.03, low[1] - 0.001, z + tall * 0.6),
                (middle + 0.03, high[1] + 0.001, z + tall + 0.001),
            )
        z += tall


def build_cart(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a caretaker's or kitchen cart: two trays on a frame with castors, a bag or boxes on it."""
    width, depth, height = item.size_m
    half = width / 2
    tray = paint(item.colour or (0.10, 0.11, 0.12), gloss=0.35)
    for x in (-half + 0.03, half - 0.03):
        for y in (0.03, depth - 0.03):
            model.add_cylinder(STEEL, frame, (x, y, 0.1), (x, y, height), 0.014, sides=8)
            model.add_cylinder(DARK, frame, (x - 0.015, y, 0.05), (x + 0.015, y, 0.05), 0.05, sides=12)
    for z in (0.14, height * 0.55, height - 0.1):
        model.add_box(tray, frame, (-half, 0.0, z), (half, depth, z + 0.04), bevel_m=0.01)
    for z in (0.18, height * 0.55 + 0.04, height - 0.06):
        x = float(rng.uniform(-half + 0.2, half - 0.2))
        red, green, blue = rng.uniform(0.05, 0.5, 3).tolist()
        model.add_box(
            paint((red, green, blue)), frame, (x - 0.15, 0.08, z), (x + 0.15, depth - 0.08, z + 0.18), bevel_m=0.01
        )


def build_hanging_plants(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a wall shelf with a row of pot plants."""
    width, depth, height = item.size_m
    half = width / 2
    model.add_box(PALE_WOOD, frame, (-half, 0.0, 0.0), (half, depth, 0.03), bevel_m=0.005)
    for x in np.arange(-half + 0.14, half - 0.1, 0.28):
        model.add_cylinder(
            paint((0.36, 0.14, 0.07)), frame, (float(x), depth / 2, 0.03), (float(x), depth / 2, 0.16), 0.07
        )
        model.add_ball(LEAVES, frame, (float(x), depth / 2, 0.25), min(0.14, height / 2), rng=rng)
