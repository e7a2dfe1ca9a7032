"""Fresh school days: when they are made, for which school, in which room on the disk, and what is thrown away."""

import argparse
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from sim.commands import fresh as fresh_command
from sim.crowd.generator.levels import Level
from sim.crowd.generator.stories import STORIES
from sim.drill.attempt import Mode, Phase
from sim.errors import MachineError, NewerSchemaError, StoreError, TaskError
from sim.footage.build.workfolder import disk_errors, get_work_folder
from sim.footage.recording.open import Recording
from sim.footage.recording.recording import FORMS, MANIFEST_NAME, RECORDINGS
from sim.services.accounts.viewer import NOBODY
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.course.home import get_home
from sim.services.course.learner import find_learner
from sim.services.library import fresh as make
from sim.services.library import generate
from sim.services.library import worker as generate_worker
from sim.services.library.fresh import (
    FreshMaker,
    draw_request,
    find_obstacle,
    list_fresh_days,
    look_at_stock,
    make_room,
    throw_away,
)
from sim.services.library.fresh_settings import (
    SETTINGS_FILE,
    FreshSettings,
    When,
    change_settings,
    load_begun,
    load_fresh_settings,
    save_begun,
    save_fresh_settings,
)
from sim.services.library.job import ACTIVE, FOLDER, JobState, name_process, save_job
from sim.services.library.library import delete_made
from sim.services.team import team
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import copy_recording, lay_out_library, make_tiny_app
from tests.unit.services.library.conftest import get_job

WALKING = FreshSettings(is_on=True, ready=1, schools=("walking-hall",), minutes=1.0, when=When.IDLE)
NOON = datetime(2026, 10, 14, 12, 0, tzinfo=UTC)


@pytest.fixture
def days(tmp_path: Path, tiny_recording: Recording, clock: FakeClock) -> Iterator[App]:
    """Services with three fresh school days, made a day apart; `day-2` is the newest."""
    data = tmp_path / "data"
    for number in range(3):
        name = f"day-{number}"
        lay_out_library(data, copy_recording(tiny_recording, tmp_path / "apart" / name))
        made = (NOON + timedelta(days=number)).timestamp()
        os.utime(data / RECORDINGS / name / MANIFEST_NAME, (made, made))
    save_begun(data, [f"day-{number}" for number in range(3)])
    with closing(make_tiny_app(data, data, clock)) as opened:
        yield opened


def find_form(app: App, recording_id: str) -> str:
    return next(k.form.form_id for k in app.catalog.list_practice_forms() if k.recording_id == recording_id)


def test_settings_are_off_at_first_and_checked(drill_app: App) -> None:
    data = drill_app.settings.data
    assert load_fresh_settings(data).is_on is False
    with pytest.raises(StoreError, match="ready"):
        change_settings(WALKING, ready=0)
    save_fresh_settings(data, WALKING)
    path = data / FOLDER / SETTINGS_FILE
    for text, error in (("ready: many\n", StoreError), ("schema_version: 99\n", NewerSchemaError)):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(error, match=r"fresh\.yaml"):
            load_fresh_settings(data)


