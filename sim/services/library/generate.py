"""New drills: what can be asked for, what it takes, and starting, leaving, finding again and cancelling its build."""

import os
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from sim.crowd.generator.draft import (
    FPS,
    MAIN_WH,
    MINUTES,
    PEOPLE,
    count_people,
    count_students,
    make_draft,
    make_scenario_id,
)
from sim.crowd.generator.levels import AIMS, Level
from sim.crowd.generator.stories import STORIES
from sim.errors import MachineError, ScenarioError, SimError, StoreError
from sim.footage.build.workfolder import format_bytes, get_work_folder, remove_tree
from sim.footage.recording.recording import FORMS, MANIFEST_NAME, RECORDINGS
from sim.footage.video.sizes import Needs, estimate_needs_of
from sim.services.accounts.school_rights import is_closed, require_open
from sim.services.app.settings import PROJECT
from sim.services.app.wiring import App
from sim.services.library.job import (
    ACTIVE,
    FOLDER,
    SCENARIOS,
    SITES,
    Job,
    JobState,
    Request,
    children,
    find_job,
    find_missing_plates,
    find_process,
    find_site_folders,
    load_frames_s,
    make_private_folder,
    name_process,
    save_job,
    write_left,
)
from sim.site.model import load_site

OWN_SITES = "sites"
KEEP_FREE_BYTES = 1_000_000_000
WALK_S = 0.001
"""How long letting one person walk for a second takes, before the first picture: a minute for 188 people, 5 minutes."""
MOST_MINUTES = 10.0
_STOP_WITHIN_S = 5.0

_starting = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryChoice:
    name: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    sites: tuple[tuple[str, str], ...]  # name and title of each
    stories: tuple[StoryChoice, ...]
    levels: tuple[Level, ...]
    # people, minutes: fewest or shortest, and most or longest
    people: tuple[int, int]
    minutes: tuple[int, int]
    troubles: tuple[str, ...] = ()  # a sentence or two for each site that cannot be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    needs: Needs
    time: str
    disk_while: str
    disk_after: str
    problem: str


def list_options(app: App) -> Options:
    return Options(
        sites=tuple((name, load_site(folder).name) for name, folder in list_open_sites(app).items()),
        stories=tuple(StoryChoice(name=s.name, title=s.title, summary=s.summary) for s in STORIES.values()),
        levels=tuple(Level),
        people=PEOPLE,
        minutes=(int(MINUTES[0]), int(MOST_MINUTES)),
        troubles=tuple(
            f"The plan of the school in the folder {name} is damaged, so no drill can be made there. "
            "Ask the person who looks after this server."
            for name in list_damaged_sites(app.settings.data)
        ),
    )


def suggest(app: App, *, site: str, story: str, level: Level) -> tuple[int, int]:
    aim, students = AIMS[level], count_students(load_site(_get_site(app, site)))
    return count_people(STORIES[story], aim, students), int(aim.minutes)


