"""What is made ahead: school days that nobody has played, and drills to measure with, ready before they are needed."""

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import psutil
import yaml
from pydantic import BaseModel, ConfigDict, Field

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState
from sim.builds import queue
from sim.builds.kinds import FRESH, MEASURED
from sim.checked import check, read_yaml, write_file
from sim.console.footage_access import list_measuring, list_planned
from sim.crowd.generator.draft import MOST_SEED
from sim.crowd.generator.levels import Level
from sim.crowd.generator.stories import STORIES
from sim.db.attempts import IS_OPEN, AttemptRow
from sim.db.builds import OPEN, BuildRow, BuildState
from sim.errors import StoreError
from sim.features.library import recordings
from sim.features.library.library import remove_recording
from sim.features.library.recordings import Request
from sim.features.library.sites import find_missing_plates, find_sites, list_open_sites
from sim.footage.recording.recording import FORMS, MANIFEST_NAME, RECORDINGS
from sim.site.model import load_site

FRESH_SCHEMA = 1
MOST_READY = 10
MOST_MEASURED = 40
NIGHT_H = (20, 6)
"""Local hours between which it is night: after the last meeting, before the first teacher."""
TRIES = 4
"""Builds in a row that may fail before it rests for a day."""
RESTS_FOR = timedelta(days=1)


class When(StrEnum):
    NIGHT = "night"
    IDLE = "idle"


class FreshSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int = FRESH_SCHEMA
    is_on: bool = False  # whether the server makes any school days for practice by itself
    ready: int = Field(default=2, ge=1, le=MOST_READY)  # recordings that nobody has played, kept for each school
    measured: int = Field(default=0, ge=0, le=MOST_MEASURED)  # drills to measure with, kept for each school
    schools: tuple[str, ...] = ()  # names of the sites; none: every site there is
    level: Level = Level.EASY  # difficulty of the drills for practice
    minutes: float = Field(default=3.0, ge=1.0, le=10.0)  # length of each school day for practice
    when: When = When.NIGHT  # at night, or whenever nobody has done a drill for a while
    disk_gb: float = Field(default=2.0, ge=0.1, le=1000.0)  # room that days for practice may take, 1 GB = 10^9 bytes


def load_fresh_settings(data: Path) -> FreshSettings:
    path = data / queue.FOLDER / queue.FRESH_FILE
    if not path.exists():
        return FreshSettings()
    found: FreshSettings = check(
        FreshSettings,
        read_yaml(path, fault=StoreError),
        source=str(path),
        newest=FRESH_SCHEMA,
        fault=StoreError,
        todo="correct the value, or delete the file and choose again on the page New drill",
    )
    return found


def save_fresh_settings(data: Path, settings: FreshSettings) -> None:
    path = data / queue.FOLDER / queue.FRESH_FILE
    text = yaml.safe_dump(settings.model_dump(mode="json"), sort_keys=False)
    write_file(path, text.encode("utf-8"), fault=StoreError)


def change_settings(settings: FreshSettings, **changes: object) -> FreshSettings:
    wanted = settings.model_dump() | {name: value for name, value in changes.items() if value is not None}
    changed: FreshSettings = check(
        FreshSettings, wanted, source="the choice", newest=FRESH_SCHEMA, fault=StoreError, todo="choose another value"
    )
    return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    ready: dict[str, int]  # recordings that nobody has played, by site name, for every school that is wanted
    measured: dict[str, int]  # drills to measure with that nobody was given and no program has, by site name
    used_bytes: int  # what all fresh school days take
    fewest_site: str  # the school with fewest; "" when there is no school
    next_site: str  # the same, or "" when it has enough
    next_measured: str  # the school with fewest drills to measure with, or "" when all have enough


