import pytest

from sim.drill.attempt import Mode, Phase
from sim.drill.options import DrillOption
from sim.errors import AttemptError, TaskError
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt import console_profiles as drill_options
from sim.services.attempt.console_profiles import choose_options
from sim.services.team import given_drills, team
from sim.services.team.team_view import get_team_view
from tests.support.fake_clock import FakeClock
from tests.support.team_comparison import compare_team
from tests.support.tiny_app import LIMIT_S

INTERRUPTED = frozenset({DrillOption.INTERRUPTIONS})


@pytest.fixture(autouse=True)
def _all_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drill_options, "OFFERED", tuple(DrillOption))


def give(app: App, person_id: str, phase: Phase, *, options: frozenset[DrillOption] = frozenset()) -> str:
    return given_drills.create_attempt(app, person_id, phase, options=options)


def run_out(app: App, clock: FakeClock, attempt_id: str) -> None:
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    clock.pass_s(LIMIT_S + 60)


def test_an_option_that_does_not_exist_or_is_not_offered_changes_nothing(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt_id = attempts.create_sample(drill_app)
    with pytest.raises(TaskError, match="nonsense"):
        choose_options(drill_app, attempt_id, ["hints", "nonsense"])
    monkeypatch.setattr(drill_options, "OFFERED", (DrillOption.HINTS,))
    with pytest.raises(TaskError, match="cannot be given with interruptions"):
        choose_options(drill_app, attempt_id, ["interruptions"])
    assert attempts.get_briefing(drill_app, attempt_id).options_chosen == (DrillOption.HINTS,)


def test_an_assessment_keeps_the_options_it_was_given_with_and_has_no_hints(drill_app: App) -> None:
    person_id = team.add_person(drill_app, team.add_team(drill_app, "Office"), "Heron")
    with pytest.raises(TaskError, match="an assessment cannot be given with hints"):
        give(drill_app, person_id, Phase.BEFORE, options=frozenset({DrillOption.HINTS}))
    attempt_id = give(drill_app, person_id, Phase.BEFORE, options=INTERRUPTED)
    briefing = attempts.get_briefing(drill_app, attempt_id)
    assert (briefing.options, briefing.option_choices) == ("with interruptions", ())
    with pytest.raises(AttemptError, match="cannot be changed"):
        choose_options(drill_app, attempt_id, ["hints"])
    assert DrillOption.HINTS not in [
        card.name for card in drill_options.list_offered(mode=Mode.ASSESSMENT, task_type="trace")
    ]


def test_drills_with_other_options_are_told_apart_and_not_compared(drill_app: App, clock: FakeClock) -> None:
    team_id = team.add_team(drill_app, "Office")
    person_id = team.add_person(drill_app, team_id, "Heron")
    run_out(drill_app, clock, give(drill_app, person_id, Phase.BEFORE))
    run_out(drill_app, clock, give(drill_app, person_id, Phase.AFTER, options=INTERRUPTED))
    view = get_team_view(drill_app, team_id)
    assert view.people[0].before[0].text == "Before: ran out of time, classic console"
    assert view.people[0].after[0].text == "After: ran out of time, classic console with interruptions"
    assert ("Console", "Several") in view.facts
    assert view.options == INTERRUPTED
    found = compare_team(drill_app, team_id)
    assert not found.comparison.has_pairs
    assert [card.title for card in found.choices] == ["Classic", "Classic with interruptions"]
    assert b"classic,interruptions,no," in found.export_csv
