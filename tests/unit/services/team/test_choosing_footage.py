"""A trainer chooses the footage, and one student for everybody, for people and for a session."""

import pytest

from sim.drill.attempt import Phase
from sim.drill.session_day import SessionKind, Starting
from sim.services.app.wiring import App
from sim.services.session_day import opening
from sim.services.team import given_drills, team
from sim.services.team.choosing_forms import list_footage
from tests.support.fake_clock import FakeClock


@pytest.fixture
def people(measuring_app: App, clock: FakeClock) -> tuple[str, ...]:
    team_id = team.add_team(measuring_app, "Office")
    found = []
    for name in ("Ana Lopez", "Ben Ito"):
        found.append(team.add_person(measuring_app, team_id, name))
        clock.pass_s(1)
    return team_id, *found


def get_drill(app: App, attempt_id: str) -> tuple[str, str]:
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    return row.recording_id, row.form_id


def test_any_footage_with_measuring_drills_can_be_given(measuring_app: App, people: tuple[str, ...]) -> None:
    _, ana, ben = people
    private, public = (
        next(each for each in list_footage(measuring_app) if each.is_private is kind) for kind in (True, False)
    )
    usual = given_drills.create_attempt(measuring_app, ana, Phase.BEFORE)
    assert get_drill(measuring_app, usual)[0] == private.recording_id
    chosen = given_drills.create_attempt(measuring_app, ben, Phase.BEFORE, recording_id=public.recording_id)
    assert get_drill(measuring_app, chosen)[0] == public.recording_id


def test_a_session_has_one_student_for_everybody(measuring_app: App, people: tuple[str, ...]) -> None:
    team_id, ana, ben = people
    public = next(each for each in list_footage(measuring_app) if not each.is_private)
    form_id = public.forms[-1][0]
    opening.open_session(
        measuring_app,
        opening.Plan(
            team_id=team_id,
            kind=SessionKind.BEFORE,
            starting=Starting.TOGETHER,
            person_ids=(ana, ben),
            recording_id=public.recording_id,
            form_id=form_id,
        ),
    )
    given = [given_drills.create_attempt(measuring_app, person_id, Phase.BEFORE) for person_id in (ana, ben)]
    assert [get_drill(measuring_app, attempt_id) for attempt_id in given] == [(public.recording_id, form_id)] * 2
