"""Fresh school days: which there are, what is missing, whether now is a good time to make one, and doing it."""

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psutil

from sim.crowd.generator.draft import MOST_SEED
from sim.crowd.generator.stories import STORIES
from sim.errors import StoreError
from sim.footage.build.workfolder import remove_tree
from sim.footage.recording.recording import FORMS, MANIFEST_NAME, RECORDINGS
from sim.services.app.wiring import App
from sim.services.attempt.footage_access import list_measuring
from sim.services.library import generate
from sim.services.library.fresh_settings import (
    FreshSettings,
    When,
    is_night,
    load_begun,
    load_fresh_settings,
    save_begun,
)
from sim.services.library.job import ACTIVE, Job, JobState, Request, find_missing_plates
from sim.services.library.library import remove_recording
from sim.site.model import load_site

IDLE_FOR = timedelta(minutes=15)
TRIES = 4
"""Recordings in a row that may turn out unfit before it rests until the server starts again."""
BYTES_A_GB = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    ready: dict[str, int]  # recordings that nobody has played, by site name, for every school that is wanted
    used_bytes: int  # what all fresh school days take
    fewest_site: str  # the school with fewest; "" when there is no school
    next_site: str  # the same, or "" when it has enough


def look_at_stock(app: App, settings: FreshSettings) -> Stock:
    """Return what there is for each school and which one needs a fresh school day most."""
    sites = generate.find_sites(app.settings.data)
    for name in settings.schools:
        if name not in sites:
            raise StoreError(f"the site {name!r} does not exist", expected=f"one of {', '.join(sites)}")
    open_sites = generate.list_open_sites(app)
    wanted = tuple(name for name in settings.schools if name in open_sites) or tuple(
        name for name, folder in open_sites.items() if not find_missing_plates(folder)
    )
    days = list_fresh_days(app)
    unplayed = Counter(day.site_id for day in days if not day.is_played)
    ready = {name: unplayed[load_site(sites[name]).site_id] for name in wanted}
    fewest = min(ready, key=lambda name: ready[name], default="")
    return Stock(
        ready=ready,
        used_bytes=sum(day.size_bytes for day in days),
        fewest_site=fewest,
        next_site=fewest if fewest and ready[fewest] < settings.ready else "",
    )


def make_room(app: App, settings: FreshSettings, needed_bytes: int) -> bool:
    """Throw away the oldest played days that nobody is assigned to until `needed_bytes` fit; return whether they do."""
    days = list_fresh_days(app)
    room = settings.disk_gb * BYTES_A_GB - needed_bytes - sum(day.size_bytes for day in days)
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
        return "" if is_night(local) else "it is not night"
    with app.store.read() as work:
        last = work.attempts.get_last_end()
        if work.attempts.has_running():
            return "someone is in a drill"
    if last is not None and local - last < IDLE_FOR:
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
    folder = generate.find_sites(app.settings.data)[site]
    site_id = load_site(folder).site_id
    shown = Counter(
        story
        for day in list_fresh_days(app)
        if day.site_id == site_id
        for story in STORIES
        if f"-{story}-" in day.recording_id
    )
    stories = [story for story in STORIES if shown[story] == min(shown[each] for each in STORIES)]
    story = stories[draw(len(stories))]
    people, _ = generate.suggest(app, site=site, story=story, level=settings.level)
    return Request(
        site=site,
        story=story,
        level=settings.level,
        seed=draw(MOST_SEED),
        people=people,
        minutes=settings.minutes,
        known=True,
        is_fresh=True,
    )


