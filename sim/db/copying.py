"""Copying everything of one database into another, empty one of any kind: from SQLite to PostgreSQL, or back.

One transaction on each side: the old database is read as at one moment and never changed, the new one has everything
or nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Table, inspect, make_url, select

from sim.db.copy_table import CopiedTable, copy_table
from sim.db.engine import BUSY_TIMEOUT_S, is_postgresql, make_engine, name_place, open_transaction
from sim.db.inspect import is_made
from sim.db.migrate import check_newest, make_tables
from sim.db.postgresql import is_alone, let_idle
from sim.db.tables import metadata
from sim.errors import NewerSchemaError, StoreError


def copy_database(
    source_url: str,
    target_url: str,
    *,
    on_table: Callable[[CopiedTable], object] = lambda _: None,
    busy_timeout_s: float = BUSY_TIMEOUT_S,
) -> tuple[CopiedTable, ...]:
    """Copy every row into an empty database, whose tables are made; each table is read back and compared.

    All of it is there afterwards, or the target is as empty as it was, killed or not. The source is not changed.
    """
    _check_places(source_url, target_url)
    with (
        _open_alone(source_url, busy_timeout_s=busy_timeout_s) as source,
        _open_alone(target_url, busy_timeout_s=busy_timeout_s) as target,
    ):
        check_newest(source)
        _refuse_strange_tables(source)
        _prepare(target)
        copied = []
        for table in metadata.sorted_tables:
            copied.append(copy_table(table, source, target))
            on_table(copied[-1])
        return tuple(copied)


def _check_places(source_url: str, target_url: str) -> None:
    if not is_made(source_url):
        raise StoreError(
            f"there is no database {make_url(source_url).database}", todo="set SIGHTLINE_DATA or DATABASE_URL to it"
        )
    places = []
    for url in (source_url, target_url):
        engine = make_engine(url)
        parsed = engine.url
        is_file = not is_postgresql(engine)
        query = () if is_file else tuple(sorted((key, str(value)) for key, value in parsed.query.items()))
        name = str(Path(parsed.database or "").resolve()) if is_file else parsed.database
        places.append((parsed.host, parsed.port, name, query))
    if places[0] == places[1]:
        raise StoreError("both addresses are the same database", todo="give the address of an empty one")


@contextmanager
def _open_alone(url: str, *, busy_timeout_s: float) -> Iterator[Connection]:
    """Open a transaction on a database that nobody else uses, nor can write to until its end."""
    engine = make_engine(url, busy_timeout_s=busy_timeout_s, alone=True)
    try:
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(open_transaction(engine, writes=True))
            except StoreError as error:
                if "locked" in error.what:
                    raise _make_in_use(name_place(engine)) from error
                raise
            if is_postgresql(engine):
                if not is_alone(connection, within_s=busy_timeout_s):
                    raise _make_in_use(name_place(engine))
                let_idle(connection)
            yield connection
    finally:
        engine.dispose()


def _make_in_use(place: str) -> StoreError:
    return StoreError(
        f"the database {place} is in use",
        expected="no server running on it, and no other program that has it open",
        todo="stop every Sightline process, then copy again; nothing was copied",
    )


def _refuse_strange_tables(source: Connection) -> None:
    strangers = set(inspect(source).get_table_names()) - set(metadata.tables) - {"alembic_version"}
    if strangers:
        raise StoreError(
            f"the database {name_place(source.engine)} has a table {sorted(strangers)[0]!r} that is not Sightline's",
            todo="save what it holds elsewhere and drop it; nothing was copied",
        )


def _prepare(target: Connection) -> None:
    """Make the tables where there are none; refuse a target that holds anything."""
    place = name_place(target.engine)
    names = inspect(target).get_table_names()
    if not names:
        make_tables(target)
        return
    try:
        check_newest(target)
        _refuse_strange_tables(target)
        filled = next((table.name for table in metadata.sorted_tables if _has_rows(target, table)), None)
    except (StoreError, NewerSchemaError):
        filled = sorted(names)[0]
    if filled is not None:
        raise StoreError(
            f"the database {place} is not empty: it has the table {filled!r}",
            expected="an empty database, made for this",
            todo="make a new one, for example with `createdb`; nothing was copied",
        )


def _has_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(table).limit(1)).first() is not None
