"""The attempts table: its values are checked, row by row, before any number is computed."""

from collections.abc import Callable
from enum import Enum
from typing import Any

import numpy as np
import pandas as pd

from sim.columns import ATTEMPTS, CONSOLE_PROFILES, DRILL_OPTIONS
from sim.errors import ComparisonError

LONGEST_S = 86_400.0
MOST_ROWS = 5_000
CLOCK_SLACK_S = 0.5
SHARES = ("idf1", "leg_recall", "leg_precision")
ACCURACY = (*SHARES, "wrong_person_s")


class Phase(Enum):
    """Which side of the training an attempt belongs to."""

    BEFORE = "before"
    AFTER = "after"
    RETENTION = "retention"


def check_attempts(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the columns of `ATTEMPTS`, in their order and types, and `duration_s` beside them.

    Args:
        table: one row an attempt. Its index names the rows in messages: for a file, the line numbers. Without a
            column `profile`, as before there were profiles, every attempt is classic; without `options` it has none,
            and without `familiar` that is not known.

    Returns:
        A copy. `options` holds the names in alphabetical order. `duration_s` is the time until the attempt was
        submitted; for one that was not submitted inside the limit it is the limit: the person is known only not to
        have finished by then. Someone who gave up early has not finished by the limit either, so that attempt also
        counts to the limit, never as a short one.

    Raises:
        ComparisonError: a column is missing or unknown, a value is impossible, a row is there twice; names the row and
            the column.
    """
    names = [column.name for column in ATTEMPTS]
    if "profile" not in table.columns:
        table = table.assign(profile=CONSOLE_PROFILES[0])
    for name in ("options", "familiar"):
        if name not in table.columns:
            table = table.assign(**{name: ""})
    _check_columns(table, names)
    if len(table) > MOST_ROWS:
        raise ComparisonError(
            f"the attempts table has {len(table)} rows",
            expected=f"at most {MOST_ROWS}",
            todo="compare one team at a time",
        )
    checked = table.loc[:, names].copy()
    for name in ("person_id", "phase", "form_id", "profile"):
        checked[name] = checked[name].map(lambda value: "" if pd.isna(value) else str(value).strip()).astype("str")
        _refuse(checked, name, lambda text: not text, expected="a name, not an empty cell")
    phases = [phase.value for phase in Phase]
    _refuse(checked, "phase", lambda text: text not in phases, expected=" or ".join(phases))
    _refuse(checked, "profile", lambda text: text not in CONSOLE_PROFILES, expected=" or ".join(CONSOLE_PROFILES))
    checked["options"] = checked["options"].map(_sort_options).astype("str")
    _refuse(
        checked,
        "options",
        lambda text: not set(text.split()) <= set(DRILL_OPTIONS),
        expected=f"empty, or with blanks between some of: {', '.join(DRILL_OPTIONS)}",
    )
    checked["familiar"] = (
        checked["familiar"].map(lambda value: "" if pd.isna(value) else str(value).strip().lower()).astype("str")
    )
    _refuse(checked, "familiar", lambda text: text not in ("", "yes", "no"), expected="yes, no, or empty")
    _refuse(checked, "finished", lambda value: value not in (True, False), expected="true or false")
    checked["finished"] = checked["finished"].astype(bool)
    for name in ("elapsed_s", "limit_s", *ACCURACY):
        _to_numbers(checked, name)
    for name in ("elapsed_s", "limit_s"):
        _refuse(
            checked,
            name,
            lambda value: not 0.0 < value <= LONGEST_S,
            expected=f"seconds above 0, at most {LONGEST_S:.0f}",
        )
    for name in SHARES:
        _refuse(checked, name, lambda value: value < 0.0 or value > 1.0, expected="0 to 1, or empty when undefined")
    _refuse(
        checked,
        "wrong_person_s",
        lambda value: value < 0.0 or value > LONGEST_S,
        expected=f"seconds from 0 to {LONGEST_S:.0f}",
    )
    late = checked["finished"] & (checked["elapsed_s"] > checked["limit_s"] + CLOCK_SLACK_S)
    if late.any():
        row = checked.index[int(np.argmax(late.to_numpy()))]
        raise ComparisonError(
            f"row {row}, column elapsed_s: {checked['elapsed_s'][row]:g} s is marked finished "
            f"but is over the limit of {checked['limit_s'][row]:g} s",
            expected="finished only when submitted inside the limit",
            todo="set finished to false, or correct the time or the limit",
        )
    _refuse_repeats(checked)
    within = checked["elapsed_s"].clip(upper=checked["limit_s"])
    checked["duration_s"] = within.where(checked["finished"], checked["limit_s"])
    return checked


def _sort_options(value: Any) -> str:
    return "" if pd.isna(value) else " ".join(sorted(set(str(value).split())))


def _check_columns(table: pd.DataFrame, names: list[str]) -> None:
    found = [str(name) for name in table.columns]
    listed = ", ".join(names)
    missing = [name for name in names if name not in found]
    if missing:
        raise ComparisonError(
            f"the attempts table lacks the column {missing[0]!r}", expected=listed, todo="export the attempts again"
        )
    unknown = [name for name in found if name not in names]
    if unknown:
        raise ComparisonError(
            f"row 1 (the header), column {unknown[0]!r} is unknown", expected=listed, todo="remove the column"
        )
    repeated = [name for name in names if found.count(name) > 1]
    if repeated:
        raise ComparisonError(f"the column {repeated[0]!r} is there twice", expected=listed, todo="keep one of them")


def _refuse(table: pd.DataFrame, name: str, is_bad: Callable[..., bool], *, expected: str) -> None:
    for row, value in zip(table.index, table[name], strict=True):
        if is_bad(value):
            raise ComparisonError(
                f"row {row}, column {name}: {_shown(value)} cannot be used",
                expected=expected,
                todo="correct that cell",
            )


def _shown(value: object) -> str:
    if value is None or value == "" or (isinstance(value, float) and np.isnan(value)):
        return "an empty cell"
    if isinstance(value, str):
        return repr(value) if len(value) <= 40 else repr(value[:40] + "...")
    return f"{value:g}" if isinstance(value, float) else repr(value)


def _to_numbers(table: pd.DataFrame, name: str) -> None:
    numbers = []
    for row, value in zip(table.index, table[name], strict=True):
        try:
            numbers.append(np.nan if value is None or value is pd.NA else float(value))
        except (TypeError, ValueError):
            raise ComparisonError(
                f"row {row}, column {name}: {_shown(value)} is not a number",
                expected="a number",
                todo="correct that cell",
            ) from None
    table[name] = pd.Series(numbers, index=table.index, dtype="float64")


def _refuse_repeats(table: pd.DataFrame) -> None:
    seen: dict[tuple[object, ...], object] = {}
    for row, values in zip(table.index, table.fillna(-1.0).itertuples(index=False, name=None), strict=True):
        if values in seen:
            raise ComparisonError(
                f"row {row}, column person_id: the same attempt as row {seen[values]} is there twice",
                expected="each attempt once",
                todo="delete one of the two rows",
            )
        seen[values] = row
