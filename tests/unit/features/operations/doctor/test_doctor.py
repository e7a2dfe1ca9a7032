import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.app.settings import PROJECT, read_settings
from sim.db.engine import make_sqlite_url
from sim.db.store import open_store
from sim.features.operations import doctor as run
from sim.features.operations import doctor_content
from sim.features.operations import doctor_machine as machine
from sim.features.operations.doctor import check_plain_http, examine
from sim.features.operations.doctor_machine import (
    Finding,
    State,
    check_packages,
    check_private_files,
    check_shared_folder,
)
from sim.footage.recording.open import Recording
from tests.support.tiny_app import make_tiny_settings

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, findings
    found = findings[0]
    assert bool(found.todo) == (found.state is not State.OK)
    return found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("no-such-package>=1", "is not installed"),
        ("numpy>=99,<100", "expected >=99,<100"),
        ("numpy>=1,<2.0.1", "expected >=1,<2.0.1"),
        ("psycopg-none[binary]>=3 ; python_version > '3'", "is not installed"),
    ],
)
def test_a_package_that_does_not_fit_is_named(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "requirements.txt").write_text(f"# words\n-r other.txt\npandas>=3.0,<4\n{line}\n")
    found = only(check_packages(tmp_path / "requirements.txt"))
    assert (found.state, "pip install" in found.todo) == (State.WRONG, True)
    assert said in found.text


def test_an_altered_a_cut_and_a_missing_file_of_footage_are_named(tiny_recording_copy: Recording) -> None:
    folder = tiny_recording_copy.folder
    assert only(doctor_content.check_footage([folder.parent])).state is State.OK
    clip = folder / "main" / "CAM-01.mp4"
    whole = clip.read_bytes()
    for spoiled in (whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1])):
        clip.write_bytes(spoiled)
        found = only(doctor_content.check_footage([folder.parent]))
        assert (found.state, "CAM-01.mp4" in found.text) == (State.WRONG, True)
    clip.unlink()
    assert "is missing" in only(doctor_content.check_footage([folder.parent])).text
    shutil.rmtree(folder)
    assert only(doctor_content.check_footage([folder.parent])).state is State.WRONG


def test_codecs_are_tried_and_a_clip_that_is_none_is_wrong(tiny_recording: Recording, tmp_path: Path) -> None:
    found = only(doctor_content.check_codecs(tiny_recording.folder / "main" / "CAM-01.mp4"))
    assert (found.state, "20 frames read" in found.text) == (State.OK, True)
    (tmp_path / "no.mp4").write_bytes(b"no clip")
    assert only(doctor_content.check_codecs(tmp_path / "no.mp4")).state is State.WRONG


def test_a_database_is_told_by_its_state(tmp_path: Path) -> None:
    file = tmp_path / "sightline.db"
    url = make_sqlite_url(file)
    assert "made at the first start" in only(doctor_content.check_database(url)[0]).text
    assert doctor_content.check_ledger(url, tmp_path) == []
    open_store(url).close()
    assert only(doctor_content.check_ledger(url, tmp_path)).state is State.OK
    assert only(doctor_content.check_database(url)[0]).state is State.OK
    for version, state in (("0000", State.WARNING), ("9999", State.WRONG)):
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", [version])
        found = only(doctor_content.check_database(url)[0])
        assert found.state is state
    assert found.todo == "update Sightline"
    file.write_bytes(b"this is no database at all, but it is long enough to be looked at" * 100)
    found = only(doctor_content.check_database(url)[0])
    assert (found.state, "restore a backup" in found.todo) == (State.WRONG, True)


def test_a_clock_that_lies_before_what_is_stored_is_wrong() -> None:
    assert only(machine.check_clock(newest=None, now=NOW)).state is State.OK
    assert only(machine.check_clock(newest=NOW - timedelta(hours=1), now=NOW)).state is State.OK
    assert only(machine.check_clock(newest=NOW + timedelta(hours=1), now=NOW)).state is State.WRONG
    assert only(machine.check_clock(newest=None, now=datetime(2001, 1, 1, tzinfo=UTC))).state is State.WRONG


def test_a_port_of_another_program_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "ANSWER_WITHIN_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = only(machine.check_port("127.0.0.1", port))
    assert (found.state, f"--port {port + 1}" in found.todo) == (State.WRONG, True)
    assert only(machine.check_port("127.0.0.1", port)).state is State.OK


