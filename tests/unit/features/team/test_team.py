from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Phase
from sim.attempt.events import Event, EventKind
from sim.columns import ATTEMPTS
from sim.compare.comparison import compare_attempts
from sim.compare.counting import WHY, Reason
from sim.compare.result import NO_PLAN
from sim.console import attempts
from sim.console.intake import accept_events
from sim.errors import PlanError, StoreError
from sim.features.comparison.files import Asked, compare_files, comparison_as_data
from sim.features.comparison.handover import write_attempts_csv
from sim.features.exercise.room import create_exercise
from sim.features.program import change, plan
from sim.features.team import attempts_table, given_drills, team
from sim.features.team.attempts_table import export_district, export_team, load_plan
from sim.features.team.choosing_forms import list_spent, note_look
from sim.features.training.events import close_training, enter_training
from sim.features.training.sign_in import tick_off
from sim.rules.counts import count_days
from sim.rules.viewer import NOBODY, Role, Viewer, limit_app
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_drill, load_attempt, make_team
from tests.support.tiny_app import LIMIT_S
from tests.unit.features.program.test_program import TRAINING, change_one, list_changes, list_steps, make_order
from tests.unit.features.training.conftest import make_plan
from tools.bench.compare import fill_district, make_bench_attempts


@pytest.fixture
def team_id(drill_app: App) -> str:
    return team.add_team(drill_app, "  Front   office ")


def test_names_that_cannot_be_used_are_refused(drill_app: App, team_id: str) -> None:
    for name, why in (
        ("", "name is missing"),
        (" \u200b ", "name is missing"),
        ("+1", "cannot be used"),
        ("-x", "cannot be used"),
        ("\u200e@x", "cannot be used"),
        ("a\x00b", r"cannot be kept \(U\+0000\)"),
    ):
        with pytest.raises(StoreError, match=why):
            team.add_person(drill_app, team_id, name)
        with pytest.raises(StoreError, match=why):
            team.add_team(drill_app, name)


def test_who_has_left_takes_no_place_in_a_team(drill_app: App, team_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "MAX_PEOPLE", len(team.list_people(drill_app, team_id)) + 1)
    gone = team.add_person(drill_app, team_id, "Gone Soon")
    with pytest.raises(StoreError, match="people already"):
        team.add_person(drill_app, team_id, "One More")
    team.remove_person(drill_app, gone)
    team.add_person(drill_app, team_id, "One More")


def test_the_list_and_the_table_are_brought_up_to_now(drill_app: App, clock: FakeClock) -> None:
    team_id, (heron,) = make_team(drill_app, "Heron")
    begin_drill(drill_app, heron)
    attempts.create_sample(drill_app)
    assert len(export_team(drill_app, team_id)) == 0
    clock.pass_s(LIMIT_S + 60)
    (card,) = given_drills.list_attempts(drill_app, team_id)
    assert (card.row.state, card.used_s, card.passed) == (AttemptState.TIMED_OUT, LIMIT_S, False)
    table = export_team(drill_app, team_id)
    assert [(c.name, c.dtype) for c in ATTEMPTS] == [(name, str(kind)) for name, kind in table.dtypes.items()]
    (row,) = table.to_dict("records")
    assert (row["person_id"], row["phase"], row["elapsed_s"], row["finished"]) == ("M001", "before", LIMIT_S, False)
    assert (row["appearance_recall"], row["wrong_person_s"]) == (0.0, 0.0)
    assert export_team(drill_app, team_id, by_name=True)["person_id"].tolist() == ["Heron"]


def test_the_table_says_school_device_difficulty_and_number(drill_app: App, team_id: str, clock: FakeClock) -> None:
    person_id = team.add_person(drill_app, team_id, "Heron")
    for phase in (Phase.BEFORE, Phase.AFTER):
        attempt_id = begin_drill(drill_app, person_id, phase)
        window = {"width": 390, "height": 844, "touch": phase is Phase.AFTER}
        opened = Event.read(tab_id="t1", seq=1, t_client_ms=1.0, kind=EventKind.OPEN, payload=window)
        clock.pass_s(5)
        accept_events(drill_app, attempt_id, tab_id="t1", events=[opened])
        attempts.abandon(drill_app, attempt_id)
    table = export_team(drill_app, team_id)
    wanted = {
        "school": ["Front office"] * 2,
        "device": ["computer", "phone"],
        "drill_number": [1.0, 2.0],
        "task_type": ["trace"] * 2,
    }
    assert {name: table[name].tolist() for name in wanted} == wanted
    forms = {known.form.form_id: known.form.difficulty for known in drill_app.catalog.list_forms()}
    assert table["difficulty"].tolist() == [forms[form_id].index for form_id in table["form_id"]]


