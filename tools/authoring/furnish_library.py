"""Furnishings of libraries and reading corners: bookcases, book trolleys, round tables, arm chairs."""

import numpy as np

from sim.site.model import Furnishing
from tools.authoring.geometry import Frame, Model
from tools.authoring.materials import DARK, PALE_WOOD, STEEL, WOOD, Colour, paint
from tools.authoring.pictures import draw_sign

SPINES: tuple[Colour, ...] = (
    (0.32, 0.05, 0.04),
    (0.03, 0.09, 0.26),
    (0.05, 0.19, 0.09),
    (0.45, 0.26, 0.05),
    (0.24, 0.20, 0.15),
    (0.10, 0.04, 0.14),
    (0.55, 0.50, 0.40),
    (0.03, 0.20, 0.22),
)
CHAIR_SEAT_M = 0.44


def _fill_shelf(model: Model, frame: Frame, size: tuple[float, float], depth: float, rng: np.random.Generator) -> None:
    """Stand books side by side from the frame's origin along +x, `size` width and height of the shelf, fronts at +y."""
    width, height = size
    x = 0.0
    while x < width - 0.05:
        if rng.random() < 0.07:
            x += float(rng.uniform(0.05, 0.14))
            continue
        thick = float(rng.uniform(0.018, 0.05))
        tall = height * float(rng.uniform(0.62, 0.92))
        tone = paint(SPINES[int(rng.integers(len(SPINES)))], gloss=0.5)
        reach = depth * float(rng.uniform(0.75, 0.95))
        model.add_box(tone, frame, (x, 0.03, 0.0), (min(x + thick, width), reach, tall))
        x += thick + 0.002