def estimate(app: App, request: Request, *, made_bytes: int = 0) -> Price:
    """Return what building a drill takes on this computer; `made_bytes` of it are there already."""
    folder = _get_site(app, request.site)
    missing = find_missing_plates(folder)
    frames = round(request.minutes * 60 * FPS) * len(load_site(folder).cameras)
    needs = estimate_needs_of(
        frames=frames,
        size_wh=MAIN_WH,
        processes=count_processes(),
        frames_s=load_frames_s(app.settings.data, people=request.people),
    )
    needs = replace(needs, seconds=needs.seconds + WALK_S * request.people * request.minutes * 60)
    existing = next(parent for parent in (app.settings.data, *app.settings.data.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    problem = ""
    if missing:
        problem = f"The empty pictures of {', '.join(missing)} are missing, so this school cannot be drawn here."
    elif free + made_bytes < needs.work_bytes + KEEP_FREE_BYTES:
        problem = (
            f"The disk has {format_bytes(free)} free; this drill needs {format_bytes(needs.work_bytes)} while it is "
            f"made, and {format_bytes(KEEP_FREE_BYTES)} must stay free. Free some space, or make it shorter."
        )
    return Price(
        needs=needs,
        time=write_left(needs.seconds),
        disk_while=format_bytes(needs.work_bytes),
        disk_after=format_bytes(needs.final_bytes),
        problem=problem,
    )


def get_job(app: App) -> Job | None:
    """Return the build that runs or ran last, no matter who asked for it; None when there never was one."""
    return find_job(app.settings.data)


def start(app: App, request: Request) -> Job:
    """Start a build in a process of its own; it goes on when the server stops."""
    wish = request.wish
    _require_rights(app, request.site)
    if request.minutes > MOST_MINUTES:
        raise MachineError(f"{request.minutes:g} minutes were asked for", expected=f"at most {MOST_MINUTES:g}")
    recording_id = make_scenario_id(wish, load_site(_get_site(app, request.site)))
    if (app.settings.data / RECORDINGS / recording_id).exists():
        raise StoreError("this very drill was made already", todo="play it, or choose another seed")
    problem = estimate(app, request).problem
    if problem:
        raise MachineError(problem)
    _refuse_too_short(app, request)
    with _starting, app.store.hold("new drill"):
        _refuse_second(app, recording_id)
        return _launch(app, Job(request=request, state=JobState.PREPARING, recording_id=recording_id))


def _require_rights(app: App, site: str) -> None:
    if _get_site(app, site).parent != SITES:
        require_open(app, site)


def _refuse_too_short(app: App, request: Request) -> None:
    """Refuse a length in which nobody can walk a whole way of the story; the usual length always fits."""
    if request.minutes >= AIMS[request.level].minutes:
        return
    site_folder = _get_site(app, request.site)
    try:
        make_draft(request.wish, load_site(site_folder), site_path=site_folder.name)
    except ScenarioError as error:
        raise ScenarioError(
            f"{request.minutes:g} minutes are too short for this story at this school",
            expected=f"{AIMS[request.level].minutes:g} minutes are enough",
            todo="make it longer, or choose another story",
        ) from error


def go_on(app: App) -> Job | None:
    with _starting, app.store.hold("new drill"):
        job = get_job(app)
        if job is None or job.state not in (JobState.STOPPED, JobState.FAILED):
            return job
        _require_rights(app, job.request.site)
        _require_room(app, job)
        return _launch(app, job.model_copy(update={"state": JobState.PREPARING, "problem": "", "left_s": None}))


def _require_room(app: App, job: Job) -> None:
    made = app.settings.data / RECORDINGS / job.recording_id
    if (made / MANIFEST_NAME).exists():
        return
    left = sum(path.stat().st_size for path in get_work_folder(made).rglob("*") if path.is_file())
    problem = estimate(app, job.request, made_bytes=left).problem
    if problem:
        raise MachineError(problem)


def go_on_after_restart(app: App) -> None:
    """When the server starts: go on with a build whose worker is gone."""
    try:
        job = get_job(app)
        if job is not None and job.state is JobState.STOPPED and not job.request.is_fresh:
            go_on(app)
    except SimError as error:
        sys.stderr.write(f"the build of a new drill could not go on: {error}\n")


def pause(app: App) -> None:
    """Stop the build and keep what it made; `go_on` goes on with it. Nothing to do where none runs here."""
    with _starting:
        job = get_job(app)
        process = find_process(job.worker) if job is not None and job.state in ACTIVE else None
        if process is not None:
            _end(process)


def cancel(app: App) -> None:
    with _starting:
        job = get_job(app)
        if job is None or job.state in (JobState.DONE, JobState.CANCELED):
            return
        if job.state in ACTIVE and job.worker is not None and job.worker.is_elsewhere:
            raise StoreError(
                f"this drill is being made on another server, {job.worker.machine}",
                todo="wait until it is done, or ask the person who looks after that server to stop it",
            )
        _throw_away(app, job)


def _throw_away(app: App, job: Job) -> None:
    process = find_process(job.worker)
    if process is not None:
        _end(process)
    if job.recording_id:
        made = app.settings.data / RECORDINGS / job.recording_id
        remove_tree(get_work_folder(made))
        if not (app.settings.data / FORMS / f"{job.recording_id}.yaml").exists():
            # without drills it would be in no list, and nobody could delete it
            app.catalog.forget(job.recording_id)
            remove_tree(made)
        (app.settings.data / SCENARIOS / f"{job.recording_id}.yaml").unlink(missing_ok=True)
    save_job(app.settings.data, job.model_copy(update={"state": JobState.CANCELED, "left_s": None}))


def count_processes() -> int:
    """Return how many processes a build may use: with more than two cores one stays free; all give way to drills."""
    cores = os.cpu_count() or 1
    return cores - 1 if cores > 2 else cores


def make_command(data: Path) -> list[str]:
    return [sys.executable, "-m", "sim", "scenario", "build-job", str(data.absolute())]


def find_sites(data: Path) -> dict[str, Path]:
    """Return the folders of the sites that come with the program, and of those in the data folder, by name."""
    return find_site_folders(SITES, data / OWN_SITES)


def list_damaged_sites(data: Path) -> dict[str, SimError]:
    damaged: dict[str, SimError] = {}
    for name, folder in find_sites(data).items():
        try:
            load_site(folder)
        except SimError as error:
            damaged[name] = error
    return damaged


def list_open_sites(app: App) -> dict[str, Path]:
    """Return the folders of the sites on which drills may be made now, by name; those that cannot be read are not."""
    damaged = list_damaged_sites(app.settings.data)
    return {
        name: folder
        for name, folder in find_sites(app.settings.data).items()
        if name not in damaged and (folder.parent == SITES or not is_closed(app, name))
    }


def _get_site(app: App, name: str) -> Path:
    sites = find_sites(app.settings.data)
    if name not in sites:
        raise StoreError(f"the site {name!r} does not exist", expected=f"one of {', '.join(sites)}")
    return sites[name]


def _refuse_second(app: App, recording_id: str) -> None:
    """Refuse another build beside one that runs, or over one that is half made: nobody would find the half again."""
    job = get_job(app)
    if job is None or job.state in (JobState.DONE, JobState.CANCELED):
        return
    if job.state in ACTIVE:
        raise StoreError("a drill is being made already", expected="one at a time", todo="wait, or cancel that one")
    if job.recording_id == recording_id:
        return
    if not job.request.is_fresh:
        raise StoreError("another drill is only half made", todo="finish it or delete it first, on the page New drill")
    _throw_away(app, job)


def _launch(app: App, job: Job) -> Job:
    """Start the worker, which waits until its number is in the job's file; end it where that cannot be written."""
    data = app.settings.data
    folder = data / FOLDER
    make_private_folder(folder)
    with (folder / "worker.log").open("ab") as log:
        child = subprocess.Popen(
            make_command(data),
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    assert child.stdin is not None
    try:
        job = job.model_copy(update={"worker": name_process(child.pid)})
        save_job(data, job)
        child.stdin.write(b"go\n")
        child.stdin.close()
    except BaseException:
        child.kill()
        child.wait()
        with suppress(OSError):
            child.stdin.close()
        raise
    children[child.pid] = child
    return job


def _end(process: psutil.Process) -> None:
    family = [*process.children(recursive=True), process]
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.terminate()
    _, left = psutil.wait_procs(family, timeout=_STOP_WITHIN_S)
    for member in left:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(left, timeout=_STOP_WITHIN_S)
