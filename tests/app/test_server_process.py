"""The real server: killed and restarted, stopped while somebody watches, started where it cannot run."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from sim.drill.attempt import AttemptState
from sim.services.app.settings import read_settings
from sim.services.app.wiring import App, open_app, system_clock
from sim.services.attempt import attempts
from sim.services.attempt.footage_access import FootageLinks, make_links
from sim.services.debrief import page as debrief
from tests.support.server_process import PROJECT, ServerProcess

TAB = "0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11"
STOP_WITHIN_S = 20.0
"""A stop takes at most five seconds on a quiet machine; unbounded ranges took 45 to 70."""
CLIENT_S = 60.0


CLIP = "main/CAM-01.mp4"


def begin_drill(services: App) -> tuple[str, FootageLinks]:
    """Return the id of a running attempt and its links."""
    attempt_id = attempts.create_practice(services, form_id="tiny-practice-1")
    attempts.get_briefing(services, attempt_id)
    attempts.begin(services, attempt_id)
    with services.store.read() as work:
        return attempt_id, make_links(services, work.attempts.get(attempt_id))


@pytest.mark.skipif(os.name == "nt", reason="rights of files are of another kind there")
def test_what_a_server_makes_in_a_folder_that_others_see_is_for_its_user_alone(data: Path) -> None:
    data.chmod(0o755)
    before = set(data.rglob("*"))
    usual = os.umask(0o022)
    try:
        with ServerProcess(data):
            made = {path: path.stat().st_mode for path in data.rglob("*") if path not in before}
    finally:
        os.umask(usual)
    assert len(made) > 2
    assert not [path for path, mode in made.items() if mode & 0o077]


def make_mark(seq: int) -> dict[str, object]:
    payload = {"mark_id": f"f{seq}", "camera_id": "CAM-01", "frame": 32, "t_s": 3.2, "x": 0.5, "y": 0.5}
    return {"seq": seq, "t_client_ms": seq * 10, "kind": "mark", "payload": payload}


def test_a_killed_server_loses_nothing_it_acknowledged_and_its_clock_goes_on(data: Path, services: App) -> None:
    attempt_id, links = begin_drill(services)
    headers = {"Authorization": f"Bearer {links.token}"}
    path = f"/api/attempts/{attempt_id}"
    acked, elapsed_ms = 0, 0
    for run in range(2):
        with (
            ServerProcess(data) as server,
            httpx2.Client(base_url=server.url, headers=headers, timeout=CLIENT_S) as client,
        ):
            state = client.get(path).json()
            assert state["state"] == "running"
            assert state["acked"] == ({TAB: acked} if run else {})
            assert len(state["marks"]) == acked
            assert state["elapsed_ms"] > elapsed_ms
            for seq in range(acked + 1, acked + 31):
                answer = client.post(f"{path}/events", json={"tab": TAB, "events": [make_mark(seq)]}).json()
                assert answer["ack"] == seq
                acked, elapsed_ms = answer["ack"], answer["elapsed_ms"]
            server.kill()
    with ServerProcess(data) as server, httpx2.Client(base_url=server.url, headers=headers, timeout=CLIENT_S) as client:
        state = client.get(path).json()
        assert [mark["mark_id"] for mark in state["marks"]] == [f"f{seq}" for seq in range(1, 61)]
        assert state["elapsed_ms"] > elapsed_ms
        payload = {"final_zone": None, "not_on_camera": False, "note": ""}
        end = {"seq": 61, "t_client_ms": 700, "kind": "submit", "payload": payload}
        answer = client.post(f"{path}/events", json={"tab": TAB, "events": [end]}).json()
        assert answer["state"] == "submitted"
    shown = debrief.get_debrief(services, attempt_id)
    assert shown.state == AttemptState.SUBMITTED


def lengthen_clip(recording: Path, name: str, *, size: int) -> None:
    """Pad a clip, so that it does not fit into the sockets' buffers."""
    path, manifest = recording / name, recording / "recording.json"
    described = json.loads(manifest.read_text())
    described["sizes"][name] = size
    manifest.write_text(json.dumps(described))
    path.write_bytes(path.read_bytes().ljust(size, b"\0"))


@pytest.mark.parametrize("wanted", ["Range: bytes=0-\r\n", ""], ids=["a range", "the whole clip"])
def test_a_stop_takes_seconds_while_somebody_reads_slowly(data: Path, services: App, wanted: str) -> None:
    attempt_id, links = begin_drill(services)
    lengthen_clip(data / "recordings" / "tiny", "main/CAM-01.mp4", size=8_000_000)
    with ServerProcess(data) as server:
        host, port = server.url.removeprefix("http://").split(":")
        path = links.link(CLIP)
        readers = [socket.create_connection((host, int(port))) for _ in range(5)]
        for reader in readers:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            reader.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n{wanted}\r\n".encode())
            assert reader.recv(12) in (b"HTTP/1.1 206", b"HTTP/1.1 200")
        server.stop(within_s=STOP_WITHIN_S)
        for reader in readers:
            reader.close()
    assert attempts.get_state(services, attempt_id) is AttemptState.RUNNING


def run_serve(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sim", "serve", *arguments],
        cwd=PROJECT,
        env={"PATH": "", "SIGHTLINE_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def assert_one_message(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stderr.startswith("error: ")
    for word in words:
        assert word in done.stderr


def test_a_taken_port_is_named_with_what_to_do(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_one_message(run_serve(data, "--port", str(port)), f"port {port} is in use", f"--port {port + 1}")


def test_an_address_of_another_machine_is_named(data: Path) -> None:
    assert_one_message(run_serve(data, "--host", "192.0.2.1", "--port", "0"), "192.0.2.1:0 cannot be listened on")


def test_a_newer_database_stops_the_start(data: Path) -> None:
    open_app(read_settings({"SIGHTLINE_DATA": str(data)}), system_clock()).close()
    with sqlite3.connect(data / "sightline.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert_one_message(run_serve(data, "--port", "0"), "version '9999'", "update Sightline")


def test_a_damaged_database_stops_the_start(data: Path) -> None:
    (data / "sightline.db").write_bytes(b"no database " * 500)
    assert_one_message(run_serve(data, "--port", "0"), "sightline.db is damaged or is no database", "backup")


def test_a_data_folder_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert_one_message(run_serve(tmp_path / "file" / "data", "--port", "0"), "cannot be made", "SIGHTLINE_DATA")
