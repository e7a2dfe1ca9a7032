"""The token of a signed-in person's drill is worth nothing without their cookie, and each tab that marks is counted."""

import pytest
from starlette.testclient import TestClient

from sim.services.accounts import sessions
from sim.services.attempt import attempts
from sim.services.attempt.footage_access import make_links
from sim.services.attempt.scores import settle
from sim.services.team.given_drills import list_attempts
from sim.ui.page.request_origin import COOKIE
from tests.app.conftest import OTHER_PIN, School
from tests.support.driven_drill import OTHER_TAB, TAB, mark, submit
from tests.support.fake_clock import FakeClock
from tests.support.given import begin, load_attempt

pytestmark = pytest.mark.usefixtures("quick_hash")


class Console:
    """A running drill of Ana's, as the page of hers that is signed in gets it."""

    def __init__(self, school: School, client: TestClient) -> None:
        self.client = client
        self.cookie = school.enter()
        self.attempt_id = school.give(school.ana)
        begin(school.app, self.attempt_id)
        viewer = sessions.find_viewer(school.app, self.cookie, is_local=False)
        data = attempts.get_console(school.app, self.attempt_id, account_id=viewer.account_id).data
        self.token = str(data["token"])

    def post(self, *events: object, cookie: str, tab: str = TAB) -> int:
        url, body = f"/api/attempts/{self.attempt_id}/events", {"tab": tab, "events": list(events)}
        return self.client.post(url, headers=self.get_headers(cookie), json=body).status_code

    def get_headers(self, cookie: str) -> dict[str, str]:
        held = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
        return {"Authorization": f"Bearer {self.token}", **held}


def test_a_token_alone_neither_marks_nor_submits_nor_reads(school: School, client: TestClient) -> None:
    """The attack: give the token to somebody who knows the answer, or to a script."""
    console = Console(school, client)
    for cookie in ("", "guessed", school.cookie, school.enter("Ben Hill", OTHER_PIN)):
        assert console.post(mark(1, "a"), cookie=cookie) == 403
        assert console.post(submit(1), cookie=cookie) == 403
        headers = console.get_headers(cookie)
        url = f"/api/attempts/{console.attempt_id}"
        assert client.get(url, headers=headers).status_code == 403
        assert client.post(f"{url}/outline", headers=headers, content=b"{}").status_code == 403
    assert console.post(mark(1, "a"), cookie=console.cookie) == 200
    sessions.close_session(school.app, console.cookie)
    assert console.post(mark(2, "b"), cookie=console.cookie) == 403


def test_the_address_of_footage_opens_nothing_without_the_cookie(school: School, client: TestClient) -> None:
    """The attack: a colleague whose drill runs hands on an address, and the footage is studied before Start."""
    console = Console(school, client)
    row = load_attempt(school.app, console.attempt_id)
    viewer = sessions.find_viewer(school.app, console.cookie, is_local=False)
    links = make_links(school.app, row, account_id=viewer.account_id)
    addresses = (links.link("main/CAM-01.mp4"), links.link_index("main/CAM-01.mp4"), links.link_timeline())
    for address in addresses:
        for cookie in ("", "guessed", school.enter("Ben Hill", OTHER_PIN)):
            assert client.get(address, headers={"Cookie": f"{COOKIE}={cookie}"}).status_code == 403, address
        assert client.get(address, headers={"Cookie": f"{COOKIE}={console.cookie}"}).status_code == 200, address


def test_a_drill_that_goes_on_keeps_its_person_signed_in(school: School, client: TestClient, clock: FakeClock) -> None:
    console = Console(school, client)
    for minute in range(1, 4):
        clock.pass_s(60.0 + sessions.NOTED_EVERY.total_seconds())
        assert console.post(cookie=console.cookie) == 200, minute
    with school.app.store.read() as work:
        row = work.accounts.find_session(sessions.hash_cookie(console.cookie))
    assert row is not None
    assert (clock.read().wall - row.used_at) <= sessions.NOTED_EVERY


def test_marks_from_a_second_tab_are_told_to_the_trainer(school: School, client: TestClient) -> None:
    console = Console(school, client)
    assert console.post(mark(1, "a"), cookie=console.cookie) == 200
    assert console.post(mark(1, "b"), cookie=console.cookie, tab=OTHER_TAB) == 200
    assert console.post(submit(2), cookie=console.cookie) == 200
    assert settle(school.app, console.attempt_id).mark_tabs == 2
    assert [card.mark_tabs for card in list_attempts(school.app, school.team_id)] == [2]
