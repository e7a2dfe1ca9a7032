"""Signing in by the real forms: the cookie, what is refused, and where one lands."""

import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from sim.app.settings import read_trusted_proxies
from sim.app.wiring import App
from sim.errors import MachineError
from sim.features.accounts.links import make_team_token
from sim.features.accounts.manage import set_pin
from sim.features.accounts.routes import MAX_FORM_BYTES, make_account_routes, read_next
from sim.features.accounts.sign_in import set_up
from sim.features.program.mail import make_stop_address
from sim.features.program.routes import make_mail_routes
from sim.features.team import team
from sim.rules import sessions
from sim.rules.viewer import NOBODY, Role, Viewer
from sim.ui.http.guards import SafeRequests
from sim.ui.page.request_origin import COOKIE, PEER_HEADER
from tests.support.fake_clock import FakeClock
from tests.unit.features.accounts.test_accounts import show_code

pytestmark = pytest.mark.usefixtures("quick_hash")

PHRASE = "blue ladder quiet 9"
PIN = "482915"
HERE = "http://127.0.0.1:8501"
SAME = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def client(drill_app: App) -> Iterator[TestClient]:
    yield from open_client(drill_app, "127.0.0.1")


@pytest.fixture
def far(drill_app: App) -> Iterator[TestClient]:
    yield from open_client(drill_app, "10.0.0.7")


