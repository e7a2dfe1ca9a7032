"""The lines that `python -m sim power` prints."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.compare.checks.people_checks import FEWEST_BASELINES
from sim.compare.data.table import check_attempts
from sim.errors import ComparisonError
from sim.services.comparison.attempts_csv import read_attempts
from sim.services.comparison.detectable import DetectableChange, find_detectable_change
from sim.services.comparison.team_model import USUAL_SPREAD

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
    """Return a table of the cut in times that each plan can show, and the sentence for the plan asked about."""
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
