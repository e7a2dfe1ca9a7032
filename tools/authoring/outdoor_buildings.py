"""Parts of the school that nobody walks in but that are seen from outside: brick blocks with rows of windows."""

import numpy as np

from sim.site.model import Furnishing
from tools.authoring.geometry import Frame, Model
from tools.authoring.materials import ALUMINIUM, BRICK, CONCRETE, GLASS, Material, paint
from tools.authoring.pictures import draw_banner

STOREY_M = 3.6
WALL_M = 0.25
BAY_M = 3.2
WINDOW_M = (1.9, 1.55)
SILL_M = 1.0


def build_building(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
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
        model.add_box(face, frame, (*low, -0.3), (*high, height))
        edge = 0.06
        model.add_box(
            CONCRETE, frame, (low[0] - edge, low[1] - edge, height), (high[0] + edge, high[1] + edge, height + 0.14)
        )
        model.add_box(CONCRETE, frame, (low[0] - 0.02, low[1] - 0.02, -0.3), (high[0] + 0.02, high[1] + 0.02, 0.45))
    model.add_box(paint((0.30, 0.30, 0.29)), frame, (-half, 0.0, height - 0.5), (half, depth, height - 0.4))
    if height <= 8.0:
        for side, length in ((0, width), (1, depth), (2, width), (3, depth)):
            _build_windows(model, _turn(frame, side, half, depth), length, height, rng)
    elif height > 8.0:
        band = paint((0.03, 0.07, 0.2), gloss=0.4)
        model.add_box(band, frame, (-half - 0.012, -0.012, height - 2.0), (half + 0.012, depth + 0.012, height - 1.5))
        for x in np.arange(-half + 2, half - 1, 3.0):
            for y in (-0.014, depth + 0.002):
                model.add_box(GLASS, frame, (float(x), y, height - 3.6), (float(x) + 1.8, y + 0.012, height - 2.4))
    if item.text:
        picture = draw_banner(item.text, (0.02, 0.05, 0.15), size_px=(1400, 110))
        reach = min(half * 0.8, 4.5)
        z = height - 0.95 if height <= 8 else height - 5.2
        model.add_picture(frame, picture, (-reach, depth + 0.03, z), (reach, depth + 0.03, z), reach * 2 * 110 / 1400)


def _turn(frame: Frame, side: int, half: float, depth: float) -> Frame:
    """Return the frame of one wall: its origin in the wall's middle, y outward."""
    if side == 0:
        return frame.move(0.0, depth)
    if side == 1:
        return frame.move(half, depth / 2, turn_deg=-90.0)
    if side == 2:
        return frame.move(0.0, 0.0, turn_deg=180.0)
    return frame.move(-half, depth / 2, turn_deg=90.0)


def _build_windows(model: Model, frame: Frame, length: float, height: float, rng: np.random.Generator) -> None:
    bays = int((length - 0.8) / BAY_M)
    blind = paint((0.45, 0.43, 0.38))
    for row in range(max(1, int(height / STOREY_M))):
        z = row * STOREY_M + SILL_M
        for bay in range(bays):
            x = (bay - (bays - 1) / 2) * (length - 0.8) / max(bays, 1)
            wide, tall = WINDOW_M[0] / 2, WINDOW_M[1]
            model.add_box(CONCRETE, frame, (x - wide - 0.1, 0.0, z - 0.1), (x + wide + 0.1, 0.07, z), bevel_m=0.01)
            model.add_box(ALUMINIUM, frame, (x - wide, -0.02, z), (x + wide, 0.02, z + tall), bevel_m=0.005)
            for left, right in ((x - wide + 0.05, x - 0.03), (x + 0.03, x + wide - 0.05)):
                model.add_box(GLASS, frame, (left, 0.0, z + 0.05), (right, 0.026, z + tall - 0.05))
                if rng.random() < 0.5:
                    drop = tall * float(rng.uniform(0.15, 0.5))
                    model.add_box(blind, frame, (left, 0.0, z + tall - 0.05 - drop), (right, 0.0285, z + tall - 0.05))
