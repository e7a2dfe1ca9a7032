"""A trainer plans a program in the browser; six people run it over the server's routes; the comparison appears."""

import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from sim.drill.attempt import Mode
from sim.services.operations.demo import name_person
from sim.services.program.board import get_board
from sim.services.team import team
from sim.services.training_event.events import TrainingPlan, close_training, enter_training
from sim.services.training_event.sign_in import tick_off
from tests.browser.conftest import prepare
from tests.support.barriers import list_barriers
from tests.support.school_months import DAY_S, School, open_school
from tests.unit.services.program.test_program import list_steps

PEOPLE = 6
WORDS = re.compile("faster|slower|no clear change|improved", re.IGNORECASE)


@pytest.fixture
def trainer(browser: Browser) -> Iterator[Page]:
    context = prepare(browser.new_context(viewport={"width": 1366, "height": 768}, timezone_id="America/New_York"))
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


class Program:
    """A school's team of six, and their training."""

    def __init__(self, school: School) -> None:
        self.school, self.app, self.clock = school, school.app, school.clock
        self.team_id = team.add_team(self.app, "Front office", school="Maple Ridge")
        self.people = [team.add_person(self.app, self.team_id, name_person(number)) for number in range(PEOPLE)]

    def hold_training(self, program_id: str) -> None:
        """Record that everybody was at the training: a day that has passed is none."""
        plan = TrainingPlan(
            team_id=self.team_id,
            title="Searching on the cameras",
            begins_at=self.clock.read().wall,
            minutes=60,
            program_id=program_id,
        )
        made = enter_training(self.app, plan, person_ids=self.people)
        tick_off(self.app, made, self.people)
        self.clock.pass_s(3600.0)
        close_training(self.app, made, minutes=60, why_longer="on paper")


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with open_school(tmp_path / "data") as school:
        yield Program(school)


def test_a_program_from_its_plan_to_the_comparison(trainer: Page, program: Program) -> None:
    trainer.goto(f"{program.school.server.url}/plan")
    before = trainer.get_by_role("spinbutton", name="Drills before the training")
    expect(before).to_have_value("4")
    before.fill("2")
    before.press("Enter")
    expect(trainer.get_by_text("4 drills for each person")).to_be_visible()
    expect(trainer.get_by_text("6 people with 2 drills before and 2 drills after")).to_be_visible()
    trainer.get_by_role("button", name="Make the program").click()
    expect(trainer.get_by_role("tab", name="Reminders")).to_be_visible()
    with program.app.store.read() as work:
        (planned,) = work.programs.list_all()
    assert planned.time_zone == "America/New_York"
    steps = list_steps(program.app, planned.program_id)

    def wait_until(name: str) -> str:
        """Let the days go by until a step is due where the team is; return its id."""
        today = program.clock.read().wall.astimezone(ZoneInfo(planned.time_zone)).date()
        away = steps[name].due_from - today
        program.clock.pass_s(max(0.0, away.days * DAY_S))
        return steps[name].step_id

    rngs = [np.random.default_rng(stream) for stream in np.random.SeedSequence(7).spawn(PEOPLE)]
    step_id = wait_until("familiarization 1")
    trainer.goto(f"{program.school.server.url}/plan")
    last = sorted(name_person(number) for number in range(PEOPLE))[-1]
    link = trainer.get_by_role("link", name=f"Give Get to know the console to {last}")
    expect(link).to_be_visible()
    for width, height in ((390, 844), (1366, 768)):
        trainer.set_viewport_size({"width": width, "height": height})
        assert list_barriers(trainer) == []
    link.click()
    expect(trainer).to_have_url(re.compile(r"/plan\?person="))
    expect(trainer.locator("[data-testid=stMain] p", has_text=last).first).to_contain_text("Get to know the console")
    trainer.get_by_role("button", name="Give the drill").first.click()
    expect(trainer.get_by_role("link", name="Open the drill")).to_have_count(1)
    expect(trainer.get_by_role("link", name=f"Open Get to know the console of {last}")).to_be_visible()
    for person_id in program.people:
        program.school.get_familiar(step_id, person_id)
    for name, level in (("before 1", 0.1), ("before 2", 0.1), ("after 1", 0.9), ("after 2", 0.9)):
        if name == "after 1":
            wait_until("training 1")
            program.hold_training(planned.program_id)
        step_id = wait_until(name)
        for person_id, rng in zip(program.people, rngs, strict=True):
            program.school.search(step_id, person_id, rng=rng, level=level)

    with program.app.store.read() as work:
        given = work.exposures.list_of_team(program.team_id)
        rows = work.attempts.list_of_team(program.team_id)
    measured = [row for row in rows if row.mode is Mode.ASSESSMENT]
    assert len(measured) == 4 * PEOPLE
    assert len({(row.person_id, row.form_id) for row in given}) == len(given) == 5 * PEOPLE
    sides = [sorted(row.form_id for row in measured if row.phase == phase) for phase in ("before", "after")]
    assert sides[0] == sides[1], "six people: every form is as often before as after"
    assert {cell.text[:4] for line in get_board(program.app).people for cell in line.cells[:3]} == {"done"}

    trainer.reload()
    board = trainer.get_by_role("region", name="Everybody")
    expect(board.locator(".sl-due.done")).to_have_count(6 * PEOPLE)
    trainer.get_by_test_id("stMain").get_by_role("link", name="Results").click()
    expect(
        trainer.get_by_text(re.compile("faster|slower|no clear change|improved", re.IGNORECASE)).first
    ).to_be_visible()
