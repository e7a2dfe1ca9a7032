"""A copy of the database in one file, taken while the app runs, and the way back.

SQLite copies its own pages (https://sqlite.org/backup.html): what others write meanwhile is in the copy whole or not at
all. Every copy is checked before it gets its name, and before it is put back.
"""

import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, create_engine, exists, insert, inspect, make_url, select, text

from sim.db.columns import raw
from sim.db.engine import (
    POSTGRESQL,
    is_postgresql,
    make_engine,
    make_private,
    make_sqlite_url,
    name_place,
    open_transaction,
)
from sim.db.migrate import check_tables, list_versions, make_tables
from sim.db.tables import metadata
from sim.errors import NewerSchemaError, StoreError

MAGIC = b"PGDMP"
PROGRAM = "pg_dump"


def is_server(url: str) -> bool:
    return make_url(url).drivername.split("+")[0] in POSTGRESQL


def is_dump(path: Path) -> bool:
    """Return whether a file is a copy that `pg_dump` wrote. Raises OSError."""
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
    parsed = make_url(url)
    password = parsed.password or parsed.query.get("password")
    environ = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    places = (f"--file={draft}", f"--dbname={_write_conninfo(parsed)}")
    command = [program, "--format=custom", "--no-owner", "--no-password", *places]
    make_private(draft)
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        said = (ended.stderr.strip() or f"exit code {ended.returncode}").splitlines()[0]
        raise StoreError(
            f"{PROGRAM} could not copy the database: {said}",
            expected="a server that answers, tools of its version or newer, and room on the disk",
            todo="mend that, then try again; an earlier backup of this name is untouched",
        )


def refuse_restore(url: str, path: Path) -> StoreError:
    """Return why a backup is not put back here, and the command that does it."""
    parsed = make_url(url)
    place = _write_conninfo(parsed)
    return StoreError(
        "a PostgreSQL database is not put back by Sightline: other servers may be writing to it",
        expected="the tools of its server",
        todo=f"stop every app process, then run: pg_restore --clean --if-exists --single-transaction --no-owner "
        f'--dbname="{place}" {path}',
    )


def _write_conninfo(parsed: URL) -> str:
    named = {"host": parsed.host, "port": parsed.port, "user": parsed.username, "dbname": parsed.database}
    more = {name: str(value) for name, value in parsed.query.items() if name not in ("password", "options")}
    known = {name: str(value) for name, value in named.items() if value is not None}
    # 8 MB that SQLite does not need
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415

    return make_conninfo("", **known, **more)


BUSY_S = 5.0
COPY_DAYS = 30
STALE_S = 86_400.0
_MAGIC = b"SQLite format 3\0"
_ANOTHER = "give another name, or a file that `python -m sim backup` wrote"


def save_backup(url: str, path: Path) -> int:
    """Copy the database to a file, complete or not at all, over one that is there; return its size in bytes."""
    draft = path.with_name(f"{path.name}.part-{secrets.token_hex(4)}")
    try:
        if is_server(url):
            _save_dump(url, draft)
        else:
            _copy_file(find_file(url, must_exist=True), path, draft)
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


def _copy_file(source: Path, path: Path, draft: Path) -> None:
    if path.exists() and path.samefile(source):
        raise StoreError(f"{path} is the database itself", todo="give another name for the backup")
    with _translate(source, path), _open(source, mode="rw") as database, _open(draft, mode="rwc") as copy:
        database.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    read_version(draft)
    with draft.open("rb+") as file:
        os.fsync(file.fileno())


def restore_backup(path: Path, url: str, *, now: datetime) -> Path | None:
    """Put a backup back, all or nothing; return where the database as it was is kept, None where there was none."""
    if is_server(url):
        raise refuse_restore(url, path)
    target = find_file(url, must_exist=False)
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


def keep_upgrade_copy(url: str) -> None:
    """Copy a SQLite file beside itself before it is upgraded, in place of the copy of an earlier upgrade."""
    copy = _find_upgrade_copy(url)
    if copy is not None:
        save_backup(url, copy)


