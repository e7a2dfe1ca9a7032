"""Accuracy that different versions of the rules gave is never put side by side."""

import pandas as pd

from sim.compare.data.table import ACCURACY


def find_other_rules(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Return for each attempt whether its accuracy was scored by other rules than the newest in the table.

    Where no version is known, as in tables from before there was one, nobody can tell and none is. Where some are, an
    attempt without a version is from before it was written, and is.
    """
    rules = rows["rules"]
    if rules.isna().all():
        return pd.Series(data=False, index=rows.index)
    is_scored = rows[list(ACCURACY)].notna().any(axis=1)
    if not rules[is_scored].notna().any():
        return is_scored & False
    is_other: pd.Series[bool] = is_scored & ~(rules == rules[is_scored].max())
    return is_other


def leave_out_other_rules(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the attempts without the accuracy of those whom other rules scored; their times are kept."""
    is_other = find_other_rules(rows)
    if not is_other.any():
        return rows
    kept = rows[list(ACCURACY)].mask(is_other)
    return rows.assign(**{name: kept[name] for name in ACCURACY})


def say_other_rules(rows: pd.DataFrame) -> str:
    """Return how many attempts' accuracy is left out, "" for none."""
    count = int(find_other_rules(rows).sum())
    if not count:
        return ""
    counted = "1 drill" if count == 1 else f"{count} drills"
    were = "it was" if count == 1 else "they were"
    return (
        f"The accuracy of {counted} is left out: {were} scored by an earlier version of the rules. Times are not "
        "affected. Score old drills again to compare their accuracy."
    )
