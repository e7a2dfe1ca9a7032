"""Links in the database, and failures found by how their subject begins: over every kind of database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from sim.db.accounts import FailureRow
from sim.db.exposures import LinkKind, LinkRow
from sim.db.store import Store, open_store
from tests.contract.test_stores import add_team
from tests.support.fake_clock import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    add_team(opened, "team", people=3)
    yield opened
    opened.close()


def make_link(link_id: str = "l1", *, person_id: str = "team-p1") -> LinkRow:
    return LinkRow(
        link_id=link_id,
        kind=LinkKind.RECORD,
        person_id=person_id,
        attempt_id=None,
        issued_by='Kim "<b>Lee',
        issued_at=NOON,
        expires_at=NOON + HOUR,
    )


def test_a_link_comes_back_as_it_was_stored_and_ends_once(store: Store) -> None:
    row = make_link()
    with store.write() as work:
        work.links.add(row)
    with store.write() as work:
        assert (work.links.find("l1"), work.links.find("l2")) == (row, None)
        work.links.end("l1", at=NOON + HOUR / 2)
        work.links.end("l1", at=NOON + HOUR)
        assert work.links.find("l1") == replace(row, ended_at=NOON + HOUR / 2)


def test_failures_are_found_by_how_their_subject_begins_letter_by_letter(store: Store) -> None:
    with store.write() as work:
        for subject in ("pair:a_b:1", "pair:a_b:2", "pair:axb:1", "pair:a%:1", "name:a_b"):
            work.accounts.save_failures(FailureRow(subject=subject, count=1, at=NOON, steady_s=1.0, epoch="run-1"))
        assert {row.subject for row in work.accounts.list_failures("pair:a_b:")} == {"pair:a_b:1", "pair:a_b:2"}
        assert {row.subject for row in work.accounts.list_failures("pair:a%")} == {"pair:a%:1"}
