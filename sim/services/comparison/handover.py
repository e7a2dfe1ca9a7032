"""A comparison ready to be handed over: on paper, as tables, as data."""

import hashlib
import io
import json
import math
import re
import shlex
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import pandas as pd

from sim import __version__
from sim.columns import ATTEMPTS
from sim.compare.comparison import Comparison, compare_attempts
from sim.compare.conditions import Conditions, list_conditions
from sim.compare.people import EVERYBODY, Wanted
from sim.compare.plan import NO_PLAN, Plan
from sim.drill.options import Options, describe_options, read_options
from sim.drill.profile import ProfileName
from sim.services.attempt.console_profiles import get_card
from sim.services.comparison.files import comparison_as_data
from sim.services.comparison.tables import list_tables
from sim.text.tables import guard_cell, write_table_csv

SCHEMA_VERSION = 1
_PLAIN = re.compile(r"[\w.,:/+-]+")
_QUOTABLE = re.compile(r"[\w.,:/+'() -]*")
"""What stands between double quotes as it is, on Windows too."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportExport:
    comparison: Comparison
    table: pd.DataFrame  # the attempts behind them
    title: str  # whose comparison it is
    by_name: bool | None  # whether people are named; None where the table alone says what they are called
    asked: Asked  # what was asked of the comparison


def write_report(handover: ReportExport, *, made_at: datetime, zone: tzinfo) -> bytes:
    """Return the report as a PDF, dated by the day of `made_at` in a time zone."""
    from sim.services.comparison.pdf import make_report, write_pdf  # noqa: PLC0415 - Typst is large; a page that only shows needs none

    day = made_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    report = make_report(
        handover.comparison,
        title=handover.title,
        by_name=handover.by_name,
        made_at=day,
        fingerprint=compute_fingerprint(handover.table),
        command=write_command(handover.asked),
    )
    return write_pdf(report, made_at=day)


def write_tables(handover: ReportExport, *, made_at: datetime) -> bytes:
    """Return all tables as CSV in a ZIP, with the numbers as JSON beside them; the same time gives the same bytes."""
    stamp = (*made_at.timetuple()[:5], made_at.second // 2 * 2)
    files = {f"{table.name}.csv": write_table_csv(table) for table in list_tables(handover.comparison)}
    files["comparison.json"] = write_json(handover)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, date_time=stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return packed.getvalue()


def write_json(handover: ReportExport) -> bytes:
    """Return the comparison with its numbers, and every table as shown, as JSON."""
    data = {
        "schema_version": SCHEMA_VERSION,
        "program": f"Sightline {__version__}",
        "fingerprint": compute_fingerprint(handover.table),
        "comparison": comparison_as_data(handover.comparison),
        "tables": {
            table.name: {"header": table.header, "rows": table.rows} for table in list_tables(handover.comparison)
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8")


def make_file_stem(title: str) -> str:
    """Return a file's name for a title, of plain letters, digits and hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-")
    return plain or "report"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionsCard:
    """A console and options in a list; `name` is unlike that of every other one."""

    name: str
    title: str
    conditions: Conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    handover: ReportExport  # the comparison, ready for page, report and files
    people: str  # what `person_id` holds, "names" or "pseudonyms"
    # name of the console and options of the drills compared, None when there is nothing to compare
    compared: str | None
    choices: tuple[ConditionsCard, ...]  # consoles and options of all drills, those compared among them

    @property
    def comparison(self) -> Comparison:
        return self.handover.comparison

    @property
    def export_csv(self) -> bytes:
        """The attempts behind it with the columns of `sim.columns.ATTEMPTS`, UTF-8 with BOM."""
        return write_attempts_csv(self.handover.table)


def compare_table(
    table: pd.DataFrame,
    *,
    title: str,
    by_name: bool,
    conditions: Conditions | None = None,
    are_different: bool = False,
    plan: Plan = NO_PLAN,
) -> Compared:
    """Return the comparison of a table of attempts under one console and options: the usual ones if None."""
    asked = Asked(
        profile=conditions.profile if conditions else None,
        options=conditions.options if conditions else None,
        are_different=are_different,
    )
    compared = compare_attempts(
        table, profile=asked.profile, options=asked.options, are_different=asked.are_different, plan=plan
    )
    used = compared.left.conditions
    return Compared(
        handover=ReportExport(comparison=compared, table=table, title=title, by_name=by_name, asked=asked),
        people="names" if by_name else "pseudonyms",
        compared=f"{used.profile} {used.options}" if compared.people else None,
        choices=tuple(_make_conditions_card(each) for each in list_conditions(table)),
    )


def write_conditions(profile: ProfileName, options: Options) -> str:
    return f"{get_card(profile).title} {describe_options(options)}".strip()


def write_attempts_csv(table: pd.DataFrame) -> bytes:
    """Return an attempts table as CSV that `python -m sim compare` reads and spreadsheets open without formulas."""
    table = table.apply(lambda column: column.map(lambda cell: guard_cell(cell) if isinstance(cell, str) else cell))
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _make_conditions_card(conditions: Conditions) -> ConditionsCard:
    return ConditionsCard(
        name=f"{conditions.profile} {conditions.options}",
        title=write_conditions(ProfileName(conditions.profile), read_options(conditions.options.split())),
        conditions=conditions,
    )
