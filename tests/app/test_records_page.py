"""The records page and one's own record: what they show, to whom, and what is acknowledged."""

from html import escape

import pytest
from streamlit.testing.v1 import AppTest

from sim.db.exposures import LinkKind
from sim.services.accounts.viewer import AT_THIS_MACHINE
from sim.services.app.links import show_link
from sim.services.privacy.delete import delete_person
from sim.services.roster.apply import get_address
from sim.services.training_record.load import load_person_record
from sim.services.training_record.notes import note_remediation
from sim.services.training_record.parts import ON_TIME
from sim.services.training_record.view import DELETED
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
    assert "The ledger is intact" in at.success[0].value


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
    assert not [button for button in at.button if button.key == "acknowledge-button"]
    assert not at.code
    assert "Drills over time" in [each.value for each in at.header], "record and drills are one page"
    at.session_state["send-record"] = True
    assert any("record?t=" in code.value for code in run(at).code)


def test_former_people_stand_on_the_page_and_their_record_opens(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    note_remediation(room.app, room.people["Ben"], words="Went through the debrief", by="T. Trainer")
    delete_person(room.app, AT_THIS_MACHINE, room.people["Ben"], name="Ben Hill")
    at = open_page(room.app, monkeypatch, "records")
    at.query_params[TEAM_PARAM] = room.team_id
    shown = texts(run(at))
    assert words.FORMER in shown
    assert "Went through the debrief" in shown, "what was done is on screen, not in the PDF alone"
    assert "How known" in shown and "Parts of the pass rule" in shown
    choice = at.selectbox(f"record-person-{room.team_id}")
    assert f"Ben Hill ({DELETED})" in choice.options
    own = open_page(room.app, monkeypatch, "record")
    own.query_params[PERSON_PARAM] = room.people["Ben"]
    shown = texts(run(own))
    assert "Training record of Ben Hill" in shown and DELETED in shown
    assert escape(ON_TIME) in shown


def test_an_address_is_typed_on_the_persons_page(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    person_id = room.people["Ben"]
    at = open_page(room.app, monkeypatch, "record")
    at.query_params[PERSON_PARAM] = person_id
    run(at)
    for typed, said in (("no address", "Enter a mail address such as"), ("Ben@School.Example", "ben@school.example")):
        at.text_input(f"address-{person_id}").set_value(typed)
        at.button(f"address-save-{person_id}").click()
        assert said in texts(run(at)) + "".join(each.value for each in at.success)
    assert get_address(room.app, person_id) == "ben@school.example"
