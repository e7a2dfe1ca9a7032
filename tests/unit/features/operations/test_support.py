"""The file for someone who helps: with names in every table, setting, folder and log line, none of them is in it."""

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.app.health import USUAL_PORT, find_served_port, note_served_port
from sim.app.settings import read_settings
from sim.app.wiring import App
from sim.db.columns import metadata
from sim.db.engine import make_sqlite_url
from sim.errors import MachineError, RecordingError
from sim.features.operations import demo, support
from sim.features.operations.doctor_content import check_forms, check_schools
from sim.features.operations.doctor_machine import Finding, ok
from sim.features.operations.support import save_support
from sim.features.team import given_drills, team
from sim.features.team.attempts_table import export_team
from tests.support.filled_database import ROWS, fill_database

SIGN = "\u00e9\U0001f3eb"
"""In every text of `fill_database`."""

STRANGE = ("Xanthippe", "Quagmire", "Zyzzyva")
PARTS = {"about.txt", "doctor.json", "versions.json", "settings.json", "database.json", "storage.json", "log.jsonl"}


@pytest.fixture
def environ(tmp_path: Path, tiny_library: Path) -> dict[str, str]:
    data = tmp_path / "Quagmire High School" / "data"
    data.mkdir(parents=True)
    fill_database(make_sqlite_url(data / "sightline.db"))
    for path in (tiny_library / "recordings").iterdir():
        shutil.copytree(path, data / "recordings" / f"xanthippe-high-{path.name}")
        spoiled = data / "recordings" / f"xanthippe-high-{path.name}" / "truth.parquet"
        spoiled.write_bytes(spoiled.read_bytes()[:-1])
    return {
        "SIGHTLINE_DATA": str(data),
        "SIGHTLINE_LOG": str(tmp_path / "Zyzzyva.log"),
        "SIGHTLINE_LOG_LEVEL": "info",
        "SIGHTLINE_DISTRICT": "Zyzzyva Unified",
        "SIGHTLINE_ADDRESS": "https://drills.zyzzyva.example.org",
        "SIGHTLINE_SMTP": "smtps://quagmire:xanthippe@mail.example.org?from=zyzzyva@example.org",
        "SIGHTLINE_SECRET": "xanthippe-quagmire-zyzzyva-secret-key",
        "SIGHTLINE_PRACTICE_DAYS": "30",
        "AWS_SECRET_ACCESS_KEY": "zyzzyvaSecret99",
    }


FINE = {
    "time": "2026-11-25T14:03:11.080+00:00",
    "level": "info",
    "logger": "sightline.requests",
    "event": "request",
    "schema": 1,
    "request": "9f2c41d0a2b3c4d5",
    "route": "/api/attempts/{attempt_id}/events",
    "ms": 5.1,
}


def write_log(environ: dict[str, str]) -> None:
    bad = {
        "time": "Xanthippe",
        "level": "error",
        "logger": "other",
        "event": f"'Xanthippe Smith' of {environ['SIGHTLINE_DATA']}/recordings/xanthippe-high-tiny met https://x.example/"
        "quagmire from 10.1.2.3, mail zyzzyva@example.org",
        "schema": 1,
        "route": "/report/Xanthippe Smith",
        "team": "Quagmire",
        "error": ["StoreError: 'Zyzzyva' is taken"],
        "traceback": ["records/store.py:10 read", "Quagmire says no"],
    }
    lines = [json.dumps(FINE), json.dumps(bad), "Traceback: Xanthippe", json.dumps({"Quagmire": 1}), "[1, 2]"]
    Path(environ["SIGHTLINE_LOG"]).write_text("\n".join(lines) + "\n")


