import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from sim.app.own_folders import OWN_SITES
from sim.app.wiring import App
from sim.attempt.attempt import Mode, Phase
from sim.builds import queue
from sim.builds.kinds import DRILL, FRESH, MEASURED
from sim.commands import footage as footage_commands
from sim.console import attempts
from sim.crowd.generator.levels import Level
from sim.crowd.generator.stories import STORIES
from sim.db.builds import OPEN, BuildRow, BuildState
from sim.errors import MachineError, NewerSchemaError, StoreError, TaskError
from sim.features.course.home import get_home
from sim.features.library import fresh as make
from sim.features.library import recordings
from sim.features.library.fresh import (
    FreshSettings,
    When,
    change_settings,
    draw_request,
    find_obstacle,
    list_fresh_days,
    load_fresh_settings,
    look,
    look_at_stock,
    make_room,
    save_fresh_settings,
    throw_away,
)
from sim.features.library.library import delete_made
from sim.features.team import team
from sim.footage.build.workfolder import get_work_folder
from sim.footage.recording.open import Recording
from sim.footage.recording.recording import FORMS, MANIFEST_NAME, RECORDINGS
from sim.forms.forms import Origin
from sim.rules.learner import find_learner
from sim.rules.viewer import NOBODY
from tests.support.builds import put_build
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import copy_recording, lay_out_library, make_tiny_app

