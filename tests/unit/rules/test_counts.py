from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from sim.app.wiring import App
from sim.attempt.attempt import Mode, Phase
from sim.attempt.events import Open
from sim.attempt.options import NO_OPTIONS, Device, ProfileName, find_device
from sim.compare.comparison import compare_attempts
from sim.console import attempts
from sim.console.scores import settle
from sim.db.programs import StepRow
from sim.errors import PlanError
from sim.features.program import board, change, plan
from sim.features.program.board import Cell, get_board
from sim.features.team import given_drills
from sim.features.team.attempts_table import export_team
from sim.features.team.choosing_forms import find_usual_recording, list_footage
from sim.features.team.team import remove_person
from sim.features.team.team_view import get_team_view
from sim.features.training.events import close_training, draft_training, enter_training
from sim.features.training.sign_in import tick_off
from sim.program.plan import BoardState, Wish
from sim.rules.counts import (
    foresee_attempts,
    foresee_device,
    foresee_team,
    list_not_counted,
    list_unfamiliar,
    load_judged,
)
from sim.rules.held import list_held
from tests.support.fake_clock import FakeClock
from tests.support.given import begin, load_attempt, make_team
from tests.unit.features.program.test_program import change_one, list_program_ids, list_steps, make_order

DAY_S = 86_400.0


class Office:
    def __init__(self, app: App, clock: FakeClock) -> None:
        self.app, self.clock = app, clock
        self.team_id, (self.heron, self.otter, self.maple) = make_team(app, "Heron", "Otter", "Maple")
        self.people = (self.heron, self.otter, self.maple)

    def plan(self, **changes: object) -> dict[str, str]:
        order = replace(make_order(self.team_id), **changes)  # type: ignore[arg-type]
        return {name: step.step_id for name, step in list_steps(self.app, plan.create_program(self.app, order)).items()}

    def do(self, attempt_id: str, *, device: Device = Device.COMPUTER) -> str:
        begin(self.app, attempt_id)
        with self.app.store.write() as work:
            work.save_row(replace(work.attempts.get(attempt_id), device=device))
        self.clock.pass_s(1200)
        settle(self.app, attempt_id)
        return attempt_id

    def do_phase(self, person_id: str, phase: Phase, *, device: Device = Device.COMPUTER) -> str:
        return self.do(given_drills.create_attempt(self.app, person_id, phase), device=device)

    def do_step(self, step_id: str, person_id: str = "", *, device: Device = Device.COMPUTER) -> str:
        return self.do(board.give_step(self.app, step_id, person_id or self.heron), device=device)

    def foresee(self, person_id: str, phase: Phase, *, in_days: float = 0.0) -> str:
        ask = partial(
            foresee_team,
            self.app,
            self.team_id,
            profile=ProfileName.CLASSIC,
            options=NO_OPTIONS,
            recording_id=find_usual_recording(self.app, self.team_id),
            at=self.clock.read().wall + timedelta(days=in_days),
        )
        alone = ask([person_id], phase)[phase]
        together = ask(self.people, *Phase)[phase]
        assert alone.get(person_id) == together.get(person_id), "none is judged beside another that may be given too"
        return alone.get(person_id, "")

    def hold_training(self, program_id: str | None, *, came: list[str]) -> None:
        held = draft_training(
            team_id=self.team_id,
            title="New cameras",
            begins_at=self.clock.read().wall,
            minutes=60,
            program_id=program_id,
        )
        made = enter_training(self.app, held, person_ids=self.people)
        self.clock.pass_s(3600)
        tick_off(self.app, made, came)
        close_training(self.app, made, minutes=60)

    def list_out(self) -> dict[str, str]:
        with self.app.store.read() as work:
            return {key: out.words for key, out in list_not_counted(self.app, work, team_id=self.team_id).items()}

    def get_cell(self, title: str) -> Cell:
        board = get_board(self.app, team_id=self.team_id)
        return next(each for each in board.people if each.name == "Heron").cells[board.titles.index(title)]

    def set_clock(self, moment: datetime) -> None:
        self.clock.set_wall((moment - self.clock.wall).total_seconds())


