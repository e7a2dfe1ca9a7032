"""Clicks that two people made and that were once scored as somebody behind: who is under the pointer counts now."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from sim.scoring.mark import resolve_marks
from sim.services.app.wiring import App
from sim.services.attempt import attempts, scores
from tests.support.answer_player import press_start
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.server_process import ServerProcess

RECORDING = "maple-ridge-morning"
LINKS_OFF = "localStorage.setItem('sightline-links', 'off')"


@dataclass(frozen=True, kw_only=True)
class Click:
    """One click on somebody's chest: where it was, who stands there, and what the debrief has to say of it."""

    form: str
    camera_id: str
    clock: str
    at: tuple[float, float]
    person_id: str
    is_right: bool
    words: str


CLICKS = (
    Click(
        form="practice-3",
        camera_id="CAM-05",
        clock="8:01:43 AM",
        at=(0.453, 0.485),
        person_id="P022",
        is_right=True,
        words="",
    ),
    Click(
        form="encounter-1",
        camera_id="CAM-04",
        clock="8:02:42 AM",
        at=(0.5, 0.42),
        person_id="P004",
        is_right=False,
        words="navy",
    ),
    Click(
        form="practice-2",
        camera_id="CAM-04",
        clock="8:04:33 AM",
        at=(0.628, 0.45),
        person_id="P051",
        is_right=False,
        words="someone else",
    ),
)


@pytest.mark.parametrize("click", CLICKS, ids=lambda click: click.form)
def test_who_is_under_the_pointer_is_who_is_marked(
    page: Page, server: ServerProcess, services: App, click: Click
) -> None:
    attempt_id = attempts.create_practice(services, form_id=f"{RECORDING}-{click.form}")
    page.add_init_script(LINKS_OFF)
    page.goto(f"{server.url}/drill?attempt={attempt_id}")
    console = ConsolePage(page, page.url)
    press_start(console)
    console.choose(click.camera_id)
    console.go_to(click.clock)
    console.wait_settled()
    console.click_picture(*click.at)
    expect(console.cards).to_have_count(1)
    console.wait_saved()
    console.hand_in(zone=None)
    expect(page.get_by_role("heading", name="Debrief")).to_be_visible(timeout=SLOW_MS)

    score = scores.compute_score(services, scores.settle(services, attempt_id))
    index = services.catalogue.get_truth(RECORDING)
    (person,) = resolve_marks(index, score.answer.marks).person.tolist()
    assert index.person_ids[person] == click.person_id
    if click.form.startswith("practice"):
        assert score.case is not None
        assert (len(score.case.claims.target), len(score.case.claims.others)) == ((1, 0) if click.is_right else (0, 1))
    else:
        assert score.card.values["right_other"] is click.is_right
    if click.words:
        page.locator("details", has_text=re.compile(click.words)).first.locator("summary").first.click()
        expect(page.get_by_text(re.compile(click.words)).first).to_be_visible()
