"""Footage that nginx or Caddy sends: the app checks who asks, the doctor finds out a proxy that does not know how."""

import http.client
import re
import shutil
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx2 as httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.app.settings import read_settings
from sim.app.wiring import App, open_app, system_clock
from sim.console.footage_access import make_links
from sim.console.questions import was_sent
from sim.console.scores import settle
from sim.errors import MachineError
from sim.features.drill.routes import make_routes
from sim.features.operations.doctor import check_sent_by_proxy
from sim.features.operations.doctor_machine import State
from sim.ledger.writing import find_doubts
from sim.rules.remarks import list_remarks
from tests.support.caddy import CaddyProxy, find_caddy
from tests.support.driven_drill import Drill, mark, submit
from tests.support.given import begin_practice, load_attempt
from tests.support.proxy import Proxy, find_nginx
from tests.support.server_process import ServerProcess
from tools.bench.programs import FOR_ONE, SHIPPED

CLIP = "main/CAM-01.mp4"
SECURITY = ("x-content-type-options", "cross-origin-resource-policy", "content-security-policy", "x-request-id")


class Sent:
    """A server that lets the proxy send its footage, and that proxy: nginx for several or for one, or Caddy."""

    def __init__(self, data: Path, folder: Path, kind: str) -> None:
        self.recordings = data / "recordings"
        environ = {"SIGHTLINE_DATA": str(data), "SIGHTLINE_ACCEL": "/_footage"}
        self.server = ServerProcess(
            data, settings=environ | {"FORWARDED_ALLOW_IPS": "127.0.0.1", "SIGHTLINE_OPEN_TO_NETWORK": "1"}
        )
        port = int(self.server.url.rsplit(":", 1)[1])
        self.proxy: Proxy | CaddyProxy
        program = find(kind)
        if kind == "caddy":
            self.proxy = CaddyProxy(program, folder, (port,), recordings=self.recordings)
        else:
            shipped = FOR_ONE if kind == "one-process" else SHIPPED
            self.proxy = Proxy(program, folder, (port, port), recordings=self.recordings, shipped=shipped)
        self.trust = ssl.create_default_context(cafile=str(self.proxy.certificate))
        self.services = open_app(read_settings(environ | {"SIGHTLINE_ADDRESS": self.proxy.url}), system_clock())
        self.client = httpx.Client(base_url=self.proxy.url, verify=self.trust, timeout=30.0)

    def close(self) -> None:
        self.client.close()
        self.services.close()
        self.proxy.close()
        self.server.kill()


def find(kind: str) -> str:
    program = find_caddy() if kind == "caddy" else find_nginx()
    if program is None:
        pytest.skip(f"{kind}: not installed; tests/system_packages.py installs nginx and caddy where apt does")
    return program


@pytest.fixture(scope="module", params=["several", "one-process", "caddy"])
def sent(
    request: pytest.FixtureRequest, tiny_library: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sent]:
    data = tmp_path_factory.mktemp("sent") / "data"
    shutil.copytree(tiny_library, data)
    running = Sent(data, tmp_path_factory.mktemp(request.param), request.param)
    yield running
    running.close()


def make_link(app: App, name: str = CLIP) -> str:
    row = load_attempt(app, begin_practice(app, "tiny-practice-1"))
    return make_links(app, row).link(name)


