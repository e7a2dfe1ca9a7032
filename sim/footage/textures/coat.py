"""A person's own texture: tiles drawn once, the same on every camera, and folds that deepen where joints bend."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Garment, Person
from sim.footage.compiled import compiled
from sim.footage.people.bags import BAG_SOLIDS
from sim.footage.people.bodies import Body
from sim.footage.people.dressing import DressedPerson
from sim.footage.people.extra import BOTTOMS, TOPS, Material
from sim.footage.textures.charts import (
    Landmarks,
    find_landmarks,
    make_face,
    make_hair_tile,
    make_hat_tile,
    make_skin,
    map_faces,
    map_thing,
    plan_face,
)
from sim.footage.textures.clothes import (
    make_bag_tile,
    make_leg,
    make_shoe,
    make_skirt,
    make_sleeve,
    make_strip,
    make_torso,
)
from sim.footage.textures.tile import NO_FOLD, ONE, SIDE, Canvas, FloatArray, Tile, add_folds, add_wear, shrink

LEVELS = 4
_DOTTED_SHARE = 0.4
_FAR_CONTRAST = 0.8
_STILL = 0.75
_BENT_MOST = 1.3
_SLACK_RAD, _BENT_RAD = 0.3, 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Coat:
    # tiles [t, n, n, 4], the finest first, each half as fine as the one before: gains of blue, green and red in
    # hundredths of display levels, and how much brighter (over 128) or darker folds are
    levels: tuple[NDArray[np.uint8], ...]
    tile: NDArray[np.int16]  # [f] int16, the tile of each face, -1 for none
    corners: FloatArray  # [f, 3, 2], where its corners lie there
    still: FloatArray  # [v], how deep folds are when nothing bends
    joint: NDArray[np.int64]  # [v] int64, which joint deepens them
    share: FloatArray  # [v], by how much at most
    hinges: NDArray[np.int64]  # [joints, 3] int64, vertices before, at and after each joint

    def choose_level(self, tall_samples: float) -> NDArray[np.uint8]:
        """Return the tiles for somebody so many samples tall: about one texel a sample."""
        level, texels = 0, SIDE * 1.0
        while level + 1 < len(self.levels) and texels > tall_samples * 0.62:
            level, texels = level + 1, texels / 2
        return self.levels[level]


def draw_levels(person: Person, body: Body) -> tuple[NDArray[np.uint8], ...]:
    """Return a person's tiles in all levels. Who wears what decides them, and nothing else."""
    outfit, marks = person.outfit, find_landmarks(body)
    tiles = np.full((len(Tile), SIDE, SIDE, 4), ONE, dtype=np.uint8)
    tiles[..., 3] = NO_FOLD

    def chance(what: str) -> np.random.Generator:
        return np.random.default_rng(zlib.crc32(f"{person.person_id} {what}".encode()))

    top, bottom = outfit.top, outfit.bottom
    of_top = f"{top.kind} {top.colour}"
    dotted = top.kind == "dress" and bool(chance(f"{of_top} dots").random() < _DOTTED_SHARE)
    high, low = marks.torso_m
    hem = (high - (marks.hips_m - TOPS[top.kind].hem_drop * marks.scale)) / (high - low)
    tiles[Tile.TORSO] = make_torso(top.kind, chance(of_top), hem, dotted=dotted)
    tiles[Tile.ARM] = make_sleeve(top.kind, chance(f"{of_top} sleeve"), dotted=dotted)
    end = (marks.waist_m - BOTTOMS[bottom.kind].end * marks.scale) / marks.waist_m
    tiles[Tile.LEG] = make_leg(bottom.kind, chance(f"{bottom.kind} {bottom.colour}"), end)
    tiles[Tile.SKIN] = make_skin(chance("skin"))
    stubble = float(chance("beard").choice([0.0, 0.0, 0.3, 0.5, 0.9])) if person.body_id.startswith("man") else 0.0
    tiles[Tile.FACE] = make_face(plan_face(marks), outfit.skin, outfit.hair.rgb, chance("face"), stubble=stubble)
    tiles[Tile.HAIR] = make_hair_tile(outfit.hair, chance("hair"))
    tiles[Tile.SHOE] = make_shoe(outfit.shoes.kind, chance("shoes"), is_dark=sum(outfit.shoes.rgb) < 0.6)
    tiles[Tile.STRIP] = make_strip(top.kind, chance(f"{of_top} strip"))
    tiles[Tile.CLOTH] = _make_loose(chance(f"{of_top} hood"))
    if outfit.bag.kind != "none":
        tiles[Tile.BAG] = make_bag_tile(outfit.bag, chance(f"{outfit.bag.kind} {outfit.bag.colour}"))
    if outfit.headwear.kind != "none":
        tiles[Tile.HAT] = make_hat_tile(outfit.headwear, chance("hat"))
    if bottom.kind.endswith("skirt") or top.kind == "dress":
        skirt = "dress" if top.kind == "dress" else bottom.kind
        tiles[Tile.SKIRT] = make_skirt(skirt, chance("skirt"), dotted=dotted)
    return _shrink_all(tiles)


