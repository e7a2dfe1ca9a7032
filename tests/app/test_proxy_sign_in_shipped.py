"""Signing in by the proxies of the documentation: shut as shipped, safe as docs/sign-in.md opens them."""

import http.client
import re
import shutil
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx2
import pytest

from sim.app.wiring import App
from sim.features.accounts.school import SETTINGS_NAME
from sim.features.accounts.sign_in import set_up
from sim.features.operations.doctor import check_forged_sign_in
from sim.features.operations.doctor_machine import Finding, State
from sim.features.team import team
from sim.rules.sessions import find_viewer
from sim.rules.viewer import Role
from sim.ui.page.request_origin import COOKIE
from tests.app.test_proxy_sign_in import ANA, PAGE, PASSPHRASE, SECRET, SETTINGS
from tests.app.test_sent_by_proxy import find
from tests.support.caddy import CaddyProxy
from tests.support.local_server import LocalServer
from tests.support.proxy import Proxy
from tests.support.server_process import ServerProcess, open_data
from tools.bench.programs import FOR_ONE, IN_CONTAINER, SHIPPED

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
    """A server with signing in by its proxy set up, and a service provider that knows Ana by her cookie."""

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
        """Run a shipped proxy in front; `instead` stands where the path is shut."""
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
        """Return what the doctor says of a proxy."""
        settings = replace(self.app.settings, address=proxy.url)
        (found,) = check_forged_sign_in(settings, trust=make_trust(proxy))
        return found


def make_service() -> LocalServer:
    """A service provider: `/auth` says who has its cookie; `/saml/login` is where it would lead to."""

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
    with app.store.write() as work:
        work.people.save([replace(work.people.get(person_id), email="ana@school.example")])
    service = make_service()
    with ServerProcess(data, settings={"FORWARDED_ALLOW_IPS": "127.0.0.1"}) as server:
        yield School(app=app, server=server, service=service)
    service.close()
    app.close()


def make_trust(proxy: Proxy | CaddyProxy) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(proxy.certificate))


def ask(proxy: Proxy | CaddyProxy, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """Return status and cookies of an answer to a path that nothing tidies on its way."""
    line = http.client.HTTPSConnection(proxy.url.removeprefix("https://"), context=make_trust(proxy), timeout=60.0)
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    line.close()
    return answer.status, "; ".join(answer.headers.get_all("Set-Cookie") or ())


def read_shown(start: str, end: str) -> str:
    """Return a configuration of the page docs/sign-in.md."""
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
