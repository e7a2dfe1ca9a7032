"""The pages that take in a list, say what is stored, and hand over or delete a person."""

from collections.abc import Iterator
from html import escape

import pytest

from sim.app.links import show_link
from sim.app.wiring import App
from sim.db.programs import LinkKind
from sim.features.people.apply import get_address
from sim.features.privacy.export import STORED
from sim.features.record.load import load_person_record
from sim.features.record.notes import note_remediation
from sim.features.record.tables import ON_TIME
from sim.features.record.view import DELETED
from sim.features.team import team
from sim.rules.viewer import NOBODY
from sim.ui.page.page_state import JOIN_PARAM, PERSON_PARAM, TEAM_PARAM
from tests.app.conftest import RunPage, open_page, read_page, run
from tests.support.fake_clock import FakeClock
from tests.support.lti_course import connect, open_course, run_platform
from tests.support.lti_platform import LtiPlatform, User
from tests.support.session_app import Room
from tests.unit.ledger.conftest import room

LIST = b"name,email,team\nAna Lopez,ana@school.example,Front office\n=1+1,,Front office\n"


def test_a_list_is_looked_at_and_then_applied(run_page: RunPage, drill_app: App) -> None:
    at = run_page("import-people")
    at.file_uploader(key="roster-file").set_value(("staff.csv", LIST, "text/csv")).run()
    assert "line 3" in read_page(at)
    assert at.button(key="roster-apply").disabled
    assert not team.list_teams(drill_app)
    at.checkbox(key="roster-skip").check().run()
    at.button(key="roster-apply").click().run()
    assert "Done. Added: 1" in read_page(at)
    (card,) = team.list_teams(drill_app)
    assert (card.name, card.people) == ("Front office", 1)
    assert "What would change" not in read_page(at), "what was done stands alone, in sight"
    assert [button.key for button in at.button if button.key.startswith("roster-")] == ["roster-another"]
    at.button(key="roster-another").click().run()
    at.file_uploader(key="roster-file").set_value(("staff.csv", LIST, "text/csv")).run()
    assert "Nothing would change: everybody in this file is here already, as the file says." in read_page(at)
    assert "Done. Added" not in read_page(at)


def test_anybody_reads_what_is_stored(run_page: RunPage) -> None:
    at = run_page("stored")
    said = read_page(at).lower()
    for stored in STORED.values():
        assert all(escape(told.lower()) in said for told in stored.told.values())


def test_a_person_is_deleted_after_their_name_was_typed(run_page: RunPage, drill_app: App) -> None:
    team_id = team.add_team(drill_app, "Front office")
    person_id = team.add_person(drill_app, team_id, "Ana")
    at = run_page("record", person=person_id)
    assert not at.exception
    at.text_input(key=f"delete-name-{person_id}").set_value("Ben")
    at.button(key=f"delete-button-{person_id}").click().run()
    assert "not theirs" in read_page(at)
    at.text_input(key=f"delete-name-{person_id}").set_value("Ana")
    at.button(key=f"delete-button-{person_id}").click().run()
    assert "Ana was deleted" in " ".join(each.value for each in at.success)
    assert at.title[0].value == "Front office", "the page of who is gone does not stay"
    assert team.list_people(drill_app, team_id) == ()


def test_a_file_of_wrong_rows_does_not_say_that_everybody_is_here(run_page: RunPage) -> None:
    at = run_page("import-people")
    at.file_uploader(key="roster-file").upload("people.csv", b"name,email\n=1,\n", "text/csv").run()
    assert "Nothing would change: no row of this file can be used. The reasons are in the list above." in read_page(at)
    assert "Nothing would change: everybody in this file is here already, as the file says." not in read_page(at)


__all__ = ["room"]


