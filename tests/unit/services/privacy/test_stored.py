"""The page "What is stored" against the tables themselves."""

from sqlalchemy import Table

from sim.db.personal import PERSONAL, SECRET, STAYS
from sim.db.tables import metadata
from sim.services.privacy.stored import STORED
from tests.support.privacy_page import BEGIN, END, PAGE, write_table


def test_every_table_and_every_column_is_told_or_named_as_technical() -> None:
    assert set(STORED) == set(metadata.tables), "say in services/privacy/stored.py what a new table holds"
    for name, table in metadata.tables.items():
        stored = STORED[name]
        listed = [*stored.told, *stored.technical]
        assert sorted(listed) == sorted(column.name for column in table.columns), name
        assert bool(stored.told) == bool(stored.what), name


def leads_to_people(table: Table) -> bool:
    """A table names a person, or hangs on one that does."""
    if "person_id" in table.columns:
        return True
    return any(
        key.column.table.name in ("person", "account", "attempt") and leads_to_people(key.column.table)
        for key in table.foreign_keys
        if key.column.table is not table
    )


def test_every_table_that_leads_to_a_person_is_exported_and_told() -> None:
    leading = {name for name, table in metadata.tables.items() if leads_to_people(table)}
    assert leading <= set(PERSONAL), "say in records/personal.py how its rows hang on a person"
    assert all(STORED[name].told for name in PERSONAL)
    assert set(STAYS) < set(PERSONAL)
    assert all(column in metadata.tables[table].columns for table, column in SECRET)


def test_its_table_is_what_the_program_tells() -> None:
    told = f"{BEGIN}\n{write_table()}\n{END}"
    assert told in PAGE.read_text("utf-8"), "run `python -m tests.support.privacy_page`"