def test_the_districts_table_holds_every_team_that_is_no_demo(drill_app: App, team_id: str, clock: FakeClock) -> None:
    teams = [team_id]
    for name, is_demo in (("Annex", False), ("Demo", True)):
        clock.pass_s(1)
        teams.append(team.add_team(drill_app, name, is_demo=is_demo))
    for each in teams:
        begin_drill(drill_app, team.add_person(drill_app, each, "Heron"))
        clock.pass_s(LIMIT_S + 60)
    given_drills.list_attempts(drill_app, team_id)
    own, table = export_team(drill_app, team_id), export_district(drill_app)
    assert table["person_id"].tolist() == ["T001-M001", "T002-M001"]
    assert table["school"].tolist() == ["Front office", "Annex"]
    shared = [name for name in own.columns if name != "person_id"]
    assert table.iloc[:1][shared].equals(own[shared])


def test_given_up_after_release_is_in_the_table_without_measures(drill_app: App, clock: FakeClock) -> None:
    team_id, (heron,) = make_team(drill_app, "Heron")
    attempt_id = begin_drill(drill_app, heron)
    clock.pass_s(50)
    with drill_app.store.write() as work:
        work.save_row(replace(work.attempts.get(attempt_id), mark_tabs=2))
    attempts.abandon(drill_app, attempt_id)
    attempts.abandon(drill_app, given_drills.create_attempt(drill_app, heron, Phase.AFTER))
    table = export_team(drill_app, team_id)
    assert table["remarks"].tolist() == ["Marks came from 2 browser tabs or devices."]
    assert table[["phase", "elapsed_s", "finished"]].to_numpy().tolist() == [["before", 50.0, False]]
    assert table["idf1"].isna().all()


def test_days_are_counted_from_the_training_on_the_schools_clocks() -> None:
    released_at, day = datetime(2026, 3, 10, 3, 0, tzinfo=UTC), date(2026, 3, 9)
    assert count_days(released_at, day, "09:00", "America/Chicago") == 0.542
    assert count_days(released_at, day, "", "America/Chicago") == 0.0
    assert count_days(released_at, date(2026, 3, 10), "", "America/Chicago") == -1.0
    assert count_days(released_at, None, "09:00", "America/Chicago") is None


def count_queries(app: App) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(app.store.engine, "before_cursor_execute", note)
    export_district(app)
    event.remove(app.store.engine, "before_cursor_execute", note)
    return sum(statement.lstrip().upper().startswith("SELECT") for statement in seen)


def test_the_number_of_queries_does_not_grow_with_the_district(drill_app: App) -> None:
    fill_district(drill_app, make_bench_attempts(schools=1, people=2))
    few = count_queries(drill_app)
    other = make_bench_attempts(schools=4, people=12).iloc[40:]
    other = other.assign(person_id="x" + other["person_id"], school="other " + other["school"])
    fill_district(drill_app, other, first=1_000)
    assert len(export_district(drill_app)) == 240
    assert count_queries(drill_app) == few <= 7


def test_the_page_and_the_file_give_the_same_numbers(drill_app: App, tmp_path: Path) -> None:
    made = make_bench_attempts(schools=3, people=12)
    fill_district(drill_app, made)
    table = export_district(drill_app)
    path = tmp_path / "district.csv"
    path.write_bytes(write_attempts_csv(table))
    compared = compare_attempts(table)
    assert comparison_as_data(compare_files([path], Asked(teams=1))[0]) == comparison_as_data(compared)
    assert (len(compared.by_school), len(compared.people)) == (3, 12)
    direct = compare_attempts(made.assign(days_since_training=float("nan"), familiar="no", difficulty=float("nan")))
    assert compared.effects.time.estimate == pytest.approx(direct.effects.time.estimate, abs=1e-12)
    assert compared.effects.match == direct.effects.match


