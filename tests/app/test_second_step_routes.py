"""The second step of signing in by the real forms, and turning reminders off by the link in one."""

import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from sim.services.accounts import sessions
from sim.services.accounts.sign_in import set_up
from sim.services.app.wiring import App
from sim.services.program.mail import make_stop_address
from sim.services.team import team
from sim.ui.http.account_routes import make_account_routes, make_mail_routes
from sim.ui.http.guards import SafeHeaders
from sim.ui.page.request_origin import COOKIE, StampPeer
from tests.support.fake_clock import FakeClock
from tests.unit.services.accounts.test_second_step import show_code

pytestmark = pytest.mark.usefixtures("quick_hash")

PHRASE = "blue ladder quiet 9"
HERE = "http://127.0.0.1:8501"
SAME = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def client(drill_app: App) -> Iterator[TestClient]:
    set_up(drill_app, name="Kim Lee", secret=PHRASE)
    routes = [*make_account_routes(lambda: drill_app), *make_mail_routes(lambda: drill_app)]
    wrapped = Starlette(routes=routes, middleware=[Middleware(StampPeer), Middleware(SafeHeaders)])
    with TestClient(wrapped, base_url=HERE, client=("127.0.0.1", 5000), follow_redirects=False) as opened:
        yield opened


def enter(client: TestClient, secret: str = PHRASE) -> str:
    """Send name and passphrase; return the ticket that the page of the code holds, "" where none is asked for."""
    answer = client.post("/account/sign-in", data={"name": "Kim Lee", "secret": secret, "next": "team"}, headers=SAME)
    found = re.search(r'name="ticket" value="([^"]+)"', answer.text)
    return found[1] if found else ""


def send_code(client: TestClient, ticket: str, code: str) -> tuple[int, str]:
    form = {"ticket": ticket, "code": code, "next": "team"}
    answer = client.post("/account/code", data=form, headers=SAME)
    return answer.status_code, answer.headers.get("location", "")


def is_in(app: App, client: TestClient) -> bool:
    return sessions.find_viewer(app, client.cookies.get(COOKIE) or "", is_local=False).account_id is not None


def test_from_turning_it_on_to_turning_it_off(drill_app: App, client: TestClient, clock: FakeClock) -> None:
    assert enter(client) == ""
    assert is_in(drill_app, client)
    assert 'href="second-step"' in client.get("/account/secret").text
    page = client.get("/account/second-step")
    assert "<svg" in page.text
    letters = re.search(r"<strong>([A-Z2-7 ]+)</strong>", page.text)
    assert letters is not None
    wrong = client.post("/account/second-step", data={"code": "000000"}, headers=SAME)
    assert wrong.status_code == 403
    assert letters[1] in wrong.text
    made = client.post("/account/second-step", data={"code": show_code(letters[1], clock)}, headers=SAME)
    codes = re.findall(r"<code>(\w+)</code>", made.text)
    assert len(codes) == 10

    client.post("/account/sign-out", data={}, headers=SAME)
    client.cookies.clear()
    clock.pass_s(30)
    ticket = enter(client)
    assert ticket
    assert not is_in(drill_app, client)
    assert send_code(client, ticket, "123456") == (403, "")
    assert send_code(client, "forged", show_code(letters[1], clock)) == (403, "")
    assert not is_in(drill_app, client)
    assert send_code(client, ticket, show_code(letters[1], clock)) == (303, "../team")
    assert is_in(drill_app, client)

    assert "turn it off" in client.get("/account/second-step").text
    gone = client.post("/account/second-step", data={"code": codes[0]}, headers=SAME)
    assert "It is off" in gone.text
    client.cookies.clear()
    assert enter(client) == ""


@pytest.mark.parametrize("code", ["", "x" * 300, "<b>1</b>", "' OR 1=1 --", "🔑🔑🔑🔑🔑🔑"])
def test_whatever_is_typed_as_a_code_is_refused_in_words(
    drill_app: App, client: TestClient, clock: FakeClock, code: str
) -> None:
    enter(client)
    client.get("/account/second-step")
    answer = client.post("/account/second-step", data={"code": code}, headers=SAME)
    assert answer.status_code == 403
    assert "This code is not right" in answer.text
    assert "<b>1</b>" not in answer.text


def test_forms_of_other_sites_and_people_who_are_not_signed_in_get_nowhere(client: TestClient) -> None:
    assert client.get("/account/second-step").headers["location"] == "sign-in"
    assert client.post("/account/second-step", data={"code": "1"}, headers=SAME).headers["location"] == "sign-in"
    other = {"Origin": "https://other.example", "Sec-Fetch-Site": "cross-site"}
    for path in ("/account/second-step", "/account/code"):
        assert client.post(path, data={"code": "1", "ticket": "x"}, headers=other).status_code == 403
    assert client.get("/account/code").status_code == 405


def test_a_link_that_is_opened_asks_and_one_that_is_posted_stops(drill_app: App, client: TestClient) -> None:
    person_id = team.add_person(drill_app, team.add_team(drill_app, "North"), "Ana Lopez")
    path = make_stop_address(drill_app, person_id)
    asked = client.get(path)
    assert asked.status_code == 200
    assert "Get no more reminders" in asked.text

    def is_stopped() -> bool:
        with drill_app.store.read() as work:
            return person_id in work.mail.list_stopped([person_id])

    assert not is_stopped()
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert is_stopped()
    for wrong in ("/mail/stop", "/mail/stop?t=", "/mail/stop?t=x", f"{path[:-3]}AAA"):
        assert client.get(wrong).status_code == client.post(wrong).status_code == 403
