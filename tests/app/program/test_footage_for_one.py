"""Footage that was made here, or is for practice, is chosen for one person and for everyone, as a trainer presses."""

import pytest

from sim.drill.attempt import Phase
from sim.services.app.wiring import App
from sim.services.team import given_drills, team
from sim.services.team.choosing_forms import list_footage
from tests.app.conftest import RunPage


@pytest.mark.parametrize("is_private", [True, False], ids=["made here", "for practice"])
def test_one_person_is_given_a_drill_on_the_footage_that_was_chosen(
    drill_app: App, run_page: RunPage, *, is_private: bool
) -> None:
    team_id = team.add_team(drill_app, "Front office")
    ana, ben = (team.add_person(drill_app, team_id, name) for name in ("Ana Lopez", "Ben Ito"))
    wanted = next(each for each in list_footage(drill_app) if each.is_private is is_private)
    page = run_page("team", team=team_id)
    page.selectbox(key=f"footage-{team_id}").select(wanted.recording_id).run()
    page.button(key=f"start-before-{ben}").click().run()
    assert not page.exception
    with drill_app.store.read() as work:
        (given,) = work.attempts.list_of_team(team_id)
    assert (given.person_id, given.recording_id, given.phase) == (ben, wanted.recording_id, Phase.BEFORE)
    everyone = run_page("give", team=team_id)
    everyone.selectbox(key=f"footage-give-{team_id}").select(wanted.recording_id).run()
    everyone.button(key="give-all").click().run()
    with drill_app.store.read() as work:
        rows = work.attempts.list_of_team(team_id)
    assert {(row.person_id, row.recording_id) for row in rows} == {(each, wanted.recording_id) for each in (ana, ben)}
    assert len({row.form_id for row in rows}) == len(rows), "each another student"
    assert [card.phase for card in given_drills.list_attempts(drill_app, team_id)] == [Phase.BEFORE] * 2
