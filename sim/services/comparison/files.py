"""Compare tables of attempts: from one CSV file or several, for whom it is asked, and give the comparison as JSON."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import pandas as pd

from sim.columns import CHOSEN_BY, CONSOLE_PROFILES, DEVICES, DRILL_OPTIONS
from sim.compare.comparison import Comparison, compare_attempts
from sim.compare.people import EVERYBODY, Wanted
from sim.errors import ComparisonError
from sim.services.comparison.attempts_csv import read_several
from sim.text.words import is_own_console

SCHEMA_VERSION = 1
TABLES = ("facts", "rows", "left_after_before")


def compare_files(
    paths: Sequence[Path],
    *,
    profile: str | None = None,
    options: str | None = None,
    device: str | None = None,
    wanted: Wanted = EVERYBODY,
    chosen_by: str | None = None,
    are_different: bool = False,
) -> tuple[Comparison, pd.DataFrame]:
    """Return the comparison of CSV files of attempts taken together, see `read_several`, and their table."""
    if not is_own_console(profile or ""):
        _check_known(profile, CONSOLE_PROFILES, what="console profile")
    _check_known(device, DEVICES, what="kind of device")
    _check_known(chosen_by, CHOSEN_BY, what="way of choosing people")
    unknown = sorted(set((options or "").split()) - set(DRILL_OPTIONS))
    if unknown:
        raise ComparisonError(
            f"the drill option {unknown[0][:40]!r} does not exist",
            expected=", ".join(DRILL_OPTIONS),
            todo='choose among these, with blanks between, or "" for drills without options',
        )
    asked_options = None if options is None else " ".join(sorted(set(options.split())))
    table = _say_chosen(read_several(paths), chosen_by)
    comparison = compare_attempts(
        table, profile=profile, options=asked_options, device=device, wanted=wanted, are_different=are_different
    )
    return comparison, table


def _say_chosen(table: pd.DataFrame, chosen_by: str | None) -> pd.DataFrame:
    if chosen_by is None:
        return table
    if "chosen_by" not in table.columns:
        return table.assign(chosen_by=chosen_by)
    said = table["chosen_by"].map(lambda value: "" if pd.isna(value) else str(value).strip().lower())
    other = (said != "") & (said != chosen_by)
    if other.any():
        raise ComparisonError(
            f"row {table.index[int(other.to_numpy().argmax())]}, column chosen_by: the table says "
            f"{said[other].iloc[0][:40]!r}, not {chosen_by!r}",
            expected="the same in the table and in --chosen-by",
            todo="correct the column, or leave out --chosen-by",
        )
    return table.assign(chosen_by=chosen_by)


def _check_known(name: str | None, known: Sequence[str], *, what: str) -> None:
    if name is not None and name not in known:
        raise ComparisonError(
            f"the {what} {name[:40]!r} does not exist", expected=", ".join(known), todo="choose one of these"
        )


def comparison_as_data(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON would hold it; drills and arrays are left to the table of attempts."""
    told = {item.name: getattr(comparison, item.name) for item in fields(comparison)}
    left = comparison.left
    told["left"] = {item.name: getattr(left, item.name) for item in fields(left) if item.name not in TABLES}
    return {"schema_version": SCHEMA_VERSION, **{key: _as_plain(told[key]) for key in told if key not in TABLES}}


def _as_plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {item.name: _as_plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _as_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
