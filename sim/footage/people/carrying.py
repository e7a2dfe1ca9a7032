"""The left arm of somebody who carries a case or pulls a bag: one held pose, laid over all upright poses of a body."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.footage.people.bodies import Body

FloatArray = NDArray[np.float32]

HAND_BAGS = frozenset({"violin case", "trumpet case", "sports bag"})
PULLED_BAGS = frozenset({"rolling backpack"})
CARRY, PULL = "carry", "pull"
UPRIGHT = ("walk", "run", "up", "down", "stand", "talk", "phone", "locker", "hand_over")
_TRUNK = "spine02"
_ARM_BONES = ("upperarm01.L", "lowerarm01.L", "wrist.L")


def is_carried(pose_name: str) -> bool:
    """Tell whether somebody in this pose keeps what is in the left hand; else it stands on the ground beside."""
    return pose_name.startswith(UPRIGHT)


def hold_bag(body: Body, kind: str) -> Body:
    """Return the body with its left arm held for a bag of this kind in every upright pose, or the body itself."""
    if kind not in HAND_BAGS | PULLED_BAGS:
        return body
    held = body.pose_names.index(CARRY if kind in HAND_BAGS else PULL)
    upright = [i for i, name in enumerate(body.pose_names) if is_carried(name)]
    arm = body.get_part("upper_arm", "forearm", "hand") * (body.rest_m[:, 1] > 0)
    trunk = _to_square(body.get_frames(_TRUNK))
    change = (trunk @ np.linalg.inv(trunk[held]))[upright].astype(np.float32)
    vertices = body.vertices_m.copy()
    moved = np.einsum("pij,vj->pvi", change[:, :3, :3], body.vertices_m[held]) + change[:, None, :3, 3]
    vertices[upright] += arm[None, :, None] * (moved - vertices[upright])
    frames = body.frames.copy()
    bones = [i for i, name in enumerate(body.frame_names) if name in _ARM_BONES or _is_left_finger(name)]
    for bone in bones:
        frames[upright, bone] = (change @ _to_square(body.frames[:, bone])[held])[:, :3]
    return replace(body, vertices_m=vertices, frames=frames)


def _is_left_finger(name: str) -> bool:
    return name.startswith("finger") and name.endswith(".L")


def _to_square(frames: FloatArray) -> NDArray[np.float64]:
    square = np.tile(np.eye(4), (len(frames), 1, 1))
    square[:, :3] = frames
    return square