@pytest.fixture
def office(measuring_app: App, clock: FakeClock) -> Office:
    return Office(measuring_app, clock)


def test_an_after_drill_before_the_training_is_told_before_and_stays_due(office: Office) -> None:
    app, heron, steps = office.app, office.heron, office.plan()
    said = office.foresee(heron, Phase.AFTER)
    assert said == (
        "This will not count after training because the training is on Sep 28, 2026. Do it after the training."
    )
    assert office.foresee(heron, Phase.AFTER, in_days=15) == office.foresee(heron, Phase.BEFORE) == ""
    assert "was on Sep 28, 2026" in office.foresee(heron, Phase.BEFORE, in_days=15)
    made = given_drills.create_attempt(app, heron, Phase.AFTER)
    assert foresee_attempts(app, made) == {made: said}
    office.do(made)
    why = 'Does not count: recorded as "after", but done before the training on Sep 28, 2026.'
    cell = office.get_cell("After 1")
    assert (cell.state, cell.not_counted) == (BoardState.PLANNED, why)
    (line,) = next(p for p in get_team_view(app, office.team_id).people if p.person_id == heron).after
    assert line.not_counted == why
    office.clock.pass_s(15 * DAY_S)
    assert office.get_cell("After 1").state is BoardState.DUE
    assert office.do_step(steps["after 1"]) != made
    cell = office.get_cell("After 1")
    assert (cell.state, cell.not_counted) == (BoardState.DONE, "")
    with pytest.raises(PlanError, match="has done this step"):
        board.give_step(app, steps["after 1"], heron)


def test_a_phone_is_told_before_and_its_drill_stays_due(office: Office) -> None:
    app, steps = office.app, office.plan()
    office.clock.pass_s(8 * DAY_S)
    made = board.give_step(app, steps["before 1"], office.heron)
    assert foresee_attempts(app, made, device="computer") == {}
    seen = find_device(Open.model_validate({"width": 980, "height": 2120, "touch": True, "screen": 390}))
    assert seen is Device.PHONE, "also one that asks for the site of computers"
    assert foresee_attempts(app, made, device=seen.value)[made] == (
        "This will not count before training because it is on a phone, and this team's drills are done on a computer. "
        "Open it on a computer."
    )
    office.do(made, device=seen)
    cell = office.get_cell("Before 1")
    assert cell.state is BoardState.DUE
    assert cell.not_counted == "Does not count: done on a phone, while this team's drills are done on a computer."
    assert get_board(app, team_id=office.team_id).count_not_counted() == 1


def test_extended_time_is_done_and_on_no_board(office: Office) -> None:
    steps = office.plan()
    office.clock.pass_s(8 * DAY_S)
    made = board.give_step(office.app, steps["before 1"], office.heron, extra_time=1.5)
    assert foresee_attempts(office.app, made) == {}, "no page but the one on which it is set tells of it"
    office.do(made)
    cell = office.get_cell("Before 1")
    assert (cell.state, cell.not_counted) == (BoardState.DONE, "")
    assert office.list_out()[made].startswith("Done with extended time")
    cards = given_drills.list_attempts(office.app, office.team_id)
    assert {card.not_counted for card in cards} == {""}, "that is nobody's to read"


def test_a_before_drill_after_an_after_drill_is_told_with_all_that_it_costs(office: Office) -> None:
    app, heron, otter = office.app, office.heron, office.otter
    made = [office.do_phase(heron, phase) for phase in (Phase.BEFORE, Phase.AFTER)]
    office.do_phase(otter, Phase.BEFORE)
    assert office.foresee(heron, Phase.BEFORE) == (
        "This will not count before training because a drill after training was done already. With it, none of this "
        "person's drills before and after training count. Give a drill after training instead."
    )
    assert office.list_out() == {}
    extra = attempts.create(app, form_id="open-trace-a", mode=Mode.ASSESSMENT, person_id=heron, phase=Phase.BEFORE)
    made.append(office.do(extra))
    why = (
        "Does not count: a drill before training was done later than one after training, so none of this person's "
        "drills before and after training count."
    )
    assert office.list_out() == dict.fromkeys(made, why)
    with app.store.read() as work:
        assert load_judged(app, work, (), team_id=office.team_id).uncounted == {}, (
            "done again it would not count either"
        )
    assert office.foresee(heron, Phase.AFTER) == (
        "This will not count after training because a drill before training was done later than one after training, "
        "so none of this person's drills before and after training count."
    )
    assert office.foresee(otter, Phase.AFTER) == ""
    left_out = compare_attempts(export_team(app, office.team_id)).left.left_out
    assert ("M001", 3) in {(out.person_id, out.attempts) for out in left_out}


