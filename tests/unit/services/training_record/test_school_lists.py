"""Many teams in one list: which rows, in which order, on which page."""

from datetime import UTC

import pytest

from sim.services.app.wiring import App
from sim.services.operations import demo
from sim.services.program import plan
from sim.services.team import team
from sim.services.training_record.load import load_team_record
from sim.services.training_record.school_lists import ListKind, get_school_list, list_schools
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_drill
from tests.support.session_app import Room, open_room
from tests.unit.services.program.test_program import make_order

DAY_S = 86_400.0


@pytest.fixture
def rooms(measuring_app: App, clock: FakeClock) -> list[Room]:
    """Three teams of two schools, each with a session whose day is over and that nobody has looked at since."""
    made = []
    for number in range(3):
        room = open_room(measuring_app, names=("Ana Lopez", "Ben Hill"))
        team.set_school(measuring_app, room.team_id, ("North", "South", "North")[number])
        room.join("Ana")
        made.append(room)
    clock.pass_s(13 * 3600)
    return made


def test_sessions_of_all_schools_or_of_one_come_latest_first_a_page_at_a_time(rooms: list[Room]) -> None:
    app = rooms[0].app
    demo.fill_demo(app, people=1, seed=1)
    assert list_schools(app) == ("North", "South")
    found = get_school_list(app, ListKind.SESSIONS, zone=UTC)
    assert [row[:2] for row in found.table.rows] == [("North", "Team 3"), ("South", "Team 2"), ("North", "Team 1")]
    assert {row[4:9] for row in found.table.rows} == {("2", "0", "1", "1", "0")}
    assert [team_id for team_id, _ in found.teams] == [room.team_id for room in reversed(rooms)]
    pages = [get_school_list(app, ListKind.SESSIONS, page=page, size=2, zone=UTC) for page in (0, 1, 7)]
    assert pages[0].table.rows + pages[1].table.rows == found.table.rows
    assert pages[2] == pages[1] and (pages[0].pages, pages[0].total) == (2, 3)
    north = get_school_list(app, ListKind.SESSIONS, school="North", zone=UTC)
    assert [row[1] for row in north.table.rows] == ["Team 3", "Team 1"]
    assert get_school_list(app, ListKind.SESSIONS, size=None, zone=UTC).table.rows == found.table.rows


def test_gaps_of_many_teams_are_those_of_their_records(rooms: list[Room], clock: FakeClock) -> None:
    app = rooms[0].app
    for room in (rooms[1], rooms[0]):
        begin_drill(app, room.people["Ben"])
        clock.pass_s(DAY_S)
        load_team_record(app, room.team_id)
    found = get_school_list(app, ListKind.GAPS, zone=UTC)
    own = [gap for room in rooms for gap in load_team_record(app, room.team_id).gaps]
    assert found.total == len(own) == 6
    assert [row[1] for row in found.table.rows] == ["Team 2"] * 3 + ["Team 1"] * 3, "the longest open first"
    assert {row[3] for row in found.table.rows} == {gap.skill for gap in own}
    assert get_school_list(app, ListKind.GAPS, school="South", zone=UTC).total == 3
    assert get_school_list(app, ListKind.GAPS, school="Nowhere", zone=UTC).table.rows == ()


def test_refreshers_due_of_many_teams(rooms: list[Room], clock: FakeClock) -> None:
    app = rooms[0].app
    plan.create_program(app, make_order(rooms[1].team_id, retention=(1,)))
    assert get_school_list(app, ListKind.REFRESHERS, zone=UTC).table.rows == ()
    clock.pass_s(60 * DAY_S)
    found = get_school_list(app, ListKind.REFRESHERS, zone=UTC)
    assert [row[:4] for row in found.table.rows] == [
        ("South", "Team 2", "Ana Lopez", "1 week after"),
        ("South", "Team 2", "Ben Hill", "1 week after"),
    ]
    assert all(row[4].startswith(("due", "overdue")) for row in found.table.rows)
    assert get_school_list(app, ListKind.REFRESHERS, school="North", zone=UTC).total == 0
