from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from sim.app.wiring import App
from sim.attempt.attempt import Mode, Phase
from sim.console import attempts
from sim.db.programs import ChangeRow, StepRow
from sim.errors import PlanError, StoreError, TaskError
from sim.features.program import board, change, plan
from sim.features.program.change import Days
from sim.features.program.plan import draw_lots
from sim.features.team import given_drills, team
from sim.features.team.attempts_table import export_district, export_team
from sim.features.team.choosing_forms import list_measuring_forms
from sim.program.plan import StepKind, Wish
from tests.support.fake_clock import FakeClock
from tests.support.given import begin, load_attempt, make_team

pytestmark = pytest.mark.measures

TODAY = date(2026, 9, 14)
TRAINING = date(2026, 9, 28)


@pytest.fixture
def team_id(drill_app: App) -> str:
    return make_team(drill_app, "Heron", "Otter", "Maple")[0]


def make_order(team_id: str, *, before: int = 1, after: int = 1, retention: tuple[int, ...] = ()) -> plan.Order:
    return plan.Order(
        team_id=team_id,
        aim="  Find a student   faster ",
        wish=Wish(training_on=TRAINING, before=before, after=after, retention=retention),
        training_at="9:30",
        time_zone="America/New_York",
        request_key="key-1",
    )


def list_steps(app: App, program_id: str) -> dict[str, StepRow]:
    with app.store.read() as work:
        steps = work.programs.list_steps([program_id])
    return {f"{step.kind.value} {step.number}": step for step in steps if step.dropped_at is None}


def change_one(app: App, program_id: str, action: Callable[..., int], *args: object, **named: object) -> int:
    return change.change_all(app, {program_id: None}, lambda work, each: action(app, work, each, *args, **named))


def list_program_ids(app: App) -> list[str]:
    with app.store.read() as work:
        return [row.program_id for row in work.programs.list_all()]


def list_changes(app: App, program_id: str) -> list[str]:
    with app.store.read() as work:
        return [row.words for row in work.list_rows(ChangeRow, ChangeRow.program_id == program_id)]


def find_person(app: App, team_id: str, name: str) -> str:
    return next(card.person_id for card in team.list_people(app, team_id) if card.name == name)


def finish(app: App, clock: FakeClock, attempt_id: str) -> None:
    begin(app, attempt_id)
    clock.pass_s(3600)


def test_orders_of_no_use_are_refused(drill_app: App, team_id: str) -> None:
    order = make_order(team_id)
    for wrong, words in (
        (replace(order, aim=" "), "aim cannot be used"),
        (replace(order, aim="x\x00"), "aim holds a sign that cannot be kept"),
        (replace(order, training_at="25:00"), "no time of day"),
        (replace(order, time_zone="Mars/Base"), "no time zone"),
        (replace(order, wish=Wish(training_on=TODAY)), "have to come first"),
    ):
        with pytest.raises(PlanError, match=words):
            plan.create_program(drill_app, wrong)


def test_the_day_is_the_schools_not_the_servers(drill_app: App, team_id: str, clock: FakeClock) -> None:
    clock.pass_s(13 * 3600)
    order = replace(make_order(team_id), wish=Wish(training_on=date(2026, 9, 15)))
    with pytest.raises(PlanError):
        plan.create_program(drill_app, replace(order, time_zone="Asia/Tokyo"))
    made = plan.create_program(drill_app, order)
    assert list_steps(drill_app, made)["before 2"].due_to == TODAY


def test_steps_move_with_the_training_and_what_was_done_stays(drill_app: App, team_id: str, clock: FakeClock) -> None:
    made = plan.create_program(drill_app, make_order(team_id, retention=(2,)))
    steps = list_steps(drill_app, made)
    attempt_id = board.give_step(drill_app, steps["before 1"].step_id, find_person(drill_app, team_id, "Heron"))
    finish(drill_app, clock, attempt_id)
    week = timedelta(days=7)
    assert change_one(drill_app, made, change.shift_after_training, TRAINING + week) == 3
    moved = list_steps(drill_app, made)
    assert moved["before 1"] == steps["before 1"]
    for name in ("training 1", "after 1", "retention 2"):
        assert moved[name].due_from == steps[name].due_from + week
    assert load_attempt(drill_app, attempt_id).step_id == steps["before 1"].step_id
    change_one(drill_app, made, change.drop_step, steps["before 1"].step_id)
    assert len(export_team(drill_app, team_id)) == 1
    assert list_changes(drill_app, made)[1:] == [
        "Training: Mon, Sep 28, 2026, now Mon, Oct 5, 2026.",
        "After 1: Tue, Sep 29 to Fri, Oct 9, 2026, now Tue, Oct 6 to Fri, Oct 16, 2026.",
        "3 months after: Mon, Jan 4 to Fri, Jan 8, 2027, now Mon, Jan 11 to Fri, Jan 15, 2027.",
        "Took out Before 1.",
    ]


