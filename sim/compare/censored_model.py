"""The mixed model of log times when drills timed out: those times are known only to be above the limit."""

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from sim.compare.model_design import ModelDesign
from sim.compare.model_fit import ModelFit

NODES = 15
MODE_STEPS = 20
MODE_CLOSE = 1e-10
SMALLEST_SD = 1e-3
POLISH_STEPS = 8
CLOSE = 1e-8
FloatArray = npt.NDArray[np.float64]


def fit_censored(design: ModelDesign) -> ModelFit | None:
    """Fit by maximum likelihood with adaptive Gauss-Hermite quadrature; None where it does not converge.

    A finished drill adds the normal density of its log time, a time-out the probability of a longer one; the level of
    the person is integrated out around its mode with `NODES` points (Pinheiro and Bates 1995,
    doi:10.1080/10618600.1995.10474663). The errors come from the curvature at the maximum, by differences of the exact
    slope. With a spread between people of next to nothing, that spread is held at it.

    Newton steps at the end find the maximum to more digits than a quasi-Newton search leaves.
    Returns None as well when nothing was finished in a phase: the likelihood then rises for ever.
    """
    is_after = design.columns[:, 1] > 0.5
    if not design.finished[is_after].any() or not design.finished[~is_after].any():
        return None
    slope = np.linalg.lstsq(design.columns, design.log_time, rcond=None)[0]
    spread = max(float((design.log_time - design.columns @ slope).std()), 0.05)
    start = np.concatenate((slope, [np.log(spread * 0.8), np.log(spread * 0.6)]))
    width = len(slope)
    floor = np.log(SMALLEST_SD)
    bounds = [(None, None)] * width + [(floor, 3.0), (floor, 3.0)]

    def lose(point: FloatArray) -> tuple[float, FloatArray]:
        value, score = _likelihood(design, point)
        return -value / design.people, -score.sum(axis=0) / design.people

    found = optimize.minimize(
        lose, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 400, "ftol": 1e-14, "gtol": 1e-6}
    )
    point = np.asarray(found.x, dtype=np.float64)
    if not np.isfinite(point).all() or point[width] < floor + 1e-6:
        return None
    held = point[width + 1] < floor + 1e-6
    free = width + 1 if held else width + 2
    curvature = _curvature(design, point, free)
    for _ in range(POLISH_STEPS):
        if np.linalg.eigvalsh(curvature).min() <= 1e-10:
            return None
        step = np.linalg.solve(curvature, _likelihood(design, point)[1].sum(axis=0)[:free])
        if np.abs(step).max() < CLOSE:
            break
        point[:free] += np.clip(step, -0.5, 0.5)
        curvature = _curvature(design, point, free)
    _, score = _likelihood(design, point)
    if np.linalg.eigvalsh(curvature).min() <= 1e-10:
        return None
    step = np.linalg.solve(curvature, score.sum(axis=0)[:free])
    if np.abs(step).max() > 1e-6:
        return None
    inverse = np.linalg.inv(curvature)
    people = design.people
    robust = inverse @ (score[:, :free].T @ score[:, :free]) @ inverse * people / (people - 1)
    return ModelFit(
        slope=point[:width],
        model_error=float(np.sqrt(inverse[1, 1])),
        robust_error=float(np.sqrt(robust[1, 1])),
        person_sd=0.0 if held else float(np.exp(point[width + 1])),
        rest_sd=float(np.exp(point[width])),
    )


def _curvature(design: ModelDesign, point: FloatArray, free: int) -> FloatArray:
    """Return minus the second derivative of the log likelihood, (free, free), by central differences of its slope."""
    rows = []
    for index in range(free):
        step = np.zeros(len(point))
        step[index] = 1e-5
        high, low = (_likelihood(design, point + way * step)[1].sum(axis=0) for way in (1.0, -1.0))
        rows.append((low - high)[:free] / 2e-5)
    matrix = np.array(rows)
    return np.asarray((matrix + matrix.T) / 2.0)


