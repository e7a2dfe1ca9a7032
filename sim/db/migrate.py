"""Bringing a database to the version this program knows, all at once or not at all.

Alembic is loaded for a database that is older than this version alone; an empty one gets its tables as they are here.
"""

import os
import sqlite3
import threading
from collections.abc import Collection, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, event, exists, func, insert, inspect, select, text

from sim.db import builds, lti, programs, sessions, teams  # noqa: F401 - declare further tables
from sim.db.attempts import AttemptRow
from sim.db.columns import metadata, raw
from sim.db.engine import find_sqlite, is_postgresql, make_engine, make_private, name_place, open_transaction
from sim.errors import NewerSchemaError, StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE_S, COPY_S = 600.0, 30 * 86_400
_VERSION_TABLE = "alembic_version"
_ASK_VERSION = text(f"SELECT version_num FROM {_VERSION_TABLE}")
_one_at_a_time = threading.RLock()
"""Alembic keeps the migration that runs in the module `alembic.context`: two threads would mix up their databases."""


def migrate(engine: Engine, *, folder: Path = MIGRATIONS) -> None:
    """Run every missing step in one transaction: after a failure the database is as it was.

    Of several processes that start at once one does it; the others wait for it and find it done. Of a SQLite file a
    copy is kept before.
    """
    newest = list_versions(folder)[-1]
    with open_transaction(engine, writes=False) as connection:
        version = _read_version(connection, folder)
        if version == newest:
            check_tables(connection)
            return
    if version is None and folder == MIGRATIONS:
        with open_transaction(engine, writes=True, patience_s=PATIENCE_S) as connection:
            if not inspect(connection).get_table_names():
                make_tables(connection)
            if _read_version(connection, folder) == newest:
                return
    from alembic import command  # noqa: PLC0415 - as said above
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with _one_at_a_time, open_transaction(engine, writes=True, patience_s=PATIENCE_S) as connection:
        database = find_sqlite(engine.url)
        if database is not None and _read_version(connection, folder) not in (None, newest):
            _keep_copy(database)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def list_versions(folder: Path = MIGRATIONS) -> tuple[str, ...]:
    return tuple(sorted(path.name.partition("_")[0] for path in (folder / "versions").glob("[0-9]*.py")))


def copy_file(source: Path, copy: Path) -> None:
    """Copy a SQLite database as it is at one moment, while others write: https://sqlite.org/backup.html."""
    make_private(copy)
    with closing(sqlite3.connect(source)) as database, closing(sqlite3.connect(copy)) as made:
        database.backup(made)
        made.execute("PRAGMA journal_mode = DELETE")
        said = made.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        raise StoreError(f"the database {source} is damaged ({said[:80]})", todo="restore a backup")
    with copy.open("rb+") as file:
        os.fsync(file.fileno())


def _name_copy(database: Path) -> Path:
    return database.with_stem(f"{database.stem}-before-upgrade")


def _keep_copy(database: Path) -> None:
    copy = _name_copy(database)
    draft = copy.with_name(f"{copy.name}.part")
    try:
        copy_file(database, draft)
        draft.replace(copy)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"{copy} cannot be written: {error}",
            expected="room for a copy of the database before it is updated",
            todo="free some space, then start again; nothing was changed",
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def remove_old_upgrade_copy(engine: Engine, *, now_s: float) -> None:
    """Delete the copy of an upgrade that was `COPY_S` ago, at `now_s` in seconds since 1970; it holds names."""
    database = find_sqlite(engine.url)
    with suppress(OSError):
        if database is not None and _name_copy(database).stat().st_mtime < now_s - COPY_S:
            _name_copy(database).unlink()


