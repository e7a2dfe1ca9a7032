"""A database of the release before: its accounts and ledger are as they were, and it has no links yet."""

from pathlib import Path

from sim.records.engine import make_engine, make_sqlite_url, open_transaction
from sim.records.migrate import migrate
from sim.records.store import open_store
from sim.services.accounts.sessions import make_viewer
from sim.services.accounts.viewer import KnownBy

MADE_AT = "2026-09-14 12:00:00.000000"


def test_accounts_of_the_release_before_have_no_known_source_and_are_known_by_their_pin(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    engine = make_engine(make_sqlite_url(path))
    migrate(engine, to="0013")
    with open_transaction(engine, writes=True) as connection:
        connection.exec_driver_sql(
            "INSERT INTO account (account_id, sign_in_name, sign_in_key, display_name, secret_hash, roles, created_at) "
            f"VALUES ('a1', 'Ana', 'ana', 'Ana', '$argon2id$x', 'trainee', '{MADE_AT}')"
        )
    engine.dispose()
    store = open_store(make_sqlite_url(path))
    with store.read() as work:
        account = work.accounts.get("a1")
        assert work.links.list_open(["p"], now=account.created_at) == ()
    assert (account.secret_source, account.secret_hash) == ("", "$argon2id$x")
    assert make_viewer(account).known_by is KnownBy.PIN
    store.close()