def _likelihood(design: ModelDesign, point: FloatArray) -> tuple[float, FloatArray]:
    """Return the log likelihood, and its derivative by every parameter for each person, (people, p + 2).

    Parameters: the slopes, log spread of the rest, log spread between people. The derivative is the mean, over the
    level of the person given their drills, of the derivative with that level known (Louis 1982).
    """
    width = design.columns.shape[1]
    rest, between = float(np.exp(point[width])), float(np.exp(point[width + 1]))
    residual = (design.log_time - design.columns @ point[:width]) / rest
    done = design.finished
    person, people = design.person, design.people
    timed_out = np.flatnonzero(~done)
    who = person[timed_out]
    above = residual[timed_out]
    scale = between / rest

    def add(values: FloatArray, to: npt.NDArray[np.int64]) -> FloatArray:
        return np.asarray(np.bincount(to, weights=values, minlength=people), dtype=np.float64)

    count = add(done.astype(np.float64), person)
    first = add(np.where(done, residual, 0.0), person)
    second = float(np.square(residual[done]).sum())
    level, width_s = _find_levels(above, who, count, first, scale)
    nodes, weights = np.polynomial.hermite.hermgauss(NODES)
    at = level[:, None] + np.sqrt(2.0) * width_s[:, None] * nodes[None, :]
    z = above[:, None] - scale * at[who]
    beyond = np.zeros((people, NODES))
    np.add.at(beyond, who, special.log_ndtr(-z))
    inside = -0.5 * at**2 + scale * first[:, None] * at - 0.5 * scale**2 * count[:, None] * at**2 + beyond
    logs = inside + nodes[None, :] ** 2 + np.log(weights)[None, :]
    top = logs.max(axis=1)
    mass = np.exp(logs - top[:, None])
    total = mass.sum(axis=1)
    share = mass / total[:, None]
    integral = top + np.log(total) + np.log(np.sqrt(2.0) * width_s) - 0.5 * np.log(2.0 * np.pi)
    finished = float(count.sum())
    value = float(integral.sum()) - 0.5 * second - finished * (np.log(rest) + 0.5 * np.log(2.0 * np.pi))
    mean = (share * at).sum(axis=1)
    mean_square = (share * at**2).sum(axis=1)
    hazard = _mills(z)
    # each drill's derivative by its mean (in units of 1 / rest), and by log spread of the rest
    pull = np.where(done, residual - scale * mean[person], 0.0)
    pull[timed_out] = (share[who] * hazard).sum(axis=1)
    squares = np.where(
        done, residual**2 - 2.0 * residual * scale * mean[person] + scale**2 * mean_square[person] - 1.0, 0.0
    )
    squares[timed_out] = (share[who] * hazard * z).sum(axis=1)
    score = np.empty((people, width + 2))
    for index in range(width):
        score[:, index] = add(design.columns[:, index] * pull / rest, person)
    score[:, width] = add(squares, person)
    # the level enters as scale * at: its derivative by log spread between people
    by_level = np.where(done, scale * (residual * mean[person] - scale * mean_square[person]), 0.0)
    by_level[timed_out] = scale * (share[who] * hazard * at[who]).sum(axis=1)
    score[:, width + 1] = add(by_level, person)
    return value, score


def _find_levels(
    above: FloatArray, who: npt.NDArray[np.int64], count: FloatArray, first: FloatArray, scale: float
) -> tuple[FloatArray, FloatArray]:
    """Return the mode of each person's level, in units of the spread between people, and its width; by Newton steps."""
    people = len(count)
    level = scale * first / (1.0 + scale**2 * count)
    for _ in range(MODE_STEPS):
        z = above - scale * level[who]
        mills = _mills(z)
        pulled = np.bincount(who, weights=mills, minlength=people)
        bend = 1.0 + scale**2 * (count + np.bincount(who, weights=mills * (mills - z), minlength=people))
        step = np.clip((-level + scale * (first - scale * count * level + pulled)) / bend, -3.0, 3.0)
        if np.abs(step).max() < MODE_CLOSE:
            break
        level = level + step
    return level, 1.0 / np.sqrt(bend)


def _mills(z: FloatArray) -> FloatArray:
    """Return density over upper tail of the standard normal, without overflow far out."""
    return np.asarray(np.exp(-0.5 * z**2 - 0.5 * np.log(2.0 * np.pi) - special.log_ndtr(-z)))
