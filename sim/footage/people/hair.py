"""Hair styles as meshes around the head, each with its own hairline."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Outfit, Rgb
from sim.crowd.people.wardrobe import COVERING
from sim.footage.people.bodies import Body
from sim.footage.people.extra import Clothed, Extra, attach, make_extra
from sim.footage.people.meshes import FloatArray, IntArray, find_farthest, make_falling_faces, make_rounded_box

_HEAD_WEIGHT = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    center_m: FloatArray  # [3], inside the skull at the height of the eyes
    neck_m: FloatArray  # [3], where the neck begins
    scale: float  # size of the body against one of 1.6 m
    # distances [n] in meters from the middle to the skin along directions [n, 3]
    measure: Callable[[FloatArray], FloatArray]


def find_head(body: Body) -> Head:
    rest = body.rest_m
    is_head = body.get_part("head") > _HEAD_WEIGHT
    eye = body.get_joint("eye.L")
    span = rest[is_head, 0]
    skull_back = float(span.min())
    center = np.array([skull_back + 0.53 * (float(eye[0]) - skull_back), 0.0, eye[2] + 0.012], dtype=np.float32)
    triangles = rest[body.faces[is_head[body.faces].all(axis=1)]]

    def measure(directions: FloatArray) -> FloatArray:
        return _cast_rays(center, directions, triangles)

    return Head(center_m=center, neck_m=body.get_joint("neck01"), scale=float(rest[:, 2].max()) / 1.6, measure=measure)


def look(around_rad: FloatArray, polar_rad: FloatArray) -> FloatArray:
    """Return directions [..., 3]: `around` from the face towards the left ear, `polar` from the crown down."""
    sine = np.sin(polar_rad)
    return np.stack(
        [np.cos(around_rad) * sine, np.sin(around_rad) * sine, np.cos(polar_rad)], axis=-1, dtype=np.float32
    )


def _cast_rays(center: FloatArray, directions: FloatArray, triangles: FloatArray) -> FloatArray:
    """Return the farthest hit of each ray (Moeller and Trumbore 1997, doi:10.1080/10867651.1997.10487468)."""
    edge1, edge2 = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    step = center - triangles[:, 0]
    q = np.cross(step, edge1)
    farthest = np.empty(len(directions), dtype=np.float32)
    find_farthest(directions, edge1, edge2, step, directions @ q.T, np.einsum("tc,tc->t", q, edge2), farthest)
    found = farthest > 0
    return np.where(found, farthest, farthest[found].mean() if found.any() else 0.1).astype(np.float32)


def find_back(cloth: Clothed, heights_m: FloatArray, *, half_width_m: float = 0.08) -> FloatArray:
    """Return the smallest x [n] of the dressed rest surface near the middle at each height, meters."""
    rest = cloth.vertices_m[0]
    middle = rest[np.abs(rest[:, 1]) < half_width_m]
    return np.array(
        [float(middle[np.abs(middle[:, 2] - z) < 0.05, 0].min(initial=0.0)) for z in heights_m], dtype=np.float32
    )


Line = tuple[tuple[float, float], ...]
_SIDES = ((78, 106), (86, 108), (94, 84), (108, 82), (120, 106), (140, 122), (180, 127))
_TEMPLE = ((0, 50), (22, 52), (42, 57), (56, 68), (66, 84), (72, 100), *_SIDES)
_SWEPT = ((0, 56), (22, 58), (42, 62), (56, 70), (66, 86), (72, 100), *_SIDES)
_SHAGGY = ((0, 64), (22, 65), (42, 70), (56, 82), (66, 98), (78, 112), (94, 114), (112, 116), (140, 128), (180, 133))
_BACK = (
    *((0, 49), (25, 52), (46, 59), (60, 72), (70, 90), (78, 100)),
    *((86, 98), (98, 84), (110, 88), (122, 106), (140, 118), (180, 121)),
)


# Short hair comes in five shapes, so that two heads of short brown hair differ; which, the person alone decides.
@dataclass(frozen=True, slots=True, kw_only=True)
class HairShape:
    """One shape of hair over the skull, for a body 1.6 m tall."""

    line: Line  # the hairline, degrees around from the face and down from the crown
    # top_m, side_m, front_m: how thick hair is on the crown, on sides and back, and over the forehead, meters
    top_m: float
    side_m: float
    front_m: float
    lock_m: float = 0.003  # how far locks stand out or lie lower
    tip_m: float = 0.012  # how far tips of locks lie beyond where they grow
    ragged_deg: float = 2.0  # how uneven the hairline is
    fade: float = 0.14  # over which share of its length it thins out to the skin
    lean: float = 0.0  # how much more there is on the left, -1..1, as under a parting


SHORT = (
    HairShape(
        line=_TEMPLE, top_m=0.015, side_m=0.008, front_m=0.014, lock_m=0.0015, ragged_deg=1.5, tip_m=0.004, fade=0.5
    ),
    HairShape(line=_TEMPLE, top_m=0.028, side_m=0.010, front_m=0.036, lock_m=0.004, tip_m=0.014),
    HairShape(line=_SWEPT, top_m=0.026, side_m=0.013, front_m=0.026, lock_m=0.003, lean=0.5, tip_m=0.016),
    HairShape(line=_SHAGGY, top_m=0.029, side_m=0.022, front_m=0.024, lock_m=0.005, ragged_deg=4.0, tip_m=0.022),
    HairShape(line=_SWEPT, top_m=0.038, side_m=0.016, front_m=0.036, lock_m=0.008, ragged_deg=3.0, tip_m=0.020),
)
PULLED = HairShape(line=_BACK, top_m=0.017, side_m=0.010, front_m=0.014, lock_m=0.0015, ragged_deg=1.5, tip_m=0.004)


def make_fuller_shell(
    head: Head, shape: HairShape, rng: np.random.Generator, *, columns: int, pressed: bool, rows: int = 11
) -> tuple[FloatArray, FloatArray]:
    """Return hair over the skull, vertices [rows + 1, columns, 3], and how far down each is, 0 crown to 1 edge.

    Under a hat it is `pressed` flat. The last row turns in to the skin.
    """
    around = np.linspace(0, 2 * np.pi, columns, endpoint=False, dtype=np.float32)
    degrees = np.abs(np.rad2deg((around + np.pi) % (2 * np.pi) - np.pi))
    limit = np.interp(degrees, [a for a, _ in shape.line], [p for _, p in shape.line])
    limit = np.deg2rad(limit + shape.ragged_deg * _make_locks(rng, 1, columns, width=1.2)[0])
    share = np.linspace(0.0, 1.0, rows)
    polar = (share[:, None] * limit[None]).astype(np.float32)
    directions = look(np.broadcast_to(around, polar.shape), polar)
    radius = head.measure(directions.reshape(-1, 3)).reshape(polar.shape)
    for _ in range(2):
        radius = 0.5 * radius + 0.25 * (np.roll(radius, 1, axis=1) + np.roll(radius, -1, axis=1))
    high = np.clip(np.cos(polar) * 1.4, 0, 1)
    ahead = np.clip(np.cos(around), 0, 1)[None] * np.clip(np.sin(polar) * 1.5, 0, 1)
    thick = shape.side_m + (shape.top_m - shape.side_m) * high
    thick = thick + np.clip(shape.front_m - thick, 0, None) * ahead
    thick = thick * (1 + 0.35 * shape.lean * np.sin(around)[None] * np.sin(polar))
    locks = _make_locks(rng, rows, columns, width=1.0) * shape.lock_m
    locks[0] = locks[0].mean()
    if pressed:
        thick, locks = np.minimum(thick, 0.006), np.zeros_like(locks)
    edge = 0.002 + 0.25 * thick[-1:]
    full = edge + (thick - edge) * np.sqrt(np.clip(1 - share[:, None] ** 5, 0, 1))
    outer = radius + np.maximum(full + locks, 0.002) * head.scale
    whole = np.concatenate([outer, radius[-1:] - 0.004])
    aim = np.concatenate([directions, directions[-1:]])
    down = np.broadcast_to(np.append(share, 1.0)[:, None], whole.shape)
    return (head.center_m + aim * whole[..., None]).astype(np.float32), down.astype(np.float32)


def _make_locks(rng: np.random.Generator, rows: int, columns: int, *, width: float) -> NDArray[np.float64]:
    """Return noise [rows, columns] of deviation 1 around a head, in locks some columns wide that run down."""
    noise = rng.normal(size=(1, columns)) + 0.7 * rng.normal(size=(rows, columns))
    smooth = (1 - width / 3) * noise + width / 6 * (np.roll(noise, 1, axis=1) + np.roll(noise, -1, axis=1))
    return np.asarray(smooth / max(float(smooth.std()), 1e-9))


_COLUMNS = 40
_CURTAIN_M = 0.014
_CAP_EDGE = ((0, 62), (60, 68), (100, 82), (140, 96), (180, 100))
_BEANIE_DEG, _PUFF_RAD = 14.0, np.deg2rad(14.0)
_HEAD = {"head": 1.0}
_FULL = ((0, 47), (25, 52), (45, 62), (58, 80), (70, 96), (85, 104), (105, 112), (125, 122), (150, 126), (180, 128))
_LOWER = tuple((around, polar + max(0.0, 6 - around / 10)) for around, polar in _FULL)
_FRINGE = ((0, 62), (25, 63), (40, 66), (55, 80), (70, 96), (85, 104), (105, 112), (125, 122), (150, 126), (180, 128))


def make_hair(body: Body, head: Head, cloth: Clothed, outfit: Outfit, rng: np.random.Generator) -> list[Extra]:
    """Return the hair, pressed flat under a hat or a hood; nothing under a hijab."""
    hat, kind, rgb, skin = outfit.headwear.kind, outfit.hair.kind, outfit.hair.rgb, outfit.skin
    if hat == "hood":
        # what is seen of it is its line over the forehead; draws of its own, so that those after it stay what they are
        kind, rng = "short", rng.spawn(1)[0]
    elif hat in COVERING:
        return []
    covered = hat in {"cap", "backward cap", "bucket hat", "beanie", "hood"}
    fringe = bool(rng.random() < 0.4)
    if kind == "short":
        shape = SHORT[int(rng.integers(len(SHORT)))]
        return [_make_fuller_cap(body, head, rgb, rng, shape, pressed=covered, skin=skin)]
    if kind == "afro":
        if covered:
            # curls under a hat: flat where it lies, full below its edge, which lies `low_deg` lower than a cap's
            vertices, down = make_shell(head, line=_FULL, thick_m=0.006, edge_m=0.006)
            outward = vertices - head.center_m
            outward /= np.linalg.norm(outward, axis=2, keepdims=True)
            around = np.arctan2(outward[..., 1], outward[..., 0])
            below_rad = (
                np.arccos(np.clip(outward[..., 2], -1, 1))
                - _interpolate_line(_CAP_EDGE, around)
                - np.deg2rad(_BEANIE_DEG if hat == "beanie" else 0.0)
            )
            full_m = 0.034 * np.clip(below_rad / _PUFF_RAD, 0, 1) + rng.normal(0, 0.002, size=down.shape).clip(
                -0.003, 0.003
            )
            full_m[-1] = 0.0
            return [
                make_extra(
                    attach(
                        body,
                        (vertices + outward * (full_m * head.scale)[..., None]).reshape(-1, 3).astype(np.float32),
                        _HEAD,
                    ),
                    make_falling_faces(len(vertices), _COLUMNS, closed=True),
                    _strands(rng, len(vertices), _COLUMNS, rgb),
                    (1 - 0.22 * down).reshape(-1).astype(np.float32),
                )
            ]
        return [
            _make_cap(
                body,
                head,
                rgb,
                rng,
                line=_FULL,
                thick_m=0.062,
                edge_m=0.030,
                curl=0.006,
                skin=skin,
                tip_m=0.008,
                lift=1.6,
            )
        ]
    if kind in {"ponytail", "bun"}:
        crown = _make_fuller_cap(body, head, rgb, rng, PULLED, pressed=covered, skin=skin)
        tied = _make_tail(body, head, rgb, rng) if kind == "ponytail" else _make_bun(body, head, rgb, rng, low=covered)
        return [crown, tied]
    line = _FRINGE if fringe and not covered else _LOWER
    full_m = float(rng.uniform(0.020, 0.032))
    thick_m = 0.007 if covered else full_m
    crown = _make_cap(
        body,
        head,
        rgb,
        rng,
        line=line,
        thick_m=thick_m,
        edge_m=0.010,
        curl=0.003,
        skin=skin,
        tip_m=0.016,
        lift=0.12,
        steep=1.5,
    )
    return [crown, _make_curtain(body, head, cloth, rgb, rng, long=kind == "long")]


def _interpolate_line(line: Line, around_rad: FloatArray) -> FloatArray:
    degrees = np.abs(np.rad2deg((around_rad + np.pi) % (2 * np.pi) - np.pi))
    polar = np.interp(degrees, [a for a, _ in line], [p for _, p in line])
    return np.asarray(np.deg2rad(polar), dtype=np.float32)


def make_shell(
    head: Head, *, line: Line, thick_m: float, edge_m: float, rows: int = 11, steep: float = 4.0
) -> tuple[FloatArray, FloatArray]:
    """Return a shell over the skull, vertices [rows + 1, columns, 3], and how far down each is, 0 crown to 1 edge.

    The last row turns in to the skin, so that the edge looks thick; it thins out towards it unless that is `steep`.
    """
    around = np.linspace(0, 2 * np.pi, _COLUMNS, endpoint=False, dtype=np.float32)
    limit = _interpolate_line(line, around)
    share = np.linspace(0.0, 1.0, rows, dtype=np.float32)
    polar = share[:, None] * limit[None]
    directions = look(np.broadcast_to(around, polar.shape), polar)
    radius = head.measure(directions.reshape(-1, 3)).reshape(polar.shape)
    for _ in range(2):
        radius = 0.5 * radius + 0.25 * (np.roll(radius, 1, axis=1) + np.roll(radius, -1, axis=1))
    profile = edge_m + (thick_m - edge_m) * np.sqrt(np.clip(1 - share**steep, 0, 1))
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


Mesh = tuple[FloatArray, IntArray, FloatArray, FloatArray]


def _grow_locks(
    grid: FloatArray,
    colours: FloatArray,
    shade: FloatArray,
    rng: np.random.Generator,
    *,
    tip_m: float,
    share: float = 0.5,
    lift: float = 0.3,
    lean: float = 0.0,
    is_turned_in: bool = True,
) -> Mesh:
    """Return hair [rows, columns, 3] with a `share` of its cells raised to locks: vertices, faces, colors and shade.

    A lock's tip lies about `tip_m` beyond its cell, the way that hair falls, aside by `lean` of that and out by `lift`;
    locks of the last row, or the last but one of hair that is turned in, break its edge. Draws are of its own, so that
    those after it stay what they are.
    """
    rows, columns = grid.shape[:2]
    rng = rng.spawn(1)[0]
    faces = make_falling_faces(rows, columns, closed=True).reshape(-1, 2, 3)
    row, column = np.divmod(np.arange(len(faces)), columns)
    is_lock = (rng.random(len(faces)) < share) & (row > 0) & (row < rows - 1 - is_turned_in)
    a = (row * columns + column)[is_lock]
    b = (row * columns + (column + 1) % columns)[is_lock]
    cells = np.stack([a, a + columns, b + columns, b], axis=1)
    at = grid.reshape(-1, 3)
    corners = at[cells]
    low = corners[:, 1:3].mean(axis=1)
    down, aside = low - corners[:, [0, 3]].mean(axis=1), corners[:, 3] - corners[:, 0]
    down, aside = (way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-6) for way in (down, aside))
    long, turn, rise, tone = rng.uniform(-1, 1, size=(4, len(cells), 1))
    way = down + (lean + 0.6 * turn) * aside + lift * (1 + 0.8 * rise) * np.cross(down, aside)
    number = len(at) + np.arange(len(cells))
    sides = [np.stack([cells[:, k], cells[:, (k + 1) % 4], number], axis=1) for k in range(4)]
    return (
        np.concatenate([at, low + tip_m * (1 + 0.6 * long) * way]).astype(np.float32),
        np.concatenate([faces[~is_lock].reshape(-1, 3), *sides]).astype(np.int32),
        np.concatenate([colours, colours[cells[:, 0]] * np.exp(0.06 + 0.2 * tone)]).astype(np.float32),
        np.concatenate([shade, shade[cells].mean(axis=1)]).astype(np.float32),
    )


def _put_on_head(body: Body, mesh: Mesh) -> Extra:
    vertices, faces, colours, shade = mesh
    return make_extra(attach(body, vertices, _HEAD), faces, colours, shade)


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
    skin: Rgb,
    tip_m: float,
    lift: float = 0.3,
    steep: float = 4.0,
) -> Extra:
    """Return hair over the skull, as thick as told on the crown and at its edge, thinning out over the forehead."""
    vertices, down = make_shell(head, line=line, thick_m=thick_m, edge_m=edge_m, steep=steep)
    rows = len(vertices)
    bump = rng.normal(0, curl, size=vertices.shape[:2]).astype(np.float32)
    bump[0], bump[-1] = bump[0].mean(), 0.0
    outward = vertices - head.center_m
    vertices = vertices + bump[..., None] * outward / np.linalg.norm(outward, axis=2, keepdims=True)
    shade = np.where(np.arange(rows) == rows - 1, 0.75, 1 - 0.22 * down[:, 0])
    ahead = np.clip(np.cos(np.linspace(0, 2 * np.pi, _COLUMNS, endpoint=False)) * 2, 0, 1)
    thin = (np.clip((down - 0.88) / 0.12, 0, 1) * ahead * 0.4).reshape(-1, 1)
    colours = _strands(rng, rows, _COLUMNS, rgb) * (1 - thin) + np.asarray(skin, dtype=np.float32) * thin
    locks = _grow_locks(vertices, colours, np.repeat(shade, _COLUMNS), rng, tip_m=tip_m, lift=lift)
    return _put_on_head(body, locks)


def _make_fuller_cap(
    body: Body, head: Head, rgb: Rgb, rng: np.random.Generator, shape: HairShape, *, pressed: bool, skin: Rgb
) -> Extra:
    vertices, down = make_fuller_shell(head, shape, rng, columns=_COLUMNS, pressed=pressed)
    rows = len(vertices)
    shade = np.where(np.arange(rows) == rows - 1, 0.85, 1 - 0.22 * down[:, 0])
    thin = np.clip((down.reshape(-1, 1) - 1) / shape.fade + 1, 0, 1) * 0.5
    colours = _strands(rng, rows, _COLUMNS, rgb) * (1 - thin) + np.asarray(skin, dtype=np.float32) * thin
    tip_m, lean = (0.003, 0.0) if pressed else (shape.tip_m, shape.lean)
    locks = _grow_locks(vertices, colours, np.repeat(shade, _COLUMNS), rng, tip_m=tip_m, lean=lean)
    return _put_on_head(body, locks)


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
    full_m = 0.023 * np.clip(0.4 + 4 * share, 0, 1)[:, None] - 0.014 * (1 - behind) * (share[:, None] > 0.95)
    radius = level[None] + full_m * scale
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
    outer = np.stack([x, y, np.broadcast_to(z, x.shape)], axis=-1)
    thick_m = _CURTAIN_M * scale * np.sqrt(1 - share**3)
    sheet = _double(outer, thick_m, center_x=float(head.center_m[0]))
    outside = _strands(rng, rows, columns, rgb).reshape(rows, columns, 3)
    strands = np.concatenate([outside, outside[:, ::-1]], axis=1).reshape(-1, 3)
    shade = ((1 - 0.25 * share)[:, None] * np.repeat([1.0, 0.72], columns)).reshape(-1)
    locks = _grow_locks(sheet, strands, shade, rng, tip_m=0.022 * scale, lift=0.15, is_turned_in=False)
    vertices, faces, colours, dim = locks
    fall = np.clip((head.neck_m[2] + 0.01 * scale - vertices[:, 2]) / (0.14 * scale), 0, 1)
    torso = (0.9 * fall * fall * (3 - 2 * fall)).astype(np.float32)
    return make_extra(attach(body, vertices, {"head": 1 - torso, "spine02": torso}), faces, colours, dim)


def _double(outer: FloatArray, thick_m: NDArray[np.float64], *, center_x: float) -> FloatArray:
    """Return a sheet [rows, columns, 3] and its inner side as rings around both, [rows, 2 * columns, 3].

    The inner side lies `thick_m` [rows] nearer to the upright line through `center_x`. Hair needs it: from the front
    people see the inside of what hangs behind the neck.
    """
    inward = np.stack([center_x - outer[..., 0], -outer[..., 1]], axis=-1)
    inward /= np.maximum(np.linalg.norm(inward, axis=2, keepdims=True), 1e-6)
    inner = outer.copy()
    inner[..., :2] += thick_m[:, None, None] * inward
    return np.concatenate([outer, inner[:, ::-1]], axis=1)


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
    strands, shade = _strands(rng, rows, columns, rgb), np.full(rows * columns, 0.92)
    tail = np.stack([x, y, z], axis=-1)
    return _put_on_head(body, _grow_locks(tail, strands, shade, rng, tip_m=0.02 * head.scale, is_turned_in=False))


def _make_bun(body: Body, head: Head, rgb: Rgb, rng: np.random.Generator, *, low: bool) -> Extra:
    aim = look(np.array([np.pi], dtype=np.float32), np.deg2rad([112.0 if low else 52.0]).astype(np.float32))
    center = head.center_m + aim[0] * (float(head.measure(aim)[0]) + 0.026 * head.scale)
    size = 0.040 * head.scale
    vertices, _ = make_rounded_box((float(center[0]), 0.0, float(center[2])), (size * 0.8, size, size * 0.9), power=0.9)
    rng = rng.spawn(1)[0]
    ball, shade = vertices.reshape(9, 16, 3), np.full(len(vertices), 0.95)
    return _put_on_head(body, _grow_locks(ball, _strands(rng, 9, 16, rgb), shade, rng, tip_m=0.006, lift=0.3))
