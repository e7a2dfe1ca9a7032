"""Parts of clothes that stand away from the body: hoods, collars, skirts; and what is printed on clothes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Garment, Outfit, Rgb
from sim.crowd.people.wardrobe import OPEN_TOPS
from sim.footage.people.bodies import REST, Body
from sim.footage.people.cloth import Piece
from sim.footage.people.extra import (
    TOPS,
    Clothed,
    Extra,
    Material,
    Side,
    attach,
    darken,
    lay_on,
    make_extra,
    make_of,
    make_ribbon,
)
from sim.footage.people.meshes import FloatArray, make_falling_faces, make_grid_faces

COLLARED = frozenset({"shirt", "polo shirt", "jacket", "denim jacket", "blazer"})
HOODED = frozenset({"hoodie", "zip hoodie"})
_LOW = ("sit", "kneel", "lie", "wheel")
_OFF_LEGS_M = 0.018
_LAG = 0.5
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
    flare = np.interp(share, [0, 0.12, 0.3, 1], [0.84, 1.02, 1.08, 1.3])[:, None]
    pleat = 1 + (0.03 * np.sin(around * 9) + 0.02 * np.sin(around * 5 + 1))[None] * share[:, None]
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
    shade = np.repeat(1 - 0.12 * share, columns) * np.tile(0.95 + 0.07 * np.sin(around * 9), rows)
    posed = attach(body, vertices, carried)
    upright = [row for row, name in enumerate(body.pose_names) if not name.startswith(_LOW)]
    posed[upright] = _hang(body, vertices.reshape(rows, columns, 3), upright)
    return [
        make_extra(posed, make_falling_faces(rows, columns, closed=True), rgb, np.clip(shade, 0, 1).astype(np.float32))
    ]


def _hang(body: Body, cloth: FloatArray, poses: Sequence[int]) -> FloatArray:
    """Return a skirt [rows, columns, 3] in some upright poses: it hangs, is pushed out by legs, and lags behind them.

    All is reckoned in the hips' axes, on rays from the skirt's middle. Legs' hull holds cloth off; above where it does
    cloth is taut, below it falls; what it takes up before and behind it lacks aside, and where it stands off it rises.
    """
    rows, columns = cloth.shape[:2]
    scale = float(body.rest_m[:, 2].max()) / 1.6
    hips = body.get_frames("root")[list(poses)]
    legs = body.get_part("thigh", "calf") + body.get_part("torso") * (body.rest_m[:, 2] < cloth[0, 0, 2]) > 0.5
    legs_m = body.vertices_m[list(poses)][:, legs] - hips[:, None, :, 3]
    at = np.einsum("pvi,pij->pvj", legs_m, hips[..., :3])
    middle = np.array([cloth[0, :, 0].mean(), 0.0], dtype=np.float32)
    ray = cloth[..., :2] - middle
    loose = np.linalg.norm(ray, axis=2)
    ray /= loose[..., None]
    step = (cloth[0, 0, 2] - cloth[-1, 0, 2]) / (rows - 1)
    held = np.zeros((len(poses), rows, columns), dtype=np.float32)
    for row in range(rows):
        far = (at[..., :1] - middle[0]) * ray[row, :, 0] + at[..., 1:2] * ray[row, :, 1]
        off_m = np.abs(at[..., 2] - cloth[row, 0, 2])
        held[:, row] = (far - 0.8 * off_m[..., None]).max(axis=1) + _OFF_LEGS_M * scale
    held[:, 0] = 0
    taken = loose.sum(axis=1) / _tighten(np.maximum(loose, held), step).sum(axis=2)
    reach = _tighten(np.maximum(loose * np.clip(taken, 0.7, 1)[..., None], held), step)
    lag = np.linspace(0, _LAG, rows)[:, None]
    for gait in sorted({body.pose_names[pose][:-2] for pose in poses}):
        cycle = [number for number, pose in enumerate(poses) if pose in body.find_cycle(gait)]
        if cycle:
            late = np.roll(reach[cycle], len(cycle) // 8, axis=0)
            reach[cycle] = np.maximum(held[cycle], (1 - lag) * reach[cycle] + lag * late)
    fall = np.sqrt(step**2 + np.diff(loose, axis=0) ** 2)
    drop = np.sqrt(np.maximum(fall**2 - np.diff(reach, axis=1) ** 2, (0.3 * fall) ** 2))
    hung = np.empty((len(poses), rows, columns, 3), dtype=np.float32)
    hung[..., :2] = middle + ray * reach[..., None]
    hung[..., 0, :, 2] = cloth[0, 0, 2]
    hung[:, 1:, :, 2] = cloth[0, 0, 2] - np.cumsum(drop, axis=1)
    placed = np.einsum("pij,prcj->prci", hips[..., :3], hung) + hips[:, None, None, :, 3]
    return np.asarray(placed.reshape(len(poses), -1, 3), dtype=np.float32)


def _tighten(reach: FloatArray, step: float) -> FloatArray:
    """Return how far from the middle cloth [pose, rows, columns] is that is taut above and falls below what holds it.

    `step` is the distance of rows, in meters as all.
    """
    reach = reach.copy()
    rows = reach.shape[1]
    for row in range(2, rows):
        taut = reach[:, :1] + (reach[:, row, None] - reach[:, :1]) * (np.arange(row) / row)[None, :, None]
        reach[:, :row] = np.maximum(reach[:, :row], taut)
    for row in range(1, rows):
        reach[:, row] = np.maximum(reach[:, row], reach[:, row - 1] - 0.3 * step)
    return reach


_BADGE: Rgb = (0.70, 0.70, 0.68)
_LANYARD: Rgb = (0.03, 0.06, 0.22)


def make_prints(body: Body, cloth: Clothed, outfit: Outfit, rng: np.random.Generator) -> list[Extra]:
    scale = float(body.rest_m[:, 2].max()) / 1.6
    prints = make_of(Material.FACE, _make_face(body, cloth, outfit, scale))
    prints += make_of(Material.PRINT, _make_top_prints(body, cloth, outfit, scale, rng))
    if outfit.bottom.kind == "joggers" and outfit.bottom.accent is not None:
        prints += _make_stripes(body, cloth, outfit.bottom.accent, scale)
    if outfit.lanyard:
        prints += _make_lanyard(body, cloth, scale)
    return prints


def _make_disc(
    y: float, z: float, half_y: float, half_z: float, *, around: int = 12
) -> tuple[FloatArray, NDArray[np.int32]]:
    angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
    rim = np.stack([y + half_y * np.cos(angle), z + half_z * np.sin(angle)], axis=1)
    faces = np.stack([np.zeros(around), 1 + np.arange(around), 1 + (np.arange(around) + 1) % around], axis=1)
    return np.concatenate([[[y, z]], rim]).astype(np.float32), faces.astype(np.int32)


def _make_panel(
    y: float, z: float, wide: float, high: float, *, top_share: float = 1.0, columns: int = 7, rows: int = 6
) -> tuple[FloatArray, NDArray[np.int32]]:
    u, v = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
    narrow = 1 + (top_share - 1) * (v + 1) / 2
    points = np.stack([y + u * narrow * wide / 2, z + v * high / 2], axis=-1).reshape(-1, 2)
    a = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None]).reshape(-1)
    faces = np.concatenate([np.stack([a, a + 1, a + columns], 1), np.stack([a + 1, a + columns + 1, a + columns], 1)])
    return points.astype(np.float32), faces.astype(np.int32)


def _make_face(body: Body, cloth: Clothed, outfit: Outfit, scale: float) -> list[Extra]:
    skin = outfit.skin
    parts: list[Extra] = []
    middle = 0.5 * (body.get_joint("eye.L")[2] + body.get_joint("eye.R")[2])
    for name in ("eye.L", "eye.R"):
        eye = body.get_joint(name)
        y, z = float(eye[1]), float(eye[2])
        socket, socket_faces = _make_disc(y, z + 0.001, 0.0195 * scale, 0.0115 * scale)
        white, white_faces = _make_disc(y, z, 0.0135 * scale, 0.0058 * scale)
        iris, iris_faces = _make_disc(y, z + 0.0004, 0.0060 * scale, 0.0056 * scale)
        away = np.sign(y)
        arc = np.array([[-0.017, 0.016], [-0.006, 0.0205], [0.006, 0.0205], [0.019, 0.0155]]) * scale
        bow, bow_faces = make_ribbon(np.stack([y + arc[:, 0] * away, z + arc[:, 1]], axis=1), 0.0066 * scale)
        for points, faces, lift in (
            (socket, socket_faces, 0.0010),
            (white, white_faces, 0.0022),
            (iris, iris_faces, 0.0032),
            (bow, bow_faces, 0.0026),
        ):
            parts.append(make_extra(lay_on(cloth, points, Side.FRONT, lift_m=lift), faces, skin))
    mouth, mouth_faces = _make_disc(0.0, float(middle) - 0.072 * scale, 0.0205 * scale, 0.0062 * scale)
    parts.append(make_extra(lay_on(cloth, mouth, Side.FRONT, lift_m=0.0016), mouth_faces, skin))
    nose, nose_faces = _make_disc(0.0, float(middle) - 0.046 * scale, 0.0150 * scale, 0.0042 * scale)
    parts.append(make_extra(lay_on(cloth, nose, Side.FRONT, lift_m=0.0012), nose_faces, skin))
    return parts


def _make_top_prints(body: Body, cloth: Clothed, outfit: Outfit, scale: float, rng: np.random.Generator) -> list[Extra]:
    top = outfit.top
    chest = float(body.get_joint("upperarm01.L")[2]) - 0.085 * scale
    hips = float(body.get_joint("upperleg01.L")[2])
    parts: list[Extra] = []
    if top.kind == "hoodie":
        points, faces = _make_panel(0.0, hips + 0.115 * scale, 0.25 * scale, 0.125 * scale, top_share=0.66)
        parts.append(make_extra(lay_on(cloth, points, Side.FRONT, lift_m=0.006), faces, darken(top.rgb, 0.84)))
        cord = (0.6, 0.6, 0.58) if sum(top.rgb) < 0.9 else darken(top.rgb, 0.5)
        for sign in (-1, 1):
            z = body.get_joint("neck01")[2] - np.linspace(0.045, 0.15, 6) * scale
            path = np.stack([np.full(6, 0.026 * sign * scale), z], axis=1)
            points, faces = make_ribbon(path, 0.008 * scale)
            parts.append(make_extra(lay_on(cloth, points, Side.FRONT, lift_m=0.005), faces, cord))
    if top.accent is None or top.kind in OPEN_TOPS or top.kind == "striped T-shirt" or outfit.vest is not None:
        return parts
    if top.kind == "sports jersey":
        return [*parts, *_make_number(cloth, top.accent, chest, scale, rng)]
    style = int(rng.integers(3)) if top.kind != "polo shirt" else 3
    if style == 0:
        points, faces = _make_panel(0.0, chest, 0.17 * scale, 0.042 * scale)
    elif style == 1:
        points, faces = _make_disc(0.0, chest - 0.015 * scale, 0.058 * scale, 0.058 * scale, around=18)
    elif style == 2:
        points, faces = _make_panel(0.0, chest - 0.05 * scale, 0.34 * scale, 0.075 * scale, columns=11)
    else:
        points, faces = _make_disc(0.07 * scale, chest + 0.01, 0.018 * scale, 0.018 * scale)
    parts.append(make_extra(lay_on(cloth, points, Side.FRONT, lift_m=0.004), faces, top.accent))
    if style == 2:
        points, faces = _make_panel(0.0, chest - 0.05 * scale, 0.34 * scale, 0.075 * scale, columns=11)
        parts.append(make_extra(lay_on(cloth, points, Side.BACK, lift_m=0.004), faces, top.accent))
    return parts


_DIGITS = {
    1: ((0.0, 0.0, 0.22, 1.0), (-0.16, 0.34, 0.2, 0.18)),
    4: ((-0.32, 0.22, 0.2, 0.56), (0.22, 0.0, 0.2, 1.0), (-0.05, -0.06, 0.74, 0.2)),
    7: ((-0.04, 0.42, 0.8, 0.2), (0.24, -0.02, 0.2, 1.0)),
    8: (
        (-0.3, 0.0, 0.2, 1.0),
        (0.3, 0.0, 0.2, 1.0),
        (0.0, 0.42, 0.6, 0.18),
        (0.0, 0.0, 0.6, 0.18),
        (0.0, -0.42, 0.6, 0.18),
    ),
}
"""Bars of a number: middle, width and height, for a number one high."""


def _make_number(cloth: Clothed, colour: Rgb, chest: float, scale: float, rng: np.random.Generator) -> list[Extra]:
    digit = int(rng.choice(list(_DIGITS)))
    high = 0.15 * scale
    parts = []
    for side, mirror in ((Side.FRONT, 1.0), (Side.BACK, -1.0)):
        for y, z, wide, tall in _DIGITS[digit]:
            points, faces = _make_panel(
                -y * mirror * high * 0.75, chest - 0.06 * scale + z * high, wide * high * 0.75, tall * high, columns=4
            )
            parts.append(make_extra(lay_on(cloth, points, side, lift_m=0.0045), faces, colour))
    return parts


def _make_stripes(body: Body, cloth: Clothed, colour: Rgb, scale: float) -> list[Extra]:
    parts = []
    for side, bone in ((Side.LEFT, "L"), (Side.RIGHT, "R")):
        hip, knee, foot = (body.get_joint(f"{n}.{bone}") for n in ("upperleg01", "lowerleg01", "foot"))
        z = np.linspace(hip[2] - 0.02 * scale, foot[2] + 0.055 * scale, 16)
        x = np.interp(z, [foot[2], knee[2], hip[2]], [foot[0], knee[0], hip[0]])
        points, faces = make_ribbon(np.stack([x, z], axis=1), 0.026 * scale)
        parts.append(make_extra(lay_on(cloth, points, side, lift_m=0.004), faces, colour))
    return parts


def _make_lanyard(body: Body, cloth: Clothed, scale: float) -> list[Extra]:
    neck = body.get_joint("neck01")
    chest = float(body.get_joint("upperarm01.L")[2]) - 0.19 * scale
    parts = []
    share = np.linspace(0, 1, 9)
    for sign in (-1, 1):
        y = sign * (0.058 - 0.054 * share) * scale
        z = neck[2] - 0.012 * scale + (chest - neck[2] + 0.012 * scale) * share
        points, faces = make_ribbon(np.stack([y, z], axis=1), 0.013 * scale)
        parts.append(make_extra(lay_on(cloth, points, Side.FRONT, lift_m=0.006), faces, _LANYARD))
    points, faces = _make_panel(0.0, chest - 0.045 * scale, 0.060 * scale, 0.085 * scale, columns=3, rows=3)
    parts.append(make_extra(lay_on(cloth, points, Side.FRONT, lift_m=0.010), faces, _BADGE))
    return parts
