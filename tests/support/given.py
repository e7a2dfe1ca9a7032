"""What tests of the services begin with and look up: a team, a drill whose clock runs, what is stored of it."""

from dataclasses import replace
from typing import Any

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.attempt.events import EventKind
from sim.console import attempts
from sim.db.attempts import AttemptRow, StoredEvent
from sim.db.teams import AccountRow
from sim.features.team import given_drills, team
from tests.support.fake_clock import FakeClock


def make_team(app: App, *names: str, team_name: str = "Front office") -> tuple[str, list[str]]:
    assert isinstance(app.clock, FakeClock)
    team_id, people = team.add_team(app, team_name), []
    for name in names:
        people.append(team.add_person(app, team_id, name))
        app.clock.pass_s(1)
    return team_id, people


def set_email(app: App, person_id: str, email: str) -> None:
    with app.store.write() as work:
        work.people.save([replace(work.people.get(person_id), email=email)])


def load_account(app: App, person_id: str) -> AccountRow:
    with app.store.read() as work:
        found = work.accounts.find(person_id=person_id)
    assert found is not None
    return found


def begin(app: App, attempt_id: str) -> str:
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    return attempt_id


def begin_drill(app: App, person_id: str, phase: Phase = Phase.BEFORE) -> str:
    return begin(app, given_drills.create_attempt(app, person_id, phase))


def begin_practice(app: App, form_id: str = "tiny-practice-1") -> str:
    return begin(app, attempts.create_practice(app, form_id=form_id))


def load_attempt(app: App, attempt_id: str) -> AttemptRow:
    with app.store.read() as work:
        return work.attempts.get(attempt_id)


def list_events(app: App, attempt_id: str, kind: EventKind | None = None) -> list[StoredEvent]:
    with app.store.read() as work:
        return [each for each in work.events.list_all(attempt_id) if kind in (None, each.event.kind)]


def list_payloads(app: App, attempt_id: str, kind: EventKind) -> list[dict[str, Any]]:
    return [dict(each.event.payload) for each in list_events(app, attempt_id, kind)]
