"""Furnishings of large rooms: cafeteria tables, serving counter, vending machines, desks; and camera housings."""

from itertools import pairwise

import numpy as np

from sim.site.model import Furnishing
from tools.authoring.geometry import Spot
from tools.authoring.materials import DARK, GLASS, PALE_WOOD, STEEL, WHITE, WOOD, Colour, Material, lamp, paint
from tools.authoring.pictures import draw_banner, draw_poster, draw_sign

GLAZED = Material(colour=(0.55, 0.56, 0.52), pattern="block", period_m=1.2, gloss=0.12)

STOOLS: tuple[Colour, ...] = ((0.03, 0.10, 0.28), (0.55, 0.32, 0.03), (0.05, 0.22, 0.12))


def build_cafeteria_table(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a folding table with a row of round stools along both sides; its size takes the stools in."""
    width, depth, height = item.size_m
    half, middle, top = width / 2, depth / 2, 0.38
    at.add_box(WHITE, (-half, middle - top, height - 0.03), (half, middle + top, height), bevel_m=0.01)
    edge = middle - top - 0.008, middle + top + 0.008
    at.add_box(DARK, (-half - 0.008, edge[0], height - 0.034), (half + 0.008, edge[1], height - 0.006), bevel_m=0.008)
    for x in (-half + 0.3, half - 0.3):
        for y in (middle - 0.28, middle + 0.28):
            at.add_cylinder(STEEL, (x, y, 0.06), (x, y, height - 0.03), 0.022, sides=10)
        at.add_box(STEEL, (x - 0.03, middle - 0.62, 0.03), (x + 0.03, middle + 0.62, 0.08), bevel_m=0.01)
    seat = paint(STOOLS[int(rng.integers(len(STOOLS)))], gloss=0.25)
    count = max(2, round(width / 0.6))
    for number in range(count):
        x = -half + width * (number + 0.5) / count
        for side in (-1, 1):
            y = middle + side * (depth / 2 - 0.17)
            at.add_cylinder(seat, (x, y, 0.43), (x, y, 0.46), 0.165, sides=20)
            at.add_cylinder(STEEL, (x, y, 0.05), (x, y, 0.43), 0.02, sides=8)
            inner = middle + side * 0.2
            at.add_cylinder(STEEL, (x, y, 0.1), (x, inner, 0.1), 0.016, sides=6)
    for _ in range(int(rng.integers(0, 3))):
        x, y = float(rng.uniform(-half * 0.8, half * 0.8)), middle + float(rng.uniform(-0.25, 0.25))
        tray = paint(((0.35, 0.10, 0.05), (0.05, 0.15, 0.30))[int(rng.integers(2))], gloss=0.3)
        at.add_box(tray, (x - 0.2, y - 0.14, height), (x + 0.2, y + 0.14, height + 0.018), bevel_m=0.008)
        at.add_box(WHITE, (x + 0.05, y - 0.06, height), (x + 0.12, y + 0.02, height + 0.1), bevel_m=0.006)


def build_serving_counter(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    at.add_box(
        paint((0.05, 0.22, 0.12), gloss=0.3), (-half, 0.0, 0.1), (half, depth - 0.3, height - 0.06), bevel_m=0.01
    )
    at.add_box(DARK, (-half, 0.0, 0.0), (half, depth - 0.36, 0.1))
    at.add_box(STEEL, (-half, 0.0, height - 0.06), (half, depth - 0.26, height), bevel_m=0.01)
    for y in (depth - 0.2, depth - 0.12, depth - 0.04):
        at.add_cylinder(STEEL, (-half, y, height - 0.08), (half, y, height - 0.08), 0.016, sides=10)
    bays = max(2, round(width / 1.2))
    step = width / bays
    for number in range(bays + 1):
        x = -half + number * step
        at.add_box(STEEL, (x - 0.015, depth - 0.5, height), (x + 0.015, depth - 0.46, height + 0.5))
        if number == bays:
            break
        food = ((0.45, 0.25, 0.08), (0.12, 0.25, 0.05), (0.5, 0.12, 0.04), (0.55, 0.45, 0.2))[int(rng.integers(4))]
        at.add_box(STEEL, (x + 0.12, 0.12, height), (x + step - 0.12, depth - 0.55, height + 0.02))
        at.add_box(paint(food), (x + 0.16, 0.16, height + 0.012), (x + step - 0.16, depth - 0.59, height + 0.03))
    at.add_box(STEEL, (-half, depth - 0.62, height + 0.48), (half, depth - 0.34, height + 0.52), bevel_m=0.008)
    glow = lamp((1.0, 0.72, 0.4), 6.0, group="counter")
    at.add_box(glow, (-half + 0.2, depth - 0.55, height + 0.465), (half - 0.2, depth - 0.5, height + 0.479))
    board = draw_banner(item.text or "TODAY/Pasta  Salad  Fruit", (0.02, 0.03, 0.028), size_px=(1200, 200))
    at.add_picture(board, (-half * 0.8, 0.012, 2.15), (half * 0.8, 0.012, 2.15), half * 1.6 / 6)
    at.add_box(GLAZED, (-half, 0.0, height), (half, 0.008, 2.08))


def build_vending(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    body = paint(item.colour or (0.03, 0.08, 0.25), gloss=0.2)
    at.add_box(body, (-half, 0.0, 0.04), (half, depth, height), bevel_m=0.02)
    at.add_box(DARK, (-half + 0.06, depth - 0.005, 0.5), (half - 0.28, depth + 0.006, height - 0.12))
    for shelf in range(5):
        z = 0.58 + shelf * (height - 0.78) / 5
        for x in np.arange(-half + 0.12, half - 0.36, 0.105):
            red, green, blue = rng.uniform(0.05, 0.7, 3).tolist()
            tone = paint((red, green, blue))
            at.add_box(tone, (float(x), depth + 0.004, z), (float(x) + 0.075, depth + 0.014, z + 0.15), bevel_m=0.004)
    at.add_box(GLASS, (half - 0.22, depth, 1.0), (half - 0.07, depth + 0.008, 1.35))
    at.add_box(DARK, (-half + 0.1, depth, 0.18), (half - 0.3, depth + 0.006, 0.36), bevel_m=0.004)
    glow = lamp((0.8, 0.9, 1.0), 3.0, group="signs")
    at.add_box(glow, (-half + 0.08, depth + 0.001, height - 0.1), (half - 0.08, depth + 0.008, height - 0.03))


def build_desk(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    at.add_box(WOOD, (-half, 0.0, 0.06), (half, depth, height - 0.04), bevel_m=0.012)
    at.add_box(DARK, (-half + 0.03, 0.03, 0.0), (half - 0.03, depth - 0.05, 0.06))
    at.add_box(PALE_WOOD, (-half - 0.04, -0.02, height - 0.04), (half + 0.04, depth + 0.06, height), bevel_m=0.01)
    x = float(rng.uniform(-half * 0.4, half * 0.3))
    at.add_box(DARK, (x - 0.26, depth * 0.35, height + 0.1), (x + 0.26, depth * 0.4, height + 0.42), bevel_m=0.01)
    at.add_box(DARK, (x - 0.03, depth * 0.3, height), (x + 0.03, depth * 0.35, height + 0.2))
    at.add_box(WHITE, (half * 0.5, 0.1, height), (half * 0.5 + 0.3, 0.32, height + 0.03), bevel_m=0.003)
    if item.text:
        image = draw_banner(item.text, (0.02, 0.05, 0.14), size_px=(700, 180))
        at.hang_picture(image, half * 0.6, depth + 0.004, height * 0.42, half * 1.2 * 180 / 700)


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


def _fill_shelf(at: Spot, size: tuple[float, float], depth: float, rng: np.random.Generator) -> None:
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
        at.add_box(tone, (x, 0.03, 0.0), (min(x + thick, width), reach, tall))
        x += thick + 0.002


def build_bookcase(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    """Add shelves full of books, with a sign on top when there is a text."""
    width, depth, height = item.size_m
    half, board = width / 2, 0.025
    wood = PALE_WOOD if item.colour is None else paint(item.colour, gloss=0.3)
    bays = max(1, round(width / 0.95))
    for bay in range(bays + 1):
        x = -half + bay * (width - board) / bays
        at.add_box(wood, (x, 0.0, 0.0), (x + board, depth, height), bevel_m=0.004)
    at.add_box(wood, (-half, 0.0, 0.0), (half, 0.015, height))
    shelves = max(2, round((height - 0.1) / 0.36))
    step = (height - 0.1) / shelves
    at.add_box(DARK, (-half, 0.02, 0.0), (half, depth - 0.03, 0.08))
    for shelf in range(shelves + 1):
        z = 0.08 + shelf * step
        at.add_box(wood, (-half, 0.0, z - board), (half, depth, z), bevel_m=0.003)
        if shelf == shelves:
            break
        for bay in range(bays):
            left = -half + bay * (width - board) / bays + board
            _fill_shelf(at.move(left, 0.0, z), ((width - board) / bays - board, step - board), depth, rng)
    if item.text:
        picture = draw_sign(item.text, (0.16, 0.08, 0.03), size_px=(640, 90))
        at.add_box(WOOD, (-half * 0.72, depth * 0.3, height), (half * 0.72, depth * 0.34, height + 0.2))
        at.hang_picture(picture, half * 0.7, depth * 0.34 + 0.003, height + 0.01, 0.18)


def build_book_trolley(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    body = paint(item.colour or (0.20, 0.05, 0.05), gloss=0.25)
    for x in (-half, half - 0.03):
        at.add_box(body, (x, 0.0, 0.12), (x + 0.03, depth, height), bevel_m=0.008)
        for y in (0.06, depth - 0.06):
            at.add_cylinder(DARK, (x, y, 0.06), (x + 0.03, y, 0.06), 0.06, sides=12)
    shelves = 3 if height > 1.0 else 2
    for shelf in range(shelves):
        z = 0.16 + shelf * (height - 0.2) / shelves
        at.add_box(body, (-half, 0.0, z), (half, depth, z + 0.02))
        _fill_shelf(at.move(-half + 0.04, depth * 0.45, z + 0.02), (width - 0.08, 0.27), depth * 0.5, rng)
        back = at.move(half - 0.04, depth * 0.55, z + 0.02, turn_deg=180.0)
        _fill_shelf(back, (width - 0.08, 0.27), depth * 0.5, rng)


def build_chair(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add a school chair of moulded plastic on steel legs; its back is at the frame's origin."""
    width, depth, height = item.size_m
    half = width / 2
    shell = paint(item.colour or (0.03, 0.10, 0.26), gloss=0.25)
    at.add_box(shell, (-half + 0.02, 0.05, CHAIR_SEAT_M - 0.02), (half - 0.02, depth, CHAIR_SEAT_M), bevel_m=0.01)
    at.add_box(shell, (-half + 0.02, 0.02, CHAIR_SEAT_M + 0.16), (half - 0.02, 0.05, height), bevel_m=0.012)
    for x in (-half + 0.05, half - 0.05):
        at.add_cylinder(STEEL, (x, 0.03, 0.0), (x, 0.04, height - 0.1), 0.012, sides=8)
        at.add_cylinder(STEEL, (x, depth - 0.05, 0.0), (x, depth - 0.07, CHAIR_SEAT_M - 0.02), 0.012, sides=8)


def build_round_table(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a round table with four chairs; its size takes the chairs in."""
    width, depth, height = item.size_m
    y, radius = depth / 2, min(width, depth) / 2 - 0.42
    at.add_cylinder(PALE_WOOD, (0, y, height - 0.03), (0, y, height), radius, sides=32)
    at.add_cylinder(DARK, (0, y, height - 0.045), (0, y, height - 0.03), radius * 0.97, sides=32)
    at.add_cylinder(STEEL, (0, y, 0.03), (0, y, height - 0.04), 0.04)
    at.add_cylinder(STEEL, (0, y, 0.0), (0, y, 0.03), radius * 0.55, sides=24)
    seat = item.model_copy(update={"size_m": (0.44, 0.44, 0.8)})
    for turn in (45, 135, 225, 315):
        spot = at.move(0.0, y, 0.0, turn_deg=turn + float(rng.uniform(-12, 12)))
        build_chair(spot.move(0.0, -radius - 0.34, 0.0), seat, rng)
    for _ in range(2):
        angle = float(rng.uniform(0, 6.28))
        book = at.move(0.5 * radius * np.cos(angle), y + 0.5 * radius * np.sin(angle), height, turn_deg=angle * 57)
        tone = paint(SPINES[int(rng.integers(len(SPINES)))], gloss=0.4)
        book.add_box(tone, (-0.11, -0.15, 0.0), (0.11, 0.15, 0.03), bevel_m=0.003)


def build_armchair(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add an upholstered arm chair, or a settee where it is wide."""
    width, depth, height = item.size_m
    half = width / 2
    cloth = paint(item.colour or (0.28, 0.12, 0.03), gloss=0.7)
    at.add_box(cloth, (-half, 0.0, 0.12), (half, 0.2, height), bevel_m=0.06)
    for x in (-half, half - 0.16):
        at.add_box(cloth, (x, 0.0, 0.12), (x + 0.16, depth, 0.6), bevel_m=0.05)
    at.add_box(cloth, (-half + 0.1, 0.1, 0.12), (half - 0.1, depth - 0.02, 0.42), bevel_m=0.05)
    for x in (-half + 0.06, half - 0.06):
        for y in (0.06, depth - 0.06):
            at.add_cylinder(DARK, (x, y, 0.0), (x, y, 0.13), 0.022, sides=8)


CARDBOARD = paint((0.36, 0.22, 0.11))
TAPE = paint((0.45, 0.36, 0.22), gloss=0.3)
CLEAR = paint((0.42, 0.46, 0.48), gloss=0.08)
MODELS: tuple[Colour, ...] = ((0.45, 0.06, 0.04), (0.04, 0.12, 0.35), (0.05, 0.25, 0.10), (0.55, 0.34, 0.04))


def build_science_case(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half, top = width / 2, height - 0.1
    body = paint(item.colour or (0.05, 0.06, 0.07), gloss=0.3)
    at.add_box(PALE_WOOD, (-half, 0.0, 0.08), (half, depth, 0.8), bevel_m=0.01)
    at.add_box(DARK, (-half + 0.02, 0.0, 0.0), (half - 0.02, depth - 0.04, 0.08))
    doors = max(2, round(width / 0.55))
    for number in range(1, doors):
        x = -half + width * number / doors
        at.add_box(DARK, (x - 0.003, depth - 0.005, 0.1), (x + 0.003, depth + 0.002, 0.78))
    at.add_box(body, (-half, 0.0, 0.8), (half, 0.03, height))
    at.add_box(body, (-half, 0.0, top), (half, depth, height), bevel_m=0.008)
    for x in (-half, half - 0.04):
        at.add_box(body, (x, 0.0, 0.8), (x + 0.04, depth, height), bevel_m=0.005)
    light = lamp((0.9, 0.96, 1.0), 5.0, group="cases")
    at.add_box(light, (-half + 0.1, depth - 0.1, top - 0.012), (half - 0.1, depth - 0.05, top - 0.002))
    levels = [0.8, 1.28] if height > 1.75 else [0.8]
    for z in levels:
        if z > 0.8:
            at.add_box(CLEAR, (-half + 0.04, 0.03, z - 0.012), (half - 0.04, depth - 0.04, z))
        for x in np.arange(-half + 0.22, half - 0.16, 0.36):
            spot = at.move(float(x + rng.uniform(-0.05, 0.05)), depth * 0.5, z)
            _build_exhibit(spot, rng)
    if item.text:
        picture = draw_sign(item.text, (0.02, 0.16, 0.18), size_px=(640, 60))
        at.hang_picture(picture, half * 0.6, depth + 0.002, top + 0.006, 0.088)


def _build_exhibit(at: Spot, rng: np.random.Generator) -> None:
    tone = paint(MODELS[int(rng.integers(len(MODELS)))], gloss=0.2)
    which = int(rng.integers(4))
    if which == 0:
        at.add_cylinder(DARK, (0, 0, 0), (0, 0, 0.03), 0.07)
        at.add_cylinder(STEEL, (0, 0, 0.03), (0, 0, 0.08), 0.01)
        at.add_ball(paint((0.04, 0.14, 0.34), gloss=0.2), (0, 0, 0.2), 0.13, rng=rng, rough_share=0.0)
    elif which == 1:
        for n, other in enumerate(MODELS):
            place = (float(rng.uniform(-0.1, 0.1)), float(rng.uniform(-0.05, 0.05)), 0.06 + 0.075 * n)
            at.add_ball(paint(other, gloss=0.15), place, 0.05, rng=rng, rough_share=0.0)
    elif which == 2:
        for x in (-0.08, 0.08):
            at.add_cylinder(CLEAR, (x, 0, 0), (x, 0, 0.2), 0.055)
            at.add_cylinder(tone, (x, 0, 0.005), (x, 0, 0.11), 0.0555)
            at.add_cylinder(DARK, (x, 0, 0.2), (x, 0, 0.22), 0.045)
    else:
        at.add_box(WOOD, (-0.12, -0.08, 0.0), (0.12, 0.08, 0.04), bevel_m=0.005)
        at.add_ball(tone, (0.0, 0.0, 0.12), 0.1, rng=rng)


def build_art(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a framed picture; with a width above a meter, a row of framed pictures."""
    width, depth, height = item.size_m
    count = max(1, round(width / 0.8))
    each = width / count
    for number in range(count):
        x = -width / 2 + each * (number + 0.5)
        half, tall = each * 0.42, height * float(rng.uniform(0.82, 1.0))
        rim = DARK if rng.random() < 0.6 else PALE_WOOD
        at.add_box(rim, (x - half, 0.0, 0.0), (x + half, depth, tall), bevel_m=0.008)
        at.add_box(WHITE, (x - half + 0.03, 0.0, 0.03), (x + half - 0.03, depth + 0.001, tall - 0.03))
        red, green, blue = rng.uniform(0.02, 0.5, 3).tolist()
        picture = draw_poster(rng, "", (red, green, blue))
        ends = (x - half + 0.09, depth + 0.003, 0.09), (x + half - 0.09, depth + 0.003, 0.09)
        at.add_picture(picture, *ends, tall - 0.18)


def build_crates(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    for z in (0.0, 0.1):
        for part in np.linspace(-half, half - 0.12, 5):
            at.add_box(PALE_WOOD, (float(part), 0.0, z), (float(part) + 0.12, depth, z + 0.025))
    for y in (0.0, depth / 2 - 0.05, depth - 0.1):
        at.add_box(PALE_WOOD, (-half, y, 0.025), (half, y + 0.1, 0.1))
    z = 0.125
    while z < height - 0.2:
        tall = float(rng.uniform(0.26, 0.4))
        for column in range(2):
            if z > height * 0.6 and rng.random() < 0.35:
                continue
            x = -half + column * half
            inset = float(rng.uniform(0.0, 0.04))
            low, high = (x + inset, inset, z), (x + half - 0.01, depth - inset, z + tall)
            at.add_box(CARDBOARD, low, high, bevel_m=0.005)
            middle = (low[0] + high[0]) / 2
            tape = (middle - 0.03, low[1] - 0.001, z + tall * 0.6), (middle + 0.03, high[1] + 0.001, z + tall + 0.001)
            at.add_box(TAPE, *tape)
        z += tall


def build_cart(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a caretaker's or kitchen cart: two trays on a frame with castors, a bag or boxes on it."""
    width, depth, height = item.size_m
    half = width / 2
    tray = paint(item.colour or (0.10, 0.11, 0.12), gloss=0.35)
    for x in (-half + 0.03, half - 0.03):
        for y in (0.03, depth - 0.03):
            at.add_cylinder(STEEL, (x, y, 0.1), (x, y, height), 0.014, sides=8)
            at.add_cylinder(DARK, (x - 0.015, y, 0.05), (x + 0.015, y, 0.05), 0.05, sides=12)
    for z in (0.14, height * 0.55, height - 0.1):
        at.add_box(tray, (-half, 0.0, z), (half, depth, z + 0.04), bevel_m=0.01)
    for z in (0.18, height * 0.55 + 0.04, height - 0.06):
        x = float(rng.uniform(-half + 0.2, half - 0.2))
        red, green, blue = rng.uniform(0.05, 0.5, 3).tolist()
        at.add_box(paint((red, green, blue)), (x - 0.15, 0.08, z), (x + 0.15, depth - 0.08, z + 0.18), bevel_m=0.01)


BALL: Colour = (0.42, 0.13, 0.03)


def build_wall_pad(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half, count = width / 2, max(1, round(width / 0.61))
    cover = paint(item.colour or (0.02, 0.06, 0.2), gloss=0.35)
    for number in range(count):
        x = -half + width * number / count
        at.add_box(cover, (x + 0.006, 0.0, 0.05), (x + width / count - 0.006, depth, height), bevel_m=0.02)


def build_ball_rack(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a rack on castors with rows of balls, each with its black seams."""
    width, depth, height = item.size_m
    half, y = width / 2, depth / 2
    for x in (-half + 0.02, half - 0.02):
        for side in (0.04, depth - 0.04):
            at.add_cylinder(WHITE, (x, side, 0.08), (x, side, height), 0.02, sides=10)
            at.add_cylinder(DARK, (x - 0.02, side, 0.05), (x + 0.02, side, 0.05), 0.05, sides=14)
        at.add_box(WHITE, (x - 0.02, 0.04, height - 0.04), (x + 0.02, depth - 0.04, height))
    ball = paint(BALL, gloss=0.4)
    for z in np.arange(0.18, height - 0.2, 0.36):
        for side in (-0.09, 0.09):
            at.add_cylinder(WHITE, (-half, y + side, float(z)), (half, y + side, float(z)), 0.013, sides=8)
        for x in np.arange(-half + 0.17, half - 0.12, 0.28):
            center = (float(x), y, float(z) + 0.1)
            at.add_ball(ball, center, 0.12, rng=rng, rough_share=0.0)
            _add_seams(at.move(*center, turn_deg=float(rng.uniform(0, 180))), 0.1205)


def _add_seams(at: Spot, radius: float) -> None:
    """Add the seams of a basketball about the frame's origin: three great circles."""
    angles = np.linspace(0, 2 * np.pi, 29)
    ring = radius * np.column_stack([np.cos(angles), np.sin(angles), np.zeros(29)])
    for order in ([0, 1, 2], [0, 2, 1], [2, 0, 1]):
        for (x1, y1, z1), (x2, y2, z2) in pairwise(ring[:, order].tolist()):
            at.add_cylinder(DARK, (x1, y1, z1), (x2, y2, z2), 0.0035, sides=5)


def build_scoreboard(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    at.add_box(DARK, (-half, 0.0, 0.0), (half, depth, height), bevel_m=0.015)
    y = depth + 0.003
    title = draw_sign(item.text or "HOME  VISITORS", item.colour or (0.02, 0.06, 0.2), size_px=(640, 110))
    at.add_picture(title, (-half + 0.05, y, height * 0.68), (half - 0.05, y, height * 0.68), height * 0.26)
    for x, figures in ((-half * 0.55, "42"), (half * 0.55, "38")):
        picture = draw_sign(figures, (0.05, 0.004, 0.002), size_px=(160, 120))
        at.add_picture(picture, (x - half * 0.26, y, height * 0.14), (x + half * 0.26, y, height * 0.14), height * 0.44)
