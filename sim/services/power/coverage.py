"""The intervals that every method gives for a simulated team, and the truth that they should hold."""

import numpy as np

from sim.compare.bootstrap import compute_bootstrap_difference
from sim.compare.cox import compute_hazard_ratio
from sim.compare.mixed_model import compute_mixed_model
from sim.compare.result import Result
from sim.services.power.judged_team import judge_team
from sim.services.power.team_model import Team, TeamPlan, draw_team
from sim.services.power.team_table import find_practice, make_table

Hits = dict[str, tuple[float, float, float] | None]
"""By method: lower, upper and stated level, or None where there was no interval."""

RATIO = "ratio of typical times"
MEAN_CHANGE = "change of the restricted mean"
ACCURACY = "IDF1, exact signed-rank"
BOOTSTRAP = "IDF1, BCa bootstrap"
HAZARD = "hazard ratio"
MIXED = "mixed model"
BEYOND = "change beyond practice"
POPULATION = 40_000
"""People drawn to know the truths that have no formula: mean times cut off at the limit."""
FEW_RESAMPLES = 1_000


def cover_team(team: Team, stream: np.random.SeedSequence) -> Hits:
    """Return every method's interval for this team; `stream` seeds the bootstrap."""
    judged = judge_team(team)
    people = team.before.people
    means = [
        np.bincount(side.person, weights=values, minlength=people) / np.bincount(side.person, minlength=people)
        for side, values in ((team.before, team.idf1_before), (team.after, team.idf1_after))
    ]
    rng = np.random.default_rng(stream.spawn(1)[0])
    table = make_table(team)
    practice = find_practice(team)
    results: dict[str, Result | None] = {
        RATIO: judged.ratio,
        MEAN_CHANGE: judged.mean_change,
        ACCURACY: judged.accuracy[0],
        BOOTSTRAP: compute_bootstrap_difference(means[0], means[1], rng=rng, resamples=FEW_RESAMPLES),
        HAZARD: compute_hazard_ratio(team.before, team.after),
        MIXED: compute_mixed_model(table.drop(columns="drill_number").assign(duration_s=table["elapsed_s"])),
        BEYOND: None if practice is None else practice.beyond,
    }
    return {name: _take(result) for name, result in results.items()}


def list_truths(plan: TeamPlan, *, seed: int) -> dict[str, float]:
    """Return what each interval should hold, for plans without practice."""
    ratio = 1.0 - plan.cut
    truths = {RATIO: ratio, ACCURACY: 0.0, BOOTSTRAP: 0.0, MIXED: ratio, BEYOND: ratio}
    if not plan.cut:
        return {**truths, HAZARD: 1.0, MEAN_CHANGE: 0.0}
    # forms are drawn anew for every team, so that a population is many small teams
    means = []
    for stream in np.random.SeedSequence(seed + 1).spawn(POPULATION // 20):
        team = draw_team(
            TeamPlan(people=20, before=1, after=1, cut=plan.cut, spread=plan.spread), np.random.default_rng(stream)
        )
        means.append(float(team.after.duration_s.mean() - team.before.duration_s.mean()))
    return {**truths, MEAN_CHANGE: float(np.mean(means))}


def _take(result: Result | None) -> tuple[float, float, float] | None:
    if result is None or result.interval is None:
        return None
    return (*result.interval, float(result.settings["level"]))
