"""The word of a comparison: what the numbers say of time and accuracy, and what they may be called."""

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from sim.compare.estimates import (
    compute_beyond_practice,
    compute_change,
    compute_groups,
    compute_rank_change,
    find_change,
)
from sim.compare.facts import FEWEST_BASELINES, Facts
from sim.compare.result import FEWEST, LEVEL, MARGIN, NO_PLAN, BoolArray, FloatArray, Plan, Result, at_level

# Level for "worse", "traded" and "more accurate", which are looked for besides "improved": with 95% for all of them, 1
# unchanged team in 12 got a wrong word; with this, all wrong words together stay below 1 in 20 (docs/validity.md). The
# plan raises this level and the others where several teams, or one team several times, are looked at.
STRICT = 0.99
# Level at which the signed rank has to agree with the mean change: it keeps one far person from making the word, and
# takes less than a tenth of the power from changes that everybody shares.
RANK_LEVEL = 0.90
FEWEST_WAITING = 4
# Robust standard deviations from the middle from which a change is far from all others (Leys and others 2013,
# doi:10.1016/j.jesp.2013.03.013; Iglewicz and Hoaglin 1993). With 3.5 for one group, three far people of twelve hid
# each other and made a word in 7% of teams; by lot 2.5 would cost more than a tenth of the power.
FAR, FAR_BY_LOT = 2.5, 3.5
NORMAL_MAD = 1.4826
# Level of the interval of match whose lower end has to stay above the margin for "improved". With the estimate alone
# above it, a team that got 30% faster and lost just the margin was called improved in up to 38% (docs/validity.md).
HELD_LEVEL = 0.90
TIME, MATCH, PASSED = "log time to a right answer", "match with the actual path (IDF1)", "share of drills passed"


class Verdict(Enum):
    """The only words a comparison may end in."""

    IMPROVED = "improved"
    FASTER_PRACTICE = "faster; practice alone may do this"
    FASTER_UNSETTLED = "faster, accuracy unsettled"
    MORE_ACCURATE = "more accurate"
    TRADED = "traded accuracy for speed"
    NO_CLEAR_CHANGE = "no clear change"
    WORSE = "worse"
    NOT_JUDGED = "cannot be judged"
    TOO_FEW = "too few people to say"
    NOTHING_TO_COMPARE = "nothing to compare yet"

    @property
    def is_change(self) -> bool:
        """Whether the word says that something changed."""
        return self in (*BETTER, Verdict.TRADED, Verdict.WORSE)


