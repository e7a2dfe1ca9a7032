import shutil
from pathlib import Path

import pytest

from sim.app.wiring import App
from sim.attempt.attempt import Mode, Phase
from sim.builds.kinds import MEASURED
from sim.console import attempts
from sim.crowd.generator.draft import MOST_SEED
from sim.crowd.generator.levels import Level
from sim.db.builds import BuildRow, BuildState
from sim.errors import PlanError, TaskError
from sim.features.library import recordings
from sim.features.library.recordings import Request
from sim.features.program import board, plan
from sim.features.team import given_drills
from sim.features.team.choosing_forms import choose_recording, find_step_wait, find_usual_recording
from sim.footage.recording.open import Recording
from sim.forms.forms import Origin
from sim.rules.readiness import Ready
from tests.support.builds import put_build
from tests.support.fake_clock import FakeClock
from tests.support.given import load_attempt, make_team
from tests.support.tiny_app import OPEN, copy_recording, lay_out_library
from tests.unit.features.program.test_program import list_steps, make_order

BEING_MADE = "maple-ridge-arrival-medium-0a1b"


def add_team(app: App) -> tuple[str, str]:
    team_id, (heron,) = make_team(app, "Heron")
    return team_id, heron


def make_build(app: App, state: BuildState, *, name: str = BEING_MADE, kind: str = MEASURED) -> BuildRow:
    request = Request(site="maple-ridge", story="arrival", level=Level.MEDIUM, seed=1, people=40, minutes=4.0)
    asked = request.model_dump(mode="json")
    return put_build(app, kind=kind, state=state, owner="maple-ridge", name=name, asked=asked, share=0.25, left_s=540.0)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Request, str]]:
    asked: list[tuple[Request, str]] = []
    monkeypatch.setattr(recordings, "start", lambda app, request, kind: asked.append((request, kind)))
    return asked


def test_what_comes_with_the_program_measures_nobody_in_a_program(drill_app: App) -> None:
    """The attack: the shipped recording with truth and forms is public, so a trainee looks up who goes where."""
    team_id, _ = add_team(drill_app)
    supply = plan.check_supply(drill_app, team_id, needed=2)
    assert (supply.recording_id, supply.forms, supply.is_enough) == ("", 0, False)
    with pytest.raises(PlanError, match="no footage to measure on"):
        plan.create_program(drill_app, make_order(team_id))


def test_private_footage_is_taken_though_another_comes_first(measuring_app: App) -> None:
    assert next(known.recording_id for known in measuring_app.catalog.list_forms()) == OPEN
    team_id, heron = add_team(measuring_app)
    steps = list_steps(measuring_app, plan.create_program(measuring_app, make_order(team_id)))
    given = board.give_step(measuring_app, steps["before 1"].step_id, heron)
    assert load_attempt(measuring_app, given).recording_id == "tiny"


def test_its_seed_is_drawn_by_chance_and_told_nowhere(drill_app: App, started: list[tuple[Request, str]]) -> None:
    for _ in range(2):
        plan.start_making(drill_app, site="maple-ridge")
    (first, kind), (second, _) = started
    assert kind == MEASURED
    assert first.seed != second.seed
    assert max(first.seed, second.seed) > 10_000, "four digits are found by trying"
    assert 0 <= first.seed <= MOST_SEED


def test_a_program_whose_footage_is_being_made_starts_with_practice(growing_app: App, tmp_path: Path) -> None:
    team_id, heron = add_team(growing_app)
    make_build(growing_app, BuildState.RUNNING, name="tiny")
    supply = plan.check_supply(growing_app, team_id, needed=2)
    assert (supply.recording_id, supply.is_enough) == ("tiny", False)
    steps = list_steps(growing_app, plan.create_program(growing_app, make_order(team_id)))
    familiar = board.give_step(growing_app, steps["familiarization 1"].step_id, heron)
    assert load_attempt(growing_app, familiar).recording_id == OPEN
    with pytest.raises(TaskError, match=r"is being made: ready about \d+:\d\d [AP]M"):
        board.give_step(growing_app, steps["before 1"].step_id, heron)
    shutil.copy(tmp_path / "tiny.yaml", growing_app.settings.forms[0])
    given = board.give_step(growing_app, steps["before 1"].step_id, heron)
    assert load_attempt(growing_app, given).recording_id == "tiny"


def test_outside_a_program_a_team_stays_on_footage_that_nobody_can_know(measuring_app: App, clock: FakeClock) -> None:
    team_id, (heron, otter) = make_team(measuring_app, "Heron", "Otter")

    def choose() -> str:
        with measuring_app.store.read() as work:
            return choose_recording(measuring_app, work, work.teams.get(team_id))

    given = given_drills.create_attempt(measuring_app, heron, Phase.BEFORE)
    assert choose() == load_attempt(measuring_app, given).recording_id == "tiny"
    clock.pass_s(1)
    attempts.create(measuring_app, form_id="open-trace-a", mode=Mode.ASSESSMENT, person_id=otter, phase=Phase.BEFORE)
    assert choose() == "tiny", "drills on the other do not count"


def test_with_two_private_recordings_drills_after_are_on_the_other_one(
    growing_app: App, tmp_path: Path, tiny_recording: Recording, clock: FakeClock
) -> None:
    app = growing_app
    shutil.copy(tmp_path / "tiny.yaml", app.settings.forms[0])
    team_id, people = make_team(app, "Heron", "Otter")

    def check(team_id: str, each: int = 1) -> plan.FormSupply:
        return plan.check_supply(app, team_id, needed=2 * each, before=each, after=each)

    assert (check(team_id).second_id, check(team_id).forms) == ("", 2)
    lay_out_library(
        app.settings.forms[0].parent, copy_recording(tiny_recording, tmp_path / "annex"), origin=Origin.PRIVATE
    )
    supply = check(team_id)
    assert ({supply.recording_id, supply.second_id}, supply.forms) == ({"tiny", "annex"}, 4)
    assert check(team_id, 2).second_id == "", "too few for either side"
    steps = list_steps(app, plan.create_program(app, make_order(team_id)))
    given = []
    for step in ("before 1", "after 1"):
        rows = [load_attempt(app, board.give_step(app, steps[step].step_id, person)) for person in people]
        given.append([(row.recording_id, row.form_id) for row in rows])
        clock.pass_s(20 * 86_400)
    (heron, otter), after = given
    assert {heron[0], otter[0]} == {"tiny", "annex"}
    assert [each[0] for each in after] == [otter[0], heron[0]]
    assert not {heron, otter} & set(after)
    taken = (step.step_id for step in steps.values() if step.kind.phase)
    (app.settings.forms[0] / "annex.yaml").rename(tmp_path / "annex.yaml")
    assert {find_step_wait(app, step_id).state for step_id in taken} == {Ready.MISSING}, "each of the two is needed"
    (tmp_path / "annex.yaml").rename(app.settings.forms[0] / "annex.yaml")
    other_id, (maple,) = make_team(app, "Maple", team_name="Back office")
    assert check(other_id).second_id, "another team has seen none of it"
    assert check(team_id).second_id == "", "this team has"
    first = find_usual_recording(app, other_id)
    (second,) = {"tiny", "annex"} - {first}
    given_drills.create_attempt(app, maple, Phase.BEFORE, recording_id=second)
    assert find_usual_recording(app, other_id) == second, "drills of two recordings are not equally hard"
