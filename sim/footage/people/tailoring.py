"""Parts of clothes that stand away from the body: hoods, collars, skirts."""

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Garment, Outfit
from sim.footage.people.bodies import REST, Body
from sim.footage.people.cloth import Piece
from sim.footage.people.cloth_fits import TOPS
from sim.footage.people.extra import Clothed, Extra, attach, darken, make_extra
from sim.footage.people.mesh_tools import make_falling_faces, make_grid_faces

FloatArray = NDArray[np.float32]

COLLARED = frozenset({"shirt", "polo shirt", "jacket", "denim jacket", "blazer"})
HOODED = frozenset({"hoodie", "zip hoodie"})
_SKIRT_ENDS = {"skirt": 0.43, "long skirt": 0.13, "dress": 0.40}


def make_top_parts(body: Body, cloth: Clothed, outfit: Outfit) -> list[Extra]:
    """Return the hood, lying on the back unless it is up, or the collar of a top."""
    top = outfit.top
    if outfit.headwear.kind == "hood":
        return []
    if top.kind in HOODED:
        return [_make_roll(body, cloth, top, front_m=0.012, back_m=0.040, drop_m=0.012, tone=0.9)]
    if top.kind == "puffer jacket":
        return [_make_roll(body, cloth, top, front_m=0.016, back_m=0.022, drop_m=0.0, tone=0.92)]
    if top.kind in COLLARED:
        return [_make_roll(body, cloth, top, front_m=0.010, back_m=0.014, drop_m=0.0, tone=0.92)]
    return [_make_roll(body, cloth, top, front_m=0.0055, back_m=0.0055, drop_m=0.0, tone=0.84)]


def _find_neckline(body: Body, cloth: Clothed, *, columns: int) -> FloatArray:
    """Return the neckline's points in every pose, [pose, columns, 3], from the front towards the left."""
    neck = body.get_joint("neck01")
    scale = float(body.rest_m[:, 2].max()) / 1.6
    edges = np.concatenate([cloth.faces[:, [0, 1]], cloth.faces[:, [1, 2]], cloth.faces[:, [2, 0]]])
    edges = np.sort(edges[np.isin(cloth.piece[edges[:, 0]], [Piece.TOP, Piece.SHIRT])], axis=1)
    unique, times = np.unique(edges, axis=0, return_counts=True)
    border = np.unique(unique[times == 1])
    rest = cloth.vertices_m[REST]
    near = np.linalg.norm(rest[border] - neck, axis=1) < 0.15 * scale
    border = border[near]
    angle = np.arctan2(rest[border, 1], rest[border, 0] - neck[0])
    around = angle.astype(np.float64) % (2 * np.pi)
    order = np.argsort(around)
    order = np.concatenate([order[-1:], order, order[:1]])
    around = around[order]
    around[0], around[-1] = around[0] - 2 * np.pi, around[-1] + 2 * np.pi
    wanted = np.linspace(0, 2 * np.pi, columns, endpoint=False)
    before = np.searchsorted(around, wanted, side="right") - 1
    line = cloth.vertices_m[:, border[order]].astype(np.float64)
    slope = (line[:, before + 1] - line[:, before]) / (around[before + 1] - around[before])[:, None]
    points = (slope * (wanted - around[before])[:, None] + line[:, before]).astype(np.float32)
    beside = np.roll(points, 1, axis=1) + np.roll(points, -1, axis=1)
    return np.asarray(0.5 * points + 0.25 * beside, dtype=np.float32)


def _make_roll(
    body: Body, cloth: Clothed, top: Garment, *, front_m: float, back_m: float, drop_m: float, tone: float
) -> Extra:
    """Return a roll of cloth along the neckline, thick at the back."""
    columns, ring = 28, 10
    scale = float(body.rest_m[:, 2].max()) / 1.6
    around = np.linspace(0, 2 * np.pi, columns, endpoint=False)
    rear = 0.5 - 0.5 * np.cos(around)
    thick = (front_m + (back_m - front_m) * rear**1.3) * scale
    turn = np.linspace(0, 2 * np.pi, ring, endpoint=False)
    lift = 1.2 if drop_m > 0 else 1.5
    out = thick[None] * (np.cos(turn)[:, None] + (0.35 if drop_m > 0 else 0.0))
    up = thick[None] * lift * np.sin(turn)[:, None] - drop_m * rear[None] ** 2 * scale
    offset = np.stack([np.cos(around)[None] * out, np.sin(around)[None] * out, up], axis=-1).reshape(-1, 3)
    line = np.tile(_find_neckline(body, cloth, columns=columns), (1, ring, 1))
    rotation = body.frames[:, body.frame_names.index("spine02"), :, :3]
    vertices = line + np.einsum("pij,vj->pvi", rotation, offset.astype(np.float32))
    shade = (0.9 + 0.1 * np.cos(turn))[:, None] * np.ones(columns)
    return make_extra(
        vertices.astype(np.float32),
        _close(make_grid_faces(ring, columns, closed=True), ring, columns),
        darken(top.rgb, tone),
        shade.reshape(-1).astype(np.float32),
    )


