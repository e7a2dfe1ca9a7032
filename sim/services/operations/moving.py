"""Moving to another database: everything copied, compared, and the training record verified where it arrived."""

from collections.abc import Callable
from dataclasses import dataclass

from sim.records.copy_table import CopiedTable
from sim.records.copying import copy_database
from sim.records.store import open_store
from sim.services.app.wiring import Settings
from sim.services.ledger.heads import HEADS_NAME, read_heads
from sim.services.ledger.verify import Verdict, verify

__all__ = ["CopiedTable", "Moved", "move_database"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was copied; `ledger` is what verifying found in the new database."""

    tables: tuple[CopiedTable, ...]
    ledger: Verdict

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""
        return sum(table.rows for table in self.tables)


def move_database(
    settings: Settings, target_url: str, *, on_table: Callable[[CopiedTable], object] = lambda _: None
) -> Moved:
    """Copy the present database into an empty one and verify the ledger there. Raises as `copy_database`."""
    tables = copy_database(settings.database_url, target_url, on_table=on_table)
    store = open_store(target_url)
    try:
        return Moved(tables=tables, ledger=verify(store, noted=read_heads(settings.data / HEADS_NAME)))
    finally:
        store.close()
