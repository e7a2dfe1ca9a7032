"""A person's own walk, mixed of the walks that were baked; see `sim.crowd.people.manner` for who walks how.

The walks are mixed phase by phase in their vertices: a planted foot goes back by stride / phases in each of them, so it
does in the mixture, by the mixed stride; no foot slides in one that slides in none. Bones' turns are mixed likewise and
made rotations again (the nearest, by singular values) about where the bones begin, so that hair stays on the head.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.manner import HURRY
from sim.crowd.people.people import Manner
from sim.footage.people.bodies import Body

FloatArray = NDArray[np.float32]

WALK, STRAP = "walk", "walk_strap"
_TRUNK = "spine02"
_ARM = ("upperarm01.R", "lowerarm01.R", "wrist.R")
_OUT, _BACK = np.deg2rad([22.0, 14.0])
_TO_STRAP = np.array([[np.cos(_BACK), 0, np.sin(_BACK)], [0, 1, 0], [-np.sin(_BACK), 0, np.cos(_BACK)]]) @ np.array(
    [[np.cos(_OUT), np.sin(_OUT), 0], [-np.sin(_OUT), np.cos(_OUT), 0], [0, 0, 1]]
)
"""How the arm that was baked before the chest is turned about the shoulder: outward and back, to where the strap is."""


def walk_as(body: Body, manner: Manner) -> Body:
    """Return the body with the walk, and the hurried walk, of one person; baked manners stay as they are.

    A body that has but one of both walks gets that one.
    """
    rows = list(body.find_cycle(WALK))
    if not manner.shares and not manner.holds_strap:
        return body
    vertices, frames, strides = body.vertices_m.copy(), body.frames.copy(), dict(body.strides_m)
    base_m, base_frames = body.vertices_m[rows], body.frames[rows]
    moved_m, moved_frames = np.zeros_like(base_m), np.zeros_like(base_frames)
    for name, share in manner.shares:
        own = list(body.find_cycle(name))
        moved_m += np.float32(share) * (body.vertices_m[own] - base_m)
        moved_frames += np.float32(share) * (body.frames[own] - base_frames)
    for name in (WALK, HURRY):
        own = list(body.find_cycle(name))
        if not own:
            continue
        vertices[own] = body.vertices_m[own] + moved_m
        frames[own] = _make_rigid(body.frames[own] + moved_frames, body.frame_heads_m)
        share = manner.stride_share if name == WALK else manner.hurry_share
        strides[name] = share * body.strides_m[WALK]
        lowest = vertices[own][..., 2].min(axis=1)
        vertices[own, :, 2] -= lowest[:, None]
        frames[own, :, 2, 3] -= lowest[:, None]
    mixed = replace(body, vertices_m=vertices, frames=frames, strides_m=strides)
    return _hold_strap(mixed) if manner.holds_strap else mixed


def _hold_strap(body: Body) -> Body:
    """Return the body with the right arm held to the strap through both walks, moving with the trunk."""
    vertices, frames = body.vertices_m.copy(), body.frames.copy()
    held = list(body.find_cycle(STRAP))
    arm = body.get_part("upper_arm", "forearm", "hand") * (body.rest_m[:, 1] < 0)
    bones = [
        i
        for i, name in enumerate(body.frame_names)
        if name in _ARM or (name.startswith("finger") and name.endswith(".R"))
    ]
    upper = body.frame_names.index(_ARM[0])
    shoulders = np.einsum("pij,j->pi", body.frames[:, upper, :, :3], body.frame_heads_m[upper])
    shoulders = shoulders + body.frames[:, upper, :, 3]
    for name in (WALK, HURRY):
        rows = list(body.find_cycle(name))
        if not rows:
            continue
        trunk = _to_square(body.get_frames(_TRUNK))
        change = trunk[rows] @ np.linalg.inv(trunk[held]) @ _turn_about(_TO_STRAP, shoulders[held])
        moved = np.einsum("pij,pvj->pvi", change[:, :3, :3], body.vertices_m[held]) + change[:, None, :3, 3]
        vertices[rows] += (arm[None, :, None] * (moved - vertices[rows])).astype(np.float32)
        for bone in bones:
            frames[rows, bone] = (change @ _to_square(body.frames[:, bone])[held])[:, :3]
    return replace(body, vertices_m=vertices, frames=frames)


def _turn_about(turn: NDArray[np.float64], points_m: FloatArray) -> NDArray[np.float64]:
    """Return the motions [n, 4, 4] that turn by a rotation [3, 3] about points [n, 3]."""
    motions = np.tile(np.eye(4), (len(points_m), 1, 1))
    motions[:, :3, :3] = turn
    motions[:, :3, 3] = points_m - points_m @ turn.T
    return motions


def _make_rigid(frames: FloatArray, heads_m: FloatArray) -> FloatArray:
    """Return frames [pose, bone, 3, 4] with the rotation nearest to each turn; bones begin [bone, 3] where they did."""
    left, _, right = np.linalg.svd(frames[..., :3])
    rigid = frames.copy()
    rigid[..., :3] = left @ right
    rigid[..., 3] += np.einsum("pbij,bj->pbi", frames[..., :3] - rigid[..., :3], heads_m)
    return rigid


def _to_square(frames: FloatArray) -> NDArray[np.float64]:
    square = np.tile(np.eye(4), (len(frames), 1, 1))
    square[:, :3] = frames
    return square
