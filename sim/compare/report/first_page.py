"""The sentences of a first page: the numbers that decided, what is open, and who is not in it."""

import re
from collections.abc import Callable, Sequence

import pandas as pd

from sim.compare.checks.counting import Finding, say_clock, say_people
from sim.compare.checks.design import DesignReport
from sim.compare.checks.drill_checks import compute_hardness_ratio, is_uneven, say_public
from sim.compare.checks.left_out import RETENTION_REASON, LeftOut
from sim.compare.content.comparison import Comparison, Deciding, Pair, PhaseResults, TimeReport
from sim.compare.content.wording import say_share_change
from sim.compare.data.conditions import say_devices, say_options
from sim.compare.data.table import CLOCK_SLACK_S, Phase
from sim.compare.statistics.result import LEVEL, Result
from sim.text.words import say_console

MOST_REASONS = 4
CONCERNS = "Concerns"
NOT_TOLD = "Not in the table"


def list_first_page(comparison: Comparison) -> tuple[str, ...]:
    """Return every sentence that stands on the first page of a report, in its order."""
    return tuple(
        sentence
        for sentence in (
            comparison.verdict,
            comparison.time_sentence,
            comparison.accuracy_sentence,
            *list_readings(comparison),
            comparison.checks_sentence,
            *comparison.not_in_it,
            *comparison.cannot_show,
        )
        if sentence
    )


def list_readings(comparison: Comparison) -> tuple[str, ...]:
    """Return what drills before the training say of practice, unless a group waited, and what several schools say."""
    practice = None if comparison.groups is not None else comparison.practice
    return tuple(part.sentence for part in (practice, comparison.district) if part is not None)


def say_time(deciding: Deciding | None, means: PhaseResults | None, *, is_of_trained: bool = False) -> str:
    """Return the number that decides on times, with its interval; "" without anybody to compare.

    Args:
        deciding: the numbers that decide.
        means: the restricted mean in each phase.
        is_of_trained: others waited, whose times are not in it.
    """
    if deciding is None or means is None:
        return ""
    if deciding.time_by == "mean":
        return _say_mean(deciding, means, is_of_trained=is_of_trained)
    return say_ratio(deciding.time, over=_say_over(deciding.time, over=deciding.over, is_of_trained=is_of_trained))


def say_ratio(ratio: Result, *, over: str) -> str:
    """Return the ratio of typical times as a sentence with its interval; `over` is what `_say_over` gives."""
    if ratio.estimate is None:
        return "Nobody finished inside the limit in both phases, so typical times cannot be compared."
    same = abs(round((ratio.estimate - 1.0) * 100.0)) < 1
    sentence = f"Typical time after: {say_share_change(ratio.estimate)} {'as' if same else 'than'} before"
    if ratio.interval is None:
        return f"{sentence}, {over}. No interval can be given."
    bounds = (100.0 * (bound - 1.0) for bound in ratio.interval)
    return f"{sentence} (95% interval: {say_range(*bounds, say=_say_percent)}), {over}."


def _say_mean(deciding: Deciding, means: PhaseResults, *, is_of_trained: bool) -> str:
    time = deciding.time
    limit = say_clock(float(time.settings["limit_s"]))
    before, after = (say_clock(side.estimate or 0.0) for side in (means.before, means.after))
    told = f"Mean time, counting time-outs as {limit}: {before} before, {after} after"
    over = _say_over(time, over=deciding.over, is_of_trained=is_of_trained)
    if time.estimate is None:
        return f"{told}, {over}."
    told += f", {say_seconds(time.estimate)}"
    if time.interval is None:
        return f"{told}, {over}. No interval can be given."
    return f"{told} (95% interval: {say_range(*time.interval, say=say_seconds)}), {over}."


