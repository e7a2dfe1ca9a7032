"""A fingerprint of a table of attempts: the same drills give the same one, in whatever order and file."""

import hashlib
import math

import pandas as pd

from sim.columns import ATTEMPTS

SHORT = 12


def compute_fingerprint(table: pd.DataFrame) -> str:
    """Return the SHA-256 of a table of attempts, 64 hexadecimal digits; the order of rows does not matter."""
    names = [column.name for column in ATTEMPTS if column.name in table.columns]
    columns = [[_write(value) for value in table[name].tolist()] for name in names]
    lines = sorted("\x1f".join(row) for row in zip(*columns, strict=True))
    return hashlib.sha256("\x1e".join(["\x1f".join(names), *lines]).encode("utf-8", "surrogatepass")).hexdigest()


def make_key(table: pd.DataFrame) -> str:
    """Return a key of a table as it stands, to keep what was computed from it: quick, and for this process only."""
    return hashlib.sha256(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes()).hexdigest()


def shorten_fingerprint(fingerprint: str) -> str:
    """Return the first digits, in groups, to compare by eye."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, SHORT, 4))


def _write(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(value)
    return str(value)
