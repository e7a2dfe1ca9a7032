"""The records page and one's own record: what they show, to whom, and what is acknowledged."""

import pytest
from streamlit.testing.v1 import AppTest

from sim.records.links import LinkKind
from sim.services.app.links.tokens import show_link
from sim.services.app.wiring import App
from sim.services.operations import demo
from sim.services.team import team
from sim.services.training_record.load import load_person_record
from sim.ui.page.page_state import JOIN_PARAM, PERSON_PARAM, TEAM_PARAM
from sim.ui.records import wording as words
from tests.app.test_district_and_person_pages import open_page, run, texts
from tests.support.session_app import Room
from tests.unit.services.ledger.conftest import room

__all__ = ["room"]


def test_the_page_shows_people_sessions_gaps_and_that_the_ledger_holds(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = open_page(room.app, monkeypatch, "records")
    at.query_params[TEAM_PARAM] = room.team_id
    shown = texts(run(at))
    for said in ("Ben Hill", "finishing in time", "Recorded drills", "ran out of time"):
        assert said in shown, said
    view = f"records-view-{room.team_id}"
    at.button_group(view).set_value("sessions")
    assert "Not entered yet: need, instructor, qualification" in texts(run(at))
    at.button_group(view).set_value("gaps")
    assert words.GAPS_NOTE in texts(run(at))
    ben = room.people["Ben"]
    at.button(f"redrill-{ben}").click()
    assert words.OPEN_REDRILL.format(day="Sep 14, 2026") in [link.label for link in run(at).get("page_link")]
    at.text_input("remedy-words").set_value("Watched the replay together")
    next(button for button in at.button if button.label == words.SAVE).click()
    run(at)
    (note,) = load_person_record(room.app, room.people["Ben"]).notes
    assert note.words == "Watched the replay together"
    at.button_group(view).set_value("keeping")
    run(at)
    at.button("verify").click()
    run(at)
    assert "The ledger holds" in at.success[0].value


def test_a_demo_team_has_no_record(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    demo.fill_demo(drill_app, people=1, seed=1)
    assert words.DEMO in texts(run(open_page(drill_app, monkeypatch, "records")))


def test_several_teams_are_listed_and_lead_to_one(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    other = team.add_team(room.app, "Back office")
    team.set_school(room.app, other, "South")
    at = open_page(room.app, monkeypatch, "records")
    run(at)
    at.button_group(f"records-scope-{other}").set_value("many")
    assert "Did not come" in texts(run(at))
    at.button_group("records-list").set_value("gaps")
    assert "finishing in time" in texts(run(at))
    at.selectbox("records-school").set_value("South")
    assert words.LIST_NONE["gaps"] in texts(run(at))


def test_ones_own_record_is_read_and_acknowledged_by_its_link(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = room.people["Ben"]
    at = open_page(room.app, monkeypatch, "record")
    at.query_params[JOIN_PARAM] = show_link(room.app, LinkKind.RECORD, ben)
    shown = texts(run(at))
    assert "Training record of Ben Hill" in shown
    assert "Ana" not in shown and "Cy Park" not in shown
    at.text_input("remark").set_value("I was ill that day")
    at.button[0].click()
    assert words.ACKNOWLEDGED.format(day="Sep 14, 2026, not signed in, by a link") in at_success(run(at))
    noted = load_person_record(room.app, ben).find_acknowledged(ben)
    assert noted is not None
    assert (noted.by, noted.words) == ("Ben Hill", "I was ill that day")


def at_success(at: AppTest) -> str:
    return "\n".join(str(element.value) for element in at.success)


def test_the_trainer_sees_a_persons_record_and_the_link_but_cannot_acknowledge(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = open_page(room.app, monkeypatch, "record")
    at.query_params[PERSON_PARAM] = room.people["Ana"]
    assert words.NOT_YET in texts(run(at))
    assert not at.button
    assert not at.code
    at.session_state["send-record"] = True
    assert any("record?t=" in code.value for code in run(at).code)
