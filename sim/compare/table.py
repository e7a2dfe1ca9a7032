"""The attempts table: its values are checked, row by row, before any number is computed."""

import math
import unicodedata
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

import numpy as np
import pandas as pd

from sim.columns import (
    ATTEMPTS,
    CHOSEN_BY,
    CONSOLE_PROFILES,
    DEVICES,
    DRILL_OPTIONS,
    GROUPS,
    OPTIONAL_ATTEMPTS,
    ORIGINS,
)
from sim.errors import ComparisonError
from sim.text.words import is_console

# Characters of a name in a file. Where several files are taken together, school and person make one name.
LONGEST_NAME = 200
NAMED = ("person_id", "form_id", "school")
# They turn the direction of what follows, so that one name reads as another: CVE-2021-42574.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def make_cell_error(
    row: object, column: str, what: str, *, expected: str, todo: str = "correct that cell"
) -> ComparisonError:
    """Return what is said of one cell of a table."""
    return ComparisonError(f"row {row}, column {column}: {what}", expected=expected, todo=todo)


def refuse_odd_names(table: pd.DataFrame, *, longest: int) -> None:
    """Refuse names that are too long, or that hold a control character or one that turns the direction of text.

    Raises:
        ComparisonError: names row and column.
    """
    for column in NAMED:
        names = table[column].unique() if column in table.columns else ()
        odd = {name: why for name in names if (why := _find_fault(name, longest=longest))}
        if odd:
            row, name = next((row, name) for row, name in table[column].items() if name in odd)
            expected = f"1 to {longest} characters, none of them a control character or one that turns the direction"
            shown = ascii(name if len(name) <= 40 else name[:40] + "...")
            raise make_cell_error(row, column, f"{shown} {odd[name]}", expected=expected)


def _find_fault(name: object, *, longest: int) -> str:
    if not isinstance(name, str):
        return ""
    if len(name) > longest:
        return f"has {len(name)} characters"
    wrong = next((sign for sign in name if sign in _TURNING or unicodedata.category(sign) in ("Cc", "Cs")), None)
    return "" if wrong is None else f"holds a sign that no name has (U+{ord(wrong):04X})"


LONGEST_S = 86_400.0
MOST_ROWS = 200_000
CLOCK_SLACK_S = 0.5
YES_NO = ("passed", "familiar", "extra_time", "by_hand", "seen_before")
# Nobody hands a drill in sooner: such a time is a slip of the pen. What is under `QUICK_S` is left out and listed.
SHORTEST_S = 0.5
QUICK_S = 5.0  # a drill handed in sooner than this is no search: opening one camera and placing one mark takes longer
SHARES = ("idf1", "appearance_recall", "appearance_precision")
ACCURACY = (*SHARES, "wrong_person_s")
ABOVE_0 = math.ulp(0.0)
# Columns of numbers that may be empty: the smallest and the largest, whether only whole ones, and in words.
NUMBERS: tuple[tuple[str, float, float, bool, str], ...] = (
    *((name, 0.0, 1.0, False, "0 to 1, or empty when undefined") for name in SHARES),
    ("wrong_person_s", 0.0, LONGEST_S, False, f"seconds from 0 to {LONGEST_S:.0f}"),
    ("difficulty", ABOVE_0, 1_000.0, False, "above 0, at most 1000, or empty"),
    ("rules", 1.0, 1_000.0, True, "1, 2, 3 up to 1000, or empty"),
    ("drill_number", 1.0, 10_000.0, True, "1, 2, 3 up to 10000, or empty"),
    ("people_in_all", 1.0, MOST_ROWS, False, f"1 to {MOST_ROWS}, or empty"),
    ("lessons", 0.0, 10_000.0, True, "0, 1, 2 up to 10000, or empty"),
    ("days_since_training", -36_500.0, 36_500.0, False, "days, at most 36500 either way, or empty"),
)


class Phase(Enum):
    """Which side of the training an attempt belongs to."""

    BEFORE = "before"
    AFTER = "after"
    RETENTION = "retention"


