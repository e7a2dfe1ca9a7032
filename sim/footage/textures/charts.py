"""Textures of heads, and where each corner of a dressed person's faces lies on the tiles of the texture.

Everything follows from the place at rest, so it is the same in every pose, on every camera and with fewer faces.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Garment, Rgb
from sim.footage.people.bodies import Body
from sim.footage.people.dressing import DressedPerson
from sim.footage.people.extra import Material
from sim.footage.textures.clothes import SLEEVE_SHARE
from sim.footage.textures.tile import Canvas, FloatArray, Tile, add_folds, add_ribs, add_wear, make_noise

_EYE_WHITE: Rgb = (0.50, 0.48, 0.46)
_IRIS: Rgb = (0.020, 0.015, 0.012)
_STUBBLE = 0.6
_MOST_GAIN = 6.0
_HAND = 0.8
_SHINE = 0.4
"""How much brighter than the rest dark skin is where light glances off it: most on the darkest, not at all on light."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacePlan:
    """Where a face's parts lie on its tile, and how wide and high a meter is there, as shares of the tile."""

    eyes: tuple[tuple[float, float], tuple[float, float]]
    wide: float
    high: float

    @property
    def eye_line(self) -> float:
        return (self.eyes[0][1] + self.eyes[1][1]) / 2


def make_face(plan: FacePlan, skin: Rgb, hair: Rgb, rng: np.random.Generator, *, stubble: float) -> NDArray[np.uint8]:
    """Return the tile of a face; `stubble` 0..1 is how much of a beard is seen."""
    canvas = Canvas()
    wide, high, line = plan.wide, plan.high, plan.eye_line
    canvas.gain *= np.exp(0.03 * make_noise(rng, 0.2, 0.15) + 0.015 * rng.standard_normal(canvas.gain.shape)).astype(
        "f4"
    )
    shine = 1 + _SHINE * float(np.clip(0.12 / max(sum(skin) / 3, 1e-3) - 0.4, 0, 1))
    aside = np.abs(canvas.across - 0.5) * 2
    canvas.shade(np.clip((aside - 0.45) / 0.5, 0, 1).astype(np.float32) ** 2, 0.72)
    canvas.shade(canvas.spot((0.5, line - 0.042 * high), (0.045 * wide, 0.022 * high)), 1.16 * shine)
    canvas.shade(canvas.rise(line + 0.10 * high, line + 0.135 * high), 0.62)
    flush = float(rng.uniform(0.4, 1.4))
    for sign in (-1, 1):
        cheek = canvas.spot((0.5 + sign * 0.040 * wide, line + 0.036 * high), (0.022 * wide, 0.019 * high))
        canvas.shade(cheek, 1.12 * shine)
        canvas.color(cheek * np.float32(flush), (0.84, 0.86, 1.05))
        canvas.shade(canvas.spot((0.5 + sign * 0.046 * wide, line + 0.064 * high), (0.016 * wide, 0.03 * high)), 0.9)
    _draw_beard(canvas, plan, _toward(skin, hair, most=1.0), stubble, rng)
    kept = rng.integers(1 << 30)
    for eye in plan.eyes:
        _draw_eye(canvas, plan, eye, skin, hair, rng=np.random.default_rng(kept))
    _draw_nose(canvas, plan, rng)
    _draw_mouth(canvas, plan, rng)
    return canvas.finish()


def _toward(skin: Rgb, other: Rgb, *, most: float = _MOST_GAIN) -> tuple[float, float, float]:
    red, green, blue = (float(min(o / max(s, 1e-3), most)) for s, o in zip(skin, other, strict=True))
    return (blue, green, red)


