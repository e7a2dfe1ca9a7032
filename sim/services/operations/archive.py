"""One tar file that says at its end what is in it, with a hash for each file: written, checked, unpacked.

Nothing is compressed: footage is, and the rest is small. Names, sizes and kinds of entries are checked before anything
is written, because a backup may come from anywhere.
"""

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict, Field

from sim.checked import check
from sim.errors import StoreError

ARCHIVE_SCHEMA = 1
CONTENTS = "contents.json"
DATABASE = "database"
FILES = "files"
MOST_CONTENTS_BYTES = 64 * 1024**2
BLOCK = 1024**2
_ANOTHER = "use another backup, one that `python -m sim backup` wrote"


class Item(BaseModel):
    """One file: its size in bytes and its hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Contents(BaseModel):
    """What an archive holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int = ARCHIVE_SCHEMA
    made: str  # UTC, as ISO 8601
    is_dump: bool  # whether the database is a PostgreSQL dump; else it is a SQLite file
    files: dict[str, Item]  # by name, as in the archive


def write_archive(draft: Path, sources: Iterable[tuple[str, Path]], *, made: str, is_dump: bool) -> Contents:
    """Write files under their names, then the contents, into a file that is there and empty.

    A file that has gone meanwhile is left out: somebody deleted what it belonged to.
    """
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
    """Read every byte and compare it with the contents; return them."""
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
    contents = _read_contents(body, path)
    for name in sorted(contents.files.keys() | found.keys()):
        if contents.files.get(name) != found.get(name):
            raise StoreError(f"{path} is damaged at {name}", todo=_ANOTHER)
    if DATABASE not in contents.files:
        raise StoreError(f"{path} holds no database", todo=_ANOTHER)
    return contents


def unpack(path: Path, folder: Path, *, wanted: Callable[[str], bool]) -> None:
    """Write the files that are `wanted`, by their names in the archive, into a folder that is there."""
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


def _read_contents(body: bytes, path: Path) -> Contents:
    try:
        data = json.loads(body)
    except ValueError as error:
        raise StoreError(f"{path} has a damaged list of contents", todo=_ANOTHER) from error
    found: Contents = check(
        Contents, data, source=f"{path}: {CONTENTS}", newest=ARCHIVE_SCHEMA, fault=StoreError, todo=_ANOTHER
    )
    return found


class _Hashed(io.RawIOBase):
    """A file that is hashed as it is read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self._digest.update(block)
        return block

    def read_digest(self) -> str:
        return self._digest.hexdigest()
