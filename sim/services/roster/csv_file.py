"""A list of people as schools keep it: one CSV file with a header in plain words."""

from sim.columns import GROUPS
from sim.errors import RosterError
from sim.services.roster.cells import clean_cell, read_email, read_external_id, read_name
from sim.services.roster.entry import ROLES, Entry, Roster, RosterSource, TeamWish, WrongRow
from sim.services.roster.table_text import TableText, fit_row, read_table

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
"""What a column may be called: without capitals, with blanks for dashes and underscores."""

LEFT_WORDS = ("left", "inactive", "tobedeleted", "removed")
STAYS_WORDS = ("", "active")
ROLE_WORDS = {"administrator": "admin", "records owner": "records"}
Cells = dict[str, str]


def read_csv_roster(data: bytes, *, name: str, is_whole: bool, team: str = "") -> Roster:
    table = read_table(data, name=name)
    columns = _find_columns(table, name=name)
    entries: list[Entry] = []
    wrong: list[WrongRow] = []
    for line, row in table.rows:
        place = f"line {line}"
        try:
            fitted = fit_row(row, width=len(table.header))
            cells = {column: clean_cell(fitted[at]) for column, at in columns.items()}
            entries.append(_read_entry(cells, place=place, team=team))
        except RosterError as error:
            wrong.append(WrongRow(place=place, problem=error.on_screen))
    unused = [header for at, header in enumerate(table.header) if header and at not in columns.values()]
    notes = (f"Not read and not stored: {', '.join(unused)}.",) if unused else ()
    return Roster(
        name=name,
        source=RosterSource.CSV,
        is_whole=is_whole,
        entries=tuple(entries),
        wrong=tuple(wrong),
        notes=notes,
    )


def _find_columns(table: TableText, *, name: str) -> dict[str, int]:
    plain = [" ".join(header.casefold().replace("_", " ").replace("-", " ").split()) for header in table.header]
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
    if status not in LEFT_WORDS + STAYS_WORDS:
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


def _read_team(cells: Cells, *, team: str) -> TeamWish:
    school = cells.get("school", "")
    named = cells.get("team") or school or team
    if not named:
        raise RosterError("neither a team nor a school is named", todo="fill in one of them")
    return TeamWish(name=read_name(named, what="team"), school=read_name(school, what="school") if school else "")


def _read_group(text: str) -> str:
    group = text.casefold()
    if group and group not in GROUPS:
        raise RosterError(f"the group {text[:20]!r} is not known", expected=f"{', '.join(GROUPS)}, or nothing")
    return group


def _read_role(text: str) -> str:
    role = ROLE_WORDS.get(text.casefold(), text.casefold())
    if role and role not in ROLES:
        raise RosterError(f"the role {text[:20]!r} is not known", expected=f"{', '.join(ROLES)}, or nothing")
    return role
