"""The comparison of a table of attempts, and handed over as tables and as data."""

import hashlib
import json
import math
import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from sim.attempt.options import ProfileName, describe_options, read_options
from sim.columns import ATTEMPTS
from sim.compare.comparison import Comparison, compare_attempts
from sim.compare.counting import Conditions
from sim.compare.result import NO_PLAN, Plan
from sim.console.console_profiles import get_card
from sim.features.comparison.files import SCHEMA_VERSION, Asked, comparison_as_data
from sim.features.comparison.tables import list_tables
from sim.text.tables import guard_cell, pack_files, write_table_csv
from sim.version import VERSION

_PLAIN = re.compile(r"[\w.,:/+-]+")
_QUOTABLE = re.compile(r"[\w.,:/+'() -]*")  # what stands between double quotes as it is, on Windows too


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportExport:
    comparison: Comparison
    table: pd.DataFrame  # the attempts behind them
    title: str  # whose comparison it is
    by_name: bool | None  # whether people are named; None where the table alone says what they are called
    asked: Asked  # what was asked of the comparison


def compare_table(
    table: pd.DataFrame,
    *,
    title: str,
    by_name: bool,
    conditions: Conditions | None = None,
    are_different: bool = False,
    plan: Plan = NO_PLAN,
) -> ReportExport:
    asked = Asked(are_different=are_different, teams=plan.teams, looks=plan.looks)
    if conditions is not None:
        asked = replace(asked, profile=conditions.profile, options=conditions.options)
    comparison = compare_attempts(
        table, profile=asked.profile, options=asked.options, are_different=are_different, plan=plan
    )
    return ReportExport(comparison=comparison, table=table, title=title, by_name=by_name, asked=asked)


def write_tables(handover: ReportExport, *, made_at: datetime) -> bytes:
    """Return all tables as CSV in a ZIP, with the numbers as JSON beside them; the same time gives the same bytes."""
    files = {f"{table.name}.csv": write_table_csv(table) for table in list_tables(handover.comparison)}
    return pack_files({**files, "comparison.json": write_json(handover)}, made_at=made_at)


def write_json(handover: ReportExport) -> bytes:
    data = {
        "schema_version": SCHEMA_VERSION,
        "program": f"Sightline {VERSION}",
        "fingerprint": compute_fingerprint(handover.table),
        "comparison": comparison_as_data(handover.comparison),
        "tables": {
            table.name: {"header": table.header, "rows": table.rows} for table in list_tables(handover.comparison)
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8")


def make_file_stem(title: str) -> str:
    """Return a file's name for a title, of plain letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-") or "report"


def write_command(asked: Asked) -> str:
    """Return the command line, as `python -m sim compare ATTEMPTS.csv --profile classic --options ""`."""
    wanted = asked.wanted
    values = (
        *(("--school", school) for school in wanted.schools),
        *(("--person", person) for person in wanted.people),
        ("--of", None if wanted.of_people is None else str(wanted.of_people)),
        ("--chosen-by", asked.chosen_by),
        ("--profile", asked.profile),
        ("--options", asked.options),
        ("--device", asked.device),
        ("--teams", None if asked.teams is None else str(asked.teams)),
        ("--looks", None if asked.looks == 1 else str(asked.looks)),
    )
    words = ["python -m sim compare", *map(_quote, asked.files)]
    words += [f"{name} {_quote(value)}" for name, value in values if value is not None]
    return " ".join([*words, *(["--different-people"] if asked.are_different else [])])


def _quote(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return f'"{value}"' if _QUOTABLE.fullmatch(value) else shlex.quote(value)


def compute_fingerprint(table: pd.DataFrame) -> str:
    """Return the SHA-256 of a table of attempts, 64 hexadecimal digits; the order of rows does not matter."""
    names = [column.name for column in ATTEMPTS if column.name in table.columns]
    columns = [[_write(value) for value in table[name].tolist()] for name in names]
    lines = sorted("\x1f".join(row) for row in zip(*columns, strict=True))
    return hashlib.sha256("\x1e".join(["\x1f".join(names), *lines]).encode("utf-8", "surrogatepass")).hexdigest()


def make_key(table: pd.DataFrame) -> str:
    """Return a key of a table as it stands, to keep what was computed from it: quick, and for this process only."""
    return hashlib.sha256(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes()).hexdigest()


def _write(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(value)
    return str(value)


def write_conditions(profile: str, options: Iterable[str]) -> str:
    return f"{get_card(ProfileName(profile)).title} {describe_options(read_options(options))}".strip()


def write_attempts_csv(table: pd.DataFrame) -> bytes:
    """Return an attempts table as CSV that `python -m sim compare` reads and spreadsheets open without formulas."""
    table = table.apply(lambda column: column.map(lambda cell: guard_cell(cell) if isinstance(cell, str) else cell))
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
