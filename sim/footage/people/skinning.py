"""Skin that follows bones: dual quaternion blending, which keeps the girth of bent elbows and knees.

L. Kavan, S. Collins, J. Zara and C. O'Sullivan, "Geometric skinning with approximate dual quaternion blending", ACM
Transactions on Graphics 27(4), 2008, doi:10.1145/1409625.1409627. Quaternions are (w, x, y, z).
"""

import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled

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
    """Return vertices [pose, v, 3] in meters."""
    poses, bones = quaternions.shape[:2]
    sign = np.where(np.einsum("pbk,pk->pb", quaternions, quaternions[:, 0]) < 0, -1.0, 1.0)
    real = quaternions * sign[..., None]
    pure = np.concatenate([np.zeros((poses, bones, 1)), shifts_m], axis=-1)
    dual = 0.5 * multiply(pure, real)
    both = np.concatenate([real, dual], axis=-1).transpose(1, 0, 2).reshape(bones, poses * 8)
    vertices = np.empty((poses, len(rest_m), 3), dtype=np.float32)
    _move_points(rest_m.astype(np.float64), np.asarray(weights @ both).reshape(-1, poses, 8), vertices)
    return vertices


@compiled
def _move_points(rest_m: FloatArray, mixed: FloatArray, vertices: NDArray[np.float32]) -> None:
    """Move points [v, 3] by mixed dual quaternions [v, pose, 8], of any length, into `vertices` [pose, v, 3]."""
    for i in range(len(rest_m)):
        px, py, pz = rest_m[i, 0], rest_m[i, 1], rest_m[i, 2]
        for pose in range(len(vertices)):
            w, x, y, z = mixed[i, pose, 0], mixed[i, pose, 1], mixed[i, pose, 2], mixed[i, pose, 3]
            length = np.sqrt(((w * w + x * x) + y * y) + z * z)
            w, x, y, z = w / length, x / length, y / length, z / length
            e, f = mixed[i, pose, 4] / length, mixed[i, pose, 5] / length
            g, h = mixed[i, pose, 6] / length, mixed[i, pose, 7] / length
            cx, cy, cz = 2 * (y * pz - z * py), 2 * (z * px - x * pz), 2 * (x * py - y * px)
            vertices[pose, i, 0] = px + w * cx + (y * cz - z * cy) + 2 * (f * w - e * x - g * z + h * y)
            vertices[pose, i, 1] = py + w * cy + (z * cx - x * cz) + 2 * (f * z - e * y + g * w - h * x)
            vertices[pose, i, 2] = pz + w * cz + (x * cy - y * cx) + 2 * (g * x - e * z - f * y + h * w)
