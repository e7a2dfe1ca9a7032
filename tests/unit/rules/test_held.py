"""Until when the answer of a measured drill is held back in a program."""

from dataclasses import replace
from datetime import date, timedelta

from sim.app.wiring import App
from sim.attempt.options import Device
from sim.console.scores import settle
from sim.db.attempts import AttemptRow
from sim.features.program import change, give, plan
from sim.features.team.team import list_people
from sim.program.plan import Wish
from sim.rules.held import list_held
from tests.support.fake_clock import FakeClock
from tests.support.given import begin, make_team
from tests.unit.features.program.test_program import change_one

TODAY = date(2026, 9, 14)
DAY_S = 86_400.0


class Program:
    def __init__(self, app: App, clock: FakeClock) -> None:
        self.app, self.clock = app, clock
        self.team_id = make_team(app, "Heron", "Otter")[0]
        order = plan.Order(
            team_id=self.team_id,
            aim="Find a student faster",
            wish=Wish(training_on=TODAY + timedelta(days=7), before=1, after=1),
            training_at="9:30",
            time_zone="America/New_York",
            request_key="key",
        )
        self.program_id = plan.create_program(app, order)
        with app.store.read() as work:
            self.steps = {step.kind.value: step for step in work.programs.list_steps([self.program_id])}

    def do(self, step: str, name: str, *, device: Device = Device.COMPUTER) -> AttemptRow:
        people = {card.name: card.person_id for card in list_people(self.app, self.team_id)}
        attempt_id = give.give_step(self.app, self.steps[step].step_id, people[name])
        begin(self.app, attempt_id)
        with self.app.store.write() as work:
            work.save_row(replace(work.attempts.get(attempt_id), device=device))
        self.clock.pass_s(3600)
        settle(self.app, attempt_id)
        with self.app.store.read() as work:
            return work.attempts.get(attempt_id)

    def find_day(self, row: AttemptRow) -> date | None:
        until = list_held(self.app, [row]).get(row.timing.attempt_id)
        return None if until is None else until.date()


def test_a_colleagues_before_is_somebodys_after(measuring_app: App, clock: FakeClock) -> None:
    """The attack: show a colleague the route of the drill that they are given after the training."""
    program = Program(measuring_app, clock)
    heron = program.do("before", "Heron")
    end = program.steps["after"].due_to + timedelta(days=1)
    assert program.find_day(heron) == end
    otter = program.do("before", "Otter")
    assert list_held(measuring_app, [heron, otter]).keys() == {heron.timing.attempt_id, otter.timing.attempt_id}
    clock.pass_s((program.steps["after"].due_from - TODAY).days * DAY_S)
    program.do("after", "Heron")
    assert program.find_day(heron) == end
    program.do("after", "Otter")
    assert program.find_day(heron) is None, "everybody has done all of it"


def test_a_drill_that_does_not_count_is_still_to_be_done(measuring_app: App, clock: FakeClock) -> None:
    program = Program(measuring_app, clock)
    heron = program.do("before", "Heron")
    program.do("before", "Otter")
    clock.pass_s((program.steps["after"].due_from - TODAY).days * DAY_S)
    program.do("after", "Heron")
    program.do("after", "Otter", device=Device.PHONE)
    assert program.find_day(heron) == program.steps["after"].due_to + timedelta(days=1)


def test_it_ends_with_the_last_day_and_with_the_program(measuring_app: App, clock: FakeClock) -> None:
    program = Program(measuring_app, clock)
    row = program.do("before", "Heron")
    assert program.find_day(row) is not None
    program_days = (program.steps["after"].due_to - TODAY).days
    clock.pass_s(program_days * DAY_S)
    assert program.find_day(row) is not None, "the last day counts"
    clock.pass_s(DAY_S)
    assert program.find_day(row) is None
    clock.pass_s(-2 * DAY_S)
    assert program.find_day(row) is not None
    change_one(measuring_app, program.program_id, change.close_program)
    assert program.find_day(row) is None
