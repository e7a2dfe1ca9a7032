"""What is painted or sewn flat onto the dressed body: faces, logos, pockets, cords, stripes, lanyards."""

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Outfit, Rgb
from sim.crowd.people.wardrobe import OPEN_TOPS
from sim.footage.people.bodies import Body
from sim.footage.people.extra import Clothed, Extra, Side, darken, lay_on, make_extra, make_of, make_ribbon
from sim.footage.people.materials import Material

FloatArray = NDArray[np.float32]

_BADGE: Rgb = (0.70, 0.70, 0.68)
_LANYARD: Rgb = (0.03, 0.06, 0.22)


def make_prints(body: Body, cloth: Clothed, outfit: Outfit, rng: np.random.Generator) -> list[Extra]:
    """Return all flat parts of an outfit and the face."""
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
    """Return the relief of a face: its colors are those of the texture."""
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