WALKING = FreshSettings(is_on=True, ready=1, schools=("walking-hall",), minutes=1.0, when=When.IDLE)
NOON = datetime(2026, 10, 14, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def three_days(tmp_path_factory: pytest.TempPathFactory, tiny_recording: Recording) -> Path:
    folder = tmp_path_factory.mktemp("days")
    for number in range(3):
        name = f"day-{number}"
        lay_out_library(folder / "data", copy_recording(tiny_recording, folder / "apart" / name))
        made = (NOON + timedelta(days=number)).timestamp()
        os.utime(folder / "data" / RECORDINGS / name / MANIFEST_NAME, (made, made))
    return folder / "data"


@pytest.fixture
def days(tmp_path: Path, three_days: Path, clock: FakeClock) -> Iterator[App]:
    data = Path(shutil.copytree(three_days, tmp_path / "data"))
    with closing(make_tiny_app(data, data, clock)) as opened:
        for number in range(3):
            put_build(opened, kind=FRESH, state=BuildState.DONE, name=f"day-{number}", asked={})
        yield opened


def find_form(app: App, recording_id: str) -> str:
    return next(k.form.form_id for k in app.catalog.list_practice_forms() if k.recording_id == recording_id)


def test_settings_are_off_at_first_and_checked(drill_app: App) -> None:
    data = drill_app.settings.data
    assert load_fresh_settings(data).is_on is False
    with pytest.raises(StoreError, match="ready"):
        change_settings(WALKING, ready=0)
    save_fresh_settings(data, WALKING)
    path = data / queue.FOLDER / queue.FRESH_FILE
    for text, error in (("ready: many\n", StoreError), ("schema_version: 99\n", NewerSchemaError)):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(error, match=r"fresh\.yaml"):
            load_fresh_settings(data)


def test_obstacles_are_the_hour_the_battery_and_somebody_in_a_drill(
    days: App, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_night = WALKING.model_copy(update={"when": When.NIGHT})
    assert find_obstacle(days, at_night, local=NOON) == "it is made tonight, after 8 PM"
    assert find_obstacle(days, at_night, local=NOON.replace(hour=23)) == ""
    assert find_obstacle(days, WALKING, local=NOON) == ""
    attempt_id = attempts.create_practice(days, form_id=find_form(days, "day-0"))
    attempts.get_briefing(days, attempt_id)
    attempts.begin(days, attempt_id)
    assert find_obstacle(days, WALKING, local=clock.read().wall) == "someone is in a drill"
    attempts.abandon(days, attempt_id)
    assert "15 minutes" in find_obstacle(days, WALKING, local=clock.read().wall)
    clock.pass_s(16 * 60)
    assert find_obstacle(days, WALKING, local=clock.read().wall) == ""
    monkeypatch.setattr(psutil, "sensors_battery", lambda: SimpleNamespace(power_plugged=False), raising=False)
    assert "battery" in find_obstacle(days, WALKING, local=clock.read().wall)


def test_room_is_made_of_the_oldest_played_days_only_and_open_ones_stay(days: App) -> None:
    for name in ("day-2", "day-0"):
        attempts.abandon(days, attempts.create_practice(days, form_id=find_form(days, name)))
    found = list_fresh_days(days)
    assert [(day.recording_id, day.is_played) for day in found] == [("day-0", True), ("day-1", False), ("day-2", True)]
    just_enough = WALKING.model_copy(update={"disk_gb": sum(day.size_bytes for day in found) / 1e9})
    assert make_room(days, just_enough, 10)
    assert [day.recording_id for day in list_fresh_days(days)] == ["day-1", "day-2"], "day-0 is the oldest played one"
    with pytest.raises(TaskError):
        days.catalog.get_form("day-0-practice-1")
    assert not make_room(days, WALKING.model_copy(update={"disk_gb": 1e-9}), 0)
    assert [day.recording_id for day in list_fresh_days(days)] == ["day-1"], "nobody has played it"
    open_id = attempts.create_practice(days, form_id=find_form(days, "day-1"))
    (last,) = list_fresh_days(days)
    assert last.is_played and last.is_assigned
    with pytest.raises(StoreError, match="in use"):
        throw_away(days, last)
    with pytest.raises(StoreError, match="their results need it"):
        delete_made(days, "day-1")
    attempts.abandon(days, open_id)
    delete_made(days, "day-1")
    assert list_fresh_days(days) == ()
    assert "day-1" not in {known.recording_id for known in days.catalog.list_forms()}
    with pytest.raises(StoreError, match="not made on this computer"):
        delete_made(days, "day-1")


def test_home_shows_a_day_of_this_week_as_new_unless_it_measures(days: App, clock: FakeClock) -> None:
    wall = clock.read().wall
    for number, age in enumerate((1, 2, 9)):
        made = (wall - timedelta(days=age)).timestamp()
        os.utime(days.settings.data / RECORDINGS / f"day-{number}" / MANIFEST_NAME, (made, made))
    person_id = team.add_person(days, team.add_team(days, "Front office"), "Heron")
    measured = next(
        known.form.form_id
        for known in days.catalog.list_forms()
        if known.recording_id == "day-1" and known.form.use == "parallel"
    )
    attempts.create(days, form_id=measured, mode=Mode.ASSESSMENT, person_id=person_id, phase=Phase.BEFORE)
    cards = get_home(days, find_learner(NOBODY, "k" * 43), today=wall.date()).cards
    new = {days.catalog.get_form(card.form_id).recording_id for card in cards if card.is_new}
    assert new == {"day-0"}
    assert all(not card.is_new for card in cards if card.form_id.startswith("day-2"))


def test_the_next_day_is_for_the_school_with_fewest_that_can_be_read_and_shows_another_story(app: App) -> None:
    annex = app.settings.data / OWN_SITES / "annex"
    annex.mkdir()
    (annex / "site.yaml").write_text("name: Annex\n", encoding="utf-8")
    stock = look_at_stock(app, WALKING.model_copy(update={"schools": ("annex", "walking-hall")}))
    assert (stock.ready, stock.next_site) == ({"walking-hall": 0}, "walking-hall")
    assert "annex" not in look_at_stock(app, WALKING.model_copy(update={"schools": ()})).ready
    with pytest.raises(StoreError, match=r"'nowhere'.*walking-hall"):
        look_at_stock(app, WALKING.model_copy(update={"schools": ("nowhere",)}))
    request = draw_request(app, WALKING, "walking-hall", draw=lambda below: below - 1)
    assert (request.site, request.minutes, request.level, request.known) == ("walking-hall", 1.0, Level.EASY, True)
    assert request.story == list(STORIES)[-1]


def end(app: App, row: BuildRow, state: BuildState, **values: object) -> None:
    with app.store.write() as work:
        work.builds.change_one(row.build_id, state=state, ended_at=app.clock.read().wall, **values)


def get(app: App, row: BuildRow) -> BuildRow:
    return queue.tell(app, row).row


def test_a_day_is_begun_paused_on_battery_and_gone_on_with(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(app) is None, "they are off"
    save_fresh_settings(app.settings.data, WALKING)
    begun = look(app)
    assert begun is not None
    assert begun.kind == FRESH
    assert look(app) is None, "one at a time"
    work = get_work_folder(app.settings.data / RECORDINGS / begun.name)
    work.mkdir()
    monkeypatch.setattr(make, "is_on_battery", lambda: True)
    assert look(app) is None
    assert get(app, begun).state is BuildState.CANCELED
    assert work.exists(), "what it made is kept"
    monkeypatch.setattr(make, "is_on_battery", lambda: False)
    again = look(app)
    assert again is not None
    assert (again.name, get(app, again).state) == (begun.name, BuildState.QUEUED)
    end(app, again, BuildState.DONE)
    (app.settings.data / RECORDINGS / begun.name).mkdir()
    next_day = look(app)
    assert next_day is not None
    assert next_day.name != begun.name


def test_after_four_failures_it_rests_for_a_day_and_leaves_nothing(app: App, clock: FakeClock) -> None:
    save_fresh_settings(app.settings.data, WALKING)
    seen = []
    for _ in range(make.TRIES):
        begun = look(app)
        assert begun is not None
        seen.append(begun.name)
        (app.settings.data / RECORDINGS / begun.name).mkdir()
        end(app, begun, BuildState.FAILED, error="No student can be sought.")
        clock.pass_s(60)
    assert look(app) is None
    assert len(set(seen)) == make.TRIES
    assert [path.name for path in (app.settings.data / RECORDINGS).iterdir()] == seen[-1:]
    clock.pass_s(make.RESTS_FOR.total_seconds())
    begun = look(app)
    assert begun is not None
    assert not list((app.settings.data / RECORDINGS).iterdir())
    assert not list((app.settings.data / FORMS).iterdir())


def test_drills_to_measure_with_are_made_at_night_until_there_are_enough(
    days: App, tmp_path: Path, tiny_recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = days
    site = "here"
    monkeypatch.setattr(queue, "start_worker", lambda app: None)
    monkeypatch.setattr(make, "list_open_sites", lambda app: {site: tmp_path})
    monkeypatch.setattr(make, "find_sites", lambda data: {site: tmp_path})
    monkeypatch.setattr(make, "find_missing_plates", lambda folder: ())
    monkeypatch.setattr(make, "load_site", lambda folder: tiny_recording.site)
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(recordings, "make_measured_request", lambda app, site: site)
    monkeypatch.setattr(recordings, "start", lambda app, request, kind: asked.append((request, kind)))
    wanted = change_settings(FreshSettings(), measured=2, when=When.IDLE)
    save_fresh_settings(app.settings.data, wanted)
    assert look_at_stock(app, wanted).measured == {site: 0}, "what is for practice measures nobody"
    look(app)
    assert asked == [(site, MEASURED)]
    put_build(app, kind=MEASURED, state=BuildState.RUNNING, asked={})
    look(app)
    assert len(asked) == 1, "one is being made"
    put_build(app, kind=MEASURED, state=BuildState.DONE, asked={})
    private = copy_recording(tiny_recording, tmp_path / "apart" / "private")
    lay_out_library(app.settings.data, private, origin=Origin.PRIVATE)
    assert look_at_stock(app, wanted).measured == {site: 2}
    look(app)
    assert len(asked) == 1, "there are enough, and school days for practice are off"
    form_id = next(k.form.form_id for k in app.catalog.list_forms() if k.recording_id == "private")
    person_id = team.add_person(app, team.add_team(app, "Front office"), "Heron")
    measured = form_id if "practice" not in form_id else "private-trace-a"
    attempts.create(app, form_id=measured, mode=Mode.ASSESSMENT, person_id=person_id, phase=Phase.BEFORE)
    assert look_at_stock(app, wanted).next_measured == site, "one was given"
    monkeypatch.setattr(make, "find_obstacle_now", lambda *_: "it is made tonight, after 8 PM")
    assert look(app) is None, "it waits for the night"


@pytest.mark.parametrize("beside", ["a fresh day", "a drill of somebody"])
def test_the_command_waits_for_what_is_being_made_already(
    app: App, beside: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIGHTLINE_DATA", str(app.settings.data))
    request = draw_request(app, WALKING, "walking-hall", draw=lambda below: below // 2)
    first = recordings.start(app, request, kind=FRESH if beside == "a fresh day" else DRILL)
    ended: list[str] = []

    def make_one(_: float) -> None:
        row = next(row for row in reversed(queue.list_builds(app)) if row.state in OPEN)
        end(app, row, BuildState.DONE, result='{"form_ids": ["a", "b"]}')
        ended.append(row.name)

    monkeypatch.setattr(footage_commands.time, "sleep", make_one)
    words = ["--once", "--site", "walking-hall", "--minutes", "1"]
    assert footage_commands.fresh.main(words, standalone_mode=False) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert ended[0] == first.name
    assert len(set(ended)) == len(ended) == (1 if beside == "a fresh day" else 2)
    assert ("waiting for 1 others" in said.out) is (beside != "a fresh day")
    assert said.out.endswith(f"{ended[-1]} is ready, with the drills a, b.\n")


def test_no_day_is_begun_on_a_full_disk(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    save_fresh_settings(app.settings.data, WALKING)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=10**9, used=10**9, free=0))
        with pytest.raises(MachineError, match=r"0 bytes free.*Free some space"):
            look(app)
    again = look(app)
    assert again is not None
    assert again.state is BuildState.QUEUED
