"""The whole comparison of one team: design first, then time, then accuracy, then the word for both."""

import math
from typing import Any

import numpy as np
import pandas as pd

from sim.compare.accuracy import compute_paired_difference
from sim.compare.both_together import (
    LESS_ACCURATE_MARGIN,
    SLOWER_MARGIN,
    Change,
    Sides,
    Word,
    choose_word,
    judge_difference,
    judge_time,
)
from sim.compare.cautions import collect_cautions
from sim.compare.comparison import (
    AtRisk,
    Comparison,
    MeasureReport,
    Pair,
    PersonSide,
    PhaseResults,
    ShareFinished,
    TimeReport,
)
from sim.compare.design import check_design
from sim.compare.ratio import compute_time_ratio
from sim.compare.result import FEWEST_FOR_TEST
from sim.compare.survival import (
    Durations,
    compute_curve,
    compute_restricted_mean,
    compute_restricted_mean_change,
    compute_share_finished,
    count_at_risk,
)
from sim.compare.table import ACCURACY, Phase, check_attempts
from sim.compare.wording import CANNOT_SHOW, say_ratio, say_reserve, say_verdict

SHARE_TIMES_S = (300.0, 600.0, 900.0)


def compare_attempts(table: pd.DataFrame, *, profile: str | None = None, options: str | None = None) -> Comparison:
    """Compare the people of a table of attempts before and after. Exact and without random numbers.

    Args:
        table: columns of `sim.columns.ATTEMPTS`, one row an attempt.
        profile: the console profile to compare.
        options: the options to compare, names in alphabetical order with blanks between, "" for none. Where one of
            these is None, it is what most people have in both phases. Attempts on different profiles or with different
            options are never compared together.

    Raises:
        ComparisonError: the table cannot be used; names row and column.
    """
    checked = check_attempts(table)
    rows, design = check_design(checked, profile=profile, options=options)
    pairs = _make_pairs(rows)
    time = _report_time(rows, pairs)
    accuracy = tuple(_report_measure(name, pairs) for name in ACCURACY)
    sides = _judge_sides(time, accuracy)
    if not pairs:
        word = Word.NOTHING_TO_COMPARE
    elif len(pairs) < FEWEST_FOR_TEST:
        word = Word.TOO_FEW
    else:
        word = choose_word(sides)
    return Comparison(
        word=word,
        verdict=say_verdict(
            word,
            sides,
            people=len(pairs),
            reserve=say_reserve(sides, time=time.ratio, accuracy=accuracy[0].difference),
        ),
        time_sentence=say_ratio(time.ratio),
        sides=sides,
        design=design,
        pairs=pairs,
        time=time,
        accuracy=accuracy,
        warnings=collect_cautions(rows, pairs, time, design),
        cannot_show=CANNOT_SHOW,
    )


def _make_pairs(rows: pd.DataFrame) -> tuple[Pair, ...]:
    attempts: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for attempt in rows.to_dict("records"):
        phases = attempts.setdefault(attempt["person_id"], {Phase.BEFORE.value: [], Phase.AFTER.value: []})
        phases[attempt["phase"]].append({str(name): value for name, value in attempt.items()})
    return tuple(
        Pair(
            person_id=person_id,
            before=_make_side(phases[Phase.BEFORE.value]),
            after=_make_side(phases[Phase.AFTER.value]),
        )
        for person_id, phases in sorted(attempts.items())
    )


def _make_side(attempts: list[dict[str, Any]]) -> PersonSide:
    times = [attempt["duration_s"] for attempt in attempts if attempt["finished"]]
    defined = {name: [attempt[name] for attempt in attempts if not math.isnan(attempt[name])] for name in ACCURACY}
    return PersonSide(
        attempts=len(attempts),
        finished=len(times),
        time_s=math.exp(math.fsum(math.log(time) for time in times) / len(times)) if times else None,
        limit_s=max(attempt["limit_s"] for attempt in attempts),
        accuracy={name: math.fsum(values) / len(values) for name, values in defined.items() if values},
    )