def _draw_beard(
    canvas: Canvas, plan: FacePlan, toward_hair: tuple[float, float, float], stubble: float, rng: np.random.Generator
) -> None:
    """Draw stubble as a shade around mouth and chin, more of it as a beard, up the jaw or around the mouth alone."""
    wide, high, line = plan.wide, plan.high, plan.eye_line
    mask = canvas.spot((0.5, line + 0.088 * high), (0.05 * wide, 0.030 * high), soft=0.5)
    if stubble > _STUBBLE:
        reach = float(rng.choice([0.034, 0.10]))
        mask = canvas.spot((0.5, line + 0.094 * high), (reach * wide, 0.034 * high), soft=0.35)
        along = np.abs(canvas.across - 0.5) / wide
        mask *= np.clip((canvas.down - line) / high * 20 + along * 12 - 1.35, 0, 1)
        mask = np.maximum(mask, canvas.spot((0.5, line + 0.0605 * high), (0.026 * wide, 0.0075 * high), soft=0.5))
        mask *= np.clip(1 + 0.25 * make_noise(rng, 0.02, 0.05), 0, 1)
    canvas.color((mask * stubble).astype(np.float32), toward_hair)


def _draw_eye(
    canvas: Canvas, plan: FacePlan, eye: tuple[float, float], skin: Rgb, hair: Rgb, *, rng: np.random.Generator
) -> None:
    wide, high, (x, y) = plan.wide, plan.high, eye
    away = 1.0 if x > 0.5 else -1.0
    open_by, raised, arched, thick = rng.uniform(-1, 1, size=4).tolist()
    canvas.shade(canvas.spot((x - 0.004 * away * wide, y - 0.004 * high), (0.023 * wide, 0.014 * high)), 0.48)
    canvas.shade(canvas.spot((x, y + 0.014 * high), (0.015 * wide, 0.004 * high)), 0.9)
    half = (0.0060 + 0.0009 * open_by) * high
    canvas.color(canvas.spot((x, y), (0.0140 * wide, half), soft=0.6), _toward(skin, _EYE_WHITE))
    iris: Rgb = (_EYE_WHITE[0] / 2, _EYE_WHITE[1] / 2, _EYE_WHITE[2] / 2)
    canvas.color(canvas.spot((x, y), (0.0066 * wide, 0.0064 * high), soft=0.5), _toward(iris, _IRIS, most=1.0))
    lid = canvas.slant((x - 0.015 * wide, y - half), (x + 0.015 * wide, y - half), width=0.010)
    canvas.shade(lid, 0.35)
    brow_rgb: Rgb = (hair[0] * 0.6, hair[1] * 0.6, hair[2] * 0.6) if sum(hair) < 0.8 * sum(skin) else (
        skin[0] * 0.5, skin[1] * 0.45, skin[2] * 0.4)  # fmt: skip
    wide_by, up = 0.016 + 0.005 * thick, y - 0.0205 * high - 0.0018 * high * raised
    bow = (0.0022 + 0.0014 * arched) * high
    inner, middle = (x - 0.018 * away * wide, up + 0.2 * bow), (x + 0.004 * away * wide, up - bow)
    outer = (x + 0.021 * away * wide, up + 1.6 * bow)
    brow = np.maximum(canvas.slant(inner, middle, width=wide_by), canvas.slant(middle, outer, width=wide_by * 0.8))
    canvas.color(brow * np.float32(0.95), _toward(skin, brow_rgb, most=1.0))


def _draw_nose(canvas: Canvas, plan: FacePlan, rng: np.random.Generator) -> None:
    high, line = plan.high, plan.eye_line
    wide = plan.wide * float(rng.uniform(0.85, 1.3))
    tip = line + (0.036 + 0.003 * float(rng.uniform(-1, 1))) * high
    for sign in (-1, 1):
        side = canvas.slant((0.5 + sign * 0.010 * wide, line), (0.5 + sign * 0.016 * wide, tip), width=0.028)
        canvas.shade(side, 0.86)
        canvas.shade(canvas.spot((0.5 + sign * 0.008 * wide, tip + 0.0095 * high), (0.006 * wide, 0.004 * high)), 0.45)
    canvas.shade(canvas.slant((0.5, line - 0.002 * high), (0.5, tip), width=0.03), 1.16)
    canvas.shade(canvas.spot((0.5, tip), (0.009 * wide, 0.007 * high)), 1.2)
    canvas.shade(canvas.spot((0.5, tip + 0.014 * high), (0.019 * wide, 0.006 * high)), 0.68)


