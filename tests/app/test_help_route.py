"""Asking for help over HTTP: for drills of a session, with the drill's own token."""

from starlette.testclient import TestClient

from sim.drill.session_day import Starting
from sim.services.app.wiring import App
from sim.services.attempt import questions as help_requests
from sim.services.attempt.footage_access import make_links
from sim.services.session_day import running
from tests.support.driven_drill import Drill
from tests.support.session_app import open_room


def test_help_is_asked_for_with_the_drills_own_token_only(drill_app: App, client: TestClient, drill: Drill) -> None:
    drill.begin()
    room = open_room(drill_app, starting=Starting.EACH)
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    with drill_app.store.read() as work:
        token = make_links(drill_app, work.attempts.get(attempt_id)).token
    url, own = f"/api/attempts/{attempt_id}/help", {"Authorization": f"Bearer {token}"}
    assert client.post(url, headers=own).status_code == 409
    running.begin_own(drill_app, attempt_id)
    assert client.get(url, headers=own).json() == {"asked": 0, "answered": 0}
    for stranger in ({}, drill.headers, {"Authorization": "Bearer x"}):
        assert client.post(url, headers=stranger).status_code == 403
    assert room.row("Ana").help_at is None
    assert client.post(url, headers=own).json() == {"asked": 1, "answered": 0}
    assert room.row("Ana").help_at is not None
    help_requests.answer_help(drill_app, room.session_id, room.people["Ana"])
    assert client.get(url, headers=own).json() == {"asked": 1, "answered": 1}
    answer = client.post(f"{drill.url}/help", headers=drill.headers)
    assert (answer.status_code, "no trainer" in answer.text) == (409, True)
    for _ in range(help_requests.HELP_A_MINUTE):
        answer = client.post(url, headers=own)
    assert answer.status_code == 429
