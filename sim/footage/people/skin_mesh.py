"""A body's surface cut along clothes' edges; every vertex is a mean of body vertices, so it follows any pose."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sim.footage.people.bodies import Body

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkinMesh:
    """A surface tied to a body."""

    weights: sparse.csr_matrix  # [v, body vertices] sparse, rows sum to 1
    faces: IntArray
    labels: IntArray  # [f] int32, which piece of clothing each face is

    def compute(self, values: FloatArray) -> FloatArray:
        """Return the values [v, ...] that body values [body vertices, ...] have at this mesh's vertices."""
        flat = values.reshape(len(values), -1)
        return np.asarray(self.weights @ flat, dtype=np.float32).reshape(-1, *values.shape[1:])


def make_skin_mesh(body: Body) -> SkinMesh:
    """Return the whole body as one piece, label 0."""
    count = body.vertices_m.shape[1]
    return SkinMesh(
        weights=sparse.identity(count, dtype=np.float32, format="csr"),
        faces=body.faces,
        labels=np.zeros(len(body.faces), dtype=np.int32),
    )


def cut_mesh(
    mesh: SkinMesh, field: FloatArray, *, label: int, within: Callable[[IntArray], NDArray[np.bool_]] | None = None
) -> SkinMesh:
    """Cut along the zero line of a field and give the positive side a label."""
    value = np.where(np.abs(field) < 1e-6, 1e-6, field)
    allowed = np.ones(len(mesh.faces), dtype=bool) if within is None else within(mesh.labels)
    positive = value[mesh.faces] > 0
    crossing = allowed & (positive.any(axis=1) != positive.all(axis=1))
    labels = np.where(allowed & positive.all(axis=1), label, mesh.labels).astype(np.int32)
    split = mesh.faces[crossing]
    lone = np.where(positive[crossing].sum(axis=1) == 1, positive[crossing].T, ~positive[crossing].T).argmax(axis=0)
    row = np.arange(len(split))
    apex, left, right = (split[row, (lone + k) % 3] for k in range(3))
    edges = np.concatenate([np.stack([apex, left], 1), np.stack([apex, right], 1)])
    edges.sort(axis=1)
    count = mesh.weights.shape[0]
    unique, inverse = np.unique(edges[:, 0].astype(np.int64) * count + edges[:, 1], return_inverse=True)
    first, second = np.divmod(unique, count)
    share = value[first] / (value[first] - value[second])
    made = sparse.diags(1 - share) @ mesh.weights[first] + sparse.diags(share) @ mesh.weights[second]
    on_left, on_right = count + inverse[: len(split)], count + inverse[len(split) :]
    old = mesh.labels[crossing]
    apex_label = np.where(value[apex] > 0, label, old)
    rest_label = np.where(value[apex] > 0, old, label)
    faces = np.concatenate(
        [
            mesh.faces[~crossing],
            np.stack([apex, on_left, on_right], 1),
            np.stack([on_left, left, right], 1),
            np.stack([on_left, right, on_right], 1),
        ]
    )
    return SkinMesh(
        weights=sparse.vstack([mesh.weights, made.astype(np.float32)], format="csr"),
        faces=faces.astype(np.int32),
        labels=np.concatenate([labels[~crossing], apex_label, rest_label, rest_label]).astype(np.int32),
    )


def split_pieces(mesh: SkinMesh) -> tuple[SkinMesh, IntArray]:
    """Give every piece its own vertices along the seams; return the mesh and each vertex's label [v]."""
    count = mesh.weights.shape[0]
    keys = mesh.faces.astype(np.int64) + count * mesh.labels[:, None].astype(np.int64)
    unique, inverse = np.unique(keys, return_inverse=True)
    source, label = unique % count, unique // count
    whole = replace(mesh, weights=mesh.weights[source], faces=inverse.reshape(-1, 3).astype(np.int32))
    return whole, label.astype(np.int32)


def smooth_pieces(mesh: SkinMesh, softness: FloatArray, *, rounds: int = 3) -> SkinMesh:
    """Even out the surface as cloth does, without opening seams or moving boundaries of pieces."""
    count = mesh.weights.shape[0]
    ends = np.concatenate([mesh.faces[:, [0, 1]], mesh.faces[:, [1, 2]], mesh.faces[:, [2, 0]]])
    links = sparse.coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count)).tocsr()
    on_border = np.asarray(abs(links - links.T).sum(axis=1)).reshape(-1) > 0
    both = links + links.T
    both.data = np.ones_like(both.data)
    mean = sparse.diags(1 / np.maximum(np.asarray(both.sum(axis=1)).reshape(-1), 1)) @ both
    rate = np.where(on_border, 0.0, softness)
    step = (sparse.diags(1 - rate) + sparse.diags(rate) @ mean).tocsr()
    weights = mesh.weights
    for _ in range(rounds):
        weights = (step @ weights).tocsr()
    return replace(mesh, weights=weights.astype(np.float32))
