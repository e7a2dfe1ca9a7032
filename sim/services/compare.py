"""Compare tables of attempts: from one CSV file or several, for whom it is asked, and give the comparison as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import Any

import pandas as pd

from sim.columns import CONSOLE_PROFILES, DEVICES, DRILL_OPTIONS
from sim.compare.comparison import Comparison
from sim.compare.report import compare_attempts
from sim.errors import ComparisonError
from sim.services.attempt_tables.merge import read_several
from sim.services.attempt_tables.pick import pick_people, pick_schools
from sim.services.attempt_tables.read import parse_attempts, read_attempts

__all__ = [
    "compare_file",
    "compare_files",
    "compare_files_and_table",
    "comparison_as_data",
    "parse_attempts",
    "read_attempts",
]

SCHEMA_VERSION = 1


def compare_file(path: Path, *, profile: str | None = None, options: str | None = None) -> Comparison:
    """Return the comparison of one CSV file of attempts; see `compare_files`."""
    return compare_files([path], profile=profile, options=options)


def compare_files(
    paths: Sequence[Path],
    *,
    profile: str | None = None,
    options: str | None = None,
    device: str | None = None,
    schools: Sequence[str] = (),
    people: Sequence[str] = (),
) -> Comparison:
    """Return the comparison of CSV files of attempts, see `sim.services.attempt_tables.merge`.

    Args:
        paths: one file or several.
        profile: the console to compare.
        options: the drill options to compare, with blanks between.
        device: the kind of device to compare; where one of these is None, it is what most people have in both phases.
        schools: only these; all when empty.
        people: only these, by `person_id`; all when empty.

    Raises:
        ComparisonError: a file cannot be read or compared; names row and column. Or there is no such profile, option,
            device, school or person.
    """
    return compare_files_and_table(
        paths, profile=profile, options=options, device=device, schools=schools, people=people
    )[0]


def compare_files_and_table(
    paths: Sequence[Path],
    *,
    profile: str | None = None,
    options: str | None = None,
    device: str | None = None,
    schools: Sequence[str] = (),
    people: Sequence[str] = (),
) -> tuple[Comparison, pd.DataFrame]:
    """Return the same, and the table that it was made from."""
    _check_known(profile, CONSOLE_PROFILES, what="console profile")
    _check_known(device, DEVICES, what="kind of device")
    unknown = sorted(set((options or "").split()) - set(DRILL_OPTIONS))
    if unknown:
        raise ComparisonError(
            f"the drill option {unknown[0][:40]!r} does not exist",
            expected=", ".join(DRILL_OPTIONS),
            todo='choose among these, with blanks between, or "" for drills without options',
        )
    wanted = None if options is None else " ".join(sorted(set(options.split())))
    table = pick_people(pick_schools(read_several(paths), schools), people)
    return compare_attempts(table, profile=profile, options=wanted, device=device), table


def _check_known(name: str | None, known: Sequence[str], *, what: str) -> None:
    if name is not None and name not in known:
        raise ComparisonError(
            f"the {what} {name[:40]!r} does not exist", expected=", ".join(known), todo="choose one of these"
        )


def comparison_as_data(comparison: Comparison) -> dict[str, Any]:
    """Return everything the comparison holds as plain JSON types, with the schema version first."""
    return {"schema_version": SCHEMA_VERSION, **_as_plain(asdict(comparison))}


def _as_plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): _as_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_plain(item) for item in value]
    return value
