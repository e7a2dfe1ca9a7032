"""Clicks that were once scored as somebody behind, whose box has the nearest middle: who is under the pointer counts.

Two people made three such clicks on the first shipped recording (decision 006); here are the same three kinds.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Page, expect

from sim.drill.forms import Form
from sim.scoring.mark import resolve_marks
from sim.services.app.wiring import App
from sim.services.attempt import attempts, scores
from sim.truth.index import TruthIndex
from sim.truth.worn_clothes import Worn
from tests.support.answer_player import press_start
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.people_clicks import Overlap, list_overlaps
from tests.support.server_process import ServerProcess
from tests.support.shipped_forms import FORMS
from tests.support.story_truth import SHIPPED

LINKS_OFF = "localStorage.setItem('sightline-links', 'off')"


@dataclass(frozen=True, kw_only=True)
class Click:
    """One click on somebody's chest, and what the debrief has to say of it."""

    form: Form
    spot: Overlap
    is_right: bool
    words: str


def find_student(index: TruthIndex, worn: Mapping[str, Worn]) -> Click:
    """The student themselves, in front of somebody."""
    return choose(index, "trace", lambda form, spot: spot.person_id == form.target, is_right=True)


def find_one_before_the_student(index: TruthIndex, worn: Mapping[str, Worn]) -> Click:
    """Somebody else, in front of the student."""
    return choose(index, "trace", lambda form, spot: spot.other_id == form.target, words="someone else")


def find_one_before_whom_they_met(index: TruthIndex, worn: Mapping[str, Worn]) -> Click:
    """In an encounter somebody in another top, in front of one of the two who meet."""

    def is_wanted(form: Form, spot: Overlap) -> bool:
        event = next(each for each in index.events if each.event_id == form.params["event_id"])
        tops = {worn[person].top for person in (*event.person_ids, spot.person_id)}
        return spot.other_id in event.person_ids and len(tops) == len(event.person_ids) + 1

    click = choose(index, "encounter", is_wanted)
    top = worn[click.spot.person_id].top
    assert top is not None
    return replace(click, words=top.colour.replace("grey", "gray"))


def choose(
    index: TruthIndex,
    task_type: str,
    is_wanted: Callable[[Form, Overlap], bool],
    *,
    is_right: bool = False,
    words: str = "",
) -> Click:
    """Return the click on the tallest person that is wanted in a practice drill of a type."""
    for spot in list_overlaps(index):
        for form in FORMS.practice:
            low_s, high_s = form.window_s
            is_asked = form.type == task_type and low_s <= spot.mark.t_s <= high_s
            if is_asked and (spot.person_id == form.target) is is_right and is_wanted(form, spot):
                return Click(form=form, spot=spot, is_right=is_right, words=words)
    raise AssertionError("the shipped recording has no such click")


@pytest.mark.parametrize("find", [find_student, find_one_before_the_student, find_one_before_whom_they_met])
def test_who_is_under_the_pointer_is_who_is_marked(
    page: Page,
    server: ServerProcess,
    services: App,
    find: Callable[[TruthIndex, Mapping[str, Worn]], Click],
) -> None:
    index = services.catalog.get_truth(SHIPPED.name)
    click = find(index, services.catalog.get_first_worn(SHIPPED.name))
    mark = click.spot.mark
    attempt_id = attempts.create_practice(services, form_id=click.form.form_id)
    page.add_init_script(LINKS_OFF)
    page.goto(f"{server.url}/drill?attempt={attempt_id}")
    console = ConsolePage(page, page.url)
    press_start(console)
    console.choose(mark.camera_id)
    console.go_to(f"8:{int(mark.t_s) // 60:02d}:{int(mark.t_s) % 60:02d} AM")
    console.wait_settled()
    console.click_picture(mark.x, mark.y)
    expect(console.cards).to_have_count(1)
    console.wait_saved()
    console.hand_in(zone=None)
    expect(page.get_by_role("heading", name="Debrief")).to_be_visible(timeout=SLOW_MS)

    score = scores.compute_score(services, scores.settle(services, attempt_id))
    (person,) = resolve_marks(index, score.answer.marks).person.tolist()
    assert index.person_ids[person] == click.spot.person_id
    if click.form.type == "trace":
        assert score.case is not None
        assert (len(score.case.claims.target), len(score.case.claims.others)) == ((1, 0) if click.is_right else (0, 1))
    else:
        assert score.card.values["right_other"] is click.is_right
    if click.words:
        page.locator("details", has_text=re.compile(click.words)).first.locator("summary").first.click()
        expect(page.get_by_text(re.compile(click.words)).first).to_be_visible()
