"""What a reader must know about the data as a whole before looking at the numbers."""

import pandas as pd

from sim.compare.checks.design import DesignReport
from sim.compare.checks.form_checks import compute_hardness_ratio, is_uneven, say_public
from sim.compare.content.comparison import Pair, TimeReport
from sim.compare.data.conditions import say_devices, say_options
from sim.compare.data.table import CLOCK_SLACK_S, Phase
from sim.text.consoles import say_console


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