def _shrink_all(tiles: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], ...]:
    levels = [tiles]
    for _ in range(LEVELS - 1):
        levels.append(shrink(levels[-1]))
        # with less contrast: a camera from afar sees sockets and shade, no drawn eyes
        face = levels[-1][Tile.FACE, ..., :3]
        mean = face.mean(axis=(0, 1))
        levels[-1][Tile.FACE, ..., :3] = np.asarray((mean + _FAR_CONTRAST * (face - mean)).round().astype(np.uint8))
    return tuple(levels)


def _make_loose(rng: np.random.Generator) -> NDArray[np.uint8]:
    canvas = Canvas()
    add_wear(canvas, rng, amount=0.05)
    add_folds(canvas, rng, where=np.full_like(canvas.fold, 0.7), across=0.12, down=0.06, lean=0.5)
    return canvas.finish()


def make_coat(dressed: DressedPerson, levels: tuple[NDArray[np.uint8], ...], faces: NDArray[np.int32]) -> Coat:
    """Return how a person's mesh with these faces [f, 3] is painted with the person's tiles."""
    tile, corners = map_faces(dressed, faces)
    marks = find_landmarks(dressed.body)
    at = dressed.laid_m / np.float32(dressed.person.height_scale)
    joints, before, after = _find_joints(marks)
    is_cloth = np.isin(dressed.material, [Material.TOP, Material.BOTTOM, Material.STRIP])
    reach = np.repeat([0.10, 0.11, 0.12], 2) * marks.scale
    near = np.exp(-((np.linalg.norm(at[:, None] - joints[None], axis=2) / reach) ** 2))
    return Coat(
        levels=levels,
        tile=tile,
        corners=corners,
        still=np.full(len(at), _STILL, dtype=np.float32),
        joint=near.argmax(axis=1),
        share=(near.max(axis=1) * is_cloth).astype(np.float32),
        hinges=np.stack([_find_nearest(at, points) for points in (before, joints, after)], axis=1),
    )


def draw_thing_levels(garment: Garment) -> tuple[NDArray[np.uint8], ...]:
    """Return the tiles of a bag or a piece of clothing that lies by itself, in all levels."""
    rng = np.random.default_rng(zlib.crc32(f"{garment.kind} {garment.colour} by itself".encode()))
    tiles = np.full((len(Tile), SIDE, SIDE, 4), ONE, dtype=np.uint8)
    tiles[..., 3] = NO_FOLD
    tiles[Tile.BAG] = make_bag_tile(garment, rng) if garment.kind in BAG_SOLIDS else _make_loose(rng)
    return _shrink_all(tiles)


def make_thing_coat(vertices_m: FloatArray, levels: tuple[NDArray[np.uint8], ...], faces: NDArray[np.int32]) -> Coat:
    """Return how a thing's mesh [v, 3] with these faces [f, 3] is painted with its tiles; nothing of it bends."""
    count = len(vertices_m)
    tile, corners = map_thing(vertices_m, faces)
    return Coat(
        levels=levels,
        tile=tile,
        corners=corners,
        still=np.full(count, _STILL, dtype=np.float32),
        joint=np.zeros(count, dtype=np.int64),
        share=np.zeros(count, dtype=np.float32),
        hinges=np.zeros((1, 3), dtype=np.int64),
    )


def _find_joints(marks: Landmarks) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return elbows, knees and hips of both sides [6, 3], and what lies before and after each."""
    shoulder, elbow, wrist = marks.arms_m
    hip, knee, ankle = marks.legs_m
    chest = hip + np.array([0.0, 0.0, 0.22 * marks.scale], dtype=np.float32)
    triples = [(shoulder, elbow, wrist), (hip, knee, ankle), (chest, hip, knee)]
    mirror = np.array([1.0, -1.0, 1.0], dtype=np.float32)
    both = [[point * side for point in triple] for triple in triples for side in (np.ones(3, "f4"), mirror)]
    found = np.asarray(both, dtype=np.float32)
    return found[:, 1], found[:, 0], found[:, 2]


def _find_nearest(at: FloatArray, points: FloatArray) -> NDArray[np.int64]:
    return np.asarray(np.linalg.norm(at[:, None] - points[None], axis=2).argmin(axis=0), dtype=np.int64)


@compiled
def compute_folds(
    vertices: FloatArray,
    hinges: NDArray[np.int64],
    still: FloatArray,
    joint: NDArray[np.int64],
    share: FloatArray,
    folds: FloatArray,
) -> None:
    """Compute how deep folds are at the vertices [v, 3] of a posed mesh; `folds` [v] gets the result.

    A joint bent by 1.4 rad doubles and more what lies around it; up to 0.3 rad changes nothing.
    """
    bent = np.zeros(len(hinges), dtype=np.float32)
    for j in range(len(hinges)):
        a, b, c = hinges[j, 0], hinges[j, 1], hinges[j, 2]
        dot, first, second = np.float32(0), np.float32(0), np.float32(0)
        for k in range(3):
            one, two = vertices[b, k] - vertices[a, k], vertices[c, k] - vertices[b, k]
            dot += one * two
            first += one * one
            second += two * two
        length = np.sqrt(first * second)
        if length > 0:
            angle = np.arccos(min(max(dot / length, np.float32(-1)), np.float32(1)))
            bent[j] = min(
                max((angle - np.float32(_SLACK_RAD)) / np.float32(_BENT_RAD), np.float32(0)), np.float32(_BENT_MOST)
            )
    for i in range(len(share)):
        folds[i] = still[i] + share[i] * bent[joint[i]]