def test_days_that_cannot_be_are_refused_and_nothing_moves(drill_app: App, team_id: str) -> None:
    made = plan.create_program(drill_app, make_order(team_id))
    steps = list_steps(drill_app, made)
    for name, first, last, words in (
        ("before 1", TODAY - timedelta(days=9), TODAY - timedelta(days=2), "which has passed"),
        ("before 1", TRAINING, TRAINING, "before the training"),
        ("after 1", TRAINING, TRAINING, "after the training"),
        ("after 1", TRAINING + timedelta(days=5), TRAINING + timedelta(days=4), "later day"),
        ("training 1", TRAINING, TRAINING + timedelta(days=1), "on one day"),
        ("training 1", TODAY, TODAY, "before the training"),
    ):
        with pytest.raises(PlanError, match=words):
            change_one(drill_app, made, change.move_steps, {steps[name].step_id: Days(due_from=first, due_to=last)})
    assert list_steps(drill_app, made) == steps
    assert len(list_changes(drill_app, made)) == 1


def test_a_follow_up_is_added_once_and_nothing_once_closed(drill_app: App, team_id: str) -> None:
    made = plan.create_program(drill_app, make_order(team_id))
    change_one(drill_app, made, change.add_drill, StepKind.BEFORE)
    change_one(drill_app, made, change.add_drill, StepKind.RETENTION, retention=3)
    with pytest.raises(PlanError, match="6 months after"):
        change_one(drill_app, made, change.add_drill, StepKind.RETENTION, retention=3)
    assert {"before 2", "retention 3"} <= set(list_steps(drill_app, made))
    change_one(drill_app, made, change.close_program)
    with pytest.raises(PlanError, match="is closed"):
        change_one(drill_app, made, change.add_drill, StepKind.AFTER)
    assert list_changes(drill_app, made)[-1:] == ["Closed."]


def test_a_step_is_given_once_in_turn_and_ledgered(drill_app: App, team_id: str, clock: FakeClock) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    heron, otter = (find_person(drill_app, team_id, name) for name in ("Heron", "Otter"))
    before, after = (steps[name].step_id for name in ("before 1", "after 1"))
    first = board.give_step(drill_app, before, heron)
    assert board.give_step(drill_app, before, heron) == first
    others = board.give_step(drill_app, before, otter)
    finish(drill_app, clock, first)
    with pytest.raises(PlanError, match="Heron has done this step"):
        board.give_step(drill_app, before, heron)
    rows = [load_attempt(drill_app, each) for each in (first, others, board.give_step(drill_app, after, heron))]
    assert rows[0].form_id != rows[1].form_id == rows[2].form_id
    assert [(row.phase, row.step_id) for row in rows] == [(Phase.BEFORE, before)] * 2 + [(Phase.AFTER, after)]
    with drill_app.store.read() as work:
        ledger = work.exposures.list_of_team(team_id)
    given = {(row.person_id, row.form_id, "program") for row in rows}
    assert len(ledger) == 3
    assert {(row.person_id, row.form_id, row.how) for row in ledger} == given


def test_the_team_pages_own_buttons_count_for_the_next_step(drill_app: App, team_id: str) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    made = given_drills.create_attempt(drill_app, find_person(drill_app, team_id, "Maple"), Phase.BEFORE)
    assert load_attempt(drill_app, made).step_id == steps["before 1"].step_id


def test_a_form_by_hand_measures_was_not_seen_and_is_told(drill_app: App, team_id: str, clock: FakeClock) -> None:
    made = plan.create_program(drill_app, make_order(team_id))
    before, after = (list_steps(drill_app, made)[name].step_id for name in ("before 1", "after 1"))
    heron = find_person(drill_app, team_id, "Heron")
    _, form_id = list_forms(drill_app)
    with pytest.raises(TaskError, match="does not measure"):
        board.give_step(drill_app, before, heron, form_id="tiny-practice-1", reason="easier")
    given = board.give_step(drill_app, before, heron, form_id=form_id, reason="knows the other one")
    assert load_attempt(drill_app, given).form_id == form_id
    finish(drill_app, clock, given)
    with pytest.raises(TaskError, match="was given this drill before"):
        board.give_step(drill_app, after, heron, form_id=form_id, reason="again")
    change_one(drill_app, made, change.close_program)
    finish(drill_app, clock, given_drills.create_attempt(drill_app, heron, Phase.AFTER))
    table = export_team(drill_app, team_id)
    assert table[["phase", "by_hand"]].values.tolist() == [["before", "yes"], ["after", "no"]]


