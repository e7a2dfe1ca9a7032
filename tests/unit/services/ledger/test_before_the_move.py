"""A data folder of before the code was laid out by features, with its ledger and an exported record, still holds.

`before_the_move.zip` was written by the code before decision 245: a team of three on the tiny recording, two sessions,
results, attendance with corrections, and a record exported as JSON.
"""

import json
import zipfile
from pathlib import Path

import pytest

from sim.records.ledger_rows import LedgerKind, Subjects
from sim.services.ledger.heads import verify_app
from sim.services.ledger.verify import read_head
from sim.services.team import team
from sim.services.training_record.exports.write import Format, write_export
from tests.support.fake_clock import FakeClock
from tests.support.ledger_check import find_break
from tests.support.tiny_app import make_tiny_app

OLD = Path(__file__).parent / "before_the_move.zip"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with zipfile.ZipFile(OLD) as packed:
        packed.extractall(tmp_path / "data")
    return tmp_path / "data"


def test_the_old_ledger_holds_and_goes_on(folder: Path, tiny_library: Path) -> None:
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    head = read_head(f"{record['head']['number']}:{record['head']['sha256']}")
    app = make_tiny_app(folder, tiny_library, FakeClock())
    verdict = verify_app(app, noted=(head,))
    assert verdict.broken is None
    # the export itself is the last entry
    assert verdict.entries == record["head"]["number"] + 1 == 23
    assert verdict.heads_checked >= 1
    (known,) = team.list_teams(app)
    assert [person.name for person in team.list_people(app, known.team_id)] == ["Ana Lopez", "Ben Hill", "Cy Park"]
    with app.store.read() as work:
        results = work.ledger.list_of(Subjects(team_id=known.team_id), kinds=[LedgerKind.RESULT])
    assert len(results) == 2
    newer = json.loads(write_export(app, known.team_id, Format.JSON))
    assert find_break(newer) is None
    assert newer["entries"][: len(record["entries"])] == record["entries"]
    assert verify_app(app, noted=(head,)).broken is None
    app.close()


def test_the_old_exported_record_is_verified_by_another_program(folder: Path) -> None:
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    assert find_break(record) is None
    record["entries"][6]["content"]["data"]["passed"] = not record["entries"][6]["content"]["data"].get("passed")
    assert find_break(record) == 7
