"""Footage that nginx or Caddy sends: the app checks who asks, the doctor finds out a proxy that does not know how."""

import http.client
import re
import shutil
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx2
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
from sim.features.accounts.school import SETTINGS_NAME
from sim.features.accounts.sign_in import set_up
from sim.features.drill.routes import make_routes
from sim.features.operations.doctor import check_forged_sign_in, check_sent_by_proxy
from sim.features.operations.doctor_machine import Finding, State
from sim.features.team import team
from sim.ledger.record import find_doubts
from sim.rules.held import list_remarks
from sim.rules.sessions import find_viewer
from sim.rules.viewer import Role
from sim.ui.page.request_origin import COOKIE
from tests.app.test_proxy_sign_in import ANA, PAGE, PASSPHRASE, SECRET, SETTINGS
from tests.support.caddy import CaddyProxy, find_caddy
from tests.support.driven_drill import Drill, mark, submit
from tests.support.given import begin_practice, load_attempt, set_email
from tests.support.local_server import LocalServer
from tests.support.proxy import Proxy, find_nginx
from tests.support.server_process import ServerProcess, open_data
from tools.bench.programs import FOR_ONE, IN_CONTAINER, SHIPPED

CLIP = "main/CAM-01.mp4"
SECURITY = ("x-content-type-options", "cross-origin-resource-policy", "content-security-policy", "x-request-id")


class Sent:
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


pytestmark = pytest.mark.machine

NGINX = {"several": SHIPPED, "one-process": FOR_ONE, "container": IN_CONTAINER}
KINDS = [*NGINX, "caddy"]
SHUT = {
    "nginx": "    location = /account/proxy {\n        return 404;\n    }\n",
    "caddy": "\t@proxy_sign_in path /account/proxy /account/proxy/*\n\trespond @proxy_sign_in 404\n",
}
SPELLINGS = [
    "/account/proxy",
    "/account/proxy?x=1",
    "/account/proxy/",
    "/account/proxy/x",
    "//account/proxy",
    "/account//proxy",
    "/account/proxy//",
    "/account/./proxy",
    "/x/../account/proxy",
    "/account/%70roxy",
    "/account%2Fproxy",
    "/account/proxy%2F",
]
OF_THE_APP = "/Account/Proxy"
"""In other letters it is another address to nginx and to the app, whose answer is the start page."""
FORGED = {**ANA, "X-Remote-Groups": "Safety", **SECRET}


@dataclass(frozen=True, kw_only=True)
class School:
    app: App
    server: ServerProcess
    service: LocalServer

    @property
    def port(self) -> int:
        return int(self.server.url.rsplit(":", 1)[1])

    def list_names(self) -> list[str]:
        with self.app.store.read() as work:
            return sorted(account.display_name for account in work.accounts.list_all())

    @contextmanager
    def behind(self, kind: str, folder: Path, *, instead: str | None = None) -> Iterator[Proxy | CaddyProxy]:
        folder.mkdir(exist_ok=True)
        shut = SHUT["caddy" if kind == "caddy" else "nginx"]
        changes = {} if instead is None else {shut: instead.replace("127.0.0.1:9090", f"127.0.0.1:{self.service.port}")}
        program = find("caddy" if kind == "caddy" else "nginx")
        proxy = (
            CaddyProxy(program, folder, (self.port,), changes=changes)
            if kind == "caddy"
            else Proxy(program, folder, (self.port, self.port), changes=changes, shipped=NGINX[kind])
        )
        try:
            yield proxy
        finally:
            proxy.close()

    def look(self, proxy: Proxy | CaddyProxy) -> Finding:
        settings = replace(self.app.settings, address=proxy.url)
        (found,) = check_forged_sign_in(settings, trust=make_trust(proxy))
        return found


def make_service() -> LocalServer:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            is_known = "saml=ana" in self.headers.get("Cookie", "")
            self.send_response(200 if is_known or self.path.partition("?")[0] != "/auth" else 401)
            if is_known:
                self.send_header("X-Auth-User", "ana-7")
                self.send_header("X-Auth-Email", "ana@school.example")
                self.send_header("X-Auth-Name", "Ana Lopez")
            self.send_header("Content-Length", "0")
            self.end_headers()

    return LocalServer(Handler)


@pytest.fixture(scope="module")
def school(tiny_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    data = tmp_path_factory.mktemp("proxied") / "data"
    shutil.copytree(tiny_library, data)
    (data / SETTINGS_NAME).write_text(SETTINGS, encoding="utf-8")
    app = open_data(data)
    set_up(app, name="Kim", secret=PASSPHRASE)
    person_id = team.add_person(app, team.add_team(app, "Office"), "Ana Lopez")
    set_email(app, person_id, "ana@school.example")
    service = make_service()
    with ServerProcess(data, settings={"FORWARDED_ALLOW_IPS": "127.0.0.1"}) as server:
        yield School(app=app, server=server, service=service)
    service.close()
    app.close()


def make_trust(proxy: Proxy | CaddyProxy) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(proxy.certificate))


def ask(proxy: Proxy | CaddyProxy, path: str, headers: dict[str, str]) -> tuple[int, str]:
    line = http.client.HTTPSConnection(proxy.url.removeprefix("https://"), context=make_trust(proxy), timeout=60.0)
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    line.close()
    return answer.status, "; ".join(answer.headers.get_all("Set-Cookie") or ())


