"""What a roster file says, whatever kind of file it is, and how its rows and cells are read."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sim.errors import RosterError
from sim.features.team.team import MAX_NAME
from sim.text.tables import DELIMITERS, decode_text, find_delimiter, is_workbook
from sim.text.words import clean_name
from sim.text.workbooks import read_sheet

MAX_EMAIL = 254
MAX_EXTERNAL_ID = 255
ROLES = ("trainee", "trainer", "records", "admin")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_EXCEL_TEXT = re.compile(r'="([^"]*)"')
_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[^\s@,;:<>()\[\]\\\"]+\.[^\s@,;:<>()\[\]\\\".]+")
_SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
MOST_ROWS = 500_000
_ASK_FOR_CSV = "save the list as CSV and try again"


class RosterSource(StrEnum):
    """The kind of roster file. Only the kind that keeps somebody can mark them as having left."""

    CSV = "csv"
    ONE_ROSTER = "oneroster"
    LTI = "lti"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamName:
    """A team as a file names it. `school` "" stands for the team's own name; `external_id` None for no id."""

    name: str
    school: str = ""
    external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One person as a file wants them. None is what the file does not say: it stays as it is."""

    place: str  # where in the file, in words: "line 7"
    name: str | None = None
    email: str | None = None
    external_id: str | None = None
    team: TeamName | None = None
    group: str | None = None  # one of `sim.columns.GROUPS`, "" for none
    role: str | None = None  # one of ROLES, "" for none
    has_left: bool = False  # the file says that they are there no more


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongRow:
    place: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    name: str  # of the file
    source: RosterSource
    is_whole: bool  # everybody is in it; anyone who is missing has left
    entries: tuple[Entry, ...]
    wrong: tuple[WrongRow, ...]
    notes: tuple[str, ...]  # what was read over and why, in words
    keeps_teams: bool = False  # anyone who is on a team stays there, whatever team the file names
    left_out: frozenset[str] = frozenset()  # places of new people who are not to be brought in


def clean_cell(cell: str) -> str:
    """Return a cell without surplus blanks; ="00123", as spreadsheets write digits that are no number, is 00123."""
    text = " ".join(cell.split())
    found = _EXCEL_TEXT.fullmatch(text)
    return found.group(1).strip() if found else text


def read_name(text: str, *, what: str) -> str:
    return clean_name(text, what=what, most=MAX_NAME, fault=RosterError)


def read_email(text: str) -> str:
    if len(text) > MAX_EMAIL or not text.isprintable() or text[0] in FORMULA_SIGNS or not _EMAIL.fullmatch(text):
        raise RosterError(f"the sign-in name {text[:40]!r} is no email address", expected="name@school.example")
    return text.casefold()


def read_external_id(text: str) -> str:
    """Return an id. Raises RosterError: too long, like a formula, or a number that a spreadsheet has shortened."""
    if _SHORTENED.fullmatch(text):
        raise RosterError(
            f"the id {text!r} was shortened by a spreadsheet",
            todo="make the column a text column, type the ids again, and save",
        )
    if len(text) > MAX_EXTERNAL_ID or not text.isprintable() or text[0] in FORMULA_SIGNS:
        raise RosterError(
            f"the id {text[:40]!r} cannot be used",
            expected=f"up to {MAX_EXTERNAL_ID} characters, the first no sign of a formula",
        )
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class TableText:
    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]
    place: str = "line"  # what a line is called: a "row" in a workbook
    note: str = ""  # what of the file was not read, in a sentence


def read_table(data: bytes, *, name: str, delimiters: tuple[str, ...] = DELIMITERS) -> TableText:
    if is_workbook(data):
        sheet = read_sheet(data, name=name, most_rows=MOST_ROWS, fault=RosterError)
        return _make_table(sheet.rows, name=name, place="row", note=sheet.note)
    text = decode_text(data)
    if text is None:
        raise RosterError(f"{name} is not a text file", expected="an Excel or CSV file", todo=_ASK_FOR_CSV)
    text, delimiter, skipped = find_delimiter(text, delimiters)
    return _make_table(tuple(_read_lines(text, delimiter=delimiter, skipped=skipped, name=name)), name=name)


def _make_table(
    rows: tuple[tuple[int, list[str]], ...], *, name: str, place: str = "line", note: str = ""
) -> TableText:
    if not rows:
        raise RosterError(f"{name} is empty", expected="a header row and one row a person", todo="export it again")
    if place == "row":  # a sheet is as wide as its widest row
        width = max(len(row) for _, row in rows)
        rows = tuple((n, row + [""] * (width - len(row))) for n, row in rows)
    header = tuple(cell.strip() for cell in rows[0][1])
    return TableText(header=header, rows=rows[1:], place=place, note=note)


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