REFUSAL = "the ledger is append-only"
_REFUSE = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
_HASHED = ("number", "kind", "at", "content_sha256", "previous_sha256", "sha256")
_CONTENT = ("body", "made_by", "team_id", "session_id", "person_id", "attempt_id")
_IS_EMPTIED = " AND ".join(
    (
        *(f"NEW.{name} = OLD.{name}" for name in _HASHED),
        *(f"NEW.{name} IS NULL" for name in _CONTENT),
        "OLD.removed_by IS NULL AND OLD.kind <> 'content-removed'",
        "EXISTS (SELECT 1 FROM audit AS later WHERE later.number = NEW.removed_by AND later.number > OLD.number "
        "AND later.kind = 'content-removed')",
    )
)
_TRIGGERS = {
    "sqlite": (
        f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit WHEN NOT ({_IS_EMPTIED}) {_REFUSE}",
        f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit {_REFUSE}",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        "CREATE OR REPLACE FUNCTION audit_check_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NOT ({_IS_EMPTIED}) THEN RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_check_update()",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ),
}
"""Content may be taken away where a later entry was written first that says so."""


@event.listens_for(metadata, "after_create")
def _guard_ledger(_: object, connection: Connection, **__: object) -> None:
    for statement in _TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def make_tables(connection: Connection) -> None:
    key = f"CONSTRAINT {_VERSION_TABLE}_pkc PRIMARY KEY (version_num)"
    connection.execute(text(f"CREATE TABLE {_VERSION_TABLE} (version_num VARCHAR(32) NOT NULL, {key})"))
    connection.execute(text(f"INSERT INTO {_VERSION_TABLE} VALUES (:version)"), {"version": list_versions()[-1]})
    metadata.create_all(connection)


def check_tables(connection: Connection) -> None:
    read = inspect(connection).get_multi_columns()
    found = {name: {column["name"] for column in columns} for (_, name), columns in read.items()}
    check_columns(found, place=name_place(connection.engine))


def check_columns(found: Mapping[str, Collection[str]], *, place: str) -> None:
    """Refuse a database of the newest version whose tables have other columns than this program declares."""
    for table in metadata.sorted_tables:
        declared, there = {column.name for column in table.columns}, set(found.get(table.name, ()))
        if declared == there:
            continue
        lacks = f"no column {min(declared - there)!r}" if declared - there else f"a column {min(there - declared)!r}"
        fault = f"its table {table.name!r} has {lacks}" if there else f"it has no table {table.name!r}"
        raise StoreError(
            f"the database {place} was made by another state of Sightline: {fault}",
            expected="one that this Sightline made: what was made before the first release is not read",
            todo="begin with a new database: set SIGHTLINE_DATA to another folder, or DATABASE_URL to an empty one",
        )


def _read_version(connection: Connection, folder: Path) -> str | None:
    place, names = name_place(connection.engine), inspect(connection).get_table_names()
    version: str | None = connection.scalar(_ASK_VERSION) if _VERSION_TABLE in names else None
    if version is None:
        strangers = set(names) - {_VERSION_TABLE}
        if strangers:
            raise StoreError(
                f"the database {place} belongs to another program: it has the table {min(strangers)!r}",
                expected="an empty database or one of Sightline",
                todo="choose another file or database",
            )
        return None
    known = list_versions(folder)
    if version not in known:
        raise NewerSchemaError(
            f"the database {place} has version {version!r}",
            expected=f"at most {known[-1]!r}",
            todo="update Sightline, or begin with a new database: one from before the first release is not read",
        )
    return version


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseState:
    kind: str  # sqlite or postgresql, with the version of its engine
    version: str | None  # of the tables; None where there are none yet
    newest_version: str  # that this program knows
    faults: tuple[str, ...]  # what the database itself says is damaged
    size_bytes: int
    newest: datetime | None  # the latest moment that an attempt was made at, UTC; None without one
    rows: Mapping[str, int]  # of each table that this program knows and the database holds


def is_made(url: str) -> bool:
    """Return whether the database exists: a file that does not is made at the first start."""
    path = find_sqlite(url)
    return path is None or path.exists()


def inspect_database(url: str) -> DatabaseState:
    engine = make_engine(url)
    try:
        with open_transaction(engine, writes=False) as connection:
            names, newest = inspect(connection).get_table_names(), None
            version = connection.scalar(_ASK_VERSION) if _VERSION_TABLE in names else None
            if version == list_versions()[-1]:
                check_tables(connection)
            if "attempt" in names:
                newest = connection.scalar(select(func.max(AttemptRow.created_at)))
            there = [table for table in metadata.sorted_tables if table.name in names]
            checked: list[str] = []
            ask_version, ask_size = "SHOW server_version", "SELECT pg_database_size(current_database())"
            if engine.dialect.name == "sqlite":
                checked = [str(row[0]) for row in connection.execute(text("PRAGMA quick_check(5)"))]
                ask_version = "SELECT sqlite_version()"
                ask_size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            return DatabaseState(
                kind=f"{engine.dialect.name} {connection.scalar(text(ask_version))}",
                version=version,
                newest_version=list_versions()[-1],
                faults=tuple(said for said in checked if said != "ok"),
                size_bytes=int(connection.scalar(text(ask_size)) or 0),
                newest=newest,
                rows={each.name: connection.scalar(select(func.count()).select_from(each)) or 0 for each in there},
            )
    except (UnicodeError, ValueError) as error:
        raise StoreError(f"the database cannot be read ({type(error).__name__})", todo="restore a backup") from error
    finally:
        engine.dispose()


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
            known, others = metadata.tables, sorted({*there} - {_VERSION_TABLE})
            full = (each for each in others if each not in known or new.scalar(select(exists(select(known[each])))))
            if named := next(full, None):
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