def _draw_mouth(canvas: Canvas, plan: FacePlan, rng: np.random.Generator) -> None:
    wide, high = plan.wide, plan.high
    y = plan.eye_line + 0.072 * high
    half = (0.020 + 0.005 * float(rng.random())) * wide
    smile, full, red = rng.uniform(0, 1, size=3).tolist()
    canvas.color(canvas.spot((0.5, y + 0.001 * high), (half, (0.0075 + 0.003 * full) * high), soft=0.5), (
        0.74 - 0.2 * red, 0.66 - 0.2 * red, 0.95 - 0.08 * red))  # fmt: skip
    for sign in (-1, 1):
        corner = (0.5 + sign * half, y - 0.005 * high * smile)
        canvas.shade(canvas.slant((0.5, y + 0.001 * high * smile), corner, width=0.014), 0.42)
        canvas.shade(canvas.spot(corner, (0.005 * wide, 0.004 * high)), 0.8)
    canvas.shade(canvas.spot((0.5, y + 0.006 * high), (0.6 * half, 0.003 * high)), 1.12)
    canvas.shade(canvas.spot((0.5, y + 0.0145 * high), (0.015 * wide, 0.004 * high)), 0.84)
    canvas.shade(canvas.spot((0.5, y + 0.028 * high), (0.016 * wide, 0.010 * high)), 1.1)


def make_skin(rng: np.random.Generator) -> NDArray[np.uint8]:
    canvas = Canvas()
    canvas.gain *= np.exp(0.04 * make_noise(rng, 0.3, 0.1) + 0.02 * rng.standard_normal(canvas.gain.shape)).astype("f4")
    canvas.shade(canvas.spot((0.62, 0.5), (0.12, 0.9)), 1.14)
    canvas.shade(canvas.spot((0.2, 0.5), (0.14, 0.9)), 0.88)
    canvas.shade(np.exp(-(((canvas.down - 0.4) / 0.03) ** 2)).astype(np.float32), 0.92)
    canvas.shade(np.exp(-(((canvas.down - _HAND) / 0.012) ** 2)).astype(np.float32), 1.15)
    return canvas.finish()


