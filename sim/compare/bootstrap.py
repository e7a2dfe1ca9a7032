"""BCa bootstrap interval of the Hodges-Lehmann difference, shown beside the exact one, which decides."""

import warnings as python_warnings

import numpy as np
import numpy.typing as npt
from scipy import stats

from sim.compare.accuracy import ROUNDING, list_pairs
from sim.compare.result import LEVEL, Result
from sim.compare.t_result import make_nothing

FloatArray = npt.NDArray[np.float64]

METHOD = "Hodges-Lehmann median of paired differences, after - before; BCa bootstrap interval over people, seeded"
RESAMPLES = 2_000
MOST_PEOPLE = 30
"""Above, nothing speaks for the bootstrap any more, and every resample would need n (n + 1) / 2 averages."""
FEWEST_PEOPLE = 3


def compute_bootstrap_difference(
    before: FloatArray, after: FloatArray, *, rng: np.random.Generator, resamples: int = RESAMPLES, level: float = LEVEL
) -> Result:
    """Return the typical difference after - before with a bias-corrected and accelerated interval (Efron 1987).

    doi:10.1080/01621459.1987.10478410. People are drawn with replacement. With six to twelve people it covers less
    than it says (`docs/validity.md` gives by how much), which is why it decides nothing and has no p. The differences
    are put in order first, so that the names of people do not matter.

    Args:
        before: one value a person, (n,).
        after: the same, in the same order of people.
        rng: where the resamples come from.
        resamples: how many.
        level: coverage that is asked for.
    """
    n = len(before)
    settings = {"level": level, "resamples": resamples}
    difference = np.sort(np.round(after - before, ROUNDING))
    if not n:
        return make_nothing(method=METHOD, n=0, settings=settings, warning="Nobody has this measure in both phases.")
    if n > MOST_PEOPLE:
        return make_nothing(
            method=METHOD,
            n=n,
            settings=settings,
            warning=f"Not computed for more than {MOST_PEOPLE} people; the interval beside it covers as it says there.",
        )
    estimate = float(compute_centre(difference))
    interval = None
    if n >= FEWEST_PEOPLE and difference[0] != difference[-1]:
        with python_warnings.catch_warnings():
            # resamples that are all alike: scipy then gives NaN, which is told below
            python_warnings.simplefilter("ignore")
            found = stats.bootstrap(
                (difference,),
                compute_centre,
                n_resamples=resamples,
                vectorized=True,
                confidence_level=level,
                method="BCa",
                rng=rng,
            ).confidence_interval
        if np.isfinite([found.low, found.high]).all() and found.low <= estimate <= found.high:
            interval = (float(found.low), float(found.high))
    return Result(
        estimate=estimate,
        interval=interval,
        p=None,
        method=METHOD,
        n=n,
        settings=settings,
        warnings=() if interval else ("No bootstrap interval: too few people, or too many alike.",),
    )


def compute_centre(difference: FloatArray, axis: int = -1) -> FloatArray:
    """Return the median of the Walsh averages along the last axis, (..., n) to (...)."""
    if axis not in (-1, difference.ndim - 1):
        raise ValueError("only along the last axis")
    rows, columns = list_pairs(difference.shape[-1])
    return np.asarray(np.median((difference[..., rows] + difference[..., columns]) / 2.0, axis=-1))
