"""What stands and lies about a school outdoors: roads, canopies, flag poles, racks, play things."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.site.model import Furnishing
from tools.authoring.geometry import Spot
from tools.authoring.materials import (
    ALUMINIUM,
    ASPHALT,
    BRICK,
    CONCRETE,
    DARK,
    GLASS,
    LEAVES,
    RED,
    STEEL,
    WHITE,
    WOOD,
    YELLOW,
    Material,
    lamp,
    paint,
)
from tools.authoring.pictures import draw_banner, draw_pennant, draw_sign

ROAD_Z_M = -0.05
LINE = paint((0.62, 0.60, 0.55), gloss=0.5)


def build_road(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    """Lay a road along local x with a kerb at its +y edge; `text` "parking" marks bays, else lane lines."""
    width, depth, _ = item.size_m
    half = width / 2
    at.add_box(ASPHALT, (-half, 0.0, ROAD_Z_M - 0.1), (half, depth, ROAD_Z_M))
    at.add_box(CONCRETE, (-half, depth - 0.16, ROAD_Z_M - 0.1), (half, depth + 0.02, 0.004), bevel_m=0.02)
    at.add_box(paint((0.5, 0.3, 0.03)), (-half, depth - 0.17, ROAD_Z_M), (half, depth - 0.155, 0.0))
    if item.text == "parking":
        for x in np.arange(-half + 1.4, half, 2.7):
            at.add_box(LINE, (float(x) - 0.05, 0.1, ROAD_Z_M), (float(x) + 0.05, 5.2, ROAD_Z_M + 0.003))
        return
    for x in np.arange(-half + 1, half - 3, 6.0):
        at.add_box(YELLOW, (float(x), depth * 0.42, ROAD_Z_M), (float(x) + 3, depth * 0.42 + 0.1, ROAD_Z_M + 0.003))


def build_canopy(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add a flat roof, with words on the fascia towards +y; what holds it up are things of the kind "post"."""
    width, depth, height = item.size_m
    half = width / 2
    colour = item.colour or (0.03, 0.08, 0.2)
    fascia = paint(colour, gloss=0.3)
    at.add_box(WHITE, (-half + 0.04, 0.04, height - 0.3), (half - 0.04, depth - 0.04, height - 0.24))
    at.add_box(fascia, (-half, 0.0, height - 0.34), (half, depth, height), bevel_m=0.02)
    if item.text:
        picture = draw_banner(item.text, colour, size_px=(1100, 70))
        reach = min(half * 0.8, 2.8)
        at.add_picture(picture, (-reach, depth + 0.004, height - 0.31), (reach, depth + 0.004, height - 0.31), 0.28)


