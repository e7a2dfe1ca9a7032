import json
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.app import score
from sim.app.catalog import write_form_set
from sim.app.memory import LruCache
from sim.app.settings import read_settings
from sim.app.wiring import App, open_app
from sim.attempt.attempt import AttemptState, Mode, Phase
from sim.attempt.options import DrillOption, ProfileName
from sim.compare.comparison import compare_attempts
from sim.compare.counting import list_conditions
from sim.console import attempts, console_profiles, footage_access
from sim.console.console_data import describe_known, number_cameras, write_known
from sim.console.console_profiles import choose_options, choose_profile, list_profiles
from sim.console.footage_access import begin_reading
from sim.console.questions import find_box, join_spans
from sim.errors import AttemptError, RecordingError, TaskError
from sim.features.comparison.files import parse_attempts
from sim.features.comparison.handover import compare_table, write_attempts_csv, write_conditions
from sim.features.drill.routes import make_routes
from sim.features.library.forms import choose_forms
from sim.features.team import given_drills, team
from sim.features.team.attempts_table import export_team
from sim.features.team.team_view import get_team_view
from sim.footage.checks.timeline import cut_front_photo
from sim.footage.recording.open import Recording, open_recording
from sim.forms.difficulty import Reference
from sim.scoring.mark import resolve_marks
from sim.tasks.common.task import Known
from sim.truth.index import make_truth_index
from tests.support.driven_drill import Drill
from tests.support.fake_clock import FakeClock
from tests.support.shipped_forms import Wish, find_form
from tests.support.story_truth import SHIPPED
from tests.support.tiny_app import LIMIT_S, lay_out_library, make_tiny_app
from tests.support.trace_tables import SIZE_WH, make_random_answer, make_random_table

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
    assert titles == ["Classic", "Front desk"]
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
    assert titles == ["Classic", "Classic with interruptions"]
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


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)).map(lambda each: (each[0], each[0] + each[1])))


@given(SPANS)
def test_the_same_bytes_and_no_two_that_touch(spans: list[tuple[int, int]]) -> None:
    joined = join_spans(spans)
    assert {byte for first, last in spans for byte in range(first, last + 1)} == {
        byte for first, last in joined for byte in range(first, last + 1)
    }
    assert all(one[1] + 1 < other[0] for one, other in pairwise(joined))


def test_what_was_not_asked_for_longest_goes_first() -> None:
    shelf: LruCache[str] = LruCache(most=2)
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert shelf.get(name, lambda name=name: make(name)) == name
    assert made == ["a", "b", "c", "b"]


