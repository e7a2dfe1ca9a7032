"""A trainer plans a programme in the browser; six people run it over the server's routes; the comparison appears."""

import http.client
import json
import re
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from sim.drill.attempt import Mode
from sim.drill.event import Event
from sim.drill.simulated import simulate
from sim.lab.torture.rig.private_footage import lay_out_private
from sim.services.app.wiring import App, open_app, read_settings
from sim.services.attempt import attempts, familiarisation
from sim.services.attempt.footage_access import make_links
from sim.services.operations.demo import blend_skill, name_person
from sim.services.programme.board import get_board
from sim.services.programme.give import give_step
from sim.services.team import team
from sim.services.training_event.events import TrainingPlan, close_training, enter_training
from sim.services.training_event.sign_in import tick_off
from tests.support.barriers import list_barriers
from tests.support.guide_log import WHOLE_GUIDE
from tests.support.server_process import ServerProcess
from tests.support.shifted_clock import ShiftedClock
from tests.unit.services.programme.test_programme import list_steps

PEOPLE = 6
READING_S = 20.0
POST_EVERY_S = 30.0
DAY_S = 86_400.0
WORDS = re.compile("faster|slower|no clear change|improved", re.IGNORECASE)


@pytest.fixture
def trainer(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, timezone_id="America/New_York")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


class Programme:
    """The server with clocks that can be set ahead, and what the trainer and six people do with it."""

    def __init__(self, server: ServerProcess, app: App, clock: ShiftedClock) -> None:
        self.server, self.app, self.clock = server, app, clock
        self.team_id = team.add_team(app, "Front office", school="Maple Ridge")
        self.people = [team.add_person(app, self.team_id, name_person(number)) for number in range(PEOPLE)]
        self.link = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)

    def hold_training(self, programme_id: str) -> None:
        """Record that everybody was at the training: a day that has passed is none."""
        plan = TrainingPlan(
            team_id=self.team_id,
            title="Searching on the cameras",
            begins_at=self.clock.read().wall,
            minutes=60,
            programme_id=programme_id,
        )
        made = enter_training(self.app, plan, person_ids=self.people)
        tick_off(self.app, made, self.people)
        self.clock.pass_s(3600.0)
        close_training(self.app, made, minutes=60)

    def get_familiar(self, step_id: str, person_id: str) -> None:
        """Open the familiarisation drill and go through every step of it."""
        attempt_id = give_step(self.app, step_id, person_id)
        familiarisation.start(self.app, attempt_id)
        whole = [
            {"seq": number, "t_client_ms": 100.0 * number, "kind": kind.value, "payload": payload}
            for number, (kind, payload) in enumerate(WHOLE_GUIDE, start=1)
        ]
        self.post(attempt_id, str(uuid.uuid4()), whole)

    def search(self, step_id: str, person_id: str, *, rng: np.random.Generator, level: float) -> None:
        """Do a step's drill as a searcher of a skill does: briefing, start, posts while time goes by, hand-in."""
        attempt_id = give_step(self.app, step_id, person_id)
        attempts.get_briefing(self.app, attempt_id)
        self.clock.pass_s(READING_S)
        attempts.begin(self.app, attempt_id)
        with self.app.store.read() as work:
            row = work.attempts.get(attempt_id)
        form = self.app.catalogue.get_form(row.form_id).form
        events = simulate(
            form.task,
            self.app.catalogue.get_truth(row.recording_id),
            rng=rng,
            skill=blend_skill(level),
            limit_s=row.timing.limit_s,
            look_alikes=self.app.catalogue.list_look_alikes(row.recording_id, form.target),
        )
        spent_s = 0.0
        for batch in cut(events):
            until_s = batch[-1].t_client_ms / 1000.0
            self.clock.pass_s(until_s - spent_s)
            spent_s = until_s
            self.post(
                attempt_id,
                batch[0].tab_id,
                [
                    {"seq": e.seq, "t_client_ms": e.t_client_ms, "kind": e.kind.value, "payload": dict(e.payload)}
                    for e in batch
                ],
            )

    def post(self, attempt_id: str, tab_id: str, events: list[dict[str, object]]) -> None:
        with self.app.store.read() as work:
            links = make_links(self.app, work.attempts.get(attempt_id))
        headers = {"Authorization": f"Bearer {links.token}", "Content-Type": "application/json"}
        body = json.dumps({"tab": tab_id, "events": events})
        self.link.request("POST", f"/api/attempts/{attempt_id}/events", body=body, headers=headers)
        answer = self.link.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        assert json.loads(text)["ack"] == events[-1]["seq"], text


