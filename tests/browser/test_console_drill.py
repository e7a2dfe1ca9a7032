"""A whole drill as a person plays it, from the start page to the debrief, marking by clicks in the picture."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from sim.scoring.evidence import Answer
from sim.services.app.wiring import App
from sim.services.attempt.attempts import create_practice, get_console
from sim.services.attempt.scores import compute_score, write_score
from sim.services.debrief.page import get_debrief
from sim.tasks.common.base import Task
from sim.tasks.trace import TRACE_TYPE
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.server_process import ServerProcess

TRACE_FORM = "tiny-trace-a"
LOOK_ALIKE = "P002"


class Player:
    """Plays one attempt through its pages."""

    def __init__(self, page: Page, services: App, attempt_id: str) -> None:
        self.page = page
        self.services = services
        self.attempt_id = attempt_id
        with services.store.read() as work:
            row = work.attempts.get(attempt_id)
        self.form = services.catalog.get_form(row.form_id).form
        self.truth = services.catalog.get_truth(row.recording_id)
        self.manifest = services.catalog.get_recording(row.recording_id).manifest
        self.console = ConsolePage(page, page.url)

    def start(self) -> None:
        """Read the briefing and press Start."""
        self.page.get_by_role("button", name=re.compile("^Start drill")).click()
        self.console.wait_ready()

    def answer(self, task: Task) -> Answer:
        """Return the right answer, its marks where people click on people."""
        return TRACE_TYPE.answer_perfectly(task, self.truth)

    def mark(self, answer: Answer) -> None:
        """Click where the answer's marks are."""
        for number, mark in enumerate(answer.marks, start=1):
            self.console.choose(mark.camera_id)
            self._go_to_frame(round(mark.t_s * self.manifest.fps))
            self.console.click_picture(mark.x, mark.y)
            expect(self.console.cards).to_have_count(number)

    def hand_in(self, answer: Answer) -> None:
        zones = get_console(self.services, self.attempt_id).data["site"]["zones"]
        names = {zone["zone_id"]: zone["name"] for zone in zones}
        self.console.hand_in(zone=names[answer.final_zone] if answer.final_zone else None)
        expect(self.page.get_by_role("heading", name="Debrief")).to_be_visible(timeout=SLOW_MS)

    def _go_to_frame(self, frame: int) -> None:
        second, rest = divmod(frame, round(self.manifest.fps))
        moment: datetime = self.manifest.start_time + timedelta(seconds=second)
        self.console.go_to(f"{moment:%I:%M:%S %p}")
        self.console.wait_settled(frame - rest)
        for _ in range(rest):
            self.console.press(".")
        self.console.wait_settled(frame)


def read_card(services: App, attempt_id: str) -> dict[str, object]:
    """The score that the server stored, after scoring the stored log again has given the same, bit for bit."""
    with services.store.read() as work:
        row = work.attempts.get(attempt_id)
    assert row.score_json == write_score(compute_score(services, row).card)
    card: dict[str, object] = json.loads(row.score_json)
    return card


@pytest.fixture
def player(page: Page, server: ServerProcess, services: App) -> Player:
    attempt_id = create_practice(services, form_id=TRACE_FORM)
    page.goto(f"{server.url}/drill?attempt={attempt_id}")
    return Player(page, services, attempt_id)


def test_clicking_where_truth_says_gets_full_marks(player: Player) -> None:
    player.start()
    answer = player.answer(player.form.task)
    assert len(answer.marks) == 3
    player.mark(answer)
    player.hand_in(answer)
    card = read_card(player.services, player.attempt_id)
    for key in ("appearance_recall", "appearance_precision", "idf1"):
        assert card[key] == 1.0
    assert card["passed"] is True
    verdict = get_debrief(player.services, player.attempt_id).verdict
    expect(player.page.get_by_text(verdict)).to_be_visible()


def test_following_someone_else_gets_the_lower_score(player: Player) -> None:
    player.start()
    right = player.answer(player.form.task)
    wrong = player.answer(replace(player.form.task, target=LOOK_ALIKE))
    mixed = replace(right, marks=(*right.marks[:1], *wrong.marks[-2:]))
    player.mark(mixed)
    player.hand_in(mixed)
    card = read_card(player.services, player.attempt_id)
    expected = TRACE_TYPE.score(player.form.task, mixed, player.truth).as_data()
    for key in ("appearance_recall", "appearance_precision", "idf1"):
        assert card[key] == pytest.approx(expected[key])
        assert card[key] < 1.0
    assert card["appearance_recall"] == pytest.approx(1 / 3)
    assert card["appearance_precision"] == pytest.approx(1 / 3)
    assert card["passed"] is False
    view = get_debrief(player.services, player.attempt_id)
    assert any("marked someone else" in moment.title for moment in view.moments.moments)
    expect(player.page.get_by_text(view.verdict)).to_be_visible()


def test_the_sample_drill_is_two_clicks_away_and_can_be_won(page: Page, server: ServerProcess, services: App) -> None:
    page.goto(server.url)
    place = services.catalog.get_recording("tiny").site.name
    page.get_by_role("button", name=f"Start Practice 1, {place}", exact=True).click()
    page.wait_for_url(re.compile("attempt="))
    attempt_id = page.url.rsplit("attempt=", 1)[1].split("&")[0]
    player = Player(page, services, attempt_id)
    player.start()
    answer = player.answer(player.form.task)
    player.mark(answer)
    player.hand_in(answer)
    assert read_card(services, attempt_id)["passed"] is True


def test_reloading_after_the_end_shows_the_debrief(player: Player) -> None:
    player.start()
    player.console.hand_in(zone=None)
    expect(player.page.get_by_role("heading", name="Debrief")).to_be_visible(timeout=SLOW_MS)
    player.page.reload()
    expect(player.page.get_by_role("heading", name="Debrief")).to_be_visible(timeout=SLOW_MS)