def begin_next(app: App, settings: FreshSettings, *, is_forced: bool = False) -> Job | None:
    """Start or go on with the next fresh school day; None when every school has enough and it is not forced."""
    job = generate.get_job(app)
    if job is not None and job.request.is_fresh and job.state is JobState.STOPPED:
        return generate.go_on(app)
    if job is not None and job.request.is_fresh and job.state is JobState.FAILED:
        _clear(app, job)
    stock = look_at_stock(app, settings)
    site = stock.fewest_site if is_forced else stock.next_site
    if not site:
        return None
    request = draw_request(app, settings, site)
    if not make_room(app, settings, generate.estimate(app, request).needs.final_bytes):
        raise StoreError(
            f"the fresh school days take the {settings.disk_gb:g} GB that they may",
            expected="room for one more",
            todo="play some of them, allow more disk, or keep fewer ready",
        )
    job = generate.start(app, request)
    data = app.settings.data
    still = [name for name in load_begun(data) if (data / RECORDINGS / name).exists()]
    save_begun(data, [*still, job.recording_id])
    return job


def _clear(app: App, job: Job) -> None:
    """Delete what a build left that failed: its work, and a recording in which nobody can be sought."""
    generate.cancel(app)
    data = app.settings.data
    if job.recording_id and not (data / FORMS / f"{job.recording_id}.yaml").exists():
        remove_tree(data / RECORDINGS / job.recording_id)


class FreshMaker:
    """Looks now and then whether a fresh school day is due; one for the life of a server."""

    def __init__(self) -> None:
        self._failed = 0
        self._counted = ""

    def look(self, app: App) -> Job | None:
        settings = load_fresh_settings(app.settings.data)
        job = generate.get_job(app)
        if not settings.is_on:
            return None
        if job is not None and job.state in ACTIVE:
            if job.request.is_fresh and is_on_battery():
                generate.pause(app)
            return None
        if find_obstacle_now(app, settings) or self._must_rest(job):
            return None
        return begin_next(app, settings)

    def _must_rest(self, job: Job | None) -> bool:
        """Return whether a build that somebody asked for waits for them, or the last fresh ones all failed."""
        if job is None or job.state is JobState.DONE:
            self._failed = 0
            return False
        if not job.request.is_fresh:
            return job.state in (JobState.FAILED, JobState.STOPPED)
        if job.state is JobState.FAILED and job.recording_id != self._counted:
            self._failed, self._counted = self._failed + 1, job.recording_id
        return self._failed >= TRIES


_maker = FreshMaker()


def look(app: App) -> Job | None:
    return _maker.look(app)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshDay:
    recording_id: str  # its name
    site_id: str  # the school
    made_at: datetime  # when its recording was finished, in the time zone of this computer
    size_bytes: int  # of its files
    is_played: bool  # anyone was given a drill on it
    is_assigned: bool  # it may not be thrown away: it measures somebody, belongs to a program, or a drill on it is open


def list_fresh_days(app: App) -> tuple[FreshDay, ...]:
    with app.store.read() as work:
        used = work.attempts.list_used_recordings()
        measuring = list_measuring(app, work)
    found = []
    for folder in _list_day_folders(app):
        found.append(
            FreshDay(
                recording_id=folder.name,
                site_id=app.catalog.get_recording(folder.name).site.site_id,
                made_at=datetime.fromtimestamp((folder / MANIFEST_NAME).stat().st_mtime).astimezone(),
                size_bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
                is_played=folder.name in used,
                is_assigned=folder.name in measuring or used.get(folder.name, False),
            )
        )
    return tuple(sorted(found, key=lambda day: (day.made_at, day.recording_id)))


def throw_away(app: App, day: FreshDay) -> None:
    """Delete a fresh school day; its forms go first, so that nobody starts a drill on half of it."""
    if day.is_assigned:
        raise StoreError(f"the recording {day.recording_id} is in use", todo="wait until its drills have ended")
    remove_recording(app, day.recording_id)


def _list_day_folders(app: App) -> list[Path]:
    data = app.settings.data
    folders = (data / RECORDINGS / name for name in load_begun(data))
    return [
        folder
        for folder in folders
        if (folder / MANIFEST_NAME).exists() and (data / FORMS / f"{folder.name}.yaml").exists()
    ]
