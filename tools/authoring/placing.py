"""Setting posed bodies on the ground: how each phase of a cycle is shifted, and how far a cycle carries."""

import numpy as np
from numpy.typing import NDArray

from tools.authoring.gait import RUN_STANCE

FloatArray = NDArray[np.float64]

_GRAVITY_M_S2 = 9.81
_RUN_CYCLE_S = 0.72


def stand_on_ground(vertices_m: FloatArray) -> FloatArray:
    """Return the shift [pose, 3] that brings the lowest vertex of every pose [pose, v, 3] to the ground."""
    shifts = np.zeros((len(vertices_m), 3))
    shifts[:, 2] = -vertices_m[..., 2].min(axis=1)
    return shifts


def anchor_walk(vertices_m: FloatArray, *, contact_m: float) -> tuple[FloatArray, float]:
    """Return shifts [phase, 3] so that feet on the floor move by equal steps, and the stride.

    Args:
        vertices_m: [phase, v, 3], body axes (x forward), not yet on the ground.
        contact_m: vertices below this height in two neighboring phases touch the floor.

    Returns:
        The shifts, and the distance in meters walked in one cycle: with the phase advanced by distance / stride, soles
        stay where they are.
    """
    shifts = stand_on_ground(vertices_m)
    walk = vertices_m + shifts[:, None]
    count = len(walk)
    moves = np.array([_measure_move(walk[i], walk[(i + 1) % count], contact_m) for i in range(count)])
    stride = -float(moves.sum())
    shifts[:, 0] = _level(np.concatenate([[0.0], np.cumsum(-stride / count - moves)[:-1]]))
    return shifts, stride


def anchor_run(vertices_m: FloatArray, *, contact_m: float) -> tuple[FloatArray, float]:
    """Return shifts [phase, 3] and the stride of a run: on the ground while a foot bears, in free fall between.

    As `anchor_walk`, but only phases with a foot down count; between them the body flies on a parabola.
    """
    count = len(vertices_m)
    phase = np.arange(count) / count
    bears = (phase % 0.5) < RUN_STANCE
    grounded = stand_on_ground(vertices_m)
    run = vertices_m + grounded[:, None]
    pairs = [i for i in range(count) if bears[i] and bears[(i + 1) % count]]
    moves = {i: _measure_move(run[i], run[(i + 1) % count], contact_m) for i in pairs}
    step = -float(np.mean(list(moves.values())))
    slips = np.array([-step - moves.get(i, -step) for i in range(count)])
    slips -= slips.mean()
    shifts = np.zeros((count, 3))
    shifts[:, 0] = _level(np.concatenate([[0.0], np.cumsum(slips)[:-1]]))
    down = np.flatnonzero(bears)
    height = np.interp(phase, phase[down], grounded[down, 2], period=1.0)
    flight = 0.5 - RUN_STANCE
    share = np.clip(((phase % 0.5) - RUN_STANCE) / flight, 0, 1)
    height += 0.5 * _GRAVITY_M_S2 * (flight * _RUN_CYCLE_S) ** 2 * share * (1 - share)
    shifts[:, 2] = np.maximum(height, grounded[:, 2])
    return shifts, step * count


def _measure_move(now: FloatArray, after: FloatArray, contact_m: float) -> float:
    touching = np.minimum(contact_m - now[:, 2], contact_m - after[:, 2]).clip(0)
    if touching.sum() == 0:
        return float("nan")
    return float((touching * (after[:, 0] - now[:, 0])).sum() / touching.sum())


def _level(shift: FloatArray) -> FloatArray:
    return np.asarray(shift - shift.mean())
