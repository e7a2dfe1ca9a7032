"""The district's days without drills, wherever a day is picked or accepted."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sim.drill.session_day import SessionKind, Starting
from sim.drill.steps import StepKind
from sim.errors import PlanError, SessionError
from sim.services.app.wiring import App
from sim.services.program import change, plan
from sim.services.program.change import Days
from sim.services.program.school_days import add_day_off, list_off, load_school_days, remove_day_off
from sim.services.session_day import opening
from sim.services.team import team
from tests.support.fake_clock import FakeClock
from tests.support.given import make_team
from tests.unit.services.program.test_program import TODAY, list_steps, make_order

COLUMBUS = date(2026, 10, 12)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def drill_app(measuring_app: App) -> App:
    return measuring_app


@pytest.fixture
def team_id(drill_app: App) -> str:
    return make_team(drill_app, "Heron")[0]


def test_federal_holidays_are_known_with_the_days_they_are_observed_on(drill_app: App) -> None:
    days = load_school_days(drill_app)
    assert days.find_why_off(COLUMBUS) == "Columbus Day"
    assert "observed" in days.find_why_off(date(2027, 7, 5))
    assert days.find_why_off(date(2027, 5, 31)) == "Memorial Day"
    assert days.find_why_off(TODAY) == ""


def test_own_days_off_are_added_listed_and_removed(drill_app: App) -> None:
    add_day_off(drill_app, first_on=date(2026, 10, 1), last_on=date(2026, 10, 2), name="  Fall <b>break</b> 🍂 ")
    add_day_off(drill_app, first_on=date(2026, 10, 1), last_on=date(2026, 10, 2), name="Fall break again")
    own = [line for line in list_off(drill_app) if line.day_off_id]
    assert [(line.days, line.name) for line in own] == [
        ("Thu, Oct 1, 2026 to Fri, Oct 2, 2026", "Fall <b>break</b> 🍂")
    ]
    assert load_school_days(drill_app).find_next(date(2026, 10, 1)) == date(2026, 10, 5)
    assert remove_day_off(drill_app, own[0].day_off_id)
    assert not remove_day_off(drill_app, own[0].day_off_id)
    assert load_school_days(drill_app).find_next(date(2026, 10, 1)) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("first", "last", "name", "words"),
    [
        (0, 0, "", "need a name"),
        (0, 0, "x" * 300, "need a name"),
        (0, 0, "a\x00", "cannot be kept"),
        (3, 2, "Break", "before they begin"),
        (0, 200, "Summer", "more than 120 days"),
        (-20, -10, "Past", "are over"),
        (9999, 9999, "Far", "are over"),
    ],
)
def test_days_that_cannot_be_are_refused(drill_app: App, first: int, last: int, name: str, words: str) -> None:
    with pytest.raises(PlanError, match=words):
        add_day_off(drill_app, first_on=TODAY + timedelta(days=first), last_on=TODAY + timedelta(days=last), name=name)
    assert not [line for line in list_off(drill_app) if line.day_off_id]


def test_a_program_has_no_drill_on_a_day_off(drill_app: App, team_id: str) -> None:
    add_day_off(drill_app, first_on=date(2026, 9, 29), last_on=date(2026, 9, 30), name="Conference")
    made = plan.create_program(drill_app, make_order(team_id, before=2, after=2, retention=(1, 2, 3, 4)))
    days = load_school_days(drill_app)
    steps = list_steps(drill_app, made)
    for step in steps.values():
        if step.kind is not StepKind.TRAINING:
            assert not days.find_why_off(step.due_from), step
            assert not days.find_why_off(step.due_to), step
    assert steps["after 1"].due_from == date(2026, 10, 1)
    with pytest.raises(PlanError, match=r"Oct 12, 2026, Columbus Day.*choose Oct 13, 2026"):
        change.move_steps(
            drill_app, made, {steps["after 2"].step_id: Days(due_from=COLUMBUS, due_to=date(2026, 10, 16))}
        )
    change.shift_after_training(drill_app, made, date(2026, 10, 8))
    for step in list_steps(drill_app, made).values():
        assert step.kind is StepKind.TRAINING or not days.find_why_off(step.due_from)


def test_a_session_is_planned_for_a_school_day(drill_app: App, team_id: str) -> None:
    people = tuple(card.person_id for card in team.list_people(drill_app, team_id))
    plan = opening.Plan(team_id=team_id, kind=SessionKind.BEFORE, starting=Starting.EACH, person_ids=people)

    def open_on(day: date) -> str:
        at = datetime(day.year, day.month, day.day, 23, 30, tzinfo=NEW_YORK)
        return opening.open_session(drill_app, replace(plan, planned_at=at))

    for off in (date(2026, 9, 19), COLUMBUS):
        with pytest.raises(SessionError, match="the session would be on"):
            open_on(off)
    session_id = open_on(date(2026, 9, 18))
    with pytest.raises(SessionError, match="a Sunday"):
        opening.move_session(drill_app, session_id, planned_at=datetime(2026, 9, 20, 9, tzinfo=NEW_YORK), place="")


def test_a_cohort_on_a_day_that_does_not_work_moves_nobody(drill_app: App, team_id: str, clock: FakeClock) -> None:
    other = team.add_person(drill_app, team_id, "Otter")
    program_id = plan.create_program(drill_app, make_order(team_id))
    today = clock.read().wall.astimezone(NEW_YORK).date()
    wanted = today + timedelta(days=4)
    add_day_off(drill_app, first_on=today, last_on=wanted - timedelta(days=1), name="Break")
    order = change.CohortOrder(name="Late ones", person_ids=(other,), training_on=wanted, request_key="key-2")
    with pytest.raises(PlanError, match="no school day"):
        change.make_cohort(drill_app, program_id, order)
    assert [card.people for card in team.list_teams(drill_app)] == [2]
    later = replace(order, training_on=today + timedelta(days=30))
    made = change.make_cohort(drill_app, program_id, later)
    assert change.make_cohort(drill_app, program_id, later) == made
    assert {card.name: card.people for card in team.list_teams(drill_app)} == {"Front office": 1, "Late ones": 1}
