"""A roster from a file or folder, of whichever kind."""

from datetime import date
from pathlib import Path

from sim.errors import RosterError
from sim.services.roster.csv_file import read_csv_roster
from sim.services.roster.entry import Roster
from sim.services.roster.one_roster import read_one_roster
from sim.services.roster.one_roster_files import open_folder, open_zip

MOST_BYTES = 100_000_000
ZIP_START = b"PK\x03\x04"
WORKBOOK_ENDS = (".xlsx", ".xlsm", ".ods")


def read_roster(data: bytes, *, name: str, today: date, is_whole: bool = False, team: str = "") -> Roster:
    """Return the people in the bytes of a file: a OneRoster ZIP, or one CSV."""
    if len(data) > MOST_BYTES:
        raise RosterError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB", expected="a list of people")
    is_zip = data[:4] == ZIP_START or name.lower().endswith(".zip")
    if is_zip and not name.lower().endswith(WORKBOOK_ENDS):
        return read_one_roster(open_zip(data, name=name), today=today)
    return read_csv_roster(data, name=name, is_whole=is_whole, team=team)


def read_roster_path(path: Path, *, today: date, is_whole: bool = False, team: str = "") -> Roster:
    """Return the people of a file, or of a folder with a OneRoster export. Raises RosterError."""
    if path.is_dir():
        return read_one_roster(open_folder(path), today=today)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RosterError(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB", expected="a list of people")
        data = path.read_bytes()
    except OSError as error:
        raise RosterError(f"{path} cannot be read: {error.strerror or error}", todo="check the path") from error
    return read_roster(data, name=path.name, today=today, is_whole=is_whole, team=team)
