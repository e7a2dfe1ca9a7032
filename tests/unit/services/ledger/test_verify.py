"""What an attacker with the database open can do to the ledger, and what verifying says of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from sim.db.chain import compute_entry_sha256, compute_sha256
from sim.db.engine import make_sqlite_url
from sim.db.ledger import Draft, Entry, Head, LedgerKind, Subjects
from sim.db.store import open_store
from sim.errors import LedgerError
from sim.services.ledger.verify import check_entries, read_head, verify
from tests.support.fake_clock import NOON

ENTRIES = 8
TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A ledger of eight entries, the first two reduced by the last, whose triggers somebody has dropped."""
    file = tmp_path / "records.db"
    with closing(open_store(make_sqlite_url(file))) as store:
        for number in range(ENTRIES - 1):
            with store.write() as work:
                work.ledger.append(
                    Draft(
                        kind=LedgerKind.RESULT,
                        at=NOON + timedelta(days=number),
                        subjects=Subjects(person_id=f"p{number}"),
                        data={"passed": False},
                    )
                )
        with store.write() as work:
            work.ledger.remove_content([1, 2], by="", reason="period over", at=NOON)
    with closing(sqlite3.connect(file)) as database:
        for (name,) in database.execute(TRIGGERS).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.commit()
    yield file


def tamper(path: Path, *statements: str, noted: tuple[Head, ...] = ()) -> tuple[int, str] | None:
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    with closing(open_store(make_sqlite_url(path))) as store:
        broken = verify(store, noted=noted).broken
    return None if broken is None else (broken.number, broken.what)


def read_entries(path: Path) -> tuple[Entry, ...]:
    with closing(open_store(make_sqlite_url(path))) as store, store.read() as work:
        return tuple(work.ledger.iterate())


SWAP = (
    "UPDATE {table} SET number = -1 WHERE number = 4",
    "UPDATE {table} SET number = 4 WHERE number = 5",
    "UPDATE {table} SET number = 5 WHERE number = -1",
)


@pytest.mark.parametrize(
    ("statements", "number", "what"),
    [
        (["UPDATE ledger_content SET body = replace(body, 'false', 'true') WHERE number = 5"], 5, "content"),
        (["UPDATE ledger_content SET person_id = 'p9' WHERE number = 5"], 5, "filed under"),
        (["UPDATE ledger_entry SET at = '2027-01-01T00:00:00.000000Z' WHERE number = 4"], 4, "edited"),
        (["UPDATE ledger_entry SET kind = 'exported' WHERE number = 6"], 6, "edited"),
        (["DELETE FROM ledger_content WHERE number = 3"], 3, "no entry says that it was removed"),
        (["DELETE FROM ledger_content WHERE number = 3", "DELETE FROM ledger_entry WHERE number = 3"], 3, "missing"),
        ([each.format(table=table) for table in ("ledger_entry", "ledger_content") for each in SWAP], 4, "edited"),
        (["INSERT INTO ledger_entry SELECT 9, kind, at, content_sha256, sha256, sha256 FROM ledger_entry "
          "WHERE number = 8"], 9, "edited"),
        (["INSERT INTO ledger_entry SELECT 0, kind, at, content_sha256, sha256, sha256 FROM ledger_entry "
          "WHERE number = 8"], 0, "inserted"),
        (["DELETE FROM ledger_content WHERE number = 1", "DELETE FROM ledger_entry WHERE number = 1"], 1, "missing"),
    ],
)  # fmt: skip
def test_the_first_broken_entry_is_named(path: Path, statements: list[str], number: int, what: str) -> None:
    assert tamper(path) is None
    found = tamper(path, *statements)
    assert found is not None
    assert found[0] == number
    assert what in found[1]


def test_an_entry_that_was_computed_anew_breaks_the_one_after_it(path: Path) -> None:
    entry = read_entries(path)[3]
    body = (entry.body or "").replace("false", "true")
    content = compute_sha256(body)
    own = compute_entry_sha256(
        number=4, kind=entry.kind, at=entry.at, content_sha256=content, previous_sha256=entry.previous_sha256
    )
    found = tamper(
        path,
        f"UPDATE ledger_content SET body = '{body}' WHERE number = 4",
        f"UPDATE ledger_entry SET content_sha256 = '{content}', sha256 = '{own}' WHERE number = 4",
    )
    assert found == (5, "it does not follow the entry before it: one of the two was replaced, moved or inserted")


def test_a_tail_cut_off_shows_only_against_a_noted_head(path: Path) -> None:
    entries = read_entries(path)
    head = Head(number=7, sha256=entries[6].sha256)
    cut = [f"DELETE FROM {table} WHERE number > 5" for table in ("ledger_content", "ledger_removal", "ledger_entry")]
    assert tamper(path, noted=(head,)) is None
    found = tamper(path, *cut, noted=(head,))
    # without its last entry the ledger does not say any more that two contents were removed
    assert found == (1, "its content is gone, and no entry says that it was removed")


def test_a_cut_tail_is_named_by_the_first_entry_that_is_gone(path: Path) -> None:
    entries = read_entries(path)
    verdict = check_entries(entries[2:4], noted=())
    assert verdict.broken is not None and verdict.broken.number == 1
    whole = [replace_first(entries)]
    noted = (Head(number=5, sha256=entries[4].sha256),)
    found = check_entries(whole, noted=noted).broken
    assert found is not None
    assert (found.number, found.what) == (2, "it is missing: entry 5 was noted, and the ledger ends at 1")


def replace_first(entries: tuple[Entry, ...]) -> Entry:
    first = entries[0]
    body = '{"attempt_id":null,"person_id":null,"session_id":null,"team_id":null}'
    content = compute_sha256(body)
    own = compute_entry_sha256(
        number=1, kind=first.kind, at=first.at, content_sha256=content, previous_sha256=first.previous_sha256
    )
    return Entry(
        number=1,
        kind=first.kind,
        at=first.at,
        content_sha256=content,
        previous_sha256=first.previous_sha256,
        sha256=own,
        body=body,
    )


def test_a_whole_ledger_computed_anew_is_not_the_one_that_was_noted(path: Path) -> None:
    entries = read_entries(path)
    found = check_entries([replace_first(entries)], noted=(Head(number=1, sha256=entries[0].sha256),)).broken
    assert found is not None
    assert found.number == 1
    assert "not the entry that was noted" in found.what


@pytest.mark.parametrize("text", ["", "12", "12:abc", "x:" + "0" * 64, "1:" + "g" * 64, "1:" + "0" * 65])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(LedgerError, match="no head"):
        read_head(text)
