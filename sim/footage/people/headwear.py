"""Caps, hats, headbands, hijabs and hoods that are up."""

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Garment, Outfit
from sim.footage.people.bodies import Body
from sim.footage.people.extra import Clothed, Extra, attach, darken, make_extra
from sim.footage.people.hair import Head, find_back, look, make_shell
from sim.footage.people.meshes import make_falling_faces, make_grid_faces

FloatArray = NDArray[np.float32]

_CAP = ((0, 58), (60, 64), (100, 78), (140, 92), (180, 96))
_BACKWARD = ((0, 52), (40, 58), (80, 74), (120, 82), (180, 84))
_BEANIE = ((0, 56), (50, 66), (85, 92), (120, 104), (180, 110))
_BUCKET = ((0, 60), (60, 68), (100, 80), (140, 90), (180, 94))
_CROWNS = {
    "cap": (_CAP, 0.021, 0.012),
    "backward cap": (_BACKWARD, 0.021, 0.012),
    "bucket hat": (_BUCKET, 0.026, 0.015),
    "beanie": (_BEANIE, 0.026, 0.016),
}
"""Of each hat its edge (see `make_shell`) and how thick it is on the crown and at the edge, meters."""


def make_headwear(body: Body, head: Head, cloth: Clothed, outfit: Outfit) -> list[Extra]:
    hat = outfit.headwear
    if hat.kind in _CROWNS:
        line, thick_m, edge_m = _CROWNS[hat.kind]
        crown = _make_crown(body, head, hat, line=line, thick_m=thick_m, edge_m=edge_m)
        if hat.kind == "bucket hat":
            return [crown, _make_bucket_brim(body, head, hat)]
        is_cap = hat.kind in {"cap", "backward cap"}
        return [crown, _make_brim(body, head, hat, line=line, back=hat.kind != "cap")] if is_cap else [crown]
    if hat.kind == "headband":
        return [_make_band(body, head, hat)]
    if hat.kind == "hijab":
        return [_make_scarf(body, head, hat), _make_drape(body, head, cloth, hat)]
    return _make_hood(body, head, cloth, hat) if hat.kind == "hood" else []


def _make_crown(
    body: Body, head: Head, hat: Garment, *, line: tuple[tuple[float, float], ...], thick_m: float, edge_m: float
) -> Extra:
    vertices, down = make_shell(head, line=line, thick_m=thick_m, edge_m=edge_m)
    rows, columns = vertices.shape[:2]
    band = (down > 0.82) if hat.kind == "beanie" else np.zeros(down.shape, dtype=bool)
    tone = np.where(band, 0.8, 1.0).astype(np.float32).reshape(-1, 1)
    return make_extra(
        attach(body, vertices.reshape(-1, 3), {"head": 1.0}),
        make_falling_faces(rows, columns, closed=True),
        tone * np.asarray(hat.rgb, dtype=np.float32),
        (1 - 0.15 * down).reshape(-1),
    )


def _make_brim(body: Body, head: Head, hat: Garment, *, line: tuple[tuple[float, float], ...], back: bool) -> Extra:
    shell, _ = make_shell(head, line=line, thick_m=0.021, edge_m=0.012)
    edge = shell[-2]
    around = np.linspace(0, 2 * np.pi, len(edge), endpoint=False)
    turn = np.linspace(-0.95, 0.95, 13)
    inner = np.stack(
        [
            np.interp((turn + (np.pi if back else 0.0)) % (2 * np.pi), around, edge[:, k], period=2 * np.pi)
            for k in range(3)
        ],
        axis=1,
    )
    reach = 0.068 * head.scale * np.sqrt(np.clip(1 - (turn / 1.02) ** 2, 0, 1))
    rows = []
    for share in (0.0, 0.5, 1.0):
        row = inner.copy()
        row[:, 0] += reach * share * (-1.0 if back else 1.0)
        row[:, 2] -= (0.012 * share + 0.010 * share * turn**2) * head.scale
        rows.append(row)
    under = rows[-1] - [0.0, 0.0, 0.004]
    vertices = np.concatenate([*rows, under]).astype(np.float32)
    return make_extra(
        attach(body, vertices, {"head": 1.0}), make_falling_faces(4, 13, closed=False), darken(hat.rgb, 0.85), 0.92
    )


def _make_bucket_brim(body: Body, head: Head, hat: Garment) -> Extra:
    shell, _ = make_shell(head, line=_BUCKET, thick_m=0.026, edge_m=0.015)
    edge = shell[-2]
    outward = edge - head.center_m
    outward[:, 2] = 0.0
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    rows = []
    for share in (0.0, 0.5, 1.0):
        row = edge + outward * (0.048 * head.scale * share)
        row[:, 2] -= (0.034 * share) * head.scale
        rows.append(row)
    rows.append(edge - np.array([0.0, 0.0, 0.012 * head.scale], dtype=np.float32))
    vertices = np.concatenate(rows).astype(np.float32)
    return make_extra(
        attach(body, vertices, {"head": 1.0}),
        make_falling_faces(4, len(edge), closed=True),
        darken(hat.rgb, 0.9),
        np.repeat([1.0, 0.97, 0.95, 0.6], len(edge)).astype(np.float32),
    )


