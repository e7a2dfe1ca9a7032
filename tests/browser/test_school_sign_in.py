"""Signing in with the school's account: a real sign-in service, the real app, a real browser."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import date
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from sim.features.accounts.sign_in import set_up
from sim.features.people.apply import apply_roster, preview_roster
from sim.features.people.read import read_roster
from sim.rules.viewer import AT_THIS_MACHINE
from sim.ui.page.request_origin import COOKIE
from tests.support.barriers import list_barriers
from tests.support.console_page import SLOW_MS
from tests.support.server_process import ServerProcess, open_data
from tools.bench.programs import find_free_port

SECRET = "0123456789abcdef0123456789abcdef"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ANA = {"email": "ana@school.example", "email_verified": True, "name": "Ana Lopez"}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    port = find_free_port()
    running = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://localhost:{port}"
    try:
        wait_for(f"{url}/.well-known/openid-configuration")
        set_claims(url, "ana", ANA)
        set_claims(url, "stranger", {"name": "A Stranger"})
        yield url
    finally:
        running.terminate()
        running.wait(timeout=10)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, provider: str) -> Iterator[ServerProcess]:
    data = tmp_path_factory.mktemp("school")
    port = find_free_port()
    (data / "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "{SECRET}"\n'
        f'client_id = "sightline"\nclient_secret = "s"\n'
        f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n'
        '[sign_in]\ngroup_claim = "groups"\n[sign_in.roles]\ntrainer = ["Safety"]\nadmin = ["Office IT"]\n'
    )
    app = open_data(data)
    read = read_roster(b"name,email,team\nAna Lopez,ana@school.example,Office\n", name="list", today=date.today())
    plan = preview_roster(app, AT_THIS_MACHINE, read)
    apply_roster(app, AT_THIS_MACHINE, read, expected=plan.fingerprint)
    set_up(app, name="Kim", secret="four words that wander about")
    app.close()
    with ServerProcess(data, port=port) as running:
        yield running


def wait_for(url: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(url).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def set_claims(provider: str, sub: str, claims: dict[str, object]) -> None:
    body = json.dumps(claims).encode()
    request = urllib.request.Request(
        f"{provider}/users/{sub}", data=body, method="PUT", headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request):
        pass


def sign_in(page: Page, school: ServerProcess, sub: str) -> None:
    page.goto(f"{school.url}/account/sign-in")
    page.get_by_role("link", name="Sign in with your school account").click()
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Authorize").click()


def list_cookies(context: BrowserContext) -> set[str]:
    return {str(cookie.get("name")) for cookie in context.cookies()}


def test_in_out_and_in_without_role(page: Page, context: BrowserContext, school: ServerProcess, provider: str) -> None:
    set_claims(provider, "ana", {**ANA, "groups": ["Safety"]})
    sign_in(page, school, "ana")
    expect(page.get_by_text("Ana Lopez", exact=False).first).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("link", name="Training records", exact=True)).to_be_visible()
    assert COOKIE in list_cookies(context)
    assert not any(name.startswith(USER_COOKIE_NAME) for name in list_cookies(context)), "used once, then deleted"
    page.goto(f"{school.url}/account/sign-out")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{school.url}/team")
    expect(page.get_by_text("Sign in").first).to_be_visible()
    assert COOKIE not in list_cookies(context)
    set_claims(provider, "ana", ANA)
    sign_in(page, school, "ana")
    expect(page.get_by_text("Ana Lopez", exact=False).first).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("link", name="Training records", exact=True)).to_have_count(0)


def test_a_stranger_is_told_so_and_gets_nothing(page: Page, context: BrowserContext, school: ServerProcess) -> None:
    sign_in(page, school, "stranger")
    expect(page.get_by_text("known to the school, but not here")).to_be_visible()
    assert not list_cookies(context) & {COOKIE, USER_COOKIE_NAME}


def test_pages_of_people_who_signed_in_keep_nobody_out(page: Page, school: ServerProcess, provider: str) -> None:
    set_claims(provider, "ana", {**ANA, "groups": ["Safety", "Office IT"]})
    sign_in(page, school, "ana")
    expect(page.get_by_text("Ana Lopez", exact=False).first).to_be_visible(timeout=SLOW_MS)
    found: dict[str, object] = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for path, title in (("accounts", "Accounts"), ("mine", "My results"), ("import-people", "Import people")):
            page.goto(f"{school.url}/{path}")
            expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible(timeout=SLOW_MS)
            expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
            found[f"{path} in {scheme}"] = list_barriers(page)
        roster = {"name": "people.csv", "mimeType": "text/csv", "buffer": b"name,team\nBen Hill,Office\n,Office\n"}
        page.locator("input[type=file]").set_input_files(roster)
        expect(page.get_by_role("heading", name="Rows that cannot be used")).to_be_visible(timeout=SLOW_MS)
        found[f"a list that was read, in {scheme}"] = list_barriers(page)
    assert {name: barriers for name, barriers in found.items() if barriers} == {}


@pytest.mark.parametrize("kind", ["forged", "garbage", "old", "elsewhere", "nowhere"])
def test_a_forged_cookie_opens_nothing(page: Page, context: BrowserContext, school: ServerProcess, kind: str) -> None:
    claims = {"iss": "x", "sub": "ana", "iat": 1_000, "origin": school.url, "is_logged_in": True, **ANA}
    if kind in ("elsewhere", "nowhere"):
        claims["origin"] = "https://elsewhere.example" if kind == "elsewhere" else None
    secret = "another secret of the same length" if kind == "forged" else SECRET
    value = (
        "garbage" if kind == "garbage" else create_signed_value(secret, USER_COOKIE_NAME, json.dumps(claims)).decode()
    )
    context.add_cookies([{"name": USER_COOKIE_NAME, "value": value, "url": school.url}])
    page.goto(school.url)
    expect(page.get_by_role("alert")).to_contain_text("expired" if kind == "old" else "not valid here")
    assert not list_cookies(context) & {COOKIE, USER_COOKIE_NAME}
    page.goto(school.url)
    expect(page.get_by_role("button", name="Start lesson 1")).to_be_visible(timeout=SLOW_MS)
