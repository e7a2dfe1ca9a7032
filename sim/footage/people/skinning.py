"""Skin that follows bones: dual quaternion blending, which keeps the girth of bent elbows and knees.

L. Kavan, S. Collins, J. Zara and C. O'Sullivan, "Geometric skinning with approximate dual quaternion blending", ACM
Transactions on Graphics 27(4), 2008, doi:10.1145/1409625.1409627. Quaternions are (w, x, y, z).
"""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def multiply(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the product of quaternions [..., 4]."""
    w, x, y, z = np.moveaxis(first, -1, 0)
    a, b, c, d = np.moveaxis(second, -1, 0)
    return np.stack(
        [w * a - x * b - y * c - z * d, w * b + x * a + y * d - z * c, w * c - x * d + y * a + z * b,
         w * d + x * c - y * b + z * a], axis=-1
    )  # fmt: skip


def make_matrices(quaternions: FloatArray) -> FloatArray:
    """Return the rotations [..., 3, 3] of unit quaternions [..., 4]. Worked number: (1, 0, 0, 0) is the identity."""
    w, x, y, z = np.moveaxis(quaternions, -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def compute_quaternions(rotations: FloatArray) -> FloatArray:
    """Return the unit quaternions [..., 4] of rotations [..., 3, 3] (S. W. Shepperd 1978, doi:10.2514/3.55767b)."""
    m = rotations
    trace = np.einsum("...ii->...", m)
    squares = np.stack([trace, m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]], axis=-1)
    best = squares.argmax(axis=-1)
    xy, yz, zx = (m[..., i, j] + m[..., j, i] for i, j in ((0, 1), (1, 2), (2, 0)))
    wx, wy, wz = (m[..., i, j] - m[..., j, i] for i, j in ((2, 1), (0, 2), (1, 0)))
    diagonal = [1 + trace, *(1 - trace + 2 * m[..., k, k] for k in range(3))]
    rows = [
        np.stack([diagonal[0], wx, wy, wz], axis=-1),
        np.stack([wx, diagonal[1], xy, zx], axis=-1),
        np.stack([wy, xy, diagonal[2], yz], axis=-1),
        np.stack([wz, zx, yz, diagonal[3]], axis=-1),
    ]
    chosen = np.take_along_axis(np.stack(rows, axis=-2), best[..., None, None], axis=-2)[..., 0, :]
    return np.asarray(chosen / np.linalg.norm(chosen, axis=-1, keepdims=True))


def pose_vertices(
    rest_m: FloatArray, weights: FloatArray, quaternions: FloatArray, shifts_m: FloatArray
) -> NDArray[np.float32]:
    """Return vertices [pose, v, 3] in metres.

    Args:
        rest_m: [v, 3] of the rest pose.
        weights: [v, bone], rows sum to 1.
        quaternions: [pose, bone, 4], unit: rotation from the rest pose.
        shifts_m: [pose, bone, 3], added after the rotation.
    """
    poses, bones = quaternions.shape[:2]
    sign = np.where(np.einsum("pbk,pk->pb", quaternions, quaternions[:, 0]) < 0, -1.0, 1.0)
    real = quaternions * sign[..., None]
    pure = np.concatenate([np.zeros((poses, bones, 1)), shifts_m], axis=-1)
    dual = 0.5 * multiply(pure, real)
    both = np.concatenate([real, dual], axis=-1).transpose(1, 0, 2).reshape(bones, poses * 8)
    mixed = np.asarray(weights @ both).reshape(-1, poses, 8).transpose(1, 0, 2)
    mixed = mixed / np.linalg.norm(mixed[..., :4], axis=-1, keepdims=True)
    turn, moved = mixed[..., :4], mixed[..., 4:]
    shift = 2 * multiply(moved, turn * np.array([1.0, -1.0, -1.0, -1.0]))[..., 1:]
    points = np.broadcast_to(rest_m, shift.shape)
    axis = turn[..., 1:]
    crossed = 2 * np.cross(axis, points)
    turned = points + turn[..., :1] * crossed + np.cross(axis, crossed)
    return np.asarray(turned + shift, dtype=np.float32)