def test_proxy_settings_that_stand_in_the_way_are_warnings() -> None:
    assert only(machine.check_proxy({})).state is State.OK
    assert only(machine.check_proxy({"HTTP_PROXY": "http://p:1"})).state is State.WARNING
    assert only(machine.check_proxy({"HTTP_PROXY": "http://p:1", "no_proxy": "a, localhost"})).state is State.OK


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_a_data_folder_that_others_may_read_or_that_is_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert "made at the first start" in only(machine.check_data_folder(folder)).text
    folder.mkdir(mode=0o755)
    assert only(machine.check_data_folder(folder)).state is State.WARNING
    for mode, is_fine in ((0o700, True), (0o710, True), (0o711, False), (0o750, False), (0o704, False)):
        folder.chmod(mode)
        assert (only(machine.check_data_folder(folder)).state is State.OK) is is_fine, oct(mode)
    (tmp_path / "file").write_text("")
    assert only(machine.check_data_folder(tmp_path / "file" / "data")).state is State.WRONG


PRIVATE = ("scenarios/r.yaml", "new-drill/job.yaml", "forms/r.yaml", "secret.key", "recordings/r/recording.json")


@pytest.mark.skipif(os.name == "nt", reason="rights of files are of another kind there")
@pytest.mark.parametrize("name", PRIVATE)
def test_a_file_of_answers_or_keys_that_others_can_read_is_wrong(tmp_path: Path, name: str) -> None:
    data = tmp_path / "data"
    for each in PRIVATE:
        (data / each).parent.mkdir(parents=True, exist_ok=True)
        (data / each).write_text("seed: 7")
    for path in (data, *data.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert only(check_private_files(data)).state is State.OK
    for path in (data / name).parents:
        if path.is_relative_to(data):
            path.chmod(0o755)
    assert only(check_private_files(data)).state is State.OK, "the file itself is shut"
    (data / name).chmod(0o644)
    found = only(check_private_files(data))
    assert (found.state, str(data / name) in found.text) == (State.WRONG, True)
    assert f"chmod -R o= {data}" in found.todo
    data.chmod(0o700)
    assert only(check_private_files(data)).state is State.OK, "nobody gets to it"
    data.chmod(0o710)
    is_for_proxy = name.startswith("recordings/")
    assert (only(check_private_files(data)).state is State.OK) is is_for_proxy, "a group passes, as nginx does"
    subprocess.run(only(check_private_files(data)).todo[5:-1] or "true", shell=True, check=True)
    assert only(check_private_files(data)).state is State.OK, "what it says to do is enough"
    assert check_private_files(tmp_path / "none") == []


@pytest.mark.parametrize(
    ("address", "host", "said"),
    [
        ("https://drills.example.org", "0.0.0.0", ""),
        ("http://127.0.0.1:8501", "127.0.0.1", ""),
        ("http://localhost:8501", "127.0.0.1", ""),
        ("http://[::1]:8501", "127.0.0.1", ""),
        ("", "127.0.0.1", ""),
        ("", "localhost", ""),
        ("http://drills.example.org", "127.0.0.1", "pages are opened at http://drills.example.org, over plain http"),
        ("http://10.0.0.5:8501", "127.0.0.1", "pages are opened at http://10.0.0.5:8501, over plain http"),
        ("", "0.0.0.0", "other machines reach 0.0.0.0:1"),
        ("", "10.0.0.5", "other machines reach 10.0.0.5:1"),
        ("http://127.0.0.1:8501", "0.0.0.0", "other machines reach 0.0.0.0:1"),
    ],
)
def test_pages_over_plain_http_are_told_with_what_is_lost(tmp_path: Path, address: str, host: str, said: str) -> None:
    settings = read_settings({"SIGHTLINE_DATA": str(tmp_path), "SIGHTLINE_ADDRESS": address})
    found = only(check_plain_http(settings, host=host, port=1))
    assert (found.state is State.WARNING) is bool(said)
    assert found.text.startswith(said)
    if said:
        assert "footage" in found.text and "PINs" in found.text and "docs/operations.md" in found.todo
        title = re.search(r'docs/operations.md, "([^"]+)"', found.todo)
        assert title is not None
        assert f"## {title[1]}\n" in (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_an_app_that_already_answers_the_network_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.features.operations.doctor.is_loopback", lambda host: host == "localhost")
    answers = (b"GET /healthz", b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"status":"ok"}')
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            line, _ = listening.accept()
            with line:
                assert line.recv(10_000).startswith(answers[0])
                line.sendall(answers[1])

        port = int(listening.getsockname()[1])
        thread = threading.Thread(target=answer)
        thread.start()
        settings = read_settings({"SIGHTLINE_DATA": str(tmp_path)})
        found = only(check_plain_http(settings, host="localhost", port=port))
        thread.join()
    assert (found.state, f"other machines reach 127.0.0.1:{port}" in found.text) == (State.WARNING, True)


def test_a_shared_folder_that_is_missing_empty_or_filled(tiny_recording: Recording, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    assert "mount" in only(check_shared_folder(shared)).todo
    shared.mkdir()
    assert only(check_shared_folder(shared)).state is State.WARNING
    shutil.copytree(tiny_recording.folder, shared / "recordings" / "tiny")
    found = only(check_shared_folder(shared))
    assert (found.state, ", 1 recording; 256 kB" in found.text) == (State.OK, True)


def test_a_setting_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    environ = {"SIGHTLINE_SMTP": "smtp://user:hush@", "SIGHTLINE_DATA": str(tmp_path)}
    *_, last = examine(environ, host="127.0.0.1", port=0, with_browser=False)
    assert (last.name, last.state, "SIGHTLINE_SMTP" in last.text) == ("settings", State.WRONG, True)
    assert "hush" not in last.text + last.todo


def test_form_files_and_schools_that_cannot_be_read_are_named(tmp_path: Path, tiny_library: Path) -> None:
    library = Path(shutil.copytree(tiny_library, tmp_path / "library"))
    settings = make_tiny_settings(tmp_path / "data", library)
    found = only(doctor_content.check_forms(settings))
    assert (found.state, "drills" in found.text) == (State.OK, True)
    (library / "forms" / "mine.yaml").write_text("title: 'never closed\n", encoding="utf-8")
    found = only(doctor_content.check_forms(settings))
    assert (found.state, "mine.yaml" in found.text, "not valid YAML" in found.text) == (State.WRONG, True, True)
    (library / "forms" / "mine.yaml").unlink()
    shutil.rmtree(library / "recordings" / "tiny")
    found = only(doctor_content.check_forms(settings))
    assert (found.state, "'tiny' is not on this computer" in found.text) == (State.WRONG, True)
    assert only(doctor_content.check_schools(settings.data)).state is State.OK
    annex = settings.data / "sites" / "annex"
    annex.mkdir(parents=True)
    (annex / "site.yaml").write_text("name: Annex\n", encoding="utf-8")
    found = only(doctor_content.check_schools(settings.data))
    assert (found.state, str(annex / "site.yaml") in found.text) == (State.WRONG, True)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FORWARDED_ALLOW_IPS", "*", "FORWARDED_ALLOW_IPS holds '*'"),
        ("SIGHTLINE_LOG_LEVEL", "verbose", "SIGHTLINE_LOG_LEVEL is 'verbose'"),
        ("SIGHTLINE_LOG", "~nobody-here/log", "there is no such user here"),
        ("SIGHTLINE_LOG", str(Path(__file__).parent), "doctor cannot be written: Is a directory"),
        ("SIGHTLINE_METRICS_TOKEN", "abc", "SIGHTLINE_METRICS_TOKEN has 3 letters"),
        ("SIGHTLINE_SECRET", "short", "SIGHTLINE_SECRET has 5 characters"),
    ],
)
def test_what_a_server_would_not_start_with_is_a_finding(tmp_path: Path, name: str, value: str, said: str) -> None:
    found = only(run.check_served({name: value}, read_settings({"SIGHTLINE_DATA": str(tmp_path), name: value})))
    assert (found.name, found.state, said in found.text) == ("settings", State.WRONG, True)
    assert not list(tmp_path.iterdir()), "nothing is made"


def test_a_key_and_a_sign_in_that_cannot_be_used_are_findings(tmp_path: Path) -> None:
    environ = {"SIGHTLINE_DATA": str(tmp_path), "SIGHTLINE_LOG": str(tmp_path / "logs" / "sightline.log")}
    settings = read_settings(environ)
    assert run.check_served(environ, settings) == []
    assert not list(tmp_path.iterdir()), "neither a key nor a log is made"
    (tmp_path / "secret.key").touch()
    (tmp_path / "secrets.toml").write_text("[auth\n", encoding="utf-8")
    key, sign_in = run.check_served(environ, settings)
    assert (key.state, "secret.key holds 0 bytes" in key.text) == (State.WRONG, True)
    assert (sign_in.state, "secrets.toml cannot be read" in sign_in.text) == (State.WRONG, True)


@pytest.mark.slow
def test_the_command_says_all_of_it_as_json_and_by_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIGHTLINE_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run() -> tuple[int, bool, dict[str, str]]:
        code = main(["doctor", "--json", "--no-browser", "--port", "0"])
        written = json.loads(capsys.readouterr().out)
        return code, written["fit"], {finding["name"]: finding["state"] for finding in written["findings"]}

    tmp_path.chmod(0o700)
    code, fit, states = run()
    assert (code, fit) == (0, True)
    assert {"Python", "packages", "database", "footage", "codecs", "fonts", "port", "proxy", "clock", "disk"} < set(
        states
    )
    (tmp_path / "sightline.db").write_bytes(b"no database" * 1000)
    code, fit, states = run()
    assert (code, fit) == (1, False)
    assert [name for name, state in states.items() if state == "wrong"] == ["database"]
