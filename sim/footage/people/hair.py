"""Hair styles as meshes around the head, each with its own hairline."""

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Outfit, Rgb
from sim.crowd.people.wardrobe import COVERING
from sim.footage.people.bodies import Body
from sim.footage.people.extra import Clothed, Extra, attach, darken, make_extra
from sim.footage.people.fuller_hair import PULLED, SHORT, HairShape, make_fuller_shell
from sim.footage.people.head import Head, find_back, look
from sim.footage.people.mesh_tools import make_falling_faces, make_rounded_box

FloatArray = NDArray[np.float32]

Line = tuple[tuple[float, float], ...]

_COLUMNS = 40
_FULL = ((0, 47), (25, 52), (45, 62), (58, 80), (70, 96), (85, 104), (105, 112), (125, 122), (150, 126), (180, 128))
_LOWER = tuple((around, polar + max(0.0, 6 - around / 10)) for around, polar in _FULL)
_FRINGE = ((0, 62), (25, 63), (40, 66), (55, 80), (70, 96), (85, 104), (105, 112), (125, 122), (150, 126), (180, 128))


def make_hair(body: Body, head: Head, cloth: Clothed, outfit: Outfit, rng: np.random.Generator) -> list[Extra]:
    """Return the hair, pressed flat under a hat; nothing under a hijab or a hood."""
    if outfit.headwear.kind in COVERING:
        return []
    covered = outfit.headwear.kind in {"cap", "backward cap", "bucket hat", "beanie"}
    kind, rgb = outfit.hair.kind, outfit.hair.rgb
    fringe = bool(rng.random() < 0.4)
    if kind == "short":
        shape = SHORT[int(rng.integers(len(SHORT)))]
        return [_make_fuller_cap(body, head, rgb, rng, shape, pressed=covered, skin=outfit.skin)]
    if kind == "afro":
        return [
            _make_cap(body, head, rgb, rng, line=_FULL, thick_m=0.02 if covered else 0.062, edge_m=0.030, curl=0.006)
        ]
    if kind in {"ponytail", "bun"}:
        crown = _make_fuller_cap(body, head, rgb, rng, PULLED, pressed=covered, skin=outfit.skin)
        tied = _make_tail(body, head, rgb, rng) if kind == "ponytail" else _make_bun(body, head, rgb, low=covered)
        return [crown, tied]
    line = _FRINGE if fringe and not covered else _LOWER
    full_m = float(rng.uniform(0.020, 0.032))
    crown = _make_cap(body, head, rgb, rng, line=line, thick_m=0.007 if covered else full_m, edge_m=0.010, curl=0.003)
    return [crown, _make_curtain(body, head, cloth, rgb, rng, long=kind == "long")]


def _interpolate_line(line: Line, around_rad: FloatArray) -> FloatArray:
    degrees = np.abs(np.rad2deg((around_rad + np.pi) % (2 * np.pi) - np.pi))
    polar = np.interp(degrees, [a for a, _ in line], [p for _, p in line])
    return np.asarray(np.deg2rad(polar), dtype=np.float32)


def make_shell(
    head: Head, *, line: Line, thick_m: float, edge_m: float, rows: int = 11
) -> tuple[FloatArray, FloatArray]:
    """Return a shell over the skull, vertices [rows + 1, columns, 3], and how far down each is, 0 crown to 1 edge.

    The last row turns in to the skin, so that the edge looks thick.
    """
    around = np.linspace(0, 2 * np.pi, _COLUMNS, endpoint=False, dtype=np.float32)
    limit = _interpolate_line(line, around)
    share = np.linspace(0.0, 1.0, rows, dtype=np.float32)
    polar = share[:, None] * limit[None]
    directions = look(np.broadcast_to(around, polar.shape), polar)
    radius = head.measure(directions.reshape(-1, 3)).reshape(polar.shape)
    for _ in range(2):
        radius = 0.5 * radius + 0.25 * (np.roll(radius, 1, axis=1) + np.roll(radius, -1, axis=1))
    profile = edge_m + (thick_m - edge_m) * np.sqrt(np.clip(1 - share**4, 0, 1))
    outer = radius + (profile * head.scale)[:, None]
    inner = radius[-1:] - 0.004
    whole = np.concatenate([outer, inner])
    aim = np.concatenate([directions, directions[-1:]])
    vertices = head.center_m + aim * whole[..., None]
    down = np.broadcast_to(np.concatenate([share, [1.0]])[:, None], whole.shape)
    return vertices.astype(np.float32), down.astype(np.float32)