class Pair:
    def __init__(self, app: App, clock: FakeClock) -> None:
        self.app, self.clock = app, clock
        self.team_id, (self.ana, self.ben) = make_team(app, "Ana Lopez", "Ben Ito")
        self.viewer = Viewer(account_id="a1", person_id=self.ana, name="Ana Lopez", role=Role.TRAINEE)

    def look(self, attempt_id: str) -> None:
        note_look(self.app, self.viewer, attempt_id)
        self.clock.pass_s(60)

    def practice(self) -> None:
        self.look(attempts.create_sample(self.app))

    def measure(self, person_id: str, phase: Phase = Phase.BEFORE) -> str:
        attempt_id = begin_drill(self.app, person_id, phase)
        self.clock.pass_s(3600)
        return attempt_id

    def read_seen(self) -> list[str]:
        return list(export_team(self.app, self.team_id)["seen_before"])


@pytest.fixture
def pair(drill_app: App, clock: FakeClock) -> Pair:
    return Pair(drill_app, clock)


def test_practice_on_the_recording_before_a_measured_drill_is_found(pair: Pair) -> None:
    """The attack: practice on the recording without an account's name on it, then be measured there."""
    pair.practice()
    for person_id in (pair.ana, pair.ben):
        pair.measure(person_id, Phase.BEFORE)
        pair.measure(person_id, Phase.AFTER)
    table = export_team(pair.app, pair.team_id)
    assert table.groupby("person_id")["seen_before"].agg(set).to_list() == [{"yes"}, {"no"}]
    comparison = compare_attempts(table)
    out = [(each.person_id, each.attempts, each.reason) for each in comparison.left.left_out]
    assert out == [("M001", 2, WHY[Reason.SEEN_BEFORE])]
    assert [each.person_id for each in comparison.people] == ["M002"]
    check = next(each for each in comparison.checks if "beforehand" in each.question)
    assert "2 drills on a recording seen in practice" in check.sentence


def test_practice_during_a_measured_drill_is_found_and_after_its_end_changes_nothing(pair: Pair) -> None:
    attempt_id = pair.measure(pair.ana)
    attempts.get_state(pair.app, attempt_id)
    pair.clock.pass_s(60)
    pair.practice()
    assert pair.read_seen() == ["no"]
    assert given_drills.list_attempts(pair.app, pair.team_id)[0].not_counted == (
        "Does not count: on footage whose answers anyone can look up."
    )
    begin_drill(pair.app, pair.ben)
    note_look(pair.app, replace(pair.viewer, person_id=pair.ben), attempts.create_sample(pair.app))
    pair.clock.pass_s(3600)
    assert sorted(pair.read_seen()) == ["no", "yes"]


def test_a_team_drill_on_the_recording_is_a_look(pair: Pair) -> None:
    create_exercise(pair.app, pair.team_id, form_id="tiny-practice-1", person_ids=[pair.ana, pair.ben])
    pair.clock.pass_s(60)
    pair.measure(pair.ana)
    assert pair.read_seen() == ["yes"]


def test_every_look_is_an_exposure_of_that_form(pair: Pair) -> None:
    theirs = pair.measure(pair.ben)
    form_id = load_attempt(pair.app, theirs).form_id
    for _ in range(3):
        pair.look(theirs)
    with pair.app.store.read() as work:
        seen = work.exposures.list_seen(pair.ana)
    assert form_id in list_spent(pair.app, seen)
    assert not [name for name in seen if "/" in name], "a whole recording is no form"
    given = given_drills.create_attempt(pair.app, pair.ana, Phase.BEFORE)
    assert load_attempt(pair.app, given).form_id != form_id


def test_ones_own_drill_and_whoever_is_not_signed_in_leave_no_look(pair: Pair) -> None:
    pair.look(pair.measure(pair.ana))
    note_look(pair.app, NOBODY, attempts.create_sample(pair.app))
    with pair.app.store.read() as work:
        assert work.exposures.list_looks([pair.ana]) == {}
    assert pair.read_seen() == ["no"]


