"""A copy of the database in one file, taken while the app runs, and the way back.

SQLite copies its own pages (https://sqlite.org/backup.html): what others write meanwhile is in the copy whole or not at
all. Every copy is checked before it gets its name, and before it is put back.
"""

import os
import re
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sim.db.engine import find_sqlite, make_private
from sim.db.migrate import check_columns, copy_file, list_versions
from sim.errors import NewerSchemaError, StoreError

MAGIC = b"PGDMP"
PROGRAM = "pg_dump"


def is_dump(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _save_dump(url: str, draft: Path) -> None:
    """Copy a PostgreSQL database to a file, the password in the environment: the list of processes does not show it."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise StoreError(
            f"{PROGRAM} is not on this machine",
            expected="PostgreSQL's own tools, of the server's version or newer",
            todo="install them (Debian: apt-get install postgresql-client), or back up on the database server",
        )
    place, password = split_conninfo(url)
    environ = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    command = [program, "--format=custom", "--no-owner", "--no-password", f"--file={draft}", f"--dbname={place}"]
    make_private(draft)
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        said = (ended.stderr.strip() or f"exit code {ended.returncode}").splitlines()[0]
        raise StoreError(
            f"{PROGRAM} could not copy the database: {said}",
            expected="a server that answers, tools of its version or newer, and room on the disk",
            todo="mend that, then try again; an earlier backup of this name is untouched",
        )


def split_conninfo(url: str) -> tuple[str, str]:
    """Return the address of a PostgreSQL database as its own tools take it, and its password, "" without one."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415 - 8 MB that SQLite does not need

    known = conninfo_to_dict(re.sub(r"^postgres(ql)?(\+\w+)?:", "postgresql:", url))
    password = known.pop("password", "")
    known.pop("options", None)
    return make_conninfo("", **known), str(password)


def refuse_restore(url: str, path: Path) -> StoreError:
    place, _ = split_conninfo(url)
    return StoreError(
        "a PostgreSQL database is not put back by Sightline: other servers may be writing to it",
        expected="the tools of its server",
        todo=f"stop every app process, then run: pg_restore --clean --if-exists --single-transaction --no-owner "
        f'--dbname="{place}" {path}',
    )


BUSY_S = 5.0
STALE_S = 86_400.0
_MAGIC = b"SQLite format 3\0"
_COLUMNS = "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'"
_ANOTHER = "give another name, or a file that `python -m sim backup` wrote"


def save_backup(url: str, path: Path) -> int:
    """Copy the database to a file, complete or not at all, over one that is there; return its size in bytes."""
    draft = path.with_name(f"{path.name}.part-{secrets.token_hex(4)}")
    try:
        database = find_sqlite(url)
        if database is None:
            _save_dump(url, draft)
        else:
            _save_file(database, path, draft)
        draft.replace(path)
        _remove_old_drafts(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}",
            expected="a folder that this user may write to, with room for the database",
            todo="choose another place for the backup",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return path.stat().st_size


def _save_file(database: Path, path: Path, draft: Path) -> None:
    if not database.is_file():
        raise StoreError(f"there is no database {database}", todo="start the app once, or set SIGHTLINE_DATA")
    if path.exists() and path.samefile(database):
        raise StoreError(f"{path} is the database itself", todo="give another name for the backup")
    with _translate(database, path):
        copy_file(database, draft)


def restore_backup(path: Path, url: str, *, now: datetime) -> Path | None:
    """Put a backup back, all or nothing; return where the database as it was is kept, None where there was none."""
    target = find_sqlite(url)
    if target is None:
        raise refuse_restore(url, path)
    check_backup(path)
    kept = None
    if target.exists():
        if path.samefile(target):
            raise StoreError(f"{path} is the database itself", todo=_ANOTHER)
        _refuse_in_use(target)
        kept = target.with_name(f"{target.stem}-before-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}{target.suffix}")
        save_backup(url, kept)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _translate(target, path), _open(path, mode="ro") as copy, _open(target, mode="rwc") as database:
        copy.backup(database)
    return kept


def is_database(path: Path) -> bool:
    """Return whether a file is a SQLite database: the copy that an upgrade left, not a backup of everything."""
    with suppress(OSError), path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC
    return False


def check_backup(path: Path) -> None:
    version = read_version(path)
    if version not in list_versions():
        raise NewerSchemaError(
            f"{path} has version {version!r}", expected=f"at most {list_versions()[-1]!r}", todo="update Sightline"
        )
    if version == list_versions()[-1]:
        found: dict[str, set[str]] = {}
        with _open(path, mode="ro") as copy:
            for table, column in copy.execute(_COLUMNS):
                found.setdefault(table, set()).add(column)
        check_columns(found, place=str(path))


def read_version(path: Path) -> str:
    if not path.is_file():
        raise StoreError(f"there is no file {path}", todo=_ANOTHER)
    if is_dump(path):
        raise StoreError(
            f"{path} is a backup of a PostgreSQL database",
            expected="one of a SQLite database, as this installation has",
            todo="set DATABASE_URL to the PostgreSQL database, or give another file",
        )
    try:
        with _open(path, mode="ro") as copy:
            said = copy.execute("PRAGMA integrity_check").fetchone()[0]
            version = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path} is no backup of Sightline, or is damaged ({error})", todo=_ANOTHER) from error
    if said != "ok" or version is None:
        raise StoreError(f"{path} is damaged ({str(said)[:80]})", todo="use an older backup")
    return str(version[0])


def _refuse_in_use(target: Path) -> None:
    """Refuse a database that a server has open; one that cannot be read is in use by nobody."""
    try:
        with _open(target, mode="rw") as database:
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error) and "busy" not in str(error):
            return
        raise StoreError(
            f"the database {target} is in use",
            expected="no server running on it, and no other program that has it open",
            todo="stop every Sightline process, then restore again; nothing was changed",
        ) from error
    except sqlite3.DatabaseError:
        return


@contextmanager
def _open(path: Path, *, mode: str) -> Iterator[sqlite3.Connection]:
    if mode == "rwc":
        make_private(path)
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)) as connection:
        yield connection


@contextmanager
def _translate(database: Path, path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(
            f"copying between {database} and {path} failed ({error})",
            expected="a database that no other program has locked, and room on the disk",
            todo="close other programs or free some space, then try again; nothing was changed",
        ) from error


def _remove_old_drafts(path: Path) -> None:
    """Delete what backups to this path that were killed a day ago or longer have left behind."""
    for draft in path.parent.glob(f"{path.name}.part-*"):
        with suppress(OSError):
            if draft.stat().st_mtime < path.stat().st_mtime - STALE_S:
                draft.unlink()
