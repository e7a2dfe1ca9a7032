"""How hard forms proved to be: the time people took, and an index refined by it once enough have done the drill."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from sim.compare.result import LEVEL, FloatArray, Result, find_quantile

FEWEST = 30
"""Completions from which on observed times refine the index."""
PRIOR_WEIGHT = 30.0
"""Completions that weigh as much as the index itself. Judgment: at `FEWEST` index and observation count the same."""
FEWEST_FORMS = 2
"""One form alone has no scale: its time says nothing about whether it is harder than the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormTimes:
    """What was observed of one form, everybody once, on one console with the same options."""

    form_id: str
    index: float | None  # its difficulty by truth alone; None where there is none, or where it may not be shown
    limit_s: float  # its time limit
    duration_s: FloatArray  # time to submit; the limit for anyone who did not submit inside it, (n,)
    finished: int  # how many submitted inside the limit

    def __post_init__(self) -> None:
        inside = (self.duration_s > 0) & (self.duration_s <= self.limit_s)
        if not (bool(inside.all()) and 0 <= self.finished <= len(self.duration_s)):
            raise ValueError(f"{self.form_id}: times must lie in 0..limit, finished in 0..n")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDifficulty:
    form_id: str
    index: float | None
    n: int  # completions
    finished: int  # of these, inside the limit
    observed: Result | None  # mean time, seconds, counting at most the limit; None without completions
    # the refined index; None below `FEWEST` completions, or without an index or another such form
    measured: Result | None


def compute_form_difficulties(forms: Sequence[FormTimes]) -> tuple[FormDifficulty, ...]:
    """Return each form's observed time and, from 30 completions on, its refined index; in the order given.

    Observed: the mean of the times, each at most the limit. Since nobody is censored before the limit, this is the
    restricted mean of Kaplan and Meier (Royston and Parmar 2013, doi:10.1186/1471-2288-13-152) without any curve. With
    a t interval, cut to 0..limit.

    Refined: c = sum(n * observed) / sum(n * index) over forms with 30 or more is the seconds that an index point takes
    here; observed / c puts a form's time on the scale of the index; the refined index is
    z * observed / c + (1 - z) * index with z = n / (n + 30), a credibility weight (Buehlmann 1967,
    doi:10.1017/S0515036100008989). The interval is that of the observed time on the same scale, times z: it holds c and
    the index for known, so it is rather too narrow. Forms with one limit only are put on one scale.

    Worked: indices 20 and 24, limit 600 s, 30 people each, means 200 s and 264 s. c = (200 + 264) / (20 + 24) =
    10.5455; 200 s are 18.966 points, 264 s are 25.034; z = 0.5: refined 19.483 and 24.517.

    It cannot tell a hard form from slow people: who did which form is not balanced here, and before and after training
    are counted together.
    """
    found = []
    for form in forms:
        n, observed, measured = len(form.duration_s), None, None
        if n:
            observed = _observe(form)
        if observed is not None and form.index is not None and n >= FEWEST:
            enough = [
                (len(each.duration_s), float(each.duration_s.sum()), each.index)
                for each in forms
                if each.limit_s == form.limit_s and each.index is not None and len(each.duration_s) >= FEWEST
            ]
            points = sum(each * index for each, _, index in enough)
            if len(enough) >= FEWEST_FORMS and points > 0:
                scale = float(sum(seconds for _, seconds, _ in enough)) / points
                measured = _refine(observed, index=form.index, scale=scale)
        found.append(
            FormDifficulty(
                form_id=form.form_id,
                index=form.index,
                n=n,
                finished=form.finished,
                observed=observed,
                measured=measured,
            )
        )
    return tuple(found)


def _refine(observed: Result, *, index: float, scale: float) -> Result:
    weight = observed.n / (observed.n + PRIOR_WEIGHT)

    def move(seconds: float) -> float:
        return weight * seconds / scale + (1.0 - weight) * index

    return Result(
        estimate=None if observed.estimate is None else move(observed.estimate),
        interval=None if observed.interval is None else (move(observed.interval[0]), move(observed.interval[1])),
        method="credibility-weighted mean of the observed time, on the scale of the index, and the index",
        n=observed.n,
        settings={"seconds_per_point": scale, "weight": weight, "level": LEVEL},
    )


def _observe(form: FormTimes) -> Result:
    """Return the mean with the interval of a number between 0 and a limit; none at either end, or of one drill.

    The lower end is on the logit of the share of the limit, the upper one on the log, at most the limit.
    """
    n, mean, limit_s = len(form.duration_s), float(form.duration_s.mean()), form.limit_s
    spread = float(form.duration_s.std(ddof=1)) / np.sqrt(n) if n > 1 else 0.0
    interval = None
    if spread > 0 and 0.0 < mean < limit_s:
        half = find_quantile(float(n - 1), LEVEL) * spread
        low = special.logit(mean / limit_s) - half * limit_s / (mean * (limit_s - mean))
        high = mean * float(np.exp(min(half / mean, np.log(limit_s / mean))))
        interval = limit_s * float(special.expit(low)), min(limit_s, high)
    return Result(
        estimate=mean,
        interval=interval,
        method="mean time counting at most the limit; t interval, lower end on the logit, upper end on the log",
        n=n,
        settings={"limit_s": limit_s, "level": LEVEL},
        warnings=() if interval else ("No interval: one drill, or all alike.",),
    )
