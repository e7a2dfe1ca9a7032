"""Signing in by a proxy that speaks SAML: its headers are believed from it, at one address, and from nobody else."""

import re
import ssl
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.errors import StoreError
from sim.services.accounts.proxy_sign_in import read_proxy_settings
from sim.services.accounts.school import SETTINGS_NAME
from sim.services.accounts.sessions import find_viewer
from sim.services.accounts.sign_in import make_account, set_up
from sim.services.accounts.viewer import Role
from sim.services.app.wiring import PROJECT, App
from sim.services.team import team
from sim.ui.http.account_routes import make_account_routes
from sim.ui.http.proxy_routes import NoteProxy, make_proxy_routes
from sim.ui.page.request_origin import COOKIE
from tests.support.local_server import LocalServer
from tests.support.proxy import Proxy, find_nginx
from tests.support.server_process import ServerProcess

PASSPHRASE = "four words that wander about"
SETTINGS = """
[proxy_sign_in]
label = "Sign in with the district"
user_header = "X-Remote-User"
email_header = "X-Remote-Email"
name_header = "X-Remote-Name"
groups_header = "X-Remote-Groups"
[sign_in.roles]
trainer = ["Safety"]
"""
ANA = {"X-Remote-User": "ana-7", "X-Remote-Email": "Ana@School.example", "X-Remote-Name": "Ana Lopez"}
PAGE = (PROJECT / "docs" / "sign-in.md").read_text(encoding="utf-8")


@pytest.fixture
def school(drill_app: App) -> App:
    """An installation that is set up, with Ana on the roster."""
    set_up(drill_app, name="Kim", secret=PASSPHRASE)
    (drill_app.settings.data / SETTINGS_NAME).write_text(SETTINGS, encoding="utf-8")
    person_id = team.add_person(drill_app, team.add_team(drill_app, "Office"), "Ana Lopez")
    with drill_app.store.write() as work:
        work.roster.save_people([replace(work.teams.get_person(person_id), email="ana@school.example")])
    return drill_app


def open_client(
    app: App, *, peer: str = "10.0.0.5", proxies: tuple[str, ...] = ("10.0.0.5", "10.1.0.0/24")
) -> TestClient:
    routes = [*make_proxy_routes(lambda: app), *make_account_routes(lambda: app)]
    served = NoteProxy(Starlette(routes=routes), proxies)
    return TestClient(served, client=(peer, 5000), follow_redirects=False)


def test_who_the_proxy_vouches_for_is_signed_in(school: App) -> None:
    answer = open_client(school).get("/account/proxy", headers=ANA)
    assert answer.status_code == 303, answer.text
    viewer = find_viewer(school, answer.cookies[COOKIE], is_local=False)
    assert viewer.name == "Ana Lopez" and viewer.roles == {Role.TRAINEE} and viewer.person_id
    again = open_client(school, peer="10.1.0.9").get("/account/proxy", headers={"X-Remote-User": "ana-7"})
    known = find_viewer(school, again.cookies[COOKIE], is_local=False)
    assert known.account_id == viewer.account_id, "later by the id alone"


def test_roles_come_from_groups_at_every_sign_in(school: App) -> None:
    client = open_client(school)
    for groups, roles in (("Staff; Safety", {Role.TRAINEE, Role.TRAINER}), ("Staff", {Role.TRAINEE})):
        answer = client.get("/account/proxy", headers={**ANA, "X-Remote-Groups": groups})
        assert find_viewer(school, answer.cookies[COOKIE], is_local=False).roles == roles


@pytest.mark.parametrize(
    ("peer", "proxies"),
    [
        ("10.0.0.6", ("10.0.0.5",)),
        ("127.0.0.1", ("10.0.0.5",)),
        ("127.0.0.1", ()),
        ("testclient", ("10.0.0.5",)),
    ],
)
def test_from_anybody_else_the_headers_are_refused(school: App, peer: str, proxies: tuple[str, ...]) -> None:
    forwarded = {"X-Forwarded-For": "10.0.0.5", "sightline.from_proxy": "True"}
    answer = open_client(school, peer=peer, proxies=proxies).get("/account/proxy", headers={**ANA, **forwarded})
    assert answer.status_code == 403 and COOKIE not in answer.headers.get("set-cookie", "")
    assert "did not come from the proxy" in answer.text


def test_a_server_that_was_started_in_another_way_believes_nothing(school: App) -> None:
    bare = TestClient(Starlette(routes=make_proxy_routes(lambda: school)), follow_redirects=False)
    assert "did not come from the proxy" in bare.get("/account/proxy", headers=ANA).text


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "did not say who this is"),
        ({"X-Remote-User": ""}, "did not say who this is"),
        ({"X-Remote-User": "x" * 241}, "did not say who this is"),
        ({"X-Remote-User": "stranger", "X-Remote-Email": "else@school.example"}, "known to the school, but not here"),
        ({"X-Remote-User": "stranger", "X-Remote-Email": "no address"}, "known to the school, but not here"),
    ],
)
def test_without_a_known_person_nobody_gets_in(school: App, headers: dict[str, str], said: str) -> None:
    answer = open_client(school).get("/account/proxy", headers=headers)
    assert answer.status_code == 403 and said in answer.text


