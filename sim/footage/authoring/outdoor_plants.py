"""Trees and hedges as heaps of small leaves."""

import numpy as np
from numpy.typing import NDArray

from sim.footage.authoring.geometry import Frame, Model
from sim.footage.authoring.materials import LEAVES, WOOD, Material, paint
from sim.site.model import Furnishing

LEAF_COUNT = 700
AUTUMN = ((0.30, 0.10, 0.015), (0.36, 0.20, 0.02), (0.11, 0.13, 0.03), (0.20, 0.05, 0.02))


def build_tree(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a tree of the item's height with a rounded crown in autumn colours."""
    _, _, height = item.size_m
    crown, base = height * 0.34, height * 0.36
    model.add_cylinder(WOOD, frame, (0, 0, -0.1), (0, 0, base + crown * 0.6), 0.035 * height, sides=9)
    for angle in rng.uniform(0, 6.28, 4):
        tip = (float(np.cos(angle)) * crown * 0.6, float(np.sin(angle)) * crown * 0.6, base + crown * 0.9)
        model.add_cylinder(WOOD, frame, (0, 0, base * 0.85), tip, 0.014 * height, sides=6)
    tone = paint(item.colour or AUTUMN[int(rng.integers(len(AUTUMN)))])
    middle = np.array([0.0, 0.0, base + crown])
    for _ in range(16):
        turn, tilt = float(rng.uniform(0, 6.28)), float(np.arccos(rng.uniform(-0.8, 1.0)))
        reach = crown * float(rng.uniform(0.35, 0.95))
        centre = (
            reach * float(np.sin(tilt) * np.cos(turn)),
            reach * float(np.sin(tilt) * np.sin(turn)),
            base + crown + reach * float(np.cos(tilt)),
        )
        leaf = tone if rng.random() < 0.72 else LEAVES
        model.add_ball(leaf, frame, centre, crown * float(rng.uniform(0.2, 0.34)), rng=rng, rough_share=0.28)
    red, green, blue = tone.colour
    other = paint((0.62 * red, 0.62 * green, 0.62 * blue))
    for leaf, count in ((tone, LEAF_COUNT), (other, LEAF_COUNT), (LEAVES, LEAF_COUNT // 2)):
        _scatter_leaves(model, frame, middle, material=leaf, radii=(crown * 1.08, crown * 0.95), count=count, rng=rng)


def _scatter_leaves(
    model: Model,
    frame: Frame,
    middle: NDArray[np.float64],
    *,
    material: Material,
    radii: tuple[float, float],
    count: int,
    rng: np.random.Generator,
) -> None:
    """Add leaves as small tilted triangles, most of them in the outer part of a ball of two radii (plan, height)."""
    way = rng.standard_normal((count, 3))
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    reach = rng.uniform(0.3, 1.0, (count, 1)) ** 0.4 * (1 + 0.12 * np.sin(way[:, :1] * 9) * np.cos(way[:, 1:2] * 7))
    centres = middle + way * reach * np.array([radii[0], radii[0], radii[1]])
    corners = centres[:, None, :] + rng.normal(0.0, 0.13, (count, 3, 3))
    points = corners.reshape(-1, 3)
    faces = np.arange(3 * count, dtype=np.int32).reshape(-1, 3)
    model.add(material, frame, points, points[:, :2], faces)


def build_hedge(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a clipped hedge."""
    width, depth, height = item.size_m
    half, step = width / 2, min(depth, height) * 0.42
    model.add_box(LEAVES, frame, (-half + 0.1, 0.1, 0.0), (half - 0.1, depth - 0.1, height * 0.9), bevel_m=0.08)
    count = int(220 * width * height)
    points = rng.uniform((-half, 0.0, 0.05), (half, depth, height), (count, 3))[:, None, :]
    leaves = (points + rng.normal(0.0, 0.05, (count, 3, 3))).reshape(-1, 3)
    model.add(LEAVES, frame, leaves, leaves[:, :2], np.arange(3 * count, dtype=np.int32).reshape(-1, 3))
    for x in np.arange(-half + step / 2, half, step * 0.8):
        for y in np.linspace(step * 0.5, depth - step * 0.5, max(1, round(depth / step))):
            for z in np.arange(step * 0.6, height, step):
                model.add_ball(LEAVES, frame, (float(x), float(y), float(z)), step * 0.72, rng=rng, rough_share=0.3)