def do(app: App, clock: FakeClock, person_id: str, *phases: Phase) -> None:
    for phase in phases:
        attempt_id = begin_drill(app, person_id, phase)
        clock.pass_s(5)
        attempts.abandon(app, attempt_id)
        clock.pass_s(5)


def look(app: App, team_id: str, *, by_name: bool = False) -> tuple[int, int]:
    found = load_plan(app, (team_id,), export_team(app, team_id, by_name=by_name))
    return found.looks, found.teams


def test_a_look_counts_once_for_the_same_drills_and_teams_are_counted(
    measuring_app: App, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = measuring_app
    team_id, (heron,) = make_team(app, "Heron", team_name="Too few for a word")
    do(app, clock, heron, Phase.BEFORE, Phase.AFTER)
    assert look(app, team_id) == (1, 1)
    monkeypatch.setattr(attempts_table, "FEWEST", 1)
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
    planned_id, _ = make_team(app, "Elm", team_name="With a program")
    program_id = plan.create_program(app, make_order(planned_id))
    assert look(app, team_id) == (2, 3), "a team that will be compared counts from its plan on"
    change_one(app, program_id, change.close_program)
    assert look(app, team_id) == (2, 2), "put away, and never looked at"
    demo_id = team.add_team(app, "Demo", is_demo=True)
    do(app, clock, team.add_person(app, demo_id, "Elm"), Phase.BEFORE, Phase.AFTER)
    assert [look(app, demo_id), look(app, team_id)] == [(1, 1), (2, 2)], "a demo team is not counted"
    clock.pass_s(366 * 86_400)
    assert look(app, team_id) == (2, 1), "another year is another study"


def test_the_plan_of_the_program_goes_into_the_comparison(measuring_app: App, clock: FakeClock) -> None:
    app = measuring_app
    team_id, people = make_team(app, "Heron", "Otter", "Maple")
    assert load_plan(app, (team_id,), export_team(app, team_id)) == NO_PLAN
    program_id = plan.create_program(app, replace(make_order(team_id), margin=0.08, smallest=0.25))
    found = load_plan(app, (team_id,), export_team(app, team_id))
    due = list_steps(app, program_id)["after 1"].due_to
    assert (found.people, found.attended, found.before, found.after) == (3, None, 1, 1)
    assert (found.margin, found.smallest, found.training_on) == (0.08, 0.25, TRAINING)
    assert found.compare_on == due + timedelta(days=1)

    change_one(app, program_id, change.set_comparison, compare_on=date(2026, 11, 2), smallest=0.4, margin=0.08)
    assert "Comparison on Mon, Nov 2, 2026. Worth having: 40% less time" in list_changes(app, program_id)[-1]
    assert change_one(app, program_id, change.set_training, TRAINING + timedelta(days=1), "9:30")
    assert load_plan(app, (team_id,), export_team(app, team_id)).compare_on == date(2026, 11, 3), "it moves with it"
    training_id = enter_training(app, replace(make_plan(team_id), program_id=program_id), person_ids=people)
    clock.pass_s(86_400 + 5_400)
    tick_off(app, training_id, people[:2])
    close_training(app, training_id, minutes=90)
    found = load_plan(app, (team_id,), export_team(app, team_id))
    assert (found.attended, found.smallest, found.compare_on) == (2, 0.4, date(2026, 10, 20)), (
        "it was held 14 days before"
    )


def test_what_counts_is_not_changed_once_a_drill_after_has_begun(measuring_app: App, clock: FakeClock) -> None:
    app = measuring_app
    team_id, (heron,) = make_team(app, "Heron")
    program_id = plan.create_program(app, make_order(team_id))
    with pytest.raises(PlanError, match="margin of match is 30"):
        change_one(app, program_id, change.set_comparison, compare_on=date(2026, 11, 2), smallest=0.3, margin=0.3)
    clock.pass_s(20 * 86_400)
    do(app, clock, heron, Phase.AFTER)
    with pytest.raises(PlanError, match="drills after the training have begun"):
        change_one(app, program_id, change.set_comparison, compare_on=date(2026, 11, 2), smallest=0.2, margin=0.05)
    assert (
        change_one(app, program_id, change.set_comparison, compare_on=date(2026, 11, 2), smallest=0.3, margin=0.05) == 1
    )
