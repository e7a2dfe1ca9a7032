"""Clothes that follow the body's surface: where each ends, how far it stands off the skin, what colour it is."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people import Outfit, Rgb
from sim.footage.bodies import Body
from sim.footage.skin_mesh import SkinMesh, cut_mesh, make_skin_mesh, smooth_pieces, split_pieces

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]

LONG_SLEEVES = frozenset({"hoodie", "sweatshirt", "jacket", "long-sleeved shirt", "shirt", "cardigan"})
CUFF_SHARE = 0.075
WAISTBAND_M = 0.045
OPEN_FRONT = frozenset({"jacket", "cardigan"})


class Piece(IntEnum):
    """What a face of the dressed surface belongs to."""

    SKIN = 0
    TOP = 1
    BOTTOM = 2
    SHOE = 3
    SOLE = 4
    SOCK = 5
    SHIRT = 6
    CUFF = 7
    SLEEVE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ClothFit:
    """How a kind of top or legwear is cut, for a body 1.6 m tall, metres.

    Attributes:
        ease: distance from the skin on the torso or thigh.
        limb_ease: distance on the arms or calves.
        end: where sleeves end (0 shoulder, 1 wrist) or legs end (height above the ground).
        hem_drop: how far a top reaches below the hip joints.
        end_radius: radius that the leg opening has at least.
    """

    ease: float
    limb_ease: float
    end: float
    hem_drop: float = 0.0
    end_radius: float = 0.0


TOPS = {
    "hoodie": ClothFit(ease=0.026, limb_ease=0.020, end=1.0, hem_drop=0.015),
    "T-shirt": ClothFit(ease=0.013, limb_ease=0.022, end=0.36, hem_drop=0.03),
    "polo shirt": ClothFit(ease=0.013, limb_ease=0.020, end=0.36, hem_drop=0.02),
    "sweatshirt": ClothFit(ease=0.021, limb_ease=0.017, end=1.0, hem_drop=0.0),
    "jacket": ClothFit(ease=0.030, limb_ease=0.022, end=1.01, hem_drop=0.04),
    "cardigan": ClothFit(ease=0.019, limb_ease=0.013, end=0.99, hem_drop=0.05),
    "long-sleeved shirt": ClothFit(ease=0.011, limb_ease=0.009, end=0.99, hem_drop=0.02),
    "shirt": ClothFit(ease=0.014, limb_ease=0.014, end=0.99, hem_drop=-0.03),
}
BOTTOMS = {
    "jeans": ClothFit(ease=0.009, limb_ease=0.011, end=0.055, end_radius=0.062),
    "trousers": ClothFit(ease=0.011, limb_ease=0.013, end=0.045, end_radius=0.070),
    "joggers": ClothFit(ease=0.014, limb_ease=0.016, end=0.085, end_radius=0.050),
    "leggings": ClothFit(ease=0.003, limb_ease=0.003, end=0.09),
    "shorts": ClothFit(ease=0.018, limb_ease=0.035, end=0.47, end_radius=0.105),
    "skirt": ClothFit(ease=0.003, limb_ease=0.003, end=0.60),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """The dressed surface of a body before it is posed.

    Attributes:
        mesh: tied to the body; pieces have vertices of their own.
        piece: [v] int32, values of `Piece`.
        offset_m: [v] how far each vertex stands off along the normal.
        albedo: [v, 3] linear RGB.
        occlusion: [v] 0..1, how much of the room's light folds and armpits let through.
    """

    mesh: SkinMesh
    piece: IntArray
    offset_m: FloatArray
    albedo: FloatArray
    occlusion: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Coordinates of body vertices that clothes are cut by, all [v], metres unless said.

    Attributes:
        height_m: of the body.
        rest: [v, 3] rest positions.
        sleeve: 0 at the shoulder joint, 1 at the wrist, without unit.
        arm, leg, foot, head: part weights 0..1.
        leg_radius: distance from the leg's axis.
    """

    height_m: float
    rest: FloatArray
    sleeve: FloatArray
    arm: FloatArray
    leg: FloatArray
    foot: FloatArray
    head: FloatArray
    leg_radius: FloatArray


