"""Reading a table of attempts from CSV as people and spreadsheets write it."""

import csv
import io
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from sim.columns import ATTEMPTS
from sim.compare.data.names import LONGEST_NAME, refuse_odd_names
from sim.errors import ComparisonError
from sim.text.csv_text import decode_text, is_workbook

MOST_BYTES = 50_000_000
DELIMITERS = (",", ";", "\t")
TRUE_WORDS = ("true", "yes", "1")
FALSE_WORDS = ("false", "no", "0")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_ASK_FOR_CSV = "save the table as CSV and try again"
T = TypeVar("T")


def read_attempts(path: Path) -> pd.DataFrame:
    """Return the attempts of a CSV file; the index is the row in a spreadsheet, where the header is row 1.

    Commas, semicolons or tabs; UTF-8 with or without BOM, UTF-16, or Windows-1252; a decimal comma where commas do not
    separate columns; the line "sep=;" that Excel writes.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ComparisonError(
                f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB",
                expected="an attempts table",
                todo="compare one district at a time",
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
    _refuse_comments(numbered)
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
        if delimiter != ",":
            _refuse_thousands(cells, [name for name in header if kinds.get(name) == "float64"])
        for column in header:
            cells[column] = _parse_column(cells[column], kinds.get(column, "str"), decimal_comma=delimiter != ",")
        refuse_odd_names(cells, longest=LONGEST_NAME)
    return cells


def _refuse_comments(numbered: list[tuple[int, list[str]]]) -> None:
    """Refuse a line that begins with # and has not as many cells as the others: nothing is skipped silently."""
    usual = max(len(row) for _, row in numbered)
    for place, (number, row) in enumerate(numbered):
        if row[0].lstrip().startswith("#") and (place == 0 or len(row) != usual):
            raise ComparisonError(
                f"row {number} begins with #, as a comment does: {row[0].strip()[:40]!r}",
                expected="a header row and one row an attempt, without comments",
                todo="delete that row",
            )


def _decode(data: bytes, *, name: str) -> str:
    if is_workbook(data):
        raise ComparisonError(f"{name} is an Excel workbook", expected="a CSV file", todo=_ASK_FOR_CSV)
    text = decode_text(data)
    if text is None:
        raise ComparisonError(f"{name} is not a text file", expected="a CSV file", todo=_ASK_FOR_CSV)
    return text


def _parse_column(cells: "pd.Series[Any]", kind: str, *, decimal_comma: bool) -> "pd.Series[Any]":
    if kind == "bool":
        return pd.Series(_parse_each(cells, _parse_flag), index=cells.index, dtype=object)
    if kind == "float64":
        numbers = _parse_each(cells, partial(_parse_number, decimal_comma=decimal_comma))
        return pd.Series(numbers, index=cells.index, dtype="float64")
    return cells


def _parse_each(cells: "pd.Series[Any]", parse: Callable[..., T]) -> list[T]:
    """Return every cell parsed; equal cells are parsed once, where they first stand."""
    known: dict[str, T] = {}
    for row, cell in cells.items():
        if cell not in known:
            known[cell] = parse(cell, row=row, column=cells.name)
    return [known[cell] for cell in cells]


def _refuse_thousands(cells: pd.DataFrame, names: list[str]) -> None:
    """Refuse 1.234 beside 0,5: the point may stand between thousands, or a comma in 1,234 beside 0.5."""
    signs: set[str] = set()
    doubtful: dict[str, tuple[object, str, str]] = {}
    for name in names:
        for row, cell in cells[name].items():
            for sign in ",.":
                if sign in cell:
                    signs.add(sign)
                    if sign not in doubtful and _THOUSANDS.fullmatch(cell.strip()):
                        doubtful[sign] = (row, name, cell.strip())
    if len(signs) == 2 and doubtful:
        row, name, cell = next(iter(doubtful.values()))
        raise ComparisonError(
            f"row {row}, column {name}: {cell!r} may be thousands, as other numbers have the other decimal sign",
            expected="the same decimal sign in all numbers, and no sign between thousands",
            todo="write all numbers with the same sign",
        )


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