def build_post(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add a round steel post on a concrete foot, as under a canopy; a low one is a bollard."""
    width, depth, height = item.size_m
    y = depth / 2
    at.add_cylinder(STEEL, (0, y, 0.0), (0, y, height), width * 0.38, sides=16)
    at.add_cylinder(CONCRETE, (0, y, 0.0), (0, y, min(0.2, height / 3)), width / 2, sides=16)


def build_flag_pole(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    _, _, height = item.size_m
    at.add_cylinder(BRICK, (0, 0.6, 0.0), (0, 0.6, 0.35), 0.9, sides=28)
    at.add_cylinder(WHITE, (0, 0.6, 0.3), (0, 0.6, height), 0.055, sides=12)
    at.add_cylinder(YELLOW, (0, 0.6, height), (0, 0.6, height + 0.12), 0.08, sides=12)
    flag = draw_banner(item.text or "SCHOOL", item.colour or (0.02, 0.06, 0.2), size_px=(480, 300))
    for y, ends in ((0.6, (0.06, 1.75)), (0.596, (1.75, 0.06))):
        left, right = (ends[0], y, height - 1.3), (ends[1], y, height - 1.3)
        at.add_picture(flag, left, right, 1.1)


def build_lamp_post(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    _, _, height = item.size_m
    at.add_cylinder(DARK, (0, 0, 0), (0, 0, height), 0.06, sides=12)
    at.add_cylinder(CONCRETE, (0, 0, 0), (0, 0, 0.4), 0.2, sides=16)
    at.add_box(DARK, (-0.12, -0.1, height - 0.06), (0.12, 0.9, height + 0.04), bevel_m=0.02)
    if item.text:
        picture = draw_pennant(item.colour or (0.02, 0.06, 0.2), (0.62, 0.40, 0.06), item.text, emblem=item.emblem)
        for y, ends in ((0.012, (0.08, 0.68)), (0.006, (0.68, 0.08))):
            at.add_picture(picture, (ends[0], y, height - 2.2), (ends[1], y, height - 2.2), 1.3)


def build_bike_rack(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    y = depth / 2
    for x in np.arange(-half + 0.3, half, 0.75):
        ends = ((float(x), y - 0.35), (float(x), y + 0.35))
        for spot in ends:
            at.add_cylinder(STEEL, (*spot, 0.0), (*spot, height), 0.025, sides=10)
        at.add_cylinder(STEEL, (*ends[0], height), (*ends[1], height), 0.025, sides=10)
        if rng.random() < 0.7:
            _build_bicycle(at.move(float(x) + 0.14, y, 0.0), rng)


def _build_bicycle(at: Spot, rng: np.random.Generator) -> None:
    red, green, blue = rng.uniform(0.02, 0.4, 3).tolist()
    tube = paint((red, green, blue), gloss=0.2)
    angles = np.linspace(0, 2 * np.pi, 17)
    for center in (-0.52, 0.52):
        rim = [(0.0, center + 0.33 * float(np.cos(a)), 0.34 + 0.33 * float(np.sin(a))) for a in angles]
        for a, b in pairwise(rim):
            at.add_cylinder(DARK, a, b, 0.018, sides=6)
        for a in rim[:-1:2]:
            at.add_cylinder(STEEL, (0.0, center, 0.34), a, 0.003, sides=3)
    points = {
        "rear": (0.0, -0.52, 0.34),
        "seat": (0.0, -0.2, 0.86),
        "crank": (0.0, -0.06, 0.32),
        "head": (0.0, 0.36, 0.86),
        "front": (0.0, 0.52, 0.34),
    }
    for start, end in (
        ("rear", "seat"),
        ("rear", "crank"),
        ("seat", "crank"),
        ("seat", "head"),
        ("crank", "head"),
        ("head", "front"),
    ):
        at.add_cylinder(tube, points[start], points[end], 0.018, sides=8)
    at.add_box(DARK, (-0.06, -0.32, 0.9), (0.06, -0.08, 0.95), bevel_m=0.02)
    at.add_cylinder(DARK, (-0.26, 0.34, 0.98), (0.26, 0.34, 0.98), 0.014, sides=8)
    at.add_cylinder(tube, points["head"], (0.0, 0.34, 0.98), 0.014, sides=8)


def build_fence(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    y = depth / 2
    for x in np.arange(-half, half + 0.01, 2.4):
        at.add_box(DARK, (float(x) - 0.04, y - 0.04, 0.0), (float(x) + 0.04, y + 0.04, height + 0.1))
    for z in (0.15, height - 0.2):
        at.add_box(DARK, (-half, y - 0.018, z), (half, y + 0.018, z + 0.05))
    for x in np.arange(-half + 0.06, half, 0.13):
        at.add_box(DARK, (float(x) - 0.008, y - 0.008, 0.05), (float(x) + 0.008, y + 0.008, height))


def build_monument_sign(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    at.add_box(BRICK, (-half, 0.0, 0.0), (half, depth, height))
    at.add_box(CONCRETE, (-half - 0.06, -0.05, height), (half + 0.06, depth + 0.05, height + 0.1), bevel_m=0.02)
    picture = draw_sign(
        item.text or "SCHOOL", item.colour or (0.02, 0.06, 0.2), size_px=(900, int(900 * (height - 0.4) / width))
    )
    ends = (-half + 0.25, depth + 0.006, 0.22), (half - 0.25, depth + 0.006, 0.22)
    at.add_picture(picture, *ends, (width - 0.5) * (height - 0.4) / width)


def build_picnic_table(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    y = depth / 2
    at.add_box(WOOD, (-half, y - 0.38, height - 0.05), (half, y + 0.38, height), bevel_m=0.01)
    for side in (-1, 1):
        edge = y + side * (depth / 2 - 0.14)
        at.add_box(WOOD, (-half, edge - 0.14, 0.42), (half, edge + 0.14, 0.46), bevel_m=0.01)
    for x in (-half + 0.35, half - 0.35):
        at.add_box(WOOD, (x - 0.04, 0.1, 0.36), (x + 0.04, depth - 0.1, 0.42))
        for side in (-1, 1):
            at.add_cylinder(WOOD, (x, y + side * 0.7, 0.0), (x, y + side * 0.22, height - 0.05), 0.045, sides=8)


def build_playground(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add a climbing frame: a platform with roof, a slide, a ladder and a swing beam, as wide as `size_m` allows."""
    width, depth, height = item.size_m
    half = width / 2
    y = depth / 2
    blue, red, yellow = paint((0.03, 0.12, 0.4), gloss=0.25), RED, YELLOW
    tower = (-half * 0.2, half * 0.2)
    for x in tower:
        for side in (-0.7, 0.7):
            at.add_cylinder(blue, (x, y + side, 0.0), (x, y + side, height), 0.06, sides=12)
    at.add_box(yellow, (tower[0] - 0.1, y - 0.8, 1.3), (tower[1] + 0.1, y + 0.8, 1.38), bevel_m=0.02)
    roof = np.array([[tower[0] - 0.3, height], [tower[1] + 0.3, height], [(tower[0] + tower[1]) / 2, height + 0.8]])
    at.add_profile(red, roof, y - 0.95, y + 0.95)
    slide = np.array(
        [[tower[1], 1.38], [half * 0.85, 0.25], [half, 0.25], [half, 0.33], [half * 0.85, 0.33], [tower[1], 1.46]]
    )
    at.add_profile(yellow, slide, y - 0.35, y + 0.35)
    for z in np.arange(0.3, 1.3, 0.28):
        at.add_cylinder(red, (tower[0] - 0.08, y - 0.4, float(z)), (tower[0] - 0.08, y + 0.4, float(z)), 0.025)
    beam = 2.3
    at.add_cylinder(blue, (-half, y, beam), (tower[0], y, beam), 0.06)
    for x in (-half, -half * 0.35):
        for side in (-0.9, 0.9):
            at.add_cylinder(blue, (x, y + side, 0.0), (x, y, beam), 0.045)
    for x in (-half * 0.82, -half * 0.52):
        for side in (-0.2, 0.2):
            at.add_cylinder(STEEL, (x + side, y, 0.5), (x + side, y, beam), 0.01, sides=6)
        at.add_box(DARK, (x - 0.24, y - 0.12, 0.47), (x + 0.24, y + 0.12, 0.5), bevel_m=0.01)


def build_wall_lamp(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    at.add_box(DARK, (-half, 0.0, 0.0), (half, depth, height), bevel_m=0.02)
    glow = lamp((1.0, 0.9, 0.7), 3.0, group="signs")
    at.add_box(glow, (-half + 0.03, depth * 0.3, -0.012), (half - 0.03, depth * 0.9, -0.002))


STOREY_M = 3.6
WALL_M = 0.25
BAY_M = 3.2
WINDOW_M = (1.9, 1.55)
SILL_M = 1.0


def build_building(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a hollow block; a storey of windows every 3.6 m, none where it is a hall higher than 8 m; words on +y."""
    width, depth, height = item.size_m
    half = width / 2
    face = BRICK if item.colour is None else Material(colour=item.colour, pattern="brick", period_m=1.6)
    for low, high in (
        ((-half, 0.0), (half, WALL_M)),
        ((-half, depth - WALL_M), (half, depth)),
        ((-half, 0.0), (-half + WALL_M, depth)),
        ((half - WALL_M, 0.0), (half, depth)),
    ):
        at.add_box(face, (*low, -0.3), (*high, height))
        edge = 0.06
        at.add_box(CONCRETE, (low[0] - edge, low[1] - edge, height), (high[0] + edge, high[1] + edge, height + 0.14))
        at.add_box(CONCRETE, (low[0] - 0.02, low[1] - 0.02, -0.3), (high[0] + 0.02, high[1] + 0.02, 0.45))
    at.add_box(paint((0.30, 0.30, 0.29)), (-half, 0.0, height - 0.5), (half, depth, height - 0.4))
    if height <= 8.0:
        for x, y, turn, length in (
            (0.0, depth, 0.0, width),
            (half, depth / 2, -90.0, depth),
            (0.0, 0.0, 180.0, width),
            (-half, depth / 2, 90.0, depth),
        ):
            _build_windows(at.move(x, y, turn_deg=turn), length, height, rng)
    else:
        band = paint((0.03, 0.07, 0.2), gloss=0.4)
        at.add_box(band, (-half - 0.012, -0.012, height - 2.0), (half + 0.012, depth + 0.012, height - 1.5))
        for x in np.arange(-half + 2, half - 1, 3.0):
            for y in (-0.014, depth + 0.002):
                at.add_box(GLASS, (float(x), y, height - 3.6), (float(x) + 1.8, y + 0.012, height - 2.4))
    if item.text:
        picture = draw_banner(item.text, (0.02, 0.05, 0.15), size_px=(1400, 110))
        reach = min(half * 0.8, 4.5)
        z = height - 0.95 if height <= 8 else height - 5.2
        at.add_picture(picture, (-reach, depth + 0.03, z), (reach, depth + 0.03, z), reach * 2 * 110 / 1400)


def _build_windows(at: Spot, length: float, height: float, rng: np.random.Generator) -> None:
    bays = int((length - 0.8) / BAY_M)
    blind = paint((0.45, 0.43, 0.38))
    for row in range(max(1, int(height / STOREY_M))):
        z = row * STOREY_M + SILL_M
        for bay in range(bays):
            x = (bay - (bays - 1) / 2) * (length - 0.8) / max(bays, 1)
            wide, tall = WINDOW_M[0] / 2, WINDOW_M[1]
            at.add_box(CONCRETE, (x - wide - 0.1, 0.0, z - 0.1), (x + wide + 0.1, 0.07, z), bevel_m=0.01)
            at.add_box(ALUMINIUM, (x - wide, -0.02, z), (x + wide, 0.02, z + tall), bevel_m=0.005)
            for left, right in ((x - wide + 0.05, x - 0.03), (x + 0.03, x + wide - 0.05)):
                at.add_box(GLASS, (left, 0.0, z + 0.05), (right, 0.026, z + tall - 0.05))
                if rng.random() < 0.5:
                    drop = tall * float(rng.uniform(0.15, 0.5))
                    at.add_box(blind, (left, 0.0, z + tall - 0.05 - drop), (right, 0.0285, z + tall - 0.05))


LEAF_COUNT = 13_000
HEDGE_CORE = paint((0.022, 0.05, 0.014))
LEAF_M = 0.055
BARK = Material(colour=(0.13, 0.095, 0.065), pattern="speckle", period_m=0.8)
FOLIAGE = ((0.07, 0.12, 0.03), (0.10, 0.13, 0.035), (0.055, 0.10, 0.035), (0.22, 0.15, 0.03), (0.24, 0.09, 0.02))


def build_tree(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    add_tree(at, item.size_m[2], rng)


def add_tree(at: Spot, height: float, rng: np.random.Generator) -> None:
    """Add a tree whose crown is made of clumps of leaves at the ends of its branches."""
    fork, crown = height * float(rng.uniform(0.22, 0.32)), height * float(rng.uniform(0.27, 0.34))
    lean = rng.normal(0.0, 0.02 * height, 2)
    trunk = [(0.0, 0.0, -0.1), (0.3 * lean[0], 0.3 * lean[1], fork), (lean[0], lean[1], height * 0.6)]
    for (start, end), radius in zip(pairwise(trunk), (0.028, 0.02), strict=True):
        at.add_cylinder(BARK, start, end, radius * height, sides=12)
    colour = FOLIAGE[int(rng.integers(len(FOLIAGE)))]
    tones = [paint((share * colour[0], share * colour[1], share * colour[2])) for share in (0.45, 0.8, 1.0, 1.35)]
    count = int(rng.integers(11, 16))
    for number in range(count):
        turn, share = 2.4 * number + float(rng.uniform(-0.4, 0.4)), (number + 0.5) / count
        spread = crown * float(rng.uniform(0.75, 1.05)) * np.sqrt(1 - (1.7 * share - 0.75) ** 2 * 0.9)
        tip = np.array([lean[0] + spread * np.cos(turn), lean[1] + spread * np.sin(turn), 0.0])
        tip[2] = fork + (height * 0.92 - fork) * (0.12 + 0.88 * share)
        root = (trunk[1][0], trunk[1][1], fork + (height * 0.55 - fork) * share)
        at.add_cylinder(BARK, root, (float(tip[0]), float(tip[1]), float(tip[2])), 0.007 * height, sides=6)
        size = crown * float(rng.uniform(0.38, 0.58))
        for tone, part in zip(tones, (0.3, 0.3, 0.25, 0.15), strict=True):
            add_leaves(at, tip, material=tone, radii=(size, size * 0.75), count=int(LEAF_COUNT * part / count), rng=rng)


def add_leaves(
    at: Spot,
    middle: NDArray[np.float64],
    *,
    material: Material,
    radii: tuple[float, float],
    count: int,
    rng: np.random.Generator,
    leaf_m: float = LEAF_M,
) -> None:
    """Add leaves as small tilted triangles, most of them in the outer part of a ball of two radii (plan, height)."""
    way = rng.standard_normal((count, 3))
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    reach = rng.uniform(0.05, 1.0, (count, 1)) ** 0.45 * (1 + 0.2 * np.sin(way[:, :1] * 7) * np.cos(way[:, 1:2] * 6))
    centers = middle + way * reach * np.array([radii[0], radii[0], radii[1]])
    corners = centers[:, None, :] + rng.normal(0.0, leaf_m, (count, 3, 3))
    points = corners.reshape(-1, 3)
    faces = np.arange(3 * count, dtype=np.int32).reshape(-1, 3)
    at.add(material, points, points[:, :2], faces)


SIDINGS = ((0.5, 0.48, 0.42), (0.3, 0.36, 0.4), (0.42, 0.33, 0.22))


def add_far_tree(at: Spot, height: float, rng: np.random.Generator) -> None:
    """Add a tree of the horizon: few large leaves, down to the ground as at the edge of a wood."""
    colour = FOLIAGE[int(rng.integers(len(FOLIAGE)))]
    for share in (0.4, 0.6, 0.8):
        tone = paint((share * colour[0], share * colour[1], share * colour[2] + 0.01))
        for z in (0.3, 0.55, 0.75):
            middle = np.array([*rng.normal(0.0, height * 0.1, 2), height * z])
            radii = (height * 0.42 * (1.15 - z), height * 0.26)
            add_leaves(at, middle, material=tone, radii=radii, count=160, rng=rng, leaf_m=0.25)


def add_house(at: Spot, height: float, rng: np.random.Generator) -> None:
    """Add a house across the street: siding, a gable roof along local x, windows and a door towards +y."""
    depth, half, eaves = 8.0, 5.5, height * 0.58
    siding = paint(SIDINGS[int(rng.integers(len(SIDINGS)))])
    at.add_box(siding, (-half, 0.0, 0.0), (half, depth, eaves))
    turned = at.move(0.0, depth / 2, turn_deg=90.0)
    gable = np.array([[-depth / 2 - 0.4, eaves], [depth / 2 + 0.4, eaves], [0.0, height]])
    turned.add_profile(paint((0.09, 0.085, 0.08)), gable, -half - 0.3, half + 0.3)
    for x in np.arange(-half + 1.4, half - 1, 2.6):
        for z in np.arange(0.9, eaves - 1.3, 2.7):
            at.add_box(WHITE, (float(x) - 0.6, depth, float(z) - 0.1), (float(x) + 0.6, depth + 0.05, float(z) + 1.4))
            at.add_box(GLASS, (float(x) - 0.5, depth, float(z)), (float(x) + 0.5, depth + 0.06, float(z) + 1.3))
    at.add_box(RED, (-0.5, depth, 0.0), (0.5, depth + 0.07, 2.1))


def build_hedge(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    at.add_box(HEDGE_CORE, (-half + 0.08, 0.08, 0.0), (half - 0.08, depth - 0.08, height - 0.1), bevel_m=0.08)
    for leaf, share in ((LEAVES, 0.6), (HEDGE_CORE, 0.4)):
        count = int(2600 * share * width * height)
        points = rng.uniform((-half, 0.0, 0.02), (half, depth, height), (count, 3))[:, None, :]
        leaves = (points + rng.normal(0.0, 0.026, (count, 3, 3))).reshape(-1, 3)
        at.add(leaf, leaves, leaves[:, :2], np.arange(3 * count, dtype=np.int32).reshape(-1, 3))