def test_an_address_opens_no_account_of_another_identity_or_with_rights(school: App) -> None:
    client = open_client(school)
    assert client.get("/account/proxy", headers=ANA).status_code == 303
    assert client.get("/account/proxy", headers={**ANA, "X-Remote-User": "eve"}).status_code == 403
    person_id = team.add_person(school, team.add_team(school, "Two"), "Ben Hill")
    with school.store.write() as work:
        work.roster.save_people([replace(work.teams.get_person(person_id), email="ben@school.example")])
        roles = frozenset({Role.TRAINER})
        work.accounts.add(make_account(school, name="Ben", secret=PASSPHRASE, roles=roles, person_id=person_id))
    ben = {"X-Remote-User": "ben", "X-Remote-Email": "ben@school.example"}
    assert client.get("/account/proxy", headers=ben).status_code == 403


def test_names_in_other_letters_arrive_whole(school: App) -> None:
    name = "Zoë Łuk".encode().decode("latin-1")
    headers = [(b"x-remote-user", b"z"), (b"x-remote-groups", b"Safety"), (b"x-remote-name", name.encode("latin-1"))]
    answer = open_client(school).get("/account/proxy", headers=headers)
    assert find_viewer(school, answer.cookies[COOKIE], is_local=False).name == "Zoë Łuk"


def test_the_sign_in_page_offers_it_where_it_is_set_up(school: App) -> None:
    assert 'href="proxy">Sign in with the district<' in open_client(school).get("/account/sign-in").text
    (school.settings.data / SETTINGS_NAME).unlink()
    assert 'href="proxy"' not in open_client(school).get("/account/sign-in").text
    assert "not set up" in open_client(school).get("/account/proxy", headers=ANA).text


@pytest.mark.parametrize(
    "text",
    [
        "[proxy_sign_in]\n",
        '[proxy_sign_in]\nuser_header = "X Remote"\n',
        '[proxy_sign_in]\nuser_header = "Cookie"\n',
        '[proxy_sign_in]\nuser_header = "X-U"\n[sign_in.roles]\nwizard = ["A"]\n',
        "proxy_sign_in = 3\n",
        "[",
    ],
)
def test_settings_that_cannot_be_used_are_said(tmp_path: Path, text: str) -> None:
    (tmp_path / SETTINGS_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=SETTINGS_NAME):
        read_proxy_settings(tmp_path)


def make_saml_service() -> LocalServer:
    """A service provider: `/auth` says who has its cookie; `/saml/login` is where it would lead to."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            is_known = "saml=ana" in self.headers.get("Cookie", "")
            self.send_response(200 if is_known or self.path != "/auth" else 401)
            if is_known:
                self.send_header("X-Auth-User", "ana-7")
                self.send_header("X-Auth-Email", "ana@school.example")
                self.send_header("X-Auth-Name", "Ana Lopez")
            self.send_header("Content-Length", "0")
            self.end_headers()

    return LocalServer(Handler)


@pytest.fixture
def nginx(school: App, tmp_path: Path) -> Iterator[tuple[Proxy, ServerProcess]]:
    """The server behind the nginx of the page docs/sign-in.md, and a service provider beside it."""
    program = find_nginx()
    if program is None:
        pytest.skip("nginx is not installed; tests/system_packages.py installs it where apt does")
    shown = re.search(r"    location = /account/proxy \{.*?    location /saml/ \{.*?\n    \}\n", PAGE, re.DOTALL)
    assert shown is not None
    service = make_saml_service()
    block = shown[0].replace("127.0.0.1:9090", f"127.0.0.1:{service.port}")
    folder = tmp_path / "nginx"
    folder.mkdir()
    with ServerProcess(school.settings.data, settings={"FORWARDED_ALLOW_IPS": "127.0.0.1"}) as server:
        port = int(server.url.rsplit(":", 1)[1])
        proxy = Proxy(program, folder, (port, port), changes={"    location / {\n": f"{block}    location / {{\n"})
        yield proxy, server
        proxy.close()
    service.close()


def test_through_the_nginx_of_the_documentation(nginx: tuple[Proxy, ServerProcess], school: App) -> None:
    proxy, _ = nginx
    trust = ssl.create_default_context(cafile=str(proxy.certificate))
    with httpx2.Client(base_url=proxy.url, verify=trust) as browser:
        sent = browser.get("/account/proxy", headers=ANA)
        assert (sent.status_code, sent.headers["location"]) == (302, f"{proxy.url}/saml/login?return=/account/proxy")
        entered = browser.get("/account/proxy", headers={"Cookie": "saml=ana", "X-Remote-Groups": "Safety"})
        assert entered.status_code == 303, entered.text
        secret = re.search(rf"{COOKIE}=([^;]+); .*Secure", entered.headers["set-cookie"])
        assert secret is not None
        viewer = find_viewer(school, secret[1], is_local=False)
        assert viewer.name == "Ana Lopez" and viewer.roles == {Role.TRAINEE}, (
            "a group that the browser sends is not one"
        )


def test_apache_s_part_of_the_page_sets_or_unsets_every_header() -> None:
    shown = PAGE.split("<Location /account/proxy>")[1].split("</Location>")[0]
    assert set(re.findall(r"RequestHeader (?:set|unset) (\S+)", shown)) == set(re.findall(r'header = "([^"]+)"', PAGE))
