"""Glasses: two dark rims and a bridge laid over the eyes, and temples to the ears."""

import numpy as np

from sim.crowd.people.people import Outfit, Rgb
from sim.footage.people.bodies import Body
from sim.footage.people.extra import Clothed, Extra, Side, lay_on, make_extra, make_ribbon

_FRAME: Rgb = (0.022, 0.018, 0.016)


def make_glasses(body: Body, cloth: Clothed, outfit: Outfit) -> list[Extra]:
    """Return the glasses of those who wear some."""
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
