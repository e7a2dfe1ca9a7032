"""A team with a session, as tests of the session day need it."""

from dataclasses import dataclass

from sim.app.wiring import App
from sim.console import attempts
from sim.features.session import joining, opening
from sim.features.session.board import Board, BoardRow, get_board
from sim.features.team import team
from sim.program.session_day import SessionKind, Starting
from sim.rules.viewer import NOBODY
from tests.support.fake_clock import FakeClock

NAMES = ("Ana Lopez", "Ben Hill", "Cy Park")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    app: App
    session_id: str
    team_id: str
    people: dict[str, str]

    @property
    def link(self) -> str:
        return joining.make_screen_code(self.app, self.session_id).token

    @property
    def code(self) -> str:
        with self.app.store.read() as work:
            return work.sessions.get(self.session_id).code

    @property
    def board(self) -> Board:
        return get_board(self.app, self.session_id)

    def row(self, name: str) -> BoardRow:
        return next(row for row in self.board.rows if row.person_id == self.people[name])

    def join(self, *names: str) -> list[str]:
        return [joining.take_name(self.app, NOBODY, self.link, self.people[name]) for name in names]

    def read_briefing(self, *seats: str) -> list[str]:
        attempt_ids = [joining.enter_drill(self.app, each) for each in seats]
        for attempt_id in attempt_ids:
            attempts.get_briefing(self.app, attempt_id)
        return attempt_ids

    def brief(self, *seats: str) -> list[str]:
        opening.show_briefing(self.app, self.session_id)
        return self.read_briefing(*seats)

    def start_all(self, *names: str) -> list[str]:
        given = self.brief(*self.join(*names))
        opening.start(self.app, self.session_id)
        return given


def open_room(
    app: App,
    *,
    names: tuple[str, ...] = NAMES,
    starting: Starting = Starting.TOGETHER,
    kind: SessionKind = SessionKind.BEFORE,
    extra_time: dict[str, float] | None = None,
    makes_up: str | None = None,
    team_id: str | None = None,
) -> Room:
    assert isinstance(app.clock, FakeClock)
    app.clock.pass_s(1)  # no two sessions are opened at the same moment
    if team_id is None:
        team_id = team.add_team(app, f"Team {len(team.list_teams(app)) + 1}")
        for name in names:
            team.add_person(app, team_id, name)
    people: dict[str, str] = {}
    for person in team.list_people(app, team_id):
        first = person.name.split()[0]
        people[person.name if first in people else first] = person.person_id
    plan = opening.Plan(
        team_id=team_id,
        kind=kind,
        starting=starting,
        place="Library",
        person_ids=tuple(people.values()),
        extra_time={people[name]: factor for name, factor in (extra_time or {}).items()},
        makes_up=makes_up,
    )
    return Room(app=app, session_id=opening.open_session(app, plan), team_id=team_id, people=people)
