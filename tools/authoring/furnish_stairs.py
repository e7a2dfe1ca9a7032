"""What keeps people on stairs and landings: guard rails and plain walls; and the door of a lift."""

import numpy as np

from sim.site.model import Furnishing
from tools.authoring.geometry import Frame, Model
from tools.authoring.materials import DARK, STEEL, block, lamp, paint
from tools.authoring.pictures import draw_sign


def build_guard_rail(model: Model, frame: Frame, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add a steel railing with upright bars, as at the edge of a landing."""
    width, depth, height = item.size_m
    half, y = width / 2, depth / 2
    model.add_cylinder(STEEL, frame, (-half, y, height), (half, y, height), 0.025, sides=12)
    for z in (0.1, height - 0.12):
        model.add_box(DARK, frame, (-half, y - 0.012, z), (half, y + 0.012, z + 0.03))
    for x in np.arange(-half + 0.02, half, 0.115):
        model.add_box(DARK, frame, (float(x) - 0.007, y - 0.007, 0.1), (float(x) + 0.007, y + 0.007, height - 0.1))
    count = max(1, round(width / 1.4))
    for number in range(count + 1):
        x = -half + 0.025 + (width - 0.05) * number / count
        model.add_cylinder(STEEL, frame, (x, y, 0.0), (x, y, height), 0.022, sides=10)


def build_partition(model: Model, frame: Frame, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add a plain wall of painted block in the item's colour."""
    width, depth, height = item.size_m
    model.add_box(
        block(item.colour or (0.55, 0.54, 0.50)),
        frame,
        (-width / 2, 0.0, 0.0),
        (width / 2, depth, height),
        bevel_m=0.01,
    )


def build_lift_door(model: Model, frame: Frame, item: Furnishing, _rng: np.random.Generator) -> None:
    """Add the closed doors of a lift with frame, call button and a lit floor number."""
    width, depth, height = item.size_m
    half = width / 2
    model.add_box(STEEL, frame, (-half, 0.0, 0.0), (half, depth * 0.4, height), bevel_m=0.006)
    for x in (-half, half - 0.1):
        model.add_box(STEEL, frame, (x, 0.0, 0.0), (x + 0.1, depth, height), bevel_m=0.01)
    model.add_box(STEEL, frame, (-half, 0.0, height - 0.1), (half, depth, height), bevel_m=0.01)
    model.add_box(DARK, frame, (-0.005, depth * 0.38, 0.02), (0.005, depth * 0.42, height - 0.1))
    model.add_box(DARK, frame, (half + 0.12, 0.0, 0.95), (half + 0.24, 0.02, 1.2), bevel_m=0.004)
    glow = lamp((1.0, 0.6, 0.2), 3.0, group="signs")
    model.add_cylinder(glow, frame, (half + 0.18, 0.02, 1.08), (half + 0.18, 0.026, 1.08), 0.018)
    picture = draw_sign(item.text or "LIFT", (0.01, 0.01, 0.012), size_px=(200, 90))
    model.add_picture(frame, picture, (-0.18, 0.012, height + 0.06), (0.18, 0.012, height + 0.06), 0.16)
    model.add_box(paint((0.02, 0.02, 0.02)), frame, (-0.2, 0.0, height + 0.04), (0.2, 0.01, height + 0.24))