def test_the_page_shows_people_sessions_gaps_and_a_whole_ledger(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    at = open_page(room.app, monkeypatch, "records")
    at.query_params[TEAM_PARAM] = room.team_id
    shown = read_page(run(at))
    for said in ("Ben Hill", "finishing in time", "Recorded drills", "ran out of time"):
        assert said in shown, said
    view = f"records-view-{room.team_id}"
    at.button_group(view).set_value("sessions")
    assert "Not entered yet: need, instructor, qualification" in read_page(run(at))
    at.button_group(view).set_value("gaps")
    assert "Practice does not close it." in read_page(run(at))
    ben = room.people["Ben"]
    with monkeypatch.context() as looks:
        looks.setattr("sim.features.record.page_sessions.get_viewer", lambda: NOBODY)
        assert f"redrill-{ben}" not in {button.key for button in run(at).button}
    run(at).button(f"redrill-{ben}").click()
    assert "Re-drill given on Sep 14, 2026: open it" in [link.label for link in run(at).get("page_link")]
    at.text_input("remedy-words").set_value("Watched the replay together")
    next(button for button in at.button if button.label == "Add to the record").click()
    run(at)
    (note,) = load_person_record(room.app, room.people["Ben"]).notes
    assert note.data["words"] == "Watched the replay together"
    at.button_group(view).set_value("keeping")
    run(at)
    at.button("verify").click()
    run(at)
    assert "The ledger is intact" in at.success[0].value


def test_ones_own_record_is_read_and_acknowledged_by_its_link(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = room.people["Ben"]
    at = open_page(room.app, monkeypatch, "record")
    at.query_params[JOIN_PARAM] = show_link(room.app, LinkKind.RECORD, ben)
    shown = read_page(run(at))
    assert "Training record of Ben Hill" in shown
    assert "Ana" not in shown and "Cy Park" not in shown
    at.text_input("remark").set_value("I was ill that day")
    at.button[0].click()
    said = "\n".join(str(element.value) for element in run(at).success)
    assert "Read and acknowledged on Sep 14, 2026, not signed in, by a link." in said
    noted = load_person_record(room.app, ben).find_acknowledged(ben)
    assert noted is not None
    assert (noted.by, noted.data["words"]) == ("Ben Hill", "I was ill that day")


def test_the_trainer_sees_record_and_link_but_cannot_acknowledge(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    at = open_page(room.app, monkeypatch, "record")
    at.query_params[PERSON_PARAM] = room.people["Ana"]
    assert "Not acknowledged yet." in read_page(run(at))
    assert not [button for button in at.button if button.key == "acknowledge-button"]
    assert not at.code
    assert "Drills over time" in [each.value for each in at.header], "record and drills are one page"
    at.session_state["send-record"] = True
    assert any("record?t=" in code.value for code in run(at).code)


def test_an_address_is_typed_on_the_persons_page(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    person_id = room.people["Ben"]
    at = open_page(room.app, monkeypatch, "record")
    at.query_params[PERSON_PARAM] = person_id
    run(at)
    for typed, said in (("no address", "Enter a mail address such as"), ("Ben@School.Example", "ben@school.example")):
        at.text_input(f"address-{person_id}").set_value(typed)
        at.button(f"address-save-{person_id}").click()
        assert said in read_page(run(at)) + "".join(each.value for each in at.success)
    assert get_address(room.app, person_id) == "ben@school.example"


def test_each_person_who_left_opens_from_the_records_with_their_drills(room: Room, run_page: RunPage) -> None:
    ana, ben, cy = (room.people[name] for name in ("Ana", "Ben", "Cy"))
    names = {ana: "Ana Lopez", ben: "Ben Hill", cy: "Cy Park"}
    page = run_page("team", team=room.team_id)
    page.checkbox(key=f"sure-{ana}").check().run()
    page.button(key=f"remove-{ana}").click().run()
    note_remediation(room.app, ben, words="Went through the debrief", by="T. Trainer")
    gone = run_page("record", person=ben)
    gone.text_input(key=f"delete-name-{ben}").set_value("Ben Hill")
    gone.button(key=f"delete-button-{ben}").click().run()
    records = run_page("records", team=room.team_id)
    for said in ("Not on the team any more", "Went through the debrief", "How known", "Parts of the pass rule"):
        assert said in read_page(records), "what was done is on screen, not in the PDF alone"
    choice = records.selectbox(f"record-person-{room.team_id}")
    assert set(choice.options) == {"Ana Lopez (left Sep 14, 2026)", f"Ben Hill ({DELETED})", "Cy Park"}
    for person_id, name in names.items():
        records = run_page("records", team=room.team_id)
        records.selectbox(f"record-person-{room.team_id}").set_value(person_id).run()
        assert f"Training record of {name}" in read_page(records)
        assert records.query_params[PERSON_PARAM] in (person_id, [person_id])
    shown = read_page(run_page("record", person=ben))
    assert all(said in shown for said in ("ran out of time", DELETED, escape(ON_TIME))), "with the drills they did"


@pytest.fixture
def platform(drill_app: App, clock: FakeClock) -> Iterator[LtiPlatform]:
    users = {"ana": User("ana", "Ana Lopez"), "cy": User("cy", "Cy Park")}
    with run_platform(drill_app, clock, users) as running:
        open_course(drill_app, running, connect(drill_app, running))
        yield running


def test_the_people_of_a_course_come_in_after_a_look(run_page: RunPage, drill_app: App, platform: LtiPlatform) -> None:
    page = run_page("import-people")
    page.selectbox(key="roster-course").select("course").run()
    assert "Ana Lopez" in read_page(page) and "Camera training" in read_page(page)
    page.button(key="roster-apply").click().run()
    assert not page.exception
    with drill_app.store.read() as work:
        assert {person.name for person in work.people.list_all()} == {"Ana Lopez", "Cy Park"}
    assert "Joined from the learning system in the last 14 days (2): " in read_page(run_page("team"))


def test_a_course_that_cannot_be_read_is_said(run_page: RunPage, drill_app: App, platform: LtiPlatform) -> None:
    platform.fails = {"/members": 503}
    page = run_page("import-people")
    page.selectbox(key="roster-course").select("course").run()
    assert not page.exception
    assert any("answered 503" in each.value for each in page.error)
    with drill_app.store.read() as work:
        assert work.people.list_all() == ()