def measure_body(body: Body) -> Measures:
    """Return the coordinates of a body's vertices that clothes are cut by."""
    rest = body.rest_m
    sleeve = np.full(len(rest), -1.0, dtype=np.float32)
    radius = np.zeros(len(rest), dtype=np.float32)
    for side, sign in (("L", 1), ("R", -1)):
        mine = rest[:, 1] * sign > 0
        shoulder, elbow, wrist = (body.get_joint(f"{n}.{side}") for n in ("upperarm01", "lowerarm01", "wrist"))
        upper, lower = elbow - shoulder, wrist - elbow
        upper_m, lower_m = float(np.linalg.norm(upper)), float(np.linalg.norm(lower))
        along_upper = (rest - shoulder) @ upper / upper_m
        along_lower = (rest - elbow) @ lower / lower_m
        along = np.where(along_lower > 0, upper_m + along_lower, np.minimum(along_upper, upper_m))
        sleeve = np.where(mine, along / (upper_m + lower_m), sleeve).astype(np.float32)
        hip, knee, ankle = (body.get_joint(f"{n}.{side}") for n in ("upperleg01", "lowerleg01", "foot"))
        heights = np.array([ankle[2] - 0.05, ankle[2], knee[2], hip[2]])
        axis = [np.interp(rest[:, 2], heights, [ankle[k], ankle[k], knee[k], hip[k]]) for k in (0, 1)]
        distance = np.hypot(rest[:, 0] - axis[0], rest[:, 1] - axis[1])
        radius = np.where(mine, distance, radius).astype(np.float32)
    return Measures(
        height_m=float(rest[:, 2].max()),
        rest=rest,
        sleeve=sleeve,
        arm=body.get_part("upper_arm", "forearm", "hand"),
        leg=body.get_part("thigh", "calf"),
        foot=body.get_part("foot"),
        head=body.get_part("head", "neck"),
        leg_radius=radius,
    )


def dress_surface(body: Body, outfit: Outfit) -> Surface:
    """Cut, smooth and colour the body's surface as the outfit says."""
    measures = measure_body(body)
    scale = measures.height_m / 1.6
    top, bottom = TOPS[outfit.top.kind], BOTTOMS[outfit.bottom.kind]
    mesh = _cut_pieces(body, measures, outfit, top, bottom, scale)
    mesh, piece = split_pieces(mesh)
    softness = np.select(
        [np.isin(piece, [Piece.TOP, Piece.SHIRT, Piece.SLEEVE]), piece == Piece.BOTTOM, piece == Piece.SHOE],
        [0.75, 0.25 if outfit.bottom.kind == "leggings" else 0.6, 0.5],
        0.0,
    ).astype(np.float32)
    mesh = smooth_pieces(mesh, softness, rounds=4)
    offset = _compute_offsets(mesh, piece, body, measures, outfit, top, bottom) * scale
    return Surface(
        mesh=mesh,
        piece=piece,
        offset_m=offset.astype(np.float32),
        albedo=_colour_pieces(piece, outfit),
        occlusion=_compute_occlusion(mesh, piece, measures),
    )


