"""A district's attempts are read in a few queries, however many there are, and compare as the CSV of them does."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from sim.columns import ATTEMPTS
from sim.compare.checks.left_out import SEEN_BEFORE
from sim.compare.report.report import compare_attempts
from sim.drill.attempt import AttemptState, Phase
from sim.drill.event import Event, EventKind
from sim.errors import StoreError, TaskError
from sim.services.accounts.viewer import NOBODY, Role, Viewer
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.intake import accept_events
from sim.services.comparison.files import compare_files, comparison_as_data
from sim.services.comparison.handover import write_attempts_csv
from sim.services.team import given_drills, team
from sim.services.team.attempts_table import count_days, export_district, export_team
from sim.services.team.choosing_forms import list_spent, note_look
from sim.services.team_exercise.room import create_exercise
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import LIMIT_S
from tools.bench.compare import fill_district, make_bench_attempts


@pytest.fixture
def team_id(drill_app: App) -> str:
    return team.add_team(drill_app, "  Front   office ")


def begin(app: App, person_id: str, phase: Phase) -> str:
    attempt_id = given_drills.create_attempt(app, person_id, phase)
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    return attempt_id


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "name is missing"),
        (" \u200b ", "name is missing"),
        ("=SUM(A1)", "cannot be used"),
        ("+1", "cannot be used"),
        ("-x", "cannot be used"),
        ("\u200e@x", "cannot be used"),
        ("a" * 81, "has 81 characters"),
        ("a\x00b", r"cannot be kept \(U\+0000\)"),
    ],
)
def test_names_that_cannot_be_used_are_refused(drill_app: App, team_id: str, name: str, why: str) -> None:
    with pytest.raises(StoreError, match=why):
        team.add_person(drill_app, team_id, name)
    with pytest.raises(StoreError, match=why):
        team.add_team(drill_app, name)


def test_who_has_left_takes_no_place_of_a_full_team(
    drill_app: App, team_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team, "MAX_PEOPLE", len(team.list_people(drill_app, team_id)) + 1)
    gone = team.add_person(drill_app, team_id, "Gone Soon")
    with pytest.raises(StoreError, match="people already"):
        team.add_person(drill_app, team_id, "One More")
    team.remove_person(drill_app, gone)
    team.add_person(drill_app, team_id, "One More")


def test_nobody_gets_the_same_form_twice_and_neighbors_get_different_ones(drill_app: App, team_id: str) -> None:
    people = [team.add_person(drill_app, team_id, name) for name in ("Heron", "Otter")]
    given: dict[str, list[str]] = {}
    for person_id in people:
        for phase in (Phase.BEFORE, Phase.AFTER):
            attempt_id = begin(drill_app, person_id, phase)
            attempts.abandon(drill_app, attempt_id)
            with drill_app.store.read() as work:
                given.setdefault(person_id, []).append(work.attempts.get(attempt_id).form_id)
    assert [set(forms) for forms in given.values()] == [{"tiny-trace-a", "tiny-trace-b"}] * 2
    assert given[people[0]] == given[people[1]][::-1]
    with pytest.raises(TaskError, match="every drill there is"):
        given_drills.create_attempt(drill_app, people[0], Phase.RETENTION)


def test_pressing_twice_uses_up_no_form(drill_app: App, team_id: str) -> None:
    person_id = team.add_person(drill_app, team_id, "Heron")
    first = given_drills.create_attempt(drill_app, person_id, Phase.BEFORE)
    assert given_drills.create_attempt(drill_app, person_id, Phase.BEFORE) == first
    attempts.get_briefing(drill_app, first)
    assert given_drills.create_attempt(drill_app, person_id, Phase.BEFORE) == first
    assert given_drills.create_attempt(drill_app, person_id, Phase.AFTER) != first


def test_the_list_and_the_table_are_brought_up_to_now(drill_app: App, team_id: str, clock: FakeClock) -> None:
    person_id = team.add_person(drill_app, team_id, "Heron")
    begin(drill_app, person_id, Phase.BEFORE)
    assert len(export_team(drill_app, team_id)) == 0
    clock.pass_s(LIMIT_S + 60)
    card = given_drills.list_attempts(drill_app, team_id)[0]
    assert (card.state, card.used_s, card.passed) == (AttemptState.TIMED_OUT, LIMIT_S, False)
    table = export_team(drill_app, team_id)
    assert [(c.name, c.dtype) for c in ATTEMPTS] == [(name, str(kind)) for name, kind in table.dtypes.items()]
    row = table.iloc[0]
    assert (row["person_id"], row["phase"], row["elapsed_s"], row["finished"]) == ("M001", "before", LIMIT_S, False)
    assert (row["appearance_recall"], row["wrong_person_s"]) == (0.0, 0.0)
    assert export_team(drill_app, team_id, by_name=True)["person_id"].tolist() == ["Heron"]


def test_the_table_says_school_device_difficulty_and_number(drill_app: App, team_id: str, clock: FakeClock) -> None:
    person_id = team.add_person(drill_app, team_id, "Heron")
    for phase in (Phase.BEFORE, Phase.AFTER):
        attempt_id = begin(drill_app, person_id, phase)
        window = {"width": 390, "height": 844, "touch": phase is Phase.AFTER}
        opened = Event(tab_id="t1", seq=1, t_client_ms=1.0, kind=EventKind.OPEN, payload=window)
        clock.pass_s(5)
        accept_events(drill_app, attempt_id, tab_id="t1", events=[opened])
        attempts.abandon(drill_app, attempt_id)
    table = export_team(drill_app, team_id)
    assert table["school"].tolist() == ["Front office"] * 2
    assert table["device"].tolist() == ["computer", "phone"]
    assert table["drill_number"].tolist() == [1.0, 2.0]
    assert table["task_type"].tolist() == ["trace"] * 2
    forms = {known.form.form_id: known.form.difficulty for known in drill_app.catalog.list_forms()}
    indices = [forms[form_id].index for form_id in table["form_id"]]
    assert table["difficulty"].tolist() == indices
    assert len(set(table["form_id"])) == 2


def test_the_districts_table_holds_every_team_that_is_no_demo(drill_app: App, team_id: str, clock: FakeClock) -> None:
    teams = [team_id]
    for name, is_demo in (("Annex", False), ("Demo", True)):
        clock.pass_s(1)
        teams.append(team.add_team(drill_app, name, is_demo=is_demo))
    for each in teams:
        attempt_id = begin(drill_app, team.add_person(drill_app, each, "Heron"), Phase.BEFORE)
        clock.pass_s(LIMIT_S + 60)
        attempts.get_state(drill_app, attempt_id)
    table = export_district(drill_app)
    assert table[["person_id", "school"]].to_numpy().tolist() == [
        ["T001-M001", "Front office"],
        ["T002-M001", "Annex"],
    ]
    own = export_team(drill_app, team_id)
    shared = [name for name in own.columns if name != "person_id"]
    assert table.iloc[:1][shared].equals(own[shared])


def test_given_up_after_release_is_in_the_table_without_measures(
    drill_app: App, team_id: str, clock: FakeClock
) -> None:
    person_id = team.add_person(drill_app, team_id, "Heron")
    attempt_id = begin(drill_app, person_id, Phase.BEFORE)
    clock.pass_s(50)
    attempts.abandon(drill_app, attempt_id)
    never = given_drills.create_attempt(drill_app, person_id, Phase.AFTER)
    attempts.abandon(drill_app, never)
    table = export_team(drill_app, team_id)
    assert table[["phase", "elapsed_s", "finished"]].to_numpy().tolist() == [["before", 50.0, False]]
    assert table["idf1"].isna().all()


def test_days_are_counted_from_the_training_on_the_schools_clocks() -> None:
    released_at, day = datetime(2026, 3, 10, 3, 0, tzinfo=UTC), date(2026, 3, 9)
    assert count_days(released_at, day, "09:00", "America/Chicago") == 0.542
    assert count_days(released_at, day, "", "America/Chicago") == 0.0
    assert count_days(released_at, date(2026, 3, 10), "", "America/Chicago") == -1.0
    assert count_days(released_at, None, "09:00", "America/Chicago") is None


def test_practice_stays_out_of_the_table(drill_app: App, team_id: str, clock: FakeClock) -> None:
    attempts.create_sample(drill_app)
    assert export_team(drill_app, team_id).empty
    assert given_drills.list_attempts(drill_app, team_id) == ()


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
    assert count_queries(drill_app) == few <= 6


def test_the_page_and_the_file_give_the_same_numbers(drill_app: App, tmp_path: Path) -> None:
    made = make_bench_attempts(schools=3, people=12)
    fill_district(drill_app, made)
    table = export_district(drill_app)
    path = tmp_path / "district.csv"
    path.write_bytes(write_attempts_csv(table))
    compared = compare_attempts(table)
    assert comparison_as_data(compare_files([path])[0]) == comparison_as_data(compared)
    assert compared.district is not None
    assert (compared.district.schools, len(compared.pairs)) == (3, 12)
    direct = compare_attempts(made.assign(days_since_training=float("nan"), familiar="no", difficulty=float("nan")))
    assert compared.time.ratio.estimate == pytest.approx(direct.time.ratio.estimate, abs=1e-12)
    assert compared.accuracy[0].difference == direct.accuracy[0].difference


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
    return list(export_team(app, get_team_id(app, person_id))["seen_before"])


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
    table = export_team(drill_app, get_team_id(drill_app, ana))
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
