"""The inner loops of dressing, compiled: normals, what hangs on bones, what is laid on the body or around the head.

Results are rounded to single precision after each step, in the written order, so they are the same on every machine.
"""

import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]


@compiled
def add_normals(vertices: FloatArray, faces: IntArray, normals: FloatArray) -> None:
    """Compute unit normals of the vertices [pose, v, 3] of faces [f, 3]; `normals`, all 0, gets them."""
    least = np.float32(1e-12)
    for pose in range(len(vertices)):
        at, out = vertices[pose], normals[pose]
        for f in range(len(faces)):
            a, b, c = np.uintp(faces[f, 0]), np.uintp(faces[f, 1]), np.uintp(faces[f, 2])
            ux, uy, uz = at[b, 0] - at[a, 0], at[b, 1] - at[a, 1], at[b, 2] - at[a, 2]
            vx, vy, vz = at[c, 0] - at[a, 0], at[c, 1] - at[a, 1], at[c, 2] - at[a, 2]
            x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
            for corner in (a, b, c):
                out[corner, 0] += x
                out[corner, 1] += y
                out[corner, 2] += z
        for i in range(len(out)):
            x, y, z = out[i, 0], out[i, 1], out[i, 2]
            length = max(np.sqrt((x * x + y * y) + z * z), least)
            out[i, 0], out[i, 1], out[i, 2] = x / length, y / length, z / length


@compiled
def lift_skin(mixed: FloatArray, offset_m: FloatArray, lowest_m: FloatArray, vertices: FloatArray) -> None:
    """Compute vertices [pose, v, 3] that stand off the skin along its normals, and not below the ground."""
    least = np.float32(1e-9)
    for i in range(len(mixed)):
        for pose in range(len(lowest_m)):
            x, y, z = mixed[i, pose, 3], mixed[i, pose, 4], mixed[i, pose, 5]
            length = max(np.sqrt((x * x + y * y) + z * z), least)
            vertices[pose, i, 0] = mixed[i, pose, 0] + x / length * offset_m[i]
            vertices[pose, i, 1] = mixed[i, pose, 1] + y / length * offset_m[i]
            vertices[pose, i, 2] = max(mixed[i, pose, 2] + z / length * offset_m[i], lowest_m[pose])


@compiled
def add_carried(points_m: FloatArray, motion: FloatArray, share: FloatArray, total: FloatArray) -> None:
    """Add a share [v] of points [v, 3], moved by rigid motions [pose, 3, 4], to `total` [pose, v, 3]."""
    for pose in range(len(motion)):
        for i in range(len(points_m)):
            x, y, z = points_m[i, 0], points_m[i, 1], points_m[i, 2]
            for k in range(3):
                turned = (motion[pose, k, 0] * x + motion[pose, k, 1] * y) + motion[pose, k, 2] * z
                total[pose, i, k] += share[i] * (turned + motion[pose, k, 3])


@compiled
def find_laid(
    points_m: FloatArray,
    corners_m: FloatArray,
    across: tuple[int, int],
    axis: int,
    sign: np.float32,
    face: NDArray[np.int64],
    place: FloatArray,
    met: NDArray[np.bool_],
) -> None:
    """Find the face that each point [n, 2] lies on, the nearest to who looks along an axis."""
    flat, low, high = np.float32(1e-10), np.float32(-1e-4), np.float32(1.0002)
    one, two = across
    for n in range(len(points_m)):
        best = np.float32(-np.inf)
        face[n], met[n] = 0, False
        for f in range(len(corners_m)):
            ox, oy = corners_m[f, 0, one], corners_m[f, 0, two]
            bx, by = corners_m[f, 1, one] - ox, corners_m[f, 1, two] - oy
            cx, cy = corners_m[f, 2, one] - ox, corners_m[f, 2, two] - oy
            area = bx * cy - by * cx
            safe = np.float32(np.inf) if abs(area) < flat else area
            sx, sy = points_m[n, 0] - ox, points_m[n, 1] - oy
            u, v = (sx * cy - sy * cx) / safe, (bx * sy - by * sx) / safe
            if f == 0:
                place[n, 0], place[n, 1] = u, v
            if not (abs(area) > flat and u >= low and v >= low and u + v <= high):
                continue
            first = corners_m[f, 0, axis]
            reach = (first + u * (corners_m[f, 1, axis] - first)) + v * (corners_m[f, 2, axis] - first)
            if reach * sign > best:
                best = reach * sign
                face[n], met[n] = f, True
                place[n, 0], place[n, 1] = u, v


@compiled
def find_farthest(
    directions: FloatArray,
    edge1: FloatArray,
    edge2: FloatArray,
    step: FloatArray,
    aslant: FloatArray,
    along: FloatArray,
    farthest: FloatArray,
) -> None:
    """Find the farthest hit of each ray [d, 3] on triangles; `farthest` [d] gets the distance, 0 where none is."""
    flat, least, most, near = np.float32(1e-12), np.float32(-1e-3), np.float32(1.001), np.float32(0.01)
    for d in range(len(directions)):
        x, y, z = directions[d, 0], directions[d, 1], directions[d, 2]
        far = np.float32(0)
        for t in range(len(edge1)):
            px, py = y * edge2[t, 2] - z * edge2[t, 1], z * edge2[t, 0] - x * edge2[t, 2]
            pz = x * edge2[t, 1] - y * edge2[t, 0]
            det = (px * edge1[t, 0] + py * edge1[t, 1]) + pz * edge1[t, 2]
            safe = np.float32(np.inf) if abs(det) < flat else det
            u = ((px * step[t, 0] + py * step[t, 1]) + pz * step[t, 2]) / safe
            v = aslant[d, t] / safe
            distance = along[t] / safe
            if u > least and v > least and u + v < most and distance > near:
                far = max(far, distance)
        farthest[d] = far
