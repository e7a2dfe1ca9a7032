"""How the people of a simulated team and their drills are, with what may be odd about them."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from scipy import special

from sim.services.comparison.team_model import (
    ACCURACY_DRILL,
    ACCURACY_MEAN,
    ACCURACY_PERSON,
    CHANGE_SPREAD,
    FORM_SPREAD,
    PERFECT,
    PERSON_SPREAD,
    SPEED_LINK,
    TIMED_OUT,
    USUAL_SPREAD,
)
from tools.validity.attempt_arrays import LIMIT_S, AttemptArrays, FloatArray

SHORTEST_S = 20.0
"""No simulated drill is handed in sooner; heavy tails would else reach seconds in which nobody can search."""
MEASURE_SPREAD = 0.06
"""How far recall and precision of one drill lie from its IDF1. An assumption."""
WRONG_S = 10.0
"""Mean seconds of other people claimed in a drill with an IDF1 of 0.5; less where it is more. An assumption."""


class Tail(Enum):
    """How drills of one person vary: the form of the distribution, always with the same median distance."""

    NORMAL = "normal"
    HEAVY = "t with 2 degrees of freedom"
    SKEWED = "exponential: many a little quick, some very slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nature:
    """What is drawn."""

    people: int  # how many
    # before, after: drills of each person in each phase
    before: int = 2
    after: int = 2
    tail: Tail = Tail.NORMAL  # how drills of one person vary
    # spread_before, spread_after: from drill to drill of one person, the differences of forms included, log seconds
    spread_before: float = USUAL_SPREAD
    spread_after: float = USUAL_SPREAD
    cut: float = 0.0  # share by which times are cut after; below 0 they get longer
    change_spread: float = CHANGE_SPREAD  # how differently people change, log seconds
    practice: float = 0.0  # power by which times fall with the number of a drill
    timed_out: float = TIMED_OUT  # share of first drills that reach the limit, above 0
    # the forms after are others than those before, for everybody; else forms go round in a Latin square
    own_forms: bool = False
    easier: float = 0.0  # share by which the forms after are easier; only with `own_forms`
    form_spread: float = FORM_SPREAD  # between forms, log seconds, less than the spreads


def draw_attempts(nature: Nature, rng: np.random.Generator) -> AttemptArrays:
    """Return the attempts of a team drawn from the model of `team_model.draw_team`, with its oddities.

    Attempts stand in the order of people, then of drills. Accuracy never changes: neither training nor practice
    touches it, but a slow drill is a less accurate one.
    """
    drills = nature.before + nature.after
    shape = (nature.people, drills)
    number = np.arange(1, drills + 1)
    is_after = number > nature.before
    spread = np.where(is_after, nature.spread_after, nature.spread_before)
    rest_spread = np.sqrt(spread**2 - nature.form_spread**2)
    total = float(np.sqrt(PERSON_SPREAD**2 + nature.spread_before**2))
    level = float(special.ndtri(nature.timed_out)) * total
    person = rng.normal(0.0, PERSON_SPREAD, nature.people)[:, None]
    change = np.log1p(-nature.cut) + nature.change_spread * rng.normal(size=nature.people)[:, None]
    rest = _draw_rest(nature.tail, shape, rng)
    # with forms of its own each phase has a square of its own
    turned = np.arange(nature.people)[:, None] + number[None, :]
    form = turned % drills
    if nature.own_forms:
        form = np.where(is_after, nature.before + turned % nature.after, turned % nature.before)
    forms = rng.normal(0.0, nature.form_spread, drills) + np.log1p(-nature.easier) * is_after
    log_time = level + person + forms[form] + rest_spread * rest - nature.practice * np.log(number) + is_after * change
    skill = rng.normal(0.0, ACCURACY_PERSON, nature.people)[:, None]
    link = np.clip(rest, -3.0, 3.0)
    noise = SPEED_LINK * link + np.sqrt(1.0 - SPEED_LINK**2) * rng.normal(size=shape)
    idf1 = special.expit(ACCURACY_MEAN + skill + ACCURACY_DRILL * noise).ravel()
    flat = log_time.ravel()
    return AttemptArrays(
        person=np.repeat(np.arange(nature.people, dtype=np.int64), drills),
        is_after=np.tile(is_after, nature.people),
        number=np.tile(number, nature.people).astype(np.float64),
        form=form.ravel(),
        elapsed_s=np.round(np.maximum(LIMIT_S * np.exp(np.minimum(flat, 0.0)), SHORTEST_S), 2),
        finished=flat < 0.0,
        accuracy=_measure(idf1, rng),
    )


def _draw_rest(tail: Tail, shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    """Return what is left of log times, scaled so that the median distance from the middle is that of a normal."""
    if tail is Tail.HEAVY:
        # quartiles of t(2) lie at sqrt(2 / 3), those of the normal at 0.6745
        return np.asarray(rng.standard_t(2, size=shape) * 0.6745 / np.sqrt(2.0 / 3.0), dtype=np.float64)
    if tail is Tail.SKEWED:
        # distance of the quartiles of an exponential: log 3; of the normal: 2 times 0.6745
        return np.asarray((rng.exponential(size=shape) - np.log(2.0)) * 2.0 * 0.6745 / np.log(3.0), dtype=np.float64)
    return rng.normal(size=shape)


def _measure(idf1: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return the four measures of drills with this IDF1, (m, 4)."""
    near = np.clip(idf1[:, None] + rng.normal(0.0, MEASURE_SPREAD, (len(idf1), 2)), 0.0, 1.0)
    shares = np.column_stack([idf1, near])
    shares = np.where(shares > PERFECT, 1.0, np.round(shares, 3))
    wrong_s = np.round(rng.exponential(2.0 * WRONG_S * (1.0 - shares[:, 0]) + 1e-9), 2)
    return np.column_stack([shares, wrong_s])
