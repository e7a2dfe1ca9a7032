"""Accounts in the database: the same body over every kind of it, as in `test_stores`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from sim.db.accounts import AccountRow
from sim.db.store import Store, open_store
from sim.errors import StoreError
from tests.contract.test_stores import add_team
from tests.support.fake_clock import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    add_team(opened, "team", people=2)
    yield opened
    opened.close()


def make_account(account_id: str = "a1", *, key: str = "kim lee", person_id: str | None = None) -> AccountRow:
    return AccountRow(
        account_id=account_id,
        sign_in_name='Kim "<b>Lee',
        sign_in_key=key,
        display_name="Kim Lee",
        secret_hash="$argon2id$x",
        roles=frozenset({"trainer", "admin"}),
        person_id=person_id,
        created_at=NOON,
    )


def test_an_account_comes_back_as_it_was_stored(store: Store) -> None:
    row = make_account(person_id="team-p1")
    with store.write() as work:
        work.accounts.add(row)
        work.accounts.add_identity("a1", "oidc:https://id.example|17")
    with store.read() as work:
        assert work.accounts.get("a1") == row
        assert work.accounts.find_by_key("kim lee") == row
        assert work.accounts.find_by_person("team-p1") == row
        assert work.accounts.find_by_identity("oidc:https://id.example|17") == row
        assert work.accounts.list_identities("a1") == ("oidc:https://id.example|17",)
        assert work.accounts.find_by_identity("oidc:https://id.example|1") is None
        assert work.accounts.list_all() == (row,)
    changed = replace(row, roles=frozenset({"records"}), disabled_at=NOON + HOUR)
    with store.write() as work:
        work.accounts.save(changed)
        assert work.accounts.get("a1") == changed


def test_a_sign_in_name_a_person_and_an_identity_belong_to_one_account(store: Store) -> None:
    with store.write() as work:
        work.accounts.add(make_account(person_id="team-p1"))
        work.accounts.add(make_account("a2", key="bo"))
        work.accounts.add_identity("a1", "oneroster:5")
        work.accounts.add_identity("a1", "oneroster:5")
        with pytest.raises(StoreError, match="taken"):
            work.accounts.add(make_account("a3"))
        with pytest.raises(StoreError, match="has an account"):
            work.accounts.add(make_account("a3", key="cy", person_id="team-p1"))
        with pytest.raises(StoreError, match="another account"):
            work.accounts.add_identity("a2", "oneroster:5")
        with pytest.raises(StoreError, match="taken"):
            work.accounts.save(make_account("a2"))
        with pytest.raises(StoreError, match="does not exist"):
            work.accounts.save(make_account("a9", key="nobody"))
        with pytest.raises(StoreError, match="does not exist"):
            work.accounts.get("a9")
