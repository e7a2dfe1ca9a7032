"""The pages that take in a list, say what is stored, and hand over or delete a person."""

from html import escape

from streamlit.testing.v1 import AppTest

from sim.services.app.wiring import App
from sim.services.privacy.stored import STORED
from sim.services.team import team
from tests.app.conftest import RunPage

LIST = b"name,email,team\nAna Lopez,ana@school.example,Front office\n=1+1,,Front office\n"


def texts(at: AppTest) -> str:
    found = [
        str(element.value) for kind in ("title", "markdown", "info", "error", "success") for element in at.get(kind)
    ]
    return "\n".join(found + [element.proto.body for element in at.get("html")])


def test_a_list_is_looked_at_and_then_applied(run_page: RunPage, drill_app: App) -> None:
    at = run_page("import_people")
    at.file_uploader(key="roster-file").set_value(("staff.csv", LIST, "text/csv")).run()
    assert "line 3" in texts(at)
    assert at.button(key="roster-apply").disabled
    assert not team.list_teams(drill_app)
    at.checkbox(key="roster-skip").check().run()
    at.button(key="roster-apply").click().run()
    assert not at.exception
    assert "Done. Added: 1" in texts(at)
    (card,) = team.list_teams(drill_app)
    assert (card.name, card.people) == ("Front office", 1)
    assert "What would change" not in texts(at), "what was done stands alone, in sight"
    assert [button.key for button in at.button if button.key.startswith("roster-")] == ["roster-another"]
    at.button(key="roster-another").click().run()
    at.file_uploader(key="roster-file").set_value(("staff.csv", LIST, "text/csv")).run()
    assert "Nothing would change: everybody in this file is here already, as the file says." in texts(at)
    assert "Done. Added" not in texts(at)


def test_anybody_reads_what_is_stored(run_page: RunPage) -> None:
    at = run_page("stored")
    assert not at.exception
    said = texts(at).lower()
    for stored in STORED.values():
        for words in stored.told.values():
            assert escape(words.lower()) in said


def test_a_person_is_deleted_after_their_name_was_typed(run_page: RunPage, drill_app: App) -> None:
    team_id = team.add_team(drill_app, "Front office")
    person_id = team.add_person(drill_app, team_id, "Ana")
    at = run_page("record", person=person_id)
    assert not at.exception
    at.text_input(key=f"delete-name-{person_id}").set_value("Ben")
    at.button(key=f"delete-button-{person_id}").click().run()
    assert "not theirs" in texts(at)
    at.text_input(key=f"delete-name-{person_id}").set_value("Ana")
    at.button(key=f"delete-button-{person_id}").click().run()
    assert "Ana was deleted" in " ".join(each.value for each in at.success)
    assert at.title[0].value == "Front office", "the page of who is gone does not stay"
    assert team.list_people(drill_app, team_id) == ()


def test_a_file_of_wrong_rows_does_not_say_that_everybody_is_here(run_page: RunPage) -> None:
    at = run_page("import_people")
    at.file_uploader(key="roster-file").upload("people.csv", b"name,email\n=1,\n", "text/csv").run()
    assert "Nothing would change: no row of this file can be used. The reasons are in the list above." in texts(at)
    assert "Nothing would change: everybody in this file is here already, as the file says." not in texts(at)
