"""One drill of every task type on the shipped recording: the right answer at the console has full marks stored."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sim.app.wiring import App
from sim.console import attempts
from sim.features.debrief.debrief import get_debrief
from sim.forms.difficulty import Reference
from sim.tasks import TASK_TYPES, get_task_type
from tests.support.answer_player import AnswerPlayer, read_card
from tests.support.server_process import ServerProcess
from tests.support.shipped_forms import Wish, find_form

LINKS_OFF = "localStorage.setItem('sightline-links', 'off')"
"""As switched off at the console: a link to the next camera may lie over the very spot that is marked."""
AT_A_DESK = (
    Wish(type="trace"),
    Wish(type="trace", shown=Reference.TEXT),
    Wish(type="trace", shown=None, is_absent=True),
    Wish(type="locate"),
    Wish(type="origin"),
    Wish(type="encounter"),
    Wish(type="event"),
    Wish(type="alarm"),
    Wish(type="screening"),
    Wish(type="pull-up", which=-1),
    Wish(type="export"),
    Wish(type="setup", which=-1),
)
ON_A_PHONE = (
    Wish(type="locate", shown=None, is_absent=True),
    Wish(type="pull-up"),
    Wish(type="screening"),
    Wish(type="setup"),
)


def assert_full_marks(page: Page, server: ServerProcess, services: App, wish: Wish, *, by_touch: bool) -> None:
    form = find_form(wish)
    attempt_id = attempts.create_practice(services, form_id=form.form_id)
    page.add_init_script(LINKS_OFF)
    page.goto(f"{server.url}/drill?attempt={attempt_id}")
    expect(page.locator(".sl-reference")).to_have_count(int(form.photo_count > 0))
    player = AnswerPlayer.sit_down(page, services, form.form_id, by_touch=by_touch)
    player.start()
    expect(player.console.part("referenceButton")).to_be_visible(visible=form.photo_count > 0)
    player.work(player.perfect)
    player.hand_in(player.perfect, reloads=not by_touch)
    stored = read_card(services, attempt_id)
    expected = get_task_type(form.type).score(form.task, player.perfect, player.truth)
    assert {key: stored[key] for key in expected.values} == pytest.approx(dict(expected.values))
    is_swiped = by_touch and player.perfect.not_on_camera
    assert stored["passed"] is not is_swiped, (
        "a phone shows four cameras at a time: nobody looked at half of the footage"
    )
    expect(page.get_by_text(get_debrief(services, attempt_id).verdict)).to_be_visible()


@pytest.mark.parametrize("wish", AT_A_DESK, ids=str)
def test_the_right_answer_has_full_marks(page: Page, server: ServerProcess, services: App, wish: Wish) -> None:
    assert_full_marks(page, server, services, wish, by_touch=False)


@pytest.mark.parametrize("wish", ON_A_PHONE, ids=str)
def test_the_right_answer_on_a_phone_has_full_marks(
    phone_context: BrowserContext, server: ServerProcess, services: App, wish: Wish
) -> None:
    assert_full_marks(phone_context.new_page(), server, services, wish, by_touch=True)


def test_every_task_type_is_played() -> None:
    assert {find_form(wish).type for wish in AT_A_DESK} == set(TASK_TYPES)