def test_the_board_says_of_a_step_that_is_done_that_it_does_not_count(office: Office) -> None:
    steps = office.plan(training_at="")
    office.clock.pass_s(14 * DAY_S)
    for name in ("after 1", "before 1"):
        office.do_step(steps[name])
    for title in ("Before 1", "After 1"):
        cell = office.get_cell(title)
        assert (cell.state, "none of this person's drills" in cell.not_counted) == (BoardState.DONE, True)


def test_what_is_told_is_what_the_comparison_leaves_out(office: Office) -> None:
    office.plan()
    for person_id in office.people:
        office.do_phase(person_id, Phase.BEFORE)
    early = office.do_phase(office.maple, Phase.AFTER)
    office.clock.pass_s(16 * DAY_S)
    office.do_phase(office.heron, Phase.AFTER)
    phone = office.do_phase(office.otter, Phase.AFTER, device=Device.PHONE)
    assert set(office.list_out()) == {early, phone}
    comparison = compare_attempts(export_team(office.app, office.team_id))
    assert [pair.person_id for pair in comparison.people] == ["M001"]
    reasons = {(out.person_id, out.reason) for out in comparison.left.left_out}
    assert ("M002", "on a phone; only drills on a computer are compared here") in reasons
    assert ("M003", 'recorded as "after", but done before the training') in reasons


def test_follow_ups_move_nobody_to_another_console(office: Office) -> None:
    forms = {Phase.BEFORE: "tiny-trace-a", Phase.AFTER: "tiny-trace-b", Phase.RETENTION: "open-trace-a"}
    other = set()
    for phase, form_id in forms.items():
        for person_id in office.people:
            if person_id == office.maple and phase is Phase.RETENTION:
                continue
            profile = ProfileName.MINIMAL if person_id == office.maple else ProfileName.CLASSIC
            wish = {"form_id": form_id, "mode": Mode.ASSESSMENT, "person_id": person_id, "phase": phase}
            made = office.do(attempts.create(office.app, **wish, profile=profile))
            if person_id == office.maple:
                other.add(made)
    assert {key for key, words in office.list_out().items() if "console" in words} == other
    assert compare_attempts(export_team(office.app, office.team_id)).left.conditions.profile == "classic"
    assert office.foresee(office.heron, Phase.RETENTION) == ""


def test_a_team_that_works_on_tablets_is_measured_on_tablets(office: Office) -> None:
    assert foresee_device(office.app, office.team_id) == "computer"
    for person_id in office.people:
        office.do_phase(person_id, Phase.BEFORE, device=Device.TABLET)
    assert foresee_device(office.app, office.team_id) == "tablet"
    assert office.list_out() == {}


