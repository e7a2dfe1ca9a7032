import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.db.ledger import LedgerKind
from sim.db.store import open_store
from tests.contract.test_stores import add_team
from tests.support.fake_clock import NOON


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SIGHTLINE_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with closing(open_store(f"sqlite:///{tmp_path / 'sightline.db'}")) as store:
        add_team(store, "team", people=0)
        for number in range(3):
            with store.write() as work:
                work.ledger.note(LedgerKind.EXPORTED, at=NOON, data={"number": number})
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["records", *arguments])
    said = capsys.readouterr()
    return code, said.out + said.err


def change(data: Path, *statements: str) -> None:
    with closing(sqlite3.connect(data / "sightline.db")) as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for statement in [f"DROP TRIGGER {name}" for (name,) in triggers] + list(statements):
            database.execute(statement)
        database.commit()


def test_a_row_edited_by_hand_is_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "verify")
    assert code == 0
    assert said.startswith("The ledger is intact: 3 entries.")
    change(data, """UPDATE audit SET body = replace(body, '"number":1', '"number":7') WHERE number = 2""")
    assert run(capsys, "verify") == (
        1,
        "Entry 2 is broken: it was edited: its content is not what it was written with.\n",
    )


def test_a_hold_is_placed_listed_and_released(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "holds") == (0, "There are no holds.\n")
    code, said = run(capsys, "hold", "team", "Team team", "--reason", "case 26-114", "--by", "R. Owner")
    assert code == 0
    hold_id = said.split()[1]
    assert f"{hold_id}  active  team team  since" in run(capsys, "holds")[1]
    change(data, "UPDATE legal_hold SET reason = 'none'")
    assert run(capsys, "verify") == (
        1,
        "The ledger holds together, and 1 of its rows differ:\n"
        f"Legal hold {hold_id} is not as entry 4 says: its row was edited.\n",
    )
    assert run(capsys, "release", hold_id, "--reason", "closed")[0] == 0
    assert "  released " in run(capsys, "holds")[1]
    code, said = run(capsys, "hold", "person", "Nobody", "--reason", "x")
    assert code == 1
    assert "there is no person 'Nobody'" in said


def test_a_record_is_exported_and_what_is_over_is_reduced(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = data / "record.json"
    assert run(capsys, "export", "Team team", str(out), "--format", "json", "--by", "R. Owner")[0] == 0
    assert b'"head"' in out.read_bytes()
    assert run(capsys, "verify")[1].startswith("The ledger is intact: 4 entries.")
    code, said = run(capsys, "export", "Team team", str(data / "no" / "x"), "--format", "drill-log-csv")
    assert (code, "cannot be written" in said) == (1, True)
    monkeypatch.setenv("SIGHTLINE_RECORD_DAYS", "36500")
    assert "0 entries would be reduced" in run(capsys, "retention")[1]
    monkeypatch.setenv("SIGHTLINE_RECORD_DAYS", "1")
    assert "3 entries would be reduced" in run(capsys, "retention")[1]
    assert "3 entries reduced to their hashes" in run(capsys, "retention", "--apply", "--by", "R. Owner")[1]
    assert "3 of them reduced" in run(capsys, "verify")[1]
