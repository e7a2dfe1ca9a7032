"""The calendar's address as a calendar program asks for it: no session, only the signed path."""

import pytest
from starlette.testclient import TestClient

from sim.services.app.wiring import App
from sim.services.program import calendar, change, plan
from sim.services.team import team
from tests.unit.services.program.test_program import make_order


@pytest.fixture
def drill_app(measuring_app: App) -> App:
    """Programs measure on footage that nobody can know."""
    return measuring_app


def test_a_calendar_program_reads_the_program_until_the_address_is_renewed(drill_app: App, client: TestClient) -> None:
    team_id = team.add_team(drill_app, "Front office")
    team.add_person(drill_app, team_id, "Heron")
    program_id = plan.create_program(drill_app, make_order(team_id))
    path = calendar.make_feed_path(drill_app, program_id)
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.text.startswith("BEGIN:VCALENDAR\r\n")
    assert client.get("/calendar/forged.ics").status_code == 403
    change.renew_calendar(drill_app, program_id)
    assert client.get(path).status_code == 403