def _cut_pieces(
    body: Body, measures: Measures, outfit: Outfit, top: ClothFit, bottom: ClothFit, scale: float
) -> SkinMesh:
    mesh = make_skin_mesh(body)
    hips = float(body.get_joint("upperleg01.L")[2])
    neck = body.get_joint("neck01")

    def position() -> FloatArray:
        return mesh.compute(measures.rest)

    def arms() -> FloatArray:
        return mesh.compute(measures.arm)

    ankle = float(body.get_joint("foot.L")[2])
    shoe_top = ankle * 1.02 + 0.012 * scale
    waist = hips + 0.10 * scale
    at = position()
    mesh = cut_mesh(mesh, np.minimum(waist - at[:, 2], (0.5 - arms()) * 0.2), label=Piece.BOTTOM)
    at = position()
    leg_end = max(bottom.end * scale, 0.0)
    below = np.minimum(leg_end - at[:, 2], (0.5 - arms()) * 0.2)
    bare = Piece.SKIN
    mesh = cut_mesh(mesh, below, label=bare, within=lambda labels: labels == Piece.BOTTOM)
    at = position()
    if bottom.end > 0.12:
        sock = np.minimum(shoe_top + 0.05 * scale - at[:, 2], (0.5 - arms()) * 0.2)
        mesh = cut_mesh(mesh, sock, label=Piece.SOCK, within=lambda labels: labels == Piece.SKIN)
        at = position()
    toe = float(at[:, 0].max())
    shoe = np.minimum(shoe_top + 0.02 * scale * (at[:, 0] / max(toe, 0.05)) - at[:, 2], (0.5 - arms()) * 0.2)
    mesh = cut_mesh(mesh, shoe, label=Piece.SHOE, within=lambda labels: np.isin(labels, [Piece.SKIN, Piece.SOCK]))
    at = position()
    mesh = cut_mesh(mesh, 0.024 * scale - at[:, 2], label=Piece.SOLE, within=lambda labels: labels == Piece.SHOE)
    at = position()
    collar = _compute_collar(at, neck, scale)
    hem = at[:, 2] - (hips - top.hem_drop * scale)
    sleeve = (top.end - mesh.compute(measures.sleeve)) * 0.5 + np.clip(0.9 - arms(), 0, 1)
    outside_leg = (0.5 - mesh.compute(measures.foot)) * 0.2
    torso_or_arm = np.maximum(hem, (arms() - 0.5) * 0.2)
    field = np.minimum.reduce([torso_or_arm, collar, sleeve, outside_leg])
    mesh = cut_mesh(mesh, field, label=Piece.TOP)
    if outfit.top.kind in OPEN_FRONT:
        at = position()
        wide = 0.028 * scale + 0.06 * np.clip((neck[2] - at[:, 2]) / neck[2], 0, 0.4)
        front = np.minimum(wide - np.abs(at[:, 1]), at[:, 0] - neck[0] + 0.02)
        mesh = cut_mesh(mesh, front, label=Piece.SHIRT, within=lambda labels: labels == Piece.TOP)
    if outfit.top.kind in {"hoodie", "sweatshirt", "jacket"}:
        cuff = np.maximum(
            (mesh.compute(measures.sleeve) - (top.end - CUFF_SHARE)) * 0.5,
            np.where(arms() > 0.5, -1.0, hips + (WAISTBAND_M - top.hem_drop) * scale - position()[:, 2]),
        )
        mesh = cut_mesh(mesh, cuff, label=Piece.CUFF, within=lambda labels: labels == Piece.TOP)
    return mesh


def _compute_collar(at: FloatArray, neck: FloatArray, scale: float) -> FloatArray:
    """Return how far points [v, 3] lie below a neckline: lower in front, close around the neck, metres."""
    below = (neck + [0.0, 0.0, 0.012 * scale] - at) @ np.array([0.34, 0.0, 0.94])
    lean = 0.30 * (at[:, 2] - neck[2])
    behind = np.minimum(at[:, 0] - neck[0] - lean, 0.0)
    aside = np.hypot(behind / 1.1, at[:, 1]) - 0.066 * scale
    low = np.clip((neck[2] + 0.035 * scale - at[:, 2]) / 0.02, -1, 1) * 0.05
    return np.asarray(np.maximum(below, np.minimum(aside, low)), dtype=np.float32)


