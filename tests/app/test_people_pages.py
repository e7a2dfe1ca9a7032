"""Pages about people: a list taken in, what is stored, handed over or deleted; results of all, and of one person."""

from collections.abc import Iterator
from html import escape

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from sim.app.links import show_link
from sim.app.wiring import App
from sim.db.programs import LinkKind
from sim.features.people.apply import get_address
from sim.features.privacy.person_data import STORED
from sim.features.record.load import load_person_record, note_remediation
from sim.features.record.tables import ON_TIME
from sim.features.record.view import DELETED
from sim.features.team import team
from sim.features.team.team_view import compare_district, get_district_view
from sim.rules.viewer import NOBODY
from sim.ui.page.page_state import ALL_TEAMS, JOIN_PARAM, PERSON_PARAM, TEAM_PARAM
from tests.app.conftest import RunPage, open_page, read_page, run
from tests.support.fake_clock import FakeClock
from tests.support.full_comparison import make_attempts
from tests.support.lti_course import connect, open_course, run_platform
from tests.support.lti_platform import LtiPlatform, User
from tests.support.phrases import find_forbidden
from tests.support.session_app import Room
from tests.unit.ledger.conftest import room

LIST = b"name,email,team\nAna Lopez,ana@school.example,Front office\n=1+1,,Front office\n"


def test_a_list_is_looked_at_and_then_applied_and_of_one_of_wrong_rows_nobody_is_here_already(
    run_page: RunPage, drill_app: App
) -> None:
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

    at = run_page("import-people")
    at.file_uploader(key="roster-file").upload("people.csv", b"name,email\n=1,\n", "text/csv").run()
    assert "Nothing would change: no row of this file can be used. The reasons are in the list above." in read_page(at)
    assert "Nothing would change: everybody in this file is here already, as the file says." not in read_page(at)


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


