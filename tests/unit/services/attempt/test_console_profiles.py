import pytest

from sim.drill.attempt import Mode, Phase
from sim.drill.profile import ProfileName
from sim.errors import AttemptError, TaskError
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.console_profiles import choose_profile
from sim.services.debrief import page as debrief
from sim.services.team import given_drills as team_drills
from sim.services.team import team
from sim.services.team.team_view import get_team_view
from tests.support.fake_clock import FakeClock
from tests.support.team_comparison import compare_team
from tests.support.tiny_app import LIMIT_S, PRACTICE_LIMIT_S


def run_out(app: App, clock: FakeClock, attempt_id: str) -> None:
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    clock.pass_s(LIMIT_S + 60)


def test_a_practice_drill_takes_another_console_until_it_begins(drill_app: App, clock: FakeClock) -> None:
    attempt_id = attempts.create_sample(drill_app)
    briefing = attempts.get_briefing(drill_app, attempt_id)
    assert briefing.profile.name == "classic"
    assert [card.name for card in briefing.profile_choices] == ["classic", "cloud", "minimal", "phone"]
    choose_profile(drill_app, attempt_id, "cloud")
    assert attempts.get_briefing(drill_app, attempt_id).profile.name == "cloud"
    attempts.begin(drill_app, attempt_id)
    with pytest.raises(AttemptError, match="cannot be changed"):
        choose_profile(drill_app, attempt_id, "classic")
    profile = attempts.get_console(drill_app, attempt_id).data["profile"]
    assert (profile["name"], profile["tiles"], profile["jumps_s"]) == ("cloud", 4, [10])
    clock.pass_s(PRACTICE_LIMIT_S + 60)
    assert debrief.get_debrief(drill_app, attempt_id).profile.title == "Cloud"


def test_a_profile_that_does_not_exist_is_refused_and_nothing_changes(drill_app: App) -> None:
    attempt_id = attempts.create_sample(drill_app)
    with pytest.raises(TaskError, match="nonsense"):
        choose_profile(drill_app, attempt_id, "nonsense")
    assert attempts.get_briefing(drill_app, attempt_id).profile.name == "classic"


def test_an_assessment_keeps_the_console_it_was_given_on(drill_app: App) -> None:
    person_id = team.add_person(drill_app, team.add_team(drill_app, "Office"), "Heron")
    attempt_id = team_drills.create_attempt(drill_app, person_id, Phase.BEFORE, profile=ProfileName.MINIMAL)
    briefing = attempts.get_briefing(drill_app, attempt_id)
    assert (briefing.profile.name, briefing.profile_choices) == ("minimal", ())
    with pytest.raises(AttemptError, match="cannot be changed"):
        choose_profile(drill_app, attempt_id, "classic")


def test_a_minimal_console_gets_no_links(drill_app: App) -> None:
    attempt_id = attempts.create_sample(drill_app)
    attempts.get_briefing(drill_app, attempt_id)
    choose_profile(drill_app, attempt_id, "minimal")
    attempts.begin(drill_app, attempt_id)
    assert attempts.get_console(drill_app, attempt_id).data["links"] == {}


def test_mode_comes_with_the_console(drill_app: App) -> None:
    attempt_id = attempts.create(drill_app, form_id="tiny-trace-a", mode=Mode.ASSESSMENT)
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    assert attempts.get_console(drill_app, attempt_id).data["mode"] == "assessment"


def test_drills_on_two_consoles_are_told_apart_and_not_compared(drill_app: App, clock: FakeClock) -> None:
    team_id = team.add_team(drill_app, "Office")
    person_id = team.add_person(drill_app, team_id, "Heron")
    assert get_team_view(drill_app, team_id).profile.name == "classic"
    for phase, profile in ((Phase.BEFORE, ProfileName.CLASSIC), (Phase.AFTER, ProfileName.CLOUD)):
        run_out(drill_app, clock, team_drills.create_attempt(drill_app, person_id, phase, profile=profile))
    view = get_team_view(drill_app, team_id)
    assert view.people[0].before[0].text == "Before: ran out of time, classic console"
    assert view.people[0].after[0].text == "After: ran out of time, cloud console"
    assert ("Console", "Several") in view.facts
    assert view.profile.name == "cloud"
    found = compare_team(drill_app, team_id)
    assert not found.comparison.has_pairs
    assert [card.title for card in found.choices] == ["Classic", "Cloud"]
    assert b"cloud" in found.export_csv


def test_drills_on_one_console_say_it_once(drill_app: App, clock: FakeClock) -> None:
    team_id = team.add_team(drill_app, "Office")
    person_id = team.add_person(drill_app, team_id, "Heron")
    for phase in (Phase.BEFORE, Phase.AFTER):
        attempt_id = team_drills.create_attempt(drill_app, person_id, phase, profile=ProfileName.CLOUD)
        run_out(drill_app, clock, attempt_id)
    view = get_team_view(drill_app, team_id)
    assert view.people[0].before[0].text == "Before: ran out of time"
    assert ("Console", "Cloud") in view.facts
    found = compare_team(drill_app, team_id)
    assert ("Console", "Cloud") in found.comparison.facts
