"""Fewer faces for people far off: vertices that lie close together are drawn as one of them.

Vertices are clustered on a grid, after J. Rossignac and P. Borrel, "Multi-resolution 3D approximations for rendering
complex scenes" (1993), doi:10.1007/978-3-642-78114-8_29. Each cluster keeps the vertex nearest to its mean, so a coarse
mesh is posed, lit and coloured by rows that the fine one has. Only vertices of one connected part are put together, and
where a part is thin only those that face the same way: straps and fingers keep their width. Edges of clothes are
clustered by themselves and where the bare skin is, so that both sides of a seam end at the same places.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]

CELL_M = 0.03
_FEW_FACES = 32
_THIN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class CoarseMesh:
    """Which vertices of a fine mesh are kept, [k], and the faces [f, 3] between them, numbered within `rows`."""

    rows: NDArray[np.int64]
    faces: IntArray


def coarsen(laid_m: FloatArray, normals: FloatArray, faces: IntArray, *, cell_m: float = CELL_M) -> CoarseMesh:
    count = len(laid_m)
    ends = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    links = sparse.coo_matrix((np.ones(len(ends), dtype=np.int32), (ends[:, 0], ends[:, 1])), shape=(count, count))
    _, part = connected_components(links, directed=False)
    one_way = links.tocsr()
    on_edge = np.asarray(abs(one_way - one_way.T).sum(axis=1)).reshape(-1) > 0
    is_small = np.bincount(part[faces[:, 0]], minlength=int(part.max()) + 1)[part] < _FEW_FACES
    cell = np.floor(laid_m / cell_m).astype(np.int64)
    keys = np.column_stack([part, cell, on_edge, np.where(is_small, np.arange(count), -1)])
    cluster = _number_rows(keys)
    is_thin = ~on_edge & (np.linalg.norm(_compute_means(normals, cluster), axis=1) < _THIN)[cluster]
    side = np.where(is_thin, 1 + (normals > 0) @ np.array([1, 2, 4]), 0)
    kept = _keep_nearest(laid_m, _number_rows(np.column_stack([cluster, side])))
    rows, number = np.unique(kept, return_inverse=True)
    moved = number.reshape(-1)[faces]
    whole = (moved[:, 0] != moved[:, 1]) & (moved[:, 1] != moved[:, 2]) & (moved[:, 2] != moved[:, 0])
    return CoarseMesh(rows=rows, faces=np.ascontiguousarray(moved[whole], dtype=np.int32))


def _number_rows(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return numbers [v] from 0 that are the same for equal rows [v, k]."""
    order = np.lexsort(keys.T)
    is_new = (np.diff(keys[order], axis=0) != 0).any(axis=1)
    numbers = np.empty(len(keys), dtype=np.int64)
    numbers[order] = np.concatenate([[0], np.cumsum(is_new)])
    return numbers


def _keep_nearest(points_m: FloatArray, cluster: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each point [v, 3] the number of the one that stands for its cluster [v], nearest to its mean."""
    off = ((points_m - _compute_means(points_m, cluster)[cluster]) ** 2).sum(axis=1).round(9)
    order = np.lexsort((off, cluster))
    first = order[np.concatenate([[0], np.cumsum(np.bincount(cluster))[:-1]])]
    return np.asarray(first[cluster])


def _compute_means(values: FloatArray, cluster: NDArray[np.int64]) -> NDArray[np.float64]:
    size = np.bincount(cluster)
    return np.stack([np.bincount(cluster, values[:, k]) / size for k in range(values.shape[1])], axis=1)
