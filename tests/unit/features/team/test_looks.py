"""What a comparison is held to: what was planned, who came, and how often it was looked at."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.compare.plan import NO_PLAN
from sim.console import attempts
from sim.errors import PlanError
from sim.features.program import change, plan
from sim.features.team import team
from sim.features.team.attempts_table import export_team
from sim.features.team.looks import load_plan
from sim.features.training.events import close_training, enter_training
from sim.features.training.sign_in import tick_off
from sim.rules.viewer import Role, Viewer, limit_app
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_drill, make_team
from tests.unit.features.program.test_program import TRAINING, list_changes, list_steps, make_order
from tests.unit.features.training.conftest import make_plan


def do(app: App, clock: FakeClock, person_id: str, *phases: Phase) -> None:
    for phase in phases:
        attempt_id = begin_drill(app, person_id, phase)
        clock.pass_s(5)
        attempts.abandon(app, attempt_id)
        clock.pass_s(5)


def look(app: App, team_id: str, *, by_name: bool = False) -> tuple[int, int]:
    found = load_plan(app, team_id, export_team(app, team_id, by_name=by_name))
    return found.looks, found.teams


def test_a_look_counts_once_for_the_same_drills_and_teams_are_counted(measuring_app: App, clock: FakeClock) -> None:
    app = measuring_app
    team_id, (heron, otter) = make_team(app, "Heron", "Otter")
    do(app, clock, heron, Phase.BEFORE)
    assert look(app, team_id) == (1, 1)
    do(app, clock, heron, Phase.AFTER)
    assert [look(app, team_id), look(app, team_id, by_name=True)] == [(1, 1)] * 2, "another tab, or names, is no look"
    do(app, clock, otter, Phase.BEFORE, Phase.AFTER)
    principal = Viewer(account_id="a", person_id=None, name="P", role=Role.PRINCIPAL)
    assert look(limit_app(app, principal), team_id) == (2, 1), "one who may only look is counted too"
    other_id, (maple,) = make_team(app, "Maple", team_name="Back office")
    do(app, clock, maple, Phase.BEFORE, Phase.AFTER)
    assert [look(app, other_id), look(app, team_id)] == [(1, 2), (2, 2)]
    demo_id = team.add_team(app, "Demo", is_demo=True)
    do(app, clock, team.add_person(app, demo_id, "Elm"), Phase.BEFORE, Phase.AFTER)
    assert [look(app, demo_id), look(app, team_id)] == [(1, 1), (2, 2)], "a demo team is not counted"


def test_the_plan_of_the_program_goes_into_the_comparison(measuring_app: App, clock: FakeClock) -> None:
    app = measuring_app
    team_id, people = make_team(app, "Heron", "Otter", "Maple")
    assert load_plan(app, team_id, export_team(app, team_id)) == NO_PLAN
    program_id = plan.create_program(app, replace(make_order(team_id), margin=0.08, smallest=0.25))
    found = load_plan(app, team_id, export_team(app, team_id))
    due = list_steps(app, program_id)["after 1"].due_to
    assert (found.people, found.attended, found.before, found.after) == (3, None, 1, 1)
    assert (found.margin, found.smallest, found.training_on) == (0.08, 0.25, TRAINING)
    assert found.compare_on == due + timedelta(days=1)

    change.set_comparison(app, program_id, compare_on=date(2026, 11, 2), smallest=0.4, margin=0.08)
    assert "Comparison on Mon, Nov 2, 2026. Worth having: 40% less time" in list_changes(app, program_id)[-1]
    assert change.set_training(app, program_id, TRAINING + timedelta(days=1), "9:30")
    assert load_plan(app, team_id, export_team(app, team_id)).compare_on == date(2026, 11, 3), "it moves with it"
    training_id = enter_training(app, replace(make_plan(team_id), program_id=program_id), person_ids=people)
    clock.pass_s(86_400 + 5_400)
    tick_off(app, training_id, people[:2])
    close_training(app, training_id, minutes=90)
    found = load_plan(app, team_id, export_team(app, team_id))
    assert (found.attended, found.smallest, found.compare_on) == (2, 0.4, date(2026, 10, 20)), (
        "it was held 14 days before"
    )


def test_what_counts_is_not_changed_once_a_drill_after_has_begun(measuring_app: App, clock: FakeClock) -> None:
    app = measuring_app
    team_id, (heron,) = make_team(app, "Heron")
    program_id = plan.create_program(app, make_order(team_id))
    with pytest.raises(PlanError, match="margin of match is 30"):
        change.set_comparison(app, program_id, compare_on=date(2026, 11, 2), smallest=0.3, margin=0.3)
    clock.pass_s(20 * 86_400)
    do(app, clock, heron, Phase.AFTER)
    with pytest.raises(PlanError, match="drills after the training have begun"):
        change.set_comparison(app, program_id, compare_on=date(2026, 11, 2), smallest=0.2, margin=0.05)
    assert change.set_comparison(app, program_id, compare_on=date(2026, 11, 2), smallest=0.3, margin=0.05) == 1