def test_the_page_of_a_drill_begins_it_and_once_for_a_recording(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    finished = threading.Event()

    def make_timeline(app: App, recording_id: str) -> None:
        begun.append(threading.current_thread().name)
        raise RecordingError("the motion cannot be read")

    monkeypatch.setattr(footage_access, "load_timeline", make_timeline)
    monkeypatch.setattr(footage_access, "give_back_memory", finished.set)
    for _ in range(2):
        begin_reading(drill_app, attempts.create_sample(drill_app))
    assert finished.wait(timeout=30)
    assert begun == ["read-ahead"]
    # what was made before the failure stays made
    monkeypatch.setattr(score, "load_silhouettes", None)
    drill_app.catalog.read_truth("tiny")


def test_silhouettes_that_cannot_be_read_stop_the_drill_before_its_clock(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RecordingError("silhouettes.parquet was altered")

    attempt_id = attempts.create_sample(drill_app)
    attempts.get_briefing(drill_app, attempt_id)
    with monkeypatch.context() as patch:
        patch.setattr(score, "load_silhouettes", fail)
        with pytest.raises(RecordingError, match="was altered"):
            attempts.begin(drill_app, attempt_id)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.BRIEFED
    # restored, it begins: a failure is not kept
    attempts.begin(drill_app, attempt_id)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.RUNNING
    assert drill_app.catalog.get_truth("tiny").silhouettes is not None


@pytest.fixture
def drill(tmp_path: Path, tiny_recording: Recording, clock: FakeClock, shown: Reference) -> Iterator[Drill]:
    folder = lay_out_library(tmp_path / "library", tiny_recording)
    forms = choose_forms(tiny_recording, count=2, practice=1, margin=9.0, min_legs=2, reference=shown)
    write_form_set(forms, folder / "forms" / "tiny.yaml")
    with (
        closing(make_tiny_app(tmp_path / "data", folder, clock)) as app,
        TestClient(Starlette(routes=make_routes(lambda: app)), raise_server_exceptions=False) as client,
    ):
        yield Drill(app, client)


@pytest.mark.parametrize("shown", list(Reference), ids=str)
def test_the_picture_has_the_sides_that_the_form_says_and_no_other_opens(drill: Drill, shown: Reference) -> None:
    app, target = drill.app, drill.app.catalog.list_forms()[0].form.target
    view = attempts.get_briefing(app, drill.attempt_id)
    assert view.photo_count == shown.photo_count
    strip = app.catalog.get_recording("tiny").folder / f"people/{target}.webp"
    drill.begin()
    for kind, answer in {
        Reference.THREE_PHOTOS: drill.client.get(drill.links.link(f"people/{target}.webp")),
        Reference.ONE_PHOTO: drill.client.get(drill.links.link(f"people/front/{target}.webp")),
    }.items():
        assert answer.status_code == (200 if kind is shown else 404), kind
    task = attempts.get_console(app, drill.attempt_id).data["task"]
    assert (task["photo_count"], task["descriptor"]) == (shown.photo_count, view.descriptor)
    assert view.descriptor
    if shown is Reference.TEXT:
        assert (view.reference_url, task["reference_url"]) == (None, None)
        return
    assert view.reference_url == task["reference_url"]
    sent = drill.client.get(str(view.reference_url))
    assert sent.headers["content-type"] == "image/webp"
    whole = Image.open(BytesIO(strip.read_bytes()))
    assert Image.open(BytesIO(sent.content)).size == (whole.width * shown.photo_count // 3, whole.height)
    known = drill.client.get(str(view.reference_url), headers={"If-None-Match": sent.headers["etag"]})
    assert known.status_code == 304


@pytest.mark.parametrize("shown", [Reference.ONE_PHOTO, Reference.THREE_PHOTOS], ids=str)
def test_the_picture_of_a_measured_drill_opens_with_its_start(drill: Drill, shown: Reference) -> None:
    target = drill.app.catalog.list_forms()[0].form.target
    picture = drill.links.link(f"people/{'front/' if shown is Reference.ONE_PHOTO else ''}{target}.webp")
    assert drill.client.get(picture).status_code == 200
    with drill.app.store.write() as work:
        work.save_row(replace(work.attempts.get(drill.attempt_id), mode=Mode.ASSESSMENT))
    assert drill.client.get(picture).status_code == 403
    drill.begin()
    assert drill.client.get(picture).status_code == 200


def test_a_strip_that_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "P001.webp").write_bytes(b"RIFF")
    for name in ("P001.webp", "P002.webp"):
        with pytest.raises(RecordingError, match=f"{name} is no picture"):
            cut_front_photo(tmp_path / name)


WIDTH, HEIGHT = SIZE_WH


@pytest.mark.parametrize("seed", range(5))
def test_the_box_is_always_that_of_whom_the_mark_counts_for(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = make_random_table(rng)
    index = make_truth_index(table)
    marks = sum((make_random_answer(rng, table, (0.0, table.duration_s)).marks for _ in range(3)), ())
    rows = resolve_marks(index, marks).table_row
    assert (rows >= 0).any()
    for mark, row in zip(marks, rows, strict=True):
        box = find_box(index, mark)
        assert (box is None) == (row < 0)
        if box is not None:
            truth = table.rows.iloc[int(row)]
            assert box[0] * WIDTH == pytest.approx(np.clip(truth["x1"], 0, WIDTH), abs=0.1)
            assert box[3] * HEIGHT == pytest.approx(np.clip(truth["y2"], 0, HEIGHT), abs=0.1)
