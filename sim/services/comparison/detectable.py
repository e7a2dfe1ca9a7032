"""The smallest cut in times that a comparison of so many people and drills will usually call an improvement."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import special

from sim.compare.checks.people_checks import FEWEST_BASELINES
from sim.compare.content.comparison import Change, Verdict
from sim.compare.data.table import check_attempts
from sim.compare.report.judge_arrays import Judged, judge_arrays, judge_time_arrays
from sim.compare.statistics.result import FEWEST_FOR_TEST
from sim.errors import ComparisonError
from sim.services.comparison.attempts_csv import read_attempts
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


FEWEST_DEGREES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedSpread:
    """The spread, log seconds; how many people and drills it was seen in; whether some drills timed out."""

    spread: float
    people: int
    drills: int
    timed_out: int


def measure_spread(checked: pd.DataFrame) -> ObservedSpread:
    """Return the pooled standard deviation of log times of one person within one phase, console and options.

    With one drill a phase it is that of the change, divided by sqrt(2): rather more, as it holds how differently people
    changed. Drills that timed out count as the limit, which makes the spread rather too small.
    """
    rows = pd.DataFrame(
        {
            "y": np.log(checked["duration_s"].to_numpy(dtype=np.float64)),
            "cell": checked["person_id"] + "\n" + checked["profile"] + "\n" + checked["options"],
            "phase": checked["phase"],
        }
    )
    by_cell = rows.groupby(["cell", "phase"])["y"]
    degrees = len(rows) - by_cell.ngroups
    if degrees >= FEWEST_DEGREES:
        squares = float(np.square(rows["y"] - by_cell.transform("mean")).sum())
    else:
        means = by_cell.mean().reset_index()
        ordered = means[means["phase"] != "retention"]
        by_person = ordered.groupby("cell")["y"]
        degrees = len(ordered) - by_person.ngroups
        centered = ordered["y"] - by_person.transform("mean")
        # everybody being faster after is no spread of one person
        centered = centered - centered.groupby(ordered["phase"]).transform("mean")
        degrees -= 1
        squares = float(np.square(centered).sum())
    if degrees < FEWEST_DEGREES or not squares > 0.0:
        raise ComparisonError(
            "the table holds too few drills to see how much drills of one person vary",
            expected=f"several people with two drills or more, {FEWEST_DEGREES} more drills than people at least",
            todo="give --spread instead, or leave it out for the usual 0.4",
        )
    return ObservedSpread(
        spread=float(np.sqrt(squares / degrees)),
        people=int(checked["person_id"].nunique()),
        drills=len(checked),
        timed_out=int((~checked["finished"]).sum()),
    )


PEOPLE = (6, 8, 12, 20, 30)
DRILLS = (1, 2, 3, 4)


def make_plan_table(
    *, people: int | None, drills: int | None, spread: float | None, source: Path | None, teams: int
) -> tuple[str, ...]:
    if spread is not None and source is not None:
        raise ComparisonError(
            "both --spread and --from are given", expected="one of them", todo="leave one of the two out"
        )
    told = f"Drills of one person vary by {USUAL_SPREAD:.2f} (log seconds), as usual in tasks of this kind."
    if source is not None:
        seen = measure_spread(check_attempts(read_attempts(source)))
        spread = seen.spread
        told = f"Drills of one person vary by {spread:.2f} (log seconds) in {source.name}: {seen.drills} drills."
        if seen.timed_out:
            told += f" {seen.timed_out} timed out, so the true figure is rather larger."
    elif spread is not None:
        told = f"Drills of one person vary by {spread:.2f} (log seconds), as given."
    rows = PEOPLE if people is None else (people,)
    columns = DRILLS if drills is None else (drills,)
    found = {
        (row, column): find_detectable_change(people=row, drills=column, spread=spread or USUAL_SPREAD, teams=teams)
        for row in rows
        for column in columns
    }
    lines = [
        told,
        "Share by which times must fall for a team to be found faster in 8 of 10 cases:",
        "",
        "people " + "".join(f"{_count(column):>12}" for column in columns),
    ]
    lines += [f"{row:>6} " + "".join(f"{_write(found[row, column]):>12}" for column in columns) for row in rows]
    asked = found[rows[len(rows) // 2], columns[len(columns) // 2]] if people is None or drills is None else None
    plan = asked or found[rows[0], columns[0]]
    lines += ["", plan.sentence]
    if plan.improved is not None:
        lines.append(
            f"At that size, {100 * plan.improved:.0f} of 100 such teams are called improved: that asks as well that "
            "accuracy does not lean the wrong way."
        )
    if max(columns) >= FEWEST_BASELINES:
        lines.append(
            f"With {FEWEST_BASELINES} or more drills before and nobody who waits, improved also asks for a change "
            "clearly beyond practice, which takes a larger one; that is not counted here."
        )
    return tuple(lines)


def _count(drills: int) -> str:
    return "1 drill" if drills == 1 else f"{drills} drills"


def _write(found: DetectableChange) -> str:
    return "-" if found.cut is None else f"{100.0 * found.cut:.0f}%"
