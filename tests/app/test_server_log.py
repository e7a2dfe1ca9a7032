"""A drill through the real server, and its log: every request is in it, nobody's name, and no key."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.console import attempts
from sim.console.footage_access import FootageLinks, make_links
from sim.db.attempts import AttemptRow
from sim.features.session.board import get_spoken_code
from sim.features.session.joining import make_join_token
from sim.features.session.opening import Plan, open_session
from sim.features.team import given_drills, team
from sim.program.session_day import SessionKind, Starting
from tests.support.driven_drill import TAB, event
from tests.support.given import load_attempt
from tests.support.server_process import ServerProcess
from tools.bench.load import encode_page_request

DRAWN_WITHIN_S = 60.0


@contextmanager
def open_page(url: str, page: str, query: str, *, until: str) -> Iterator[None]:
    address = f"ws{url.removeprefix('http')}/_stcore/stream"
    with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None) as session:
        session.send(encode_page_request(query=query, page=page))
        while until.encode() not in session.recv(timeout=DRAWN_WITHIN_S, decode=False):
            pass
        yield


FIRST, LAST = "Zebulon", "Quackenbush"
TEAM = "Xylophone Ridge"
CLIENT_S = 60.0


def begin(services: App, person_id: str) -> tuple[AttemptRow, FootageLinks]:
    attempt_id = given_drills.create_attempt(services, person_id, Phase.BEFORE)
    attempts.get_briefing(services, attempt_id)
    attempts.begin(services, attempt_id)
    row = load_attempt(services, attempt_id)
    return row, make_links(services, row)


def test_a_log_has_no_name_or_key(data: Path, services: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "logs" / "app.jsonl"
    monkeypatch.setenv("SIGHTLINE_LOG", str(log))
    monkeypatch.setenv("SIGHTLINE_LOG_LEVEL", "debug")
    team_id = team.add_team(services, TEAM)
    person_id = team.add_person(services, team_id, f"{FIRST} {LAST}")
    plan = Plan(team_id=team_id, kind=SessionKind.BEFORE, starting=Starting.EACH, person_ids=(person_id,))
    session_id = open_session(services, plan)
    join, code = make_join_token(services, session_id), get_spoken_code(services, session_id)
    row, links = begin(services, person_id)
    attempt_id, token = row.timing.attempt_id, links.token
    with ServerProcess(data) as server, httpx2.Client(base_url=server.url, timeout=CLIENT_S) as client:
        pages = (
            ("team", f"team={team_id}", LAST),
            ("join", f"t={join}", TEAM),
            ("drill", f"attempt={attempt_id}", token),
        )
        for page, query, shown in pages:
            with open_page(server.url, page, query, until=shown):
                pass
        bearer = {"Authorization": f"Bearer {token}"}
        for seen in (links.link_timeline(), links.link_index("main/CAM-01.mp4"), links.link("main/CAM-01.mp4")):
            assert client.get(seen, headers={"Range": "bytes=0-99"}).status_code in (200, 206)
        body = {"tab": TAB, "events": [event(1, "open"), event(2, "note", {"text": f"{FIRST} {LAST}"})]}
        assert client.post(f"/api/attempts/{attempt_id}/events", headers=bearer, json=body).json()["ack"] == 2
        answer = client.get(f"/api/attempts/{attempt_id}", headers={**bearer, "X-Request-Id": "0123456789abcdef"})
        assert answer.headers["x-request-id"] == "0123456789abcdef"
        odd = client.get(links.link("main/CAM-01.mp4"), headers={"X-Request-Id": f"{FIRST}-1"})
        assert odd.status_code == 200
        assert FIRST not in odd.headers["x-request-id"]
        assert client.get(links.link("truth.parquet")).status_code == 404
        assert client.get(f"/footage/{FIRST}{LAST}/tiny/main/CAM-01.mp4").status_code == 403
        assert client.get(f"/{FIRST}?name={LAST}").status_code == 200
        assert client.request("POST", f"/api/attempts/{attempt_id}/events", headers=bearer).status_code == 422
        bad = f'{{"tab": "{FIRST}", "events": "{LAST}"}}'
        assert client.post(f"/api/attempts/{attempt_id}/events", headers=bearer, content=bad).status_code == 422
        server.stop(within_s=CLIENT_S)
    written = log.read_text("utf-8") + "".join(line for line in server.lines if "runs at" not in line)
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    routes = {str(line.get("route")) for line in lines}
    expected = {"/footage/{token}/{recording_id}/{path:path}", "/api/attempts/{attempt_id}/events", "page"}
    assert expected <= routes
    assert any(line.get("request") == "0123456789abcdef" for line in lines)
    secrets = (FIRST, LAST, TEAM, token, join, code, attempt_id, person_id, team_id, session_id, "127.0.0.1")
    assert [secret for secret in secrets if secret.lower() in written.lower()] == []
