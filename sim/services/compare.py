"""Compare a table of attempts: read it from CSV as spreadsheets write it, and give the comparison as JSON."""

import csv
import io
import re
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import Any

import pandas as pd

from sim.columns import ATTEMPTS, CONSOLE_PROFILES, DRILL_OPTIONS
from sim.compare.comparison import Comparison
from sim.compare.report import compare_attempts
from sim.errors import ComparisonError

SCHEMA_VERSION = 1
MOST_BYTES = 5_000_000
DELIMITERS = (",", ";", "\t")
TRUE_WORDS = ("true", "yes", "1")
FALSE_WORDS = ("false", "no", "0")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_ASK_FOR_CSV = "save the table as CSV and try again"


def compare_file(path: Path, *, profile: str | None = None, options: str | None = None) -> Comparison:
    """Return the comparison of a CSV file of attempts, on one console and options: the usual ones if None.

    Raises:
        ComparisonError: the file cannot be read or compared; names row and column. Or there is no such profile or
            option.
    """
    if profile is not None and profile not in CONSOLE_PROFILES:
        raise ComparisonError(
            f"the console profile {profile[:40]!r} does not exist",
            expected=", ".join(CONSOLE_PROFILES),
            todo="choose one of these",
        )
    unknown = sorted(set((options or "").split()) - set(DRILL_OPTIONS))
    if unknown:
        raise ComparisonError(
            f"the drill option {unknown[0][:40]!r} does not exist",
            expected=", ".join(DRILL_OPTIONS),
            todo='choose among these, with blanks between, or "" for drills without options',
        )
    wanted = None if options is None else " ".join(sorted(set(options.split())))
    return compare_attempts(read_attempts(path), profile=profile, options=wanted)


def read_attempts(path: Path) -> pd.DataFrame:
    """Return the attempts of a CSV file; the index is the row in a spreadsheet, where the header is row 1.

    Commas, semicolons or tabs; UTF-8 with or without BOM, UTF-16, or Windows-1252; a decimal comma where commas do not
    separate columns; the line "sep=;" that Excel writes.

    Raises:
        ComparisonError: the file is missing, too large, not text, or a cell is not of its column's type.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ComparisonError(
                f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB",
                expected="an attempts table",
                todo="compare one team at a time",
            )
        data = path.read_bytes()
    except OSError as error:
        raise ComparisonError(
            f"{path.name} cannot be read: {error.strerror or error}",
            expected="a CSV file of attempts",
            todo="check the path",
        ) from error
    return parse_attempts(data, name=path.name)


def parse_attempts(data: bytes, *, name: str) -> pd.DataFrame:
    """Return the attempts in the bytes of a CSV file called `name`; see `read_attempts`."""
    text = _decode(data, name=name)
    lines = text.split("\n", 1)
    skipped = 0
    if lines[0].strip().lower().startswith("sep=") and len(lines) == 2:
        text, skipped = lines[1], 1
    header_line = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=header_line.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ComparisonError(f"{name} is not a CSV file: {error}", todo=_ASK_FOR_CSV) from error
    numbered = [
        (number, row) for number, row in enumerate(rows, start=1 + skipped) if any(cell.strip() for cell in row)
    ]
    if not numbered:
        raise ComparisonError(
            f"{name} is empty", expected="a header row and one row an attempt", todo="export the attempts again"
        )
    header = [cell.strip().lower() for cell in numbered[0][1]]
    for number, row in numbered[1:]:
        if len(row) != len(header):
            raise ComparisonError(
                f"row {number} has {len(row)} cells",
                expected=f"{len(header)}, as in the header",
                todo="correct that row; a comma inside a name must stand in quotes",
            )
    cells = pd.DataFrame(
        [row for _, row in numbered[1:]], index=[number for number, _ in numbered[1:]], columns=header, dtype=object
    )
    kinds = {column.name: column.dtype for column in ATTEMPTS}
    if len(set(header)) == len(header):
        for column in header:
            cells[column] = _parse_column(cells[column], kinds.get(column, "str"), decimal_comma=delimiter != ",")
    return cells


def _decode(data: bytes, *, name: str) -> str:
    if data[:4] == b"PK\x03\x04" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise ComparisonError(f"{name} is an Excel workbook", expected="a CSV file", todo=_ASK_FOR_CSV)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif data[1:2] == b"\x00":
        encodings = ["utf-16-le"]
    elif data[:1] == b"\x00":
        encodings = ["utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise ComparisonError(f"{name} is not a text file", expected="a CSV file", todo=_ASK_FOR_CSV)


def _parse_column(cells: "pd.Series[Any]", kind: str, *, decimal_comma: bool) -> "pd.Series[Any]":
    if kind == "bool":
        parsed = [_parse_flag(cell, row=row, column=cells.name) for row, cell in cells.items()]
        return pd.Series(parsed, index=cells.index, dtype=object)
    if kind == "float64":
        numbers = [
            _parse_number(cell, row=row, column=cells.name, decimal_comma=decimal_comma) for row, cell in cells.items()
        ]
        return pd.Series(numbers, index=cells.index, dtype="float64")
    return cells


def _parse_flag(cell: str, *, row: object, column: object) -> bool:
    word = cell.strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ComparisonError(
        f"row {row}, column {column}: {cell.strip()[:40]!r} cannot be used",
        expected="true or false",
        todo="correct that cell",
    )


def _parse_number(cell: str, *, row: object, column: object, decimal_comma: bool) -> float:
    text = cell.strip()
    if not text:
        return float("nan")
    plain = text.replace(",", ".") if decimal_comma else text
    if not _NUMBER.fullmatch(plain):
        raise ComparisonError(
            f"row {row}, column {column}: {text[:40]!r} is not a number",
            expected="a number, or an empty cell when undefined",
            todo="correct that cell",
        )
    return float(plain)


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