def build_bookcase(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add shelves full of books, with a sign on top when there is a text."""
    width, depth, height = item.size_m
    half, board = width / 2, 0.025
    wood = PALE_WOOD if item.colour is None else paint(item.colour, gloss=0.3)
    bays = max(1, round(width / 0.95))
    for bay in range(bays + 1):
        x = -half + bay * (width - board) / bays
        model.add_box(wood, frame, (x, 0.0, 0.0), (x + board, depth, height), bevel_m=0.004)
    model.add_box(wood, frame, (-half, 0.0, 0.0), (half, 0.015, height))
    shelves = max(2, round((height - 0.1) / 0.36))
    step = (height - 0.1) / shelves
    model.add_box(DARK, frame, (-half, 0.02, 0.0), (half, depth - 0.03, 0.08))
    for shelf in range(shelves + 1):
        z = 0.08 + shelf * step
        model.add_box(wood, frame, (-half, 0.0, z - board), (half, depth, z), bevel_m=0.003)
        if shelf == shelves:
            break
        for bay in range(bays):
            left = -half + bay * (width - board) / bays + board
            _fill_shelf(model, frame.move(left, 0.0, z), ((width - board) / bays - board, step - board), depth, rng)
    if item.text:
        picture = draw_sign(item.text, (0.16, 0.08, 0.03), size_px=(640, 90))
        model.add_box(WOOD, frame, (-half * 0.72, depth * 0.3, height), (half * 0.72, depth * 0.34, height + 0.2))
        y = depth * 0.34 + 0.003
        model.add_picture(frame, picture, (-half * 0.7, y, height + 0.01), (half * 0.7, y, height + 0.01), 0.18)


def build_book_trolley(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a steel trolley on castors with two rows of books on each of its shelves."""
    width, depth, height = item.size_m
    half = width / 2
    body = paint(item.colour or (0.20, 0.05, 0.05), gloss=0.25)
    for x in (-half, half - 0.03):
        model.add_box(body, frame, (x, 0.0, 0.12), (x + 0.03, depth, height), bevel_m=0.008)
        for y in (0.06, depth - 0.06):
            model.add_cylinder(DARK, frame, (x, y, 0.06), (x + 0.03, y, 0.06), 0.06, sides=12)
    shelves = 3 if height > 1.0 else 2
    for shelf in range(shelves):
        z = 0.16 + shelf * (height - 0.2) / shelves
        model.add_box(body, frame, (-half, 0.0, z), (half, depth, z + 0.02))
        _fill_shelf(model, frame.move(-half + 0.04, depth * 0.45, z + 0.02), (width - 0.08, 0.27), depth * 0.5, rng)
        back = frame.move(half - 0.04, depth * 0.55, z + 0.02, turn_deg=180.0)
        _fill_shelf(model, back, (width - 0.08, 0.27), depth * 0.5, rng)


def build_chair(model: Model, frame: Frame, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add a school chair of moulded plastic on steel legs; its back is at the frame's origin."""
    width, depth, height = item.size_m
    half = width / 2
    shell = paint(item.colour or (0.03, 0.10, 0.26), gloss=0.25)
    model.add_box(
        shell, frame, (-half + 0.02, 0.05, CHAIR_SEAT_M - 0.02), (half - 0.02, depth, CHAIR_SEAT_M), bevel_m=0.01
    )
    model.add_box(shell, frame, (-half + 0.02, 0.02, CHAIR_SEAT_M + 0.16), (half - 0.02, 0.05, height), bevel_m=0.012)
    for x in (-half + 0.05, half - 0.05):
        model.add_cylinder(STEEL, frame, (x, 0.03, 0.0), (x, 0.04, height - 0.1), 0.012, sides=8)
        model.add_cylinder(STEEL, frame, (x, depth - 0.05, 0.0), (x, depth - 0.07, CHAIR_SEAT_M - 0.02), 0.012, sides=8)


def build_round_table(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a round table with four chairs; its size takes the chairs in."""
    width, depth, height = item.size_m
    y, radius = depth / 2, min(width, depth) / 2 - 0.42
    model.add_cylinder(PALE_WOOD, frame, (0, y, height - 0.03), (0, y, height), radius, sides=32)
    model.add_cylinder(DARK, frame, (0, y, height - 0.045), (0, y, height - 0.03), radius * 0.97, sides=32)
    model.add_cylinder(STEEL, frame, (0, y, 0.03), (0, y, height - 0.04), 0.04)
    model.add_cylinder(STEEL, frame, (0, y, 0.0), (0, y, 0.03), radius * 0.55, sides=24)
    seat = item.model_copy(update={"size_m": (0.44, 0.44, 0.8)})
    for turn in (45, 135, 225, 315):
        spot = frame.move(0.0, y, 0.0, turn_deg=turn + float(rng.uniform(-12, 12)))
        build_chair(model, spot.move(0.0, -radius - 0.34, 0.0), seat, rng)
    for _ in range(2):
        angle = float(rng.uniform(0, 6.28))
        book = frame.move(0.5 * radius * np.cos(angle), y + 0.5 * radius * np.sin(angle), height, turn_deg=angle * 57)
        tone = paint(SPINES[int(rng.integers(len(SPINES)))], gloss=0.4)
        model.add_box(tone, book, (-0.11, -0.15, 0.0), (0.11, 0.15, 0.03), bevel_m=0.003)


def build_armchair(model: Model, frame: Frame, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add an upholstered arm chair, or a settee where it is wide."""
    width, depth, height = item.size_m
    half = width / 2
    cloth = paint(item.colour or (0.28, 0.12, 0.03), gloss=0.7)
    model.add_box(cloth, frame, (-half, 0.0, 0.12), (half, 0.2, height), bevel_m=0.06)
    for x in (-half, half - 0.16):
        model.add_box(cloth, frame, (x, 0.0, 0.12), (x + 0.16, depth, 0.6), bevel_m=0.05)
    model.add_box(cloth, frame, (-half + 0.1, 0.1, 0.12), (half - 0.1, depth - 0.02, 0.42), bevel_m=0.05)
    for x in (-half + 0.06, half - 0.06):
        for y in (0.06, depth - 0.06):
            model.add_cylinder(DARK, frame, (x, y, 0.0), (x, y, 0.13), 0.022, sides=8)