def look_at_stock(app: App, settings: FreshSettings) -> Stock:
    sites = find_sites(app.settings.data)
    for name in settings.schools:
        if name not in sites:
            raise StoreError(f"the site {name!r} does not exist", expected=f"one of {', '.join(sites)}")
    open_sites = list_open_sites(app)
    wanted = tuple(name for name in settings.schools if name in open_sites) or tuple(
        name for name, folder in open_sites.items() if not find_missing_plates(folder)
    )
    days = list_fresh_days(app)
    unplayed = Counter(day.site_id for day in days if not day.is_played)
    free = _count_free_forms(app)
    site_ids = {name: load_site(sites[name]).site_id for name in wanted}
    ready = {name: unplayed[site_id] for name, site_id in site_ids.items()}
    measured = {name: free[site_id] for name, site_id in site_ids.items()}
    fewest = min(ready, key=lambda name: ready[name], default="")
    least = min(measured, key=lambda name: measured[name], default="")
    return Stock(
        ready=ready,
        measured=measured,
        used_bytes=sum(day.size_bytes for day in days),
        fewest_site=fewest,
        next_site=fewest if fewest and ready[fewest] < settings.ready else "",
        next_measured=least if least and measured[least] < settings.measured else "",
    )


def _count_free_forms(app: App) -> Counter[str]:
    """Return how many drills to measure with nobody was given yet, on recordings that no program has, by school."""
    with app.store.read() as work:
        planned = list_planned(work)
        given = work.exposures.list_versions().keys()
    free = (
        known
        for known in app.catalog.list_forms()
        if known.form.use == "parallel" and app.catalog.is_private(known.recording_id)
    )
    return Counter(
        app.catalog.get_recording(known.recording_id).site.site_id
        for known in free
        if known.recording_id not in planned and known.form.form_id not in given
    )


def make_room(app: App, settings: FreshSettings, needed_bytes: int) -> bool:
    """Throw away the oldest played days that nobody is assigned to until `needed_bytes` fit; return whether they do."""
    days = list_fresh_days(app)
    room = settings.disk_gb * 1e9 - needed_bytes - sum(day.size_bytes for day in days)
    for day in days:
        if room >= 0:
            break
        if day.is_assigned or not day.is_played:
            continue
        throw_away(app, day)
        room += day.size_bytes
    return room >= 0


def find_obstacle(app: App, settings: FreshSettings, *, local: datetime) -> str:
    if is_on_battery():
        return "this computer runs on its battery"
    if settings.when is When.NIGHT:
        return "" if local.hour >= NIGHT_H[0] or local.hour < NIGHT_H[1] else "it is made tonight, after 8 PM"
    with app.store.read() as work:
        last = work.find_highest(AttemptRow.ended_at)
        if work.count_rows(AttemptRow, AttemptRow.state == AttemptState.RUNNING):
            return "someone is in a drill"
    if last is not None and local - last < timedelta(minutes=15):
        return "someone was in a drill less than 15 minutes ago"
    return ""


def find_obstacle_now(app: App, settings: FreshSettings) -> str:
    return find_obstacle(app, settings, local=app.clock.read().wall.astimezone())


def is_on_battery() -> bool:
    sense = getattr(psutil, "sensors_battery", None)
    battery = sense() if sense is not None else None
    return battery is not None and battery.power_plugged is False


def draw_request(
    app: App, settings: FreshSettings, site: str, *, draw: Callable[[int], int] = secrets.randbelow
) -> Request:
    """Return what is asked for a school: the story that its days show least, and a seed by chance."""
    site_id = load_site(find_sites(app.settings.data)[site]).site_id
    shown = Counter(
        story
        for day in list_fresh_days(app)
        if day.site_id == site_id
        for story in STORIES
        if f"-{story}-" in day.recording_id
    )
    stories = [story for story in STORIES if shown[story] == min(shown[each] for each in STORIES)]
    story = stories[draw(len(stories))]
    people, _ = recordings.suggest(app, site=site, story=story, level=settings.level)
    return Request(
        site=site,
        story=story,
        level=settings.level,
        seed=draw(MOST_SEED),
        people=people,
        minutes=settings.minutes,
        known=True,
    )


