"""The whole comparison of one team: design first, then time, then accuracy, then the word for both."""

from dataclasses import replace

import numpy as np
import pandas as pd

from sim.compare.analyses.groups import compute_district, compute_groups, compute_task_types, find_groups
from sim.compare.analyses.over_time import compute_learning, compute_retention, pick_retention, say_unfit_retention
from sim.compare.analyses.people import compute_ratio_of_pairs, compute_reliable_changes, make_pairs, number_people
from sim.compare.analyses.practice import compute_practice
from sim.compare.checks.design import check_design
from sim.compare.content.comparison import (
    AtRisk,
    Change,
    Comparison,
    Deciding,
    DistrictReport,
    Effects,
    GroupReport,
    MeasureReport,
    Pair,
    PhaseResults,
    ShareFinished,
    TimeReport,
    judge_difference,
    judge_sides,
)
from sim.compare.content.wording import (
    list_cannot_show,
    say_practice_warning,
    say_reserve,
    say_verdict,
    say_waiting,
    speak_of_teams,
)
from sim.compare.data.people import EVERYBODY, Wanted
from sim.compare.data.table import ACCURACY, Phase, check_attempts
from sim.compare.report.first_page import (
    collect_cautions,
    list_not_in_it,
    say_accuracy,
    say_checks,
    say_difficulty,
    say_time,
)
from sim.compare.report.verdict import choose_final_word, hold_to_practice, hold_to_waiting, list_no_word
from sim.compare.statistics.paired import compute_paired_difference, compute_time_ratio
from sim.compare.statistics.survival import (
    Durations,
    compute_curve,
    compute_restricted_mean,
    compute_restricted_mean_change,
    compute_share_finished,
    count_at_risk,
)

SHARE_TIMES_S = (300.0, 600.0, 900.0)


def compare_attempts(
    table: pd.DataFrame,
    *,
    profile: str | None = None,
    options: str | None = None,
    device: str | None = None,
    wanted: Wanted = EVERYBODY,
    are_different: bool = False,
    is_first_page: bool = False,
) -> Comparison:
    """Compare the people of a table of attempts before and after; the same table always gives the same answer.

    Nothing uses random numbers. With two groups of which one waited, everything but `groups` is about the group that
    trained.

    Args:
        table: columns of `sim.columns.ATTEMPTS`, one row an attempt; everybody, also where only some are wanted.
        profile: the console profile to compare.
        options: the options to compare, names in alphabetical order with blanks between, "" for none.
        device: the kind of device to compare. Where one of these is None, it is what most people have in both phases.
            Attempts on different profiles, devices or with different options are never compared together.
        wanted: whom to compare. A part of the people gets numbers and no word.
        are_different: people who look like one person under two ids are known to be different people.
        is_first_page: only what the word and the first page need; curves and shares finished, learning
            curve and task types, which decide nothing and stand elsewhere, are left out.

    Raises:
        ComparisonError: the table cannot be used; names row and column. Or nobody is of whom was asked for.
    """
    checked = check_attempts(table)
    rows, design = check_design(
        checked, profile=profile, options=options, device=device, wanted=wanted, are_different=are_different
    )
    groups = _compare_groups(rows)
    if groups is not None:
        rows = rows[rows["group"] == groups.trained]
    pairs = make_pairs(rows)
    accuracy = _report_accuracy(pairs)
    if pairs:
        before, after = _split_durations(rows)
        time = _report_time(rows, pairs, before, after, is_first_page=is_first_page)
        district = compute_district(rows, pairs, before, after)
    else:
        time, district = _report_no_time(), None
    deciding = _find_deciding(time, accuracy, district)
    if deciding is not None and deciding.over == "schools":
        change = judge_difference(deciding.accuracy, higher_is_better=True)
        accuracy = (replace(accuracy[0], change=change), *accuracy[1:])
    sides = _judge(time, accuracy, district)
    practice = compute_practice(rows)
    retention, retention_warning = compute_retention(
        rows[rows["phase"] == Phase.AFTER.value], pick_retention(checked, rows)
    )
    people, people_note = compute_reliable_changes(rows)
    # a group that waited measures practice better than drills before the training do
    claimed = hold_to_practice(sides, practice) if groups is None else hold_to_waiting(sides, groups)
    no_word = list_no_word(design, claimed, rows, is_drawn=groups is not None and groups.by_lot)
    word = choose_final_word(sides, claimed, people=len(pairs), no_word=no_word, has_waiting=groups is not None)
    verdict = say_verdict(
        word,
        sides,
        people=len(pairs),
        no_word=no_word,
        groups="" if groups is None else groups.sentence,
        reserve="" if deciding is None else say_reserve(sides, deciding, mean_before_s=_find_mean_before(time)),
        practice=say_practice_warning(sides, practice) if groups is None else "",
    )
    more = (
        say_waiting(groups),
        retention_warning,
        say_unfit_retention(checked),
        "" if no_word else say_difficulty(rows),
    )
    return Comparison(
        word=word,
        verdict=verdict if district is None else speak_of_teams(verdict),
        no_word=no_word,
        time_sentence=say_time(deciding, time.restricted_mean, is_of_trained=groups is not None),
        accuracy_sentence=say_accuracy(deciding, is_of_trained=groups is not None),
        checks_sentence=say_checks(design),
        not_in_it=list_not_in_it(design),
        sides=sides,
        deciding=deciding,
        design=design,
        pairs=pairs,
        time=time,
        accuracy=accuracy,
        warnings=(*(warning for warning in more if warning), *collect_cautions(rows, pairs, time, design)),
        cannot_show=list_cannot_show(groups=groups, has_retention=bool(retention), people=bool(people)),
        people=people,
        people_note=people_note,
        retention=retention,
        by_task_type=() if is_first_page else compute_task_types(rows),
        learning=() if is_first_page else compute_learning(rows),
        practice=practice,
        groups=groups,
        district=district,
    )


