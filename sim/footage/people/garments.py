"""Everything a person wears or carries beyond the dressed surface of the body."""

import zlib

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Aid, Garment, Outfit, Person, Rgb, Role
from sim.footage.people.bags import make_bag
from sim.footage.people.bodies import Body
from sim.footage.people.extra import (
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
from sim.footage.people.hair import Head, find_back, find_head, look, make_hair, make_shell
from sim.footage.people.meshes import FloatArray, IntArray, make_falling_faces, make_grid_faces, make_rounded_box
from sim.footage.people.tailoring import make_bottom_parts, make_prints, make_top_parts

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
        vertices, down = make_shell(head, line=line, thick_m=thick_m, edge_m=edge_m)
        rows, columns = vertices.shape[:2]
        band = (down > 0.82) if hat.kind == "beanie" else np.zeros(down.shape, dtype=bool)
        tone = np.where(band, 0.8, 1.0).astype(np.float32).reshape(-1, 1)
        crown = make_extra(
            attach(body, vertices.reshape(-1, 3), {"head": 1.0}),
            make_falling_faces(rows, columns, closed=True),
            tone * np.asarray(hat.rgb, dtype=np.float32),
            (1 - 0.15 * down).reshape(-1),
        )
        if hat.kind == "bucket hat":
            return [crown, _make_bucket_brim(body, head, hat)]
        is_cap = hat.kind in {"cap", "backward cap"}
        return [crown, _make_brim(body, head, hat, line=line, back=hat.kind != "cap")] if is_cap else [crown]
    if hat.kind == "headband":
        return [_make_band(body, head, hat)]
    if hat.kind == "hijab":
        return [_make_scarf(body, head, hat), _make_drape(body, head, cloth, hat)]
    return _make_hood(body, head, cloth, hat) if hat.kind == "hood" else []


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


_AID_FRAME: Rgb = (0.05, 0.055, 0.07)
_SEAT: Rgb = (0.02, 0.02, 0.022)
_TYRE: Rgb = (0.025, 0.025, 0.025)
_RIM: Rgb = (0.45, 0.46, 0.47)
_METAL: Rgb = (0.42, 0.43, 0.44)
_WHEEL_M = 0.30
_SEATED = "wheel_still"


def make_aid(body: Body, aid: Aid) -> list[Extra]:
    if aid is Aid.WHEELCHAIR:
        return _make_wheelchair(body)
    return _make_crutches(body) if aid is Aid.CRUTCHES else []


def _make_tube(start: FloatArray, end: FloatArray, radius_m: float, *, sides: int = 6) -> tuple[FloatArray, IntArray]:
    """Return tubes [..., 2 * sides, 3] from starts to ends [..., 3], open at both ends."""
    along = end - start
    along = along / np.linalg.norm(along, axis=-1, keepdims=True)
    other = np.where(np.abs(along[..., 1:2]) < 0.9, [0.0, 1.0, 0.0], [1.0, 0.0, 0.0])
    across = np.cross(along, other)
    across = across / np.linalg.norm(across, axis=-1, keepdims=True)
    up = np.cross(along, across)
    turn = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    ring = radius_m * (np.cos(turn)[:, None] * across[..., None, :] + np.sin(turn)[:, None] * up[..., None, :])
    vertices = np.concatenate([start[..., None, :] + ring, end[..., None, :] + ring], axis=-2)
    return vertices.astype(np.float32), make_grid_faces(2, sides, closed=True)


def _make_ring(
    center: tuple[float, float, float], radius_m: float, thick_m: float, *, around: int = 28
) -> tuple[FloatArray, IntArray]:
    """Return an upright ring in the plane of travel, [v, 3]."""
    turn = np.linspace(0, 2 * np.pi, around, endpoint=False)
    sides = np.linspace(0, 2 * np.pi, 5, endpoint=False)
    reach = radius_m + thick_m * np.cos(sides)
    x = center[0] + np.cos(turn)[:, None] * reach[None]
    z = center[2] + np.sin(turn)[:, None] * reach[None]
    y = center[1] + np.broadcast_to(thick_m * np.sin(sides)[None], x.shape)
    grid = np.stack([x, y, z], axis=-1)
    closed = np.concatenate([grid, grid[:1]]).reshape(-1, 3)
    return closed.astype(np.float32), make_grid_faces(around + 1, 5, closed=True)


def _make_wheelchair(body: Body) -> list[Extra]:
    scale = float(body.rest_m[:, 2].max()) / 1.6
    rest_hip = body.get_joint("upperleg01.L")
    thigh = body.get_part("thigh", "calf", "foot") > 0.9
    posed = body.vertices_m[body.pose_names.index(_SEATED)] if _SEATED in body.pose_names else None
    seat_z, foot_x = _find_seat(body, posed, thigh)
    wide = float(rest_hip[1]) + 0.115 * scale
    parts: list[tuple[tuple[FloatArray, IntArray], Rgb]] = []

    def tube(start: tuple[float, float, float], end: tuple[float, float, float], radius_m: float = 0.011) -> None:
        parts.append((_make_tube(np.array(start), np.array(end), radius_m), _AID_FRAME))

    for side in (-1.0, 1.0):
        y = side * wide
        outer = y + side * 0.035
        parts.append((_make_ring((-0.03, outer, _WHEEL_M), _WHEEL_M - 0.013, 0.013), _TYRE))
        parts.append((_make_ring((-0.03, outer + side * 0.025, _WHEEL_M), 0.258, 0.007, around=24), _RIM))
        for spoke in range(6):
            angle = np.pi * spoke / 6
            dx, dz = 0.27 * np.cos(angle), 0.27 * np.sin(angle)
            parts.append(
                (
                    _make_tube(
                        np.array([-0.03 - dx, outer, _WHEEL_M - dz]),
                        np.array([-0.03 + dx, outer, _WHEEL_M + dz]),
                        0.0035,
                        sides=3,
                    ),
                    _RIM,
                )
            )
        back_x = -0.17 * scale
        tube((back_x, y, seat_z - 0.02), (back_x - 0.05, y, seat_z + 0.42 * scale))
        tube((back_x - 0.05, y, seat_z + 0.42 * scale), (back_x - 0.14, y, seat_z + 0.43 * scale), 0.014)
        tube((back_x, y, seat_z - 0.02), (foot_x - 0.10, y, seat_z - 0.03))
        tube((foot_x - 0.10, y, seat_z - 0.03), (foot_x, y * 0.8, 0.10))
        tube((foot_x - 0.16, y, seat_z - 0.04), (foot_x - 0.16, y, 0.14))
        parts.append((_make_ring((foot_x - 0.16, y, 0.075), 0.062, 0.013, around=14), _TYRE))
    seat = make_rounded_box((0.03, 0.0, seat_z - 0.03), (0.20 * scale, wide, 0.022), power=0.35, rings=6, columns=12)
    back = make_rounded_box(
        (-0.20 * scale, 0.0, seat_z + 0.22 * scale), (0.018, wide, 0.18 * scale), power=0.35, rings=6, columns=12
    )
    plate = make_rounded_box((foot_x + 0.02, 0.0, 0.088), (0.10, wide * 0.8, 0.008), power=0.3, rings=5, columns=10)
    parts += [(seat, _SEAT), (back, _SEAT), (plate, _AID_FRAME)]
    return [
        make_extra(np.repeat(mesh[0][None], len(body.vertices_m), axis=0).astype(np.float32), mesh[1], rgb, 0.9)
        for mesh, rgb in parts
    ]


def _find_seat(body: Body, posed: FloatArray | None, legs: NDArray[np.bool_]) -> tuple[float, float]:
    if posed is None:
        return 0.5, 0.5
    torso = (body.get_part("torso") > 0.5) & ~legs
    foot = body.get_part("foot") > 0.9
    return float(posed[torso, 2].min()), float(posed[foot, 0].mean())


def _make_crutches(body: Body) -> list[Extra]:
    extras = []
    swings = np.array([name.startswith("crutches") for name in body.pose_names])
    for side, sign in (("L", 1.0), ("R", -1.0)):
        hand_part = (body.get_part("hand") > 0.5) & (body.rest_m[:, 1] * sign > 0)
        hand = body.vertices_m[:, hand_part].mean(axis=1)
        frames = body.get_frames(f"upperarm01.{side}")
        shoulder = np.einsum("pij,j->pi", frames[:, :, :3], body.get_joint(f"upperarm01.{side}")) + frames[:, :, 3]
        pit = shoulder + np.array([-0.02, sign * 0.055, -0.10])
        down = hand - pit
        down /= np.linalg.norm(down, axis=1, keepdims=True)
        tip = hand + down * (hand[:, 2:] / np.maximum(-down[:, 2:], 0.2))
        beside = np.array([0.12, sign * 0.30, 0.0])
        tip = np.where(swings[:, None], tip, beside)
        tip[:, 2] = np.maximum(tip[:, 2], 0.0)
        top = np.where(swings[:, None], hand - down * 0.22, beside + np.array([-0.05, 0.0, 0.95]))
        grip = np.where(swings[:, None], hand, beside + np.array([-0.035, 0.0, 0.70]))
        pole, faces = _make_tube(tip, top, 0.011)
        extras.append(make_extra(pole, faces, _METAL, 0.95))
        handle, handle_faces = _make_tube(grip - np.array([0.05, 0, 0]), grip + np.array([0.06, 0, 0]), 0.014)
        extras.append(make_extra(handle, handle_faces, _TYRE))
        toward = (top - tip) / np.linalg.norm(top - tip, axis=1, keepdims=True)
        cuff, cuff_faces = _make_tube(top - toward * 0.04, top + toward * 0.03, 0.042, sides=8)
        extras.append(make_extra(cuff, cuff_faces, _TYRE))
        foot, foot_faces = _make_tube(tip, tip + toward * 0.05, 0.017)
        extras.append(make_extra(foot, foot_faces, _TYRE))
    return extras


_CASE = (0.012, 0.012, 0.014)
_SCREEN = (0.42, 0.50, 0.62)
_POSE = "phone"


def make_wand(body: Body) -> Extra:
    """Return a metal-detector wand, 0.42 m long, in line with the right forearm."""
    box, faces = make_rounded_box((0.16, 0.0, 0.0), (0.21, 0.017, 0.012), power=0.5, rings=7, columns=10)
    paddle = np.clip((box[:, 0] - 0.10) / 0.06, 0, 1)
    box[:, 1] *= 1 + 1.1 * paddle
    hand = (body.get_part("hand") > 0.5) & (body.rest_m[:, 1] < 0)
    held = body.vertices_m[:, hand].mean(axis=1)
    vertices = np.repeat(held[:, None], len(box), axis=1)
    elbow, wrist = body.get_joint("lowerarm01.R"), body.get_joint("wrist.R")
    along0 = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    for pose, name in enumerate(body.pose_names):
        if name.startswith("wand"):
            along = body.get_frames("lowerarm01.R")[pose, :, :3] @ along0
            across = np.cross([0.0, 0.0, 1.0], along)
            across /= np.linalg.norm(across)
            vertices[pose] = held[pose] + box @ np.stack([along, across, np.cross(along, across)])
    return make_extra(vertices.astype(np.float32), faces, (0.022, 0.022, 0.024), 0.95)


def make_phone(body: Body) -> Extra:
    box, faces = make_rounded_box((0.0, 0.0, 0.0), (0.037, 0.074, 0.006), power=0.25, rings=5, columns=12)
    scale = float(body.rest_m[:, 2].max()) / 1.6
    pose = body.pose_names.index(_POSE) if _POSE in body.pose_names else None
    hand = (body.get_part("hand") > 0.5) & (body.rest_m[:, 1] < 0)
    held = body.vertices_m[:, hand].mean(axis=1)
    if pose is None:
        return _make(np.repeat(held[:, None], len(box), axis=1), box, faces)
    head = body.vertices_m[pose, body.get_part("head") > 0.9].mean(axis=0)
    towards = head - held[pose]
    towards /= np.linalg.norm(towards)
    across = np.cross([0.0, 0.0, 1.0], towards)
    across /= np.linalg.norm(across)
    axes = np.stack([across, np.cross(towards, across), towards])
    vertices = np.repeat(held[:, None], len(box), axis=1)
    middle = held[pose] + (0.026 * towards + 0.024 * axes[1]) * scale
    vertices[pose] = middle + box @ axes
    return _make(vertices, box, faces)


def _make(vertices_m: NDArray[np.float32], box: NDArray[np.float32], faces: NDArray[np.int32]) -> Extra:
    lit = box[:, 2] > 0.004
    albedo = np.where(lit[:, None], np.asarray(_SCREEN), np.asarray(_CASE))
    return make_extra(vertices_m.astype(np.float32), faces, albedo.astype(np.float32))


_FRAME: Rgb = (0.022, 0.018, 0.016)


def make_extras(body: Body, person: Person, cloth: Clothed) -> list[Extra]:
    """Return all extra meshes of a person; details that the outfit leaves open depend on the person_id alone."""
    outfit = person.outfit
    rng = np.random.default_rng(zlib.crc32(person.person_id.encode()))
    head = find_head(body)
    return [
        *make_of(Material.HAIR, make_hair(body, head, cloth, outfit, rng)),
        *make_of(Material.HAT, make_headwear(body, head, cloth, outfit)),
        *make_glasses(body, cloth, outfit),
        *make_of(Material.CLOTH, make_top_parts(body, cloth, outfit)),
        *make_of(Material.SKIRT, make_bottom_parts(body, outfit.top, outfit.bottom)),
        *make_prints(body, cloth, outfit, rng),
        *make_of(Material.BAG, make_bag(body, cloth, outfit.bag)),
        *make_aid(body, person.aid),
        make_phone(body),
        *([make_wand(body)] if person.role is Role.STAFF else []),
    ]


def make_glasses(body: Body, cloth: Clothed, outfit: Outfit) -> list[Extra]:
    if not outfit.glasses:
        return []
    scale = float(body.rest_m[:, 2].max()) / 1.6
    parts = []
    for name in ("eye.L", "eye.R"):
        eye = body.get_joint(name)
        angle = np.linspace(0, 2 * np.pi, 15)
        rim = np.stack(
            [eye[1] + 0.0205 * scale * np.cos(angle), eye[2] - 0.003 * scale + 0.0155 * scale * np.sin(angle)], axis=1
        )
        points, faces = make_ribbon(rim, 0.0040 * scale)
        laid = lay_on(cloth, points, Side.FRONT, lift_m=0.0065)
        parts.append(make_extra(laid, faces, _FRAME))
        side = Side.LEFT if eye[1] > 0 else Side.RIGHT
        back = np.array([[eye[0] - 0.012, eye[2] + 0.002], [eye[0] - 0.085 * scale, eye[2] + 0.004]])
        points, faces = make_ribbon(np.linspace(back[0], back[1], 5), 0.0050 * scale)
        parts.append(make_extra(lay_on(cloth, points, side, lift_m=0.004), faces, _FRAME))
    bridge = np.stack([np.linspace(-0.010, 0.010, 3) * scale, np.full(3, float(body.get_joint("eye.L")[2]))], axis=1)
    points, faces = make_ribbon(bridge, 0.0040 * scale)
    parts.append(make_extra(lay_on(cloth, points, Side.FRONT, lift_m=0.006), faces, _FRAME))
    return parts
