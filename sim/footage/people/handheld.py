"""What is in a hand in some poses only, folded to nothing inside the hand in all others: phones and wands."""

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Role
from sim.footage.people.bodies import Body
from sim.footage.people.extra import Extra, make_extra
from sim.footage.people.mesh_tools import make_rounded_box

_CASE = (0.012, 0.012, 0.014)
_SCREEN = (0.42, 0.50, 0.62)
_POSE = "phone"


def make_handheld(body: Body, role: Role) -> list[Extra]:
    """Return a phone, and the hand-held metal detector that staff screen people with."""
    return [make_phone(body), *([make_wand(body)] if role is Role.STAFF else [])]


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
    """Return a phone that shows its lit side to the eyes."""
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
