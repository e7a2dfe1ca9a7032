"""Cox regression of finishing on the phase, stratified by person: every drill counts, each beside their own."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.compare.statistics.result import LEVEL, Result
from sim.compare.statistics.survival import Durations
from sim.compare.statistics.t_result import make_nothing, make_t_result

METHOD = (
    "Cox regression on phase, stratified by person, all drills; ties by Efron; the larger of the model's and the "
    "person-robust error; t interval on people - 1 degrees of freedom"
)
MOST_STEPS = 60
CLOSE = 1e-12
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """The partial likelihood of one 0/1 covariate: drills finished after times b, less sum of log(low + high e^b)."""

    # low, high: what is at risk before and after in each term, (t,)
    low: FloatArray
    high: FloatArray
    person: IntArray  # whose term, (t,)
    finished_after: FloatArray  # how many after drills each person finished, (people,)


def compute_hazard_ratio(before: Durations, after: Durations, *, level: float = LEVEL) -> Result:
    """Return how much sooner drills are finished after than before: above 1 is sooner.

    At any moment, a drill after that is still running is finished within the next instant this many times as readily as
    a drill of the same person before (Cox 1972, doi:10.1111/j.2517-6161.1972.tb00899.x). Ties by Efron (1977,
    doi:10.1080/01621459.1977.10480613). The error is the larger of the model's and the robust one that adds up each
    person's score (Lin and Wei 1989, doi:10.1080/01621459.1989.10478874), the latter times people / (people - 1), both
    over the people who tell something: someone who never finished, or whose drills never overlap while both are at
    risk, tells nothing.

    Where the data put no bound on the ratio (in every person the drills of one phase ended first), the likelihood
    rises for ever: no number is given, only in words the bound on the side that the data do limit, by profile
    likelihood. The ratio is not a ratio of times, and it assumes to be the same at all times.

    Worked: one drill each before and after, five of six people sooner after: ratio 5 / 1 = 5, error of its logarithm
    sqrt(1 / 5 + 1 / 1) = 1.0954.
    """
    if before.people != after.people:
        raise ValueError("both phases must hold the same people")
    terms = _list_terms(before, after)
    told = np.unique(terms.person)
    people = len(told)
    finished = (int(before.finished.sum()), int(after.finished.sum()))
    settings = {
        "people": before.people,
        "drills": len(before.finished) + len(after.finished),
        "finished_before": finished[0],
        "finished_after": finished[1],
        "level": level,
    }
    if not people:
        return make_nothing(
            method=METHOD,
            n=0,
            settings=settings,
            warning="No hazard ratio: nobody finished a drill of one phase in a time at which one of the other phase "
            "was still running.",
        )
    total = float(terms.finished_after[told].sum())
    if _score(terms, total, np.inf) >= 0.0 or _score(terms, total, -np.inf) <= 0.0:
        return _say_unbounded(terms, total, settings=settings, people=people, level=level)
    slope = _solve(terms, total)
    share = terms.high / (terms.high + terms.low * np.exp(-slope))
    information = float((share * (1.0 - share)).sum())
    score = terms.finished_after - np.bincount(terms.person, weights=share, minlength=before.people)
    model = 1.0 / float(np.sqrt(information))
    plain = float(np.sqrt(np.square(score[told]).sum())) / information
    robust = plain * float(np.sqrt(people / (people - 1))) if people > 1 else 0.0
    return make_t_result(
        estimate=slope,
        error=max(model, robust),
        degrees=people - 1,
        n=people,
        method=METHOD,
        is_log=True,
        settings={**settings, "log_ratio": slope, "model_error": model, "robust_error": robust},
        level=level,
    )


def _list_terms(before: Durations, after: Durations) -> _Terms:
    """List Efron's terms of all people at once; only those in which both phases are at risk tell anything.

    With d drills of one person finished at the same time, the l-th of their d terms takes l / d of them from the risk
    set, before and after alike.
    """
    time = np.concatenate((before.duration_s, after.duration_s))
    finished = np.concatenate((before.finished, after.finished))
    person = np.concatenate((before.person, after.person))
    is_after = np.concatenate((np.zeros(len(before.person)), np.ones(len(after.person))))
    order = np.lexsort((-time, person))
    time, finished, person, is_after = time[order], finished[order], person[order], is_after[order]
    # moments: the runs of one person and one time, longest first, so that running counts are the risk sets
    starts = np.flatnonzero(np.concatenate(([True], (np.diff(person) != 0) | (np.diff(time) != 0))))
    ends = np.concatenate((starts[1:], [len(time)]))
    first = np.searchsorted(person, person[starts], side="left")

    def count(flags: FloatArray, since: IntArray) -> FloatArray:
        summed = np.concatenate(([0.0], np.cumsum(flags)))
        return np.asarray(summed[ends] - summed[since])

    risk_high, risk_low = count(is_after, first), count(1.0 - is_after, first)
    done_high, done_low = count(is_after * finished, starts), count((1.0 - is_after) * finished, starts)
    done = (done_high + done_low).astype(np.int64)
    moment = np.repeat(np.arange(len(starts)), done)
    number = np.arange(len(moment)) - np.repeat(np.cumsum(done) - done, done)
    taken = number / done[moment]
    low = risk_low[moment] - taken * done_low[moment]
    high = risk_high[moment] - taken * done_high[moment]
    tells = (low > CLOSE) & (high > CLOSE)
    # a term with only after drills at risk always counts 1 of them as finished: it cancels out of the score
    owner = person[starts][moment]
    finished_after = np.bincount(person, weights=is_after * finished, minlength=before.people)
    sure = np.bincount(owner[low <= CLOSE], minlength=before.people)
    return _Terms(
        low=low[tells],
        high=high[tells],
        person=owner[tells],
        finished_after=np.asarray(finished_after - sure, dtype=np.float64),
    )


def _score(terms: _Terms, total: float, slope: float) -> float:
    """Return the derivative of the log partial likelihood by the slope; exact in both limits."""
    if np.isinf(slope):
        return round(total - (len(terms.low) if slope > 0 else 0), 9)
    return total - float(special.expit(slope + np.log(terms.high) - np.log(terms.low)).sum())


def _solve(terms: _Terms, total: float) -> float:
    """Return where the score is 0: Newton steps, or halving where one leaves the bracket."""
    offset = np.log(terms.high) - np.log(terms.low)
    low, high, slope = -40.0, 40.0, 0.0
    for _ in range(MOST_STEPS):
        share = special.expit(slope + offset)
        score = total - float(share.sum())
        low, high = (slope, high) if score > 0 else (low, slope)
        step = slope + score / max(float((share * (1.0 - share)).sum()), 1e-300)
        moved = step if low < step < high else (low + high) / 2.0
        if abs(moved - slope) < CLOSE:
            return moved
        slope = moved
    return slope


def _say_unbounded(
    terms: _Terms, total: float, *, settings: dict[str, float | int], people: int, level: float
) -> Result:
    """Return no number, and the bound that the profile likelihood gives on the other side."""
    rises = _score(terms, total, np.inf) >= 0.0
    sign = 1.0 if rises else -1.0
    offset = np.log(terms.high) - np.log(terms.low)

    def lack(slope: float) -> float:
        # log likelihood less its limit: with every term decided one way, that limit is 0
        return float(np.logaddexp(0.0, -sign * (slope + offset)).sum())

    drop = float(special.chdtri(1.0, 1.0 - level)) / 2.0
    near, far = -40.0, 40.0
    for _ in range(200):
        middle = (near + far) / 2.0
        if lack(sign * middle) > drop:
            near = middle
        else:
            far = middle
    bound = float(np.exp(sign * far))
    words = "sooner after" if rises else "sooner before"
    limit = f"at least {bound:.2g}" if rises else f"at most {bound:.2g}"
    return make_nothing(
        method=METHOD,
        n=people,
        settings={**settings, "at_least" if rises else "at_most": bound},
        warning=f"No hazard ratio: every person's drills were finished {words}, so the data set it no limit on that "
        f"side. By profile likelihood it is {limit}.",
    )