def _make_band(body: Body, head: Head, hat: Garment) -> Extra:
    around = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    tilt = np.deg2rad(58 + 30 * (0.5 - 0.5 * np.cos(around)))
    rows = []
    for aside, lift in ((-6.0, 0.020), (-4.0, 0.026), (4.0, 0.026), (6.0, 0.020)):
        aim = look(around.astype(np.float32), (tilt + np.deg2rad(aside)).astype(np.float32))
        off_m = lift * head.scale * (0.72 - 0.28 * np.cos(around))
        rows.append(head.center_m + aim * (head.measure(aim) + off_m)[:, None])
    vertices = np.concatenate(rows).astype(np.float32)
    return make_extra(attach(body, vertices, {"head": 1.0}), make_falling_faces(4, 32, closed=True), hat.rgb, 0.97)


def _make_hood(body: Body, head: Head, cloth: Clothed, hat: Garment) -> list[Extra]:
    """Return a hood that is up: looser than a scarf, with a rim that shades the face."""
    rows, columns = 13, 32
    angle = np.linspace(0, 2 * np.pi, columns, endpoint=False)
    opening = np.deg2rad(np.interp(np.cos(angle), [-1, 0, 1], [58, 62, 63]))
    share = np.linspace(0, 1, rows)[:, None]
    away = opening[None] + (np.deg2rad(178) - opening[None]) * share
    aim = np.stack(
        [np.cos(away), np.sin(away) * np.sin(angle)[None], np.sin(away) * np.cos(angle)[None]], axis=-1
    ).astype(np.float32)
    radius = np.minimum(head.measure(aim.reshape(-1, 3)).reshape(rows, columns), 0.128 * head.scale)
    for _ in range(3):
        radius = 0.5 * radius + 0.25 * (np.roll(radius, 1, axis=1) + np.roll(radius, -1, axis=1))
    radius = radius + np.interp(share[:, 0], [0, 0.08, 0.4, 1], [0.020, 0.032, 0.034, 0.036])[:, None] * head.scale
    shell = head.center_m + aim * radius[..., None]
    inner = head.center_m + aim[:2] * (radius[:2] - 0.014 * head.scale)[..., None]
    vertices = np.concatenate([inner[1:], inner[:1], shell]).reshape(-1, 3).astype(np.float32)
    shade = np.concatenate([[0.45, 0.6], np.full(rows, 0.97)])
    hood = make_extra(
        attach(body, vertices, {"head": 1.0}),
        make_grid_faces(rows + 2, columns, closed=True),
        hat.rgb,
        np.repeat(shade, columns).astype(np.float32),
    )
    return [hood, _make_drape(body, head, cloth, hat, reach=0.62)]


def _make_scarf(body: Body, head: Head, hat: Garment) -> Extra:
    rows, columns = 13, 32
    angle = np.linspace(0, 2 * np.pi, columns, endpoint=False)
    opening = np.deg2rad(np.interp(np.abs(np.cos(angle / 2)), [0, 1], [52, 47]))
    share = np.linspace(0, 1, rows)[:, None]
    away = opening[None] + (np.deg2rad(178) - opening[None]) * share
    aim = np.stack(
        [np.cos(away), np.sin(away) * np.sin(angle)[None], np.sin(away) * np.cos(angle)[None]], axis=-1
    ).astype(np.float32)
    radius = np.minimum(head.measure(aim.reshape(-1, 3)).reshape(rows, columns), 0.135 * head.scale)
    for _ in range(2):
        radius = 0.5 * radius + 0.25 * (np.roll(radius, 1, axis=1) + np.roll(radius, -1, axis=1))
    radius = radius + np.interp(share[:, 0], [0, 0.1, 0.4, 1], [0.004, 0.013, 0.017, 0.02])[:, None] * head.scale
    vertices = (head.center_m + aim * radius[..., None]).reshape(-1, 3).astype(np.float32)
    faces = make_grid_faces(rows, columns, closed=True)
    return make_extra(attach(body, vertices, {"head": 1.0}), faces, hat.rgb, 0.97)


def _make_drape(body: Body, head: Head, cloth: Clothed, hat: Garment, *, reach: float = 1.0) -> Extra:
    rows, columns = 9, 32
    scale = head.scale
    around = np.linspace(0, 2 * np.pi, columns, endpoint=False)
    share = np.linspace(0, 1, rows)
    z = head.neck_m[2] + (0.065 - 0.155 * reach * share) * scale
    back = np.minimum(find_back(cloth, z.astype(np.float32)), head.center_m[0] - 0.08 * scale)
    fold = 1 + 0.035 * np.sin(around * 9)[None] * share[:, None]
    out = np.interp(reach * share, [0, 0.35, 0.7, 1], [0.074, 0.082, 0.118, 0.150]) * scale
    deep = np.interp(reach * share, [0, 0.4, 1], [0.078, 0.085, 0.118]) * scale
    middle = head.neck_m[0] + 0.012 * scale
    front = middle + np.cos(around)[None] * deep[:, None] * fold
    rear = middle + np.cos(around)[None] * np.maximum(deep, middle - back + 0.012 * scale)[:, None]
    x = np.where(np.cos(around)[None] > 0, front, rear)
    y = np.sin(around)[None] * out[:, None] * fold
    vertices = np.stack([x, y, np.broadcast_to(z[:, None], x.shape)], axis=-1).reshape(-1, 3).astype(np.float32)
    low = np.repeat(np.clip(share * 1.3, 0, 1), columns).astype(np.float32)
    return make_extra(
        attach(body, vertices, {"head": 1 - low, "spine02": low}),
        make_falling_faces(rows, columns, closed=True),
        darken(hat.rgb, 0.95),
        np.repeat(0.75 + 0.25 * share, columns).astype(np.float32),
    )