def _compare_groups(rows: pd.DataFrame) -> GroupReport | None:
    names = find_groups(rows)
    if names is None:
        return None
    return compute_groups(rows, make_pairs(rows), trained=names[0], waiting=names[1])


def _report_no_time() -> TimeReport:
    nobody = np.zeros(0)
    return TimeReport(
        ratio=compute_time_ratio(nobody, nobody),
        before_curve=None,
        after_curve=None,
        at_risk=(),
        shares=(),
        restricted_mean=None,
        restricted_mean_change=None,
        timed_out=(0, 0),
    )


def _report_time(
    rows: pd.DataFrame, pairs: tuple[Pair, ...], before: Durations, after: Durations, *, is_first_page: bool
) -> TimeReport:
    shortest = float(rows["limit_s"].min())
    told = TimeReport(
        ratio=compute_ratio_of_pairs(pairs),
        before_curve=None,
        after_curve=None,
        at_risk=(),
        shares=(),
        restricted_mean=PhaseResults(
            before=compute_restricted_mean(before, limit_s=shortest),
            after=compute_restricted_mean(after, limit_s=shortest),
        ),
        restricted_mean_change=compute_restricted_mean_change(before, after, limit_s=shortest),
        timed_out=(int((~before.finished).sum()), int((~after.finished).sum())),
    )
    return told if is_first_page else _add_further(told, rows, before, after)


def _add_further(told: TimeReport, rows: pd.DataFrame, before: Durations, after: Durations) -> TimeReport:
    """Return the report with what stands beside the numbers that decide: curves and shares."""
    longest = float(rows["limit_s"].max())
    curves = tuple(compute_curve(side, end_s=longest) for side in (before, after))
    times = sorted({at_s for at_s in SHARE_TIMES_S if at_s < longest} | {longest})
    return replace(
        told,
        before_curve=curves[0],
        after_curve=curves[1],
        at_risk=tuple(
            AtRisk(at_s=at_s, before=count_at_risk(before, at_s=at_s), after=count_at_risk(after, at_s=at_s))
            for at_s in _risk_times(longest)
        ),
        shares=tuple(
            ShareFinished(
                at_s=at_s,
                results=PhaseResults(
                    before=compute_share_finished(before, at_s=at_s, curve=curves[0]),
                    after=compute_share_finished(after, at_s=at_s, curve=curves[1]),
                ),
            )
            for at_s in times
        ),
    )


def _split_durations(rows: pd.DataFrame) -> tuple[Durations, Durations]:
    """Return the attempts before and after, people numbered in the order of ids."""
    person, ids = number_people(rows)
    is_after = (rows["phase"] == Phase.AFTER.value).to_numpy(dtype=np.bool_)
    duration_s = rows["duration_s"].to_numpy(dtype=np.float64)
    finished = rows["finished"].to_numpy(dtype=np.bool_)
    before, after = (
        Durations(duration_s=duration_s[mine], finished=finished[mine], person=person[mine], people=len(ids))
        for mine in (~is_after, is_after)
    )
    return before, after


def _risk_times(longest_s: float) -> tuple[float, ...]:
    """Return at most nine round times from 0 to the limit, the limit included."""
    steps = (30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 7_200.0, 14_400.0)
    step = next(step for step in steps if longest_s / step <= 8.0)
    round_times = [float(at_s) for at_s in np.arange(0.0, longest_s, step) if longest_s - at_s >= step / 2.0]
    return (*round_times, longest_s)


def _report_accuracy(pairs: tuple[Pair, ...]) -> tuple[MeasureReport, ...]:
    return tuple(_report_measure(name, pairs) for name in ACCURACY)


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


def _find_deciding(
    time: TimeReport, accuracy: tuple[MeasureReport, ...], district: DistrictReport | None
) -> Deciding | None:
    """Return the numbers that decide: over schools with schools enough, and by the mean once anybody timed out."""
    if time.restricted_mean_change is None:
        return None
    by_mean = sum(time.timed_out) > 0
    if district is not None and district.decides:
        return Deciding(
            over="schools",
            time_by="mean" if by_mean else "ratio",
            time=district.time_change if by_mean else district.ratio,
            accuracy=district.accuracy or accuracy[0].difference,
        )
    return Deciding(
        over="people",
        time_by="mean" if by_mean else "ratio",
        time=time.restricted_mean_change if by_mean else time.ratio,
        accuracy=accuracy[0].difference,
    )


def _find_mean_before(time: TimeReport) -> float:
    return 0.0 if time.restricted_mean is None else time.restricted_mean.before.estimate or 0.0


def _judge(time: TimeReport, accuracy: tuple[MeasureReport, ...], district: DistrictReport | None) -> Effects:
    """Judge both sides; with schools enough, over schools instead of over people."""
    if time.restricted_mean_change is None or time.restricted_mean is None:
        return Effects(time=Change.UNKNOWN, accuracy=Change.UNKNOWN)
    by_school = district is not None and district.decides
    return judge_sides(
        ratio=district.ratio if district is not None and by_school else time.ratio,
        mean_change=district.time_change if district is not None and by_school else time.restricted_mean_change,
        mean_before_s=_find_mean_before(time),
        someone_timed_out=sum(time.timed_out) > 0,
        accuracy=accuracy[0].change,
        accuracy_difference=accuracy[0].difference.estimate or 0.0,
        other_accuracy=tuple(report.change for report in accuracy[1:]),
    )