def say_accuracy(deciding: Deciding | None, *, is_of_trained: bool = False) -> str:
    """Return the number that decides on accuracy, with its interval; the rest is as in `say_time`."""
    if deciding is None:
        return ""
    accuracy = deciding.accuracy
    if accuracy.estimate is None:
        return "Accuracy is not defined before and after for anyone."
    told = f"Match with the actual path: {_say_points(100.0 * accuracy.estimate)}"
    over = _say_over(accuracy, over=deciding.over, is_of_trained=is_of_trained)
    if accuracy.interval is None:
        return f"{told}, {over}. No interval can be given."
    level = min(float(accuracy.settings.get("level", LEVEL)), LEVEL)
    bounds = say_range(*(100.0 * bound for bound in accuracy.interval), say=_say_points)
    return f"{told} ({100 * level:.0f}% interval: {bounds}), {over}."


def say_checks(design: DesignReport) -> str:
    """Return how many checks of the design are open, and which."""
    of, still = len(design.checks), design.open_checks
    if not still:
        return f"All {of} checks of how the drills were set up are fine."
    verb = "is" if len(still) == 1 else "are"
    parts = [
        f"{lead}: {'; '.join(check.topic for check in still if check.finding is finding)}"
        for lead, finding in ((CONCERNS, Finding.CONCERN), (NOT_TOLD, Finding.UNKNOWN))
        if any(check.finding is finding for check in still)
    ]
    return f"{len(still)} of {of} checks {verb} open. {'. '.join(parts)}."


def list_not_in_it(design: DesignReport) -> tuple[str, ...]:
    """Return who and what is not in the comparison, and why; follow-up drills are no part of it and not named."""
    out = [each for each in design.left_out if each.reason != RETENTION_REASON]
    reasons: dict[str, list[LeftOut]] = {}
    for each in out:
        reasons.setdefault(re.sub(r" \([^)]*\)", "", each.reason), []).append(each)
    verb = "is" if design.people == 1 else "are"
    told = [f"{design.people} of {design.everyone} people in the table {verb} compared."]
    if design.people == design.everyone:
        told = [] if out else [f"Everyone in the table is compared: {say_people(design.people)}."]
    ordered = sorted(reasons.items(), key=lambda item: -sum(each.attempts for each in item[1]))
    if ordered:
        parts = [_say_left_out(reason, those) for reason, those in ordered[:MOST_REASONS]]
        more = len(ordered) - MOST_REASONS
        rest = f"; and {more} more reasons" if more > 1 else "; and 1 more reason" if more == 1 else ""
        told.append(f"Not in it: {'; '.join(parts)}{rest}.")
    return (*told, *((design.who_left.sentence,) if design.who_left else ()))


def _say_left_out(reason: str, those: Sequence[LeftOut]) -> str:
    drills = sum(each.attempts for each in those)
    people = len({each.person_id for each in those} - {""})
    counted = "1 drill" if drills == 1 else f"{drills} drills"
    of = f" of {say_people(people)}" if people else ""
    return f"{counted}{of} ({reason})"


def _say_over(result: Result, *, over: str, is_of_trained: bool) -> str:
    if over == "schools":
        return f"over {result.n} schools"
    counted = "1 person" if result.n == 1 else f"{result.n} people"
    return f"{counted} who trained" if is_of_trained else counted


def say_range(lower: float, upper: float, *, say: Callable[[float], str]) -> str:
    """Return an interval in words: "30 to 142 s less", or "from 7 s less to 5 s more" where it holds no change.

    Args:
        lower: its lower end.
        upper: its upper end.
        say: puts one end in words, its number first.
    """
    ends = sorted((lower, upper), key=abs)
    if round(lower) * round(upper) > 0:
        return f"{abs(round(ends[0]))} to {say(ends[1])}"
    return f"from {say(lower)} to {say(upper)}"


def _say_percent(percent: float) -> str:
    return say_share_change(1.0 + percent / 100.0)


def say_seconds(seconds: float) -> str:
    """Return a change of a time: -126.2 gives "126 s less"."""
    if round(seconds) == 0:
        return "no change"
    return f"{abs(seconds):.0f} s {'less' if seconds < 0 else 'more'}"


def _say_points(value: float) -> str:
    points = round(value)
    if points == 0:
        return "no change"
    counted = "1 point" if abs(points) == 1 else f"{abs(points)} points"
    return f"{counted} {'higher' if points > 0 else 'lower'}"


