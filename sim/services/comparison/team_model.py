"""Simulated teams: how times and accuracy of people and drills are thought to vary. Numbers and sources are here."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.compare.statistics.survival import Durations

FloatArray = npt.NDArray[np.float64]

USUAL_SPREAD = 0.40
"""From drill to drill of one person, log seconds. Times on task in usability studies have a standard deviation of about
half their mean over people and trials (Nielsen 2006, 1,520 measures: 52 %), which is 0.49 on the log scale; the share
between people is taken as a third of that variance."""
PERSON_SPREAD = 0.28
"""Between people, log seconds: 0.49**2 - 0.40**2, rounded."""
FORM_SPREAD = 0.12
"""Between parallel forms, log seconds: what is left when their difficulty index is matched. An assumption."""
CHANGE_SPREAD = 0.10
"""How differently people change, log seconds. An assumption; 0 would make every interval look better than it is."""
PRACTICE_POWER = 0.20
"""Times fall with drill number to the power of minus this: 13 % from the first to the second. Within the 0.1 to 0.6
that Newell and Rosenbloom (1981) report over many tasks."""
TIMED_OUT = 0.10
"""Share of drills before the training that reach the limit: what a limit is for is to be met by most."""
ACCURACY_MEAN = 1.0
"""Logit of IDF1 in a typical drill: 0.73."""
ACCURACY_PERSON = 0.5
ACCURACY_DRILL = 0.8
"""Spread between people and from drill to drill, logits: one drill of one person varies by about 0.15 in IDF1."""
SPEED_LINK = -0.3
"""Correlation of a drill's log time and its accuracy: who loses the trail is slow and wrong in the same drill."""
PERFECT = 0.98
"""IDF1 above this is given as 1: easy drills are often perfect, so that ties and a ceiling occur as in real tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPlan:
    people: int  # how many
    # before, after: drills of each person in each phase
    before: int
    after: int
    cut: float = 0.0  # share by which training cuts times, 0..1; 0 for no effect
    practice: float = 0.0  # power by which times fall with the number of a drill; 0 for none
    spread: float = USUAL_SPREAD  # from drill to drill of one person, the differences of forms included, log seconds
    change_spread: float = CHANGE_SPREAD  # how differently people change, log seconds
    timed_out: float = TIMED_OUT  # share of drills before that reach the limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """One simulated team: attempts in the order of people, then drills; limit 1 in units of the limit."""

    # before, after: the attempts
    before: Durations
    after: Durations
    # number_before, number_after: their drill numbers, (m,)
    number_before: FloatArray
    number_after: FloatArray
    form_before: npt.NDArray[np.int64]
    form_after: npt.NDArray[np.int64]
    # idf1_before, idf1_after: accuracy, 0..1, (m,)
    idf1_before: FloatArray
    idf1_after: FloatArray


def draw_team(plan: TeamPlan, rng: np.random.Generator) -> Team:
    """Return a team drawn from the model.

    log time = level + person + form + log(1 - cut) and the person's own part of the change after the training -
    practice log(drill number) + rest, all normal; cut off at a limit of 1. The level is set so that the share
    `timed_out` of first drills reaches it. Each person does before + after different forms of as many, in an order
    turned by one from person to person, as in a Latin square.
    """
    drills = plan.before + plan.after
    shape = (plan.people, drills)
    form_spread = min(FORM_SPREAD, plan.spread / 2.0)
    rest_spread = float(np.sqrt(plan.spread**2 - form_spread**2))
    total = float(np.sqrt(PERSON_SPREAD**2 + plan.spread**2))
    level = float(special.ndtri(plan.timed_out)) * total if plan.timed_out > 0.0 else -20.0 * total
    person = rng.normal(0.0, PERSON_SPREAD, plan.people)[:, None]
    forms = rng.normal(0.0, form_spread, drills)
    change = np.log1p(-plan.cut) + plan.change_spread * rng.normal(size=plan.people)[:, None]
    rest = rng.normal(size=shape)
    number = np.arange(1, drills + 1)
    is_after = number > plan.before
    form = (np.arange(plan.people)[:, None] + number[None, :]) % drills
    log_time = level + person + forms[form] + rest_spread * rest - plan.practice * np.log(number) + is_after * change
    skill = rng.normal(0.0, ACCURACY_PERSON, plan.people)[:, None]
    noise = SPEED_LINK * rest + np.sqrt(1.0 - SPEED_LINK**2) * rng.normal(size=shape)
    idf1 = special.expit(ACCURACY_MEAN + skill + ACCURACY_DRILL * noise)
    idf1 = np.where(idf1 > PERFECT, 1.0, np.round(idf1, 3))
    return Team(
        before=_make_side(log_time[:, ~is_after]),
        after=_make_side(log_time[:, is_after]),
        number_before=np.tile(number[~is_after], plan.people).astype(np.float64),
        number_after=np.tile(number[is_after], plan.people).astype(np.float64),
        form_before=form[:, ~is_after].ravel(),
        form_after=form[:, is_after].ravel(),
        idf1_before=idf1[:, ~is_after].ravel(),
        idf1_after=idf1[:, is_after].ravel(),
    )


def _make_side(log_time: FloatArray) -> Durations:
    people, drills = log_time.shape
    flat = log_time.ravel()
    return Durations(
        duration_s=np.exp(np.minimum(flat, 0.0)),
        finished=flat < 0.0,
        person=np.repeat(np.arange(people, dtype=np.int64), drills),
        people=people,
    )
