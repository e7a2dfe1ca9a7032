"""Things in halls: lockers, benches, bins, fountains, trophy cases, windows, plants; boards, signs, all that hangs."""

import numpy as np

from sim.site.model import Furnishing
from tools.authoring.geometry import Spot
from tools.authoring.materials import (
    ALUMINIUM,
    CONCRETE,
    DARK,
    GLASS,
    LEAVES,
    PALE_WOOD,
    RED,
    STEEL,
    WHITE,
    WOOD,
    Colour,
    Material,
    block,
    lamp,
    paint,
)
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

LOCKER_WIDTH_M = 0.31
DEFAULT_LOCKER: Colour = (0.05, 0.14, 0.36)
NAVY: Colour = (0.02, 0.05, 0.14)
GOLD: Colour = (0.62, 0.40, 0.06)
ARRIVAL_HOUR = 8.05


def _vary(colour: Colour, rng: np.random.Generator, spread: float, *, gloss: float) -> Material:
    factor = 1 + spread * round(float(np.clip(rng.standard_normal(), -2, 2)))
    return paint((colour[0] * factor, colour[1] * factor, colour[2] * factor), gloss=gloss)


def build_lockers(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    colour = item.colour or DEFAULT_LOCKER
    body = paint((colour[0] * 0.55, colour[1] * 0.55, colour[2] * 0.55), gloss=0.3)
    half, foot = width / 2, 0.1
    front = depth - 0.018
    at.add_box(DARK, (-half, 0.0, 0.0), (half, depth - 0.05, foot))
    at.add_box(body, (-half, 0.0, foot), (half, front, height))
    slope = np.array([[0.0, height], [front, height], [0.0, height + 0.14]])
    at.move(0.0, 0.0, turn_deg=90.0).add_profile(_vary(colour, rng, 0.0, gloss=0.3), slope, -half, half)
    count = max(1, round(width / LOCKER_WIDTH_M))
    step = width / count
    for number in range(count):
        left = -half + number * step
        door = _vary(colour, rng, 0.045, gloss=0.24)
        ajar = rng.random() < 0.03
        at.add_box(
            door,
            (left + 0.006, front, foot + 0.012),
            (left + step - 0.006, depth + (0.012 if ajar else 0.0), height - 0.012),
            bevel_m=0.006,
        )
        _build_locker_details(at.move(left, depth), step, height)
        if rng.random() < 0.12:
            tone = ((0.7, 0.6, 0.1), (0.1, 0.4, 0.6), (0.6, 0.15, 0.2), (0.7, 0.7, 0.66))[int(rng.integers(4))]
            x, z = left + float(rng.uniform(0.06, 0.14)), float(rng.uniform(1.15, 1.4))
            at.add_box(paint(tone), (x, depth, z), (x + 0.1, depth + 0.003, z + 0.1))


def _build_locker_details(at: Spot, step: float, height: float) -> None:
    """Add vents, handle and number plate to a door whose lower left front corner is the frame."""
    for base in (height - 0.17, 0.28):
        for slot in range(3):
            z = base - slot * 0.042
            at.add_box(DARK, (0.07, -0.004, z), (step - 0.07, 0.002, z + 0.013))
    x = step - 0.075
    at.add_box(DARK, (x - 0.012, -0.004, 0.86), (x + 0.042, 0.003, 1.06))
    at.add_box(STEEL, (x, 0.0, 0.88), (x + 0.03, 0.024, 1.04), bevel_m=0.008)
    at.add_box(STEEL, (step / 2 - 0.035, 0.0, height - 0.315), (step / 2 + 0.035, 0.004, height - 0.28))


def build_bench(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    for slat in range(4):
        y = 0.03 + slat * (depth - 0.06) / 4
        at.add_box(PALE_WOOD, (-half, y, height - 0.045), (half, y + depth / 4 - 0.03, height), bevel_m=0.008)
    for x in (-half + 0.15, half - 0.2):
        at.add_box(DARK, (x, 0.04, 0.0), (x + 0.05, depth - 0.04, height - 0.045), bevel_m=0.006)
    if rng.random() < 0.5:
        x = float(rng.uniform(-half * 0.7, half * 0.5))
        tone = paint(((0.03, 0.06, 0.16), (0.20, 0.03, 0.04), (0.05, 0.06, 0.05))[int(rng.integers(3))])
        at.add_box(tone, (x, 0.06, height), (x + 0.30, 0.24, height + 0.42), bevel_m=0.045)
        at.add_box(tone, (x + 0.04, 0.22, height + 0.03), (x + 0.26, 0.30, height + 0.22), bevel_m=0.03)
        at.add_box(DARK, (x + 0.05, 0.242, height + 0.27), (x + 0.25, 0.246, height + 0.28))


def build_bin(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a litter bin with a domed lid, or a square one when the colour is given."""
    width, depth, height = item.size_m
    body = paint(item.colour, gloss=0.3) if item.colour else paint((0.08, 0.085, 0.09), gloss=0.3)
    half = width / 2
    if item.colour:
        at.add_box(body, (-half, 0.0, 0.0), (half, depth, height * 0.86), bevel_m=0.03)
        at.add_box(DARK, (-half - 0.01, 0.0, height * 0.86), (half + 0.01, depth + 0.01, height), bevel_m=0.04)
        at.add_box(DARK, (-half * 0.6, depth - 0.005, height * 0.62), (half * 0.6, depth + 0.004, height * 0.8))
        return
    y = depth / 2
    at.add_cylinder(body, (0, y, 0.02), (0, y, height * 0.82), half * 0.94, sides=20)
    at.add_cylinder(STEEL, (0, y, height * 0.82), (0, y, height * 0.9), half, sides=20)
    at.add_cylinder(DARK, (0, y, height * 0.9), (0, y, height * 0.905), half * 0.8, sides=20)
    sheet = paint((0.6 + 0.1 * float(rng.random()), 0.6, 0.6))
    at.add_box(sheet, (-0.06, y - 0.05, height * 0.86), (0.08, y + 0.05, height * 0.95), bevel_m=0.02)


def build_fountain(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, depth, _ = item.size_m
    half = width / 2
    at.add_box(STEEL, (-half - 0.05, 0.0, 0.45), (half + 0.05, 0.02, 1.5), bevel_m=0.004)
    for x, top in ((-half / 2, 0.86), (half / 2, 0.98)):
        at.add_box(STEEL, (x - 0.2, 0.02, top - 0.2), (x + 0.2, depth, top), bevel_m=0.03)
        at.add_box(DARK, (x - 0.15, 0.07, top), (x + 0.15, depth - 0.05, top + 0.003))
        at.add_cylinder(STEEL, (x - 0.1, 0.1, top), (x - 0.06, 0.15, top + 0.07), 0.014)
        at.add_box(DARK, (x - 0.06, depth, top - 0.13), (x + 0.06, depth + 0.008, top - 0.07), bevel_m=0.004)
    at.add_box(DARK, (half / 2 - 0.12, 0.02, 1.12), (half / 2 + 0.12, 0.035, 1.42), bevel_m=0.005)


def build_trophy_case(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    at.add_box(WOOD, (-half, 0.0, 0.0), (half, depth, 0.55), bevel_m=0.01)
    at.add_box(WOOD, (-half, 0.0, height - 0.12), (half, depth, height), bevel_m=0.01)
    at.add_box(paint((0.10, 0.13, 0.22)), (-half, 0.0, 0.55), (half, 0.03, height - 0.12))
    bays = max(1, round(width / 1.1))
    for bay in range(bays + 1):
        x = -half + bay * (width - 0.05) / bays
        at.add_box(WOOD, (x, 0.0, 0.55), (x + 0.05, depth, height - 0.12), bevel_m=0.006)
    glow = lamp((1.0, 0.85, 0.6), 5.0, group="cases")
    at.add_box(glow, (-half + 0.1, depth - 0.12, height - 0.14), (half - 0.1, depth - 0.06, height - 0.125))
    gold, silver = paint((0.62, 0.40, 0.08), gloss=0.15), paint((0.5, 0.5, 0.52), gloss=0.15)
    for z in (0.58, 1.02, 1.45):
        if z > height - 0.4:
            continue
        at.add_box(STEEL, (-half + 0.05, 0.03, z - 0.02), (half - 0.05, depth - 0.06, z))
        for x in np.arange(-half + 0.22, half - 0.15, 0.24):
            stand = at.move(float(x + rng.uniform(-0.04, 0.04)), depth * 0.5, z)
            _build_trophy(stand, gold if rng.random() < 0.7 else silver, rng)
    image = draw_sign(item.text or "TROPHIES", NAVY, size_px=(512, 64))
    at.hang_picture(image, half * 0.6, depth + 0.002, height - 0.11, 0.1)


def _build_trophy(at: Spot, metal: Material, rng: np.random.Generator) -> None:
    size = float(rng.uniform(0.7, 1.25))
    if rng.random() < 0.25:
        at.add_box(WOOD, (-0.09, -0.02, 0.0), (0.09, 0.0, 0.24 * size), bevel_m=0.01)
        at.add_box(metal, (-0.06, 0.0, 0.05), (0.06, 0.006, 0.19 * size))
        return
    at.add_box(DARK, (-0.05, -0.05, 0.0), (0.05, 0.05, 0.06), bevel_m=0.006)
    at.add_cylinder(metal, (0, 0, 0.06), (0, 0, 0.16 * size), 0.014, sides=8)
    at.add_cylinder(metal, (0, 0, 0.16 * size), (0, 0, 0.29 * size), 0.05 * size, sides=12)
    at.add_cylinder(metal, (-0.075 * size, 0, 0.23 * size), (0.075 * size, 0, 0.23 * size), 0.01)


def build_window(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add the frame, bars and sill of a window; the shell has cut its hole through the wall."""
    width, _, height = item.size_m
    half, bar = width / 2, 0.055
    for x in (-half, half - bar):
        at.add_box(ALUMINIUM, (x, -0.26, 0.0), (x + bar, 0.012, height), bevel_m=0.005)
    for z in (0.0, height - bar, height * 0.34):
        at.add_box(ALUMINIUM, (-half, -0.2, z), (half, -0.02, z + bar), bevel_m=0.005)
    count = max(1, round(width / 1.1))
    for number in range(1, count):
        x = -half + width * number / count
        at.add_box(ALUMINIUM, (x - bar / 2, -0.2, 0.0), (x + bar / 2, -0.02, height), bevel_m=0.005)
    at.add_box(CONCRETE, (-half - 0.06, -0.02, -0.05), (half + 0.06, 0.11, 0.0), bevel_m=0.008)


def build_planter(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    tub = paint(item.colour or (0.30, 0.29, 0.27), gloss=0.4)
    half, y = width / 2, depth / 2
    at.add_box(tub, (-half, 0.0, 0.0), (half, depth, 0.5), bevel_m=0.03)
    at.add_box(paint((0.05, 0.03, 0.02)), (-half + 0.04, 0.04, 0.47), (half - 0.04, depth - 0.04, 0.505))
    leaf = paint((0.035, 0.12, 0.03), gloss=0.35)
    for _ in range(70):
        angle = float(rng.uniform(0, 2 * np.pi))
        reach = float(rng.uniform(0.1, 0.95)) * (half + 0.12)
        top = 0.5 + (height - 0.5) * float(rng.uniform(0.35, 1.0))
        tip = np.array([np.cos(angle) * reach, y + np.sin(angle) * reach, top])
        root = np.array([np.cos(angle) * 0.06, y + np.sin(angle) * 0.06, 0.5])
        side = np.array([-np.sin(angle), np.cos(angle), 0.0]) * 0.045
        belly = (root + tip) / 2 + np.array([0.0, 0.0, 0.16])
        points = np.array([root, belly + side, tip, belly - side])
        at.add(leaf, points, points[:, :2], np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32))
    at.add_ball(LEAVES, (0.0, y, 0.62), half * 0.5, rng=rng)


def build_extinguisher(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    _, depth, height = item.size_m
    y = depth / 2
    at.add_box(paint((0.6, 0.6, 0.58)), (-0.13, 0.0, -0.06), (0.13, 0.012, height + 0.1), bevel_m=0.003)
    at.add_cylinder(RED, (0, y, 0.0), (0, y, height * 0.78), 0.08, sides=16)
    at.add_cylinder(DARK, (0, y, height * 0.78), (0, y, height * 0.9), 0.03)
    at.add_box(DARK, (-0.02, y - 0.02, height * 0.88), (0.03, y + 0.11, height * 0.93), bevel_m=0.008)
    at.hang_picture(draw_sign("FIRE", (0.45, 0.02, 0.02), size_px=(128, 96)), 0.1, 0.01, height + 0.3, 0.16)


def build_radiator(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    at.add_box(WHITE, (-half, 0.0, 0.06), (half, depth, height), bevel_m=0.015)
    for x in np.arange(-half + 0.06, half - 0.08, 0.05):
        at.add_box(DARK, (float(x), 0.04, height), (float(x) + 0.02, depth - 0.04, height + 0.002))
    at.add_box(GLASS, (-half, 0.02, 0.0), (half, depth - 0.02, 0.06))


def build_guard_rail(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half, y = width / 2, depth / 2
    at.add_cylinder(STEEL, (-half, y, height), (half, y, height), 0.025, sides=12)
    for z in (0.1, height - 0.12):
        at.add_box(DARK, (-half, y - 0.012, z), (half, y + 0.012, z + 0.03))
    for x in np.arange(-half + 0.02, half, 0.115):
        at.add_box(DARK, (float(x) - 0.007, y - 0.007, 0.1), (float(x) + 0.007, y + 0.007, height - 0.1))
    count = max(1, round(width / 1.4))
    for number in range(count + 1):
        x = -half + 0.025 + (width - 0.05) * number / count
        at.add_cylinder(STEEL, (x, y, 0.0), (x, y, height), 0.022, sides=10)


def build_partition(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    at.add_box(
        block(item.colour or (0.55, 0.54, 0.50)), (-width / 2, 0.0, 0.0), (width / 2, depth, height), bevel_m=0.01
    )


POST_PITCH_M = 1.5
SHELL = paint((0.34, 0.36, 0.38), gloss=0.25)
BELT = paint((0.02, 0.06, 0.22), gloss=0.5)
GREEN_LIGHT = lamp((0.1, 1.0, 0.25), 5.0, group="signs")


def build_detector_panel(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    at.add_box(DARK, (-half - 0.05, -0.03, 0.0), (half + 0.05, depth + 0.03, 0.05), bevel_m=0.01)
    at.add_box(SHELL, (-half, 0.0, 0.05), (half, depth, height), bevel_m=0.025)
    for y in (-0.002, depth - 0.001):
        at.add_box(DARK, (-half + 0.03, y, 0.3), (half - 0.03, y + 0.003, height - 0.3))
    for z in np.arange(0.5, height - 0.4, 0.28):
        at.add_box(GREEN_LIGHT, (-0.008, depth, float(z)), (0.008, depth + 0.004, float(z) + 0.09))


def build_detector_head(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    at.add_box(SHELL, (-half, 0.0, 0.0), (half, depth, height), bevel_m=0.03)
    for y, side in ((depth + 0.002, 1.0), (-0.002, -1.0)):
        picture = draw_sign("WALK THROUGH", (0.01, 0.05, 0.02), size_px=(420, 84))
        ends = (-half * 0.7, y, 0.04), (half * 0.7, y, 0.04)
        left, right = ends if side > 0 else ends[::-1]
        at.add_picture(picture, left, right, height - 0.08)


def build_belt_line(at: Spot, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add posts with a belt between them, as for a queue; they stand along the middle of the footprint."""
    width, depth, height = item.size_m
    count = max(1, round(width / POST_PITCH_M))
    posts = [-width / 2 + 0.17 + (width - 0.34) * n / count for n in range(count + 1)]
    y = depth / 2
    for x in posts:
        at.add_cylinder(DARK, (x, y, 0.0), (x, y, 0.025), 0.165, sides=24)
        at.add_cylinder(STEEL, (x, y, 0.02), (x, y, height), 0.032, sides=14)
        at.add_cylinder(DARK, (x, y, height - 0.13), (x, y, height), 0.04, sides=14)
    at.add_box(BELT, (posts[0], y - 0.002, height - 0.1), (posts[-1], y + 0.002, height - 0.045))


def build_screening_table(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half = width / 2
    at.add_box(paint((0.46, 0.43, 0.37), gloss=0.3), (-half, 0.0, height - 0.045), (half, depth, height), bevel_m=0.012)
    for x in (-half + 0.14, half - 0.14):
        for y in (0.1, depth - 0.1):
            at.add_cylinder(DARK, (x, y, 0.0), (x, y, height - 0.04), 0.016, sides=8)
        at.add_box(DARK, (x - 0.012, 0.1, 0.18), (x + 0.012, depth - 0.1, 0.205))
    tray = paint((0.16, 0.17, 0.19), gloss=0.3)
    for x in (-half + 0.42, -half + 1.02):
        if x > half - 0.3:
            continue
        y = depth / 2 + float(rng.uniform(-0.05, 0.05))
        at.add_box(tray, (x - 0.25, y - 0.18, height), (x + 0.25, y + 0.18, height + 0.012))
        for side in (-1.0, 1.0):
            for wide, deep, dx, dy in ((0.25, 0.008, 0.0, 0.172 * side), (0.008, 0.18, 0.242 * side, 0.0)):
                low, high = (x + dx - wide, y + dy - deep, height), (x + dx + wide, y + dy + deep, height + 0.09)
                at.add_box(tray, low, high, bevel_m=0.005)
    at.add_cylinder(DARK, (half - 0.45, 0.3, height + 0.025), (half - 0.1, 0.42, height + 0.025), 0.022)
    at.add_box(WHITE, (half - 0.3, 0.5, height), (half - 0.06, 0.62, height + 0.1), bevel_m=0.006)
    at.add_box(RED, (half - 0.24, 0.622, height + 0.03), (half - 0.12, 0.625, height + 0.07))
    if item.text:
        picture = draw_sign(item.text, NAVY, size_px=(640, 110))
        at.hang_picture(picture, half * 0.7, depth + 0.003, height - 0.3, half * 0.24)


def build_notice_board(at: Spot, item: Furnishing, rng: np.random.Generator) -> None:
    width, depth, height = item.size_m
    half, rim = width / 2, 0.035
    at.add_box(PALE_WOOD, (-half, 0.0, 0.0), (half, depth, height), bevel_m=0.006)
    image = draw_notice_board(rng, item.text, item.colour or (0.42, 0.25, 0.12), aspect=width / height)
    at.hang_picture(image, half - rim, depth + 0.002, rim, height - 2 * rim)


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
    half = width / 2
    bar = 0.06
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
