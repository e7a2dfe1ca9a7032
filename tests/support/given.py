"""What tests of the services begin with: a team with its people, a drill whose clock runs, a row looked up."""

from sim.db.rows import AttemptRow
from sim.drill.attempt import Phase
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.team import given_drills, team
from tests.support.fake_clock import FakeClock


def make_team(app: App, *names: str, team_name: str = "Front office") -> tuple[str, list[str]]:
    """Make a team of people who joined a second apart; return its id and theirs."""
    assert isinstance(app.clock, FakeClock)
    team_id, people = team.add_team(app, team_name), []
    for name in names:
        people.append(team.add_person(app, team_id, name))
        app.clock.pass_s(1)
    return team_id, people


def load_attempt(app: App, attempt_id: str) -> AttemptRow:
    with app.store.read() as work:
        return work.attempts.get(attempt_id)


def begin(app: App, attempt_id: str) -> str:
    """Read the briefing of a drill and start its clock; return the attempt."""
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    return attempt_id


def begin_drill(app: App, person_id: str, phase: Phase = Phase.BEFORE) -> str:
    """Give somebody a drill and start its clock; return the attempt."""
    return begin(app, given_drills.create_attempt(app, person_id, phase))
