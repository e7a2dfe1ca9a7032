"""The smallest cut in times that a comparison of so many people and drills will usually call an improvement."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from sim.compare.content.comparison import Change, Verdict
from sim.compare.report.judge_arrays import Judged, judge_arrays, judge_time_arrays
from sim.compare.statistics.result import FEWEST_FOR_TEST
from sim.errors import ComparisonError
from sim.services.comparison.team_model import CHANGE_SPREAD, TIMED_OUT, USUAL_SPREAD, Team, TeamPlan, draw_team

POWER = 0.80
QUICK_TEAMS = 120
MOST_PEOPLE = 200
MOST_DRILLS = 12
LARGEST_CUT = 0.80
STEPS = 5
SEED = 20_261_125


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectableChange:
    # people, drills, spread: as asked for
    people: int
    drills: int
    spread: float
    # share by which typical times must fall for `POWER` of such teams to be found clearly faster, 0..1; None below 6
    # people, or where even `LARGEST_CUT` is found less often
    cut: float | None
    # share of teams with that cut that are called improved, which asks that accuracy holds; else None
    improved: float | None
    teams: int  # how many were simulated at each size of change; more are more exact
    sentence: str  # the same in words


def find_detectable_change(
    *, people: int, drills: int, spread: float = USUAL_SPREAD, teams: int = QUICK_TEAMS
) -> DetectableChange:
    """Return the smallest cut in times that `people` with `drills` drills in each phase can be expected to show.

    Teams are drawn from the model of `team_model` and judged by the code that judges real ones. The same random teams
    are used at every size of change, so a larger plan never looks worse for chance alone; the search starts from the
    formula (t + t) times the error of a mean log ratio. Remembered: the same question is answered at once.
    """
    for name, value, low, high in (
        ("people", people, 1, MOST_PEOPLE),
        ("drills", drills, 1, MOST_DRILLS),
        ("spread", spread, 0.05, 1.5),
        ("teams", teams, 20, 100_000),
    ):
        if not low <= value <= high:
            raise ComparisonError(
                f"{name} is {value:g}", expected=f"{low:g} to {high:g}", todo="choose a number inside these bounds"
            )
    return _find(people, drills, round(spread, 3), teams)


@lru_cache(maxsize=256)
def _find(people: int, drills: int, spread: float, teams: int) -> DetectableChange:
    cut = None if people < FEWEST_FOR_TEST else _search(people, drills, spread, teams)
    improved = None if cut is None else estimate_power(people, drills, spread, cut=cut, teams=teams).improved
    return DetectableChange(
        people=people,
        drills=drills,
        spread=spread,
        cut=cut,
        improved=improved,
        teams=teams,
        sentence=say_detectable(people=people, drills=drills, cut=cut),
    )


def _search(people: int, drills: int, spread: float, teams: int) -> float | None:
    """Return the cut at which the share of teams clearly faster is `POWER`, by bisection around a first guess."""
    error = np.sqrt((CHANGE_SPREAD**2 + 2.0 * spread**2 / drills) / people)
    needed = special.stdtrit(people - 1, 0.975) + special.stdtrit(people - 1, POWER)
    guess = float(needed * error)
    low, high = 0.6 * guess, min(1.7 * guess, -float(np.log1p(-LARGEST_CUT)))
    if high <= low or not is_often_faster(people, drills, spread, cut=-float(np.expm1(-high)), teams=teams):
        high = -float(np.log1p(-LARGEST_CUT))
        if not is_often_faster(people, drills, spread, cut=LARGEST_CUT, teams=teams):
            return None
        low = min(low, high)
    for _ in range(STEPS):
        middle = (low + high) / 2.0
        if is_often_faster(people, drills, spread, cut=-float(np.expm1(-middle)), teams=teams):
            high = middle
        else:
            low = middle
    return -float(np.expm1(-(low + high) / 2.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """Shares of simulated teams: times judged better, and the word improved."""

    faster: float
    improved: float


def estimate_power(people: int, drills: int, spread: float, *, cut: float, teams: int, seed: int = SEED) -> Power:
    """Return how many simulated teams with this cut in times are found to be faster, and how many improved."""
    plan = TeamPlan(people=people, before=drills, after=drills, cut=cut, spread=spread, timed_out=TIMED_OUT)
    faster = improved = 0
    for stream in np.random.SeedSequence(seed).spawn(teams):
        team = draw_team(plan, np.random.default_rng(stream))
        judged = judge_team(team)
        faster += judged.sides.time is Change.BETTER
        improved += judged.word is Verdict.IMPROVED
    return Power(faster=faster / teams, improved=improved / teams)


def is_often_faster(people: int, drills: int, spread: float, *, cut: float, teams: int, seed: int = SEED) -> bool:
    """Return whether `estimate_power` finds teams faster as often as `POWER`, or more, of the same teams.

    Only times are judged, and no more teams than it takes to know: the answer is the same in half the time.
    """
    plan = TeamPlan(people=people, before=drills, after=drills, cut=cut, spread=spread, timed_out=TIMED_OUT)
    faster = 0
    for done, stream in enumerate(np.random.SeedSequence(seed).spawn(teams), start=1):
        faster += judge_team_time(draw_team(plan, np.random.default_rng(stream))) is Change.BETTER
        if faster / teams >= POWER:
            return True
        if (faster + teams - done) / teams < POWER:
            return False
    return False


def say_detectable(*, people: int, drills: int, cut: float | None) -> str:
    """Return what the plan can show in one or two sentences for a trainer."""
    counted = "1 drill" if drills == 1 else f"{drills} drills"
    plan = f"{people} people with {counted} before and {counted} after"
    if people < FEWEST_FOR_TEST:
        return f"Fewer than {FEWEST_FOR_TEST} people is too few to draw conclusions about the team."
    if cut is None:
        return f"{plan} are too few to show any change that is likely. Plan more drills or more people."
    percent = round(100.0 * cut)
    return (
        f"{plan} will usually show that a team is faster when times fall by {percent}% or more (8 of 10 such teams). "
        "A smaller change will often end in: no clear change."
    )


def judge_team(team: Team) -> Judged:
    """Return the word for a simulated team, as `compare_attempts` gives it for the same attempts."""
    return judge_arrays(
        team.before,
        team.after,
        accuracy_before=(team.idf1_before,),
        accuracy_after=(team.idf1_after,),
        higher_is_better=(True,),
        limit_s=1.0,
    )


def judge_team_time(team: Team) -> Change:
    """Return how a simulated team's times changed, as `judge_team` says it too: in less time, without accuracy."""
    return judge_time_arrays(team.before, team.after, limit_s=1.0)
