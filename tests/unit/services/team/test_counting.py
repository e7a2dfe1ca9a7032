"""Whether a drill counts: said before it is given, told on the board afterwards, and what does not count stays due."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sim.compare.report.report import compare_attempts
from sim.drill.attempt import Mode, Phase
from sim.drill.board_state import BoardState
from sim.drill.device import Device
from sim.drill.options import NO_OPTIONS
from sim.drill.profile import ProfileName
from sim.errors import PlanError
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.scores import settle
from sim.services.program import give, plan
from sim.services.program.board import Cell, get_board
from sim.services.team import given_drills, team
from sim.services.team.attempts_table import export_team
from sim.services.team.counting import foresee_attempt, foresee_device, foresee_team, list_not_counted, list_still_due
from sim.services.team.team_view import get_team_view
from tests.support.fake_clock import FakeClock
from tests.unit.services.program.test_program import find_person, list_steps, make_order

DAY_S = 86_400.0


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


def do(app: App, clock: FakeClock, attempt_id: str, *, device: Device = Device.COMPUTER) -> str:
    """Do a drill on a device until its time is over; the clock goes on by 20 minutes."""
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    with app.store.write() as work:
        work.attempts.save(replace(work.attempts.get(attempt_id), device=device))
    clock.pass_s(1200)
    settle(app, attempt_id)
    return attempt_id


def foresee(app: App, team_id: str, person_id: str, phase: Phase, *, in_days: float = 0.0) -> str:
    at = app.clock.read().wall + timedelta(days=in_days)
    found = foresee_team(app, team_id, [person_id], phase, profile=ProfileName.CLASSIC, options=NO_OPTIONS, at=at)
    return found.get(person_id, "")


def get_cell(app: App, team_id: str, name: str, title: str) -> Cell:
    board = get_board(app, team_id=team_id)
    person = next(each for each in board.people if each.name == name)
    return person.cells[board.titles.index(title)]


def test_an_after_drill_before_the_training_is_told_before_and_stays_due(
    drill_app: App, clock: FakeClock, team_id: str
) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    heron = find_person(drill_app, team_id, "Heron")
    said = foresee(drill_app, team_id, heron, Phase.AFTER)
    assert said == (
        "This will not count after training because the training is on Sep 28, 2026. Do it after the training."
    )
    assert foresee(drill_app, team_id, heron, Phase.AFTER, in_days=15) == ""
    assert foresee(drill_app, team_id, heron, Phase.BEFORE) == ""
    assert "was on Sep 28, 2026" in foresee(drill_app, team_id, heron, Phase.BEFORE, in_days=15)
    made = given_drills.create_attempt(drill_app, heron, Phase.AFTER)
    assert foresee_attempt(drill_app, made) == said
    do(drill_app, clock, made)
    why = 'Does not count: recorded as "after", but done before the training on Sep 28, 2026.'
    cell = get_cell(drill_app, team_id, "Heron", "After 1")
    assert (cell.state, cell.not_counted) == (BoardState.PLANNED, why)
    (line,) = next(p for p in get_team_view(drill_app, team_id).people if p.person_id == heron).after
    assert line.not_counted == why
    clock.pass_s(15 * DAY_S)
    assert get_cell(drill_app, team_id, "Heron", "After 1").state is BoardState.DUE
    again = give.give_step(drill_app, steps["after 1"].step_id, heron)
    assert again != made
    do(drill_app, clock, again)
    cell = get_cell(drill_app, team_id, "Heron", "After 1")
    assert (cell.state, cell.not_counted) == (BoardState.DONE, "")
    with pytest.raises(PlanError, match="has done this step"):
        give.give_step(drill_app, steps["after 1"].step_id, heron)


def test_a_phone_is_told_before_and_its_drill_stays_due(drill_app: App, clock: FakeClock, team_id: str) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    clock.pass_s(8 * DAY_S)
    heron = find_person(drill_app, team_id, "Heron")
    made = give.give_step(drill_app, steps["before 1"].step_id, heron)
    assert foresee_attempt(drill_app, made, device="computer") == ""
    assert foresee_attempt(drill_app, made, device="phone") == (
        "This will not count before training because it is on a phone, and this team's drills are done on a computer. "
        "Open it on a computer."
    )
    do(drill_app, clock, made, device=Device.PHONE)
    cell = get_cell(drill_app, team_id, "Heron", "Before 1")
    assert cell.state is BoardState.DUE
    assert cell.not_counted == ("Does not count: done on a phone, while this team's drills are done on a computer.")
    assert get_board(drill_app, team_id=team_id).count_not_counted() == 1


def test_extended_time_is_done_and_on_no_board(drill_app: App, clock: FakeClock, team_id: str) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    clock.pass_s(8 * DAY_S)
    heron = find_person(drill_app, team_id, "Heron")
    made = give.give_step(drill_app, steps["before 1"].step_id, heron, extra_time=1.5)
    assert foresee_attempt(drill_app, made) == "", "no page but the one on which it is set tells of it"
    do(drill_app, clock, made)
    cell = get_cell(drill_app, team_id, "Heron", "Before 1")
    assert (cell.state, cell.not_counted) == (BoardState.DONE, "")
    assert all(not card.not_counted for card in given_drills.list_attempts(drill_app, team_id))


def test_a_before_drill_after_an_after_drill_is_told_with_all_that_it_costs(
    drill_app: App, clock: FakeClock, team_id: str
) -> None:
    """One drill too many before training, and the comparison has none of that person's: they all say so."""
    heron, otter = (find_person(drill_app, team_id, name) for name in ("Heron", "Otter"))
    made = [
        do(drill_app, clock, given_drills.create_attempt(drill_app, heron, phase))
        for phase in (Phase.BEFORE, Phase.AFTER)
    ]
    do(drill_app, clock, given_drills.create_attempt(drill_app, otter, Phase.BEFORE))
    assert foresee(drill_app, team_id, heron, Phase.BEFORE) == (
        "This will not count before training because a drill after training was done already. With it, none of this "
        "person's drills before and after training count. Give a drill after training instead."
    )
    with drill_app.store.read() as work:
        assert list_not_counted(work, team_id=team_id) == {}
    extra = attempts.create(
        drill_app, form_id="open-trace-a", mode=Mode.ASSESSMENT, person_id=heron, phase=Phase.BEFORE
    )
    made.append(do(drill_app, clock, extra))
    why = (
        "Does not count: a drill before training was done later than one after training, so none of this person's "
        "drills before and after training count."
    )
    with drill_app.store.read() as work:
        found = list_not_counted(work, team_id=team_id)
        assert list_still_due(work, team_id=team_id) == frozenset(), "done again it would not count either"
    assert {key: out.words for key, out in found.items()} == dict.fromkeys(made, why)
    assert foresee(drill_app, team_id, heron, Phase.AFTER) == (
        "This will not count after training because a drill before training was done later than one after training, "
        "so none of this person's drills before and after training count."
    )
    assert foresee(drill_app, team_id, otter, Phase.AFTER) == ""
    left_out = compare_attempts(export_team(drill_app, team_id)).design.left_out
    assert ("M001", 3) in {(out.person_id, out.attempts) for out in left_out}


