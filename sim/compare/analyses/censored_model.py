"""The mixed model of log times when drills timed out: those times are known only to be above the limit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from sim.compare.analyses.model_design import ModelDesign
from sim.compare.analyses.model_fit import ModelFit

NODES = 15
MODE_STEPS = 20
MODE_CLOSE = 1e-10
SMALLEST_SD = 1e-3
POLISH_STEPS = 8
CLOSE = 1e-8
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
_NODES, _WEIGHTS = np.polynomial.hermite.hermgauss(NODES)
_LOG_ROOT = 0.5 * float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drills:
    """The drills as the likelihood needs them: of finished ones only sums within people, of timed out ones each.

    Residuals are those at the slopes `base`, near which the maximum lies, so that little cancels when slopes move.
    """

    base: FloatArray  # slopes, (p,)
    # count, first, square: of each person's finished drills: how many, sum of residuals, of their squares, (people,)
    count: FloatArray
    first: FloatArray
    square: FloatArray
    # columns, product: sum of the columns, and of the columns times the residual, (people, p)
    columns: FloatArray
    product: FloatArray
    cross: FloatArray  # sum of the columns times each other, (people, p, p)
    # late, late_columns: of timed out drills, in the order of people: residual, (t,), and columns, (t, p)
    late: FloatArray
    late_columns: FloatArray
    slow: IntArray  # people with timed out drills, (k,)
    who: IntArray  # whose each timed out drill is, 0..k-1, (t,)
    starts: IntArray  # where each of those people begins among these, (k,)


def fit_censored(design: ModelDesign) -> ModelFit | None:
    """Fit by maximum likelihood with adaptive Gauss-Hermite quadrature; None where it does not converge.

    A finished drill adds the normal density of its log time, a time-out the probability of a longer one; the level of
    the person is integrated out, for who has time-outs around its mode with `NODES` points (Pinheiro and Bates 1995,
    doi:10.1080/10618600.1995.10474663). The errors come from the curvature at the maximum, by differences of the exact
    slope. With a spread between people of next to nothing, that spread is held at it.

    Newton steps at the end find the maximum to more digits than a quasi-Newton search leaves.
    Returns None as well when nothing was finished in a phase: the likelihood then rises for ever.
    """
    is_after = design.columns[:, 1] > 0.5
    if not design.finished[is_after].any() or not design.finished[~is_after].any():
        return None
    slope = np.asarray(np.linalg.lstsq(design.columns, design.log_time, rcond=None)[0], dtype=np.float64)
    spread = max(float((design.log_time - design.columns @ slope).std()), 0.05)
    drills = _sum_drills(design, base=slope)
    start = np.concatenate((slope, [np.log(spread * 0.8), np.log(spread * 0.6)]))
    width = len(slope)
    floor = np.log(SMALLEST_SD)
    bounds = [(None, None)] * width + [(floor, 3.0), (floor, 3.0)]

    def lose(point: FloatArray) -> tuple[float, FloatArray]:
        value, score = _likelihood(drills, point)
        return -value / design.people, -score.sum(axis=0) / design.people

    found = optimize.minimize(
        lose, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 400, "ftol": 1e-14, "gtol": 1e-6}
    )
    point = np.asarray(found.x, dtype=np.float64)
    if not np.isfinite(point).all() or point[width] < floor + 1e-6:
        return None
    held = point[width + 1] < floor + 1e-6
    free = width + 1 if held else width + 2
    curvature = _curvature(drills, point, free)
    for _ in range(POLISH_STEPS):
        if np.linalg.eigvalsh(curvature).min() <= 1e-10:
            return None
        step = np.linalg.solve(curvature, _likelihood(drills, point)[1].sum(axis=0)[:free])
        if np.abs(step).max() < CLOSE:
            break
        point[:free] += np.clip(step, -0.5, 0.5)
        curvature = _curvature(drills, point, free)
    _, score = _likelihood(drills, point)
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


def _curvature(drills: _Drills, point: FloatArray, free: int) -> FloatArray:
    """Return minus the second derivative of the log likelihood, (free, free), by central differences of its slope."""
    rows = []
    for index in range(free):
        step = np.zeros(len(point))
        step[index] = 1e-5
        high, low = (_likelihood(drills, point + way * step)[1].sum(axis=0) for way in (1.0, -1.0))
        rows.append((low - high)[:free] / 2e-5)
    matrix = np.array(rows)
    return np.asarray((matrix + matrix.T) / 2.0)


def _sum_drills(design: ModelDesign, *, base: FloatArray) -> _Drills:
    residual = design.log_time - design.columns @ base
    done = design.finished
    person, people = design.person[done], design.people

    def add(values: FloatArray) -> FloatArray:
        return np.asarray(np.bincount(person, weights=values, minlength=people), dtype=np.float64)

    kept, columns = residual[done], design.columns[done].T
    late = np.flatnonzero(~done)
    late = late[np.argsort(design.person[late], kind="stable")]
    slow, starts, who = np.unique(design.person[late], return_index=True, return_inverse=True)
    return _Drills(
        base=base,
        count=add(np.ones(len(kept))),
        first=add(kept),
        square=add(kept**2),
        columns=np.column_stack([add(column) for column in columns]),
        product=np.column_stack([add(column * kept) for column in columns]),
        cross=np.stack([np.column_stack([add(one * other) for other in columns]) for one in columns], axis=1),
        late=residual[late],
        late_columns=design.columns[late],
        slow=slow,
        who=who.astype(np.int64),
        starts=starts.astype(np.int64),
    )


def _likelihood(drills: _Drills, point: FloatArray) -> tuple[float, FloatArray]:
    """Return the log likelihood, and its derivative by every parameter for each person, (people, p + 2).

    Parameters: the slopes, log spread of the rest, log spread between people. The derivative is the mean, over the
    level of the person given their drills, of the derivative with that level known (Louis 1982).
    """
    width = len(drills.base)
    moved = point[:width] - drills.base
    rest, between = float(np.exp(point[width])), float(np.exp(point[width + 1]))
    scale = between / rest
    count = drills.count
    first = (drills.first - drills.columns @ moved) / rest
    towards = drills.product - drills.cross @ moved
    second = (drills.square - (drills.product + towards) @ moved) / rest**2
    above = (drills.late - drills.late_columns @ moved) / rest
    # of the level of a person who finished every drill all is known in closed form
    bend = 1.0 + scale**2 * count
    mean = scale * first / bend
    mean_square = mean**2 + 1.0 / bend
    integral = 0.5 * scale * first * mean - 0.5 * np.log(bend)
    # of the others by quadrature
    slow, who = drills.slow, drills.who
    level, width_s = _find_levels(above, who, count[slow], first[slow], scale)
    at = level[:, None] + np.sqrt(2.0) * width_s[:, None] * _NODES[None, :]
    z = above[:, None] - scale * at[who]
    tail = special.log_ndtr(-z)
    logs = -0.5 * at**2 + scale * first[slow, None] * at - 0.5 * scale**2 * count[slow, None] * at**2
    logs += np.add.reduceat(tail, drills.starts, axis=0) + _NODES[None, :] ** 2 + np.log(_WEIGHTS)[None, :]
    top = logs.max(axis=1)
    mass = np.exp(logs - top[:, None])
    total = mass.sum(axis=1)
    share = mass / total[:, None]
    integral[slow] = top + np.log(total) + np.log(np.sqrt(2.0) * width_s) - _LOG_ROOT
    value = float(integral.sum()) - 0.5 * float(second.sum()) - float(count.sum()) * (np.log(rest) + _LOG_ROOT)
    mean[slow] = (share * at).sum(axis=1)
    mean_square[slow] = (share * at**2).sum(axis=1)
    # of each timed out drill: its derivative by its mean (in units of 1 / rest), averaged over the level
    hazard = share[who] * np.exp(-0.5 * z**2 - _LOG_ROOT - tail)
    pull = hazard.sum(axis=1)
    score = np.empty((len(count), width + 2))
    score[:, :width] = towards / rest**2 - (scale / rest) * mean[:, None] * drills.columns
    score[:, width] = second - 2.0 * scale * mean * first + (scale**2 * mean_square - 1.0) * count
    # the level enters as scale * at: its derivative by log spread between people
    score[:, width + 1] = scale * (mean * first - scale * mean_square * count)
    late = np.column_stack(
        (
            drills.late_columns * (pull / rest)[:, None],
            (hazard * z).sum(axis=1),
            scale * (hazard * at[who]).sum(axis=1),
        )
    )
    score[slow] += np.add.reduceat(late, drills.starts, axis=0)
    return value, score


def _find_levels(
    above: FloatArray, who: IntArray, count: FloatArray, first: FloatArray, scale: float
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
    return np.asarray(np.exp(-0.5 * z**2 - _LOG_ROOT - special.log_ndtr(-z)))
