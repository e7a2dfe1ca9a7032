"""How much drills of one person vary in a table of attempts: the spread that planning starts from."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.compare.data.table import check_attempts
from sim.errors import ComparisonError
from sim.services.comparison.files import read_attempts

FEWEST_DEGREES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedSpread:
    """The spread, log seconds; how many people and drills it was seen in; whether some drills timed out."""

    spread: float
    people: int
    drills: int
    timed_out: int


def load_spread(path: Path) -> ObservedSpread:
    """Return the spread from drill to drill of one person in a CSV file of attempts; see `measure_spread`."""
    return measure_spread(check_attempts(read_attempts(path)))


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
