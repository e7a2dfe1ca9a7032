import hashlib

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sim.db.ledger import (
    GENESIS,
    LEAST_DECIMAL,
    MOST_DECIMAL,
    compute_entry_sha256,
    compute_sha256,
    read_moment,
    write_canonical,
    write_moment,
)
from sim.errors import LedgerError
from tests.support.fake_clock import NOON

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
DECIMALS = st.floats(LEAST_DECIMAL, MOST_DECIMAL) | st.floats(-MOST_DECIMAL, -LEAST_DECIMAL) | st.just(0.0)
PLAIN = st.none() | st.booleans() | TEXTS | st.integers(-(2**53) + 1, 2**53 - 1) | DECIMALS
KEYS = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


@given(VALUES)
def test_canonical_json_is_that_of_another_rfc_8785_program(value: object) -> None:
    assert write_canonical(value).encode() == rfc8785.dumps(value)


def test_the_docstrings_example() -> None:
    assert write_canonical({"b": [1, 0.5], "a": "é"}) == '{"a":"é","b":[1,0.5]}'


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 1e-7, 2.5e16, 2**53, {"é": 1}, {1: 2}, "\ud800", object(), b"x"]
)
def test_what_has_no_one_form_is_refused(value: object) -> None:
    with pytest.raises(LedgerError):
        write_canonical(value)


@given(number=st.integers(1, 2**31), kind=TEXTS, at=TEXTS)
def test_an_entrys_hash_is_of_the_canonical_json_of_its_head(number: int, kind: str, at: str) -> None:
    head = {
        "schema": 1,
        "number": number,
        "kind": kind,
        "at": at,
        "content_sha256": "a" * 64,
        "previous_sha256": GENESIS,
    }
    expected = hashlib.sha256(rfc8785.dumps(head)).hexdigest()
    found = compute_entry_sha256(number=number, kind=kind, at=at, content_sha256="a" * 64, previous_sha256=GENESIS)
    assert found == expected


def test_a_moment_is_written_in_one_way_and_read_again() -> None:
    assert write_moment(NOON) == "2026-09-14T12:00:00.000000Z"
    assert read_moment(write_moment(NOON)) == NOON
    assert compute_sha256("abc").startswith("ba7816bf8f01cfea")