def _close(faces: NDArray[np.int32], ring: int, columns: int) -> NDArray[np.int32]:
    column = np.arange(columns)
    a, b = (ring - 1) * columns + column, (ring - 1) * columns + (column + 1) % columns
    c, d = column, (column + 1) % columns
    last = np.concatenate([np.stack([a, b, c], 1), np.stack([b, d, c], 1)])
    return np.concatenate([faces, last]).astype(np.int32)[:, ::-1].copy()


def make_bottom_parts(body: Body, top: Garment, bottom: Garment) -> list[Extra]:
    """Return the skirt, if there is one; it begins just under the hem of the top."""
    kind, rgb = ("dress", top.rgb) if top.kind == "dress" else (bottom.kind, bottom.rgb)
    if kind not in _SKIRT_ENDS:
        return []
    rows, columns = 9, 36
    scale = float(body.rest_m[:, 2].max()) / 1.6
    hip = body.get_joint("upperleg01.L")
    waist_z = float(hip[2]) + (0.014 - TOPS[top.kind].hem_drop) * scale
    waist_z += 0.022 * scale * (kind == "dress")
    hem_z = _SKIRT_ENDS[kind] * scale
    share = np.linspace(0, 1, rows)
    around = np.linspace(0, 2 * np.pi, columns, endpoint=False)
    z = waist_z + (hem_z - waist_z) * share
    rest = body.rest_m
    arm = body.get_part("upper_arm", "forearm", "hand") > 0.3
    body_rows = rest[~arm & (rest[:, 2] > hip[2] - 0.12 * scale) & (rest[:, 2] < hip[2] + 0.06 * scale)]
    front, back = float(body_rows[:, 0].max()), float(body_rows[:, 0].min())
    wide = float(np.abs(body_rows[:, 1]).max())
    last = 1.42 if kind == "long skirt" else 1.36
    flare = np.interp(share, [0, 0.12, 0.3, 1], [0.84, 1.02, 1.08, last])[:, None]
    pleat = 1 + 0.028 * np.sin(around * 12)[None] * share[:, None]
    x = 0.5 * (front + back) + 0.5 * (front - back + 0.045) * np.cos(around)[None] * flare * pleat
    y = (wide + 0.018) * np.sin(around)[None] * flare * pleat
    vertices = np.stack([x, y, np.broadcast_to(z[:, None], x.shape)], axis=-1).reshape(-1, 3).astype(np.float32)
    knee_z = float(body.get_joint("lowerleg01.L")[2])
    fall = np.clip((hip[2] - vertices[:, 2]) / (hip[2] - max(hem_z, knee_z - 0.02)), 0, 1)
    swing = fall * (0.82 if kind != "long skirt" else 0.72)
    below = np.clip((knee_z - vertices[:, 2]) / (knee_z - hem_z + 1e-6), 0, 1) * (kind == "long skirt") * 0.6
    left = np.clip(0.5 + vertices[:, 1] / (0.16 * scale), 0, 1)
    carried = {
        "root": 1 - swing,
        "upperleg01.L": swing * left * (1 - below),
        "upperleg01.R": swing * (1 - left) * (1 - below),
        "lowerleg01.L": swing * left * below,
        "lowerleg01.R": swing * (1 - left) * below,
    }
    shade = np.repeat(1 - 0.12 * share, columns) * np.tile(1 + 0.10 * np.sin(around * 12), rows)
    return [
        make_extra(
            attach(body, vertices, carried),
            make_falling_faces(rows, columns, closed=True),
            rgb,
            np.clip(shade, 0, 1).astype(np.float32),
        )
    ]
