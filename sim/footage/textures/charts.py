"""Where each corner of a dressed person's faces lies on the tiles of the texture.

Everything follows from the place at rest, so it is the same in every pose, on every camera and with fewer faces.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.footage.people.bodies import Body
from sim.footage.people.dressing import DressedPerson
from sim.footage.people.materials import Material
from sim.footage.textures.heads import FacePlan
from sim.footage.textures.tile import Tile
from sim.footage.textures.tops import SLEEVE_SHARE

FloatArray = NDArray[np.float32]
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
        """Heights of a torso's top and bottom."""
        return float(self.neck_m[2]) + 0.01 * self.scale, self.hips_m - 0.10 * self.scale

    @property
    def waist_m(self) -> float:
        """Height of the top of legwear."""
        return self.hips_m + 0.13 * self.scale

    @property
    def face_m(self) -> tuple[float, float]:
        """Heights of a face's top and bottom."""
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
    """Return where the eyes lie on the face's tile."""
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
