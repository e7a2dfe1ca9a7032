"""The ledger on every kind of database: numbers without gaps from several processes, and no way to change an entry."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from sim.canonical import write_moment
from sim.db.attempts import AttemptRow
from sim.db.ledger import GENESIS, Entry, Head, HoldScope, LedgerKind, Subjects
from sim.db.store import Store
from sim.db.teams import PersonRow, TeamRow
from sim.errors import LedgerError, StoreError
from sim.ledger.holds import place_hold, remove_content
from sim.ledger.record import note_people
from sim.ledger.verify import verify
from tests.contract.test_stores import add_team, make_attempt, store
from tests.support.fake_clock import NOON, FakeClock

__all__ = ["store"]

WRITER = """
import sys
from datetime import UTC, datetime
from sim.db.ledger import LedgerKind
from sim.db.store import open_store
store = open_store(sys.argv[1], busy_timeout_s=60.0)
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    with store.write() as work:
        for part in range(2):
            data = {"who": sys.argv[2], "number": number, "part": part}
            work.ledger.note(LedgerKind.EXPORTED, at=datetime.now(UTC), data=data)
"""
EMPTY = "UPDATE audit SET body = NULL, team_id = NULL, person_id = NULL, removed_by = {by} WHERE number = {number}"
TRIES = (
    "UPDATE audit SET kind = 'x' WHERE number = 2",
    "UPDATE audit SET body = '{}' WHERE number = 2",
    "UPDATE audit SET body = NULL WHERE number = 2",
    EMPTY.format(by=3, number=2),
    EMPTY.format(by=4, number=4),
    EMPTY.format(by=4, number=2).replace("body", "kind = 'x', body"),
    "UPDATE audit SET removed_by = 2 WHERE number = 1",
    "DELETE FROM audit WHERE number = 3",
)


def fill(store: Store, *, entries: int = 3) -> None:
    for number in range(entries):
        with store.write() as work:
            work.ledger.note(
                LedgerKind.RESULT,
                at=NOON + timedelta(days=number),
                by="Ä. Trainer",
                subjects=Subjects(person_id=f"p{number % 2}", team_id="t"),
                data={"number": number, "share": 0.25},
            )


def test_entries_are_numbered_and_chained_in_the_order_they_were_appended(store: Store) -> None:
    with store.read() as work:
        assert work.ledger.get_head() == Head(number=0, sha256=GENESIS)
    fill(store)
    with store.read() as work:
        entries = tuple(work.ledger.iterate())
        assert work.ledger.get_head() == Head(number=3, sha256=entries[2].sha256)
        assert work.ledger.list_of(Subjects(person_id="p0")) == (entries[0], entries[2])
        assert work.ledger.list_of(Subjects(person_id="p1", team_id="t"), kinds=[LedgerKind.RESULT]) == (entries[1],)
        assert work.ledger.list_of(Subjects(team_id="t"), kinds=[LedgerKind.EXPORTED]) == ()
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.previous_sha256 for entry in entries] == [GENESIS, entries[0].sha256, entries[1].sha256]
    content = json.loads(entries[0].body or "")
    assert (content["by"], content["data"]) == ("Ä. Trainer", {"number": 0, "share": 0.25})
    assert len({json.loads(entry.body or "")["salt"] for entry in entries}) == 3
    assert verify(store).broken is None


def test_an_entry_is_kept_with_what_it_records_or_not_at_all(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as work:
        work.ledger.note(LedgerKind.EXPORTED, at=NOON)
        raise RuntimeError
    with pytest.raises(LedgerError), store.write() as work:
        work.insert(TeamRow(team_id="t", name="x", is_demo=False, created_at=NOON))
        work.ledger.note(LedgerKind.EXPORTED, at=NOON, data={"x": float("nan")})
    with store.read() as work:
        assert work.ledger.get_head().number == 0


@pytest.mark.parametrize("statement", TRIES)
def test_the_database_itself_refuses_to_change_or_delete(store: Store, statement: str) -> None:
    fill(store)
    with store.write() as work:
        remove_content(work, [1], by="", reason="period over", at=NOON)
    with pytest.raises(StoreError, match="append-only"), store.write() as work:
        work.ledger.connection.execute(text(statement))
    assert verify(store).broken is None


def test_content_goes_only_when_an_entry_says_so_and_the_chain_still_holds(store: Store) -> None:
    fill(store)
    with store.write() as work:
        remove_content(work, [1, 3], by="R. Owner", reason="person deleted", at=NOON)
        remove_content(work, [1], by="R. Owner", reason="again", at=NOON)
    with store.read() as work:
        entries = tuple(work.ledger.iterate())
        assert [
            entry.number
            for entry in work.list_rows(
                Entry, Entry.at < write_moment(NOON + timedelta(days=2)), Entry.body.is_not(None)
            )
        ] == [2, 4]
    assert [entry.body is None for entry in entries] == [True, False, True, False]
    assert json.loads(entries[3].body or "")["data"] == {"numbers": [1, 3], "reason": "person deleted"}
    verdict = verify(store)
    assert (verdict.broken, verdict.head.number, len(verdict.removed)) == (None, 4, 2)
    with pytest.raises(LedgerError, match="cannot be removed"), store.write() as work:
        remove_content(work, [4], by="", reason="hide it", at=NOON)


def test_several_processes_at_once_give_every_entry_a_number_of_its_own(store: Store) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", WRITER, url]
    writers = [
        subprocess.Popen([*command, str(who), "15"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for who in range(3)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    with store.read() as work:
        entries = tuple(work.ledger.iterate())
    said = [json.loads(entry.body or "")["data"] for entry in entries]
    assert [entry.number for entry in entries] == list(range(1, 91))
    assert verify(store).broken is None
    for who in "012":
        own = [(each["number"], each["part"]) for each in said if each["who"] == who]
        assert own == [(number, part) for number in range(15) for part in range(2)]
    assert all(one["who"] == two["who"] for one, two in zip(said[::2], said[1::2], strict=True))


def test_removing_a_team_leaves_its_entries(store: Store) -> None:
    add_team(store, "t", is_demo=True)
    fill(store)
    with store.write() as work:
        work.delete(TeamRow, TeamRow.is_demo.is_(True))
    with store.read() as work:
        assert len(work.ledger.list_of(Subjects(team_id="t"))) == 3


def test_rows_are_compared_on_every_database(store: Store) -> None:
    add_team(store, "t", people=2)
    with store.write() as work:
        note_people(work, work.people.list_all(team_id="t"), at=NOON)
    clock = FakeClock()
    hold = place_hold(store, clock, scope=HoldScope.TEAM, subject_id="t", reason="case 1")
    attempt = make_attempt(person_id="t-p0")
    with store.write() as work:
        work.attempts.add(attempt)
        attempt_id = attempt.timing.attempt_id
        about = Subjects(team_id="t", person_id="t-p0", attempt_id=attempt_id)
        work.ledger.note(LedgerKind.FAMILIARIZATION, at=NOON, subjects=about)
    assert verify(store, with_rows=True).differences == ()
    with store.write() as work:
        work.change(PersonRow, PersonRow.person_id == "t-p1", name="Other")
        work.attempts.change_one(attempt_id, paused_actions=AttemptRow.paused_actions + 1)
        work.save_row(replace(hold, released_at=NOON, released_by="x", release_reason="y"))
    found = [(each.number, each.what.split()[0]) for each in verify(store, with_rows=True).differences]
    assert found == [(2, "person"), (3, "legal"), (4, "drill")]