@pytest.mark.machine
def test_the_proxy_sends_what_the_token_opens_and_every_range_of_it(sent: Sent) -> None:
    url = make_link(sent.services)
    whole = (sent.recordings / "tiny" / CLIP).read_bytes()
    plain = sent.client.get(url)
    assert (plain.status_code, plain.content, plain.headers["content-type"]) == (200, whole, "video/mp4")
    assert plain.headers["cache-control"].startswith("private")
    assert all(name in plain.headers for name in SECURITY)
    assert "x-accel-redirect" not in plain.headers
    for wanted, span in (("0-", slice(0, None)), ("10-19", slice(10, 20)), ("-7", slice(-7, None))):
        part = sent.client.get(url, headers={"Range": f"bytes={wanted}"})
        assert (part.status_code, part.content) == (206, whole[span])
    assert sent.client.get(url, headers={"If-None-Match": plain.headers["etag"]}).status_code == 304
    assert sent.client.get(url, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    assert sent.client.get(url, headers={"Range": "bytes=0-1,5-9"}).content == whole, "one range at a time"


@pytest.mark.machine
def test_scripts_are_kept_by_nginx_and_pages_are_not(sent: Sent) -> None:
    if isinstance(sent.proxy, CaddyProxy):
        pytest.skip("Caddy keeps nothing")
    log = sent.proxy.folder / "access.log"
    before = len(log.read_text(encoding="utf-8").splitlines())
    found = re.search(r'static/js/index[^"]+', sent.client.get("/").text)
    assert found is not None
    ways = ("gzip", "gzip", "identity", "gzip")
    scripts = [sent.client.get(f"/{found[0]}", headers={"Accept-Encoding": way}) for way in ways]
    assert [script.headers.get("content-encoding", "identity") for script in scripts] == list(ways)
    assert len({script.content for script in scripts}) == 1
    assert "immutable" in scripts[1].headers["cache-control"]
    sent.client.get("/")
    until_s = time.monotonic() + 30.0
    while len(lines := log.read_text(encoding="utf-8").splitlines()[before:]) < 6 and time.monotonic() < until_s:
        time.sleep(0.05)
    assert [line.split()[5] == "-" for line in lines] == [False, False, True, False, True, False]


@pytest.mark.machine
def test_without_a_token_nothing_is_sent_and_the_inner_address_is_nobodys(sent: Sent) -> None:
    url = make_link(sent.services)
    assert sent.client.get(url.replace("/footage/", "/footage/x")).status_code == 403
    for path in (sent.recordings / "tiny" / CLIP, sent.recordings / "tiny" / "truth.parquet", Path("/etc/passwd")):
        assert sent.client.get(f"/_footage{path}").status_code == 404
    truth = make_link(sent.services, "truth.parquet")
    assert sent.client.get(truth).status_code == 404


def announce(sent: Sent, path: str) -> int:
    """Say that seven megabytes will come, and return the answer: the app refuses strangers before it reads any."""
    host = sent.proxy.url.removeprefix("https://")
    line = http.client.HTTPSConnection(host, context=sent.trust, timeout=30.0)
    line.putrequest("POST", path)
    line.putheader("Content-Length", "7000000")
    line.endheaders()
    status = line.getresponse().status
    line.close()
    return status


@pytest.mark.machine
def test_own_pictures_and_clips_pass_and_nothing_else_that_is_large(sent: Sent) -> None:
    if isinstance(sent.proxy, CaddyProxy):
        pytest.skip("Caddy waits for what was announced, and stops what is too much only as it comes")
    for part in ("schools/own-none/pictures/CAM-01", "schools/own-none/pictures/plan-1", "walks/walk-none/clips"):
        assert announce(sent, f"/api/{part}") == 403, "the app itself was asked"
    assert announce(sent, "/api/schools/own-none/steps") == 413


def test_what_the_proxy_is_told_to_send_counts_as_sent(drill_app: App) -> None:
    app = replace(drill_app, settings=replace(drill_app.settings, accel="/_footage"))
    drill = Drill(app, TestClient(Starlette(routes=make_routes(lambda: app)))).begin()
    row = load_attempt(app, drill.attempt_id)
    answer = drill.client.get(drill.links.link(CLIP), headers={"Range": "bytes=0-99"})
    assert answer.headers["x-accel-redirect"].startswith("/_footage/")
    assert answer.headers["x-accel-redirect"].endswith("/recordings/tiny/main/CAM-01.mp4")
    assert not was_sent(app, row, camera_id="CAM-01", frame=40)
    drill.client.get(drill.links.link(CLIP), headers={"Range": "bytes=9999999999-"})
    assert not was_sent(app, row, camera_id="CAM-01", frame=40), "what lies behind the end is not sent"
    assert drill.post(mark(1, "a"), submit(2)).status_code == 200
    unseen = settle(app, drill.attempt_id)
    assert (unseen.unopened_marks, unseen.unsent_marks) == (1, 1), "an answer that was told, and typed in"
    said = list_remarks(find_doubts(unseen))
    assert {"1 mark is on a picture that was never sent to the browser.", "No footage was played."} <= set(said)
    assert "No footage was played." not in list_remarks(find_doubts(replace(unseen, unopened_marks=0))), "they stepped"
    drill.client.get(drill.links.link(CLIP), headers={"Range": "bytes=0-"})
    assert was_sent(app, row, camera_id="CAM-01", frame=40)


@pytest.mark.machine
def test_the_doctor_sees_whether_the_proxy_sends_knows_how_and_may_read(sent: Sent, tmp_path: Path) -> None:
    settings = sent.services.settings
    (found,) = check_sent_by_proxy(settings, trust=sent.trust)
    assert (found.state, list(sent.recordings.glob(".*"))) == (State.OK, [])
    (unknown,) = check_sent_by_proxy(settings)
    assert (unknown.state, "certificate" in unknown.text) == (State.WARNING, True)
    assert check_sent_by_proxy(replace(settings, accel="")) == []
    (unasked,) = check_sent_by_proxy(replace(settings, address=""))
    assert "SIGHTLINE_ADDRESS" in unasked.todo
    (passed_on,) = check_sent_by_proxy(replace(settings, address=sent.server.url))
    assert (passed_on.state, "X-Accel-Redirect" in passed_on.text) == (State.WRONG, True)
    elsewhere = Proxy(find("nginx"), tmp_path, sent.proxy.ports)
    trust = ssl.create_default_context(cafile=str(elsewhere.certificate))
    (unread,) = check_sent_by_proxy(replace(settings, address=elsewhere.url), trust=trust)
    elsewhere.close()
    assert (unread.state, "cannot send a file" in unread.text) == (State.WRONG, True)
    (no_server,) = check_sent_by_proxy(replace(settings, address=elsewhere.url), trust=trust)
    assert (no_server.state, "does not answer" in no_server.text) == (State.WARNING, True)


def test_an_inner_address_that_is_none_is_refused(tmp_path: Path) -> None:
    for text in ("_footage", "/foo tage", "https://x/_footage", "/a/../b"):
        with pytest.raises(MachineError, match="SIGHTLINE_ACCEL"):
            read_settings({"SIGHTLINE_DATA": str(tmp_path), "SIGHTLINE_ACCEL": text})
