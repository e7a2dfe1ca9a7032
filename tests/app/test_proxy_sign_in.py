"""Signing in by a proxy that speaks SAML: its headers are believed from it, at one address, and from nobody else."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.app.settings import PROJECT, read_settings
from sim.app.wiring import App
from sim.errors import StoreError
from sim.features.accounts.page_school import NoteProxy, make_proxy_routes
from sim.features.accounts.routes import make_account_routes
from sim.features.accounts.school import SETTINGS_NAME, read_proxy_settings
from sim.features.accounts.sign_in import make_account, set_up
from sim.features.operations.doctor import check_served
from sim.features.operations.doctor_machine import State
from sim.features.team import team
from sim.rules.sessions import find_viewer
from sim.rules.viewer import Role
from sim.ui.page.request_origin import COOKIE
from tests.support.given import set_email

START_WITHIN_S = 120.0
PASSPHRASE = "four words that wander about"
SETTINGS = """
[proxy_sign_in]
label = "Sign in with the district"
user_header = "X-Remote-User"
email_header = "X-Remote-Email"
name_header = "X-Remote-Name"
groups_header = "X-Remote-Groups"
secret_header = "X-Sightline-Secret"
secret = "4f1d2c3b5a69788796a5b4c3d2e1f0ab"
[sign_in.roles]
trainer = ["Safety"]
"""
SECRET = {"X-Sightline-Secret": "4f1d2c3b5a69788796a5b4c3d2e1f0ab"}
SHARED = f'secret_header = "X-S"\nsecret = "{"a" * 40}"\n'
ANA = {"X-Remote-User": "ana-7", "X-Remote-Email": "Ana@School.example", "X-Remote-Name": "Ana Lopez"}
PAGE = (PROJECT / "docs" / "sign-in.md").read_text(encoding="utf-8")


@pytest.fixture
def school(drill_app: App, quick_hash: None) -> App:
    set_up(drill_app, name="Kim", secret=PASSPHRASE)
    (drill_app.settings.data / SETTINGS_NAME).write_text(SETTINGS, encoding="utf-8")
    person_id = team.add_person(drill_app, team.add_team(drill_app, "Office"), "Ana Lopez")
    set_email(drill_app, person_id, "ana@school.example")
    return drill_app


def open_client(
    app: App,
    *,
    peer: str = "10.0.0.5",
    proxies: tuple[str, ...] = ("10.0.0.5", "10.1.0.0/24"),
    shown: dict[str, str] = SECRET,
) -> TestClient:
    routes = [*make_proxy_routes(lambda: app), *make_account_routes(lambda: app)]
    served = NoteProxy(Starlette(routes=routes), proxies)
    return TestClient(served, client=(peer, 5000), follow_redirects=False, headers=shown)


def test_who_the_proxy_vouches_for_is_signed_in(school: App) -> None:
    answer = open_client(school).get("/account/proxy", headers=ANA)
    assert answer.status_code == 303, answer.text
    viewer = find_viewer(school, answer.cookies[COOKIE], is_local=False)
    assert viewer.name == "Ana Lopez" and viewer.roles == {Role.TRAINEE} and viewer.person_id
    again = open_client(school, peer="10.1.0.9").get("/account/proxy", headers={"X-Remote-User": "ana-7"})
    known = find_viewer(school, again.cookies[COOKIE], is_local=False)
    assert known.account_id == viewer.account_id, "later by the id alone"


def test_nobody_else_without_the_secret_or_a_known_person_gets_in(school: App) -> None:
    def refuse(client: TestClient, headers: dict[str, str], said: str = "did not come from the proxy") -> None:
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        answer = client.get("/account/proxy", headers=sent)
        assert answer.status_code == 403 and COOKIE not in answer.headers.get("set-cookie", ""), headers
        assert said in answer.text

    proxy = ("10.0.0.5",)
    forwarded = {"X-Forwarded-For": "10.0.0.5", "sightline.from_proxy": "True"}
    for peer, proxies in (("10.0.0.6", proxy), ("127.0.0.1", proxy), ("127.0.0.1", ()), ("testclient", proxy)):
        refuse(open_client(school, peer=peer, proxies=proxies), {**ANA, **forwarded})
    secret = SECRET["X-Sightline-Secret"]
    for shown in ("", secret[:-1], secret.upper(), "Łuk"):
        refuse(open_client(school, shown={}), {**ANA, "X-Sightline-Secret": shown})
    for headers in (ANA, {**ANA, "X-Other": secret}):
        refuse(open_client(school, shown={}), headers)
    started_otherwise = Starlette(routes=make_proxy_routes(lambda: school))
    refuse(TestClient(started_otherwise, follow_redirects=False), {**ANA, **SECRET})
    for headers in ({}, {"X-Remote-User": ""}, {"X-Remote-User": "x" * 241}):
        refuse(open_client(school), headers, "did not say who this is")
    for address in ("else@school.example", "no address"):
        headers = {"X-Remote-User": "stranger", "X-Remote-Email": address}
        refuse(open_client(school), headers, "known to the school, but not here")
    with school.store.read() as work:
        assert [account.display_name for account in work.accounts.list_all()] == ["Kim"]


def test_an_address_opens_no_account_of_another_identity_or_with_rights(school: App) -> None:
    client = open_client(school)
    assert client.get("/account/proxy", headers=ANA).status_code == 303
    assert client.get("/account/proxy", headers={**ANA, "X-Remote-User": "eve"}).status_code == 403
    person_id = team.add_person(school, team.add_team(school, "Two"), "Ben Hill")
    with school.store.write() as work:
        work.people.save([replace(work.people.get(person_id), email="ben@school.example")])
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
        f'[proxy_sign_in]\nuser_header = "X-U"\n{SHARED}[sign_in.roles]\nwizard = ["A"]\n',
        '[proxy_sign_in]\nuser_header = "X-U"\n',
        '[proxy_sign_in]\nuser_header = "X-U"\nsecret_header = "X-S"\n',
        '[proxy_sign_in]\nuser_header = "X-U"\nsecret_header = "X-S"\nsecret = "short"\n',
        f'[proxy_sign_in]\nuser_header = "X-U"\nsecret_header = "X-S"\nsecret = "{"a b" * 20}"\n',
        f'[proxy_sign_in]\nuser_header = "X-U"\nsecret = "{"a" * 40}"\n',
        f'[proxy_sign_in]\nuser_header = "X-U"\nsecret_header = "X-U"\nsecret = "{"a" * 40}"\n',
        "proxy_sign_in = 3\n",
        "[",
    ],
)
def test_settings_that_cannot_be_used_are_said(tmp_path: Path, text: str) -> None:
    (tmp_path / SETTINGS_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=SETTINGS_NAME):
        read_proxy_settings(tmp_path)


def test_no_server_starts_without_the_secret(tmp_path: Path, tiny_library: Path) -> None:
    data, said = tmp_path / "data", "has no secret"
    shutil.copytree(tiny_library, data)
    kept = [line for line in SETTINGS.splitlines() if not line.startswith("secret =")]
    (data / SETTINGS_NAME).write_text("\n".join(kept), encoding="utf-8")
    command = [sys.executable, "-m", "sim", "serve", "--port", "0"]
    environ = {**os.environ, "SIGHTLINE_DATA": str(data)}
    done = subprocess.run(
        command, cwd=PROJECT, env=environ, capture_output=True, text=True, timeout=START_WITHIN_S, check=False
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done
    assert done.stderr.startswith("error: ") and said in done.stderr
    (found,) = check_served({}, read_settings({"SIGHTLINE_DATA": str(data)}))
    assert (found.state, said in found.text) == (State.WRONG, True)


def test_apache_s_part_of_the_page_sets_or_unsets_every_header() -> None:
    shown = PAGE.split("<Location /account/proxy>")[1].split("</Location>")[0]
    assert set(re.findall(r"RequestHeader (?:set|unset) (\S+)", shown)) == set(re.findall(r'header = "([^"]+)"', PAGE))