def test_the_board_says_of_a_step_that_is_done_that_it_does_not_count(
    drill_app: App, clock: FakeClock, team_id: str
) -> None:
    """All on the day of the training, of which the hour is not known: both sides of it are the same day."""
    steps = list_steps(drill_app, plan.create_program(drill_app, replace(make_order(team_id), training_at="")))
    clock.pass_s(14 * DAY_S)
    heron = find_person(drill_app, team_id, "Heron")
    do(drill_app, clock, give.give_step(drill_app, steps["after 1"].step_id, heron))
    do(drill_app, clock, give.give_step(drill_app, steps["before 1"].step_id, heron))
    for title in ("Before 1", "After 1"):
        cell = get_cell(drill_app, team_id, "Heron", title)
        assert (cell.state, "none of this person's drills" in cell.not_counted) == (BoardState.DONE, True)


def test_what_is_told_is_what_the_comparison_leaves_out(drill_app: App, clock: FakeClock, team_id: str) -> None:
    """One person counts, one is on a phone, one is too early: the comparison names the same drills."""
    plan.create_program(drill_app, make_order(team_id))
    heron, otter, maple = (find_person(drill_app, team_id, name) for name in ("Heron", "Otter", "Maple"))
    for person_id in (heron, otter, maple):
        do(drill_app, clock, given_drills.create_attempt(drill_app, person_id, Phase.BEFORE))
    early = do(drill_app, clock, given_drills.create_attempt(drill_app, maple, Phase.AFTER))
    clock.pass_s(16 * DAY_S)
    do(drill_app, clock, given_drills.create_attempt(drill_app, heron, Phase.AFTER))
    phone = do(drill_app, clock, given_drills.create_attempt(drill_app, otter, Phase.AFTER), device=Device.PHONE)
    with drill_app.store.read() as work:
        assert set(list_not_counted(work, team_id=team_id)) == {early, phone}
    comparison = compare_attempts(export_team(drill_app, team_id))
    assert [pair.person_id for pair in comparison.pairs] == ["M001"]
    reasons = {(out.person_id, out.reason) for out in comparison.design.left_out}
    assert ("M002", "on a phone; only drills on a computer are compared here") in reasons
    assert ("M003", 'recorded as "after", but done before the training date') in reasons


def test_follow_ups_move_nobody_to_another_console(drill_app: App, clock: FakeClock, team_id: str) -> None:
    """Two people come back later on the usual console, the third was only ever on another: the third is left out."""
    heron, otter, maple = (find_person(drill_app, team_id, name) for name in ("Heron", "Otter", "Maple"))
    forms = {Phase.BEFORE: "tiny-trace-a", Phase.AFTER: "tiny-trace-b", Phase.RETENTION: "open-trace-a"}
    other = set()
    for phase, form_id in forms.items():
        for person_id in (heron, otter, maple):
            if person_id == maple and phase is Phase.RETENTION:
                continue
            profile = ProfileName.MINIMAL if person_id == maple else ProfileName.CLASSIC
            made = attempts.create(
                drill_app, form_id=form_id, mode=Mode.ASSESSMENT, person_id=person_id, phase=phase, profile=profile
            )
            do(drill_app, clock, made)
            if person_id == maple:
                other.add(made)
    with drill_app.store.read() as work:
        assert set(list_not_counted(work, team_id=team_id)) == other
    assert compare_attempts(export_team(drill_app, team_id)).design.profile == "classic"
    assert foresee(drill_app, team_id, heron, Phase.RETENTION) == ""


def test_a_team_that_works_on_tablets_is_measured_on_tablets(drill_app: App, clock: FakeClock, team_id: str) -> None:
    assert foresee_device(drill_app, team_id) == "computer"
    for person in team.list_people(drill_app, team_id):
        attempt_id = given_drills.create_attempt(drill_app, person.person_id, Phase.BEFORE)
        do(drill_app, clock, attempt_id, device=Device.TABLET)
    assert foresee_device(drill_app, team_id) == "tablet"
    with drill_app.store.read() as work:
        assert list_not_counted(work, team_id=team_id) == {}