def cut(events: tuple[Event, ...]) -> list[list[Event]]:
    """Return the events in posts of half a minute each."""
    batches: dict[int, list[Event]] = {}
    for event in events:
        batches.setdefault(int(event.t_client_ms / 1000.0 / POST_EVERY_S), []).append(event)
    return [batches[number] for number in sorted(batches)]


@pytest.fixture
def programme(tmp_path: Path) -> Iterator[Programme]:
    data = tmp_path / "data"
    data.mkdir()
    clock = ShiftedClock(data)
    with closing(open_app(read_settings({"SIGHTLINE_DATA": str(data)}), clock)) as app:
        lay_out_private(app, data)
    with ServerProcess(data, program=("tests.support.shifted_clock",)) as server:
        app = open_app(read_settings({"SIGHTLINE_DATA": str(data)}), clock)
        made = Programme(server, app, clock)
        yield made
        made.link.close()
        app.close()


def test_a_programme_from_its_plan_to_the_comparison(trainer: Page, programme: Programme) -> None:
    trainer.goto(f"{programme.server.url}/plan")
    before = trainer.get_by_role("spinbutton", name="Drills before the training")
    expect(before).to_have_value("4")
    before.fill("2")
    before.press("Enter")
    expect(trainer.get_by_text("4 drills for each person")).to_be_visible()
    expect(trainer.get_by_text("6 people with 2 drills before and 2 drills after")).to_be_visible()
    trainer.get_by_role("button", name="Make the program").click()
    expect(trainer.get_by_role("tab", name="Reminders")).to_be_visible()
    with programme.app.store.read() as work:
        (planned,) = work.programmes.list_all()
    assert planned.time_zone == "America/New_York"
    steps = list_steps(programme.app, planned.programme_id)

    def wait_until(name: str) -> str:
        """Let the days go by until a step is due where the team is; return its id."""
        today = programme.clock.read().wall.astimezone(ZoneInfo(planned.time_zone)).date()
        away = steps[name].due_from - today
        programme.clock.pass_s(max(0.0, away.days * DAY_S))
        return steps[name].step_id

    rngs = [np.random.default_rng(stream) for stream in np.random.SeedSequence(7).spawn(PEOPLE)]
    step_id = wait_until("familiarisation 1")
    trainer.goto(f"{programme.server.url}/board")
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
    for person_id in programme.people:
        programme.get_familiar(step_id, person_id)
    for name, level in (("before 1", 0.1), ("before 2", 0.1), ("after 1", 0.9), ("after 2", 0.9)):
        if name == "after 1":
            wait_until("training 1")
            programme.hold_training(planned.programme_id)
        step_id = wait_until(name)
        for person_id, rng in zip(programme.people, rngs, strict=True):
            programme.search(step_id, person_id, rng=rng, level=level)

    with programme.app.store.read() as work:
        given = work.exposures.list_of_team(programme.team_id)
        rows = work.attempts.list_of_team(programme.team_id)
    measured = [row for row in rows if row.mode is Mode.ASSESSMENT]
    assert len(measured) == 4 * PEOPLE
    assert len({(row.person_id, row.form_id) for row in given}) == len(given) == 5 * PEOPLE
    sides = [sorted(row.form_id for row in measured if row.phase == phase) for phase in ("before", "after")]
    assert sides[0] == sides[1], "six people: every form is as often before as after"
    assert {cell.text[:4] for line in get_board(programme.app).people for cell in line.cells[:3]} == {"done"}

    trainer.reload()
    board = trainer.get_by_role("region", name="Everybody")
    expect(board.locator(".sl-due.done")).to_have_count(6 * PEOPLE)
    trainer.get_by_test_id("stMain").get_by_role("link", name="Results").click()
    expect(
        trainer.get_by_text(re.compile("faster|slower|no clear change|improved", re.IGNORECASE)).first
    ).to_be_visible()
