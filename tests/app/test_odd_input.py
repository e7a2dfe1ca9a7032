"""What people type into forms: nothing, 300 letters, emoji, SQL and HTML. Each is taken or refused with a sentence."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from sim.services.accounts.sign_in import set_up
from sim.services.app.wiring import App
from sim.services.program import plan
from sim.services.team import team
from sim.ui.page import wording as page_wording
from sim.ui.page.request_origin import Peer
from tests.app.conftest import RunPage
from tests.app.test_hostile_texts import TEXTS, check
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room, open_room
from tests.unit.services.program.test_program import make_order

ODD = ("", "w" * 300, "Ana 🎒👩‍🏫 Núñez", TEXTS[1], TEXTS[5])
"""Nothing, 300 letters, emoji, HTML and SQL."""
PAGES: dict[str, Callable[[Room], dict[str, str]]] = {
    "team": lambda room: {"team": room.team_id},
    "plan": lambda room: {"team": room.team_id},
    "session": lambda room: {"team": room.team_id},
    "training": lambda room: {"team": room.team_id},
    "record": lambda room: {"person": room.people["Ben"]},
    "records": lambda room: {"team": room.team_id, "view": "keeping"},
    "accounts": lambda _: {},
    "exercises": lambda room: {"team": room.team_id},
}


@pytest.fixture
def drill_app(measuring_app: App) -> App:
    """Programs measure on footage that nobody can know."""
    return measuring_app


@pytest.fixture
def room(drill_app: App, clock: FakeClock, peer: list[Peer], quick_hash: None) -> Room:
    """A team with a program and an open session, looked at by its administrator."""
    peer[0] = Peer(is_local=True, cookie=set_up(drill_app, name="Pat Kim", secret="blue ladder quiet 9"))
    made = open_room(drill_app)
    plan.create_program(drill_app, replace(make_order(made.team_id), aim="Find a student faster"))
    return made


def list_forms(page: AppTest) -> list[str]:
    """Return the buttons of a page's forms, of several of one label the first; of a page without forms every button."""
    open_now = [button for button in page.button if not button.disabled]
    buttons = [button for button in open_now if button.proto.is_form_submitter] or open_now
    return list({button.label: button.key for button in reversed(buttons)}.values())


def fill(page: AppTest, text: str) -> int:
    """Type a text into every field of a page that can be typed into; return how many there were."""
    fields = [field for field in (*page.text_input, *page.text_area) if not field.disabled]
    for field in fields:
        # a browser takes no more letters than a field has room for
        field.set_value(text[: field.proto.max_chars or None])
    return len(fields)


@pytest.mark.parametrize("name", PAGES)
def test_odd_input_is_taken_or_refused_with_a_sentence(
    room: Room, run_page: RunPage, drill_app: App, name: str
) -> None:
    query = PAGES[name](room)
    keys = list_forms(run_page(name, **query))
    pressed: set[str] = set()
    for text in ODD:
        for key in keys:
            page = run_page(name, **query)
            if key not in list_forms(page):
                continue
            fill(page, text)
            page.button(key=key).click().run()
            pressed.add(key)
            assert not page.exception, f"{name}.{key} with {text[:20]!r}: {page.exception}"
            shown = " ".join(str(each.value) for each in page.error)
            assert page_wording.TROUBLE not in shown, f"{name}.{key} with {text[:20]!r}"
            check(page)
    assert pressed
    assert "Team 1" in {card.name for card in team.list_teams(drill_app)}, "no text is a command"
    assert {"Ana Lopez", "Cy Park"} <= {person.name for person in team.list_people(drill_app, room.team_id)}