def test_obstacles_are_the_hour_the_battery_and_somebody_in_a_drill(
    days: App, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_night = WALKING.model_copy(update={"when": When.NIGHT})
    assert find_obstacle(days, at_night, local=NOON) == "it is not night"
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
    annex = app.settings.data / generate.OWN_SITES / "annex"
    annex.mkdir()
    (annex / "site.yaml").write_text("name: Annex\n", encoding="utf-8")
    stock = look_at_stock(app, WALKING.model_copy(update={"schools": ("annex", "walking-hall")}))
    assert (stock.ready, stock.next_site) == ({"walking-hall": 0}, "walking-hall")
    assert "annex" not in look_at_stock(app, WALKING.model_copy(update={"schools": ()})).ready
    with pytest.raises(StoreError, match=r"'nowhere'.*walking-hall"):
        look_at_stock(app, WALKING.model_copy(update={"schools": ("nowhere",)}))
    request = draw_request(app, WALKING, "walking-hall", draw=lambda below: below - 1)
    assert (request.site, request.minutes, request.level, request.is_fresh) == ("walking-hall", 1.0, Level.EASY, True)
    assert request.story == list(STORIES)[-1]


@pytest.mark.usefixtures("waiting")
def test_a_day_is_begun_paused_on_battery_and_gone_on_with(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    maker = FreshMaker()
    assert maker.look(app) is None, "they are off"
    save_fresh_settings(app.settings.data, WALKING)
    begun = maker.look(app)
    assert begun is not None
    assert begun.request.is_fresh
    assert load_begun(app.settings.data) == (begun.recording_id,)
    assert maker.look(app) is None, "one at a time"
    monkeypatch.setattr(make, "is_on_battery", lambda: True)
    assert maker.look(app) is None
    assert get_job(app).state is JobState.STOPPED
    generate.go_on_after_restart(app)
    assert get_job(app).state is JobState.STOPPED, "a fresh school day waits for its time"
    monkeypatch.setattr(make, "is_on_battery", lambda: False)
    again = maker.look(app)
    assert again is not None
    assert again.recording_id == begun.recording_id


@pytest.mark.usefixtures("waiting")
def test_after_four_failures_it_rests_and_leaves_nothing(app: App) -> None:
    save_fresh_settings(app.settings.data, WALKING)
    maker = FreshMaker()
    seen = set()
    for _ in range(make.TRIES):
        begun = maker.look(app)
        assert begun is not None
        seen.add(begun.recording_id)
        generate.pause(app)
        job = get_job(app)
        (app.settings.data / RECORDINGS / job.recording_id).mkdir()
        save_job(app.settings.data, job.model_copy(update={"state": JobState.FAILED, "problem": "no student"}))
    assert maker.look(app) is None
    assert len(seen) == make.TRIES
    left = [path.name for path in (app.settings.data / RECORDINGS).iterdir()]
    assert len(left) == 1, "only what the last one left, which begin_next removes"
    assert not list((app.settings.data / FORMS).iterdir())


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("beside", ["a fresh day", "a drill of somebody"])
def test_the_command_waits_for_what_is_being_made_already(
    app: App, beside: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its own fresh school day is the one asked for; after somebody's drill it makes one."""
    monkeypatch.setenv("SIGHTLINE_DATA", str(app.settings.data))
    request = draw_request(app, WALKING, "walking-hall", draw=lambda below: below // 2)
    first = generate.start(app, request.model_copy(update={"is_fresh": beside == "a fresh day"}))
    ended: list[str] = []

    def end(_: float) -> None:
        job = get_job(app)
        assert job.state in ACTIVE
        generate.pause(app)
        ended.append(job.recording_id)
        save_job(app.settings.data, job.model_copy(update={"state": JobState.DONE, "form_ids": ("a", "b")}))

    monkeypatch.setattr(fresh_command.time, "sleep", end)
    parser = argparse.ArgumentParser()
    fresh_command.register(parser.add_subparsers())
    args = parser.parse_args(["fresh", "--once", "--site", "walking-hall", "--minutes", "1"])
    assert args.run(args) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("A recording is being made already; this waits for it.\n")
    assert ended[0] == first.recording_id
    assert len(set(ended)) == len(ended) == (1 if beside == "a fresh day" else 2)
    assert said.out.endswith(f"{ended[-1]} is ready, with the drills a, b.\n")


@pytest.mark.usefixtures("waiting")
def test_a_disk_that_fills_in_the_night_costs_nothing_and_the_next_night_goes_on(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = app.settings.data
    save_fresh_settings(data, WALKING)
    maker = FreshMaker()
    begun = maker.look(app)
    assert begun is not None
    generate.pause(app)

    def fill(_: object, *, target: Path, **__: object) -> None:
        with disk_errors(target):
            get_work_folder(target).mkdir()
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(generate_worker, "build_scenario", fill)
    gave_way: list[tuple[object, ...]] = []  # this process stays as it is
    for name in ("nice", "sched_setaffinity"):
        monkeypatch.setattr(os, name, lambda *told: gave_way.append(told), raising=False)
    save_job(data, begun.model_copy(update={"worker": name_process(os.getpid())}))
    signal = tmp_path / "signal"
    signal.write_text("go\n")
    with signal.open() as lines:
        assert generate_worker.run_job(data, lines) == 1
    assert [len(told[-1]) for told in gave_way if isinstance(told[-1], set)] == [1], "one core"
    failed = get_job(app)
    assert failed.state is JobState.FAILED
    assert "is full. Free some space" in failed.problem
    assert list((data / RECORDINGS).iterdir()) == list((data / FORMS).iterdir()) == []
    save_job(data, failed.model_copy(update={"worker": None}))
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=10**9, used=10**9, free=0))
        with pytest.raises(MachineError, match=r"0 bytes free.*Free some space"):
            maker.look(app)
    again = maker.look(app)
    assert again is not None
    assert again.state is JobState.PREPARING
