"""What practice alone explains: the gain over drills before the training, and the change beyond it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.compare.columns_of import get_numbers
from sim.compare.comparison import PracticeReport
from sim.compare.result import Result
from sim.compare.t_result import compute_mean
from sim.compare.table import Phase
from sim.compare.wording import say_practice

FEWEST_PEOPLE = 2
GAIN = "{what}, last less first drill before the training, mean over people; t interval and test"
BEYOND = (
    "{what}, after less before, less each person's own line through the drills before by log drill number; mean over "
    "people; t interval and test"
)
TIME = "log time counting at most the limit"
IDF1 = "IDF1"
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeLine:
    """One person's drills before the training and what a line through them says.

    Attributes:
        gain: last drill less first.
        slope: by log drill number.
        change: mean after less mean before.
        distance: mean log drill number after less the same before: how far the line is drawn on.
    """

    gain: float
    slope: float
    change: float
    distance: float


def compute_practice(rows: pd.DataFrame) -> PracticeReport | None:
    """Return practice gain and the change beyond it; None without two people who have two drills before, in order.

    Practice makes times fall by a power of how often something was done (Newell and Rosenbloom 1981), a straight line
    of log time by log drill number. Each person's own line through their drills before is drawn on to the drills after;
    what they differ from it is the change beyond practice. With two drills before and one after (numbers 1, 2, 3) that
    is y3 - (y1 + y2) / 2 - (y2 - y1) / log 2 * (log 3 - log 2 / 2). Such an interval is wide: the price of knowing the
    practice gain of these people instead of guessing it.

    Nobody ends a drill before its limit other than by finishing it, so the time counting at most the limit is known for
    every drill. Where drills timed out, gain and change are both understated.

    Args:
        rows: comparable attempts before and after. Without numbers of all drills their order is not known.
    """
    numbers = get_numbers(rows, "drill_number")
    if numbers is None or rows.empty:
        return None
    table = pd.DataFrame(
        {
            "person": rows["person_id"].to_numpy(),
            "is_after": (rows["phase"] == Phase.AFTER.value).to_numpy(),
            "x": np.log(numbers),
            "time": np.log(rows["duration_s"].to_numpy(dtype=np.float64)),
            "idf1": rows["idf1"].to_numpy(dtype=np.float64),
        }
    )
    warnings: tuple[str, ...] = ()
    if not rows["finished"].all():
        warnings = ("Drills that timed out count as the limit, so this is rather too small.",)
    lines = draw_lines(table, "time")
    if len(lines) < FEWEST_PEOPLE:
        return None
    gain, beyond = _describe(lines, what=TIME, is_log=True, warnings=warnings)
    accurate = draw_lines(table.dropna(subset=["idf1"]), "idf1")
    accuracy = _describe(accurate, what=IDF1, is_log=False) if len(accurate) >= FEWEST_PEOPLE else (None, None)
    is_beyond = beyond.interval is not None and beyond.interval[1] < 1.0
    return PracticeReport(
        gain=gain,
        beyond=beyond,
        accuracy_gain=accuracy[0],
        accuracy_beyond=accuracy[1],
        is_beyond_practice=is_beyond,
        sentence=say_practice(gain, beyond),
    )


def draw_lines(table: pd.DataFrame, name: str) -> list[PracticeLine]:
    """Return the line of every person with two or more drills of different number before and one after.

    Args:
        table: columns person, is_after, x (log drill number), and `name`, without gaps.
        name: column of the values.
    """
    ordered = table.sort_values(["person", "x"], kind="stable")
    before, after = ordered[~ordered["is_after"]], ordered[ordered["is_after"]]
    sides = []
    for side in (before, after):
        by_person = side.groupby("person", sort=True)
        sides.append(
            pd.DataFrame({"x": by_person["x"].mean(), "y": by_person[name].mean(), "drills": by_person.size()})
        )
    first, second = sides
    centred_x = before["x"] - before["person"].map(first["x"])
    centred_y = before[name] - before["person"].map(first["y"])
    squares = (centred_x**2).groupby(before["person"]).sum()
    products = (centred_x * centred_y).groupby(before["person"]).sum()
    ends = before.groupby("person", sort=True)[name].agg(["first", "last"])
    people = first.index.intersection(second.index)
    first, second, ends = first.loc[people], second.loc[people], ends.loc[people]
    square, product = squares.loc[people].to_numpy(), products.loc[people].to_numpy()
    known = (first["drills"].to_numpy() >= 2) & (square > 0.0)
    columns = (
        (ends["last"] - ends["first"]).to_numpy()[known],
        product[known] / square[known],
        (second["y"] - first["y"]).to_numpy()[known],
        (second["x"] - first["x"]).to_numpy()[known],
    )
    return [
        PracticeLine(gain=gain, slope=slope, change=change, distance=distance)
        for gain, slope, change, distance in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _describe(
    lines: list[PracticeLine], *, what: str, is_log: bool, warnings: tuple[str, ...] = ()
) -> tuple[Result, Result]:
    gains = np.array([line.gain for line in lines])
    beyond = np.array([line.change - line.slope * line.distance for line in lines])
    gain = compute_mean(gains, method=GAIN.format(what=what), is_log=is_log, has_p=True, warnings=warnings)
    return gain, compute_mean(beyond, method=BEYOND.format(what=what), is_log=is_log, has_p=True, warnings=warnings)
