"""The walk over all pages by those who are for some schools: a trainer of another school, and a principal of one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from sim.db.teams import OTHER_SCHOOL
from sim.drill.attempt import Phase
from sim.errors import AccessError, SimError, StoreError
from sim.services.accounts import manage, sessions
from sim.services.accounts.drill_access import Access, judge_access
from sim.services.accounts.sign_in import Origin, set_up, sign_in
from sim.services.accounts.viewer import Duty, Role, Viewer, limit_app, may
from sim.services.app.wiring import App
from sim.services.attempt.scores import settle
from sim.services.program import change, plan
from sim.services.program.board import get_board
from sim.services.program.program_view import get_program_view, list_programs
from sim.services.session_day import board as session_board
from sim.services.team import given_drills, team
from sim.services.team.attempts_table import export_district, export_team
from sim.services.team.team_view import get_district_view, get_person_drills, get_team_view
from sim.services.team_exercise.room import create_exercise
from sim.services.training_event.events import TrainingPlan, enter_training, get_training
from sim.services.training_record.exports.write import Format, write_export, write_person_export
from sim.services.training_record.school_lists import ListKind, get_school_list, list_schools
from sim.services.training_record.view import get_person_view
from sim.services.training_record.view import get_team_view as get_record
from sim.ui.page import pages
from sim.ui.page.request_origin import Peer
from sim.ui.parts import account_wording
from tests.app.conftest import RunPage, read_page
from tests.support.fake_clock import FakeClock
from tests.support.given import begin
from tests.support.session_app import open_room
from tests.unit.services.program.test_program import make_order

pytestmark = pytest.mark.usefixtures("quick_hash")

PHRASE = "blue ladder quiet 9"
NORTH, SOUTH = "North High", "South High"
VIEWS = ("people", "trainings", "sessions", "gaps", "exports", "keeping")
TEACHES = "Cameras of "


@dataclass(frozen=True)
class OneSchool:
    team_id: str
    people: tuple[str, ...]
    attempt_id: str
    ended_id: str
    program_id: str
    session_id: str
    training_id: str

    def list_addresses(self) -> list[tuple[str, dict[str, str]]]:
        person_id = self.people[0]
        return [
            *((page.file, {"team": self.team_id}) for page in pages.PAGES if page.of_team),
            ("plan", {"program": self.program_id}),
            ("plan", {"person": person_id}),
            ("session", {"session": self.session_id}),
            ("session", {"session": self.session_id, "show": "room"}),
            ("training", {"training": self.training_id}),
            ("training", {"team": self.team_id, "program": self.program_id}),
            ("record", {"person": person_id}),
            ("drill", {"attempt": self.attempt_id}),
            ("drill", {"attempt": self.ended_id}),
            *(("records", {"team": self.team_id, "view": view}) for view in VIEWS),
        ]


@pytest.fixture
def drill_app(measuring_app: App) -> App:
    """Programs measure on footage that nobody can know."""
    return measuring_app


def make_school(app: App, clock: FakeClock, school: str) -> OneSchool:
    """Fill a school; every name in it begins with the school's first word."""
    first = school.split(maxsplit=1)[0]
    team_id = team.add_team(app, f"{first} office", school=school)
    people = tuple(team.add_person(app, team_id, f"{first} {name}") for name in ("Ana", "Ben"))
    program_id = plan.create_program(app, replace(make_order(team_id), request_key=school))
    waiting, ended = (given_drills.create_attempt(app, person_id, Phase.BEFORE) for person_id in people)
    begin(app, ended)
    clock.pass_s(4000)
    settle(app, ended)
    session_id = open_room(app, team_id=team_id).session_id
    training = TrainingPlan(
        team_id=team_id, title=TEACHES + first, begins_at=datetime(2026, 9, 28, 13, 30, tzinfo=UTC), minutes=60
    )
    return OneSchool(
        team_id=team_id,
        people=people,
        attempt_id=waiting,
        ended_id=ended,
        program_id=program_id,
        session_id=session_id,
        training_id=enter_training(app, training, person_ids=list(people)),
    )


@dataclass(frozen=True)
class District:
    app: App
    north: OneSchool
    south: OneSchool
    admin: Viewer
    cookies: dict[Role, str]

    def find(self, role: Role) -> Viewer:
        return sessions.find_viewer(self.app, self.cookies[role], is_local=False)