def collect_cautions(
    rows: pd.DataFrame, pairs: tuple[Pair, ...], time: TimeReport, design: DesignReport
) -> tuple[str, ...]:
    """Return the sentences to show above the numbers; empty when there is nobody to compare."""
    if not pairs:
        return ()
    public = say_public(rows)
    warnings = [*([public] if public else []), *_warn_of_conditions(design)]
    left = len(pairs) - time.ratio.n
    if left:
        people = "1 person" if left == 1 else f"{left} people"
        warnings.append(
            f"{people} did not finish inside the limit in at least one phase; the ratio of typical times leaves them "
            "out, the completion curve does not."
        )
    partly = sum(1 for pair in pairs for side in (pair.before, pair.after) if 0 < side.finished < side.attempts)
    if partly:
        warnings.append(
            "Some people finished only part of their drills in a phase; their typical time is of the finished ones."
        )
    if not rows["finished"].any():
        warnings.append("Nobody finished inside the limit, before or after. Give more time or an easier form.")
    elif rows["finished"].all() and (rows["idf1"].dropna() >= 1.0).all() and rows["idf1"].notna().any():
        warnings.append(
            "Everyone was fully accurate every time: these drills are too easy to show a change in accuracy."
        )
    if time.ratio.n >= 2 and all(
        pair.after.time_s > pair.before.time_s
        for pair in pairs
        if pair.before.time_s is not None and pair.after.time_s is not None
    ):
        warnings.append(
            "Everyone who finished was slower after. Check that before and after are not swapped in the table."
        )
    gave_up = rows[list_given_up(rows)]["phase"].value_counts()
    if not gave_up.empty:
        before, after = (int(gave_up.get(phase.value, 0)) for phase in (Phase.BEFORE, Phase.AFTER))
        drills = "1 drill was" if before + after == 1 else f"{before + after} drills were"
        uneven = " Giving up on one side only makes the other look faster." if 0 in (before, after) else ""
        warnings.append(
            f"{drills} given up early, {before} before and {after} after. Each counts as not finished by the limit."
            f"{uneven}"
        )
    if rows["limit_s"].min() < rows["limit_s"].max():
        warnings.append("People had different time limits. Means are cut at the shortest.")
    if rows.groupby(["person_id", "phase"]).size().max() > 1:
        warnings.append(
            "People with several drills in a phase count once in the ratio and in accuracy, by their mean; every drill "
            "is in the completion curve, whose interval allows for drills of the same person."
        )
    return tuple(warnings)


def list_given_up(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Return for each attempt whether it was given up early: not finished, and over before its limit."""
    return ~rows["finished"] & (rows["elapsed_s"] < rows["limit_s"] - CLOCK_SLACK_S)


def _warn_of_conditions(design: DesignReport) -> list[str]:
    warnings = []
    if design.other_profiles:
        others = ", ".join(say_console(name) for name in design.other_profiles)
        warnings.append(
            f"Only drills on the {say_console(design.profile or '')} console are compared. Drills on another one "
            f"({others}) are left out: results on different consoles are never mixed."
        )
    if design.other_options:
        warnings.append(
            f"Only drills {say_options(design.options or '')} are compared. Drills "
            f"{' and '.join(say_options(options) for options in design.other_options)} are left out: results with "
            "different options are never mixed."
        )
    if design.other_devices:
        warnings.append(
            f"Only drills on {say_devices([design.device or ''])} are compared. Drills on "
            f"{say_devices(design.other_devices)} are left out: results on different devices are never mixed."
        )
    return warnings


def say_difficulty(rows: pd.DataFrame) -> str:
    """Return that one side's drills were harder than the other's, or "" where they were not or it is not known."""
    ratio = compute_hardness_ratio(rows)
    if ratio is None or not is_uneven(ratio):
        return ""
    percent = abs(100.0 * (ratio - 1.0))
    return (
        f"The drills after were {percent:.0f}% {'easier' if ratio < 1.0 else 'harder'} on average than those before, "
        "so a change that looks that way is given no word."
    )
