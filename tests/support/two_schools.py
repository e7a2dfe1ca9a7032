"""Two schools with everything that belongs to one: people, drills, a program, a session, a training; and who looks."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.console.scores import settle
from sim.features.accounts import manage
from sim.features.accounts.sign_in import Origin, set_up, sign_in
from sim.features.program import plan
from sim.features.team import given_drills, team
from sim.features.training.events import draft_training, enter_training
from sim.rules import sessions
from sim.rules.viewer import Role, Viewer
from sim.ui.page import pages
from tests.support.fake_clock import FakeClock
from tests.support.given import begin
from tests.support.session_app import open_room
from tests.unit.features.program.test_program import make_order

PHRASE = "blue ladder quiet 9"
NORTH, SOUTH = "North High", "South High"
VIEWS = ("people", "trainings", "sessions", "gaps", "requirements", "exports", "keeping")
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
            *((page.path, {"team": self.team_id}) for page in pages.PAGES if page.of_team),
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


def make_school(app: App, clock: FakeClock, school: str, *, plan_id: str = "") -> OneSchool:
    first = school.split(maxsplit=1)[0]
    team_id = team.add_team(app, f"{first} office", school=school)
    people = tuple(team.add_person(app, team_id, f"{first} {name}") for name in ("Ana", "Ben"))
    program_id = plan.create_program(app, replace(make_order(team_id), request_key=school, plan_id=plan_id))
    waiting, ended = (given_drills.create_attempt(app, person_id, Phase.BEFORE) for person_id in people)
    begin(app, ended)
    clock.pass_s(4000)
    settle(app, ended)
    session_id = open_room(app, team_id=team_id).session_id
    training = draft_training(
        team_id=team_id, title=TEACHES + first, begins_at=clock.read().wall + timedelta(hours=1), minutes=60
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


def make_district(app: App, clock: FakeClock) -> District:
    north = make_school(app, clock, NORTH)
    south = make_school(app, clock, SOUTH, plan_id=north.program_id)
    admin = sessions.find_viewer(app, set_up(app, name="Kim Lee", secret=PHRASE), is_local=False)
    cookies = {}
    for role, name in ((Role.TRAINER, "Ola Berg"), (Role.PRINCIPAL, "Pat Roe"), (Role.RECORDS, "Rae Fox")):
        manage.add_account(app, admin, name=name, secret=PHRASE, roles=frozenset({role}), schools=frozenset({NORTH}))
        cookies[role] = sign_in(app, name=name, secret=PHRASE, origin=Origin(address="192.0.2.1"))
    return District(app=app, north=north, south=south, admin=admin, cookies=cookies)
