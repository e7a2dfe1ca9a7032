import threading
from collections.abc import Iterator

import psycopg
import pytest

from sim.db.engine import make_engine
from sim.db.store import Store, open_store
from sim.db.teams import TeamRow
from sim.errors import StoreError
from tests.support.fake_clock import NOON
from tests.support.postgres_server import PostgresServer, find_programs, run_postgres


def make_team(team_id: str, *, name: str = "Team") -> TeamRow:
    return TeamRow(team_id=team_id, name=name, is_demo=False, created_at=NOON)


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    opened = open_store(postgres_url, busy_timeout_s=0.2)
    yield opened
    opened.close()


@pytest.fixture
def other(postgres_url: str) -> Iterator[Store]:
    opened = open_store(postgres_url, busy_timeout_s=0.2)
    yield opened
    opened.close()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_form_of_address_opens_it(postgres_url: str, scheme: str) -> None:
    opened = open_store(postgres_url.replace("postgresql", scheme, 1))
    with opened.read() as work:
        assert work.teams.list_all() == ()
    opened.close()


@pytest.mark.parametrize(
    "url", ["mysql://u:hunter2@h/n", "postgresql://u:hunter2@h:port/n", "what is this", "oracle+x://u:hunter2@h"]
)
def test_other_addresses_are_refused_with_the_forms_that_are_known(url: str) -> None:
    with pytest.raises(StoreError, match=r"database address cannot be used.*postgresql://USER") as caught:
        make_engine(url)
    assert "hunter2" not in str(caught.value)


def test_a_server_that_is_not_there_says_so_without_the_password() -> None:
    with pytest.raises(StoreError, match=r"does not answer.*start the server or correct DATABASE_URL") as caught:
        open_store("postgresql://somebody:hunter2@127.0.0.1:1/none?password=hunter3")
    assert "hunter" not in str(caught.value)


def test_a_database_that_does_not_exist_is_named(postgres_server: PostgresServer) -> None:
    with pytest.raises(StoreError, match=r'does not answer.*"nowhere" does not exist'):
        open_store(postgres_server.make_address("nowhere"))


def test_a_writer_that_holds_on_is_waited_for_and_then_named_while_readers_go_on(store: Store, other: Store) -> None:
    with store.write() as work:
        work.insert(make_team("a"))
        with pytest.raises(StoreError, match="locked by another program"), other.write():
            pass
        with other.read() as seen:
            assert seen.teams.list_all() == ()
    with other.write() as work:
        assert [team.team_id for team in work.teams.list_all()] == ["a"]


def test_a_reader_sees_one_moment_and_cannot_write(store: Store, other: Store) -> None:
    with store.read() as work:
        assert work.teams.list_all() == ()
        with other.write() as writer:
            writer.insert(make_team("a"))
        assert work.teams.list_all() == ()
    with pytest.raises(StoreError, match="cannot be written to"), store.read() as work:
        work.insert(make_team("b"))


def test_what_postgresql_cannot_store_is_said_and_the_connection_goes_on(store: Store) -> None:
    for name in ("x" * 121, "nul \x00"):
        with pytest.raises(StoreError, match="cannot store this"), store.write() as work:
            work.insert(make_team("a", name=name))
    with store.read() as work:
        assert work.teams.list_all() == ()


def test_a_named_lock_keeps_other_processes_out_and_leaves_transactions_alone(store: Store, other: Store) -> None:
    entered = threading.Event()

    def enter() -> None:
        with other.hold("drill of one person"):
            entered.set()

    waiting = threading.Thread(target=enter)
    with store.hold("drill of one person"):
        waiting.start()
        with other.hold("drill of one person", waits=False) as is_held:
            assert not is_held
        with other.hold("another name", waits=False) as is_held:
            assert is_held
        with other.write() as work:
            work.insert(make_team("a"))
        assert not entered.wait(0.3)
    waiting.join()
    assert entered.is_set()


def test_a_database_server_that_is_restarted_is_an_error_once_and_then_goes_on() -> None:
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with run_postgres(programs) as server:
        store = open_store(server.make_empty_database())
        with store.write() as work:
            work.insert(make_team("before"))
        with pytest.raises(StoreError, match="does not answer"), store.write() as work:
            work.insert(make_team("lost"))
            server.stop(mode="immediate")
            work.teams.list_all()
        with pytest.raises(StoreError, match="does not answer"), store.read():
            pass
        server.start()
        with store.write() as work:
            work.insert(make_team("after"))
            assert {team.team_id for team in work.teams.list_all()} == {"before", "after"}
        store.close()


def test_more_threads_than_connections_are_told_that_it_is_busy(store: Store) -> None:
    held = [store.engine.connect() for _ in range(20)]
    with pytest.raises(StoreError, match="every connection of this process is in use"), store.read():
        pass
    for connection in held:
        connection.close()


def test_the_server_is_told_to_end_a_transaction_whose_process_has_stopped(store: Store) -> None:
    with store.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, psycopg.Connection)
        found = raw.execute("SHOW idle_in_transaction_session_timeout").fetchone()
    assert found == ("1min",)
