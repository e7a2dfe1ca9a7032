"""Two app processes behind nginx serve one team on one PostgreSQL; one is killed in the middle, drills go on."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, expect

from sim.drill.team_exercise import Role
from sim.footage.recording.open import Recording
from sim.services.app.links import read_invitation, write_invitation
from sim.services.app.wiring import App
from sim.services.attempt.footage_access import make_links
from sim.services.attempt.intake import describe_state
from sim.services.team_exercise import room, score
from sim.services.team_exercise.room import create_exercise
from tests.browser.conftest import LIMIT_S, PRACTICE_FORM, prepare
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.exercise_drill import make_exercise_team
from tests.support.given import begin_practice, load_attempt
from tests.support.postgres_server import PostgresServer
from tests.support.proxy import Proxy, find_nginx
from tests.support.server_process import ServerProcess, open_data
from tests.support.tiny_app import lay_out_library

PROXY_WITHIN_S = 30.0


@dataclass
class District:
    """Two processes, by port, and the proxy; `services` is a third process that only looks and prepares."""

    data: Path
    settings: dict[str, str]
    processes: dict[int, ServerProcess]
    proxy: Proxy
    services: App

    def start(self, port: int) -> None:
        """Start the process of a port, and wait until the proxy, which leaves out who failed for 5 s, asks it again."""
        self.processes[port] = ServerProcess(self.data, port=port, settings=self.settings)
        ends = time.monotonic() + PROXY_WITHIN_S
        while not self._is_asked(port):
            assert time.monotonic() < ends, f"nginx does not ask port {port} again"

    def _is_asked(self, port: int) -> bool:
        answer = httpx.get(f"{self.proxy.url}/healthz/live", verify=False, timeout=PROXY_WITHIN_S)
        return self.proxy.find_port(answer.headers["x-request-id"]) == port

    def kill(self, port: int) -> None:
        self.processes.pop(port).kill()

    def heal(self) -> None:
        """Start again whom a test that failed has left killed."""
        for port in self.proxy.ports:
            if port not in self.processes:
                self.start(port)


@pytest.fixture
def district(two: District) -> District:
    two.heal()
    return two


@pytest.fixture(scope="module")
def two(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory, tiny_recording: Recording
) -> Iterator[District]:
    nginx = find_nginx()
    if nginx is None:
        pytest.skip("nginx is not installed; tests/system_packages.py installs it where apt does")
    data = lay_out_library(tmp_path_factory.mktemp("district") / "data", tiny_recording, practice_limit_s=LIMIT_S)
    settings = {"DATABASE_URL": postgres_server.make_empty_database(), "SIGHTLINE_OPEN_TO_NETWORK": "1"}
    settings["FORWARDED_ALLOW_IPS"] = "127.0.0.1"
    with ThreadPoolExecutor(2) as pool:
        started = list(pool.map(lambda _: ServerProcess(data, settings=settings), range(2)))
    processes = {int(each.url.rsplit(":", 1)[1]): each for each in started}
    proxy = Proxy(nginx, tmp_path_factory.mktemp("nginx"), list(processes))
    services = open_data(data, **settings)
    running = District(data=data, settings=settings, processes=processes, proxy=proxy, services=services)
    yield running
    services.close()
    proxy.close()
    said = ""
    for process in running.processes.values():
        process.kill()
        said += process.output
    assert "traceback" not in said.lower(), said


class Member:
    def __init__(self, district: District, attempt_id: str, number: int) -> None:
        self.attempt_id = attempt_id
        self.client = httpx.Client(base_url=district.proxy.url, verify=False, timeout=30.0)
        links = make_links(district.services, load_attempt(district.services, attempt_id))
        self.headers = {"Authorization": f"Bearer {links.token}"}
        self.clip = links.link("main/CAM-01.mp4")
        self.tab = str(UUID(int=500 + number, version=4))
        self.acked = self.port = 0
        self.request_id = ""
        self.clocks_s: list[tuple[float, float, float]] = []

    def send(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        seq = self.acked + 1
        event = {"seq": seq, "t_client_ms": 0.0, "kind": kind, "payload": payload}
        url = f"/api/attempts/{self.attempt_id}/events"
        sent_s = time.monotonic()
        answer = self.client.post(url, headers=self.headers, json={"tab": self.tab, "events": [event]})
        assert answer.status_code == 200, answer.text
        self.request_id = answer.headers["x-request-id"]
        found: dict[str, Any] = answer.json()
        self.acked = found["ack"]
        self.clocks_s.append((sent_s, found["elapsed_ms"] / 1000.0, time.monotonic()))
        return found

    def mark(self, mark_id: str) -> dict[str, Any]:
        place = {"camera_id": "CAM-01", "frame": 32, "t_s": 3.2, "x": 0.5, "y": 0.25}
        return self.send("mark", {"mark_id": mark_id, **place})

    def news(self) -> list[str]:
        answer = self.client.get(f"/api/attempts/{self.attempt_id}/exercise?since=0", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return [entry["payload"]["mark_id"] for entry in answer.json()["entries"]]


def place_on_both(district: District, attempt_ids: list[str]) -> list[Member]:
    """Give each attempt a browser, the last one as many as it takes until both processes have somebody."""
    members: list[Member] = []
    served: set[int] = set()
    ends = time.monotonic() + PROXY_WITHIN_S
    for number, attempt_id in enumerate(attempt_ids):
        while True:
            assert time.monotonic() < ends, f"nginx asks only {served} of {set(district.processes)}"
            member = Member(district, attempt_id, number)
            member.port = district.proxy.find_port(member.client.get("/healthz/live").headers["x-request-id"])
            served = {each.port for each in [*members, member]}
            if number < len(attempt_ids) - 1 or len(served) > 1:
                break
            member.client.close()
        members.append(member)
    assert {member.port for member in members} == set(district.processes)
    return members


def test_a_team_drill_over_both_goes_on_when_one_is_killed(district: District) -> None:
    app = district.services
    team_id, people = make_exercise_team(app, members=4)
    exercise_id = create_exercise(app, team_id, form_id=PRACTICE_FORM, person_ids=people)
    with app.store.read() as work:
        rows = work.exercises.list_members(exercise_id)
    links = {row.role: read_invitation(app, write_invitation(app, exercise_id, row.role)) for row in rows}
    for link in links.values():
        room.enter(app, link)
    room.start(app, links[Role.LEAD])

    members = place_on_both(district, [row.attempt_id for row in rows])

    for turn in range(5):
        for number, member in enumerate(members):
            member.mark(f"{number}-{turn}")
            assert district.proxy.find_port(member.request_id) == member.port
            others = [each for each in members if each.port != member.port]
            assert f"{number}-{turn}" in others[turn % len(others)].news()
    lost = members[0].port
    district.kill(lost)
    for turn in range(5, 10):
        for number, member in enumerate(members):
            member.mark(f"{number}-{turn}")
            assert {district.proxy.find_port(member.request_id)} == set(district.processes)

    expected = {f"{number}-{turn}" for number in range(4) for turn in range(10)}
    assert [sorted(member.news()) for member in members] == [sorted(expected)] * 4
    clip = members[0].client.get(members[0].clip, headers={"Range": "bytes=0-99"})
    assert (clip.status_code, len(clip.content)) == (206, 100)
    for member in members:
        for (sent_s, was_s, got_s), (next_sent_s, is_s, next_got_s) in pairwise(member.clocks_s):
            assert next_sent_s - got_s - 0.01 < is_s - was_s < next_got_s - sent_s + 0.01
    lead = next(member for member, row in zip(members, rows, strict=True) if row.role is Role.LEAD)
    assert lead.send("submit", {"final_zone": "lobby", "not_on_camera": False, "note": ""})["state"] == "submitted"
    with app.store.read() as work:
        for number, row in enumerate(rows):
            log = [stored.event for stored in work.events.list_all(row.attempt_id)]
            assert [event.seq for event in log] == list(range(1, members[number].acked + 1))
            assert work.attempts.get(row.attempt_id).timing.state.value == "submitted"
    assert score.close_exercise(app, exercise_id).row.timing.used_s is not None
    district.start(lost)
    for member in members:
        member.client.close()


def test_a_browser_goes_on_at_the_other_process_when_its_own_is_killed(district: District, browser: Browser) -> None:
    app = district.services
    attempt_id = begin_practice(app, PRACTICE_FORM)
    context = prepare(browser.new_context(viewport={"width": 1366, "height": 768}, ignore_https_errors=True))
    page = context.new_page()
    console = ConsolePage(page, f"{district.proxy.url}/drill?attempt={attempt_id}").open()
    console.choose("CAM-01")
    console.wait_settled()
    console.mark_spot(0.3, 0.5)
    console.wait_saved()
    (own,) = set(district.proxy.list_ports()[-3:])
    cookies = {cookie["name"]: cookie for cookie in context.cookies()}
    assert cookies["sightline_place"]["secure"]
    assert cookies["sightline_place"]["httpOnly"]
    district.kill(own)
    console.mark_spot(0.5, 0.5)
    expect(console.cards).to_have_count(2)
    expect(console.part("statusText")).to_have_text("Saved", timeout=2 * SLOW_MS)
    page.locator(".tile[data-camera=CAM-03]").click()
    console.wait_shown("CAM-03")
    console.wait_settled()
    console.mark_spot(0.7, 0.5)
    console.wait_saved()
    assert len(describe_state(app, attempt_id)["marks"]) == 3  # type: ignore[arg-type]
    console.hand_in()
    expect(page.get_by_test_id("stApp")).to_contain_text("Debrief", timeout=2 * SLOW_MS)
    context.close()
    district.start(own)


def test_a_browser_is_given_its_place_once(district: District) -> None:
    def look(client: httpx.Client) -> tuple[httpx.Response, int]:
        answer = client.get("/healthz/live")
        return answer, district.proxy.find_port(answer.headers["x-request-id"])

    def open_client() -> httpx.Client:
        return httpx.Client(base_url=district.proxy.url, verify=False, timeout=30.0)

    served: set[int] = set()
    ends = time.monotonic() + PROXY_WITHIN_S
    while served != set(district.processes):
        assert time.monotonic() < ends, f"nginx asks only {served} of {set(district.processes)}"
        with open_client() as client:
            served.add(look(client)[1])
    with open_client() as client:
        first, one = look(client)
        assert "sightline_place=" in first.headers["set-cookie"]
        again, other = look(client)
        assert "set-cookie" not in again.headers
    assert one == other