def read_shown(start: str, end: str) -> str:
    found = re.search(rf"^{start}.*?^{end}", PAGE, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("kind", KINDS)
def test_as_shipped_nobody_gets_in_by_headers_on_any_path(school: School, tmp_path: Path, kind: str) -> None:
    before = school.list_names()
    with school.behind(kind, tmp_path) as proxy:
        for path in SPELLINGS:
            status, cookies = ask(proxy, path, FORGED)
            assert (status, COOKIE in cookies) == (404, False), path
        assert COOKIE not in ask(proxy, OF_THE_APP, FORGED)[1]
        assert ask(proxy, "/account/sign-in", {})[0] == 200, "what lies beside it is open"
        found = school.look(proxy)
    assert school.list_names() == before
    assert (found.state, "refused (404)" in found.text) == (State.OK, True)


@pytest.mark.parametrize("kind", ["several", "caddy"])
def test_as_the_page_opens_it_only_the_service_provider_is_believed(school: School, tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret"
    if kind == "caddy":
        shown = read_shown("\t@saml path", "\t}\n")
        secret.write_text(f'header_up X-Sightline-Secret "{SECRET["X-Sightline-Secret"]}"\n')
        instead = shown.replace("/etc/caddy/sightline-secret", str(secret))
    else:
        shown = read_shown("    location = /account/proxy {", "    location /saml/ {\n.*?    }\n")
        secret.write_text(f'proxy_set_header X-Sightline-Secret "{SECRET["X-Sightline-Secret"]}";\n')
        instead = shown.replace("/etc/nginx/sightline-secret", str(secret))
    assert str(secret) in instead
    with (
        school.behind(kind, tmp_path / "proxy", instead=instead) as proxy,
        httpx2.Client(base_url=proxy.url, verify=make_trust(proxy)) as browser,
    ):
        before = school.list_names()
        for path in SPELLINGS:
            status, cookies = ask(proxy, path, FORGED)
            assert status in (302, 404), (path, status)
            assert COOKIE not in cookies
        assert school.list_names() == before
        found = school.look(proxy)
        sent = browser.get("/account/proxy", headers=ANA)
        assert (sent.status_code, sent.headers["location"].removeprefix(proxy.url)) == (
            302,
            "/saml/login?return=/account/proxy",
        )
        assert browser.get("/saml/login").status_code == 200
        entered = browser.get("/account/proxy", headers={"Cookie": "saml=ana", **FORGED, "X-Remote-User": "kim"})
    assert entered.status_code == 303, entered.text
    cookie = re.search(rf"{COOKIE}=([^;]+); .*Secure", entered.headers["set-cookie"])
    assert cookie is not None
    viewer = find_viewer(school.app, cookie[1], is_local=False)
    assert viewer.name == "Ana Lopez"
    assert viewer.roles == {Role.TRAINEE}, "a group that the browser sends is not one"
    assert (found.state, "refused (302)" in found.text) == (State.OK, True)


def write_location(*lines: str) -> str:
    held = "".join(f"        {line};\n" for line in (*lines, "proxy_pass http://sightline"))
    return f"    location = /account/proxy {{\n{held}    }}\n"


SENDS = [f"proxy_set_header {name} {value}" for name, value in SECRET.items()]


def test_a_proxy_that_guards_nothing_is_refused_for_want_of_the_secret(school: School, tmp_path: Path) -> None:
    with school.behind("one-process", tmp_path, instead=write_location()) as proxy:
        status, cookies = ask(proxy, "/account/proxy", {**ANA, "X-Remote-Groups": "Safety"})
        found = school.look(proxy)
    assert (status, COOKIE in cookies) == (403, False)
    assert (found.state, "refused (403)" in found.text) == (State.OK, True)


def test_the_doctor_finds_a_proxy_that_sends_the_secret_for_everybody(school: School, tmp_path: Path) -> None:
    before = school.list_names()
    with school.behind("one-process", tmp_path, instead=write_location(*SENDS)) as proxy:
        found = school.look(proxy)
        (unknown,) = check_forged_sign_in(replace(school.app.settings, address=proxy.url))
    assert (found.state, "said itself who it is" in found.text) == (State.WRONG, True)
    assert (unknown.state, "certificate" in unknown.text) == (State.WARNING, True)
    assert school.list_names() == before, "looking makes no account"


def test_the_doctor_says_where_it_cannot_look(school: School, tmp_path: Path) -> None:
    settings = school.app.settings
    (unasked,) = check_forged_sign_in(replace(settings, address=""))
    assert (unasked.state, "SIGHTLINE_ADDRESS" in unasked.todo) == (State.WARNING, True)
    with school.behind("one-process", tmp_path, instead=SHUT["nginx"].replace("404", "503")) as proxy:
        failing = school.look(proxy)
    assert (failing.state, "answered 5" in failing.text) == (State.WARNING, True)
    gone = school.look(proxy)
    assert (gone.state, "does not answer" in gone.text) == (State.WARNING, True)
    assert check_forged_sign_in(replace(settings, data=tmp_path)) == [], "nothing is set up there"
