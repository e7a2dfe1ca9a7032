"""Simulated teams as arrays of attempts, quick to draw and to change: plain ones, and ones with something odd."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special
from sim.compare.statistics.survival import Durations
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

from sim.columns import CONSOLE_PROFILES
from sim.compare.checks import ALL
from sim.compare.table import ACCURACY, Phase

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
LIMIT_S = 600.0
NOTHING_MORE: Mapping[str, npt.NDArray[np.generic]] = MappingProxyType({})
_ARRAYS = ("person", "is_after", "number", "form", "elapsed_s", "finished", "accuracy")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptArrays:
    """Attempts, one place an attempt, (m,) each."""

    person: IntArray  # whose, from 0; ids may have gaps
    is_after: BoolArray  # after the training
    number: FloatArray  # in which order that person did them, from 1
    form: IntArray
    elapsed_s: FloatArray  # until handed in, or the limit of `LIMIT_S`, or when it was given up
    finished: BoolArray  # handed in inside the limit
    accuracy: FloatArray  # the four measures, (m, 4), in the order of `ACCURACY`
    # further columns of the table by name
    more: Mapping[str, npt.NDArray[np.generic]] = field(default_factory=lambda: NOTHING_MORE)
    is_numbered: bool = True  # the table holds `number`

    def pick(self, mine: BoolArray) -> "AttemptArrays":
        """Return the attempts where `mine`, (m,), is true."""
        picked = {name: getattr(self, name)[mine] for name in _ARRAYS}
        return replace(self, **picked, more={name: values[mine] for name, values in self.more.items()})

    def with_column(self, name: str, values: npt.ArrayLike) -> "AttemptArrays":
        """Return the same attempts with a further column; one value stands for all."""
        column = np.broadcast_to(np.asarray(values), self.person.shape)
        return replace(self, more={**self.more, name: column})

    def split(self) -> tuple["AttemptArrays", "AttemptArrays"]:
        """Return the attempts before and after, of people with both."""
        people = np.intersect1d(self.person[~self.is_after], self.person[self.is_after])
        both = np.isin(self.person, people)
        return self.pick(both & ~self.is_after), self.pick(both & self.is_after)

    def make_durations(self) -> Durations:
        """Return times until handed in, time-outs and drills given up at the limit; people numbered from 0."""
        people, person = np.unique(self.person, return_inverse=True)
        return Durations(
            duration_s=np.where(self.finished, self.elapsed_s, LIMIT_S),
            finished=self.finished,
            person=person.astype(np.int64),
            people=len(people),
        )

    def make_table(self) -> pd.DataFrame:
        """Return the table that a comparison reads; it says that nobody was chosen, unless `more` says otherwise."""
        columns: dict[str, object] = {
            "person_id": _name_all("p", self.person),
            "phase": np.where(self.is_after, Phase.AFTER.value, Phase.BEFORE.value),
            "form_id": _name_all("form ", self.form),
            "profile": CONSOLE_PROFILES[0],
            "options": "",
            "familiar": "yes",
            "elapsed_s": self.elapsed_s,
            "finished": self.finished,
            "limit_s": LIMIT_S,
            "chosen_by": ALL,
            **dict(zip(ACCURACY, self.accuracy.T, strict=True)),
            **self.more,
        }
        if self.is_numbered:
            columns["drill_number"] = self.number
        return pd.DataFrame(columns)


def name_person(person: int) -> str:
    return f"p{person:03d}"


def _name_all(start: str, numbers: IntArray) -> list[str]:
    return [f"{start}{number:03d}" for number in numbers.tolist()]


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


QUARTER = 4
GIVEN_UP = 0.20
TEN_TIMES = 10.0
LOOKS = 7
MINUTE_S = 60.0
WHO_LEAVES = 2
"""Of every `WHO_LEAVES` + 1 people who began one leaves."""
TRAINED = "trained by lot"
WAITING = "waiting by lot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    tables: tuple[AttemptArrays, ...]  # looked at one after another until one is called improved; nearly always one
    chosen: tuple[str, ...] = ()  # ids asked for by hand, as with `compare --person`; empty for everybody


def draw_plain(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team with nothing odd but what `nature` says."""
    return Drawn(tables=(draw_attempts(nature, rng),))


