"""What practice alone explains: the gain over drills before the training, and the change beyond it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.compare.analyses.people import number_people
from sim.compare.checks.people_checks import FEWEST_BASELINES, count_usual
from sim.compare.content.comparison import PracticeReport
from sim.compare.content.wording import say_practice
from sim.compare.data.table import Phase, get_numbers
from sim.compare.statistics.result import Result, compute_mean

FEWEST_PEOPLE = 2
GAIN = "{what}, last less first drill before the training, mean over people; t interval and test"
BEYOND = (
    "{what}, after less before, less each person's own line through the drills before by log drill number; mean over "
    "people; t interval and test"
)
TIME = "log time counting at most the limit"
IDF1 = "IDF1"
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeLines:
    """Of each person the drills before the training and what a line through them says, (n,) each."""

    gain: FloatArray  # last drill less first
    slope: FloatArray  # by log drill number
    change: FloatArray  # mean after less mean before
    distance: FloatArray  # mean log drill number after less the same before: how far the line is drawn on
    baselines: IntArray  # how many drills before

    def __len__(self) -> int:
        return len(self.gain)


def compute_practice(rows: pd.DataFrame) -> PracticeReport | None:
    """Return practice gain and the change beyond it; None without two people who have two drills before, in order.

    Practice makes times fall by a power of how often something was done (Newell and Rosenbloom 1981), a straight line
    of log time by log drill number. Each person's own line through their drills before is drawn on to the drills after;
    what they differ from it is the change beyond practice. With two drills before and one after (numbers 1, 2, 3) that
    is y3 - (y1 + y2) / 2 - (y2 - y1) / log 2 * (log 3 - log 2 / 2). Such an interval is wide: the price of knowing the
    practice gain of these people instead of guessing it. With two drills before it is so wide that it can hardly ever
    tell practice from training, so that nothing is read from it below `FEWEST_BASELINES` drills.

    Nobody ends a drill before its limit other than by finishing it, so the time counting at most the limit is known for
    every drill. Where drills timed out, gain and change are both understated.

    Args:
        rows: comparable attempts before and after. Without numbers of all drills their order is not known.
    """
    numbers = get_numbers(rows, "drill_number")
    if numbers is None or rows.empty:
        return None
    person, _ = number_people(rows)
    return judge_practice(
        person,
        (rows["phase"] == Phase.AFTER.value).to_numpy(dtype=np.bool_),
        np.log(numbers),
        log_time=np.log(rows["duration_s"].to_numpy(dtype=np.float64)),
        idf1=rows["idf1"].to_numpy(dtype=np.float64),
        has_time_outs=not bool(rows["finished"].all()),
    )


def judge_practice(
    person: IntArray,
    is_after: BoolArray,
    order: FloatArray,
    *,
    log_time: FloatArray,
    idf1: FloatArray,
    has_time_outs: bool,
) -> PracticeReport | None:
    """Return the same from arrays.

    Args:
        person: whose each drill is, from 0, (m,).
        is_after: after the training, (m,).
        order: log drill number, (m,).
        log_time: of the time counting at most the limit, (m,).
        idf1: NaN where it is not defined, (m,).
        has_time_outs: any of these drills timed out.
    """
    warnings = ("Drills that timed out count as the limit, so this is rather too small.",) if has_time_outs else ()
    lines = draw_lines(person, is_after, order, log_time)
    if len(lines) < FEWEST_PEOPLE:
        return None
    gain, beyond = describe_lines(lines, what=TIME, is_log=True, warnings=warnings)
    known = ~np.isnan(idf1)
    accurate = draw_lines(person[known], is_after[known], order[known], idf1[known])
    accuracy = describe_lines(accurate, what=IDF1, is_log=False) if len(accurate) >= FEWEST_PEOPLE else (None, None)
    baselines = int(lines.baselines.min())
    is_told = count_usual(lines.baselines) >= FEWEST_BASELINES
    return PracticeReport(
        gain=gain,
        beyond=beyond,
        accuracy_gain=accuracy[0],
        accuracy_beyond=accuracy[1],
        is_beyond_practice=beyond.interval is not None and beyond.interval[1] < 1.0,
        sentence=say_practice(gain, beyond, baselines=baselines, is_told=is_told, has_time_outs=has_time_outs),
        baselines=baselines,
        is_told=is_told,
    )


def draw_lines(person: IntArray, is_after: BoolArray, order: FloatArray, values: FloatArray) -> PracticeLines:
    """Return the line of every person with two or more drills of different number before and one after.

    Args:
        person: whose each drill is, from 0, (m,).
        is_after: after the training, (m,).
        order: log drill number, (m,).
        values: what is measured, (m,).
    """
    people = int(person.max()) + 1 if len(person) else 0

    def add(weights: FloatArray, mine: BoolArray) -> FloatArray:
        return np.asarray(np.bincount(person[mine], weights=weights[mine], minlength=people), dtype=np.float64)

    count, x, y = (
        [add(column, side) for side in (~is_after, is_after)] for column in (np.ones(len(person)), order, values)
    )
    (x_before, x_after), (y_before, y_after) = (
        [total / np.maximum(number, 1.0) for total, number in zip(totals, count, strict=True)] for totals in (x, y)
    )
    centered = order - x_before[person]
    square, product = add(centered**2, ~is_after), add(centered * (values - y_before[person]), ~is_after)
    known = (count[0] >= 2) & (count[1] >= 1) & (square > 0.0)
    # drills before in the order of people and numbers: each person's first and last
    ordered = np.flatnonzero(~is_after)
    ordered = ordered[np.lexsort((order[ordered], person[ordered]))]
    ends = np.cumsum(count[0].astype(np.int64))
    last = values[ordered[ends[known] - 1]]
    first = values[ordered[(ends - count[0].astype(np.int64))[known]]]
    return PracticeLines(
        gain=last - first,
        slope=product[known] / square[known],
        change=(y_after - y_before)[known],
        distance=(x_after - x_before)[known],
        baselines=count[0][known].astype(np.int64),
    )


def describe_lines(
    lines: PracticeLines, *, what: str, is_log: bool, warnings: tuple[str, ...] = ()
) -> tuple[Result, Result]:
    """Return the gain by practice and the change beyond it, mean over people, with t intervals."""
    beyond = lines.change - lines.slope * lines.distance
    gain = compute_mean(lines.gain, method=GAIN.format(what=what), is_log=is_log, has_p=True, warnings=warnings)
    return gain, compute_mean(beyond, method=BEYOND.format(what=what), is_log=is_log, has_p=True, warnings=warnings)
