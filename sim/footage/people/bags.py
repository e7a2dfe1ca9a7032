"""Bags and instrument cases: as solids that stand on the ground, and on people with their straps.

Axes of a bag: x towards the side that is seen (a backpack's pocket, a case's lid), y along its width, z up; the side
that lies against a body is at x = 0, the bottom at z = 0. Sizes are of real bags (a school backpack holds 20 to 25 l).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Garment, Rgb
from sim.footage.people.bodies import REST, Body
from sim.footage.people.extra import Clothed, Extra, Material, Side, attach, darken, lay_on, make_extra, make_ribbon
from sim.footage.people.meshes import FloatArray, IntArray, make_rounded_box, make_slab

HAND_BAGS = frozenset({"violin case", "trumpet case", "sports bag"})
PULLED_BAGS = frozenset({"rolling backpack"})
CARRY, PULL = "carry", "pull"
UPRIGHT = ("walk", "run", "up", "down", "stand", "talk", "phone", "locker", "hand_over")
_TRUNK = "spine02"
_ARM_BONES = ("upperarm01.L", "lowerarm01.L", "wrist.L")


def is_carried(pose_name: str) -> bool:
    """Tell whether somebody in this pose keeps what is in the left hand; else it stands on the ground beside."""
    return pose_name.startswith(UPRIGHT)


def hold_bag(body: Body, kind: str) -> Body:
    """Return the body with its left arm held for a bag of this kind in every upright pose, or the body itself."""
    if kind not in HAND_BAGS | PULLED_BAGS:
        return body
    held = body.pose_names.index(CARRY if kind in HAND_BAGS else PULL)
    upright = [i for i, name in enumerate(body.pose_names) if is_carried(name)]
    arm = body.get_part("upper_arm", "forearm", "hand") * (body.rest_m[:, 1] > 0)
    trunk = to_square(body.get_frames(_TRUNK))
    change = (trunk @ np.linalg.inv(trunk[held]))[upright].astype(np.float32)
    vertices = body.vertices_m.copy()
    moved = np.einsum("pij,vj->pvi", change[:, :3, :3], body.vertices_m[held]) + change[:, None, :3, 3]
    vertices[upright] += arm[None, :, None] * (moved - vertices[upright])
    frames = body.frames.copy()
    bones = [
        i
        for i, name in enumerate(body.frame_names)
        if name in _ARM_BONES or (name.startswith("finger") and name.endswith(".L"))
    ]
    for bone in bones:
        frames[upright, bone] = (change @ to_square(body.frames[:, bone])[held])[:, :3]
    return replace(body, vertices_m=vertices, frames=frames)


def to_square(frames: FloatArray) -> NDArray[np.float64]:
    square = np.tile(np.eye(4), (len(frames), 1, 1))
    square[:, :3] = frames
    return square


_METAL: Rgb = (0.30, 0.30, 0.31)
_RUBBER: Rgb = (0.018, 0.018, 0.019)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solid:
    """One closed part of a bag: vertices [v, 3] in meters, faces [f, 3], one colour, shade [v] 0..1."""

    vertices_m: FloatArray
    faces: IntArray
    rgb: Rgb
    shade: FloatArray


def _shape(mesh: tuple[FloatArray, IntArray], rgb: Rgb, *, low: float = 0.8) -> Solid:
    vertices, faces = mesh
    z = vertices[:, 2]
    share = (z - z.min()) / max(float(np.ptp(z)), 1e-6)
    return Solid(
        vertices_m=vertices, faces=faces, rgb=rgb, shade=(low + (1 - low) * np.minimum(share * 1.6, 1)).astype("f4")
    )


def _box(
    center: tuple[float, float, float], half: tuple[float, float, float], rgb: Rgb, *, power: float = 0.42
) -> Solid:
    return _shape(make_rounded_box(center, half, power=power, rings=8, columns=14), rgb)


def _make_backpack(bag: Garment) -> list[Solid]:
    main, faces = make_rounded_box((0.080, 0.0, 0.205), (0.080, 0.140, 0.205), power=0.42)
    up = np.clip((main[:, 2] - 0.205) / 0.205, 0, 1)
    main[:, 1] *= 1 - 0.16 * up**2
    main[:, 0] *= 1 - 0.22 * up**2
    return [
        _shape((main, faces), bag.rgb),
        _box((0.148, 0.0, 0.125), (0.036, 0.105, 0.098), bag.accent or darken(bag.rgb, 0.78), power=0.4),
        _box((0.120, 0.0, 0.275), (0.030, 0.098, 0.052), darken(bag.rgb, 0.9), power=0.4),
        _box((0.030, 0.0, 0.412), (0.012, 0.035, 0.018), darken(bag.rgb, 0.6), power=0.7),
    ]


def _make_drawstring(bag: Garment) -> list[Solid]:
    sack, faces = make_rounded_box((0.055, 0.0, 0.19), (0.055, 0.150, 0.19), power=0.62)
    up = np.clip((sack[:, 2] - 0.24) / 0.14, 0, 1)
    sack[:, 1] *= 1 - 0.42 * up**1.5
    sack[:, 0] = 0.055 + (sack[:, 0] - 0.055) * (1 - 0.35 * up)
    ruffle = np.array([1 + 0.04 * np.cos(9 * np.arctan2(v[1], v[0] - 0.055)) for v in sack], dtype="f4")
    sack[:, 1] *= 1 + (ruffle - 1) * up
    parts = [_shape((sack, faces), bag.rgb), _box((0.055, 0.0, 0.382), (0.026, 0.05, 0.014), darken(bag.rgb, 0.7))]
    if bag.accent is not None:
        parts.append(_box((0.100, 0.0, 0.17), (0.012, 0.055, 0.055), bag.accent, power=0.8))
    return parts


def _make_rolling_backpack(bag: Garment) -> list[Solid]:
    trunk = [
        Solid(vertices_m=s.vertices_m + np.array([0.0, 0.0, 0.055], "f4"), faces=s.faces, rgb=s.rgb, shade=s.shade)
        for s in _make_backpack(bag)[:3]
    ]
    wheels = [_box((0.0, y, 0.04), (0.04, 0.014, 0.04), _RUBBER, power=0.9) for y in (-0.115, 0.115)]
    rods = [_box((-0.012, y, 0.68), (0.007, 0.008, 0.26), _METAL) for y in (-0.06, 0.06)]
    return [*trunk, *wheels, *rods, _box((-0.012, 0.0, 0.945), (0.013, 0.07, 0.014), _RUBBER, power=0.6)]


def _make_messenger(bag: Garment) -> list[Solid]:
    return [
        _box((0.045, 0.0, 0.14), (0.045, 0.180, 0.14), bag.rgb, power=0.35),
        _box((0.062, 0.0, 0.19), (0.040, 0.184, 0.094), bag.accent or darken(bag.rgb, 0.8), power=0.32),
    ]


def _make_shoulder_bag(bag: Garment) -> list[Solid]:
    return [
        _box((0.038, 0.0, 0.092), (0.038, 0.125, 0.092), bag.rgb, power=0.4),
        _box((0.052, 0.0, 0.132), (0.032, 0.1275, 0.057), bag.accent or darken(bag.rgb, 0.82), power=0.35),
    ]


def _make_sports_bag(bag: Garment) -> list[Solid]:
    trunk, faces = make_rounded_box((0.13, 0.0, 0.13), (0.13, 0.27, 0.13), power=0.6)
    parts = [_shape((trunk, faces), bag.rgb)]
    parts += [_box((0.13, y, 0.132), (0.134, 0.015, 0.134), darken(bag.rgb, 0.6), power=0.6) for y in (-0.11, 0.11)]
    parts.append(_box((0.13, 0.0, 0.285), (0.014, 0.10, 0.012), darken(bag.rgb, 0.55), power=0.6))
    if bag.accent is not None:
        parts.append(_box((0.20, 0.0, 0.15), (0.052, 0.085, 0.05), bag.accent, power=0.5))
    return parts


_VIOLIN_M = (
    (-0.385, 0.055), (-0.36, 0.025), (-0.20, 0.0), (0.0, 0.015), (0.16, 0.0), (0.30, 0.0), (0.375, 0.04),
    (0.39, 0.12), (0.375, 0.20), (0.30, 0.24), (0.16, 0.24), (0.0, 0.225), (-0.20, 0.20), (-0.36, 0.17), (-0.385, 0.14),
)  # fmt: skip
_GUITAR_M = (
    (0.0, 0.0), (0.12, 0.006), (0.18, 0.06), (0.192, 0.16), (0.165, 0.27), (0.128, 0.35), (0.142, 0.43), (0.135, 0.50),
    (0.095, 0.56), (0.062, 0.62), (0.055, 0.80), (0.068, 0.92), (0.055, 0.995), (0.0, 1.0),
)  # fmt: skip
_CELLO_M = (
    (0.0, 0.0), (0.15, 0.01), (0.215, 0.09), (0.225, 0.22), (0.19, 0.36), (0.15, 0.43), (0.17, 0.55), (0.16, 0.66),
    (0.10, 0.74), (0.07, 0.82), (0.065, 1.04), (0.08, 1.15), (0.06, 1.24), (0.0, 1.25),
)  # fmt: skip


def _mirror(half: tuple[tuple[float, float], ...]) -> NDArray[np.float64]:
    return np.asarray([*half, *((-y, z) for y, z in half[-2:0:-1])])


def _make_violin_case(bag: Garment) -> list[Solid]:
    seam = np.asarray(_VIOLIN_M)
    return [
        _shape(make_slab(seam, 0.0, 0.125, bevel_m=0.018), bag.rgb),
        _shape(make_slab(seam * 1.008 - [0, 0.001], 0.055, 0.069, bevel_m=0.0), darken(bag.rgb, 0.55)),
        _box((0.062, 0.02, 0.252), (0.012, 0.055, 0.014), darken(bag.rgb, 0.5), power=0.6),
    ]


def _make_trumpet_case(bag: Garment) -> list[Solid]:
    return [
        _box((0.085, 0.0, 0.115), (0.085, 0.27, 0.115), bag.rgb, power=0.22),
        _box((0.085, 0.0, 0.115), (0.0865, 0.2715, 0.006), _METAL, power=0.22),
        _box((0.085, 0.0, 0.246), (0.012, 0.06, 0.016), darken(bag.rgb, 0.5), power=0.6),
    ]


def _make_guitar_bag(bag: Garment) -> list[Solid]:
    pocket = np.asarray([(y * 0.72, 0.05 + z * 0.42) for y, z in _mirror(_GUITAR_M)])
    return [
        _shape(make_slab(_mirror(_GUITAR_M), 0.0, 0.105, bevel_m=0.03), bag.rgb),
        _shape(make_slab(pocket, 0.10, 0.125, bevel_m=0.02), bag.accent or darken(bag.rgb, 0.8)),
    ]


def _make_cello_case(bag: Garment) -> list[Solid]:
    return [
        _shape(make_slab(_mirror(_CELLO_M), 0.0, 0.20, bevel_m=0.06), bag.rgb),
        _shape(make_slab(_mirror(_CELLO_M) * 1.006, 0.092, 0.108, bevel_m=0.0), darken(bag.rgb, 0.6)),
    ]


BAG_SOLIDS: Mapping[str, Callable[[Garment], list[Solid]]] = {
    "backpack": _make_backpack,
    "drawstring bag": _make_drawstring,
    "rolling backpack": _make_rolling_backpack,
    "messenger bag": _make_messenger,
    "shoulder bag": _make_shoulder_bag,
    "sports bag": _make_sports_bag,
    "violin case": _make_violin_case,
    "trumpet case": _make_trumpet_case,
    "guitar bag": _make_guitar_bag,
    "cello case": _make_cello_case,
}


_ON_BACK = {"backpack": 0.37, "drawstring bag": 0.36, "guitar bag": 0.55, "cello case": 0.72}
"""How far below the shoulder joints the bottom of a bag hangs, for a body 1.6 m tall."""
_AT_HIP = {"shoulder bag": 0.097, "messenger bag": 0.15}
_STRAP_M = {"backpack": 0.044, "drawstring bag": 0.012, "guitar bag": 0.038, "cello case": 0.05}
_BESIDE_M = (0.06, 0.37)


def make_bag(body: Body, cloth: Clothed, bag: Garment) -> list[Extra]:
    if bag.kind in _ON_BACK:
        return _make_on_back(body, cloth, bag)
    if bag.kind in _AT_HIP:
        return _make_at_hip(body, cloth, bag)
    if bag.kind in HAND_BAGS:
        return _make_in_hand(body, bag)
    return _make_pulled(body, bag) if bag.kind in PULLED_BAGS else []


def _get_scale(body: Body) -> float:
    return float(body.rest_m[:, 2].max()) / 1.6


def _make_on_back(body: Body, cloth: Clothed, bag: Garment) -> list[Extra]:
    scale = _get_scale(body)
    shoulder = body.get_joint("upperarm01.L")
    rest = cloth.vertices_m[REST]
    near = (np.abs(rest[:, 1]) < 0.09 * scale) & (np.abs(rest[:, 2] - shoulder[2] + 0.12 * scale) < 0.12 * scale)
    back = float(rest[near, 0].min()) + 0.014 * scale
    bottom = float(shoulder[2]) - _ON_BACK[bag.kind] * scale
    carried = {"spine02": 0.8, "spine04": 0.2}
    extras = []
    for solid in BAG_SOLIDS[bag.kind](bag):
        at = solid.vertices_m * scale
        placed = np.stack([back - at[:, 0], -at[:, 1], bottom + at[:, 2]], axis=1).astype(np.float32)
        extras.append(make_extra(attach(body, placed, carried), solid.faces, solid.rgb, solid.shade))
    for sign in (-1, 1):
        y = np.array([0.070, 0.074, 0.084, 0.106, 0.136]) * scale * sign
        z = shoulder[2] + np.array([0.062, 0.0, -0.085, -0.165, -0.215]) * scale
        at = np.linspace(0, 1, 11)
        path = np.stack([np.interp(at, np.linspace(0, 1, 5), y), np.interp(at, np.linspace(0, 1, 5), z)], axis=1)
        points, faces = make_ribbon(path, _STRAP_M[bag.kind] * scale)
        strap = lay_on(cloth, points, Side.FRONT, lift_m=0.008)
        extras.append(replace(make_extra(strap, faces, darken(bag.rgb, 0.7)), material=Material.CLOTH))
    return extras


def _make_at_hip(body: Body, cloth: Clothed, bag: Garment) -> list[Extra]:
    scale = _get_scale(body)
    hip = body.get_joint("upperleg01.R")
    rest = cloth.vertices_m[REST]
    near = (np.abs(rest[:, 2] - hip[2]) < 0.06 * scale) & (np.abs(rest[:, 0]) < 0.05)
    side = float(rest[near & (np.abs(rest[:, 1]) < 0.26 * scale), 1].min())
    bottom = float(hip[2]) - _AT_HIP[bag.kind] * scale
    extras = []
    for solid in BAG_SOLIDS[bag.kind](bag):
        at = solid.vertices_m * scale
        placed = np.stack([at[:, 1] - 0.02 * scale, side - 0.006 - at[:, 0], bottom + at[:, 2]], axis=1)
        extras.append(
            make_extra(attach(body, placed.astype(np.float32), {"root": 1.0}), solid.faces, solid.rgb, solid.shade)
        )
    neck = body.get_joint("neck01")
    top = bottom + 0.195 * scale
    share = np.linspace(0, 1, 15)
    for seen_from in (Side.FRONT, Side.BACK):
        y = 0.085 * scale + (0.68 * side - 0.085 * scale) * share
        z = neck[2] - 0.022 * scale + (top - neck[2] + 0.022 * scale) * share**1.15
        points, faces = make_ribbon(np.stack([y, z], axis=1), 0.034 * scale)
        strap = make_extra(lay_on(cloth, points, seen_from, lift_m=0.007), faces, darken(bag.rgb, 0.65))
        extras.append(replace(strap, material=Material.CLOTH))
    return extras


def _find_left_hand(body: Body) -> FloatArray:
    hand = (body.get_part("hand") > 0.5) & (body.rest_m[:, 1] > 0)
    return np.asarray(body.vertices_m[:, hand].mean(axis=1), dtype=np.float32)


def _get_top_m(solids: list[Solid]) -> float:
    return max(float(solid.vertices_m[:, 2].max()) for solid in solids)


def _make_in_hand(body: Body, bag: Garment) -> list[Extra]:
    solids = BAG_SOLIDS[bag.kind](bag)
    hand, top = _find_left_hand(body), _get_top_m(solids)
    depth = max(float(solid.vertices_m[:, 0].max()) for solid in solids)
    carried = np.array([is_carried(name) for name in body.pose_names])[:, None]
    ground = np.array([*_BESIDE_M, 0.0], dtype=np.float32)
    base = np.where(carried, hand - np.array([0.0, 0.0, top - 0.012], dtype=np.float32), ground)
    extras = []
    for solid in solids:
        turned = np.stack([solid.vertices_m[:, 1], depth / 2 - solid.vertices_m[:, 0], solid.vertices_m[:, 2]], axis=1)
        turned[:, 1] *= -1
        turned[:, 0] *= -1
        placed = base[:, None] + turned[None]
        extras.append(make_extra(placed.astype(np.float32), solid.faces, solid.rgb, solid.shade))
    return extras


_LEAN_RAD = np.deg2rad(57.0)
"""How steep a bag is that is pulled; its handle is drawn out to the hand, from `_SHUT_M` above the ground on."""
_ROLLS = ("walk", "run", "up", "down")
_SHUT_M = 0.48


def _make_pulled(body: Body, bag: Garment) -> list[Extra]:
    """Return a bag on wheels that leans from the floor behind to the left hand, or stands under it or beside."""
    solids = BAG_SOLIDS[bag.kind](bag)
    hand, longest = _find_left_hand(body), _get_top_m(solids)
    carried = np.array([is_carried(name) for name in body.pose_names])
    rolls = np.array([name.startswith(_ROLLS) for name in body.pose_names])
    lean = np.maximum(_LEAN_RAD, np.arcsin(np.minimum(hand[:, 2] / longest, 1.0)))
    lean = np.where(rolls, lean, np.pi / 2)
    length = np.clip(np.where(carried, hand[:, 2], 0.0) / np.sin(lean), 1.15 * _SHUT_M, longest)
    drawn = (length - _SHUT_M) / (longest - _SHUT_M)
    along = np.stack([np.cos(lean), np.zeros_like(lean), np.sin(lean)], axis=1)
    out = np.stack([-np.sin(lean), np.zeros_like(lean), np.cos(lean)], axis=1)
    wheels = np.stack([hand[:, 0] - length * np.cos(lean), hand[:, 1], np.zeros(len(hand))], axis=1)
    wheels[~carried] = (*_BESIDE_M, 0.0)
    extras = []
    for solid in solids:
        at = solid.vertices_m
        up = np.minimum(at[:, 2], _SHUT_M) + drawn[:, None] * np.maximum(at[:, 2] - _SHUT_M, 0.0)
        placed = wheels[:, None] + up[..., None] * along[:, None] + at[None, :, :1] * out[:, None]
        placed[..., 1] -= at[None, :, 1]
        extras.append(make_extra(placed.astype(np.float32), solid.faces, solid.rgb, solid.shade))
    return extras