def test_a_drill_met_before_is_told_whatever_its_name_is_now(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    app = office.app
    done = office.do_phase(office.heron, Phase.BEFORE)
    after = given_drills.create_attempt(app, office.heron, Phase.AFTER)
    with app.store.write() as work:
        work.save_row(replace(work.attempts.get(after), form_id=load_attempt(app, done).form_id))
    renamed = tuple(
        replace(known, form=known.form.model_copy(update={"title": "Another name"}))
        for known in app.catalog.list_forms()
    )
    monkeypatch.setattr(type(app.catalog), "list_forms", lambda _: renamed)
    assert foresee_attempts(app, after)[after] == (
        "This will not count after training because the same drill was done before. Choose another drill."
    )
    office.do(after)
    assert office.list_out()[after] == "Does not count: the same drill was done before."


@pytest.mark.parametrize(
    ("phase", "counts"), [(Phase.BEFORE, True), (Phase.AFTER, False)], ids=["before training", "after training"]
)
def test_over_the_hour_of_the_training_the_begin_of_a_drill_decides(
    office: Office, phase: Phase, *, counts: bool
) -> None:
    office.plan()
    office.set_clock(datetime(2026, 9, 28, 13, 20, tzinfo=UTC))
    assert (office.do_phase(office.heron, phase) not in office.list_out()) is counts
    assert bool(office.foresee(office.otter, phase)) is counts, "the training is over now: what was early is late"


@pytest.mark.parametrize(
    ("began", "is_after"),
    [
        # a training day of which only the day is known: the school's day, not that of UTC
        (datetime(2026, 9, 28, 3, 59, tzinfo=UTC), False),
        (datetime(2026, 9, 28, 4, 1, tzinfo=UTC), True),
        (datetime(2026, 9, 29, 3, 59, tzinfo=UTC), True),
    ],
)
def test_midnight_is_the_schools(office: Office, began: datetime, *, is_after: bool) -> None:
    office.plan(training_at="")
    office.set_clock(began)
    assert (office.do_phase(office.heron, Phase.AFTER) not in office.list_out()) is is_after


def test_a_program_planned_over_the_change_of_the_clocks_keeps_its_days(office: Office) -> None:
    office.set_clock(datetime(2026, 10, 26, 14, 0, tzinfo=UTC))
    steps = office.plan(training_at="09:00", wish=Wish(training_on=date(2026, 11, 2), before=1, after=1))
    office.set_clock(datetime(2026, 11, 2, 13, 55, tzinfo=UTC))
    early = begin(office.app, board.give_step(office.app, steps["before 1"], office.heron))
    office.set_clock(datetime(2026, 11, 2, 14, 5, tzinfo=UTC))
    assert office.foresee(office.otter, Phase.AFTER) == "", "9:05 AM is after the training, also in winter time"
    assert "the training was on Nov 2, 2026" in office.foresee(office.otter, Phase.BEFORE)
    office.clock.pass_s(1200)
    settle(office.app, early)
    assert early not in office.list_out(), "8:55 AM was before it"


def test_who_has_not_gone_through_the_console_is_named_before_and_the_drill_counts(office: Office) -> None:
    steps = office.plan()
    office.clock.pass_s(8 * DAY_S)
    asked = [office.heron, office.otter]
    assert list_unfamiliar(office.app, office.team_id, asked) == set(asked)
    assert office.do_step(steps["before 1"]) not in office.list_out()
    assert office.get_cell("Before 1").state is BoardState.DONE
    first, second, _ = get_board(office.app, team_id=office.team_id).people
    assert first.cells[0].text == "left out", "what was not done before the first drill is not done any more"
    assert second.cells[0].state is BoardState.OVERDUE


def test_a_training_held_before_any_baseline_decides_whatever_was_planned(office: Office) -> None:
    """It was planned for Sep 28 and held two weeks before: what then comes before training is no baseline."""
    app, heron, otter = office.app, office.heron, office.otter
    steps = office.plan()
    waiting = board.give_step(app, steps["before 1"], otter)
    (program_id,) = list_program_ids(app)
    office.hold_training(program_id, came=[heron, otter])
    assert "before 1" not in list_steps(app, program_id)
    said = (
        "This will not count before training because the training was on Sep 14, 2026. Give a drill after training "
        "instead."
    )
    assert foresee_attempts(app, waiting) == {waiting: said}, "the link that was sent says it too"
    assert office.foresee(heron, Phase.BEFORE) == said.replace("was on Sep 14, 2026", "was over")
    assert office.foresee(office.maple, Phase.BEFORE) == "", "who was not there has no training behind them"
    alone, late = office.do_phase(heron, Phase.BEFORE), office.do(waiting)
    why = 'Does not count: recorded as "before", but done after the training'
    assert office.list_out() == {alone: f"{why}.", late: f"{why} on Sep 14, 2026."}
    office.clock.pass_s(DAY_S)
    assert office.foresee(heron, Phase.AFTER) == ""
    assert office.do_step(steps["after 1"]) not in office.list_out()
    assert compare_attempts(export_team(app, office.team_id)).people == ()


def test_drills_on_public_footage_are_told_before_and_after_also_with_extended_time(office: Office) -> None:
    app = office.app
    known = next(each.recording_id for each in list_footage(app) if not each.is_private)
    usual = find_usual_recording(app, office.team_id)
    assert usual != known, "what nobody can know is taken unless something else is chosen"
    made = []
    for phase in (Phase.BEFORE, Phase.AFTER):
        for person_id, factor in ((office.heron, 1.0), (office.otter, 1.5)):
            given = given_drills.create_attempt(app, person_id, phase, recording_id=known, extra_time=factor)
            assert foresee_attempts(app, given)[given] == (
                f"This will not count {phase.value} training because it is on footage whose answers anyone can look "
                "up. Measure with footage made on this computer, under Team, Plan."
            )
            made.append(office.do(given))
    why = "Does not count: on footage whose answers anyone can look up."
    assert office.list_out() == dict.fromkeys(made, why)
    assert {card.not_counted for card in given_drills.list_attempts(app, office.team_id)} == {why}
    found = compare_attempts(export_team(app, office.team_id))
    check = next(each for each in found.checks if "beforehand" in each.question)
    assert "on footage whose answers anyone can look up" in check.sentence
    assert len(found.left.rows) == 2
    office.do(given_drills.create_attempt(app, office.heron, Phase.AFTER, recording_id=usual))
    assert office.list_out() == dict.fromkeys(made, why)
    reasons = {out.reason for out in compare_attempts(export_team(app, office.team_id)).left.left_out}
    assert "on footage whose answers anyone can look up" in reasons, "beside drills that count they are left out"


TODAY = date(2026, 9, 14)


@pytest.fixture
def steps(office: Office) -> dict[str, StepRow]:
    remove_person(office.app, office.maple)
    office.plan(wish=Wish(training_on=TODAY + timedelta(days=7), before=1, after=1))
    return list_steps(office.app, *list_program_ids(office.app))


def find_held_day(office: Office, attempt_id: str) -> date | None:
    until = list_held(office.app, [load_attempt(office.app, attempt_id)]).get(attempt_id)
    return None if until is None else until.date()


@pytest.mark.parametrize(("device", "is_over"), [(Device.COMPUTER, True), (Device.PHONE, False)])
def test_a_colleagues_before_is_somebodys_after(
    office: Office, steps: dict[str, StepRow], device: Device, *, is_over: bool
) -> None:
    """The attack: show a colleague the route of the drill that they are given after the training."""
    before, after = steps["before 1"], steps["after 1"]
    heron = office.do_step(before.step_id)
    end = after.due_to + timedelta(days=1)
    assert find_held_day(office, heron) == end
    otter = office.do_step(before.step_id, office.otter)
    assert list_held(office.app, [load_attempt(office.app, each) for each in (heron, otter)]).keys() == {heron, otter}
    office.clock.pass_s((after.due_from - TODAY).days * DAY_S)
    office.do_step(after.step_id)
    assert find_held_day(office, heron) == end
    office.do_step(after.step_id, office.otter, device=device)
    assert find_held_day(office, heron) == (None if is_over else end), "one that does not count is still to be done"


def test_it_ends_with_the_last_day_and_with_the_program(office: Office, steps: dict[str, StepRow]) -> None:
    drill = office.do_step(steps["before 1"].step_id)
    assert find_held_day(office, drill) is not None
    office.clock.pass_s((steps["after 1"].due_to - TODAY).days * DAY_S)
    assert find_held_day(office, drill) is not None, "the last day counts"
    office.clock.pass_s(DAY_S)
    assert find_held_day(office, drill) is None
    office.clock.pass_s(-2 * DAY_S)
    assert find_held_day(office, drill) is not None
    change_one(office.app, *list_program_ids(office.app), change.close_program)
    assert find_held_day(office, drill) is None