BETTER = (Verdict.IMPROVED, Verdict.FASTER_PRACTICE, Verdict.FASTER_UNSETTLED, Verdict.MORE_ACCURATE)
FASTER = (Verdict.IMPROVED, Verdict.FASTER_PRACTICE, Verdict.FASTER_UNSETTLED, Verdict.TRADED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What decides. Times are ratios, below 1 faster; match and share passed are differences, above 0 better.

    With a waiting group `time`, `match` and `passed` are trained against waiting, `own` and `own_rank` the change of
    the trained; else they are the same change.
    """

    time: Result
    time_strict: Result  # the same at `STRICT`
    match: Result
    match_strict: Result
    match_held: Result  # the same at `HELD_LEVEL`
    passed: Result
    own: Result
    own_rank: Result
    over_schools: bool  # the results go over schools
    has_waiting: bool
    by_lot: bool
    practice: Result | None  # beyond practice, of time, as a ratio; None where it cannot be told
    baselines: int  # drills before of half of the people or more

    @property
    def is_faster(self) -> bool:
        """Whether times are clearly shorter: by lot against those who waited; else the own change and its rank too."""
        own = self.own.is_below(1.0) and self.own_rank.is_below(1.0)
        return self.time.is_below(1.0) and (own or (self.has_waiting and self.by_lot))

    @property
    def is_slower(self) -> bool:
        """The same for longer, at `STRICT`."""
        own = self.own.is_above(1.0) and self.own_rank.is_above(1.0)
        return self.time_strict.is_above(1.0) and (own or (self.has_waiting and self.by_lot))

    def is_accuracy_lower(self, margin: float) -> bool:
        """Whether a smaller share passed, or match is not known or lower by more than the margin."""
        match = self.match.estimate
        return (self.passed.estimate or 0.0) < -1e-9 or match is None or match < -margin - 1e-9

    def is_accuracy_held(self, margin: float) -> bool:
        """Whether it is not lower, and chance is no likely reason for that: match is clearly above the margin."""
        return not self.is_accuracy_lower(margin) and self.match_held.is_above(-margin)

    @property
    def is_beyond_practice(self) -> bool:
        """Whether a group waited, or the trend of `FEWEST_BASELINES` drills before or more is clearly beaten."""
        if self.has_waiting:
            return True
        return self.baselines >= FEWEST_BASELINES and self.practice is not None and self.practice.is_below(1.0)


def measure(facts: Facts, plan: Plan = NO_PLAN) -> Effects:
    """Return what decides, of the people compared.

    One group: the mean change and its signed rank; from `FEWEST` schools on over schools. With a waiting group:
    analysis of covariance.
    """
    school = facts.school if facts.school is not None and len(facts.schools) >= FEWEST else None
    mine = facts.is_trained
    own_school = None if school is None else school[mine]
    level = plan.raise_level(LEVEL)

    def change(values: FloatArray, what: str, *, is_log: bool = False) -> Result:
        return compute_change(*values[mine].T, what=what, school=own_school, is_log=is_log, level=level)

    def against(values: FloatArray, what: str, *, is_log: bool = False) -> Result:
        before, after = values.T
        return compute_groups(before, after, mine, what=what, school=facts.school, is_log=is_log, level=level)

    decide = against if facts.has_waiting else change
    beyond = None
    if facts.is_ordered and not facts.has_waiting:
        beyond = compute_beyond_practice(
            facts.person, facts.is_after, facts.order, facts.log_each, what=TIME, is_log=True
        )
    time, match = decide(facts.log_time, TIME, is_log=True), decide(facts.match, MATCH)
    own = change(facts.log_time, TIME, is_log=True) if facts.has_waiting else time
    changes, unit = find_change(facts.log_time[mine, 0], facts.log_time[mine, 1], own_school)
    return Effects(
        time=time,
        time_strict=at_level(time, plan.raise_level(STRICT)),
        match=match,
        match_strict=at_level(match, plan.raise_level(STRICT)),
        match_held=at_level(match, plan.raise_level(HELD_LEVEL)),
        passed=decide(facts.passed, PASSED),
        own=own,
        own_rank=compute_rank_change(changes, what=TIME, unit=unit, is_log=True, level=plan.raise_level(RANK_LEVEL)),
        over_schools=school is not None and not facts.has_waiting,
        has_waiting=facts.has_waiting,
        by_lot=facts.by_lot,
        practice=beyond and at_level(beyond, level),
        baselines=facts.baselines,
    )


def choose_word(effects: Effects, *, margin: float = MARGIN) -> Verdict:
    """Return what the numbers alone say; whether a word may be given at all, the guards say.

    The margin is the fall in match up to which accuracy counts as held, set before the training.
    """
    is_less_accurate = effects.match_strict.is_below(0.0)
    if effects.is_faster:
        if is_less_accurate:
            return Verdict.TRADED
        if not effects.is_beyond_practice and not effects.is_accuracy_lower(margin):
            return Verdict.FASTER_PRACTICE
        return Verdict.IMPROVED if effects.is_accuracy_held(margin) else Verdict.FASTER_UNSETTLED
    if effects.is_slower or is_less_accurate:
        return Verdict.WORSE
    is_more_accurate = effects.match_strict.is_above(0.0) and not effects.is_accuracy_lower(0.0)
    if is_more_accurate and (effects.time.estimate or 2.0) <= 1.0:
        return Verdict.MORE_ACCURATE
    return Verdict.NO_CLEAR_CHANGE


def judge(facts: Facts, plan: Plan = NO_PLAN) -> tuple[Verdict, Effects]:
    """Return the word that the numbers of these people end in, and what decided; too few people end in none."""
    effects = measure(facts, plan)
    if not facts.people:
        return Verdict.NOTHING_TO_COMPARE, effects
    waiting = len(facts.people) - facts.trained
    if facts.trained < FEWEST or (facts.has_waiting and waiting < FEWEST_WAITING):
        return Verdict.TOO_FEW, effects
    return choose_word(effects, margin=plan.margin), effects


def judge_without_far(facts: Facts, plan: Plan = NO_PLAN) -> Verdict:
    """Return the word of the numbers, or that none is given since it hangs on people who changed far more."""
    word, _ = judge(facts, plan)
    return Verdict.NOT_JUDGED if count_decisive(facts, word, plan) else word


def find_far(facts: Facts) -> BoolArray:
    """Return who of the people changed in time far more than the others, (n,) of bool.

    Far is more than `FAR` (`FAR_BY_LOT`) times 1.4826 times the median distance from the median of one's group. Worked:
    changes 0, 0.1, 0.2, 0.3, 0.4 and -2: the median is 0.15, the median distance 0.2, so -2 lies 7.25 of them away.
    """
    change, most = facts.log_time[:, 1] - facts.log_time[:, 0], FAR_BY_LOT if facts.by_lot else FAR
    far: BoolArray = np.zeros(len(change), dtype=np.bool_)
    for _, side in facts.groups:
        if not np.isnan(change[side]).all():
            distance = np.abs(change - np.nanmedian(change[side]))
            spread = NORMAL_MAD * float(np.nanmedian(distance[side]))
            far |= side & (distance > most * spread) if spread > 0.0 else far
    return far


def count_decisive(facts: Facts, word: Verdict, plan: Plan) -> int:
    """Return how many people changed so far that without them nobody would be called faster; 0 for none such."""
    far = find_far(facts)
    hangs = word in FASTER and bool(far.any()) and judge(pick(facts, ~far), plan)[0] not in FASTER
    return int(far.sum()) if hangs else 0


def pick(facts: Facts, kept: BoolArray) -> Facts:
    """Return the facts of some of the people, (n,) of bool."""
    drills = kept[facts.person]
    return replace(
        facts,
        people=tuple(name for name, is_kept in zip(facts.people, kept, strict=True) if is_kept),
        log_time=facts.log_time[kept],
        match=facts.match[kept],
        passed=facts.passed[kept],
        drills=facts.drills[kept],
        is_trained=facts.is_trained[kept],
        school=None if facts.school is None else facts.school[kept],
        person=(np.cumsum(kept) - 1)[facts.person[drills]],
        is_after=facts.is_after[drills],
        order=facts.order[drills],
        log_each=facts.log_each[drills],
        match_each=facts.match_each[drills],
    )