def draw_not_numbered(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team of whose drills nobody wrote down the order."""
    return Drawn(tables=(replace(draw_attempts(nature, rng), is_numbered=False),))


def draw_to_the_minute(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team whose times were written down in whole minutes, begun ones counted."""
    drawn = draw_attempts(nature, rng)
    minutes = np.asarray(np.ceil(drawn.elapsed_s / MINUTE_S), dtype=np.float64)
    return Drawn(tables=(replace(drawn, elapsed_s=MINUTE_S * minutes),))


def draw_outlier(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team in which one person is ten times faster after."""
    drawn = draw_attempts(nature, rng)
    mine = (drawn.person == 0) & drawn.is_after
    # a drill that timed out would have taken the limit at least
    faster = np.asarray(np.where(mine, drawn.elapsed_s / TEN_TIMES, drawn.elapsed_s), dtype=np.float64)
    return Drawn(tables=(replace(drawn, elapsed_s=faster, finished=drawn.finished | mine),))


def draw_slowest_quarter(nature: Nature, rng: np.random.Generator, *, chosen_by: str) -> Drawn:
    """Return the slowest quarter of four times as many people, by the drills before that are compared."""
    everyone = draw_attempts(replace(nature, people=QUARTER * nature.people), rng)
    slowness = _mean_log(everyone, ~everyone.is_after)
    slowest = np.argsort(-slowness, kind="stable")[: nature.people]
    drawn = everyone.pick(np.isin(everyone.person, slowest))
    return Drawn(tables=(drawn.with_column("chosen_by", chosen_by),))


def draw_slow_leave(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team that lost the third of its people who were slowest after: of them only drills before are there."""
    began = nature.people * (WHO_LEAVES + 1) // WHO_LEAVES
    everyone = draw_attempts(replace(nature, people=began), rng)
    leave = np.argsort(-_mean_log(everyone, everyone.is_after), kind="stable")[: began - nature.people]
    return Drawn(tables=(everyone.pick(~(everyone.is_after & np.isin(everyone.person, leave))),))


def draw_waiting(trained: Nature, waiting: Nature, rng: np.random.Generator) -> Drawn:
    """Return a group that trained and one that waited, drawn by lot."""
    first, second = draw_attempts(trained, rng), draw_attempts(waiting, rng)
    second = replace(second, person=second.person + trained.people)
    both = _join(first.with_column("group", TRAINED), second.with_column("group", WAITING))
    return Drawn(tables=(both,))


def draw_swapped(nature: Nature, rng: np.random.Generator, *, is_numbered: bool, to_match: bool = False) -> Drawn:
    """Return a team whose drills before are called after, and the other way round."""
    drawn = draw_attempts(nature, rng)
    number = (drawn.number + nature.before - 1.0) % (nature.before + nature.after) + 1.0 if to_match else drawn.number
    return Drawn(tables=(replace(drawn, is_after=~drawn.is_after, number=number, is_numbered=is_numbered),))


def draw_twins(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return half the people, each in the table under two ids."""
    real = draw_attempts(replace(nature, people=nature.people // 2), rng)
    return Drawn(tables=(_join(real, replace(real, person=real.person + nature.people // 2)),))


def draw_slow_drill_deleted(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team whose slowest drill after was taken out, each person's, and the rest numbered without a gap."""
    drawn = draw_attempts(nature, rng)
    drills = nature.before + nature.after
    time_s = np.where(drawn.is_after, np.where(drawn.finished, drawn.elapsed_s, np.inf), 0.0).reshape(-1, drills)
    slowest = np.argmax(time_s, axis=1)
    kept = np.arange(drills)[None, :] != slowest[:, None]
    left = drawn.pick(kept.ravel())
    return Drawn(tables=(replace(left, number=np.tile(np.arange(1.0, drills), nature.people)),))


def draw_given_up(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team that gave up a share of its drills before early, and none after."""
    drawn = draw_attempts(nature, rng)
    given_up = ~drawn.is_after & (rng.random(len(drawn.person)) < GIVEN_UP)
    elapsed_s = np.where(given_up, np.round(drawn.elapsed_s * rng.uniform(0.2, 0.9, len(given_up)), 2), drawn.elapsed_s)
    return Drawn(tables=(replace(drawn, elapsed_s=elapsed_s, finished=drawn.finished & ~given_up),))


def draw_difficulty_known(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team with the difficulty of its forms in the table, easier after as `nature` says."""
    drawn = draw_attempts(nature, rng)
    return Drawn(
        tables=(drawn.with_column("difficulty", np.where(drawn.is_after, 20.0 * (1.0 - nature.easier), 20.0)),)
    )


def draw_picked_half(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return twice as many people, of whom the half that gained most in time is asked for by hand."""
    everyone = draw_attempts(replace(nature, people=2 * nature.people), rng)
    gain = _mean_log(everyone, ~everyone.is_after) - _mean_log(everyone, everyone.is_after)
    picked = np.sort(np.argsort(-gain, kind="stable")[: nature.people])
    return Drawn(tables=(everyone,), chosen=tuple(name_person(person) for person in picked.tolist()))


def draw_looks(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team that is looked at when so many people are done, and again after each of six more."""
    everyone = draw_attempts(replace(nature, people=nature.people + LOOKS - 1), rng)
    return Drawn(tables=tuple(everyone.pick(everyone.person < nature.people + more) for more in range(LOOKS)))


def _mean_log(drawn: AttemptArrays, mine: BoolArray) -> FloatArray:
    """Return each person's mean log time of the attempts where `mine`, time-outs at the limit, (people,)."""
    log_time = np.log(np.where(drawn.finished, drawn.elapsed_s, LIMIT_S))[mine]
    person: IntArray = drawn.person[mine]
    return np.asarray(np.bincount(person, weights=log_time) / np.bincount(person), dtype=np.float64)


def _join(first: AttemptArrays, second: AttemptArrays) -> AttemptArrays:
    joined: dict[str, Any] = {name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in _ARRAYS}
    more = {name: np.concatenate([values, second.more[name]]) for name, values in first.more.items()}
    return replace(first, **joined, more=more)