def _strands(rng: np.random.Generator, rows: int, columns: int, rgb: Rgb, *, amount: float = 0.16) -> FloatArray:
    lock = rng.normal(0, amount, size=(1, columns)) + rng.normal(0, amount / 2.5, size=(rows, columns))
    factor = np.exp(lock).astype(np.float32)
    return (factor[..., None] * np.asarray(rgb, dtype=np.float32)).reshape(-1, 3)


def _make_cap(
    body: Body,
    head: Head,
    rgb: Rgb,
    rng: np.random.Generator,
    *,
    line: Line,
    thick_m: float,
    edge_m: float,
    curl: float,
) -> Extra:
    """Return hair over the skull, as thick as told on the crown and at its edge."""
    vertices, down = make_shell(head, line=line, thick_m=thick_m, edge_m=edge_m)
    rows = len(vertices)
    bump = rng.normal(0, curl, size=vertices.shape[:2]).astype(np.float32)
    bump[0], bump[-1] = bump[0].mean(), 0.0
    outward = vertices - head.center_m
    vertices = vertices + bump[..., None] * outward / np.linalg.norm(outward, axis=2, keepdims=True)
    flat = vertices.reshape(-1, 3).astype(np.float32)
    shade = np.where(np.arange(rows) == rows - 1, 0.6, 1 - 0.22 * down[:, 0])
    return make_extra(
        attach(body, flat, {"head": 1.0}),
        make_falling_faces(rows, _COLUMNS, closed=True),
        _strands(rng, rows, _COLUMNS, rgb),
        np.repeat(shade, _COLUMNS).astype(np.float32),
    )


def _make_fuller_cap(
    body: Body, head: Head, rgb: Rgb, rng: np.random.Generator, shape: HairShape, *, pressed: bool, skin: Rgb
) -> Extra:
    """Return hair of a shape over the skull, thinning out at the hairline."""
    vertices, down = make_fuller_shell(head, shape, rng, columns=_COLUMNS, pressed=pressed)
    rows = len(vertices)
    shade = np.where(np.arange(rows) == rows - 1, 0.85, 1 - 0.22 * down[:, 0])
    thin = np.clip((down.reshape(-1, 1) - 0.86) / 0.14, 0, 1) * 0.45
    colours = _strands(rng, rows, _COLUMNS, rgb) * (1 - thin) + np.asarray(skin, dtype=np.float32) * thin
    return make_extra(
        attach(body, vertices.reshape(-1, 3), {"head": 1.0}),
        make_falling_faces(rows, _COLUMNS, closed=True),
        colours.astype(np.float32),
        np.repeat(shade, _COLUMNS).astype(np.float32),
    )