def _report_time(rows: pd.DataFrame, pairs: tuple[Pair, ...]) -> TimeReport:
    both = [(pair.before.time_s, pair.after.time_s) for pair in pairs]
    finished = np.array([times for times in both if None not in times], dtype=np.float64).reshape(-1, 2)
    ratio = compute_time_ratio(finished[:, 0], finished[:, 1])
    if not pairs:
        return TimeReport(
            ratio=ratio,
            before_curve=None,
            after_curve=None,
            at_risk=(),
            shares=(),
            restricted_mean=None,
            restricted_mean_change=None,
            timed_out=(0, 0),
        )
    before, after = (_durations(rows, pairs, phase) for phase in (Phase.BEFORE, Phase.AFTER))
    shortest, longest = float(rows["limit_s"].min()), float(rows["limit_s"].max())
    times = sorted({at_s for at_s in SHARE_TIMES_S if at_s < longest} | {longest})
    return TimeReport(
        ratio=ratio,
        before_curve=compute_curve(before, end_s=longest),
        after_curve=compute_curve(after, end_s=longest),
        at_risk=tuple(
            AtRisk(at_s=at_s, before=count_at_risk(before, at_s=at_s), after=count_at_risk(after, at_s=at_s))
            for at_s in _risk_times(longest)
        ),
        shares=tuple(
            ShareFinished(
                at_s=at_s,
                results=PhaseResults(
                    before=compute_share_finished(before, at_s=at_s), after=compute_share_finished(after, at_s=at_s)
                ),
            )
            for at_s in times
        ),
        restricted_mean=PhaseResults(
            before=compute_restricted_mean(before, limit_s=shortest),
            after=compute_restricted_mean(after, limit_s=shortest),
        ),
        restricted_mean_change=compute_restricted_mean_change(before, after, limit_s=shortest),
        timed_out=(int((~before.finished).sum()), int((~after.finished).sum())),
    )


def _durations(rows: pd.DataFrame, pairs: tuple[Pair, ...], phase: Phase) -> Durations:
    mine = rows[rows["phase"] == phase.value]
    number = {pair.person_id: index for index, pair in enumerate(pairs)}
    return Durations(
        duration_s=mine["duration_s"].to_numpy(dtype=np.float64),
        finished=mine["finished"].to_numpy(dtype=np.bool_),
        person=np.array([number[person_id] for person_id in mine["person_id"]], dtype=np.int64),
        people=len(pairs),
    )


def _risk_times(longest_s: float) -> tuple[float, ...]:
    """Return at most nine round times from 0 to the limit, the limit included."""
    steps = (30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 7_200.0, 14_400.0)
    step = next(step for step in steps if longest_s / step <= 8.0)
    round_times = [float(at_s) for at_s in np.arange(0.0, longest_s, step) if longest_s - at_s >= step / 2.0]
    return (*round_times, longest_s)


def _report_measure(measure: str, pairs: tuple[Pair, ...]) -> MeasureReport:
    both = [
        (pair.before.accuracy[measure], pair.after.accuracy[measure])
        for pair in pairs
        if measure in pair.before.accuracy and measure in pair.after.accuracy
    ]
    values = np.array(both, dtype=np.float64).reshape(-1, 2)
    difference = compute_paired_difference(values[:, 0], values[:, 1])
    higher_is_better = measure != "wrong_person_s"
    return MeasureReport(
        measure=measure,
        higher_is_better=higher_is_better,
        difference=difference,
        change=judge_difference(difference, higher_is_better=higher_is_better),
    )


def _judge_sides(time: TimeReport, accuracy: tuple[MeasureReport, ...]) -> Sides:
    """Judge time by the rule of `judge_time` and accuracy by IDF1; the other measures can only hold "improved" back."""
    change = time.restricted_mean_change
    mean = time.restricted_mean
    if change is None or mean is None:
        return Sides(time=Change.UNKNOWN, accuracy=Change.UNKNOWN)
    main = accuracy[0]
    before_mean = mean.before.estimate or 0.0
    return Sides(
        time=judge_time(ratio=time.ratio, mean_change=change, someone_timed_out=sum(time.timed_out) > 0),
        accuracy=main.change,
        time_leans_slower=(time.ratio.estimate or 0.0) > SLOWER_MARGIN
        or (change.estimate or 0.0) > (SLOWER_MARGIN - 1.0) * before_mean,
        accuracy_leans_worse=(main.difference.estimate or 0.0) < LESS_ACCURATE_MARGIN
        or any(report.change is Change.WORSE for report in accuracy[1:]),
    )
