"""A roster from a file or folder, of whichever kind; a list is an Excel or CSV file with plain words in its header."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sim.columns import GROUPS
from sim.errors import RosterError
from sim.features.people.one_roster import open_folder, open_zip, read_one_roster
from sim.features.team.entry import (
    ROLES,
    Entry,
    Roster,
    RosterSource,
    TableText,
    TeamName,
    WrongRow,
    clean_cell,
    fit_row,
    read_email,
    read_external_id,
    read_name,
    read_table,
)

# What a column may be called: without capitals, with blanks for dashes and underscores.
HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("name", "full name", "display name", "person", "staff name"),
    "first": ("first name", "given name", "firstname", "givenname"),
    "last": ("last name", "family name", "surname", "lastname", "familyname"),
    "email": ("email", "e mail", "email address", "mail", "sign in name", "sign in", "login", "username", "user name"),
    "school": ("school", "building", "campus"),
    "team": ("team",),
    "group": ("group",),
    "role": ("role",),
    "external_id": ("external id", "id", "staff id", "employee id", "employee number", "sourcedid", "person id"),
    "status": ("status",),
}
LEFT_WORDS = ("left", "inactive", "tobedeleted", "removed")
Cells = dict[str, str]
MOST_BYTES = 100_000_000
MOST_TITLES = 10


def read_roster(data: bytes, *, name: str, today: date, is_whole: bool = False, team: str = "") -> Roster:
    if len(data) > MOST_BYTES:
        raise RosterError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB", expected="a list of people")
    is_zip = data[:4] == b"PK\x03\x04" or name.lower().endswith(".zip")
    if is_zip and not name.lower().endswith((".xlsx", ".xlsm", ".ods")) and b"xl/workbook.xml" not in data:
        return read_one_roster(open_zip(data, name=name), today=today)
    return read_csv_roster(data, name=name, is_whole=is_whole, team=team)


def read_roster_path(path: Path, *, today: date, is_whole: bool = False, team: str = "") -> Roster:
    if path.is_dir():
        return read_one_roster(open_folder(path), today=today)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RosterError(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB", expected="a list of people")
        data = path.read_bytes()
    except OSError as error:
        raise RosterError(f"{path} cannot be read: {error.strerror or error}", todo="check the path") from error
    return read_roster(data, name=path.name, today=today, is_whole=is_whole, team=team)


def read_csv_roster(data: bytes, *, name: str, is_whole: bool, team: str = "") -> Roster:
    table = _skip_titles(read_table(data, name=name))
    columns = _find_columns(table, name=name)
    entries: list[Entry] = []
    wrong: list[WrongRow] = []
    for line, row in table.rows:
        place = f"{table.place} {line}"
        try:
            fitted = fit_row(row, width=len(table.header))
            cells = {column: clean_cell(fitted[at]) for column, at in columns.items()}
            entries.append(_read_entry(cells, place=place, team=team))
        except RosterError as error:
            wrong.append(WrongRow(place=place, problem=error.on_screen))
    unused = [header for at, header in enumerate(table.header) if header and at not in columns.values()]
    notes = tuple(filter(None, (f"Not read and not stored: {', '.join(unused)}." if unused else "", table.note)))
    return Roster(
        name=name, source=RosterSource.CSV, is_whole=is_whole, entries=tuple(entries), wrong=tuple(wrong), notes=notes
    )


def _skip_titles(table: TableText) -> TableText:
    """Return the table from its header on, where titles stand above it."""
    for at, (line, row) in enumerate(table.rows[:MOST_TITLES] if not _has_names(table.header) else ()):
        if _has_names(row):
            titles = f"Left out above the header in {table.place} {line}: {' '.join(table.header).strip()[:80]!r}."
            header = tuple(cell.strip() for cell in row)
            note = " ".join(filter(None, (titles, table.note)))
            return replace(table, header=header, rows=table.rows[at + 1 :], note=note)
    return table


def _has_names(header: Sequence[str]) -> bool:
    plain = {_simplify(cell) for cell in header}
    has = {column for column in ("name", "first", "last") if plain.intersection(HEADERS[column])}
    return "name" in has or has == {"first", "last"}


def _simplify(header: str) -> str:
    return " ".join(header.casefold().replace("_", " ").replace("-", " ").split())


def _find_columns(table: TableText, *, name: str) -> dict[str, int]:
    plain = [_simplify(header) for header in table.header]
    columns: dict[str, int] = {}
    for column, words in HEADERS.items():
        found = [at for at, header in enumerate(plain) if header in words]
        if len(found) > 1:
            raise RosterError(
                f"{name} has two columns for the {column.replace('_', ' ')}: "
                f"{table.header[found[0]]!r} and {table.header[found[1]]!r}",
                todo="leave one of them out",
            )
        if found:
            columns[column] = found[0]
    if "name" not in columns and not {"first", "last"} <= set(columns):
        raise RosterError(
            f"{name} has no column with names; its header is {', '.join(table.header)[:120]!r}",
            expected="a header row with name, and if known email, school, team, group, role, external id",
            todo="write the header in the first row",
        )
    return columns


def _read_entry(cells: Cells, *, place: str, team: str) -> Entry:
    whole = cells.get("name") or " ".join(part for part in (cells.get("first"), cells.get("last")) if part)
    status = cells.get("status", "").casefold()
    if status not in (*LEFT_WORDS, "", "active"):
        raise RosterError(f"the status {status[:20]!r} is not known", expected="active or left")
    email, external_id = cells.get("email"), cells.get("external_id")
    return Entry(
        place=place,
        name=read_name(whole, what="name"),
        email=read_email(email) if email else None,
        external_id=read_external_id(external_id) if external_id else None,
        team=_read_team(cells, team=team),
        group=_read_group(cells["group"]) if "group" in cells else None,
        role=_read_role(cells["role"]) if "role" in cells else None,
        has_left=status in LEFT_WORDS,
    )


def _read_team(cells: Cells, *, team: str) -> TeamName:
    school = cells.get("school", "")
    named = cells.get("team") or school or team
    if not named:
        raise RosterError("neither a team nor a school is named", todo="fill in one of them")
    return TeamName(name=read_name(named, what="team"), school=read_name(school, what="school") if school else "")


def _read_group(text: str) -> str:
    group = text.casefold()
    if group and group not in GROUPS:
        raise RosterError(f"the group {text[:20]!r} is not known", expected=f"{', '.join(GROUPS)}, or nothing")
    return group


def _read_role(text: str) -> str:
    role = {"administrator": "admin", "records owner": "records"}.get(text.casefold(), text.casefold())
    if role and role not in ROLES:
        raise RosterError(f"the role {text[:20]!r} is not known", expected=f"{', '.join(ROLES)}, or nothing")
    return role
