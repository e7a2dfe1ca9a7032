"""A digest of all rows of a table that is the same in every database, in whatever order the rows come."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

_MODULUS = 2**256


@dataclass(slots=True)
class Digest:
    """What has been added so far: how many rows, and the sum of their SHA-256, modulo 2^256.

    A sum needs no order, and databases each have their own for text. It finds what copying does wrong, rows lost,
    doubled or altered; it is no protection against somebody who makes up rows to fit (the ledger's chain is).
    """

    rows: int = 0
    total: int = 0

    def add(self, values: Iterable[Any]) -> None:
        """Add a row: its values in the order of the table's columns, as Python has them; times with their zone.

        A row of a text `a`, 0.5 and nothing is hashed as `["a", 0.5, null]`.
        """
        text = json.dumps([_write(value) for value in values])
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(text.encode("ascii")).digest())) % _MODULUS

    def write(self) -> str:
        """Return it as 64 hexadecimal digits; all zeros without rows."""
        return f"{self.total:064x}"


def _write(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    # SQLite has no minus zero
    return value + 0.0 if isinstance(value, float) else value
