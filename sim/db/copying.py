"""Copying everything of a SQLite database into an empty one, of whatever kind: a backup goes to PostgreSQL so."""

from sqlalchemy import exists, insert, inspect, select, text

from sim.db.columns import raw
from sim.db.engine import is_postgresql, make_engine, name_place, open_transaction
from sim.db.migrate import check_tables, make_tables
from sim.db.tables import metadata
from sim.errors import StoreError

BATCH = 500
"""Rows in memory at once."""


def copy_database(source_url: str, target_url: str) -> int:
    """Copy every row of a database of today's version into an empty one, whose tables are made; return how many.

    All of it is there afterwards, or the target is as empty as it was, killed or not. The source is not changed.
    """
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
