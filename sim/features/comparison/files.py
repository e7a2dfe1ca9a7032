"""A comparison as it was asked for, of files, and as JSON: light, for the command line."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import pandas as pd

from sim.columns import CHOSEN_BY, CONSOLE_PROFILES, DEVICES, DRILL_OPTIONS
from sim.compare.comparison import Comparison, compare_attempts
from sim.compare.facts import EVERYBODY, Wanted
from sim.compare.result import Plan
from sim.errors import ComparisonError
from sim.features.comparison.attempts_csv import read_several
from sim.text.words import is_own_console

SCHEMA_VERSION = 1
MOST_COUNTED = 1_000
TABLES = ("facts", "rows", "left_after_before")  # of a comparison, left to the table of attempts


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of a comparison, besides its drills; None or nothing where the drills themselves decide."""

    files: tuple[str, ...] = ("ATTEMPTS.csv",)  # names of the files with the drills
    # profile, options, device: what to compare, the options with blanks between
    profile: str | None = None
    options: str | None = None
    device: str | None = None
    wanted: Wanted = EVERYBODY  # whom to compare
    chosen_by: str | None = None  # how people were chosen, where the drills do not say
    are_different: bool = False  # people who look like one person under two ids are different people
    teams: int | None = None  # how many were compared, this one among them
    looks: int = 1  # how often this one was, with other drills


def compare_files(paths: Sequence[Path], asked: Asked) -> tuple[Comparison, pd.DataFrame]:
    """Return the comparison of CSV files of attempts taken together, see `read_several`, and their table."""
    consoles = () if is_own_console(asked.profile or "") else CONSOLE_PROFILES
    for name, known, what in (
        (asked.profile, consoles, "console profile"),
        (asked.device, DEVICES, "kind of device"),
        (asked.chosen_by, CHOSEN_BY, "way of choosing people"),
    ):
        if name is not None and known and name not in known:
            raise ComparisonError(
                f"the {what} {name[:40]!r} does not exist", expected=", ".join(known), todo="choose one of these"
            )
    for count, what in ((1 if asked.teams is None else asked.teams, "teams"), (asked.looks, "looks")):
        if not 1 <= count <= MOST_COUNTED:
            raise ComparisonError(f"{count} {what} cannot be", expected=f"1 to {MOST_COUNTED}", todo="count them all")
    options = sorted(set((asked.options or "").split()))
    unknown = [each for each in options if each not in DRILL_OPTIONS]
    if unknown:
        raise ComparisonError(
            f"the drill option {unknown[0][:40]!r} does not exist",
            expected=", ".join(DRILL_OPTIONS),
            todo='choose among these, with blanks between, or "" for drills without options',
        )
    table = _say_chosen(read_several(paths), asked.chosen_by)
    comparison = compare_attempts(
        table,
        profile=asked.profile,
        options=None if asked.options is None else " ".join(options),
        device=asked.device,
        wanted=asked.wanted,
        are_different=asked.are_different,
        plan=Plan(teams=asked.teams, looks=asked.looks),
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


def comparison_as_data(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON would hold it; drills and arrays are left to the table of attempts."""
    return {"schema_version": SCHEMA_VERSION, **_as_plain(comparison)}


def _as_plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {item.name: _as_plain(getattr(value, item.name)) for item in fields(value) if item.name not in TABLES}
    if isinstance(value, Mapping):
        return {str(key): _as_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
