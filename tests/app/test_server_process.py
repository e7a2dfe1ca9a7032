"""The real server: killed and restarted, stopped while somebody watches, started where it cannot run."""

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState
from sim.console import attempts
from sim.console.footage_access import FootageLinks, make_links
from sim.features.debrief import debrief
from sim.features.library.library import DEMO_PATH, get_demo_search
from sim.ui.http.page_head import FIRST_DRAWN
from tests.support.given import begin_practice, load_attempt
from tests.support.server_process import PROJECT, ServerProcess, open_data

TAB = "0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11"
STOP_WITHIN_S = 20.0
"""A stop takes at most five seconds on a quiet machine; unbounded ranges took 45 to 70."""
CLIENT_S = 60.0


CLIP = "main/CAM-01.mp4"


def begin_drill(services: App) -> tuple[str, FootageLinks]:
    attempt_id = begin_practice(services, "tiny-practice-1")
    return attempt_id, make_links(services, load_attempt(services, attempt_id))


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
    path, manifest = recording / name, recording / "recording.json"
    described = json.loads(manifest.read_text())
    described["sizes"][name] = size
    manifest.write_text(json.dumps(described))
    path.write_bytes(path.read_bytes().ljust(size, b"\0"))


def test_a_stop_takes_seconds_while_somebody_reads_slowly(data: Path, services: App) -> None:
    attempt_id, links = begin_drill(services)
    lengthen_clip(data / "recordings" / "tiny", "main/CAM-01.mp4", size=8_000_000)
    with ServerProcess(data) as server:
        host, port = server.url.removeprefix("http://").split(":")
        path = links.link(CLIP)
        readers = [socket.create_connection((host, int(port))) for _ in range(5)]
        for number, reader in enumerate(readers):
            wanted = "Range: bytes=0-\r\n" if number % 2 else ""
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            reader.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n{wanted}\r\n".encode())
            assert reader.recv(12) in (b"HTTP/1.1 206", b"HTTP/1.1 200")
        server.stop(within_s=STOP_WITHIN_S)
        for reader in readers:
            reader.close()
    assert attempts.get_state(services, attempt_id) is AttemptState.RUNNING


def test_what_keeps_a_server_from_starting_is_one_message_with_what_to_do(data: Path, tmp_path: Path) -> None:
    def refuse(folder: Path, *words: str, host: str = "127.0.0.1", port: int = 0) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "sim", "serve", "--host", host, "--port", str(port)],
            cwd=PROJECT,
            env={"PATH": "", "SIGHTLINE_DATA": str(folder)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 1
        assert "Traceback" not in done.stderr + done.stdout
        assert done.stderr.startswith("error: ")
        assert all(word in done.stderr for word in words), done.stderr

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refuse(data, f"port {port} is in use", f"--port {port + 1}", port=port)
    refuse(data, "192.0.2.1:0 cannot be listened on", host="192.0.2.1")
    open_data(data).close()
    with closing(sqlite3.connect(data / "sightline.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    refuse(data, "version '9999'", "update Sightline")
    (data / "sightline.db").write_bytes(b"no database " * 500)
    refuse(data, "sightline.db is damaged or is no database", "backup")
    (tmp_path / "file").write_text("in the way")
    refuse(tmp_path / "file" / "data", "cannot be made", "SIGHTLINE_DATA")


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding": "gzip, br"}


def read_head(page: str, tag: str, *, by: str, gives: str) -> list[tuple[str, str]]:
    found = [dict(re.findall(r'([\w-]+)="([^"]*)"', each)) for each in re.findall(rf"<{tag}\b[^>]*>", page)]
    return [(each.get(by, ""), each.get(gives, "")) for each in found]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    data = tmp_path_factory.mktemp("installable")
    with ServerProcess(data) as server, httpx2.Client(base_url=server.url, timeout=60.0) as opened:
        yield opened


def test_what_every_page_draws_first_comes_with_the_scripts_and_once(client: httpx2.Client) -> None:
    links = read_head(client.get("/", headers=BROWSER).text, "link", by="rel", gives="href")
    preloads = [address for rel, address in links if rel == "modulepreload"]
    names = [Path(address).name.rsplit(".", 2)[0] for address in preloads]
    assert [names.count(name) for name in FIRST_DRAWN] == [1, 1, 1]
    for address in preloads[-len(FIRST_DRAWN) :]:
        answer = client.get(address.removeprefix("."))
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/javascript")


def test_the_search_on_home_is_sent_by_the_names_of_its_pictures_alone(client: httpx2.Client, services: App) -> None:
    scenes = get_demo_search(services)
    assert len({scene.name for scene in scenes}) == len(scenes) > 0
    for scene in scenes:
        answer = client.get(DEMO_PATH.format(name=scene.name))
        assert (answer.content, answer.headers["content-type"]) == (scene.jpeg, "image/jpeg")
        assert "immutable" in answer.headers["cache-control"]
    assert client.get(DEMO_PATH.format(name="0123456789abcdef")).status_code == 404


def test_a_page_kept_by_the_browser_and_a_part_of_it_come_whole(client: httpx2.Client) -> None:
    first = client.get("/", headers=BROWSER)
    again = client.get(
        "/", headers={**BROWSER, "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT", "Range": "bytes=0-9"}
    )
    assert (again.status_code, again.text) == (200, first.text)
