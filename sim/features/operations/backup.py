"""Everything an installation has in one file: the database, and what the data folder holds beside it."""

import hashlib
import io
import json
import os
import re
import secrets
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict, Field

from sim.app.settings import Settings
from sim.attempt.attempt import Clock
from sim.checked import check
from sim.db.engine import find_sqlite, make_private, make_sqlite_url
from sim.db.migrate import copy_database
from sim.db.store import open_store
from sim.errors import LedgerError, StoreError
from sim.features.operations.database_copy import check_backup, is_dump, refuse_restore, restore_backup, save_backup
from sim.features.own_clips.removing import list_walk_files
from sim.features.own_school.removing import list_kept
from sim.footage.build.workfolder import remove_tree
from sim.ledger.verify import HEADS_NAME, read_heads, verify

ARCHIVE_SCHEMA = 1
CONTENTS = "contents.json"
DATABASE = "database"
FILES = "files"
MOST_CONTENTS_BYTES = 64 * 1024**2
BLOCK = 1024**2
_ANOTHER = "use another backup, one that `python -m sim backup` wrote"


class Item(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Contents(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int = ARCHIVE_SCHEMA
    made: str  # UTC, as ISO 8601
    is_dump: bool  # whether the database is a PostgreSQL dump; else it is a SQLite file
    files: dict[str, Item]  # by name, as in the archive


def write_archive(draft: Path, sources: Iterable[tuple[str, Path]], *, made: str, is_dump: bool) -> Contents:
    items: dict[str, Item] = {}
    with draft.open("wb") as file, tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, path in sources:
            try:
                source = path.open("rb")
            except FileNotFoundError:
                continue
            with source:
                info = archive.gettarinfo(arcname=name, fileobj=source)
                info = info.replace(uid=0, gid=0, uname="", gname="", deep=False)
                hashed = _Hashed(source)
                try:
                    archive.addfile(info, hashed)
                except OSError as error:
                    if "end of data" not in str(error):
                        raise
                    raise StoreError(
                        f"{path} became shorter while it was copied", todo="try again when nothing is being made"
                    ) from error
            items[name] = Item(size=info.size, sha256=hashed.read_digest())
        contents = Contents(made=made, is_dump=is_dump, files=items)
        body = json.dumps(contents.model_dump(), indent=1, ensure_ascii=False).encode()
        info = tarfile.TarInfo(CONTENTS)
        info.size, info.mode = len(body), 0o600
        archive.addfile(info, io.BytesIO(body))
    with draft.open("rb+") as written:
        os.fsync(written.fileno())
    return contents


def check_archive(path: Path) -> Contents:
    found: dict[str, Item] = {}
    body: bytes | None = None
    with _read(path) as entries:
        for name, entry, stream in entries:
            if name == CONTENTS and entry.size > MOST_CONTENTS_BYTES:
                raise StoreError(f"{path} has a list of contents of {entry.size} bytes", todo=_ANOTHER)
            if name == CONTENTS:
                body = stream.read()
                continue
            found[name] = Item(size=entry.size, sha256=hashlib.file_digest(stream, "sha256").hexdigest())
    if body is None:
        raise StoreError(f"{path} has no list of its contents: it was cut short, or is something else", todo=_ANOTHER)
    try:
        data = json.loads(body)
    except ValueError as error:
        raise StoreError(f"{path} has a damaged list of contents", todo=_ANOTHER) from error
    contents: Contents = check(
        Contents, data, source=f"{path}: {CONTENTS}", newest=ARCHIVE_SCHEMA, fault=StoreError, todo=_ANOTHER
    )
    for name in sorted(contents.files.keys() | found.keys()):
        if contents.files.get(name) != found.get(name):
            raise StoreError(f"{path} is damaged at {name}", todo=_ANOTHER)
    if DATABASE not in contents.files:
        raise StoreError(f"{path} holds no database", todo=_ANOTHER)
    return contents


def unpack(path: Path, folder: Path, *, wanted: Callable[[str], bool]) -> None:
    with _read(path) as entries:
        for name, entry, stream in entries:
            if name == CONTENTS or not wanted(name):
                continue
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                target.chmod(entry.mode & 0o700)
                shutil.copyfileobj(stream, file, BLOCK)


@contextmanager
def _read(path: Path) -> Iterator[Iterator[tuple[str, tarfile.TarInfo, io.BufferedReader]]]:
    """Give the entries of an archive in their order, each with its bytes; only plain files with names below it."""
    try:
        with tarfile.open(path, "r:") as archive:
            yield _iterate(path, archive)
    except (tarfile.TarError, EOFError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} is no whole backup, or is damaged ({error})", todo=_ANOTHER) from error


def _iterate(path: Path, archive: tarfile.TarFile) -> Iterator[tuple[str, tarfile.TarInfo, io.BufferedReader]]:
    seen: set[str] = set()
    for entry in archive:
        stream = archive.extractfile(entry) if entry.isreg() else None
        if stream is None or not is_safe(entry.name) or entry.name in seen:
            raise StoreError(f"{path} holds {entry.name[:80]!r}, which no backup has", todo=_ANOTHER)
        seen.add(entry.name)
        yield entry.name, entry, stream  # type: ignore[misc]


def is_safe(name: str) -> bool:
    """Return whether a file may have this name in an archive, so that it can be unpacked on every system."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    parts = PurePosixPath(name).parts
    inside = parts[:1] == (FILES,) and len(parts) > 1 and ".." not in parts
    return name in (DATABASE, CONTENTS) or (inside and "\\" not in name and ":" not in name and "\0" not in name)


class _Hashed(io.RawIOBase):
    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self._digest.update(block)
        return block

    def read_digest(self) -> str:
        return self._digest.hexdigest()


KEEP = 14
"""Whole backups that stay in their folder."""
_DRAFT = re.compile(r"\.part(-|\.|$)")
"""What begins with a dot or has this in its name is written, or a clip is taken into it, and is not finished."""
_NAME = re.compile(r"sightline-\d{8}-\d{6}\.tar")
_LEFTOVER = re.compile(rf"{_NAME.pattern}\.part-[0-9a-f]{{8}}|\.sightline-(backup|check)-\w+")
LEFT_FOR_S = 24 * 3600.0
"""How long what looks like a draft may be one that is still written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeBackup:
    path: Path  # of the file
    size: int  # in bytes
    files: int  # how many it holds beside the database
    entries: int | None  # of the training record's ledger; None for a PostgreSQL dump, which only its own tools open
    removed: tuple[Path, ...]  # older ones that were deleted
    links: tuple[Path, ...]  # what is only a link in the data folder: what they lead to is not in it
    # files and folders of the data folder that are not in it, as their names cannot be on every system
    misnamed: tuple[Path, ...]
    leftovers: tuple[Path, ...]  # what backups left that were killed more than a day ago; deleted


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRestored:
    files: int  # how many beside the database
    kept: Path | None  # folder in the data folder with what was there before; None where nothing was
    # where the noted heads of the ledger as it was lie now, if there were any: later entries are not in it
    heads: Path | None = None
    left: str = ""  # what is still to do for a PostgreSQL database, with the command; "" where the database is put back
    copied: int = 0  # rows that went from a SQLite backup into a PostgreSQL database


def save_whole(
    settings: Settings, clock: Clock, folder: Path, *, keep: int = KEEP, with_schools: bool = True
) -> WholeBackup:
    """Write a new backup into a folder, check it, and only then delete the oldest of more than `keep`.

    The app may run. The backup appears complete or not at all, and those that are there stay as they are after a
    failure. Without `with_schools` nothing in it is of schools that were drawn here and nothing of staged walks: no
    plan, no picture of a camera, no recording made on them, no clip.
    """
    if folder.absolute().is_relative_to(settings.data.absolute()):
        raise StoreError(
            f"{folder} lies in the data folder, which it is to back up", todo="choose a folder elsewhere, best a disk"
        )
    now = clock.read().wall
    target = folder / f"sightline-{now:%Y%m%d-%H%M%S}.tar"
    draft = folder / f"{target.name}.part-{secrets.token_hex(4)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".sightline-backup-", dir=folder) as work:
            database = Path(work) / DATABASE
            save_backup(settings.database_url, database)
            files, misnamed = _list_files(settings, with_schools=with_schools)
            make_private(draft)
            write_archive(
                draft,
                [(DATABASE, database), *files],
                made=now.isoformat(),
                is_dump=find_sqlite(settings.database_url) is None,
            )
        contents, entries = check_whole(draft)
        draft.replace(target)
        ours = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
        removed = tuple(ours[: max(0, len(ours) - keep)])
        for path in removed:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"the backup cannot be written to {folder}: {error.strerror or error}",
            expected="a folder that this user may write to, with room for the database and all own footage",
            todo="free some space or choose another folder; the backups that are there are unchanged",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return WholeBackup(
        path=target,
        size=target.stat().st_size,
        files=len(contents.files) - 1,
        entries=entries,
        removed=removed,
        links=tuple(path for path in sorted(settings.data.rglob("*")) if path.is_symlink()),
        misnamed=misnamed,
        leftovers=_remove_leftovers(folder, now=now),
    )


def check_whole(path: Path) -> tuple[Contents, int | None]:
    """Read a backup to its end and restore its database for a test; return its contents and the ledger's entries."""
    try:
        contents = check_archive(path)
        with tempfile.TemporaryDirectory(prefix=".sightline-check-", dir=path.parent) as work:
            folder = Path(work)
            unpack(path, folder, wanted=lambda name: name in (DATABASE, f"{FILES}/{HEADS_NAME}"))
            database = folder / DATABASE
            if contents.is_dump:
                if not is_dump(database):
                    raise StoreError(f"{path} holds no PostgreSQL dump", todo="use another backup")
                return contents, None
            check_backup(database)
            with closing(open_store(make_sqlite_url(database))) as store:
                verdict = verify(store, noted=read_heads(folder / FILES / HEADS_NAME))
    except OSError as error:
        raise StoreError(
            f"{path} cannot be checked: {error.strerror or error}",
            todo="check the path, and free some space beside it for the database",
        ) from error
    if verdict.broken is not None:
        raise StoreError(
            f"the training record in {path} does not hold from entry {verdict.broken.number} on",
            todo="run `python -m sim records verify`, and use an older backup; where an older database was put back on "
            f"purpose, move {HEADS_NAME} out of the data folder and keep it",
        )
    return contents, verdict.head.number


def restore_whole(settings: Settings, clock: Clock, path: Path) -> WholeRestored:
    """Check a backup, then put it back; what was there is kept in a folder of the data folder."""
    contents, _ = check_whole(path)
    at_server = find_sqlite(settings.database_url) is None
    if contents.is_dump and not at_server:
        raise StoreError(
            f"{path} holds a PostgreSQL database, and this installation uses SQLite",
            todo="set DATABASE_URL to an empty PostgreSQL database",
        )
    now = clock.read().wall
    data = settings.data
    for name in sorted({PurePosixPath(name).parts[1] for name in contents.files if name != DATABASE}):
        if os.path.ismount(data / name):
            raise StoreError(
                f"{data / name} is a disk of its own, which cannot be put aside for the one in the backup",
                todo="unmount it, restore, and move what was restored onto it",
            )
    stamp = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    kept, dump = data / f".before-{stamp}", data / "database.dump"
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=data) as work:
            unpack(path, Path(work), wanted=lambda name: True)
            database = Path(work) / DATABASE
            copied = 0
            if not contents.is_dump and at_server:
                open_store(make_sqlite_url(database)).close()
                copied = copy_database(make_sqlite_url(database), settings.database_url)
            elif not contents.is_dump:
                restore_backup(database, settings.database_url, now=now)
            # noted of the database that was there: what is put back brings its own, or none
            _set_aside(data / HEADS_NAME, kept)
            for new in sorted((Path(work) / FILES).iterdir()) if (Path(work) / FILES).is_dir() else ():
                _move_in(new, data / new.name, kept)
            if contents.is_dump:
                _move_in(database, dump, kept)
    except OSError as error:
        raise StoreError(
            f"the backup cannot be put back: {error.strerror or error}",
            expected=f"room for it in {data}, and the right to write there",
            todo=f"mend that and restore again; what was there is in that folder or in {kept}",
        ) from error
    return WholeRestored(
        files=len(contents.files) - 1,
        kept=kept if kept.is_dir() else None,
        heads=kept / HEADS_NAME if (kept / HEADS_NAME).exists() else None,
        left=refuse_restore(settings.database_url, dump).todo if contents.is_dump else "",
        copied=copied,
    )


def restore_database(settings: Settings, clock: Clock, path: Path) -> WholeRestored:
    """Put the copy of a SQLite database back that an upgrade left. Raises NewerSchemaError, StoreError."""
    now = clock.read().wall
    kept = restore_backup(path, settings.database_url, now=now)
    return WholeRestored(files=0, kept=kept, heads=_set_heads_aside(settings.data, now=now))


def _set_heads_aside(data: Path, *, now: datetime) -> Path | None:
    """Put the noted heads beside, as another database takes the place of theirs; return where, None without any."""
    path = data / HEADS_NAME
    aside = path.with_name(f"{path.stem}-before-{now:%Y%m%d-%H%M%S}{path.suffix}")
    try:
        if not path.exists():
            return None
        path.replace(aside)
    except OSError as error:
        raise LedgerError(f"{path} cannot be moved", todo="check the data folder") from error
    return aside


def _list_files(settings: Settings, *, with_schools: bool) -> tuple[list[tuple[str, Path]], tuple[Path, ...]]:
    files: list[tuple[str, Path]] = []
    misnamed: dict[Path, None] = {}
    data = settings.data
    place = find_sqlite(settings.database_url)
    database = place and place.absolute()
    left_out = () if with_schools else (*list_kept(data), *list_walk_files(data))
    for path in sorted(data.rglob("*")):
        if any(path.is_relative_to(place) for place in left_out):
            continue
        inside = path.relative_to(data)
        is_draft = any(part.startswith(".") or _DRAFT.search(part) for part in inside.parts)
        # its journal and the copies that upgrades and restores left stand beside it under names that begin like it
        of_database = database is not None and path.parent == database.parent and path.name.startswith(database.stem)
        if is_draft or of_database or path.is_symlink() or not path.is_file():
            continue
        name = f"{FILES}/{inside.as_posix()}"
        if is_safe(name):
            files.append((name, path))
            continue
        steps = [*reversed(inside.parents), inside][1:]
        misnamed[next(data / step for step in steps if not is_safe(f"{FILES}/{step.as_posix()}"))] = None
    return files, tuple(misnamed)


def _move_in(new: Path, place: Path, kept: Path) -> None:
    _set_aside(place, kept)
    new.replace(place)


def _set_aside(place: Path, kept: Path) -> None:
    if place.exists():
        kept.mkdir(mode=0o700, exist_ok=True)
        place.replace(kept / place.name)


def _remove_leftovers(folder: Path, *, now: datetime) -> tuple[Path, ...]:
    """Delete the drafts of backups that were killed; what cannot be deleted stays for the next time."""
    removed = []
    for path in sorted(folder.iterdir()):
        with suppress(OSError):
            if _LEFTOVER.fullmatch(path.name) and now.timestamp() - path.stat().st_mtime > LEFT_FOR_S:
                remove_tree(path)
                removed.append(path)
    return tuple(removed)
