"""Which points to click next, so that a camera's floor becomes surest where people walk.

A greedy A-optimal design (Pukelsheim 2006, chapter 9): of the points that the plan has, take the one that makes the
mean variance of people's places on the floor smallest, then the next.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.site.camera import CameraView
from sim.site.fit import CameraFit, CameraGuess, compute_weights, describe_usual, place

FloatArray = NDArray[np.float64]

_STEPS = np.array([1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-5])
_STEP_M = 1e-3


def suggest_points(
    fit: CameraFit,
    guess: CameraGuess,
    *,
    clicked_m: FloatArray,
    candidates_m: FloatArray,
    walked_m: FloatArray,
    count: int,
) -> tuple[int, ...]:
    """Return the numbers of the candidates to click next, the most useful first."""
    _, spread = describe_usual(guess)
    known = _compute_information(fit, clicked_m).sum(axis=0) + np.diag(
        np.where(np.isfinite(spread), 1 / spread**2, 0.0)
    )
    told = _compute_information(fit, candidates_m)
    moves = _compute_floor_moves(fit, walked_m)
    chosen: list[int] = []
    for _ in range(min(count, len(candidates_m))):
        spreads = np.linalg.inv(known + told)
        variances = np.einsum("mij,njk,mik->n", moves, spreads, moves)
        variances[chosen] = np.inf
        best = int(variances.argmin())
        chosen.append(best)
        known = known + told[best]
    return tuple(chosen)


def _compute_information(fit: CameraFit, site_m: FloatArray) -> FloatArray:
    """Return what each point [n, 3] tells of the eight numbers: [n, 8, 8]."""
    weights = compute_weights(fit.make_view(), site_m)
    whitened = weights @ _compute_moves_px(fit, site_m)
    return np.asarray(np.swapaxes(whitened, 1, 2) @ whitened)


def _compute_moves_px(fit: CameraFit, site_m: FloatArray) -> FloatArray:
    """Return how points [n, 3] move in the picture with each of the eight numbers: [n, 2, 8] pixels a unit."""
    values = fit.values
    pixels, _ = fit.make_view().compute_pixels(site_m)
    columns = []
    for number, step in enumerate(_STEPS):
        moved, _ = place(values - step * np.eye(8)[number], fit.size_wh).compute_pixels(site_m)
        columns.append((pixels - moved) / step)
    return np.stack(columns, axis=2)


def _compute_floor_moves(fit: CameraFit, walked_m: FloatArray) -> FloatArray:
    """Return how the floor points [m, 3] under pixels move with each of the eight numbers: [m, 2, 8] meters a unit."""
    view: CameraView = fit.make_view()
    pixels, _ = view.compute_pixels(walked_m)
    steps: Sequence[FloatArray] = [np.array([_STEP_M, 0.0, 0.0]), np.array([0.0, _STEP_M, 0.0])]
    on_floor = np.stack([(view.compute_pixels(walked_m + step)[0] - pixels) / _STEP_M for step in steps], axis=2)
    return np.asarray(-np.linalg.solve(on_floor, _compute_moves_px(fit, walked_m)))
