"""Excel workbooks: reading the first sheet of one that somebody sent, and writing a table as people expect it.

openpyxl is imported where a workbook is met: most servers seldom see one.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

from sim.errors import SimError
from sim.text.tables import TextTable, pack_files

OLD_OR_LOCKED: Final = b"\xd0\xcf\x11\xe0"
"""How files of Excel before 2007 begin, and those with a password."""
MOST_UNPACKED: Final = 100_000_000
MOST_COLUMNS: Final = 200
WIDEST: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    rows: tuple[tuple[int, list[str]], ...]  # each with its number, as Excel has it; empty rows are left out
    note: str  # which sheets were not read, in a sentence; "" for none


def read_sheet(data: bytes, *, name: str, most_rows: int, fault: type[SimError]) -> Sheet:
    if data[:4] == OLD_OR_LOCKED:
        raise fault(
            f"{name} has a password, or is of Excel before 2007", todo="save it as .xlsx without a password, or as CSV"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(each.file_size for each in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise fault(f"{name} unpacks to more than {MOST_UNPACKED // 1_000_000} MB", expected="a list of people")
        sheets = {title: list(rows) for title, rows in _read(data, most_rows=most_rows)}
        found = next((title for title, rows in sheets.items() if rows), None)
        if found is None:
            return Sheet(rows=(), note="")
        formulas = dict(_read(data, most_rows=most_rows, is_shown=False, only=found))[found]
        _check_formulas(sheets[found], formulas, name=name, fault=fault)
    except SimError:
        raise
    except Exception as error:  # whatever a broken or hostile file makes of the library
        raise fault(
            f"{name} cannot be read as an Excel workbook", todo="open it in Excel and save it again as .xlsx, or as CSV"
        ) from error
    if len(sheets[found]) > most_rows:
        raise fault(f"{name} has more than {most_rows:,} rows", todo="split the file")
    others = [title for title, rows in sheets.items() if rows and title != found]
    note = f"Only the sheet {found!r} was read, not {', '.join(map(repr, others))}." if others else ""
    return Sheet(rows=tuple((n, [_write(cell) for cell in row]) for n, row in sheets[found]), note=note)


Rows = Iterable[tuple[int, tuple[Any, ...]]]
"""Rows as the library has them, each with its number."""


def _read(data: bytes, *, most_rows: int, is_shown: bool = True, only: str = "") -> Iterator[tuple[str, Rows]]:
    """Yield the visible sheets with their rows that are not empty: values as Excel shows them, or formulas."""
    from openpyxl import load_workbook  # noqa: PLC0415 - see above

    for sheet in load_workbook(io.BytesIO(data), read_only=True, data_only=is_shown).worksheets:
        if sheet.sheet_state == "visible" and only in ("", sheet.title):
            sheet.reset_dimensions()  # a cell that was once touched far below would make a million wide rows
            rows = ((n, row[:MOST_COLUMNS]) for n, row in enumerate(sheet.iter_rows(values_only=True), start=1))
            yield sheet.title, islice(((n, row) for n, row in rows if any(map(_write, row))), most_rows + 1)


def _check_formulas(shown: Rows, formulas: Rows, *, name: str, fault: type[SimError]) -> None:
    """Refuse formulas whose values are not in the file: programs other than Excel leave them out."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - see above

    values = dict(shown)
    for number, row in formulas:
        for at, cell in enumerate(row):
            beside = values.get(number, ())
            if isinstance(cell, str) and cell.startswith("=") and (at >= len(beside) or beside[at] is None):
                raise fault(
                    f"{name}, cell {get_column_letter(at + 1)}{number}: the formula has no value",
                    todo="open it in Excel and save it, or paste its values over the formulas",
                )


def _write(cell: Any) -> str:
    """Return a cell's text as somebody would type it: 1001.0 is "1001", a day is "2026-11-30"."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


Kind = tuple[re.Pattern[str], Callable[[str], Any], str]
KINDS: Final[tuple[Kind, ...]] = (
    (re.compile(r"-?(0|[1-9]\d{0,2}(,?\d{3})*)"), lambda text: int(text.replace(",", "")), "#,##0"),
    (re.compile(r"-?(0|[1-9]\d*)(\.\d+)?"), float, "General"),
    (re.compile(r"-?\d+(\.\d+)?\s?%"), lambda text: float(text.rstrip("% ")) / 100.0, "0%"),
    (
        re.compile(r"\d{1,4}:[0-5]\d"),
        lambda text: timedelta(minutes=int(text.split(":")[0]), seconds=int(text[-2:])),
        "[m]:ss",
    ),
    (re.compile(r"\d{4}-\d\d-\d\d"), date.fromisoformat, "yyyy-mm-dd"),
    (
        re.compile(r"[A-Z][a-z]{2} \d{1,2}, \d{4}"),
        lambda text: datetime.strptime(text, "%b %d, %Y").date(),
        "mmm d, yyyy",
    ),
)
"""What the cells of a column may all be besides words: how they look, what they mean, and Excel's format for that."""

NOTHING: Final = ("", "-")
NOTED: Final = "docProps/core.xml"


def write_workbook(*tables: TextTable) -> bytes:
    """Return tables as a workbook, a sheet each: headers stay in sight, numbers are such, nothing a formula."""
    from openpyxl import Workbook  # noqa: PLC0415 - see above
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        sheet = book.create_sheet(table.name[:31].replace("/", "-") or "Table")
        sheet.freeze_panes = "A2"
        for at, head in enumerate(table.header, start=1):
            cells = [row[at - 1] for row in table.rows]
            # spans are "Time" or "time_s", the time of day is "time"
            kind = (re.compile(r"\d\d:\d\d"), time.fromisoformat, "hh:mm") if head == "time" else _find_kind(cells)
            sheet.column_dimensions[get_column_letter(at)].width = min(WIDEST, max(map(len, (head, *cells))) + 2)
            title = sheet.cell(1, at, head)
            title.data_type, title.font = "s", Font(bold=True)
            for n, text in enumerate(cells, start=2):
                is_typed = kind is not None and text not in NOTHING
                cell = sheet.cell(n, at, kind[1](text) if kind and is_typed else text or None)
                if kind and is_typed:
                    cell.number_format = kind[2]
                elif text:
                    cell.data_type = "s"
    made = io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as packed:
        files = {each: packed.read(each) for each in packed.namelist()}
    # the same tables give the same bytes: the library notes when it wrote
    files[NOTED] = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", files[NOTED])
    return pack_files(files, made_at=datetime(1980, 1, 1))


def _find_kind(cells: list[str]) -> Kind | None:
    filled = [cell for cell in cells if cell not in NOTHING]
    return next((kind for kind in KINDS if filled and all(kind[0].fullmatch(cell) for cell in filled)), None)
