"""What is stored about people, in plain words: read from the tables, which say it beside their columns."""

from dataclasses import dataclass
from typing import Final

from sim.db.personal import TABLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    title: str  # of it in words
    what: str  # what it holds and why, a sentence or two; "" where it holds nothing about people
    told: dict[str, str]  # what its columns say about people, by column
    kept: str  # how long


STORED: Final = {
    table.name: Stored(
        **{name: table.info[name] for name in ("title", "what", "kept")},
        told={column.name: column.info["told"] for column in table.columns if column.info["told"]},
    )
    for table in TABLES
}


def list_stored(*, practice_days: int) -> tuple[tuple[Stored, str], ...]:
    """Return what is stored about people, each with how long it is kept."""
    return tuple((stored, stored.kept.format(days=practice_days)) for stored in STORED.values() if stored.what)


def list_impersonal() -> tuple[str, ...]:
    """Return the titles of what is stored besides, which says nothing about anybody."""
    return tuple(stored.title for stored in STORED.values() if not stored.what)
