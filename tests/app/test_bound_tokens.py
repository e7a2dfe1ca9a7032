"""A signed-in person's drill: its token is worth nothing without their cookie, and each tab that marks is counted."""

import pytest
from starlette.testclient import TestClient

from sim.console import attempts
from sim.console.scores import settle
from sim.db.teams import AccountSessionRow
from sim.features.team.given_drills import list_attempts
from sim.ledger.record import find_doubts
from sim.rules import sessions
from sim.rules.held import list_remarks
from sim.ui.page.request_origin import COOKIE
from tests.app.conftest import School
from tests.support.driven_drill import OTHER_TAB, TAB, event, mark, submit
from tests.support.fake_clock import FakeClock
from tests.support.given import begin

pytestmark = pytest.mark.usefixtures("quick_hash")


class Console:
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


def test_a_drill_that_goes_on_keeps_its_person_signed_in_until_they_sign_out(
    school: School, client: TestClient, clock: FakeClock
) -> None:
    console = Console(school, client)
    for minute in range(1, 4):
        clock.pass_s(60.0 + sessions.NOTED_EVERY.total_seconds())
        assert console.post(cookie=console.cookie) == 200, minute
    with school.app.store.read() as work:
        row = work.by_key(AccountSessionRow, sessions.hash_cookie(console.cookie))
    assert row is not None
    assert (clock.read().wall - row.used_at) <= sessions.NOTED_EVERY
    for cookie in ("", "guessed"):
        assert console.post(mark(1, "a"), cookie=cookie) == 403, "the token alone"
    sessions.close_session(school.app, console.cookie)
    assert console.post(mark(1, "a"), cookie=console.cookie) == 403


@pytest.mark.parametrize(
    ("screens", "told"),
    [((768, 768), 1), ((768, 768, 768), 2), ((768, 390), 2)],
    ids=["a page loaded again", "two at a time", "two devices"],
)
def test_marks_from_a_second_tab_or_device_are_told_to_the_trainer(
    school: School, client: TestClient, clock: FakeClock, screens: tuple[int, ...], told: int
) -> None:
    console = Console(school, client)
    clock.pass_s(30.0)
    for number, screen in enumerate(screens):
        first, begun_ms = 1 + 3 * (number // 2), 9_000.0 * number
        opened = event(first, "open", {"width": 1366, "touch": False, "screen": screen}, t_ms=begun_ms)
        made = [mark(seq, f"{number}-{seq}", t_ms=begun_ms + 1_000.0 * seq) for seq in (first + 1, first + 2)]
        assert console.post(opened, *made, cookie=console.cookie, tab=(TAB, OTHER_TAB)[number % 2]) == 200
    assert console.post(submit(4, t_ms=29_000.0), cookie=console.cookie, tab=OTHER_TAB) == 200
    clock.pass_s(600.0)
    row = settle(school.app, console.attempt_id)
    assert (row.mark_tabs, row.unopened_marks) == (told, 2 * len(screens))
    assert [card.row.mark_tabs for card in list_attempts(school.app, school.team_id)] == [told]
    said = list_remarks(find_doubts(row))
    assert ("Marks came from 2 browser tabs or devices." in said) is (told > 1)
    assert f"{2 * len(screens)} marks are each on a camera that was not opened." in said
