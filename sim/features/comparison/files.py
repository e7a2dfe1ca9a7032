"""Attempts in CSV files as spreadsheets write them, compared as it was asked for: light, for the command line."""

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from sim.columns import ATTEMPTS, CHOSEN_BY, CONSOLE_PROFILES, DEVICES, DRILL_OPTIONS
from sim.compare.comparison import Comparison, compare_attempts
from sim.compare.facts import EVERYBODY, Wanted
from sim.compare.result import Plan
from sim.compare.table import LONGEST_NAME, make_cell_error, refuse_odd_names
from sim.errors import ComparisonError
from sim.text.tables import decode_text, find_delimiter, is_workbook
from sim.text.words import is_own_console

MOST_BYTES = 50_000_000
TRUE_WORDS = ("true", "yes", "1")
FALSE_WORDS = ("false", "no", "0")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_ASK_FOR_CSV = "save the table as CSV and try again"


def read_attempts(path: Path) -> pd.DataFrame:
    """Return the attempts of a CSV file as spreadsheets write it; the index is the row, header 1."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ComparisonError(
                f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB",
                expected="an attempts table",
                todo="compare one district at a time",
            )
        data = path.read_bytes()
    except OSError as error:
        what = f"{path.name} cannot be read: {error.strerror or error}"
        raise ComparisonError(what, expected="a CSV file of attempts", todo="check the path") from error
    return parse_attempts(data, name=path.name)


def parse_attempts(data: bytes, *, name: str) -> pd.DataFrame:
    """Return the attempts in the bytes of a CSV file called `name`; see `read_attempts`."""
    text = None if is_workbook(data) else decode_text(data)
    if text is None:
        kind = "an Excel workbook" if is_workbook(data) else "not a text file"
        raise ComparisonError(f"{name} is {kind}", expected="a CSV file", todo=_ASK_FOR_CSV)
    text, delimiter, skipped = find_delimiter(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ComparisonError(f"{name} is not a CSV file: {error}", todo=_ASK_FOR_CSV) from error
    numbered = {number: row for number, row in enumerate(rows, start=1 + skipped) if any(cell.strip() for cell in row)}
    if not numbered:
        expected = "a header row and one row an attempt"
        raise ComparisonError(f"{name} is empty", expected=expected, todo="export the attempts again")
    header, *filled = numbered.values()
    # nothing is skipped silently: neither a line of a comment nor a cell too many
    usual = max(map(len, numbered.values()))
    for number, row in numbered.items():
        if row[0].lstrip().startswith("#") and (row is header or len(row) != usual):
            raise ComparisonError(
                f"row {number} begins with #, as a comment does: {row[0].strip()[:40]!r}",
                expected="a header row and one row an attempt, without comments",
                todo="delete that row",
            )
    for number, row in numbered.items():
        if len(row) != len(header):
            raise ComparisonError(
                f"row {number} has {len(row)} cells",
                expected=f"{len(header)}, as in the header",
                todo="correct that row; a comma inside a name must stand in quotes",
            )
    names = [cell.strip().lower() for cell in header]
    cells = pd.DataFrame(filled, index=list(numbered)[1:], columns=names, dtype=object)
    if len(set(names)) == len(names):
        _parse_cells(cells, has_comma=delimiter != ",")
        refuse_odd_names(cells, longest=LONGEST_NAME)
    return cells


def _parse_cells(cells: pd.DataFrame, *, has_comma: bool) -> None:
    """Put numbers and flags in the place of their texts; `has_comma` where the decimal sign may be one."""
    kinds = {column.name: column.dtype for column in ATTEMPTS if column.name in cells.columns}
    if has_comma:
        _refuse_thousands(cells, [name for name in cells.columns if kinds.get(name) == "float64"])
    for name in cells.columns:
        if kinds.get(name) not in ("bool", "float64"):
            continue
        # equal cells are parsed once, where they first stand
        known: dict[str, bool | float] = {}
        for row, cell in cells[name].items():
            if cell not in known:
                is_flag, text = kinds[name] == "bool", cell.strip()
                known[cell] = _parse_flag(text, row, name) if is_flag else _parse_number(text, row, name, has_comma)
        values = [known[cell] for cell in cells[name]]
        cells[name] = pd.Series(values, index=cells.index, dtype=object if kinds[name] == "bool" else "float64")


def _parse_flag(text: str, row: object, column: str) -> bool:
    if text.lower() in (*TRUE_WORDS, *FALSE_WORDS):
        return text.lower() in TRUE_WORDS
    raise make_cell_error(row, column, f"{text[:40]!r} cannot be used", expected="true or false")


def _parse_number(text: str, row: object, column: str, has_comma: bool) -> float:
    if not text:
        return float("nan")
    plain = text.replace(",", ".") if has_comma else text
    if not _NUMBER.fullmatch(plain):
        what = f"{text[:40]!r} is not a number"
        raise make_cell_error(row, column, what, expected="a number, or an empty cell when undefined")
    return float(plain)


def _refuse_thousands(cells: pd.DataFrame, names: list[str]) -> None:
    """Refuse 1.234 beside 0,5: the point may stand between thousands, or a comma in 1,234 beside 0.5."""
    signs: set[str] = set()
    doubtful: dict[str, tuple[object, str, str]] = {}
    for name in names:
        for row, cell in cells[name].items():
            for sign in ",.":
                if sign in cell:
                    signs.add(sign)
                    if _THOUSANDS.fullmatch(cell.strip()):
                        doubtful.setdefault(sign, (row, name, cell.strip()))
    if len(signs) == 2 and doubtful:
        row, name, cell = next(iter(doubtful.values()))
        raise make_cell_error(
            row,
            name,
            f"{cell!r} may be thousands, as other numbers have the other decimal sign",
            expected="the same decimal sign in all numbers, and no sign between thousands",
            todo="write all numbers with the same sign",
        )


MOST_FILES = 1_000
# Columns that no two attempts share by chance, as long as the first is the same and the drill was finished.
WHAT_WAS_DONE = ("person_id", "phase", "form_id", "elapsed_s", "finished", "limit_s", "idf1", "appearance_recall")


def read_several(paths: Sequence[Path]) -> pd.DataFrame:
    """Return the attempts of one file as they are, or of several as one table.

    In a table of several, an attempt without a school is of the school that its file is called after. `person_id` is
    the school and what the file calls the person, since M001 of one school is not M001 of another; where two files of
    one school both have it, the name of the file stands before it: nobody can tell whether they are the same. The
    index says row and file.
    """
    if len(paths) == 1:
        return read_attempts(paths[0])
    if not 1 <= len(paths) <= MOST_FILES:
        raise ComparisonError(f"{len(paths)} files were given", expected=f"1 to {MOST_FILES} files of attempts")
    tables = []
    seen: set[Path] = set()
    for path in paths:
        if path.resolve() in seen:
            raise ComparisonError(f"{path.name} is given twice", expected="each file once", todo="leave one out")
        seen.add(path.resolve())
    for path in paths:
        table = read_attempts(path)
        for name in ("school", "person_id"):
            # as text without blanks around, so that they can be compared
            texts = table[name] if name in table.columns else pd.Series("", index=table.index)
            table[name] = texts.map(lambda value: "" if pd.isna(value) else str(value).strip()).astype(object)
        tables.append(table)
    _refuse_same_attempts(tables, paths)
    return _join(tables, _name_files(paths))


def _refuse_same_attempts(tables: Sequence[pd.DataFrame], paths: Sequence[Path]) -> None:
    """Refuse an attempt in two files: one row alike where both name the school, else all of a person's."""
    keys = []
    for table in tables:
        done = table.reindex(columns=["school", *WHAT_WAS_DONE]).rename_axis(index="row")
        ended = done["finished"].map({True: 1.0}).fillna(0.0)
        keys.append(done.assign(phase=done["phase"].map(str), form_id=done["form_id"].map(str), finished=ended))
    everything = pd.concat(keys, keys=range(len(keys)), names=["file", "row"])
    if not everything.duplicated(["school", *WHAT_WAS_DONE]).any():
        return
    for (first, one), (second, other) in combinations(enumerate(keys), 2):
        both = one.reset_index().merge(other.reset_index(), on=["school", *WHAT_WAS_DONE], suffixes=("", "_other"))
        if both.empty:
            continue
        whole = both.groupby("person_id").size().reindex(both["person_id"]).to_numpy()
        counts = [keyed["person_id"].value_counts().reindex(both["person_id"]).to_numpy() for keyed in (one, other)]
        finished = both.groupby("person_id")["finished"].transform("max").to_numpy(dtype=bool)
        same = (both["school"] != "").to_numpy() | ((whole >= pd.DataFrame(counts).min().to_numpy()) & finished)
        if same.any():
            found = both[same].iloc[0]
            raise make_cell_error(
                f"{found['row_other']} of {paths[second].name}",
                "person_id",
                f"the same attempt as row {found['row']} of {paths[first].name} is there twice",
                expected="each attempt once",
                todo="leave one of the two files out, or delete what both have",
            )