def make_hair_tile(hair: Garment, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the tile of hair: strands from the crown down, and the ring of light on them."""
    canvas = Canvas()
    if hair.kind == "afro":
        curls = 0.6 * make_noise(rng, 0.022, 0.018) + 0.5 * make_noise(rng, 0.05, 0.045)
        canvas.gain *= np.exp(0.42 * curls).astype(np.float32)
        canvas.shade(canvas.spot((0.5, 0.1), (0.8, 0.12)), 1.35)
        return canvas.finish()
    length = 0.12 if hair.kind == "short" else 0.55
    fine = make_noise(rng, 0.008, length)
    locks = make_noise(rng, 0.035, length * 1.3)
    canvas.gain *= np.exp(0.24 * fine + 0.2 * locks).astype(np.float32)
    ring = 0.2 + 0.02 * make_noise(rng, 0.06, 2.0)
    light = np.exp(-(((canvas.down - ring) / (0.03 if hair.kind == "short" else 0.045)) ** 2))
    canvas.gain *= (1 + 0.6 * light * np.clip(0.55 + 0.5 * locks + 0.35 * fine, 0, 1.5)).astype(np.float32)
    if hair.kind != "short":
        second = np.exp(-(((canvas.down - 0.62 - 0.04 * locks) / 0.09) ** 2))
        canvas.gain *= (1 + 0.25 * second * np.clip(0.5 + 0.6 * fine, 0, 1.5)).astype(np.float32)
        part = 0.5 + float(rng.choice([-0.07, 0.0, 0.07]))
        canvas.shade(canvas.stripe_down(part, bottom=0.16, width=0.02), 0.5)
    return canvas.finish()


def make_hat_tile(hat: Garment, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the tile of a hat, scarf or hood: panels of a cap, ribs of a beanie, folds of cloth."""
    canvas = Canvas()
    add_wear(canvas, rng, amount=0.05)
    if hat.kind == "beanie":
        add_ribs(canvas, np.ones_like(canvas.fold), count=26, depth=0.14)
        canvas.seam(canvas.stripe_across(0.27, width=0.02), depth=0.6)
    elif hat.kind in {"cap", "backward cap", "bucket hat"}:
        for at in np.arange(6) / 6:
            canvas.seam(canvas.stripe_down(float(at), bottom=0.35), depth=0.74)
        if rng.random() < 0.6:
            canvas.shade(canvas.spot((0.5, 0.2), (0.04, 0.03), soft=0.5), 2.0)
    else:
        add_folds(canvas, rng, where=np.full_like(canvas.fold, 0.8), across=0.14, down=0.09, lean=0.8)
    return canvas.finish()


IntArray = NDArray[np.int32]

NONE = -1
_LEAST, _MOST = 0.004, 0.996
_ON_TORSO = (Material.TOP, Material.PRINT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmarks:
    """Places on a body at rest that tiles are hung on, meters."""

    scale: float
    neck_m: FloatArray
    hips_m: float
    head_m: FloatArray
    crown_m: float
    shoe_m: FloatArray
    arms_m: FloatArray
    legs_m: FloatArray
    eyes_m: FloatArray

    @property
    def torso_m(self) -> tuple[float, float]:
        return float(self.neck_m[2]) + 0.01 * self.scale, self.hips_m - 0.10 * self.scale

    @property
    def waist_m(self) -> float:
        return self.hips_m + 0.13 * self.scale

    @property
    def face_m(self) -> tuple[float, float]:
        return self.crown_m, float(self.neck_m[2]) - 0.05 * self.scale

    @property
    def hair_m(self) -> tuple[float, float]:
        """Heights of the top of hair and of the end of long hair."""
        return self.crown_m + 0.05 * self.scale, self.crown_m - 0.50 * self.scale


def find_landmarks(body: Body) -> Landmarks:
    rest = body.rest_m
    scale = float(rest[:, 2].max()) / 1.6
    eyes = np.stack([body.get_joint("eye.R"), body.get_joint("eye.L")])
    is_head = body.get_part("head") > 0.35
    back = float(rest[is_head, 0].min())
    foot = rest[(body.get_part("foot") > 0.5) & (rest[:, 1] > 0)]
    return Landmarks(
        scale=scale,
        neck_m=body.get_joint("neck01"),
        hips_m=float(body.get_joint("upperleg01.L")[2]),
        head_m=np.array([back + 0.53 * (float(eyes[0, 0]) - back), 0.0, float(eyes[0, 2])], dtype=np.float32),
        crown_m=float(rest[:, 2].max()),
        shoe_m=np.array([foot[:, 0].min() - 0.01, foot[:, 0].max() + 0.01, foot[:, 1].mean()], dtype=np.float32),
        arms_m=np.stack([body.get_joint(f"{name}.L") for name in ("upperarm01", "lowerarm01", "wrist")]),
        legs_m=np.stack([body.get_joint(f"{name}.L") for name in ("upperleg01", "lowerleg01", "foot")]),
        eyes_m=eyes,
    )


def plan_face(marks: Landmarks) -> FacePlan:
    top, bottom = marks.face_m
    ahead = marks.eyes_m[:, 0] - marks.head_m[0]
    across = 0.5 + np.arctan2(marks.eyes_m[:, 1], ahead) / np.pi
    down = (top - marks.eyes_m[:, 2]) / (top - bottom)
    return FacePlan(
        eyes=((float(across[0]), float(down[0])), (float(across[1]), float(down[1]))),
        wide=marks.scale / (float(np.pi) * float(ahead.mean())),
        high=marks.scale / (top - bottom),
    )


def map_faces(dressed: DressedPerson, faces: IntArray) -> tuple[NDArray[np.int16], FloatArray]:
    """Return the tile of each face [f], `NONE` where it has none, and its corners there [f, 3, 2]: across and down.

    Across may go over 1 and comes back at 0: tiles meet themselves at their left and right edges.
    """
    marks = find_landmarks(dressed.body)
    at = (dressed.laid_m / np.float32(dressed.person.height_scale)).astype(np.float32)
    material = dressed.material[faces[:, 0]]
    limbs = dressed.limbs[faces].mean(axis=1)
    is_arm, is_foot, is_head = limbs[:, 0] > 0.5, limbs[:, 2] > 0.5, limbs[:, 3] > 0.5
    side = np.where(at[faces][..., 1].mean(axis=1) >= 0, 1.0, -1.0).astype(np.float32)
    tile = np.full(len(faces), NONE, dtype=np.int16)
    corners = np.zeros((len(faces), 3, 2), dtype=np.float32)

    def lay(chosen: NDArray[np.bool_], number: Tile, places: FloatArray) -> None:
        tile[chosen], corners[chosen] = number, places

    def pick(chosen: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
        return at[faces[chosen]], side[chosen][:, None]

    on_torso = np.isin(material, _ON_TORSO)
    skin = material == Material.SKIN
    rows = on_torso & ~is_arm
    lay(rows, Tile.TORSO, _chart_torso(marks, pick(rows)[0]))
    for rows, number in ((on_torso & is_arm, Tile.ARM), (skin & is_arm & ~is_head, Tile.SKIN)):
        lay(rows, number, _chart_arm(marks, *pick(rows), dressed.limbs[faces[rows], 4]))
    rows = material == Material.BOTTOM
    lay(rows, Tile.LEG, _chart_leg(marks, *pick(rows)))
    rows = skin & ~is_arm & ~is_head
    lay(rows, Tile.SKIN, _chart_leg(marks, *pick(rows)) * np.array([1.0, 0.7], dtype=np.float32))
    rows = (skin & is_head) | (material == Material.FACE)
    lay(rows, Tile.FACE, _chart_head(pick(rows)[0], marks, marks.face_m, turn=0.5))
    for kind, number in ((Material.HAIR, Tile.HAIR), (Material.HAT, Tile.HAT)):
        rows = material == kind
        lay(rows, number, _chart_head(pick(rows)[0], marks, marks.hair_m, turn=1.0))
    rows = np.isin(material, [Material.CLOTH, Material.VEST])
    lay(rows, Tile.CLOTH, _chart_torso(marks, pick(rows)[0]))
    rows = material == Material.SKIRT
    lay(rows, Tile.SKIRT, _chart_skirt(pick(rows)[0]))
    rows = material == Material.STRIP
    lay(rows, Tile.STRIP, _chart_strip(marks, pick(rows)[0]))
    rows = (material == Material.SHOE) & (is_foot | (at[faces][..., 2].mean(axis=1) < 0.2 * marks.scale))
    lay(rows, Tile.SHOE, _chart_shoe(marks, *pick(rows)))
    rows = material == Material.BAG
    if rows.any():
        lay(rows, Tile.BAG, _chart_bag(pick(rows)[0]))
    return tile, _unwrap(corners)


def map_thing(vertices_m: FloatArray, faces: IntArray) -> tuple[NDArray[np.int16], FloatArray]:
    """Return the same of a bag or a heap of cloth [v, 3] that lies by itself: all of it has the tile of a bag."""
    return np.full(len(faces), Tile.BAG, dtype=np.int16), _unwrap(_chart_bag(vertices_m[faces]))


def _unwrap(corners: FloatArray) -> FloatArray:
    """Return corners [f, 3, 2] of which no face goes around the tile, 1 to 2.5 across, and 0 to 1 down."""
    across = corners[..., 0]
    across -= np.rint(across - across[:, :1])
    corners[..., 0] = across + np.float32(1)
    corners[..., 1] = np.clip(corners[..., 1], _LEAST, _MOST)
    return np.ascontiguousarray(corners)


def _around(aside: FloatArray, ahead: FloatArray) -> FloatArray:
    return np.asarray(0.5 + np.arctan2(aside, ahead) / (2 * np.pi), dtype=np.float32)


def _chart_torso(marks: Landmarks, at: FloatArray) -> FloatArray:
    top, bottom = marks.torso_m
    return np.stack([_around(at[..., 1], at[..., 0] - marks.neck_m[0]), (top - at[..., 2]) / (top - bottom)], axis=-1)


def _chart_arm(marks: Landmarks, at: FloatArray, side: FloatArray, sleeve: FloatArray) -> FloatArray:
    points = at * np.stack([np.ones_like(side), side, np.ones_like(side)], axis=-1)
    shoulder, elbow, wrist = marks.arms_m
    upper, lower = elbow - shoulder, wrist - elbow
    bend = float(np.linalg.norm(upper) / (np.linalg.norm(upper) + np.linalg.norm(lower)))
    beyond = wrist + lower * (0.4 / (1 - bend))
    axis = np.stack(
        [np.interp(sleeve, [0, bend, 1, 1.4], [shoulder[k], elbow[k], wrist[k], beyond[k]]) for k in range(3)], axis=-1
    )
    along = np.where((sleeve > bend)[..., None], lower / np.linalg.norm(lower), upper / np.linalg.norm(upper))
    off = points - axis
    off = off - (off * along).sum(axis=-1, keepdims=True) * along
    ahead = np.array([1.0, 0.0, 0.0]) - along[..., :1] * along
    ahead /= np.linalg.norm(ahead, axis=-1, keepdims=True)
    outer = np.cross(ahead, along)
    across = _around((off * outer).sum(axis=-1), (off * ahead).sum(axis=-1))
    return np.stack([across, (sleeve + 0.1) / SLEEVE_SHARE], axis=-1).astype(np.float32)


def _chart_leg(marks: Landmarks, at: FloatArray, side: FloatArray) -> FloatArray:
    hip, knee, ankle = marks.legs_m
    heights = [ankle[2], knee[2], hip[2]]
    x, y = (np.interp(at[..., 2], heights, [ankle[k], knee[k], hip[k]]) for k in (0, 1))
    across = _around(at[..., 1] * side - y, at[..., 0] - x)
    return np.stack([across, (marks.waist_m - at[..., 2]) / marks.waist_m], axis=-1).astype(np.float32)


def _chart_head(at: FloatArray, marks: Landmarks, heights_m: tuple[float, float], *, turn: float) -> FloatArray:
    """Chart a head, all around with `turn` 1, its front half with 0.5."""
    top, bottom = heights_m
    angle = np.arctan2(at[..., 1], at[..., 0] - marks.head_m[0]) / (2 * np.pi * turn)
    if turn < 1:
        angle = np.clip(angle, -0.499, 0.499)
    return np.stack([0.5 + angle, (top - at[..., 2]) / (top - bottom)], axis=-1).astype(np.float32)


def _chart_skirt(at: FloatArray) -> FloatArray:
    if not at.size:
        return at[..., :2]
    top, bottom = float(at[..., 2].max()), float(at[..., 2].min())
    across = _around(at[..., 1], at[..., 0] - (at[..., 0].max() + at[..., 0].min()) / 2)
    return np.stack([across, (top - at[..., 2]) / max(top - bottom, 1e-3)], axis=-1)


def _chart_strip(marks: Landmarks, at: FloatArray) -> FloatArray:
    """Chart the open front of a top, between edges that `cloth` cuts."""
    top, bottom = marks.torso_m
    depth = np.clip((marks.neck_m[2] - at[..., 2]) / marks.neck_m[2], 0, 0.4)
    half = 0.028 * marks.scale + 0.06 * depth
    across = 0.5 + 0.42 * np.clip(at[..., 1] / half, -1.1, 1.1)
    return np.stack([across, (top - at[..., 2]) / (top - bottom)], axis=-1).astype(np.float32)


def _chart_shoe(marks: Landmarks, at: FloatArray, side: FloatArray) -> FloatArray:
    heel, toe, middle = marks.shoe_m
    along = np.clip((at[..., 0] - heel) / (toe - heel), _LEAST, _MOST)
    around = _around(at[..., 1] * side - middle, at[..., 2] - 0.02 * marks.scale)
    return np.stack([along, around], axis=-1).astype(np.float32)


def _chart_bag(at: FloatArray) -> FloatArray:
    """Chart a bag by the box around it: its broad side on the left half of the tile, its narrow one on the right."""
    low, high = at.reshape(-1, 3).min(axis=0), at.reshape(-1, 3).max(axis=0)
    share = (at - low) / np.maximum(high - low, 1e-3)
    broad = 0 if high[0] - low[0] > high[1] - low[1] else 1
    normal = np.abs(np.cross(at[:, 1] - at[:, 0], at[:, 2] - at[:, 0]))
    is_broad = (normal[:, 1 - broad] >= normal[:, broad])[:, None]
    across = np.where(is_broad, 0.01 + 0.48 * share[..., broad], 0.51 + 0.48 * share[..., 1 - broad])
    return np.stack([across, 1 - share[..., 2]], axis=-1).astype(np.float32)