def begin_next(app: App, settings: FreshSettings, *, is_forced: bool = False) -> BuildRow | None:
    last = next(iter(queue.list_builds(app, FRESH, most=1)), None)
    if last is not None and last.state in OPEN:
        return last
    if last is not None and last.state is BuildState.CANCELED and last.step == queue.PAUSED:
        recordings.go_on(app, last)
        return last
    if last is not None and last.state is BuildState.FAILED:
        queue.clean(app.settings.data, last)
    stock = look_at_stock(app, settings)
    site = stock.fewest_site if is_forced else stock.next_site
    if not site:
        return None
    request = draw_request(app, settings, site)
    if not make_room(app, settings, recordings.estimate(app, request).needs.final_bytes):
        raise StoreError(
            f"the fresh school days take the {settings.disk_gb:g} GB that they may",
            expected="room for one more",
            todo="play some of them, allow more disk, or keep fewer ready",
        )
    return recordings.start(app, request, kind=FRESH)


def look(app: App) -> BuildRow | None:
    settings = load_fresh_settings(app.settings.data)
    making = [row for row in queue.list_builds(app, FRESH, MEASURED) if row.state in OPEN]
    for row in making:
        if row.kind == FRESH and is_on_battery():
            queue.stop(app, row, keeps=True)
    if making or not (settings.is_on or settings.measured) or find_obstacle_now(app, settings):
        return None
    site = look_at_stock(app, settings).next_measured
    if site and not _must_rest(app, MEASURED):
        return recordings.start(app, recordings.make_measured_request(app, site=site), kind=MEASURED)
    return begin_next(app, settings) if settings.is_on and not _must_rest(app, FRESH) else None


def _must_rest(app: App, kind: str) -> bool:
    last = queue.list_builds(app, kind, most=TRIES)
    since = app.clock.read().wall - RESTS_FOR
    return len(last) == TRIES and all(
        row.state is BuildState.FAILED and row.ended_at is not None and row.ended_at > since for row in last
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshDay:
    recording_id: str  # its name
    site_id: str  # the school
    made_at: datetime  # when its recording was finished, in the time zone of this computer
    size_bytes: int  # of its files
    is_played: bool  # anyone was given a drill on it
    is_assigned: bool  # it may not be thrown away: it measures somebody, belongs to a program, or a drill on it is open


def list_fresh_days(app: App) -> tuple[FreshDay, ...]:
    data = app.settings.data
    with app.store.read() as work:
        used = work.list_distinct(AttemptRow.recording_id)
        open_ones = work.list_distinct(AttemptRow.recording_id, IS_OPEN)
        measuring = list_measuring(app, work)
        made = work.builds.list_all(kind=(FRESH,), state=(BuildState.DONE,))
    found = []
    for folder in (data / RECORDINGS / row.name for row in made):
        if not ((folder / MANIFEST_NAME).exists() and (data / FORMS / f"{folder.name}.yaml").exists()):
            continue
        found.append(
            FreshDay(
                recording_id=folder.name,
                site_id=app.catalog.get_recording(folder.name).site.site_id,
                made_at=datetime.fromtimestamp((folder / MANIFEST_NAME).stat().st_mtime).astimezone(),
                size_bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
                is_played=folder.name in used,
                is_assigned=folder.name in measuring or folder.name in open_ones,
            )
        )
    return tuple(sorted(found, key=lambda day: (day.made_at, day.recording_id)))


def throw_away(app: App, day: FreshDay) -> None:
    """Delete a fresh school day; its forms go first, so that nobody starts a drill on half of it."""
    if day.is_assigned:
        raise StoreError(f"the recording {day.recording_id} is in use", todo="wait until its drills have ended")
    remove_recording(app, day.recording_id)