def list_forms(app: App) -> list[str]:
    return [form.form_id for form in list_measuring_forms(app) if form.recording_id == "tiny"]


def test_a_measuring_form_given_outside_the_program_is_used_up(drill_app: App, team_id: str) -> None:
    heron = find_person(drill_app, team_id, "Heron")
    first, second = list_forms(drill_app)
    attempts.create(drill_app, form_id=first, mode=Mode.ASSESSMENT, person_id=heron)
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    made = board.give_step(drill_app, steps["before 1"].step_id, heron)
    assert load_attempt(drill_app, made).form_id == second
    with pytest.raises(TaskError, match="every drill there is"):
        board.give_step(drill_app, steps["after 1"].step_id, heron)


def test_who_has_left_or_is_on_another_team_gets_nothing(drill_app: App, team_id: str) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    _, (stranger,) = make_team(drill_app, "Cedar", team_name="Library")
    heron, otter = (find_person(drill_app, team_id, name) for name in ("Heron", "Otter"))
    familiar = board.give_step(drill_app, steps["familiarization 1"].step_id, heron)
    assert load_attempt(drill_app, familiar).timing.state.value == "assigned", "given ahead, it starts when opened"
    team.remove_person(drill_app, heron)
    for name, person_id, error, words in (
        ("before 1", stranger, PlanError, "not on the team"),
        ("before 1", heron, StoreError, "has left"),
        ("familiarization 1", heron, StoreError, "has left"),
        ("training 1", otter, PlanError, "no drill"),
    ):
        with pytest.raises(error, match=words):
            board.give_step(drill_app, steps[name].step_id, person_id)


def test_lots_are_drawn_by_the_program_once_and_can_be_drawn_again(drill_app: App) -> None:
    names = [f"Person {number:02d}" for number in range(13)]
    team_id, people = make_team(drill_app, *names[:11])
    order = replace(make_order(team_id), waits=True, chosen_by="all")

    def list_groups() -> dict[str, str]:
        return {card.person_id: card.group for card in team.list_people(drill_app, team_id)}

    with pytest.raises(PlanError, match="11 people are too few for a group that waits"):
        plan.create_program(drill_app, order)
    assert (list_program_ids(drill_app), set(list_groups().values())) == ([], {""})
    people += [team.add_person(drill_app, team_id, name) for name in names[11:]]
    made = plan.create_program(drill_app, order)
    with drill_app.store.read() as work:
        seed = work.programs.get(made).waiting_seed
        assert work.teams.get(team_id).chosen_by == "all"
    assert seed is not None
    groups = list_groups()
    assert draw_lots([people], seed=seed) == groups
    assert sorted(groups.values()) == ["trained by lot"] * 7 + ["waiting by lot"] * 6
    assert f"Drawn by lot (seed {seed}, people in the order they joined): 7 are trained first, 6 wait." in list_changes(
        drill_app, made
    )
    assert (plan.create_program(drill_app, order), list_groups()) == (made, groups), "a second press draws nothing"
    assert len({tuple(sorted(draw_lots([people], seed=seed).items())) for seed in range(20)}) > 15
    teams = people[:5], people[5:9], people[9:]
    draws = [draw_lots(teams, seed=seed) for seed in range(9)]
    drawn = {tuple(sum(draw[each] == "trained by lot" for each in those) for those in teams) for draw in draws}
    assert drawn == {(3, 2, 2)}, "half of each team"
    with pytest.raises(StoreError, match="groups of this team were drawn by lot"):
        team.set_group(drill_app, people[0], "waiting")
    other_id, (other,) = make_team(drill_app, "Elm", team_name="Back office")
    assert other_id != team_id
    with pytest.raises(StoreError, match="the group 'waiting by lot' cannot be set"):
        team.set_group(drill_app, other, "waiting by lot")


def test_how_people_were_chosen_is_kept_and_goes_into_the_table(drill_app: App, clock: FakeClock, team_id: str) -> None:
    team.set_chosen_by(drill_app, team_id, "volunteers")
    plan.create_program(drill_app, make_order(team_id))
    for name in ("Heron", "Otter"):
        person_id = find_person(drill_app, team_id, name)
        finish(drill_app, clock, given_drills.create_attempt(drill_app, person_id, Phase.BEFORE))
    for table in (export_team(drill_app, team_id), export_district(drill_app)):
        assert (set(table["chosen_by"]), set(table["people_in_all"])) == ({"volunteers"}, {2.0})
    with pytest.raises(StoreError, match="'the boss' is not known"):
        team.set_chosen_by(drill_app, team_id, "the boss")
