"""Canonical JSON, the one written form of a value whose hash is kept.

It is JSON as RFC 8785 has it: UTF-8, no blanks, object keys sorted, the shortest escapes. Of RFC 8785 these values are
used and no others: null, true, false, text, lists, objects whose keys are ASCII, whole numbers of at most 2^53 - 1, and
numbers of 0.0001 to 10^15 with decimals (whose shortest form every language writes the same).
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sim.errors import LedgerError

LARGEST_WHOLE = 2**53 - 1
LEAST_DECIMAL, MOST_DECIMAL = 1e-4, 1e15

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def write_canonical(value: Json) -> str:
    """Return the canonical JSON of a value; `{"b": [1, 0.5], "a": "é"}` gives `{"a":"é","b":[1,0.5]}`."""
    text = json.dumps(_check(value), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise LedgerError("a text for the ledger holds half a character", expected="text in UTF-8") from error
    return text


def write_moment(at: datetime) -> str:
    """Return a moment as it is hashed, always 27 characters: "2026-11-25T21:47:20.000125Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_moment(text: str) -> datetime:
    """Return the moment that `write_moment` wrote. Raises ValueError: no such text."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def compute_sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _check(value: Json) -> Json:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str) or not key.isascii():
                raise LedgerError(f"the key {key!r} cannot be in the ledger", expected="ASCII letters")
        return {key: _check(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_check(each) for each in value]
    if isinstance(value, float) and value.is_integer() and abs(value) <= LARGEST_WHOLE:
        return int(value)
    if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
        raise LedgerError(f"the number {value} is too large for the ledger", expected=f"at most {LARGEST_WHOLE}")
    if isinstance(value, float) and not LEAST_DECIMAL <= abs(value) <= MOST_DECIMAL:
        asked = f"{LEAST_DECIMAL:g} to {MOST_DECIMAL:g}"
        raise LedgerError(f"the number {value!r} has no one written form", expected=asked)
    if not isinstance(value, int | float):
        raise LedgerError(f"a {type(value).__name__} cannot be in the ledger", expected="what JSON has")
    return value
