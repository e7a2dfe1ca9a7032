"""What people type: drawn letter by letter on every page, never as HTML or Markdown; taken or refused in words."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sim.app.links import show_link
from sim.app.wiring import App
from sim.console.scores import settle
from sim.db.ledger import HoldScope
from sim.db.programs import LinkKind
from sim.features.accounts.sign_in import set_up
from sim.features.program import plan
from sim.features.record.load import acknowledge, note_details, note_remediation
from sim.features.session import attendance, opening
from sim.features.team import team
from sim.ledger.holds import place_hold
from sim.program.session_day import Attendance
from sim.rules.viewer import NOBODY
from sim.ui.page import wording as page_wording
from sim.ui.page.request_origin import Peer
from sim.ui.parts.blocks import escape_markdown
from tests.app.conftest import RunPage
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room, open_room
from tests.support.tiny_app import LIMIT_S
from tests.unit.features.program.test_program import make_order

pytestmark = pytest.mark.measures

MARK = "zq7"
TEXTS = (
    f"A <script>{MARK}()</script>",
    f"B <img src=x onerror={MARK}()>",
    f"C ![{MARK}](http://127.0.0.1:9/p.png)",
    f"D [{MARK}](javascript:{MARK}())",
    f"E **{MARK}** :red[{MARK}] `{MARK}` $x^2$ {{0}} &lt;{MARK}",
    f"F '; DROP TABLE {MARK}; -- 🎒👩‍🏫 Núñez",
    f"G www.{MARK}.example http://{MARK}.example a@{MARK}.example :{MARK}:",
)
TEAM, SCHOOL = TEXTS[0], TEXTS[1]
PLAIN = {
    ("selectbox", "options"),
    ("multiselect", "options"),
    ("text_input", "default"),
    ("text_input", "value"),
    ("text_area", "default"),
    ("text_area", "value"),
    ("code", "code_text"),
    ("vega_lite_chart", "spec"),
}
"""Where the browser puts a text as it is, by kind of element and field."""
VIEWS = ("people", "sessions", "gaps", "exports", "keeping")


def list_strings(message: Any) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        several = value if field.is_repeated else (value,)
        for each in several:
            if isinstance(each, str):
                yield field.name, each
            elif hasattr(each, "ListFields"):
                yield from list_strings(each)


def list_shown(page: AppTest) -> Iterator[tuple[str, str, str]]:
    assert not page.exception, page.exception
    for node in page._tree:
        message = getattr(node, "proto", None)
        for name, text in list_strings(message) if message is not None else ():
            if MARK in text and name not in ("id", "form_id"):
                yield node.type, name, text


def check(page: AppTest) -> int:
    found = 0
    for kind, field, text in list_shown(page):
        found += 1
        if (kind, field) in PLAIN:
            continue
        left = text
        for typed in TEXTS:
            left = left.replace(escape(typed) if kind == "html" else escape_markdown(typed), "")
        assert MARK not in left, f"{kind}.{field}: {text[:2000]}"
    return found


@pytest.fixture
def room(drill_app: App, clock: FakeClock, peer: list[Peer], quick_hash: None) -> Room:
    peer[0] = Peer(is_local=True, cookie=set_up(drill_app, name=SCHOOL, secret="blue ladder quiet 9"))
    team_id = team.add_team(drill_app, TEAM, school=SCHOOL)
    for name in TEXTS[2:]:
        team.add_person(drill_app, team_id, name)
        clock.pass_s(1)
    room = open_room(drill_app, team_id=team_id)
    seats = room.join("C")
    opening.show_briefing(drill_app, room.session_id)
    (given,) = room.read_briefing(*seats)
    opening.start(drill_app, room.session_id)
    clock.pass_s(LIMIT_S + 60)
    settle(drill_app, given)
    opening.end(drill_app, room.session_id, by=SCHOOL)
    person_id = room.people["D"]
    attendance.correct(drill_app, room.session_id, person_id, Attendance.PRESENT, reason=TEXTS[1], by=SCHOOL)
    said = TEXTS[3]
    names = ("need", "content", "content_version", "instructor", "qualification")
    note_details(drill_app, room.session_id, dict.fromkeys(names, said), by=SCHOOL)
    note_remediation(drill_app, room.people["C"], words=TEXTS[4], by=SCHOOL)
    link = show_link(drill_app, LinkKind.RECORD, room.people["C"])
    acknowledge(drill_app, NOBODY, up_to=1, words=TEXTS[2], link=link)
    place_hold(
        drill_app.store,
        drill_app.clock,
        scope=HoldScope.PERSON,
        subject_id=room.people["E"],
        reason=TEXTS[3],
        by=SCHOOL,
    )
    return room


def test_what_was_typed_stands_on_every_page_letter_by_letter(room: Room, run_page: RunPage) -> None:
    team_id, person_id = room.team_id, room.people["C"]
    program_id = plan.create_program(room.app, replace(make_order(team_id), aim=TEXTS[3]))
    assert check(run_page("team", team=team_id)) > len(TEXTS)
    records = run_page("records", team=team_id)
    for view in VIEWS:
        records.button_group(f"records-view-{team_id}").set_value(view).run()
        assert check(records) > 0, view
    assert check(run_page("session", team=team_id)) > 0
    over = run_page("session", session=room.session_id)
    for view in ("board", "people", "results"):
        over.button_group(f"view-{room.session_id}-True").set_value(view).run()
        assert check(over) > 0, view
    for page, query in (
        ("record", {"person": person_id}),
        ("plan", {"program": program_id}),
        ("plan", {"team": "all"}),
        ("results", {"team": "all"}),
        ("give", {"team": team_id}),
        ("exercises", {"team": team_id}),
        ("accounts", {}),
    ):
        assert check(run_page(page, **query)) > 0, page


def test_an_open_session_its_waiting_room_and_an_error_quote_what_was_typed_letter_by_letter(
    room: Room, run_page: RunPage
) -> None:
    later = open_room(room.app, team_id=room.team_id)
    page = run_page("session", session=later.session_id)
    for view in ("join", "board", "people"):
        page.button_group(f"view-{later.session_id}-False").set_value(view).run()
        assert check(page) > 0, view
    page.selectbox(key=f"person-{later.session_id}").set_value(later.people["D"]).run()
    check(page)
    assert check(run_page("join", t=later.link)) > 0
    (own,) = later.join("C")
    assert check(run_page("join", seat=own)) > 0

    page = run_page("team", team=room.team_id)
    page.text_area[0].set_value("<img src=x onerror=1>\n![x](http://127.0.0.1:9/p.png)")
    page.button(key="add-people-button").click().run()
    shown = [str(each.value) for each in page.error]
    assert len(shown) == 2
    assert escape_markdown("'<img src=x onerror=1'") in shown[0]
    assert escape_markdown("'![x](http://127.0.0.'") in shown[1]


ODD = ("", "w" * 300, TEXTS[1], TEXTS[5])
"""Nothing, 300 letters, HTML, SQL with emoji."""
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
def plain_room(drill_app: App, clock: FakeClock, peer: list[Peer], quick_hash: None) -> Room:
    peer[0] = Peer(is_local=True, cookie=set_up(drill_app, name="Pat Kim", secret="blue ladder quiet 9"))
    made = open_room(drill_app)
    plan.create_program(drill_app, replace(make_order(made.team_id), aim="Find a student faster"))
    return made


def list_forms(page: AppTest) -> list[str]:
    open_now = [button for button in page.button if not button.disabled]
    buttons = [button for button in open_now if button.proto.is_form_submitter] or open_now
    return list({button.label: button.key for button in reversed(buttons)}.values())


def fill(page: AppTest, text: str) -> int:
    fields = [field for field in (*page.text_input, *page.text_area) if not field.disabled]
    for field in fields:
        # a browser takes no more letters than a field has room for
        field.set_value(text[: field.proto.max_chars or None])
    return len(fields)


@pytest.mark.parametrize("name", PAGES)
def test_odd_input_is_taken_or_refused_in_words(plain_room: Room, run_page: RunPage, drill_app: App, name: str) -> None:
    query = PAGES[name](plain_room)
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
    assert {"Ana Lopez", "Cy Park"} <= {person.name for person in team.list_people(drill_app, plain_room.team_id)}
