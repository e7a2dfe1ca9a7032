"""What the console asks, with the time it is about."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from sim.compare.report.report import compare_attempts
from sim.drill.attempt import Mode, Phase
from sim.drill.event import Event, EventKind
from sim.drill.forms import Form
from sim.drill.options import DrillOption
from sim.drill.profile import ProfileName
from sim.errors import AttemptError, TaskError
from sim.footage.recording.open import open_recording
from sim.footage.recording.recording import Manifest
from sim.services.app.settings import read_settings
from sim.services.app.wiring import App, open_app
from sim.services.attempt import attempts, scores
from sim.services.attempt import scores as replays
from sim.services.attempt.console_data import describe_known, list_calls, number_cameras, write_known
from sim.services.attempt.console_profiles import choose_profile, list_profiles
from sim.services.attempt.intake import accept_events, describe_state
from sim.services.comparison.attempts_csv import parse_attempts
from sim.services.debrief import page as debrief
from sim.services.team import given_drills, team
from sim.services.team.team_view import get_team_view
from tests.support.fake_clock import FakeClock
from tests.support.shipped_forms import Wish, find_form
from tests.support.story_truth import SHIPPED
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


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The services on the shipped recording, whose truth is read once; every test makes an attempt of its own."""
    opened = open_app(read_settings({"SIGHTLINE_DATA": str(tmp_path_factory.mktemp("shipped"))}), FakeClock())
    yield opened
    opened.close()


def make_alarm_form(manifest: Manifest) -> Form:
    return Form(
        form_id="a",
        recording_id=manifest.recording_id,
        title="A",
        use="practice",
        type="alarm",
        params={"event_id": "alarm-1"},
        limit_s=240.0,
        window_s=(39.0, 270.0),
    )


def test_where_the_student_was_last_seen_is_told_before_and_in_the_console(app: App) -> None:
    form = find_form(Wish(type="trace"))
    assert form.known is not None
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
    form = Form.model_validate(
        {
            "form_id": "a",
            "recording_id": recording.manifest.recording_id,
            "title": "A",
            "use": "practice",
            "type": "trace",
            "target": "P035",
            "limit_s": 240.0,
            "window_s": (0.0, 300.0),
            "known": {"t_s": 60.0, "zone_id": space.zone_id, "seen_by": "a teacher"},
        }
    )
    assert write_known(form, recording) == f"Last seen 8:01:00 AM at {space.name}, by a teacher"
    told = describe_known(form, recording)
    assert told is not None
    assert (told["camera_id"], told["floor"]) == (None, space.floor)
    low, high = (side([x for x, _ in space.polygon]) for side in (min, max))
    assert low <= told["x"] <= high


def test_a_camera_is_called_as_in_its_picture_in_a_drill_on_some_cameras_too() -> None:
    manifest = open_recording(SHIPPED).manifest
    form = make_alarm_form(manifest).model_copy(update={"cameras": ("CAM-14", "CAM-03")})
    assert number_cameras(form, manifest) == {"CAM-03": 3, "CAM-14": 14}


@pytest.mark.parametrize("names", [("Gate", "Hall"), ("A-1", "B-1"), ("CAM-0", "CAM-1")])
def test_cameras_without_numbers_of_their_own_are_counted_along_the_wall(names: tuple[str, str]) -> None:
    manifest = open_recording(SHIPPED).manifest
    wall = manifest.walls[0].model_copy(update={"cameras": names})
    cameras = tuple(
        camera.model_copy(update={"camera_id": name}) for camera, name in zip(manifest.cameras, names, strict=False)
    )
    odd = manifest.model_copy(update={"walls": (wall,), "cameras": cameras})
    form = make_alarm_form(manifest).model_copy(update={"cameras": names[1:]})
    assert number_cameras(form, odd) == {names[1]: 2}


INTERRUPTED = frozenset({DrillOption.INTERRUPTIONS})
TAB = str(uuid4())


def begin(app: App, **options: object) -> str:
    attempt_id = attempts.create_practice(app, form_id="tiny-practice-1", **options)
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    return attempt_id


def post(app: App, attempt_id: str, *acts: tuple[int, float, EventKind, dict[str, object]]) -> None:
    events = [
        Event(tab_id=TAB, seq=seq, t_client_ms=at_s * 1000.0, kind=kind, payload=payload)
        for seq, at_s, kind, payload in acts
    ]
    accept_events(app, attempt_id, tab_id=TAB, events=events)


def test_the_console_gets_the_calls_without_the_right_replies(drill_app: App) -> None:
    attempt_id = begin(drill_app, options=INTERRUPTED)
    calls = attempts.get_console(drill_app, attempt_id).data["calls"]
    assert calls["call_s"] == 60.0
    assert len(calls["list"]) >= 1
    keys = {"call_id", "at_s", "channel", "caller", "message", "question", "replies", "from_memory"}
    assert all(set(call) == keys for call in calls["list"])
    assert "right" not in json.dumps(calls)


def test_a_call_is_kept_over_a_reload_and_told_in_the_debrief(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app, options=INTERRUPTED)
    with drill_app.store.read() as work:
        call = list_calls(drill_app, work.attempts.get(attempt_id))[0]
    clock.pass_s(30)
    post(drill_app, attempt_id, (1, 30.0, EventKind.CALL, {"call_id": call.call_id}))
    clock.pass_s(10)
    assert describe_state(drill_app, attempt_id)["calls"] == {call.call_id: {"at_ms": 30000, "is_over": False}}
    post(
        drill_app,
        attempt_id,
        (2, 36.0, EventKind.REPLY, {"call_id": call.call_id, "value": call.right}),
        (3, 40.0, EventKind.FOCUS, {"camera_id": "CAM-01", "t_s": 1.0}),
    )
    assert describe_state(drill_app, attempt_id)["calls"] == {call.call_id: {"at_ms": 30000, "is_over": True}}
    clock.pass_s(600)
    stored = json.loads(scores.settle(drill_app, attempt_id).score_json or "")
    assert (stored["calls"], stored["calls_right"]) == (1, 1)
    assert (stored["answer_time_s"], stored["recovery_time_s"]) == (pytest.approx(6.0), pytest.approx(4.0))
    view = debrief.get_debrief(drill_app, attempt_id)
    (line,) = view.calls
    assert (line.at, line.outcome, line.back_after) == ("0:30", "Correct, after 6 s", "after 4 s")
    assert line.reply == line.right
    assert next(part for part in view.parts if part.key == "calls_right").value == "1 of 1"
    kinds = [event["kind"] for event in replays.get_replay(drill_app, attempt_id).data["replay"]["events"]]
    assert kinds == ["call", "reply", "focus"]
