"""Tables of text, as screens show them and files hold them."""

import csv
import io
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A table of words and numbers, as shown and as downloaded."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def write_time(seconds: float) -> str:
    """Return a drill time as minutes and seconds: 312.4 gives "5:12"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""As OWASP lists them (https://owasp.org/www-community/attacks/CSV_Injection), with their full-width forms."""


def write_table_csv(table: TextTable) -> bytes:
    """Return a table as CSV that spreadsheets open: UTF-8 with BOM, no cell that starts a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([guard_cell(cell) for cell in table.header])
    writer.writerows([guard_cell(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def guard_cell(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell
