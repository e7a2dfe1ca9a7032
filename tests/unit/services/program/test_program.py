"""Planning a program, changing it, and giving its drills."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sim.db.programs import StepRow
from sim.drill.attempt import Mode, Phase
from sim.drill.plan import Wish
from sim.drill.steps import StepKind
from sim.errors import PlanError, StoreError, TaskError
from sim.services.app.wiring import App
from sim.services.attempt import attempts, familiarization
from sim.services.program import change, give, plan
from sim.services.program.change import Days
from sim.services.program.plan import draw_lots
from sim.services.team import given_drills, team
from sim.services.team.attempts_table import export_district, export_team
from sim.services.team.choosing_forms import list_measuring_forms
from tests.support.fake_clock import FakeClock

TODAY = date(2026, 9, 14)
TRAINING = date(2026, 9, 28)


@pytest.fixture
def drill_app(measuring_app: App) -> App:
    """Programs measure on footage that nobody can know."""
    return measuring_app


@pytest.fixture
def team_id(drill_app: App, clock: FakeClock) -> str:
    made = team.add_team(drill_app, "Front office")
    for name in ("Heron", "Otter", "Maple"):
        team.add_person(drill_app, made, name)
        clock.pass_s(1)
    return made


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


def list_program_ids(app: App) -> list[str]:
    with app.store.read() as work:
        return [row.program_id for row in work.programs.list_all()]


def list_changes(app: App, program_id: str) -> list[str]:
    with app.store.read() as work:
        return [row.words for row in work.programs.list_changes(program_id)]


def find_person(app: App, team_id: str, name: str) -> str:
    return next(card.person_id for card in team.list_people(app, team_id) if card.name == name)


def finish(app: App, clock: FakeClock, attempt_id: str) -> None:
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    clock.pass_s(3600)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"aim": " "}, "aim cannot be used"),
        ({"aim": "x\x00"}, "aim holds a sign that cannot be kept"),
        ({"training_at": "25:00"}, "no time of day"),
        ({"time_zone": "Mars/Base"}, "no time zone"),
        ({"wish": Wish(training_on=TODAY)}, "have to come first"),
    ],
)
def test_orders_that_cannot_be_used_are_refused(
    drill_app: App, team_id: str, changed: dict[str, object], words: str
) -> None:
    with pytest.raises(PlanError, match=words):
        plan.create_program(drill_app, replace(make_order(team_id), **changed))  # type: ignore[arg-type]


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
    heron = find_person(drill_app, team_id, "Heron")
    attempt_id = give.give_step(drill_app, steps["before 1"].step_id, heron)
    finish(drill_app, clock, attempt_id)
    assert change.shift_after_training(drill_app, made, TRAINING + timedelta(days=7)) == 3
    moved = list_steps(drill_app, made)
    assert moved["before 1"] == steps["before 1"]
    for name in ("training 1", "after 1", "retention 2"):
        assert moved[name].due_from == steps[name].due_from + timedelta(days=7)
    with drill_app.store.read() as work:
        assert work.programs.get(made).training_on == TRAINING + timedelta(days=7)
        assert work.attempts.get(attempt_id).step_id == steps["before 1"].step_id
    change.drop_step(drill_app, made, steps["before 1"].step_id)
    assert len(export_team(drill_app, team_id)) == 1
    words = list_changes(drill_app, made)
    assert words[1:] == [
        "Training: Mon, Sep 28, 2026, now Mon, Oct 5, 2026.",
        "After 1: Tue, Sep 29 to Fri, Oct 9, 2026, now Tue, Oct 6 to Fri, Oct 16, 2026.",
        "3 months after: Mon, Dec 28, 2026 to Fri, Jan 8, 2027, now Mon, Jan 4 to Fri, Jan 15, 2027.",
        "Took out Before 1.",
    ]


def test_days_that_cannot_be_are_refused_and_nothing_moves(drill_app: App, team_id: str) -> None:
    made = plan.create_program(drill_app, make_order(team_id))
    steps = list_steps(drill_app, made)

    def move(name: str, first: date, last: date) -> None:
        change.move_steps(drill_app, made, {steps[name].step_id: Days(due_from=first, due_to=last)})

    for name, first, last, words in (
        ("before 1", TODAY - timedelta(days=9), TODAY - timedelta(days=2), "which has passed"),
        ("before 1", TRAINING, TRAINING, "before the training"),
        ("after 1", TRAINING, TRAINING, "after the training"),
        ("after 1", TRAINING + timedelta(days=5), TRAINING + timedelta(days=4), "later day"),
        ("training 1", TRAINING, TRAINING + timedelta(days=1), "on one day"),
        ("training 1", TODAY, TODAY, "before the training"),
    ):
        with pytest.raises(PlanError, match=words):
            move(name, first, last)
    assert list_steps(drill_app, made) == steps
    assert len(list_changes(drill_app, made)) == 1


def test_drills_are_added_and_nothing_changes_once_closed(drill_app: App, team_id: str) -> None:
    made = plan.create_program(drill_app, make_order(team_id))
    change.add_drill(drill_app, made, StepKind.BEFORE)
    change.add_drill(drill_app, made, StepKind.AFTER)
    change.add_drill(drill_app, made, StepKind.RETENTION, retention=3)
    with pytest.raises(PlanError, match="6 months after"):
        change.add_drill(drill_app, made, StepKind.RETENTION, retention=3)
    assert {"before 2", "after 2", "retention 3"} <= set(list_steps(drill_app, made))
    change.set_aim(drill_app, made, "Another aim")
    change.set_training_time(drill_app, made, "14:05")
    change.renew_calendar(drill_app, made)
    change.close_program(drill_app, made)
    with pytest.raises(PlanError, match="is closed"):
        change.add_drill(drill_app, made, StepKind.AFTER)
    assert list_changes(drill_app, made)[-4:] == [
        "The aim was put in other words.",
        "Training at 2:05 PM.",
        "New calendar address; the old one no longer works.",
        "Closed.",
    ]


def test_a_step_is_given_once_in_turn_and_ledgered(drill_app: App, team_id: str, clock: FakeClock) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    heron, otter = (find_person(drill_app, team_id, name) for name in ("Heron", "Otter"))
    first = give.give_step(drill_app, steps["before 1"].step_id, heron)
    assert give.give_step(drill_app, steps["before 1"].step_id, heron) == first
    others = give.give_step(drill_app, steps["before 1"].step_id, otter)
    finish(drill_app, clock, first)
    with pytest.raises(PlanError, match="Heron has done this step"):
        give.give_step(drill_app, steps["before 1"].step_id, heron)
    after = give.give_step(drill_app, steps["after 1"].step_id, heron)
    with drill_app.store.read() as work:
        rows = {name: work.attempts.get(each) for name, each in (("b", first), ("o", others), ("a", after))}
        ledger = work.exposures.list_of_team(team_id)
    assert rows["b"].form_id != rows["a"].form_id == rows["o"].form_id
    assert [(row.phase, row.step_id) for row in rows.values()] == [
        (Phase.BEFORE, steps["before 1"].step_id),
        (Phase.BEFORE, steps["before 1"].step_id),
        (Phase.AFTER, steps["after 1"].step_id),
    ]
    given = {(row.person_id, row.form_id, "program") for row in rows.values()}
    assert len(ledger) == len(given) == 3
    assert {(row.person_id, row.form_id, row.how) for row in ledger} == given


def test_the_team_pages_own_buttons_count_for_the_next_step(drill_app: App, team_id: str) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    made = given_drills.create_attempt(drill_app, find_person(drill_app, team_id, "Maple"), Phase.BEFORE)
    with drill_app.store.read() as work:
        assert work.attempts.get(made).step_id == steps["before 1"].step_id


def test_a_form_chosen_by_hand_needs_a_reason_and_may_not_be_seen(
    drill_app: App, team_id: str, clock: FakeClock
) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    heron = find_person(drill_app, team_id, "Heron")
    forms = [form.form_id for form in list_measuring_forms(drill_app) if form.recording_id == "tiny"]
    with pytest.raises(TaskError, match="without a usable reason"):
        give.give_step(drill_app, steps["before 1"].step_id, heron, form_id=forms[1], reason=" ")
    with pytest.raises(TaskError, match="does not measure"):
        give.give_step(drill_app, steps["before 1"].step_id, heron, form_id="tiny-practice-1", reason="easier")
    made = give.give_step(drill_app, steps["before 1"].step_id, heron, form_id=forms[1], reason="knows the other one")
    finish(drill_app, clock, made)
    with pytest.raises(TaskError, match="was given this drill before"):
        give.give_step(drill_app, steps["after 1"].step_id, heron, form_id=forms[1], reason="again")
    with drill_app.store.read() as work:
        (row,) = work.exposures.list_of_team(team_id)
        assert work.attempts.get(made).form_id == forms[1]
    assert (row.how, row.reason, row.attempt_id) == ("chosen", "knows the other one", made)
    change.close_program(drill_app, list_program_ids(drill_app)[0])
    finish(drill_app, clock, given_drills.create_attempt(drill_app, heron, Phase.AFTER))
    table = export_team(drill_app, team_id)
    assert table[["phase", "by_hand"]].values.tolist() == [["before", "yes"], ["after", "no"]]


def test_a_measuring_form_given_outside_the_program_is_used_up(drill_app: App, team_id: str) -> None:
    heron = find_person(drill_app, team_id, "Heron")
    forms = [form.form_id for form in list_measuring_forms(drill_app) if form.recording_id == "tiny"]
    attempts.create(drill_app, form_id=forms[0], mode=Mode.ASSESSMENT, person_id=heron)
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    made = give.give_step(drill_app, steps["before 1"].step_id, heron)
    with drill_app.store.read() as work:
        assert work.attempts.get(made).form_id == forms[1]
    with pytest.raises(TaskError, match="every drill there is"):
        give.give_step(drill_app, steps["after 1"].step_id, heron)


def test_who_has_left_or_is_on_another_team_gets_nothing(drill_app: App, team_id: str) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    stranger = team.add_person(drill_app, team.add_team(drill_app, "Library"), "Cedar")
    with pytest.raises(PlanError, match="not on the team"):
        give.give_step(drill_app, steps["before 1"].step_id, stranger)
    heron = find_person(drill_app, team_id, "Heron")
    give.give_step(drill_app, steps["familiarization 1"].step_id, heron)
    team.remove_person(drill_app, heron)
    for name in ("before 1", "familiarization 1"):
        with pytest.raises(StoreError, match="has left"):
            give.give_step(drill_app, steps[name].step_id, heron)
    with pytest.raises(PlanError, match="no drill"):
        give.give_step(drill_app, steps["training 1"].step_id, find_person(drill_app, team_id, "Otter"))


def test_a_familiarization_given_ahead_starts_when_opened(drill_app: App, team_id: str) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    heron = find_person(drill_app, team_id, "Heron")
    made = give.give_step(drill_app, steps["familiarization 1"].step_id, heron)
    assert give.give_step(drill_app, steps["familiarization 1"].step_id, heron) == made
    with drill_app.store.read() as work:
        row = work.attempts.get(made)
    assert (row.step_id, row.timing.state.value, row.mode) == (
        steps["familiarization 1"].step_id,
        "assigned",
        Mode.FAMILIARIZATION,
    )
    familiarization.start(drill_app, made)
    assert attempts.get_state(drill_app, made).value == "running"


def fill_team(app: App, clock: FakeClock, *, people: int) -> str:
    made = team.add_team(app, f"Team of {people}")
    for number in range(people):
        team.add_person(app, made, f"Person {number:02d}")
        clock.pass_s(1)
    return made


@pytest.mark.parametrize("people", [12, 13])
def test_lots_are_drawn_by_the_program_and_can_be_drawn_again(drill_app: App, clock: FakeClock, people: int) -> None:
    team_id = fill_team(drill_app, clock, people=people)
    made = plan.create_program(drill_app, replace(make_order(team_id), waits=True, chosen_by="all"))
    with drill_app.store.read() as work:
        seed = work.programs.get(made).waiting_seed
        members = sorted(work.teams.list_people(team_id), key=lambda person: person.number)
        assert work.teams.get_team(team_id).chosen_by == "all"
    assert seed is not None
    groups = {person.person_id: person.group for person in members}
    assert draw_lots([person.person_id for person in members], seed=seed) == groups
    assert sorted(groups.values()) == ["trained by lot"] * (people - people // 2) + ["waiting by lot"] * (people // 2)
    (note,) = [words for words in list_changes(drill_app, made) if words.startswith("Drawn")]
    assert note == (
        f"Drawn by lot (seed {seed}, people in the order they joined): {people - people // 2} are trained first, "
        f"{people // 2} wait."
    )


def test_another_seed_draws_another_order_and_a_second_press_draws_nothing(drill_app: App, clock: FakeClock) -> None:
    names = [f"p{number}" for number in range(12)]
    assert len({tuple(draw_lots(names, seed=seed).values()) for seed in range(20)}) > 15
    team_id = fill_team(drill_app, clock, people=12)
    order = replace(make_order(team_id), waits=True)
    made = plan.create_program(drill_app, order)
    before = {card.person_id: card.group for card in team.list_people(drill_app, team_id)}
    assert plan.create_program(drill_app, order) == made
    assert {card.person_id: card.group for card in team.list_people(drill_app, team_id)} == before


def test_too_few_for_lots_make_no_program_at_all(drill_app: App, clock: FakeClock) -> None:
    team_id = fill_team(drill_app, clock, people=11)
    with pytest.raises(PlanError, match="11 people are on this team, too few for a group that waits"):
        plan.create_program(drill_app, replace(make_order(team_id), waits=True))
    assert list_program_ids(drill_app) == []
    assert {card.group for card in team.list_people(drill_app, team_id)} == {""}


def test_how_people_were_chosen_is_kept_and_goes_into_the_table(drill_app: App, clock: FakeClock, team_id: str) -> None:
    team.set_chosen_by(drill_app, team_id, "volunteers")
    plan.create_program(drill_app, make_order(team_id))
    for name in ("Heron", "Otter"):
        person_id = find_person(drill_app, team_id, name)
        finish(drill_app, clock, given_drills.create_attempt(drill_app, person_id, Phase.BEFORE))
    table = export_team(drill_app, team_id)
    assert set(table["chosen_by"]) == {"volunteers"}
    assert set(table["people_in_all"]) == {2.0}
    district = export_district(drill_app)
    assert (set(district["chosen_by"]), set(district["people_in_all"])) == ({"volunteers"}, {2.0})
    with pytest.raises(StoreError, match="'the boss' is not known"):
        team.set_chosen_by(drill_app, team_id, "the boss")
