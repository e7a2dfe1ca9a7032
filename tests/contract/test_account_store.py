"""Accounts in the database: the same body over every kind of it, as in `test_stores`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from sim.db.account_rows import AccountRow, AccountSessionRow, FailureRow
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


def make_session(secret: str = "s1", account_id: str = "a1") -> AccountSessionRow:
    return AccountSessionRow(
        secret_sha256=secret, account_id=account_id, how="local", created_at=NOON, used_at=NOON, expires_at=NOON + HOUR
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


def test_whether_anybody_ever_had_a_role(store: Store) -> None:
    with store.write() as work:
        assert not work.accounts.has_role("admin")
        work.accounts.add(replace(make_account(), disabled_at=NOON))
        assert work.accounts.has_role("admin")
        assert not work.accounts.has_role("records")


def test_an_account_goes_with_its_person_and_takes_its_sessions_along(store: Store) -> None:
    with store.write() as work:
        work.accounts.add(make_account(person_id="team-p1"))
        work.accounts.add_session(make_session())
        work.accounts.add_identity("a1", "oneroster:5")
        work.teams.remove_person("team-p1", at=NOON)
        assert work.accounts.list_all() == ()
        assert work.accounts.find_session("s1") is None
        assert work.accounts.find_by_identity("oneroster:5") is None


def test_sessions_are_used_and_end(store: Store) -> None:
    with store.write() as work:
        work.accounts.add(make_account())
        for secret in ("s1", "s2", "s3"):
            work.accounts.add_session(make_session(secret))
        work.accounts.note_use("s1", at=NOON + HOUR / 2)
        found = work.accounts.find_session("s1")
        assert found is not None
        assert found.used_at == NOON + HOUR / 2
        work.accounts.end_session("s2", at=NOON)
        work.accounts.end_session("s2", at=NOON + HOUR)
        assert [row.ended_at for row in work.accounts.list_sessions("a1")] == [None, NOON, None]
        assert work.accounts.end_sessions("a1", at=NOON + HOUR / 2, but="s1") == 1
        assert work.accounts.forget_sessions(before=NOON + HOUR / 4) == 1
        assert work.accounts.forget_sessions(before=NOON + HOUR) == 1
        assert [row.secret_sha256 for row in work.accounts.list_sessions("a1")] == ["s1"]
        assert work.accounts.forget_sessions(before=NOON + 2 * HOUR) == 1


def test_failures_are_counted_and_forgotten(store: Store) -> None:
    row = FailureRow(subject="address:192.0.2.7", count=3, at=NOON, steady_s=7.5, epoch="e")
    with store.write() as work:
        assert work.accounts.find_failures(row.subject) is None
        work.accounts.save_failures(replace(row, count=2))
        work.accounts.save_failures(row)
        assert work.accounts.find_failures(row.subject) == row
        assert work.accounts.forget_old_failures(before=NOON) == 0
        work.accounts.forget_failures(row.subject)
        assert work.accounts.find_failures(row.subject) is None
        work.accounts.save_failures(row)
        assert work.accounts.forget_old_failures(before=NOON + HOUR) == 1
