"""The files of a OneRoster export: a ZIP or a folder, its manifest, and the tables named there."""

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.errors import RosterError
from sim.services.roster.table_text import TableText, read_table

MANIFEST = "manifest.csv"
VERSION = "1.2"
MODES = ("bulk", "delta", "absent")
MOST_BYTES = 100_000_000
MOST_MEMBERS = 1_000
ReadFile = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterTableFile:
    """One table of the export: its rows by column, and whether they are all there are or only what changed.

    `unit` is what a row is called where something is said about it.
    """

    name: str
    table: TableText
    is_delta: bool
    unit: str = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A OneRoster export: what the manifest says, and how to read a file of it (None where there is none)."""

    name: str
    modes: Mapping[str, str]
    read: ReadFile


def open_folder(folder: Path) -> Export:
    """Open an export that was unpacked into a folder. Raises RosterError."""

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
    """Return a table of the export; None where the manifest says that it is absent."""
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
    odd = next((f"{key} {mode[:20]!r}" for key, mode in modes.items() if mode not in MODES), None)
    if odd is not None:
        raise RosterError(f"{MANIFEST} says {odd}", expected="bulk, delta or absent", todo="export it again")
    return Export(name=name, modes=modes, read=read)


def _too_large(name: str) -> RosterError:
    return RosterError(
        f"{name} is larger than {MOST_BYTES // 1_000_000} MB", expected="one district's people", todo="export less"
    )
