"""A training event on another day than its program says: asked first, then the program follows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sim.db.ledger import HoldScope
from sim.errors import HoldError, PlanError
from sim.services.accounts.viewer import AT_THIS_MACHINE
from sim.services.app.wiring import App
from sim.services.ledger.holds import find_subject, list_events, list_team_holds, place_hold, release_hold
from sim.services.privacy.delete import delete_person
from sim.services.program import plan
from sim.services.team import team
from sim.services.training_event.events import (
    TrainingPlan,
    cancel_training,
    close_training,
    enter_training,
    get_training,
)
from sim.services.training_event.program_day import find_other_day, follow_training
from sim.services.training_event.sign_in import tick_off
from sim.services.training_record.retention import find_overdue
from tests.support.fake_clock import FakeClock
from tests.unit.services.program.test_program import TRAINING, list_steps, make_order

OTHER = date(2026, 9, 30)


@pytest.fixture
def drill_app(measuring_app: App) -> App:
    return measuring_app


@pytest.fixture
def team_id(drill_app: App) -> str:
    made = team.add_team(drill_app, "Front office")
    team.add_person(drill_app, made, "Heron")
    return made


def enter(app: App, team_id: str, day: date, program_id: str | None, *, makes_up: str | None = None) -> str:
    begins = datetime(day.year, day.month, day.day, 13, 30, tzinfo=UTC)
    people = [card.person_id for card in team.list_people(app, team_id)]
    training = TrainingPlan(
        team_id=team_id,
        title="New cameras",
        begins_at=begins,
        minutes=60,
        program_id=program_id,
        makes_up=makes_up,
    )
    return enter_training(app, training, person_ids=people)


def test_the_program_follows_only_when_it_is_told_to(drill_app: App, team_id: str) -> None:
    program_id = plan.create_program(drill_app, make_order(team_id))
    same = enter(drill_app, team_id, TRAINING, program_id)
    assert find_other_day(drill_app, get_training(drill_app, same)) is None
    training_id = enter(drill_app, team_id, OTHER, program_id)
    other = find_other_day(drill_app, get_training(drill_app, training_id))
    assert other is not None
    assert (other.planned_on, other.training_on, other.training_at) == (TRAINING, OTHER, "09:30")
    with drill_app.store.read() as work:
        assert work.programs.get(program_id).training_on == TRAINING
    assert follow_training(drill_app, other) == 2
    with drill_app.store.read() as work:
        assert work.programs.get(program_id).training_on == OTHER
    steps = list_steps(drill_app, program_id)
    assert (steps["training 1"].due_from, steps["after 1"].due_from) == (OTHER, OTHER + timedelta(days=1))
    assert find_other_day(drill_app, get_training(drill_app, training_id)) is None


def test_one_entered_afterwards_moves_the_program_into_the_past(drill_app: App, team_id: str, clock: FakeClock) -> None:
    program_id = plan.create_program(drill_app, make_order(team_id))
    clock.pass_s(20 * 86_400)
    training_id = enter(drill_app, team_id, OTHER, program_id)
    tick_off(drill_app, training_id, [card.person_id for card in team.list_people(drill_app, team_id)])
    close_training(drill_app, training_id, minutes=60, why_longer="on paper")
    other = find_other_day(drill_app, get_training(drill_app, training_id))
    assert other is not None
    follow_training(drill_app, other)
    steps = list_steps(drill_app, program_id)
    assert steps["training 1"].due_from == OTHER
    assert (steps["after 1"].due_from, steps["after 1"].due_to) == (OTHER + timedelta(days=1), date(2026, 10, 9))


def test_one_before_the_drills_that_come_before_it_is_refused_and_nothing_moves(drill_app: App, team_id: str) -> None:
    program_id = plan.create_program(drill_app, make_order(team_id))
    before = list_steps(drill_app, program_id)
    training_id = enter(drill_app, team_id, date(2026, 9, 14), program_id)
    other = find_other_day(drill_app, get_training(drill_app, training_id))
    assert other is not None
    with pytest.raises(PlanError, match="before the training"):
        follow_training(drill_app, other)
    assert list_steps(drill_app, program_id) == before


def test_make_ups_canceled_trainings_and_those_of_no_program_move_nothing(drill_app: App, team_id: str) -> None:
    program_id = plan.create_program(drill_app, make_order(team_id))
    first = enter(drill_app, team_id, TRAINING, program_id)
    made_up = enter(drill_app, team_id, OTHER, program_id, makes_up=first)
    canceled = enter(drill_app, team_id, OTHER, program_id)
    cancel_training(drill_app, canceled, reason="ill")
    for training_id in (made_up, canceled, enter(drill_app, team_id, OTHER, None)):
        assert find_other_day(drill_app, get_training(drill_app, training_id)) is None


def test_a_training_under_legal_hold_keeps_its_people_and_its_entries(
    drill_app: App, team_id: str, clock: FakeClock
) -> None:
    training_id = enter(drill_app, team_id, TRAINING, None)
    (heron,) = team.list_people(drill_app, team_id)
    scope, name = list_events(drill_app.store, team_id)[training_id]
    assert (scope, name) == (HoldScope.TRAINING, "Training of Sep 28, 2026: New cameras")
    assert find_subject(drill_app.store, HoldScope.TRAINING, training_id) == training_id
    with pytest.raises(HoldError, match="no training"):
        find_subject(drill_app.store, HoldScope.TRAINING, "nothing")
    hold = place_hold(
        drill_app.store, drill_app.clock, scope=scope, subject_id=training_id, reason="case 26-114", by="R. Owner"
    )
    assert [line.what for line in list_team_holds(drill_app.store, team_id)] == [name]
    with pytest.raises(HoldError, match="legal hold on a training"):
        delete_person(drill_app, AT_THIS_MACHINE, heron.person_id, name="Heron")
    clock.pass_s(6 * 366 * 86_400)
    overdue = find_overdue(drill_app)
    assert overdue.held >= 2
    release_hold(drill_app.store, drill_app.clock, hold.hold_id, reason="settled")
    assert len(find_overdue(drill_app).numbers) > len(overdue.numbers)
    assert delete_person(drill_app, AT_THIS_MACHINE, heron.person_id, name="Heron").rows["person"] == 1
