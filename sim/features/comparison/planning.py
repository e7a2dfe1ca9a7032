"""What a plan can show: teams drawn from a model and judged by the code that judges real ones."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy import special

from sim.compare.facts import FEWEST_BASELINES, Facts, count_facts
from sim.compare.result import FEWEST, LEVEL, NO_PLAN, SMALLEST, Plan
from sim.compare.table import check_attempts
from sim.compare.verdict import FASTER, FEWEST_WAITING, Verdict, judge_without_far
from sim.compare.wording import say_level
from sim.errors import ComparisonError
from sim.features.comparison.files import read_attempts
from sim.text.words import write_count

# From drill to drill of one person, log seconds. Times on task in usability studies have a standard deviation of about
# half their mean over people and trials (Nielsen 2006, 1,520 measures: 52 %), which is 0.49 on the log scale; the share
# between people is taken as a third of that variance.
USUAL_SPREAD = 0.40
PERSON_SPREAD = 0.28  # between people, log seconds: 0.49**2 - 0.40**2, rounded
FORM_SPREAD = 0.12  # between parallel forms, log seconds: what is left when they are matched. An assumption.
# How differently people change, log seconds. An assumption; 0 would make every interval look better than it is.
CHANGE_SPREAD = 0.10
# Times fall with drill number to the power of minus this: 13 % from the first to the second. Within the 0.1 to 0.6 that
# Newell and Rosenbloom (1981) report over many tasks.
PRACTICE_POWER = 0.20
# Share of drills before the training that are passed; of the others half run out of time and half are wrong answers,
# handed in at any time.
USUAL_PASSED = 0.80
ACCURACY_MEAN = 1.0  # logit of IDF1 in a typical drill: 0.73
# Spread between people and from drill to drill, logits: one drill of one person varies by about 0.15 in IDF1.
ACCURACY_PERSON, ACCURACY_DRILL = 0.5, 0.8
# Correlation of a drill's log time and its accuracy: who loses the trail is slow and wrong in the same drill.
SPEED_LINK = -0.3
STUDIES = 200
MOST_PEOPLE = 200
MOST_DRILLS = 12
CUTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
ENOUGH = 2 / 3
SEED = 20_261_130


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPlan:
    people: int  # in all; half of them wait where there are lots
    before: int  # drills of each person
    after: int
    schools: int = 1  # of which there are as many people each, and as many who wait
    by_lot: bool = False
    cut: float = 0.0  # share by which the training cuts times, 0..1
    practice: float = 0.0  # power by which times fall with the number of a drill
    passed: float = USUAL_PASSED
    spread: float = USUAL_SPREAD
    held_to: Plan = NO_PLAN  # margin, and how many teams are compared


def draw_facts(plan: TeamPlan, rng: np.random.Generator) -> Facts:
    """Return a team drawn from the model, as a comparison counts it; the limit is 1.

    log time = level + person + form + log(1 - cut) and the person's own part of the change after the training -
    practice * log(drill number) + rest, all normal. The level is set so that half of the drills that are not passed run
    out of time. Each person does before + after different forms of as many, in an order turned by one from person to
    person, as in a Latin square.
    """
    drills = plan.before + plan.after
    shape = (plan.people, drills)
    form_spread = min(FORM_SPREAD, plan.spread / 2.0)
    lost = (1.0 - plan.passed) / 2.0
    total = math.hypot(PERSON_SPREAD, plan.spread)
    level = float(special.ndtri(lost)) * total if lost > 0.0 else -20.0 * total
    number = np.arange(1, drills + 1)
    after = number > plan.before
    is_trained = np.ones(plan.people, dtype=np.bool_)
    if plan.by_lot:
        is_trained[plan.people - plan.people // 2 :] = False
    change = (math.log1p(-plan.cut) + CHANGE_SPREAD * rng.normal(size=plan.people))[:, None] * is_trained[:, None]
    rest = rng.normal(size=shape)
    form = (np.arange(plan.people)[:, None] + number[None, :]) % drills
    log_time = (
        level
        + rng.normal(0.0, PERSON_SPREAD, plan.people)[:, None]
        + rng.normal(0.0, form_spread, drills)[form]
        + math.sqrt(plan.spread**2 - form_spread**2) * rest
        - plan.practice * np.log(number)
        + after * change
    )
    is_right = rng.random(shape) >= lost / max(1.0 - lost, 1e-9)
    is_passed = (log_time < 0.0) & is_right
    noise = SPEED_LINK * rest + math.sqrt(1.0 - SPEED_LINK**2) * rng.normal(size=shape)
    skill = rng.normal(0.0, ACCURACY_PERSON, plan.people)[:, None]
    match = np.round(special.expit(ACCURACY_MEAN + skill + ACCURACY_DRILL * noise), 3)
    person = np.repeat(np.arange(plan.people, dtype=np.int64), drills)
    return count_facts(
        person,
        np.tile(after, plan.people),
        np.tile(np.log(number), plan.people),
        log_time=np.where(is_passed, log_time, 0.0).ravel(),
        is_passed=is_passed.ravel().astype(np.float64),
        match=match.ravel(),
        is_trained=is_trained,
        by_lot=plan.by_lot,
        school=np.arange(plan.people, dtype=np.int64) % plan.schools if plan.schools > 1 else None,
        schools=tuple(map(str, range(plan.schools))) if plan.schools > 1 else (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """Share of simulated teams that a comparison calls faster in any words, and improved."""

    cut: float
    faster: float
    improved: float


@lru_cache(maxsize=512)
def estimate_power(plan: TeamPlan, *, studies: int = STUDIES, seed: int = SEED) -> Power:
    """Return what such teams would be told. The same random teams stand behind every size of change."""
    told = [
        judge_without_far(draw_facts(plan, np.random.default_rng(stream)), plan.held_to)
        for stream in np.random.SeedSequence(seed).spawn(studies)
    ]
    faster = sum(word in FASTER for word in told) / studies
    return Power(cut=plan.cut, faster=faster, improved=told.count(Verdict.IMPROVED) / studies)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPower:
    """What a plan can show: the share of studies that are called faster, and improved, by the size of the gain."""

    plan: TeamPlan
    powers: tuple[Power, ...]  # by size of the gain, the smallest worth having among them
    smallest: Power

    @property
    def sentences(self) -> tuple[str, ...]:
        plan, trained, waiting = self.plan, self.plan.people - self.plan.people // 2, self.plan.people // 2
        if plan.people < FEWEST or (plan.by_lot and (trained < FEWEST or waiting < FEWEST_WAITING)):
            return (f"Fewer than {FEWEST} people who are trained are too few to draw conclusions about.",)
        if 1 < plan.schools < FEWEST and not plan.by_lot:
            return (
                f"Nothing can be said of {plan.schools} schools together: what happens at one moves all of its people. "
                "Let half of each wait, drawn by lot, or compare each school alone.",
            )
        drills = f"{write_count(plan.before, 'drill')} before and {write_count(plan.after, 'drill')} after"
        everybody = write_count(plan.people, "person", "people")
        who = f"{trained} who train and {waiting} who wait" if plan.by_lot else everybody
        where = f" at {plan.schools} schools" if plan.schools > 1 else ""
        share, can_improve = self.smallest.faster, plan.by_lot or plan.before >= FEWEST_BASELINES
        improved = f", and in {say_share(self.smallest.improved)} improved" if can_improve else ""
        told = [
            f"{who}{where}, with {drills}: in {say_share(share)} such studies, simulated, a gain of "
            f"{100 * self.smallest.cut:.0f}% is called faster{improved}. Yours will differ."
        ]
        if not can_improve:
            told.append("It is never called improved: practice alone may do this. Plan four drills before, or a lot.")
        enough = next((each for each in self.powers if each.faster >= ENOUGH), None)
        if share < ENOUGH:
            told.append(
                f"In 2 of 3 it shows only a gain of {100 * enough.cut:.0f}% or more. Plan more people or more drills."
                if enough
                else "Even a large gain does not show in 2 of 3 studies. Plan more people or more drills."
            )
        teams = plan.held_to.teams or 1
        if teams > 1:
            level = say_level(plan.held_to.raise_level(LEVEL))
            told.append(f"{teams} teams are compared, so each has to be clear at {level}, not {say_level(LEVEL)}.")
        return tuple(told)


def simulate_plan(
    plan: TeamPlan, *, smallest: float = SMALLEST, studies: int = STUDIES, on_step: Callable[[float], object] = print
) -> PlanPower:
    """Return what a plan can show, as it is ticked; the same plan gives the same answer.

    `smallest` is the smallest share of time worth having, `studies` how many are simulated at each size of the gain;
    `on_step` is told how much of it is done, 0..1.

    Raises:
        ComparisonError: a number is outside what can be planned.
    """
    for name, value, low, high in (
        ("people", plan.people, 1, MOST_PEOPLE),
        ("drills before", plan.before, 1, MOST_DRILLS),
        ("drills after", plan.after, 1, MOST_DRILLS),
        ("teams", plan.held_to.teams or 1, 1, 1_000),
        ("studies", studies, 20, 100_000),
        ("spread", plan.spread, 0.05, 1.5),
        ("the smallest change worth having", smallest, 0.05, 0.8),
    ):
        if not low <= value <= high:
            raise ComparisonError(
                f"{name} is {value:g}", expected=f"{low:g} to {high:g}", todo="choose a number inside these bounds"
            )
    cuts = sorted({*CUTS, smallest})
    powers = []
    for done, cut in enumerate(cuts, start=1):
        powers.append(estimate_power(replace(plan, cut=cut), studies=studies))
        on_step(done / len(cuts))
    found = next(power for power in powers if power.cut == smallest)
    return PlanPower(plan=plan, powers=tuple(powers), smallest=found)


def can_show(plan: TeamPlan, *, cut: float) -> bool:
    return estimate_power(replace(plan, cut=cut)).faster >= ENOUGH


def say_share(share: float) -> str:
    """Return a share in words: .13 gives "1 of 8", .66 "2 of 3", .98 "nearly all"; under .03 "almost none of"."""
    if share < 0.03:
        return "almost none of"
    if share > 0.96:
        return "nearly all"
    for of in (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30):
        one = round(share * of)
        if abs(one / of - share) < 0.017:  # half of a thirtieth, so that the last one is near enough
            break
    return f"{one} of {of}"


def measure_spread(source: Path) -> float:
    """Return the spread of one person's log times on a side. Raises ComparisonError: nobody passed two."""
    checked = check_attempts(read_attempts(source))
    passed = checked[checked["passed"] == "yes"]
    logs = np.log(passed["duration_s"])
    cells = [passed[name] for name in ("person_id", "phase", "profile", "options")]
    groups = logs.groupby(cells)
    degrees = len(logs) - groups.ngroups
    if degrees < 5:
        raise ComparisonError(
            f"{source.name} has too few drills passed by one person on one side of the training",
            expected="five or more besides each person's first",
            todo="leave out --from, or add drills",
        )
    return float(np.sqrt(((logs - groups.transform("mean")) ** 2).sum() / degrees))