def test_ones_own_record_is_acknowledged_by_its_link_alone_and_the_trainer_types_an_address(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
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

    at = open_page(room.app, monkeypatch, "record")
    at.query_params[PERSON_PARAM] = room.people["Ana"]
    assert "Not acknowledged yet." in read_page(run(at))
    assert not [button for button in at.button if button.key == "acknowledge-button"]
    assert not at.code
    assert "Drills over time" in [each.value for each in at.header], "record and drills are one page"
    at.session_state["send-record"] = True
    assert any("record?t=" in code.value for code in run(at).code)

    at = open_page(room.app, monkeypatch, "record")
    at.query_params[PERSON_PARAM] = ben
    run(at)
    for typed, said in (("no address", "Enter a mail address such as"), ("Ben@School.Example", "ben@school.example")):
        at.text_input(f"address-{ben}").set_value(typed)
        at.button(f"address-save-{ben}").click()
        assert said in read_page(run(at)) + "".join(each.value for each in at.success)
    assert get_address(room.app, ben) == "ben@school.example"


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


def test_the_people_of_a_course_come_in_after_a_look_and_one_that_cannot_be_read_is_said(
    run_page: RunPage, drill_app: App, platform: LtiPlatform
) -> None:
    platform.fails = {"/members": 503}
    page = run_page("import-people")
    page.selectbox(key="roster-course").select("course").run()
    assert not page.exception
    assert any("answered 503" in each.value for each in page.error)
    with drill_app.store.read() as work:
        assert work.people.list_all() == ()

    platform.fails = {}
    page = run_page("import-people")
    page.selectbox(key="roster-course").select("course").run()
    assert "Ana Lopez" in read_page(page) and "Camera training" in read_page(page)
    page.button(key="roster-apply").click().run()
    assert not page.exception
    with drill_app.store.read() as work:
        assert {person.name for person in work.people.list_all()} == {"Ana Lopez", "Cy Park"}
    assert "Joined from the learning system in the last 14 days (2): " in read_page(run_page("team"))


def open_all(app: App, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    for name in ("Elm Office", "Pine Office")[sum(not card.is_demo for card in team.list_teams(app)) :]:
        team.add_team(app, name, chosen_by="all")
    at = open_page(app, monkeypatch, "results")
    at.query_params[TEAM_PARAM] = ALL_TEAMS
    return at


def make_district(*, schools: int) -> pd.DataFrame:
    parts = [
        make_attempts(people=4, drills=1, seed=number, name=f"T{number:03d}-M{{:03d}}").assign(
            school=f"{name} School", profile="classic", options="", group=""
        )
        for number, name in enumerate(("Oak", "Birch", "Lake", "Hill", "Cove", "Dale")[:schools], start=1)
    ]
    return pd.concat(parts, ignore_index=True)


def test_the_district_asks_how_people_were_chosen_of_teams_that_do_not_say(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_team = team.add_team(drill_app, "Oak Office")
    told = team.add_team(drill_app, "Birch Office", chosen_by="all")
    monkeypatch.setattr("sim.features.team.team_view.export_district", lambda _app: make_district(schools=2))
    at = run(open_all(drill_app, monkeypatch))
    asked = {box.key for box in at.selectbox}
    assert (f"chosen-by-{open_team}" in asked, f"chosen-by-{told}" in asked) == (True, False)
    assert at.selectbox(key=f"chosen-by-{open_team}").label.startswith("Oak Office")
    with monkeypatch.context() as looks:
        looks.setattr("sim.features.team.page_report.get_viewer", lambda: NOBODY)
        assert not any(str(box.key).startswith("chosen-by") for box in run(open_all(drill_app, monkeypatch)).selectbox)
    at.selectbox(key=f"chosen-by-{open_team}").select("volunteers")
    run(at)
    stored = {card.name: card.chosen_by for card in team.list_teams(drill_app)}
    assert stored == {"Oak Office": "volunteers", "Birch Office": "all"}
    assert not any(str(box.key).startswith("chosen-by") for box in at.selectbox)


def test_people_who_share_drills_are_asked_about_and_an_answer_lifts_the_bar(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    district = make_district(schools=6)
    twin = district[district["person_id"] == "T001-M001"].assign(person_id="T001-M009")
    both = pd.concat([district, twin], ignore_index=True)
    monkeypatch.setattr("sim.features.team.team_view.export_district", lambda _app: both)
    at = run(open_all(drill_app, monkeypatch))
    asked, barred = "Are they the same person?", "agree in 2 drills to the second. If they are one person"
    assert all(words in read_page(at) for words in (asked, barred))
    at.checkbox(key="different-district").check()
    run(at)
    assert barred not in read_page(at)
    at.checkbox(key="different-district").uncheck()
    run(at)
    assert barred in read_page(at)
    told = compare_district(both, by_school=False, are_different=True)
    assert told.comparison.same_people == ""
    assert not told.comparison.headline.startswith("These drills do not allow")


def test_schools_stand_by_name_and_are_numbered_in_what_is_handed_on(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.features.team.team_view.export_district", lambda _app: make_district(schools=6))
    at = open_all(drill_app, monkeypatch)
    at.session_state["part-schools"] = True
    run(at)
    bodies = [element.proto.body for element in at.get("html") if "<table" in element.proto.body]
    by_name = bodies[-1]
    places = [by_name.index(name) for name in ("Birch School", "Hill School", "Lake School", "Oak School")]
    assert places == sorted(places)
    (changes,) = [body for body in bodies if "School 1" in body]
    assert "Oak School" not in changes
    assert "The teams" in read_page(at) or "No clear change" in read_page(at)
    assert find_forbidden(read_page(at)) == ()
    keys = {button.key for button in at.get("download_button")}
    assert keys >= {"report-district", "bundle-district", "json-district", "export", "download-schools"}
    assert compare_district(make_district(schools=6), by_school=True).by_name is False
    at.toggle(key="by-school").set_value(True)
    run(at)
    tables = [element.proto.body for element in at.get("html") if "<table" in element.proto.body]
    assert not [body for body in tables if "School 1" in body]


def test_one_schools_groups_change_nothing_for_the_others(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    lots, chosen = ("trained by lot", "waiting by lot"), ("trained", "waiting")
    plain = make_district(schools=3)
    turn = plain["person_id"].str[-1].astype(int)
    headline = compare_district(plain, by_school=True).comparison.headline
    for groups in (
        {"Oak": lots, "Birch": chosen},
        {"Oak": ("waiting",)},
        {"Oak": chosen},
        {"Oak": chosen, "Birch": chosen, "Lake": ("trained", "")},
    ):
        table = plain
        for school, names in groups.items():
            own = table["school"] == f"{school} School"
            table = table.assign(group=table["group"].mask(own, [names[each % len(names)] for each in turn]))
        found = compare_district(table, by_school=True).comparison
        assert [part.name for part in found.by_school] == ["Birch School", "Lake School", "Oak School"], groups
        assert found.headline == headline, groups
    monkeypatch.setattr("sim.features.team.team_view.export_district", lambda _app: table)
    at = run(open_all(drill_app, monkeypatch))
    assert escape(
        "Trained and waiting groups are not compared here, because not every school has both in the same "
        "way. People who waited count like everyone else. Each team's own results compare its groups."
    ) in read_page(at)
    assert not at.error


def test_a_district_counts_what_its_schools_have_done(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.features.team.team_view.export_district", lambda _app: make_district(schools=2))
    for school in ("Birch School", "Cedar School"):
        team.add_person(drill_app, team.add_team(drill_app, f"{school} office", school=school), "Heron")
    view = get_district_view(drill_app)
    assert view.facts == (("Schools", "3"), ("People with drills", "8"), ("Drills done", "16"))
    assert view.schools.rows[0] == ("Birch School", "1", "4", "4", "4", "0")
    assert view.schools.rows[1] == ("Cedar School", "1", "0", "0", "0", "0"), "who has not begun is listed too"
    assert view.has_results


def test_a_person_sees_their_own_drills_alone(demo_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    (card,) = team.list_teams(demo_app)
    heron, *others = team.list_people(demo_app, card.team_id)
    at = open_page(demo_app, monkeypatch, "record")
    at.query_params[PERSON_PARAM] = heron.person_id
    shown = read_page(run(at))
    assert heron.name in at.title[0].value
    assert not [other.name for other in others if other.name in shown]
    assert len(at.get("vega_lite_chart")) == 2
    assert "Before" in shown and "After" in shown
    assert "One person's drills vary much. With fewer than 4 drills on each side nothing can be told." in shown
    assert find_forbidden(shown) == ()
    keys = [button.key for button in at.get("download_button")]
    assert keys == ["download-own-drills", f"export-{heron.person_id}"]
