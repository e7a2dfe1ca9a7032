import os
import re
import sys
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.app.settings import read_settings
from sim.app.wiring import open_app, system_clock
from sim.db.engine import make_sqlite_url
from sim.db.ledger import HoldScope
from sim.features.operations.database_copy import save_backup
from sim.features.team import team
from sim.ledger.holds import place_hold


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("SIGHTLINE_DATA", str(folder))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return folder


def add_team(data: Path, name: str) -> None:
    app = open_app(read_settings({"SIGHTLINE_DATA": str(data)}), system_clock())
    team.add_team(app, name)
    app.close()


def test_after_an_older_database_was_put_back_there_are_backups_again_and_the_loss_is_told(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = open_app(read_settings({"SIGHTLINE_DATA": str(data)}), system_clock())
    team_id = team.add_team(app, "Office")
    person_id = team.add_person(app, team_id, "Ana")
    place_hold(app.store, app.clock, scope=HoldScope.PERSON, subject_id=person_id, reason="one")
    app.close()
    assert main(["backup", str(tmp_path / "nightly"), "--keep", "0"]) == 1
    assert "--keep is 0" in capsys.readouterr().err
    assert main(["backup", str(tmp_path / "nightly"), "--keep", "2"]) == 0
    (monday,) = (tmp_path / "nightly").iterdir()
    assert main(["backup", "--check", str(monday)]) == 0
    assert f"{monday} is whole" in capsys.readouterr().out
    update_copy = data / "sightline-before-upgrade.db"
    save_backup(make_sqlite_url(data / "sightline.db"), update_copy)
    app = open_app(read_settings({"SIGHTLINE_DATA": str(data)}), system_clock())
    place_hold(app.store, app.clock, scope=HoldScope.PERSON, subject_id=person_id, reason="two")
    app.close()
    assert main(["records", "verify"]) == 0
    assert (data / "ledger-heads.txt").is_file()
    capsys.readouterr()
    for put_back in (monday, update_copy):
        assert main(["restore", str(put_back)]) == 0
        said = capsys.readouterr().out
        assert "What was there before is kept: " in said
        told = re.search(r"records verify --heads (.+)$", said, re.MULTILINE)
        if put_back == monday:
            assert told is not None
            assert main(["records", "verify", "--heads", told[1]]) != 0
            assert "missing" in "".join(capsys.readouterr())
        assert main(["records", "verify"]) == 0
        capsys.readouterr()
    assert main(["backup", str(tmp_path / "nightly")]) == 0
    assert "Read back whole" in capsys.readouterr().out


def test_a_failure_is_one_message(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", str(tmp_path / "nightly")]) == 1
    assert "there is no database" in capsys.readouterr().err
    assert main(["restore", str(tmp_path / "monday.tar")]) == 1
    assert "monday.tar cannot be checked: No such file" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not have such names")
def test_a_file_that_no_backup_can_hold_is_said_in_letters_that_can_be_printed(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_team(data, "Office")
    Path(os.fsdecode(os.fsencode(data) + b"/B\xfcndchen.txt")).write_text("a walk")
    assert main(["backup", str(tmp_path / "backups")]) == 0
    said = capsys.readouterr().out
    said.encode()
    assert re.search(r"Not in it, rename it \(without : and \\, in UTF-8\): .*B\\xfcndchen\.txt\n", said)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_disk_that_is_really_full_is_one_message_and_leaves_the_older_backup(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import resource  # noqa: PLC0415  there is none on Windows

    add_team(data, "Office O'Hara")
    folder = tmp_path / "backups"
    assert main(["backup", str(folder)]) == 0
    (older,) = folder.iterdir()
    before = older.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    for room in (50_000, len(before) - 5000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
        try:
            assert main(["backup", str(folder)]) == 1
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        said = capsys.readouterr().err
        assert said.startswith("error: ")
        assert "free some space" in said
        assert [path.read_bytes() for path in folder.iterdir()] == [before]