@pytest.fixture
def district(drill_app: App, clock: FakeClock) -> Iterator[District]:
    north, south = (make_school(drill_app, clock, school) for school in (NORTH, SOUTH))
    admin = sessions.find_viewer(drill_app, set_up(drill_app, name="Kim Lee", secret=PHRASE), is_local=False)
    cookies = {}
    for role, name in ((Role.TRAINER, "Ola Berg"), (Role.PRINCIPAL, "Pat Roe"), (Role.RECORDS, "Rae Fox")):
        manage.add_account(
            drill_app, admin, name=name, secret=PHRASE, roles=frozenset({role}), schools=frozenset({NORTH})
        )
        cookies[role] = sign_in(drill_app, name=name, secret=PHRASE, origin=Origin(address="192.0.2.1"))
    yield District(app=drill_app, north=north, south=south, admin=admin, cookies=cookies)


def read(page: AppTest) -> str:
    """Return everything on a page, what can be chosen on it too."""
    choices = (*page.selectbox, *page.multiselect, *page.button_group)
    return "\n".join([read_page(page), *(" ".join(map(str, each.options)) for each in choices)])


@pytest.mark.parametrize("role", [Role.TRAINER, Role.PRINCIPAL, Role.RECORDS])
def test_no_page_shows_another_school(district: District, run_page: RunPage, peer: list[Peer], role: Role) -> None:
    peer[0] = Peer(is_local=False, cookie=district.cookies[role])
    addresses = [*district.south.list_addresses(), *((page.file, {"team": "all"}) for page in pages.PAGES)]
    for name, query in addresses:
        shown = read(run_page(name, **query))
        assert "South" not in shown, (name, query)


def test_the_room_of_another_school_is_a_closed_page(district: District, run_page: RunPage, peer: list[Peer]) -> None:
    peer[0] = Peer(is_local=False, cookie=district.cookies[Role.TRAINER])
    for show in ("room", "debrief"):
        page = run_page("session", session=district.south.session_id, show=show)
        shown = read(page)
        assert OTHER_SCHOOL[0].upper() + OTHER_SCHOOL[1:] in shown
        assert account_wording.CLOSED_WHY in shown
        assert account_wording.SIGN_OUT in shown
        assert not page.error


HARMLESS = ("verify",)
"""What a principal may press: it changes nothing. Downloads are no buttons here."""


@pytest.mark.parametrize("role", [Role.TRAINER, Role.PRINCIPAL, Role.RECORDS])
def test_ones_own_school_is_open_by_role(district: District, run_page: RunPage, peer: list[Peer], role: Role) -> None:
    peer[0] = Peer(is_local=False, cookie=district.cookies[role])
    viewer = district.find(role)
    walked = 0
    for name, query in district.north.list_addresses():
        page = next(each for each in pages.PAGES if each.file == name)
        drawn = run_page(name, **query)
        shown = read(drawn)
        if name == "drill" or not pages.is_open(page, viewer):
            continue
        walked += 1
        assert "North" in shown, (name, query)
        assert "is not open to you" not in shown, (name, query)
        if role is Role.PRINCIPAL:
            assert [each.key for each in drawn.button if each.key not in HARMLESS] == [], (name, query)
            assert not [each for kind in ("text_input", "text_area", "checkbox") for each in drawn.get(kind)], name
    assert walked > 8


def test_a_principal_sees_results_and_not_what_is_still_to_be_done(district: District) -> None:
    viewer = district.find(Role.PRINCIPAL)
    assert judge_access(district.app, viewer, district.north.ended_id) is Access.OPEN
    assert judge_access(district.app, viewer, district.north.attempt_id) is Access.OF_ANOTHER
    trainer = district.find(Role.TRAINER)
    assert judge_access(district.app, trainer, district.north.attempt_id) is Access.OPEN
    for attempt_id in (district.south.attempt_id, district.south.ended_id):
        for each in (viewer, trainer):
            assert judge_access(district.app, each, attempt_id) is Access.OF_ANOTHER


READS: dict[str, Callable[[App, OneSchool], object]] = {
    "team": lambda app, of: get_team_view(app, of.team_id),
    "people": lambda app, of: team.list_people(app, of.team_id),
    "drills": lambda app, of: given_drills.list_attempts(app, of.team_id),
    "results": lambda app, of: export_team(app, of.team_id),
    "record": lambda app, of: get_record(app, of.team_id, zone=UTC),
    "record of a person": lambda app, of: get_person_view(app, of.people[0], zone=UTC),
    "drills of a person": lambda app, of: get_person_drills(app, of.people[0], zone=UTC),
    "export": lambda app, of: write_export(app, of.team_id, Format.JSON, zone=UTC, by="x"),
    "export of a person": lambda app, of: write_person_export(app, of.people[0], kind=Format.PDF, zone=UTC, by="x"),
    "program": lambda app, of: get_program_view(app, of.program_id),
    "session": lambda app, of: session_board.get_board(app, of.session_id),
    "training": lambda app, of: get_training(app, of.training_id),
}


