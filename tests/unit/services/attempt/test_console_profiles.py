from dataclasses import replace
from pathlib import Path

import pytest

from sim.compare.report.report import compare_attempts
from sim.drill.attempt import Mode, Phase
from sim.drill.options import DrillOption
from sim.drill.profile import ProfileName
from sim.errors import AttemptError, TaskError
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.console_profiles import choose_profile, list_profiles
from sim.services.comparison.attempts_csv import parse_attempts
from sim.services.team import given_drills, team
from sim.services.team.team_view import get_team_view
from tests.support.fake_clock import FakeClock
from tests.support.team_comparison import compare_team
from tests.support.tiny_app import LIMIT_S


def run_out(app: App, clock: FakeClock, attempt_id: str) -> None:
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    clock.pass_s(LIMIT_S + 60)


def test_an_assessment_keeps_the_console_it_was_given_on(drill_app: App) -> None:
    person_id = team.add_person(drill_app, team.add_team(drill_app, "Office"), "Heron")
    attempt_id = given_drills.create_attempt(drill_app, person_id, Phase.BEFORE, profile=ProfileName.MINIMAL)
    briefing = attempts.get_briefing(drill_app, attempt_id)
    assert (briefing.profile.name, briefing.profile_choices) == ("minimal", ())
    with pytest.raises(AttemptError, match="cannot be changed"):
        choose_profile(drill_app, attempt_id, "classic")


DESK = """
schema_version: 1
title: Front desk
summary: One skip of 30 seconds, nothing backward.
speeds: [1, 2]
skips_s: [30]
tiles: 4
search: false
"""


@pytest.fixture
def desk_app(drill_app: App, tmp_path: Path) -> App:
    """The same with a folder of console files: one that is right, one that is not."""
    folder = tmp_path / "consoles"
    folder.mkdir()
    (folder / "front-desk.yaml").write_text(DESK, encoding="utf-8")
    (folder / "broken.yaml").write_text("schema_version: 1\ntitle: [", encoding="utf-8")
    return replace(drill_app, settings=replace(drill_app.settings, consoles=(folder,)))


def test_a_console_of_a_file_is_chosen_kept_and_told_from_what_its_file_says_later(desk_app: App) -> None:
    attempt_id = attempts.create_sample(desk_app)
    (chosen,) = [card for card in list_profiles(desk_app) if card.title == "Front desk"]
    choose_profile(desk_app, attempt_id, chosen.name)
    (folder,) = desk_app.settings.consoles
    (folder / "front-desk.yaml").write_text(DESK.replace("[1, 2]", "[1, 2, 4]"), encoding="utf-8")
    titles = [card.title for card in attempts.get_briefing(desk_app, attempt_id).profile_choices]
    assert titles[-2:] == ["Front desk", "Front desk, as given before"]
    with pytest.raises(TaskError, match="changed or removed"):
        choose_profile(desk_app, attempt_id, chosen.name)
    attempts.begin(desk_app, attempt_id)
    profile = attempts.get_console(desk_app, attempt_id).data["profile"]
    assert (profile["name"], profile["speeds"], profile["jumps_s"]) == ("front-desk", [1.0, 2.0], [30])


def test_a_console_without_an_appearance_search_has_none(desk_app: App) -> None:
    with_search = frozenset({DrillOption.APPEARANCE_SEARCH})
    (name,) = [ProfileName(card.name) for card in list_profiles(desk_app) if card.title == "Front desk"]
    with pytest.raises(TaskError, match="Front desk has no appearance search"):
        attempts.create(desk_app, form_id="tiny-trace-a", mode=Mode.ASSESSMENT, profile=name, options=with_search)
    attempt_id = attempts.create_practice(desk_app, form_id="tiny-trace-a", options=with_search)
    choose_profile(desk_app, attempt_id, name)
    briefing = attempts.get_briefing(desk_app, attempt_id)
    assert briefing.options_chosen == ()
    assert DrillOption.APPEARANCE_SEARCH not in [card.name for card in briefing.option_choices]


def test_results_on_a_console_of_a_file_are_not_taken_together_with_others(desk_app: App, clock: FakeClock) -> None:
    team_id = team.add_team(desk_app, "Office")
    person_id = team.add_person(desk_app, team_id, "Heron")
    (name,) = [ProfileName(card.name) for card in list_profiles(desk_app) if card.title == "Front desk"]
    for phase, profile in ((Phase.BEFORE, ProfileName.CLASSIC), (Phase.AFTER, name)):
        run_out(desk_app, clock, given_drills.create_attempt(desk_app, person_id, phase, profile=profile))
    view = get_team_view(desk_app, team_id)
    assert view.people[0].after[0].text == "After: ran out of time, front desk console"
    found = compare_team(desk_app, team_id)
    assert not found.comparison.has_pairs
    assert [card.title for card in found.choices] == ["Classic", "Front desk"]
    assert b"front-desk?title=Front%20desk" in found.export_csv
    table = parse_attempts(found.export_csv, name="team.csv")
    left_out = compare_attempts(table).design.left_out
    assert any("front-desk (settings " in each.reason for each in left_out)