def check_attempts(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the columns of `ATTEMPTS`, in their order and types, and `duration_s` beside them.

    Args:
        table: one row an attempt. Its index names the rows in messages: for a file, the line numbers. Without a
            column `profile` every attempt is classic; without `options` it has none, and without another one of
            `OPTIONAL_ATTEMPTS` that is not known.

    Returns:
        A copy. `options` holds the names in alphabetical order. `duration_s` is the time to a right answer: until a
        drill that was passed was submitted, else its limit, however soon a wrong answer was handed in or the search
        given up. It is NaN where the table does not say what was passed; a drill that was not finished was not.

    Raises:
        ComparisonError: a column is missing or unknown, a value is impossible, a row is there twice, or one person has
            two drills of one number or is in two groups or schools; names the row and the column.
    """
    names = [column.name for column in ATTEMPTS]
    _check_columns(table, names)
    if len(table) > MOST_ROWS:
        what = f"the attempts table has {len(table)} rows"
        raise ComparisonError(what, expected=f"at most {MOST_ROWS}", todo="compare one district at a time")
    checked = table.assign(
        **{
            column.name: np.nan if column.dtype == "float64" else CONSOLE_PROFILES[0] * (column.name == "profile")
            for column in ATTEMPTS
            if column.name not in table.columns
        }
    ).loc[:, names]
    for column in ATTEMPTS:
        if column.dtype == "str":
            checked[column.name] = _to_words(checked[column.name])
    for name in ("person_id", "phase", "form_id", "profile"):
        _refuse(checked, name, checked[name] == "", expected="a name, not an empty cell")
    refuse_odd_names(checked, longest=2 * LONGEST_NAME + 1)
    _refuse_unlike(checked, "phase", [phase.value for phase in Phase])
    for name in ("phase", *YES_NO, "group", "device", "origin", "chosen_by"):
        checked[name] = checked[name].str.lower()
    expected = f"{', '.join(CONSOLE_PROFILES)}, or a console of a file as it was exported"
    _refuse_words(checked, "profile", is_console, expected=expected)
    ordered = {text: " ".join(sorted(set(text.split()))) for text in checked["options"].unique()}
    checked["options"] = checked["options"].map(ordered).astype("str")
    expected = f"empty, or with blanks between some of: {', '.join(DRILL_OPTIONS)}"
    _refuse_words(checked, "options", lambda text: set(text.split()) <= set(DRILL_OPTIONS), expected=expected)
    for name in YES_NO:
        _refuse_words(checked, name, ("", "yes", "no").__contains__, expected="yes, no, or empty")
    for name, known in (("group", GROUPS), ("device", DEVICES), ("origin", ORIGINS), ("chosen_by", CHOSEN_BY)):
        _refuse_unlike(checked, name, ("", *known))
    _refuse(checked, "finished", ~checked["finished"].isin((True, False)), expected="true or false")
    checked["finished"] = checked["finished"].astype(bool)
    for column in ATTEMPTS:
        if column.dtype == "float64":
            checked[column.name] = _to_numbers(checked, column.name)
    _check_numbers(checked)
    _refuse_repeats(checked)
    for name in ("group", "school"):
        _refuse_two_of(checked, name)
    early = (checked["passed"] == "yes") & ~checked["finished"]
    _refuse(checked, "passed", early, expected="no for a drill that is not finished")
    if (checked["passed"] != "").any():
        checked["passed"] = checked["passed"].where(checked["finished"], "no")
    within = checked["elapsed_s"].clip(upper=checked["limit_s"])
    counted = within.where(checked["passed"] == "yes", checked["limit_s"])
    return checked.assign(duration_s=counted.where(checked["passed"] != ""))


def _check_numbers(checked: pd.DataFrame) -> None:
    """Refuse numbers that cannot be; NaN passes where a cell may be empty."""
    for name in ("elapsed_s", "limit_s"):
        inside = (checked[name] > 0.0) & (checked[name] <= LONGEST_S)
        _refuse(checked, name, ~inside, expected=f"seconds above 0, at most {LONGEST_S:.0f}")
    instant = checked["finished"] & (checked["elapsed_s"] < SHORTEST_S)
    _refuse(checked, "elapsed_s", instant, expected=f"{SHORTEST_S:g} seconds or more for a finished drill")
    for name, low, high, is_whole, expected in NUMBERS:
        values = checked[name]
        is_part = (values != np.floor(values)) & values.notna() & is_whole
        _refuse(checked, name, (values < low) | (values > high) | is_part, expected=expected)
    late = checked["finished"] & (checked["elapsed_s"] > checked["limit_s"] + CLOCK_SLACK_S)
    if late.any():
        place = int(np.argmax(late.to_numpy()))
        elapsed_s, limit_s = (float(checked[name].iloc[place]) for name in ("elapsed_s", "limit_s"))
        raise make_cell_error(
            checked.index[place],
            "elapsed_s",
            f"{elapsed_s:g} s is marked finished but is over the limit of {limit_s:g} s",
            expected="finished only when submitted inside the limit",
            todo="set finished to false, or correct the time or the limit",
        )


def _to_words(cells: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return cells as text without blanks around it, empty ones as ""; equal cells are looked at once."""
    codes, values = pd.factorize(cells)
    stripped = [str(value).strip() for value in values]
    if cells.dtype == "str" and stripped == values.tolist() and not (codes < 0).any():
        return cells
    words = np.array([*stripped, ""], dtype=object)
    return pd.Series(words[codes], index=cells.index, dtype="str", name=cells.name)


def _check_columns(table: pd.DataFrame, names: list[str]) -> None:
    found = [str(name) for name in table.columns]
    listed = ", ".join(names)
    missing = [name for name in names if name not in found and name not in OPTIONAL_ATTEMPTS]
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


def _refuse(table: pd.DataFrame, name: str, is_bad: "pd.Series[bool]", *, expected: str) -> None:
    bad = is_bad.to_numpy(dtype=np.bool_)
    if bad.any():
        place = int(np.argmax(bad))
        what = f"{_shown(table[name].iloc[place])} cannot be used"
        raise make_cell_error(table.index[place], name, what, expected=expected)


def _refuse_words(table: pd.DataFrame, name: str, is_known: Callable[[str], bool], *, expected: str) -> None:
    other = [word for word in table[name].unique() if not is_known(word)]
    _refuse(table, name, table[name].isin(other), expected=expected)


def _refuse_unlike(table: pd.DataFrame, name: str, known: Sequence[str]) -> None:
    words = [word or "empty" for word in known]
    expected = f"{', '.join(words[:-1])} or {words[-1]}"
    _refuse_words(table, name, lambda word: word.lower() in known, expected=expected)


def _shown(value: object) -> str:
    if value is None or value == "" or (isinstance(value, float) and np.isnan(value)):
        return "an empty cell"
    if isinstance(value, str):
        return repr(value) if len(value) <= 40 else repr(value[:40] + "...")
    return f"{value:g}" if isinstance(value, float) else repr(value)


def _to_numbers(table: pd.DataFrame, name: str) -> "pd.Series[float]":
    cells = table[name]
    if cells.dtype == np.float64:
        return cells
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    _refuse(table, name, numbers.isna() & cells.notna(), expected="a number")
    return numbers


def _refuse_repeats(table: pd.DataFrame) -> None:
    """Refuse a row that is there twice, and a number that one person's drills have twice."""
    # most tables are done with after three columns
    may_be = table.duplicated(["person_id", "form_id", "elapsed_s"]).any()
    if may_be and (again := table.duplicated().to_numpy()).any():
        place = int(np.argmax(again))
        same = (table == table.iloc[place]) | (table.isna() & table.iloc[place].isna())
        first = int(np.argmax(same.all(axis=1).to_numpy()))
        raise make_cell_error(
            table.index[place],
            "person_id",
            f"the same attempt as row {table.index[first]} is there twice",
            expected="each attempt once",
            todo="delete one of the two rows",
        )
    numbered = table.loc[table["drill_number"].notna(), ["person_id", "drill_number"]]
    again = numbered.duplicated(["person_id", "drill_number"]).to_numpy()
    if again.any():
        place = int(np.argmax(again))
        number, person_id = numbered["drill_number"].iloc[place], numbered["person_id"].iloc[place]
        raise make_cell_error(
            numbered.index[place],
            "drill_number",
            f"{person_id[:40]!r} has two drills of number {number:g}",
            expected="each person's drills numbered 1, 2, 3 in the order they were done, through all phases",
            todo="correct the numbers, or leave that column out",
        )


def _refuse_two_of(table: pd.DataFrame, name: str) -> None:
    if table[name].nunique() < 2 or not table[["person_id", name]].drop_duplicates()["person_id"].duplicated().any():
        return
    first = table["person_id"].map(table.drop_duplicates("person_id").set_index("person_id")[name])
    place = int(np.argmax((table[name] != first).to_numpy()))
    what = f"{table['person_id'].iloc[place][:40]!r} is in two {name}s"
    expected = f"each person in one {name}, or in none, in all rows"
    raise make_cell_error(table.index[place], name, what, expected=expected)