def save(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    with zipfile.ZipFile(save_support(environ, tmp_path / "support.zip", port=1).path) as file:
        return {name: file.read(name).decode("utf-8") for name in file.namelist()}


def read_found(parts: dict[str, str], name: str) -> Any:
    return json.loads(parts[f"{name}.json"])["found"]


def test_no_name_is_in_it_whatever_holds_one_and_it_says_what_helps(environ: dict[str, str], tmp_path: Path) -> None:
    write_log(environ)
    parts = save(environ, tmp_path)
    assert set(parts) == PARTS
    whole = "\n".join(parts.values())
    for name in (*STRANGE, SIGN, json.dumps(SIGN)[1:-1], "10.1.2.3", "example.org", str(tmp_path)):
        assert name.lower() not in whole.lower(), name
    assert (tmp_path / "support.zip").stat().st_mode & 0o077 == 0 or os.name == "nt"

    database = read_found(parts, "database")
    assert set(database["rows"]) == set(metadata.tables)
    assert database["rows"]["attempt"] == ROWS
    assert database["version"] == database["newest_version"]
    assert read_found(parts, "settings")["SIGHTLINE_PRACTICE_DAYS"] == "30"
    doctor = read_found(parts, "doctor")
    assert {"database", "disk", "memory", "footage"} <= {finding["name"] for finding in doctor}
    assert any("own recording 1" in finding["text"] and finding["state"] == "wrong" for finding in doctor), doctor
    versions = read_found(parts, "versions")
    assert (versions["sightline"], "streamlit" in versions["packages"]) == ("0.1.0", True)
    assert read_found(parts, "storage")["recordings"]["files"] > 0
    first, second = (json.loads(line) for line in parts["log.jsonl"].splitlines())
    assert {name: first[name] for name in ("route", "request", "ms")} == {
        name: FINE[name] for name in ("route", "request", "ms")
    }
    assert second["traceback"] == "records/store.py:10 read"


def test_a_setting_and_a_database_that_cannot_be_used_do_not_stop_it(environ: dict[str, str], tmp_path: Path) -> None:
    environ["SIGHTLINE_ADDRESS"] = "Xanthippe's server"
    (Path(environ["SIGHTLINE_DATA"]) / "sightline.db").write_bytes(b"Xanthippe" * 1000)
    parts = save(environ, tmp_path)
    assert any(finding["name"] == "settings" for finding in read_found(parts, "doctor"))
    assert read_found(parts, "database")["state"].startswith("cannot be read")
    assert "Xanthippe" not in "\n".join(parts.values())
    with pytest.raises(MachineError, match="cannot be read"):
        save_support(environ, tmp_path / "support.zip", port=1, log=tmp_path / "none.log")
    with pytest.raises(MachineError, match="cannot be written"):
        save_support(environ, tmp_path / "none" / "support.zip", port=1)
    assert list(tmp_path.glob("*.part")) == []


def test_no_folder_on_the_way_is_told_though_its_name_has_blanks(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    school, disk = tmp_path / "Xanthippe High School", tmp_path / "Zyzzyva Shared Disk"
    (disk / "linked").mkdir(parents=True)
    school.mkdir()
    (school / "data").symlink_to(disk / "linked")
    (disk / "linked" / "sites" / "Quagmire Hall").mkdir(parents=True)
    (disk / "linked" / "sites" / "Quagmire Hall" / "site.yaml").write_text("name: 1")
    (disk / "linked" / "forms").mkdir()
    (disk / "linked" / "forms" / "Quagmire day.yaml").write_text("a: 'b")
    environ |= {
        "SIGHTLINE_DATA": str(school / "data"),
        "SIGHTLINE_LOG": str(tmp_path / "Quagmire Log Folder" / "x.log"),
        "SIGHTLINE_FOOTAGE": f"{tmp_path}/Xanthippe Middle School/footage",
    }
    told = (
        f"{school} cannot be written to",
        f"{school / 'data'}: is fine",
        f"{disk / 'linked'}: is fine",
        f"{disk}/other/Zyzzyva/x is full",
        f"{tmp_path}/Quagmire Log Folder is a file",
        f"{tmp_path}/Xanthippe Middle School is not there",
        f"{tmp_path}/Xanthippe Middle School/footage is not there",
    )

    def examine_more(*given: object, **more: object) -> Iterator[Finding]:
        yield from (ok("told", each) for each in told)
        yield from check_schools(school / "data")
        yield from check_forms(read_settings(environ))

    monkeypatch.setattr(support, "examine", examine_more)
    doctor = save(environ, tmp_path)["doctor.json"]
    for word in (*STRANGE, "High", "Middle", "Shared", "Log Folder", "Hall"):
        assert word not in doctor, word
    for said in ("<data>: is fine", "<path> cannot be written to", "own school 1", "own file of drills 1"):
        assert said in doctor


def test_the_port_served_last_is_found_and_the_usual_one_without_it(tmp_path: Path) -> None:
    environ = {"SIGHTLINE_DATA": str(tmp_path)}
    assert find_served_port(environ) == USUAL_PORT
    note_served_port(tmp_path, 8621)
    assert find_served_port(environ) == 8621
    (tmp_path / "served-port").write_text("no port", encoding="ascii")
    assert find_served_port(environ) == USUAL_PORT
    note_served_port(tmp_path / "missing", 1)


def test_the_same_seed_gives_the_same_results_and_filling_again_leaves_real_teams_alone(drill_app: App) -> None:
    real = team.add_team(drill_app, "Front office")
    first, again, other = (export_team(drill_app, demo.fill_demo(drill_app, people=4, seed=seed)) for seed in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)
    assert first["phase"].tolist() == ["before"] * 4 + ["after"] * 4
    assert len(team.list_teams(drill_app)) == 2
    assert [team.remove_demo(drill_app) for _ in range(2)] == [1, 0]
    assert [card.team_id for card in team.list_teams(drill_app)] == [real]


def test_the_log_of_a_demo_attempt_is_as_a_browser_leaves_it(drill_app: App) -> None:
    team_id = demo.fill_demo(drill_app, people=1, seed=1)
    attempt_id = given_drills.list_attempts(drill_app, team_id)[0].row.attempt_id
    with drill_app.store.read() as work:
        log = work.events.list_all(attempt_id)
    assert len(log) > 10
    for stored in log:
        assert stored.counted
        assert -1e-6 <= stored.arrived_s * 1000 - stored.event.t_client_ms < 1000


def test_a_failure_leaves_no_half_filled_team(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[str] = []

    def break_at_the_third(app: App, clock: object, attempt_id: str, **_: object) -> None:
        played.append(attempt_id)
        if len(played) == 3:
            raise RecordingError("the disk went away")

    monkeypatch.setattr(demo, "play_attempt", break_at_the_third)
    with pytest.raises(RecordingError):
        demo.fill_demo(drill_app, people=4, seed=1)
    assert team.list_teams(drill_app) == ()
