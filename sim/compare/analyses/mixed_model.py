"""The mixed model of log times: phase, difficulty, order and device are held apart, each person has their own level."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize

from sim.compare.analyses.censored_model import fit_censored
from sim.compare.analyses.model_design import ModelDesign, make_model_design
from sim.compare.analyses.model_fit import ModelFit
from sim.compare.analyses.pairs import pick_with_drills
from sim.compare.statistics.result import LEVEL, Result
from sim.compare.statistics.t_result import make_nothing, make_t_result

FEWEST_PEOPLE = 8
FEWEST_DRILLS = 2
METHOD = (
    "mixed model of log time on phase, difficulty, log drill number and device, with a level for each person; {how}; "
    "the larger of the model's and the person-robust error; t interval on people - 1 degrees of freedom"
)
REML = "restricted maximum likelihood"
CENSORED = "maximum likelihood, time-outs known only to be above the limit"
LARGEST_RATIO = 30.0
FloatArray = npt.NDArray[np.float64]


def compute_mixed_model(rows: pd.DataFrame, *, level: float = LEVEL) -> Result | None:
    """Return the ratio of times after to before at equal difficulty, order and device; None where there are too few.

    log(time) = phase + difficulty + log(drill number) + device + level of the person + rest, the last two normal. It
    needs `FEWEST_PEOPLE` people with `FEWEST_DRILLS` drills in each phase; only they enter. What the table does not
    hold, or what never varies, is left out of the model and named in the warnings.

    Without time-outs it is the linear mixed model by REML, as lme4 fits it (Bates et al. 2015,
    doi:10.18637/jss.v067.i01). With time-outs it is the same model with those times known only to be above the limit,
    by maximum likelihood and adaptive quadrature: neither left out nor counted as the limit, either of which would
    flatter the slower phase. It gives no number where it did not converge, or where phase cannot be told apart from
    device, difficulty or order.

    The model lets everybody change by the same factor; since people do not, the error is the larger of the model's and
    the one that adds up each person's score, times people / (people - 1).

    Args:
        rows: comparable attempts before and after, as `check_design` leaves them.
        level: coverage of the interval.
    """
    enough = pick_with_drills(rows, fewest=FEWEST_DRILLS)
    if enough["person_id"].nunique() < FEWEST_PEOPLE:
        return None
    design = make_model_design(enough)
    censored = int((~design.finished).sum())
    method = METHOD.format(how=CENSORED if censored else REML)
    settings: dict[str, float | int | str] = {
        "drills": len(design.log_time),
        "timed_out": censored,
        "terms": ", ".join(design.names),
        "level": level,
    }
    if not design.is_phase_apart:
        return make_nothing(
            method=method,
            n=design.people,
            settings=settings,
            warning="No number: before and after cannot be told apart from the device, the difficulty or the order of "
            "the drills.",
        )
    fit = fit_censored(design) if censored else fit_reml(design)
    if fit is None:
        return make_nothing(
            method=method,
            n=design.people,
            settings=settings,
            warning="No number: the model did not settle on one for these times.",
        )
    return make_t_result(
        estimate=float(fit.slope[1]),
        error=max(fit.model_error, fit.robust_error),
        degrees=design.people - 1,
        n=design.people,
        method=method,
        is_log=True,
        settings={
            **settings,
            "log_ratio": float(fit.slope[1]),
            "model_error": fit.model_error,
            "robust_error": fit.robust_error,
            "person_sd": fit.person_sd,
            "rest_sd": fit.rest_sd,
        },
        warnings=design.warnings,
        level=level,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """Sums within people, from which every profile of the likelihood is computed: (people,), (people, p)."""

    count: FloatArray
    columns: FloatArray
    time: FloatArray
    cross: FloatArray
    response: FloatArray
    square: float


def fit_reml(design: ModelDesign) -> ModelFit | None:
    """Fit the model without time-outs by REML, profiled over the ratio of the person's spread to the rest's.

    With V = I + ratio**2 J in each person, V^-1 = I - ratio**2 / (1 + n ratio**2) J, so only sums within people count.
    """
    sums = _sum_within(design)
    found = optimize.minimize_scalar(
        lambda ratio: _criterion(design, sums, ratio),
        bounds=(0.0, LARGEST_RATIO),
        method="bounded",
        options={"xatol": 1e-9},
    )
    ratio = float(found.x)
    if _criterion(design, sums, 0.0) <= _criterion(design, sums, ratio):
        ratio = 0.0
    if not found.success or ratio > 0.99 * LARGEST_RATIO:
        return None
    matrix, slope, variance = _solve(design, sums, ratio)
    if not variance > 0.0:
        return None
    inverse = np.linalg.inv(matrix)
    residual = design.log_time - design.columns @ slope
    mean_part = ratio**2 / (1.0 + sums.count * ratio**2)
    total = np.bincount(design.person, weights=residual, minlength=design.people)
    weighted = residual - (mean_part * total)[design.person]
    score = np.column_stack(
        [np.bincount(design.person, weights=column * weighted, minlength=design.people) for column in design.columns.T]
    )
    people = design.people
    robust = inverse @ (score.T @ score) @ inverse * people / (people - 1)
    return ModelFit(
        slope=slope,
        model_error=float(np.sqrt(variance * inverse[1, 1])),
        robust_error=float(np.sqrt(robust[1, 1])),
        person_sd=ratio * float(np.sqrt(variance)),
        rest_sd=float(np.sqrt(variance)),
    )


def _sum_within(design: ModelDesign) -> _Sums:
    def add(values: FloatArray) -> FloatArray:
        return np.asarray(np.bincount(design.person, weights=values, minlength=design.people), dtype=np.float64)

    return _Sums(
        count=add(np.ones(len(design.log_time))),
        columns=np.column_stack([add(column) for column in design.columns.T]),
        time=add(design.log_time),
        cross=design.columns.T @ design.columns,
        response=design.columns.T @ design.log_time,
        square=float(design.log_time @ design.log_time),
    )


def _solve(design: ModelDesign, sums: _Sums, ratio: float) -> tuple[FloatArray, FloatArray, float]:
    """Return X' V^-1 X, the slopes and the REML variance of the rest at one ratio of spreads."""
    taken = ratio**2 / (1.0 + sums.count * ratio**2)
    matrix = sums.cross - (sums.columns * taken[:, None]).T @ sums.columns
    right = sums.response - sums.columns.T @ (taken * sums.time)
    slope = np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
    left = sums.square - float((taken * sums.time**2).sum()) - float(slope @ right)
    return matrix, slope, float(left) / (len(design.log_time) - design.columns.shape[1])


def _criterion(design: ModelDesign, sums: _Sums, ratio: float) -> float:
    """Return -2 log restricted likelihood, up to a constant."""
    matrix, _, variance = _solve(design, sums, ratio)
    free = len(design.log_time) - design.columns.shape[1]
    return float(
        free * np.log(max(variance, 1e-300)) + np.linalg.slogdet(matrix)[1] + np.log1p(sums.count * ratio**2).sum()
    )