def open_client(app: App, address: str) -> Iterator[TestClient]:
    wrapped = Starlette(
        routes=[*make_account_routes(lambda: app), *make_mail_routes(lambda: app)],
        middleware=[Middleware(SafeRequests)],
    )
    with TestClient(wrapped, base_url=HERE, client=(address, 5000), follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def trainee(drill_app: App) -> str:
    admin = sessions.find_viewer(drill_app, set_up(drill_app, name="Kim Lee", secret=PHRASE), is_local=False)
    person_id = team.add_person(drill_app, team.add_team(drill_app, "North"), "Ana <b>Lopez")
    set_pin(drill_app, admin, person_id, PIN)
    return person_id


def enter(client: TestClient, name: str = "Ana <b>Lopez", secret: str = PIN, **more: str) -> int:
    form = {"name": name, "secret": secret, **more}
    return client.post("/account/sign-in", data=form, headers=SAME).status_code


def look(app: App, client: TestClient) -> Viewer:
    return sessions.find_viewer(app, client.cookies.get(COOKIE) or "", is_local=False)


def test_the_first_start_is_set_up_at_the_machine_itself(drill_app: App, client: TestClient, far: TestClient) -> None:
    form = {"name": "Kim Lee", "secret": PHRASE, "again": PHRASE}
    assert far.get("/account/set-up").status_code == 403
    assert far.post("/account/set-up", data=form, headers=SAME).status_code == 403
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert client.post("/account/set-up", data=form, headers={**SAME, header: "x"}).status_code == 403
    other = {"Host": "evil.example", "Origin": "http://evil.example"}
    assert client.post("/account/set-up", data=form, headers={**SAME, **other}).status_code == 403
    pretended = {**SAME, PEER_HEADER: "local"}
    assert far.post("/account/set-up", data=form, headers=pretended).status_code == 403
    assert not sessions.is_set_up(drill_app)
    assert client.post("/account/set-up", data={**form, "again": "x"}, headers=SAME).status_code == 422
    done = client.post("/account/set-up", data=form, headers=SAME)
    assert (done.status_code, done.headers["location"]) == (303, "../team")
    assert look(drill_app, client).roles == {Role.ADMIN, Role.TRAINER, Role.RECORDS}
    assert client.post("/account/set-up", data=form, headers=SAME).status_code == 403


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(trainee: str, client: TestClient) -> None:
    form = {"name": "ana <b>lopez", "secret": PIN}
    plain = client.post("/account/sign-in", data=form, headers=SAME).headers["set-cookie"].lower()
    assert "httponly" in plain
    assert "samesite=lax" in plain
    assert "secure" not in plain
    secure_site = {**SAME, "Origin": HERE.replace("http", "https")}
    url = HERE.replace("http", "https") + "/account/sign-in"
    assert "; secure" in client.post(url, data=form, headers=secure_site).headers["set-cookie"].lower()


def test_signing_out_ends_the_session_on_the_server(drill_app: App, trainee: str, client: TestClient) -> None:
    enter(client)
    cookie = client.cookies[COOKIE]
    assert look(drill_app, client).person_id == trainee
    assert "Ana &lt;b&gt;Lopez" in client.get("/account/sign-out").text
    kind = {**SAME, "Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/account/sign-out", headers=kind).status_code == 303
    assert COOKIE not in client.cookies
    assert sessions.find_viewer(drill_app, cookie, is_local=True) == NOBODY


def test_a_form_of_another_site_is_refused(drill_app: App, trainee: str, client: TestClient) -> None:
    form = {"name": "Ana <b>Lopez", "secret": PIN}
    enter(client)
    for headers in (
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": HERE, "Sec-Fetch-Site": "cross-site"},
        {"Origin": HERE, "Sec-Fetch-Site": "same-site"},
    ):
        for path in ("sign-in", "sign-out", "secret", "set-up", "second-step", "code"):
            assert client.post(f"/account/{path}", data=form, headers=headers).status_code == 403, (path, headers)
    assert look(drill_app, client).person_id == trainee


def test_what_is_no_form_or_a_larger_one_than_ours_is_refused(trainee: str, client: TestClient) -> None:
    assert client.post("/account/sign-in", json={"name": "a"}, headers=SAME).status_code == 403
    assert client.post("/account/sign-in", data={"name": "a" * 9000}, headers=SAME).status_code == 403
    many = "&".join(f"a{number}=1" for number in range(50))
    kind = {**SAME, "Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/account/sign-in", content=many, headers=kind).status_code == 403
    assert client.post("/account/sign-in", content=b"name=\xff", headers=kind).status_code == 403
    assert client.post("/account/sign-in", content=b"name=%ff&secret=%00", headers=kind).status_code == 403

    assert enter(client, secret=PIN, more="x" * MAX_FORM_BYTES) == 403
    assert enter(client, secret=PIN, more="x") == 303


def test_wrong_tries_are_answered_alike_and_then_slowed(trainee: str, client: TestClient) -> None:
    told = []
    for name in ("Ana <b>Lopez", "Nobody"):
        codes = [enter(client, name, "000001") for _ in range(6)]
        assert codes == [403, 403, 403, 403, 429, 429]
        told.append(client.post("/account/sign-in", data={"name": name, "secret": "1"}, headers=SAME).text)
    assert told[0].replace("Ana &lt;b&gt;Lopez", "Nobody") == told[1]
    assert "<b>Lopez" not in told[0]
    assert enter(client) == 429


def test_signing_in_leads_back_and_nowhere_else(trainee: str, client: TestClient) -> None:
    assert read_next("team?team=ab_c-1") == "team?team=ab_c-1"
    assert read_next("start") == read_next("") == ""
    form = {"name": "Ana <b>Lopez", "secret": PIN}
    evil = ("//evil.example", "https://evil.example", "/\\evil", "\\evil", "javascript:alert(1)", "..//evil")
    odd = ("team/../x", "nothing", "team#x", "team?a=\r\nSet-Cookie: x", "team?x=<b>")
    for wanted in ("mine", *evil, *odd):
        done = client.post("/account/sign-in", data={**form, "next": wanted}, headers=SAME)
        assert done.headers["location"] == ("../mine" if wanted == "mine" else "../"), wanted


def test_a_team_link_shows_names_with_a_pin(drill_app: App, trainee: str, client: TestClient, clock: FakeClock) -> None:
    trainer = Viewer(account_id="t", person_id=None, name="T", role=Role.TRAINER)
    with drill_app.store.read() as work:
        team_id = work.people.get(trainee).team_id
    team.add_person(drill_app, team_id, "Ben Hill")
    token = make_team_token(drill_app, trainer, team_id)
    page = client.get("/account/sign-in", params={"team": token}).text
    assert '<option value="Ana &lt;b&gt;Lopez">' in page
    assert "Ben Hill" not in page
    assert "Kim Lee" not in page
    assert enter(client, team=token) == 303
    for forged in (token[:-2] + "AA", "x", token.split(".")[0]):
        assert "Ana" not in client.get("/account/sign-in", params={"team": forged}).text
    clock.pass_s(30 * 24 * 3600 + 1)
    assert "expired" in client.get("/account/sign-in", params={"team": token}).text


def test_somebody_changes_their_own_pin(drill_app: App, trainee: str, client: TestClient) -> None:
    enter(client)
    other = look(drill_app, client)
    wrong = {"was": "000001", "secret": "937164", "again": "937164"}
    assert client.post("/account/secret", data=wrong, headers=SAME).status_code == 403
    weak = {"was": PIN, "secret": "111111", "again": "111111"}
    assert client.post("/account/secret", data=weak, headers=SAME).status_code == 422
    good = {"was": PIN, "secret": "937164", "again": "937164"}
    assert client.post("/account/secret", data=good, headers=SAME).status_code == 200
    assert look(drill_app, client) == other
    assert enter(client) == 403
    assert enter(client, secret="937164") == 303
    client.cookies.clear()
    assert client.post("/account/secret", data=good, headers=SAME).headers["location"] == "sign-in"


def test_the_proxies_that_are_believed() -> None:
    assert read_trusted_proxies({}) == []
    assert read_trusted_proxies({"FORWARDED_ALLOW_IPS": "10.0.0.5, 10.1.0.0/24"}) == ["10.0.0.5", "10.1.0.0/24"]
    with pytest.raises(MachineError, match="FORWARDED_ALLOW_IPS"):
        read_trusted_proxies({"FORWARDED_ALLOW_IPS": "*"})


@pytest.fixture
def kims(drill_app: App, client: TestClient) -> TestClient:
    set_up(drill_app, name="Kim Lee", secret=PHRASE)
    return client


def enter_kim(client: TestClient, secret: str = PHRASE) -> str:
    answer = client.post("/account/sign-in", data={"name": "Kim Lee", "secret": secret, "next": "team"}, headers=SAME)
    found = re.search(r'name="ticket" value="([^"]+)"', answer.text)
    return found[1] if found else ""


def send_code(client: TestClient, ticket: str, code: str) -> tuple[int, str]:
    form = {"ticket": ticket, "code": code, "next": "team"}
    answer = client.post("/account/code", data=form, headers=SAME)
    return answer.status_code, answer.headers.get("location", "")


NO_CODES = ("000000", "", "<b>1</b>' OR 1=1 -- 🔑" + "x" * 300)


def test_from_turning_it_on_to_turning_it_off(drill_app: App, kims: TestClient, clock: FakeClock) -> None:
    assert kims.get("/account/second-step").headers["location"] == "sign-in"
    assert kims.post("/account/second-step", data={"code": "1"}, headers=SAME).headers["location"] == "sign-in"
    assert enter_kim(kims) == ""
    assert look(drill_app, kims).account_id
    assert 'href="second-step"' in kims.get("/account/secret").text
    page = kims.get("/account/second-step")
    assert "<svg" in page.text
    letters = re.search(r"<strong>([A-Z2-7 ]+)</strong>", page.text)
    assert letters is not None
    for code in NO_CODES:
        wrong = kims.post("/account/second-step", data={"code": code}, headers=SAME)
        assert (wrong.status_code, letters[1] in wrong.text, "This code is not right" in wrong.text) == (
            403,
            True,
            True,
        )
        assert "<b>1</b>" not in wrong.text
    made = kims.post("/account/second-step", data={"code": show_code(letters[1], clock)}, headers=SAME)
    codes = re.findall(r"<code>(\w+)</code>", made.text)
    assert len(codes) == 10

    kims.post("/account/sign-out", data={}, headers=SAME)
    kims.cookies.clear()
    clock.pass_s(30)
    ticket = enter_kim(kims)
    assert ticket
    assert not look(drill_app, kims).account_id
    assert send_code(kims, ticket, "123456") == (403, "")
    assert send_code(kims, "forged", show_code(letters[1], clock)) == (403, "")
    assert not look(drill_app, kims).account_id
    assert send_code(kims, ticket, show_code(letters[1], clock)) == (303, "../team")
    assert look(drill_app, kims).account_id

    assert "turn it off" in kims.get("/account/second-step").text
    gone = kims.post("/account/second-step", data={"code": codes[0]}, headers=SAME)
    assert "It is off" in gone.text
    kims.cookies.clear()
    assert enter_kim(kims) == ""


def test_a_link_that_is_opened_asks_and_one_that_is_posted_stops(drill_app: App, kims: TestClient) -> None:
    person_id = team.add_person(drill_app, team.add_team(drill_app, "North"), "Ana Lopez")
    path = make_stop_address(drill_app, person_id)
    asked = kims.get(path)
    assert asked.status_code == 200
    assert "Get no more reminders" in asked.text

    def is_stopped() -> bool:
        with drill_app.store.read() as work:
            return work.people.get(person_id).mail_stopped_at is not None

    assert not is_stopped()
    assert kims.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert is_stopped()
    for wrong in ("/mail/stop", "/mail/stop?t=", "/mail/stop?t=x", f"{path[:-3]}AAA"):
        assert kims.get(wrong).status_code == kims.post(wrong).status_code == 403