def _compute_offsets(
    mesh: SkinMesh, piece: IntArray, body: Body, measures: Measures, outfit: Outfit, top: ClothFit, bottom: ClothFit
) -> FloatArray:
    at = mesh.compute(measures.rest) * (1.6 / measures.height_m)
    arm = mesh.compute(measures.arm)
    sleeve = mesh.compute(measures.sleeve)
    hips = float(body.get_joint("upperleg01.L")[2]) * 1.6 / measures.height_m
    offset = np.zeros(len(at), dtype=np.float32)
    is_top = np.isin(piece, [Piece.TOP, Piece.CUFF, Piece.SHIRT])
    fullness = np.clip(1.15 - np.abs(at[:, 2] - hips - 0.08) * 1.2, 0.55, 1.15)
    torso = top.ease * fullness
    on_arm = top.limb_ease * (0.8 + 0.35 * np.clip(sleeve / max(top.end, 0.1), 0, 1))
    ease = torso * (1 - arm) + on_arm * arm
    past_wrist = np.clip((sleeve - (top.end - CUFF_SHARE)) / 0.03, 0, 1)
    past_waist = np.clip((hips - top.hem_drop + WAISTBAND_M - at[:, 2]) / 0.014, 0, 1)
    tight = np.where(arm > 0.5, 0.008, top.ease * 0.66)
    past = np.where(arm > 0.5, past_wrist, past_waist)
    ease = np.where(piece == Piece.CUFF, ease * (1 - past) + tight * past, ease)
    ease = np.where(piece == Piece.SHIRT, 0.009, ease)
    offset = np.where(is_top, ease, offset)
    radius = mesh.compute(measures.leg_radius) * (1.6 / measures.height_m)
    knee = float(body.get_joint("lowerleg01.L")[2]) * 1.6 / measures.height_m
    wanted = np.interp(at[:, 2], [bottom.end, knee, hips], [bottom.end_radius, max(bottom.end_radius, 0.072), 0.0])
    loose = np.interp(at[:, 2], [knee, hips - 0.05], [bottom.limb_ease, bottom.ease])
    legs = np.clip(np.maximum(loose, wanted - radius), 0.003, 0.06)
    if outfit.bottom.kind == "joggers":
        legs = np.where(at[:, 2] < bottom.end + 0.035, 0.007, legs)
    under_top = at[:, 2] > hips - top.hem_drop - 0.02
    legs = np.where(under_top, np.minimum(legs, 0.004), legs)
    offset = np.where(piece == Piece.BOTTOM, legs, offset)
    shoe = np.interp(at[:, 2], [0.0, 0.03, 0.07], [0.008, 0.013, 0.010])
    offset = np.where(piece == Piece.SHOE, shoe, offset)
    offset = np.where(piece == Piece.SOLE, 0.016, offset)
    return np.where(piece == Piece.SOCK, 0.004, offset).astype(np.float32)


def _colour_pieces(piece: IntArray, outfit: Outfit) -> FloatArray:
    def shade(rgb: Rgb, factor: float) -> Rgb:
        return (rgb[0] * factor, rgb[1] * factor, rgb[2] * factor)

    light_sole = outfit.shoes.kind == "trainers"
    table: dict[int, Rgb] = {
        Piece.SKIN: outfit.skin,
        Piece.TOP: outfit.top.rgb,
        Piece.BOTTOM: outfit.bottom.rgb,
        Piece.SHOE: outfit.shoes.rgb,
        Piece.SOLE: (0.62, 0.6, 0.56) if light_sole else shade(outfit.shoes.rgb, 0.5),
        Piece.SOCK: (0.6, 0.6, 0.58),
        Piece.SHIRT: outfit.top.accent or (0.6, 0.6, 0.6),
        Piece.CUFF: shade(outfit.top.rgb, 0.82),
        Piece.SLEEVE: outfit.top.rgb,
    }
    palette = np.array([table[int(p)] for p in Piece], dtype=np.float32)
    return palette[piece]


def _compute_occlusion(mesh: SkinMesh, piece: IntArray, measures: Measures) -> FloatArray:
    """Return a hand-fitted share of light: less inside armpits, between the legs, under the chin and at the ground."""
    at = mesh.compute(measures.rest) / measures.height_m
    arm = mesh.compute(measures.arm)
    leg = mesh.compute(measures.leg)
    inner_leg = np.clip(1 - np.abs(at[:, 1]) / 0.045, 0, 1) * np.clip(leg * 1.5, 0, 1) * (at[:, 2] < 0.50)
    near_pit = np.clip(1 - np.hypot(np.abs(at[:, 1]) - 0.10, (at[:, 2] - 0.74) * 0.8) / 0.07, 0, 1) * (arm < 0.9)
    chin = np.clip(1 - np.abs(at[:, 2] - 0.845) / 0.035, 0, 1) * np.clip(at[:, 0] / 0.05, 0, 1)
    ground = np.clip(at[:, 2] / 0.35, 0, 1)
    share = (1 - 0.35 * inner_leg) * (1 - 0.35 * near_pit) * (1 - 0.4 * chin) * (0.72 + 0.28 * ground)
    return share.astype(np.float32)
