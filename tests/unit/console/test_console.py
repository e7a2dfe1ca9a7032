"""What the console asks, with the time it is about."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.app.settings import read_settings
from sim.app.wiring import App, open_app
from sim.attempt.attempt import Mode, Phase
from sim.attempt.options import DrillOption
from sim.attempt.profile import ProfileName
from sim.compare.comparison import compare_attempts
from sim.compare.counting import list_conditions
from sim.console import attempts, console_profiles
from sim.console.console_data import describe_known, number_cameras, write_known
from sim.console.console_profiles import choose_options, choose_profile, list_profiles
from sim.errors import AttemptError, TaskError
from sim.features.comparison.attempts_csv import parse_attempts
from sim.features.comparison.handover import compare_table, write_attempts_csv, write_conditions
from sim.features.team import given_drills, team
from sim.features.team.attempts_table import export_team
from sim.features.team.team_view import get_team_view
from sim.footage.recording.open import open_recording
from sim.tasks.common.task import Known
from tests.support.fake_clock import FakeClock
from tests.support.shipped_forms import Wish, find_form
from tests.support.story_truth import SHIPPED
from tests.support.tiny_app import LIMIT_S

INTERRUPTED = frozenset({DrillOption.INTERRUPTIONS})


def run_out(app: App, clock: FakeClock, attempt_id: str) -> None:
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    clock.pass_s(LIMIT_S + 60)


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


def give(app: App, person_id: str, phase: Phase, **console: Any) -> str:
    return given_drills.create_attempt(app, person_id, phase, **console)


@pytest.fixture
def person_id(drill_app: App) -> str:
    return team.add_person(drill_app, team.add_team(drill_app, "Office"), "Heron")


def test_results_on_a_console_of_a_file_are_not_taken_together_with_others(
    desk_app: App, person_id: str, clock: FakeClock
) -> None:
    (name,) = [ProfileName(card.name) for card in list_profiles(desk_app) if card.title == "Front desk"]
    for phase, profile in ((Phase.BEFORE, ProfileName.CLASSIC), (Phase.AFTER, name)):
        run_out(desk_app, clock, give(desk_app, person_id, phase, profile=profile))
    (card,) = team.list_teams(desk_app)
    found = compare_table(export_team(desk_app, card.team_id, by_name=False), title="Office", by_name=False)
    titles = [write_conditions(each.profile, each.options.split()) for each in list_conditions(found.table)]
    assert titles == [
        "Classic",
        "Front desk",
    ]
    assert b"front-desk?title=Front%20desk" in write_attempts_csv(found.table)
    left_out = compare_attempts(parse_attempts(write_attempts_csv(found.table), name="team.csv")).left.left_out
    assert any("front-desk (settings " in each.reason for each in left_out)


@pytest.fixture
def all_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console_profiles, "OFFERED", tuple(DrillOption))


def test_an_option_that_does_not_exist_or_is_not_offered_changes_nothing(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt_id = attempts.create_sample(drill_app)
    with pytest.raises(TaskError, match="nonsense"):
        choose_options(drill_app, attempt_id, ["hints", "nonsense"])
    monkeypatch.setattr(console_profiles, "OFFERED", (DrillOption.HINTS,))
    with pytest.raises(TaskError, match="cannot be given with interruptions"):
        choose_options(drill_app, attempt_id, ["interruptions"])
    assert attempts.get_briefing(drill_app, attempt_id).options_chosen == (DrillOption.HINTS,)


@pytest.mark.usefixtures("all_offered")
def test_an_assessment_keeps_console_and_options_it_was_given_with_and_has_no_hints(
    drill_app: App, person_id: str
) -> None:
    with pytest.raises(TaskError, match="an assessment cannot be given with hints"):
        give(drill_app, person_id, Phase.BEFORE, options=frozenset({DrillOption.HINTS}))
    attempt_id = give(drill_app, person_id, Phase.BEFORE, options=INTERRUPTED, profile=ProfileName.MINIMAL)
    briefing = attempts.get_briefing(drill_app, attempt_id)
    assert (briefing.profile.name, briefing.profile_choices) == ("minimal", ())
    assert (briefing.options, briefing.option_choices) == ("with interruptions", ())
    for change in (
        lambda: choose_options(drill_app, attempt_id, ["hints"]),
        lambda: choose_profile(drill_app, attempt_id, "classic"),
    ):
        with pytest.raises(AttemptError, match="cannot be changed"):
            change()
    offered = console_profiles.list_offered(mode=Mode.ASSESSMENT, task_type="trace")
    assert DrillOption.HINTS not in [card.name for card in offered]


@pytest.mark.usefixtures("all_offered")
def test_drills_with_other_options_are_told_apart_and_not_compared(
    drill_app: App, person_id: str, clock: FakeClock
) -> None:
    run_out(drill_app, clock, give(drill_app, person_id, Phase.BEFORE))
    run_out(drill_app, clock, give(drill_app, person_id, Phase.AFTER, options=INTERRUPTED))
    (card,) = team.list_teams(drill_app)
    view = get_team_view(drill_app, card.team_id)
    assert view.people[0].before[0].text == "Before: ran out of time, classic console"
    assert view.people[0].after[0].text == "After: ran out of time, classic console with interruptions"
    assert ("Console", "Several") in view.facts
    assert view.options == INTERRUPTED
    found = compare_table(export_team(drill_app, card.team_id, by_name=False), title="Office", by_name=False)
    assert not found.comparison.people
    titles = [write_conditions(each.profile, each.options.split()) for each in list_conditions(found.table)]
    assert titles == [
        "Classic",
        "Classic with interruptions",
    ]
    assert b"classic,interruptions,no," in write_attempts_csv(found.table)


def test_where_the_student_was_last_seen_is_told_before_and_in_the_console(tmp_path: Path, clock: FakeClock) -> None:
    form = find_form(Wish(type="trace"))
    assert form.known is not None
    with closing(open_app(read_settings({"SIGHTLINE_DATA": str(tmp_path)}), clock)) as app:
        attempt_id = attempts.create_practice(app, form_id=form.form_id)
        briefing = attempts.get_briefing(app, attempt_id)
        attempts.begin(app, attempt_id)
        data = attempts.get_console(app, attempt_id).data
    known = data["task"]["known"]
    camera = next(each for each in data["site"]["cameras"] if each["camera_id"] == form.known.camera_id)
    minutes, seconds = divmod(int(form.known.t_s), 60)
    number = int(camera["camera_id"].removeprefix("CAM-"))
    assert briefing.known == f"Last seen 8:{minutes:02d}:{seconds:02d} AM at {camera['name']} (camera {number})"
    assert (known["words"], known["camera_id"]) == (briefing.known, form.known.camera_id)
    assert data["task"]["starts_at_s"] == known["t_s"] == form.known.t_s
    assert (known["floor"], known["x"], known["y"]) == (camera["floor"], round(camera["x"], 2), round(camera["y"], 2))


def test_a_sighting_by_a_person_names_them_and_the_space() -> None:
    recording = open_recording(SHIPPED)
    space = recording.site.spaces[0]
    known = Known(t_s=60.0, zone_id=space.zone_id, seen_by="a teacher")
    form = find_form(Wish(type="trace")).model_copy(update={"known": known})
    assert write_known(form, recording) == f"Last seen 8:01:00 AM at {space.name}, by a teacher"
    told = describe_known(form, recording)
    assert told is not None
    assert (told["camera_id"], told["floor"]) == (None, space.floor)
    low, high = (side([x for x, _ in space.polygon]) for side in (min, max))
    assert low <= told["x"] <= high


@pytest.mark.parametrize("names", [("Gate", "Hall"), ("A-1", "B-1"), ("CAM-0", "CAM-1")])
def test_a_camera_has_the_number_of_its_picture_or_is_counted_along_the_wall(names: tuple[str, str]) -> None:
    manifest = open_recording(SHIPPED).manifest
    form = find_form(Wish(type="trace")).model_copy(update={"cameras": ("CAM-14", "CAM-03")})
    assert number_cameras(form, manifest) == {"CAM-03": 3, "CAM-14": 14}
    wall = manifest.walls[0].model_copy(update={"cameras": names})
    cameras = tuple(
        camera.model_copy(update={"camera_id": name}) for camera, name in zip(manifest.cameras, names, strict=False)
    )
    odd = manifest.model_copy(update={"walls": (wall,), "cameras": cameras})
    assert number_cameras(form.model_copy(update={"cameras": names[1:]}), odd) == {names[1]: 2}


def test_the_console_gets_the_calls_without_the_right_replies(drill_app: App) -> None:
    attempt_id = attempts.create_practice(drill_app, form_id="tiny-practice-1", options=INTERRUPTED)
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    calls = attempts.get_console(drill_app, attempt_id).data["calls"]
    assert calls["call_s"] == 60.0
    assert len(calls["list"]) >= 1
    keys = {"call_id", "at_s", "channel", "caller", "message", "question", "replies", "from_memory"}
    assert all(set(call) == keys for call in calls["list"])
    assert "right" not in json.dumps(calls)