def _name_files(paths: Sequence[Path]) -> list[str]:
    names: list[str] = []
    for path in paths:
        stem = path.stem.strip() or path.name
        taken = [name for name in names if name == stem or name.startswith(f"{stem} (")]
        names.append(f"{stem} ({len(taken) + 1})" if taken else stem)
    return names


def _join(tables: Sequence[pd.DataFrame], files: Sequence[str]) -> pd.DataFrame:
    known = sorted(column.name for column in ATTEMPTS)
    named: dict[str, int] = {}
    joined = []
    for number, (table, file) in enumerate(zip(tables, files, strict=True)):
        schools = table["school"].where(table["school"] != "", file)
        labels: dict[str, str] = {}
        for person_id, school in zip(table["person_id"], schools, strict=True):
            if person_id and person_id not in labels:
                label = f"{school} {person_id}"
                while named.setdefault(label, number) != number or label in labels.values():
                    label = f"{file} {label}"
                labels[person_id] = label
        people = table["person_id"].map(lambda person_id, labels=labels: labels.get(person_id, ""))
        index = pd.Index([f"{row} of {file}" for row in table.index], dtype=object)
        joined.append(table.assign(school=schools, person_id=people).set_axis(index))
        unknown = [str(name) for name in table.columns if name not in known]
        if unknown:
            what = f"row 1 (the header) of {file}, column {unknown[0]!r} is unknown"
            raise ComparisonError(what, expected=", ".join(known), todo="remove the column")
    return pd.concat(joined)


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
