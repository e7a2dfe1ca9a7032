"""Who has seen a recording outside measured drills: it is found, shown, and the measured drill does not count."""

import pytest

from sim.compare.checks.left_out import SEEN_BEFORE
from sim.compare.report.report import compare_attempts
from sim.drill.attempt import Phase
from sim.services.accounts.viewer import NOBODY, Role, Viewer
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.team import given_drills, team
from sim.services.team.choosing_forms import list_spent
from sim.services.team.looks import note_look
from sim.services.team_exercise.making import create_exercise
from tests.support.fake_clock import FakeClock


@pytest.fixture
def people(drill_app: App, clock: FakeClock) -> tuple[str, str]:
    team_id = team.add_team(drill_app, "Office")
    ana, ben = team.add_person(drill_app, team_id, "Ana Lopez"), team.add_person(drill_app, team_id, "Ben Ito")
    clock.pass_s(1)
    return ana, ben


def sign_in(person_id: str) -> Viewer:
    return Viewer(account_id="a1", person_id=person_id, name="Ana Lopez", role=Role.TRAINEE)


def get_team_id(app: App, person_id: str) -> str:
    with app.store.read() as work:
        return work.teams.get_person(person_id).team_id


def measure(app: App, clock: FakeClock, person_id: str, phase: Phase = Phase.BEFORE) -> str:
    attempt_id = given_drills.create_attempt(app, person_id, phase)
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    clock.pass_s(3600)
    return attempt_id


def read_seen(app: App, person_id: str) -> list[str]:
    return list(given_drills.export_attempts(app, get_team_id(app, person_id))["seen_before"])


def test_practice_on_the_recording_before_a_measured_drill_is_found(
    drill_app: App, clock: FakeClock, people: tuple[str, str]
) -> None:
    """The attack: practice on the recording without an account's name on it, then be measured there."""
    ana, ben = people
    note_look(drill_app, sign_in(ana), attempts.create_sample(drill_app))
    clock.pass_s(60)
    for person_id in (ana, ben):
        measure(drill_app, clock, person_id, Phase.BEFORE)
        measure(drill_app, clock, person_id, Phase.AFTER)
    table = given_drills.export_attempts(drill_app, get_team_id(drill_app, ana))
    assert table.groupby("person_id")["seen_before"].agg(set).to_list() == [{"yes"}, {"no"}]
    comparison = compare_attempts(table)
    out = [(each.person_id, each.attempts, each.reason) for each in comparison.design.left_out]
    assert out == [("M001", 2, SEEN_BEFORE)]
    assert [pair.person_id for pair in comparison.pairs] == ["M002"]
    check = next(each for each in comparison.design.checks if "beforehand" in each.question)
    assert "2 drills were on recordings seen in practice before" in check.sentence


def test_practice_during_a_measured_drill_is_found(drill_app: App, clock: FakeClock, people: tuple[str, str]) -> None:
    ana, _ = people
    attempt_id = given_drills.create_attempt(drill_app, ana, Phase.BEFORE)
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    clock.pass_s(20)
    note_look(drill_app, sign_in(ana), attempts.create_sample(drill_app))
    clock.pass_s(3600)
    assert read_seen(drill_app, ana) == ["yes"]


def test_practice_after_its_end_leaves_it_as_it_is(drill_app: App, clock: FakeClock, people: tuple[str, str]) -> None:
    ana, _ = people
    attempt_id = measure(drill_app, clock, ana)
    attempts.get_state(drill_app, attempt_id)
    clock.pass_s(60)
    note_look(drill_app, sign_in(ana), attempts.create_sample(drill_app))
    assert read_seen(drill_app, ana) == ["no"]
    assert given_drills.list_attempts(drill_app, get_team_id(drill_app, ana))[0].not_counted == ""


def test_a_team_drill_on_the_recording_is_a_look(drill_app: App, clock: FakeClock, people: tuple[str, str]) -> None:
    ana, ben = people
    create_exercise(drill_app, get_team_id(drill_app, ana), form_id="tiny-practice-1", person_ids=[ana, ben])
    clock.pass_s(60)
    measure(drill_app, clock, ana)
    assert read_seen(drill_app, ana) == ["yes"]


def test_every_look_is_an_exposure_of_that_form(drill_app: App, clock: FakeClock, people: tuple[str, str]) -> None:
    """Somebody else's debrief, or practice of a form under no name: it can no longer be given to anyone who saw it."""
    ana, ben = people
    theirs = measure(drill_app, clock, ben)
    with drill_app.store.read() as work:
        form_id = work.attempts.get(theirs).form_id
        assert form_id not in work.exposures.list_seen(ana)
    for _ in range(3):
        note_look(drill_app, sign_in(ana), theirs)
    with drill_app.store.read() as work:
        seen = work.exposures.list_seen(ana)
    assert form_id in list_spent(drill_app, seen)
    assert not [name for name in seen if "/" in name], "a whole recording is no form"
    given = given_drills.create_attempt(drill_app, ana, Phase.BEFORE)
    with drill_app.store.read() as work:
        assert work.attempts.get(given).form_id != form_id


def test_ones_own_drill_and_whoever_is_not_signed_in_leave_no_look(
    drill_app: App, clock: FakeClock, people: tuple[str, str]
) -> None:
    ana, _ = people
    own = measure(drill_app, clock, ana)
    note_look(drill_app, sign_in(ana), own)
    note_look(drill_app, NOBODY, attempts.create_sample(drill_app))
    with drill_app.store.read() as work:
        assert work.exposures.list_looks([ana]) == {}
    assert read_seen(drill_app, ana) == ["no"]