def remove_old_upgrade_copy(url: str, *, now_s: float) -> None:
    """Delete the copy of an upgrade that was `COPY_DAYS` ago, at `now_s` in seconds since 1970; it holds names."""
    copy = _find_upgrade_copy(url)
    with suppress(OSError):
        if copy is not None and copy.stat().st_mtime < now_s - COPY_DAYS * STALE_S:
            copy.unlink()


def _find_upgrade_copy(url: str) -> Path | None:
    """Return where the copy before the last upgrade of a SQLite file is, if there is one; None for other databases."""
    path = _find_sqlite(url)
    return None if path is None else path.with_name(f"{path.stem}-before-upgrade{path.suffix}")


def is_database(path: Path) -> bool:
    """Return whether a file is a SQLite database: the copy that an upgrade left, not a backup of everything."""
    with suppress(OSError), path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC
    return False


def check_backup(path: Path) -> None:
    """Refuse a file that is not a whole Sightline database of a version that this program knows."""
    version = read_version(path)
    if version not in list_versions():
        raise NewerSchemaError(
            f"{path} has version {version!r}", expected=f"at most {list_versions()[-1]!r}", todo="update Sightline"
        )
    if version == list_versions()[-1]:
        with _open(path, mode="ro") as copy:
            engine = create_engine(make_sqlite_url(path), creator=lambda: copy)
            with engine.connect() as connection:
                check_tables(connection)


def read_version(path: Path) -> str:
    """Return the version of a whole database, also one that this program does not know; raises as `check_backup`."""
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


def find_file(url: str, *, must_exist: bool) -> Path:
    """Return where a SQLite database lies. Raises StoreError: it is none, or is missing where it `must_exist`."""
    path = _find_sqlite(url)
    if path is None:
        raise StoreError(
            "this database is not a SQLite file",
            expected="the database in the data folder",
            todo="set DATABASE_URL to a file or a PostgreSQL server",
        )
    if must_exist and not path.is_file():
        raise StoreError(f"there is no database {path}", todo="start the app once, or set SIGHTLINE_DATA")
    return path


def _find_sqlite(url: str) -> Path | None:
    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:")
    return Path(str(parsed.database)) if is_file else None


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


BATCH = 500
"""Rows in memory at once."""


def copy_database(source_url: str, target_url: str) -> int:
    """Copy every row into an empty database of today's version, all or nothing; return how many."""
    source, target, copied = make_engine(source_url), make_engine(target_url), 0
    try:
        with open_transaction(source, writes=False) as old, open_transaction(target, writes=True) as new:
            there = inspect(new).get_table_names()
            if not there:
                make_tables(new)
            known = [table for table in metadata.sorted_tables if table.name in there]
            filled = (each for each in known if new.scalar(select(exists(select(each)))))
            stranger = next(iter(sorted({*there} - {*metadata.tables, "alembic_version"})), None)
            named = stranger or next((table.name for table in filled), None)
            if named is not None:
                raise StoreError(
                    f"the database {name_place(target)} is not empty: it has the table {named!r}",
                    expected="an empty database, made for this",
                    todo="make a new one, for example with `createdb`; nothing was copied",
                )
            check_tables(new)
            for table in metadata.sorted_tables:
                # as they came: a row may name an earlier one of its own table
                chosen = select(*map(raw, table.columns)).order_by(text("rowid"))
                for batch in old.execute(chosen, execution_options={"yield_per": BATCH}).mappings().partitions():
                    new.execute(insert(table), [dict(row) for row in batch])
                    copied += len(batch)
                own = table.autoincrement_column
                if own is not None and is_postgresql(target):
                    # numbers that the database gives go on after the highest that is there
                    serial = f"pg_get_serial_sequence('{table.name}', '{own.name}')"
                    new.exec_driver_sql(f"SELECT setval({serial}, max({own.name})) FROM {table.name}")
    finally:
        source.dispose()
        target.dispose()
    return copied
