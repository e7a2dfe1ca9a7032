"""Trees and hedges as heaps of small leaves."""

import numpy as np
from numpy.typing import NDArray

from sim.site.model import Furnishing
from tools.authoring.geometry import Frame, Model
from tools.authoring.materials import LEAVES, WOOD, Material, paint

LEAF_COUNT = 1700
HEDGE_CORE = paint((0.022, 0.05, 0.014))
LEAF_M = 0.095
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
    red, green, blue = tone.colour
    shade, other = paint((0.3 * red, 0.3 * green, 0.3 * blue)), paint((0.62 * red, 0.62 * green, 0.62 * blue))
    for _ in range(12):
        way = rng.standard_normal(3)
        place = middle + way / np.linalg.norm(way) * crown * rng.uniform(0.2, 0.6)
        center = (float(place[0]), float(place[1]), float(place[2]))
        model.add_ball(shade, frame, center, crown * float(rng.uniform(0.2, 0.3)), rng=rng, rough_share=0.2)
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
    centers = middle + way * reach * np.array([radii[0], radii[0], radii[1]])
    corners = centers[:, None, :] + rng.normal(0.0, LEAF_M, (count, 3, 3))
    points = corners.reshape(-1, 3)
    faces = np.arange(3 * count, dtype=np.int32).reshape(-1, 3)
    model.add(material, frame, points, points[:, :2], faces)


def build_hedge(model: Model, frame: Frame, item: Furnishing, rng: np.random.Generator) -> None:
    """Add a clipped hedge."""
    width, depth, height = item.size_m
    half = width / 2
    model.add_box(HEDGE_CORE, frame, (-half + 0.08, 0.08, 0.0), (half - 0.08, depth - 0.08, height - 0.1), bevel_m=0.08)
    for leaf, share in ((LEAVES, 0.6), (HEDGE_CORE, 0.4)):
        count = int(1500 * share * width * height)
        points = rng.uniform((-half, 0.0, 0.02), (half, depth, height), (count, 3))[:, None, :]
        leaves = (points + rng.normal(0.0, 0.035, (count, 3, 3))).reshape(-1, 3)
        model.add(leaf, frame, leaves, leaves[:, :2], np.arange(3 * count, dtype=np.int32).reshape(-1, 3))