def _make_curtain(body: Body, head: Head, cloth: Clothed, rgb: Rgb, rng: np.random.Generator, *, long: bool) -> Extra:
    columns, rows = 25, 11
    scale = head.scale
    top_z = head.center_m[2] + 0.022 * scale
    end_z = head.neck_m[2] + (-0.17 if long else 0.012) * scale
    share = np.linspace(0, 1, rows, dtype=np.float32)
    front_deg = 70 + (34 if long else 8) * share**1.5
    around = np.deg2rad(front_deg[:, None] + (360 - 2 * front_deg[:, None]) * np.linspace(0, 1, columns)[None])
    level = head.measure(look(around[0].astype(np.float32), np.full(columns, np.pi * 0.46, dtype=np.float32)))
    behind = np.clip(-np.cos(around), 0, 1)
    radius = level[None] + (0.017 - 0.014 * (1 - behind) * (share[:, None] > 0.95)) * scale
    radius = radius * (1 - (0.10 if long else 0.02) * share[:, None] * (1 - behind))
    x = head.center_m[0] + np.cos(around) * radius * 0.97
    y = np.sin(around) * radius
    tip = 0.03 * scale * behind if long else np.zeros_like(behind)
    ragged = rng.normal(0, 0.012 if long else 0.007, size=columns)[None] * scale
    at_face = np.clip(1 - 2.2 * behind, 0, 1) ** 1.5 * (0.45 if long else 0.25)
    tip = tip + ragged * share[:, None] * behind - at_face * (top_z - end_z)
    z = top_z + (end_z - top_z) * share[:, None] - tip * share[:, None]
    if long:
        back = find_back(cloth, z[:, columns // 2])
        wanted = np.minimum(x, back[:, None] - 0.014 * scale + 0.10 * (1 - behind))
        below = np.clip((head.center_m[2] - 0.06 * scale - z) / (0.08 * scale), 0, 1)
        x = x * (1 - below) + np.where(behind > 0.2, wanted, x) * below
        y = y * (1 + 0.45 * below)
    vertices = np.stack([x, y, np.broadcast_to(z, x.shape)], axis=-1).reshape(-1, 3).astype(np.float32)
    fall = np.clip((head.neck_m[2] + 0.01 * scale - vertices[:, 2]) / (0.14 * scale), 0, 1)
    torso = (0.9 * fall * fall * (3 - 2 * fall)).astype(np.float32)
    shade = (1 - 0.25 * share)[:, None] * np.ones(columns)
    return make_extra(
        attach(body, vertices, {"head": 1 - torso, "spine02": torso}),
        make_falling_faces(rows, columns, closed=False),
        _strands(rng, rows, columns, rgb),
        shade.reshape(-1).astype(np.float32),
    )


def _make_tail(body: Body, head: Head, rgb: Rgb, rng: np.random.Generator) -> Extra:
    rows, columns = 10, 10
    share = np.linspace(0, 1, rows)
    start = look(np.array([np.pi], dtype=np.float32), np.deg2rad([68.0]).astype(np.float32))
    base = head.center_m + start[0] * float(head.measure(start)[0])
    length = float(rng.uniform(0.17, 0.25)) * head.scale
    path_x = base[0] - 0.052 * np.sin(np.minimum(share * 2.2, 1.4)) * head.scale + 0.012 * share
    path_z = base[2] + 0.012 * np.sin(np.minimum(share * 3, np.pi)) - length * share**1.3
    radius = np.interp(share, [0, 0.12, 0.45, 0.85, 1], [0.016, 0.024, 0.028, 0.018, 0.004]) * head.scale
    angle = np.linspace(0, 2 * np.pi, columns, endpoint=False)
    x = path_x[:, None] + radius[:, None] * 0.85 * np.cos(angle)
    y = radius[:, None] * np.sin(angle)
    z = np.broadcast_to(path_z[:, None], x.shape)
    vertices = np.stack([x, y, z], axis=-1).reshape(-1, 3).astype(np.float32)
    return make_extra(
        attach(body, vertices, {"head": 1.0}),
        make_falling_faces(rows, columns, closed=True),
        _strands(rng, rows, columns, rgb),
        0.92,
    )


def _make_bun(body: Body, head: Head, rgb: Rgb, *, low: bool) -> Extra:
    aim = look(np.array([np.pi], dtype=np.float32), np.deg2rad([112.0 if low else 52.0]).astype(np.float32))
    center = head.center_m + aim[0] * (float(head.measure(aim)[0]) + 0.026 * head.scale)
    size = 0.040 * head.scale
    vertices, faces = make_rounded_box(
        (float(center[0]), 0.0, float(center[2])), (size * 0.8, size, size * 0.9), power=0.9
    )
    return make_extra(attach(body, vertices, {"head": 1.0}), faces, darken(rgb, 1.0), 0.95)
