"""Staff from a OneRoster 1.2 CSV export (1EdTech OneRoster CSV Binding 1.2.1, 2023).

Read are orgs.csv, users.csv and roles.csv. Students, parents, guardians and relatives are passed over before their
names are looked at. Classes and enrollments say what is taught to whom, which is nobody's business here.
"""

import io
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sim.errors import RosterError
from sim.features.team.entry import (
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
from sim.text.words import fold_name, write_count

MANIFEST = "manifest.csv"
VERSION = "1.2"
MOST_BYTES = 100_000_000
MOST_MEMBERS = 1_000
ReadFile = Callable[[str], bytes | None]
ORG_COLUMNS = ("sourcedId", "status", "name", "type", "parentSourcedId")
USER_COLUMNS = ("sourcedId", "status", "enabledUser", "username", "givenName", "familyName", "email")
ROLE_COLUMNS = ("sourcedId", "status", "userSourcedId", "roleType", "role", "endDate", "orgSourcedId")
NOT_STAFF = ("student", "parent", "guardian", "relative")
STAFF = (
    "aide",
    "counselor",
    "districtAdministrator",
    "principal",
    "proctor",
    "siteAdministrator",
    "systemAdministrator",
    "teacher",
)
ACTIVE, REMOVED = "active", "tobedeleted"
PRIMARY = "primary"
Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterTableFile:
    name: str
    table: TableText
    is_delta: bool  # its rows are what changed, not all there are
    unit: str = "line"  # what a row is called where something is said about it


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A OneRoster export: what the manifest says, and how to read a file of it (None where there is none)."""

    name: str
    modes: Mapping[str, str]
    read: ReadFile


def open_folder(folder: Path) -> Export:
    def read(name: str) -> bytes | None:
        path = folder / name
        try:
            if not path.is_file():
                return None
            if path.stat().st_size > MOST_BYTES:
                raise _too_large(name)
            return path.read_bytes()
        except OSError as error:
            raise RosterError(f"{path} cannot be read: {error.strerror or error}", todo="check the folder") from error

    return _open(folder.name, read)


def open_zip(data: bytes, *, name: str) -> Export:
    """Open an export in the bytes of a ZIP; nothing is ever unpacked to disk."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise RosterError(f"{name} is not a readable ZIP file ({error})", todo="export it again") from error
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise RosterError(f"{name} has {len(members):,} files in it", expected="a OneRoster export, about 20 files")
    folders = {member.filename.rpartition("/")[0] for member in members if member.filename.endswith(MANIFEST)}
    folder = min(folders, key=len, default="")
    by_name = {member.filename: member for member in members}

    def read(file_name: str) -> bytes | None:
        member = by_name.get(f"{folder}/{file_name}" if folder else file_name)
        if member is None:
            return None
        try:
            with archive.open(member) as opened:
                found = opened.read(MOST_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
            raise RosterError(f"{file_name} in {name} cannot be read ({error})", todo="export it again") from error
        if len(found) > MOST_BYTES:
            raise _too_large(file_name)
        return found

    return _open(name, read)


def read_one_table(export: Export, table: str, *, columns: tuple[str, ...]) -> RosterTableFile | None:
    mode = export.modes.get(table, "absent")
    if mode == "absent":
        return None
    name = f"{table}.csv"
    data = export.read(name)
    if data is None:
        raise RosterError(
            f"{name} is missing in {export.name}, though its manifest says {mode}", todo="export it again"
        )
    found = read_table(data, name=name, delimiters=(",",))
    missing = [column for column in columns if column not in found.header]
    if missing:
        raise RosterError(
            f"{name} has no column {missing[0]}",
            expected=f"the columns of OneRoster {VERSION}: {', '.join(columns)}, ...",
            todo="export it again as OneRoster 1.2 CSV",
        )
    return RosterTableFile(name=name, table=found, is_delta=mode == "delta")


def _open(name: str, read: ReadFile) -> Export:
    data = read(MANIFEST)
    if data is None:
        raise RosterError(
            f"{name} holds no {MANIFEST}",
            expected="a OneRoster 1.2 CSV export with all its files beside each other",
            todo="export it again, or use a single CSV file with names",
        )
    table = read_table(data, name=MANIFEST, delimiters=(",",))
    says = {row[0].strip(): row[1].strip() for _, row in table.rows if len(row) > 1}
    version = says.get("oneroster.version", "")
    if version != VERSION:
        raise RosterError(
            f"{MANIFEST} says OneRoster {version[:20] or 'without a version'}",
            expected=f"oneroster.version {VERSION}",
            todo="choose OneRoster 1.2 CSV in the student information system",
        )
    modes = {key.removeprefix("file."): mode for key, mode in says.items() if key.startswith("file.")}
    odd = next((f"{key} {mode[:20]!r}" for key, mode in modes.items() if mode not in ("bulk", "delta", "absent")), None)
    if odd is not None:
        raise RosterError(f"{MANIFEST} says {odd}", expected="bulk, delta or absent", todo="export it again")
    return Export(name=name, modes=modes, read=read)


def _too_large(name: str) -> RosterError:
    return RosterError(
        f"{name} is larger than {MOST_BYTES // 1_000_000} MB", expected="one district's people", todo="export less"
    )


Person = tuple[Entry, str]  # an entry, and the middle name that tells two people of one name apart


def read_one_roster(export: Export, *, today: date) -> Roster:
    orgs_file = read_one_table(export, "orgs", columns=ORG_COLUMNS)
    users_file = read_one_table(export, "users", columns=USER_COLUMNS)
    roles_file = read_one_table(export, "roles", columns=ROLE_COLUMNS)
    if users_file is None and roles_file is None:
        raise RosterError(f"{export.name} holds neither users nor roles", expected="file.users and file.roles")
    return make_roster(export.name, orgs=orgs_file, users=users_file, roles=roles_file, today=today)


def make_roster(
    name: str,
    *,
    orgs: RosterTableFile | None,
    users: RosterTableFile | None,
    roles: RosterTableFile | None,
    today: date,
) -> Roster:
    """Return the staff of three tables; None stands for one that was not given."""
    wrong: list[WrongRow] = []
    known_orgs = _read_orgs(orgs, wrong)
    places = _read_places(roles, wrong, today=today)
    people, passed = _read_users(users, wrong, orgs=known_orgs, places=places, roles=roles)
    return Roster(
        name=name,
        source=RosterSource.ONE_ROSTER,
        is_whole=bool(users and roles and not users.is_delta and not roles.is_delta),
        entries=_tell_apart(people),
        wrong=tuple(wrong),
        notes=(f"Students, parents and guardians are not read: {write_count(passed, 'person', 'people')} left out.",)
        if passed
        else (),
    )


def _read_orgs(file: RosterTableFile | None, wrong: list[WrongRow]) -> dict[str, TeamName]:
    rows: dict[str, Row] = {}
    for place, row in _list_rows(file, wrong):
        try:
            read_external_id(row["sourcedId"])
            name = read_name(row["name"], what="name of the organization")
        except RosterError as error:
            wrong.append(WrongRow(place=place, problem=error.on_screen))
            continue
        if row["status"] != REMOVED:
            rows[row["sourcedId"]] = row | {"name": name}
    return {
        org_id: TeamName(
            name=row["name"],
            school=rows.get(row["parentSourcedId"], row)["name"] if row["type"] == "department" else row["name"],
            external_id=org_id,
        )
        for org_id, row in rows.items()
    }


def _read_places(file: RosterTableFile | None, wrong: list[WrongRow], *, today: date) -> dict[str, str | None]:
    """Return for each user of roles.csv the org of their staff role, the primary one first; None for no staff."""
    staff: dict[str, list[tuple[bool, str, str]]] = defaultdict(list)
    known: set[str] = set()
    for place, row in _list_rows(file, wrong):
        role, user_id = row["role"], row["userSourcedId"]
        if role not in (*STAFF, *NOT_STAFF) and not role.startswith("ext:"):
            wrong.append(WrongRow(place=place, problem=f"The role {role[:30]!r} is none of OneRoster 1.2."))
            continue
        if not row["orgSourcedId"] or not user_id:
            wrong.append(WrongRow(place=place, problem="A role needs a userSourcedId and an orgSourcedId."))
            continue
        if file is not None and file.is_delta and row["roleType"] != PRIMARY:
            continue
        known.add(user_id)
        is_over = bool(row["endDate"]) and row["endDate"] < today.isoformat()
        if role not in NOT_STAFF and row["status"] != REMOVED and not is_over:
            staff[user_id].append((row["roleType"] != PRIMARY, row["sourcedId"], row["orgSourcedId"]))
    return {user_id: min(staff[user_id])[2] if user_id in staff else None for user_id in known}


def _read_users(
    file: RosterTableFile | None,
    wrong: list[WrongRow],
    *,
    orgs: dict[str, TeamName],
    places: dict[str, str | None],
    roles: RosterTableFile | None,
) -> tuple[list[Person], int]:
    people: list[Person] = []
    passed = 0
    seen: set[str] = set()
    for place, row in _list_rows(file, wrong):
        seen.add(row["sourcedId"])
        is_staff = places.get(row["sourcedId"]) is not None
        if roles is not None and not roles.is_delta and row["status"] != REMOVED and not is_staff:
            passed += 1
            continue
        try:
            people.append(_read_user(row, place=place, places=places, orgs=orgs))
        except RosterError as error:
            wrong.append(WrongRow(place=place, problem=error.on_screen))
    for user_id in sorted(set(places) - seen):
        if file is None or file.is_delta:
            team = _find_team(places[user_id], orgs)
            entry = Entry(place=f"roles.csv, user {user_id}", external_id=user_id, team=team, has_left=team is None)
            people.append((entry, ""))
        elif places[user_id] is not None:
            wrong.append(WrongRow(place=f"roles.csv, user {user_id}", problem="This user is not in users.csv."))
    return people, passed


def _read_user(row: Row, *, place: str, places: dict[str, str | None], orgs: dict[str, TeamName]) -> Person:
    external_id = read_external_id(row["sourcedId"])
    is_no_staff = places.get(row["sourcedId"], "") is None
    if row["status"] == REMOVED or row["enabledUser"].lower() == "false" or is_no_staff:
        return Entry(place=place, external_id=external_id, has_left=True), ""
    given = row.get("preferredGivenName") or row["givenName"]
    family = row.get("preferredFamilyName") or row["familyName"]
    email = row["email"] or (row["username"] if "@" in row["username"] else "")
    entry = Entry(
        place=place,
        external_id=external_id,
        name=read_name(f"{given} {family}".strip(), what="name"),
        email=read_email(email) if email else None,
        team=_find_team(places.get(row["sourcedId"]), orgs),
    )
    return entry, row.get("middleName", "")


def _find_team(org_id: str | None, orgs: dict[str, TeamName]) -> TeamName | None:
    """Return the team of a role; one that orgs.csv does not have is known by its id alone, and has no name."""
    return None if org_id is None else orgs.get(org_id, TeamName(name="", external_id=org_id))


def _tell_apart(people: list[Person]) -> tuple[Entry, ...]:
    """Return the entries; people of one name in one team get the first letter of their middle name."""
    keys = [(fold_name(entry.name or ""), entry.team.external_id if entry.team else None) for entry, _ in people]
    count, told = Counter(keys), []
    for key, (entry, middle) in zip(keys, people, strict=True):
        given, _, family = (entry.name or "").partition(" ")
        is_twice = given and middle and count[key] > 1
        told.append(replace(entry, name=f"{given} {middle[0]}. {family}") if is_twice else entry)
    return tuple(told)


def _list_rows(file: RosterTableFile | None, wrong: list[WrongRow]) -> Iterator[tuple[str, Row]]:
    if file is None:
        return
    header = file.table.header
    for line, cells in file.table.rows:
        place = f"{file.name}, {file.unit} {line}"
        try:
            row = {name: clean_cell(cell) for name, cell in zip(header, fit_row(cells, width=len(header)), strict=True)}
            _check_status(row, is_delta=file.is_delta)
        except RosterError as error:
            wrong.append(WrongRow(place=place, problem=error.on_screen))
            continue
        yield place, row


def _check_status(row: Row, *, is_delta: bool) -> None:
    status = row["status"]
    if status not in ("", ACTIVE, REMOVED):
        raise RosterError(f"the status {status[:20]!r} is none of OneRoster 1.2", expected=f"{ACTIVE} or {REMOVED}")
    if is_delta and (not status or not row.get("dateLastModified")):
        raise RosterError("a row of a delta file needs status and dateLastModified", todo="export it again")
    if not row["sourcedId"]:
        raise RosterError("the sourcedId is missing")
