"""The phone in a hand: there in the pose for it, folded to nothing inside the hand in all others."""

import numpy as np

from sim.footage.bodies import Body
from sim.footage.extra import Extra, make_extra
from sim.footage.mesh_tools import make_rounded_box

_CASE = (0.012, 0.012, 0.014)
_SCREEN = (0.42, 0.50, 0.62)
_POSE = "phone"


def make_phone(body: Body) -> Extra:
    """Return a phone that shows its lit side to the eyes."""
    scale = float(body.rest_m[:, 2].max()) / 1.6
    pose = body.pose_names.index(_POSE)
    hand = (body.get_part("hand") > 0.5) & (body.rest_m[:, 1] < 0)
    held = body.vertices_m[:, hand].mean(axis=1)
    head = body.vertices_m[pose, body.get_part("head") > 0.9].mean(axis=0)
    towards = head - held[pose]
    towards /= np.linalg.norm(towards)
    across = np.cross([0.0, 0.0, 1.0], towards)
    across /= np.linalg.norm(across)
    axes = np.stack([across, np.cross(towards, across), towards])
    box, faces = make_rounded_box((0.0, 0.0, 0.0), (0.037, 0.074, 0.006), power=0.25, rings=7)
    lit = box[:, 2] > 0.004
    vertices = np.repeat(held[:, None], len(box), axis=1)
    middle = held[pose] + (0.026 * towards + 0.024 * axes[1]) * scale
    vertices[pose] = middle + box @ axes
    albedo = np.where(lit[:, None], np.asarray(_SCREEN), np.asarray(_CASE))
    return make_extra(vertices.astype(np.float32), faces, albedo.astype(np.float32))