def test_services_refuse_what_is_of_another_school_and_give_what_is_of_ones_own(district: District) -> None:
    app = limit_app(district.app, district.find(Role.TRAINER))
    for name, get in READS.items():
        assert get(app, district.north) is not None, name
        with pytest.raises((AccessError, StoreError)):
            get(app, district.south)
        assert get(district.app, district.south) is not None, "without limits it is there"


def test_lists_hold_ones_own_school_alone(district: District) -> None:
    app = limit_app(district.app, district.find(Role.TRAINER))
    assert [card.school for card in team.list_teams(app)] == [NORTH]
    assert {person.school for person in get_board(app).people} == {NORTH}
    assert {card.team_id for card in list_programs(app)} == {district.north.team_id}
    assert list_schools(app) == (NORTH,)
    assert set(export_district(app)["school"]) == {NORTH}
    assert set(export_district(district.app)["school"]) == {NORTH, SOUTH}
    assert [row[0] for row in get_district_view(app).schools.rows] == [NORTH]
    for kind in ListKind:
        assert {row[0] for row in get_school_list(app, kind, zone=UTC).table.rows} <= {NORTH}


def test_who_only_looks_changes_nothing_whatever_is_called(district: District) -> None:
    app, north = limit_app(district.app, district.find(Role.PRINCIPAL)), district.north
    changes: tuple[Callable[[], object], ...] = (
        lambda: team.add_person(app, north.team_id, "Eve"),
        lambda: team.rename_person(app, north.people[0], "Eve"),
        lambda: team.remove_person(app, north.people[0]),
        lambda: given_drills.create_attempt(app, north.people[0], Phase.AFTER),
        lambda: change.close_program(app, north.program_id),
        lambda: create_exercise(app, north.team_id, form_id="x", person_ids=list(north.people)),
    )
    for each in changes:
        with pytest.raises(SimError):
            each()
    assert [card.name for card in team.list_people(district.app, north.team_id)] == ["North Ana", "North Ben"]
    with pytest.raises(AccessError, match="not change it"):
        changes[0]()


def test_a_trainer_of_a_school_makes_teams_there_and_nowhere_else(district: District) -> None:
    app = limit_app(district.app, district.find(Role.TRAINER))
    team.add_team(app, "Evening shift", school=NORTH)
    with pytest.raises(AccessError, match="not one of yours"):
        team.add_team(app, "Elsewhere", school=SOUTH)
    with pytest.raises(StoreError, match="there is a team named"):
        team.add_team(app, "south OFFICE", school=NORTH)
    with pytest.raises(AccessError):
        team.set_school(app, district.north.team_id, SOUTH)
    with pytest.raises(AccessError):
        team.add_person(app, district.south.team_id, "Eve")


def test_schools_changed_on_the_page_count_at_once(district: District, run_page: RunPage, peer: list[Peer]) -> None:
    trainer = district.find(Role.TRAINER)
    assert not may(trainer, Duty.IMPORT_ROSTER), "a list of people is the whole district's"
    account_id = trainer.account_id or ""
    manage.set_schools(district.app, district.admin, account_id, frozenset({SOUTH}))
    assert [card.school for card in team.list_teams(limit_app(district.app, district.find(Role.TRAINER)))] == [SOUTH]
    with pytest.raises(StoreError, match="No school is chosen"):
        manage.set_schools(district.app, district.admin, account_id, frozenset())
    with pytest.raises(StoreError, match="for all schools"):
        manage.set_schools(district.app, district.admin, district.admin.account_id or "", frozenset({SOUTH}))
    manage.set_roles(district.app, district.admin, account_id, frozenset({Role.ADMIN, Role.TRAINER}))
    assert district.find(Role.TRAINER).schools is None, "an administrator is for all schools"
    cookie = sign_in(district.app, name="Kim Lee", secret=PHRASE, origin=Origin(address="192.0.2.1"))
    peer[0] = Peer(is_local=False, cookie=cookie)
    page = run_page("accounts")
    principal = district.find(Role.PRINCIPAL).account_id or ""
    page.selectbox(key="account").set_value(principal).run()
    page.multiselect(key=f"schools-{principal}-{NORTH}").set_value([NORTH, SOUTH]).run()
    page.button(key=f"save-schools-{principal}").click().run()
    assert district.find(Role.PRINCIPAL).schools == {NORTH, SOUTH}
