"""The rows of a CSV file with the lines they stand on."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from sim.errors import RosterError
from sim.text.csv_text import decode_text, is_workbook

DELIMITERS = (",", ";", "\t")
MOST_ROWS = 500_000
_ASK_FOR_CSV = "save the list as CSV and try again"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableText:
    """A CSV file: its header as it stands, and the rows below with the line each begins on."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]


def read_table(data: bytes, *, name: str, delimiters: tuple[str, ...] = DELIMITERS) -> TableText:
    """Return the rows that are not empty.

    The line "sep=;" that Excel writes is read over; of the delimiters the header's most frequent one is taken.
    """
    if is_workbook(data):
        raise RosterError(f"{name} is an Excel workbook", expected="a CSV file", todo=_ASK_FOR_CSV)
    text = decode_text(data)
    if text is None:
        raise RosterError(f"{name} is not a text file", expected="a CSV file", todo=_ASK_FOR_CSV)
    skipped = 0
    first, _, rest = text.partition("\n")
    if first.strip().strip('"').lower().startswith("sep=") and rest:
        text, skipped = rest, 1
    delimiter = max(delimiters, key=text.partition("\n")[0].count)
    found = list(_read_lines(text, delimiter=delimiter, skipped=skipped, name=name))
    if not found:
        raise RosterError(f"{name} is empty", expected="a header row and one row a person", todo="export it again")
    return TableText(header=tuple(cell.strip() for cell in found[0][1]), rows=tuple(found[1:]))


def _read_lines(text: str, *, delimiter: str, skipped: int, name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line, count = 1 + skipped, 0
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise RosterError(
                f"{name}, line {line}: this is not CSV ({error})",
                todo="look at the quotation marks on that line, or save the list as CSV again",
            ) from error
        if row is None:
            return
        if any(cell.strip() for cell in row):
            count += 1
            if count > MOST_ROWS:
                raise RosterError(f"{name} has more than {MOST_ROWS:,} rows", todo="split the file")
            yield line, row
        line = reader.line_num + 1 + skipped


def fit_row(row: list[str], *, width: int) -> list[str]:
    """Return the cells of a row as wide as its header. Raises RosterError: too few, or more that are not empty."""
    if len(row) < width or any(cell.strip() for cell in row[width:]):
        raise RosterError(
            f"it has {len(row)} cells",
            expected=f"{width}, as in the header",
            todo="a comma inside a name must stand in quotes",
        )
    return row[:width]
