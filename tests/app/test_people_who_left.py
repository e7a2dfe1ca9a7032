"""Who left, person by person, as a trainer presses: every one of them stays in reach of the records."""

from sim.services.training_record.view import DELETED
from sim.ui.page.page_state import PERSON_PARAM
from tests.app.conftest import RunPage
from tests.app.test_people_pages import texts
from tests.support.session_app import Room
from tests.unit.services.ledger.conftest import room

__all__ = ["room"]


def test_each_person_who_left_opens_from_the_records_with_their_drills(room: Room, run_page: RunPage) -> None:
    """One taken off the team, one deleted: the record of each is one choice away, beside that of who is still there."""
    ana, ben, cy = (room.people[name] for name in ("Ana", "Ben", "Cy"))
    names = {ana: "Ana Lopez", ben: "Ben Hill", cy: "Cy Park"}
    page = run_page("team", team=room.team_id)
    page.checkbox(key=f"sure-{ana}").check().run()
    page.button(key=f"remove-{ana}").click().run()
    gone = run_page("record", person=ben)
    gone.text_input(key=f"delete-name-{ben}").set_value("Ben Hill")
    gone.button(key=f"delete-button-{ben}").click().run()
    records = run_page("records", team=room.team_id)
    choice = records.selectbox(f"record-person-{room.team_id}")
    assert set(choice.options) == {"Ana Lopez (left Sep 14, 2026)", f"Ben Hill ({DELETED})", "Cy Park"}
    for person_id, name in names.items():
        records = run_page("records", team=room.team_id)
        records.selectbox(f"record-person-{room.team_id}").set_value(person_id).run()
        assert not records.exception
        assert f"Training record of {name}" in texts(records)
        assert records.query_params[PERSON_PARAM] in (person_id, [person_id])
    assert "ran out of time" in texts(run_page("record", person=ben)), "with the drills they did"
