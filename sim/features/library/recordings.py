"""New recordings with their drills: what can be asked for, what it takes, asking for it, and how it is made."""

import secrets
import shutil
import statistics
from dataclasses import dataclass, replace
from typing import Final

from pydantic import BaseModel, ConfigDict

from sim.app.own_folders import require_own
from sim.app.wiring import App
from sim.builds import queue
from sim.builds.kinds import DRILL, MEASURED, Job
from sim.builds.queue import count_processes, measure_load, write_left
from sim.crowd.generator.draft import (
    FPS,
    MAIN_WH,
    MINUTES,
    MOST_SEED,
    PEOPLE,
    Wish,
    count_people,
    count_students,
    make_draft,
    make_scenario_id,
)
from sim.crowd.generator.levels import AIMS, Level
from sim.crowd.generator.stories import STORIES
from sim.crowd.generator.stories.arrival import ARRIVAL
from sim.crowd.generator.stories.site_facts import Story
from sim.db.builds import BuildRow, BuildState
from sim.errors import MachineError, ScenarioError, StoreError
from sim.features.library.sites import (
    SCENARIOS,
    SITES,
    find_missing_plates,
    get_site,
    list_damaged_sites,
    list_open_sites,
)
from sim.footage.build.workfolder import TILES_FILE, format_bytes, get_work_folder, remove_tree
from sim.footage.recording.recording import FORMS, MANIFEST_NAME, RECORDINGS
from sim.footage.video.sizes import TILE_WH, Needs, compute_frames_s, estimate_needs_of
from sim.footage.video.still import read_last_tile, write_small_jpeg
from sim.forms.difficulty import Reference
from sim.rules.school_rights import require_open
from sim.site.model import load_site

KEEP_FREE_BYTES: Final = 1_000_000_000
WALK_S: Final = 0.001
"""How long letting one person walk for a second takes, before the first picture: a minute for 188 people, 5 minutes."""
MOST_MINUTES: Final = 10.0
SPEEDS_KEPT: Final = 5
MOST_PICTURES: Final = 3


class Request(BaseModel):
    """What is asked for.

    `site` is the name of a site. `reference`: what the drills show of the student. `unsure`: practice is added whose
    student may be on no camera. `known`: the others tell where the student was last seen.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    site: str
    story: str
    level: Level
    seed: int
    people: int
    minutes: float
    title: str = ""
    reference: Reference = Reference.THREE_PHOTOS
    unsure: bool = False
    known: bool = False

    @property
    def wish(self) -> Wish:
        return Wish(
            story=self.story,
            level=self.level,
            seed=self.seed,
            people=self.people,
            minutes=self.minutes,
            title=self.title,
        )


class Made(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    form_ids: tuple[str, ...] = ()  # easier ones first
    index: tuple[float, float] | None = None  # lowest and highest measured difficulty of its forms
    is_met: bool = True  # that is the difficulty that was asked for
    # pictures a second of one process with the usual number of people, on a machine that does nothing else
    frames_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    sites: tuple[tuple[str, str], ...]  # name and title of each
    stories: tuple[Story, ...]
    levels: tuple[Level, ...]
    # people, minutes: fewest or shortest, and most or longest
    people: tuple[int, int]
    minutes: tuple[int, int]
    troubles: tuple[str, ...] = ()  # a sentence or two for each site that cannot be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    needs: Needs  # on a machine that does nothing else
    time: str
    disk_after: str
    problem: str


def list_options(app: App) -> Options:
    return Options(
        sites=tuple((name, load_site(folder).name) for name, folder in list_open_sites(app).items()),
        stories=tuple(STORIES.values()),
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
    aim, students = AIMS[level], count_students(load_site(get_site(app.settings.data, site)))
    return count_people(STORIES[story], aim, students), int(aim.minutes)


def make_measured_request(app: App, *, site: str, seed: int | None = None) -> Request:
    people, minutes = suggest(app, site=site, story=ARRIVAL.name, level=Level.MEDIUM)
    return Request(
        site=site,
        story=ARRIVAL.name,
        level=Level.MEDIUM,
        seed=secrets.randbelow(MOST_SEED + 1) if seed is None else seed,
        people=people,
        minutes=float(minutes),
        title="Footage for measured drills",
    )


def estimate(app: App, request: Request, *, made_bytes: int = 0) -> Price:
    """Return what building a drill takes on this computer as busy as it is; `made_bytes` of it are there already."""
    folder = get_site(app.settings.data, request.site)
    missing = find_missing_plates(folder)
    frames = round(request.minutes * 60 * FPS) * len(load_site(folder).cameras)
    needs = estimate_needs_of(
        frames=frames, size_wh=MAIN_WH, processes=count_processes(), frames_s=find_frames_s(app, people=request.people)
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
        time=f"{write_left(needs.seconds * measure_load())} at today's speed",
        disk_after=format_bytes(needs.final_bytes),
        problem=problem,
    )


def find_frames_s(app: App, *, people: int) -> float:
    """Return the pictures a second of one process on a quiet machine: the median of the last builds, or what is usual.

    Builds of more or fewer people than are asked for count by how much longer these usually take.
    """
    with app.store.read() as work:
        done = work.builds.list_all(kind=(MEASURED, DRILL), state=(BuildState.DONE,), most=4 * SPEEDS_KEPT)
    known = [speed for row in done if (speed := read_made(row).frames_s) is not None][:SPEEDS_KEPT]
    usual = compute_frames_s(people)
    return statistics.median(known) * usual / compute_frames_s() if known else usual


def read_request(row: BuildRow) -> Request:
    return Request.model_validate_json(row.asked)


def read_made(row: BuildRow) -> Made:
    return Made.model_validate_json(row.result)


def start(app: App, request: Request, *, kind: str = DRILL) -> BuildRow:
    wish = request.wish
    _require_rights(app, request.site)
    if request.minutes > MOST_MINUTES:
        raise MachineError(f"{request.minutes:g} minutes were asked for", expected=f"at most {MOST_MINUTES:g}")
    recording_id = make_scenario_id(wish, load_site(get_site(app.settings.data, request.site)))
    # a recording that is half made has no drills yet
    if (app.settings.data / RECORDINGS / recording_id / MANIFEST_NAME).exists() and (
        app.settings.data / FORMS / f"{recording_id}.yaml"
    ).exists():
        raise StoreError("this very drill was made already", todo="play it, or choose another seed")
    price = estimate(app, request, made_bytes=_count_made_bytes(app, recording_id))
    if price.problem:
        raise MachineError(price.problem)
    _refuse_too_short(app, request)
    return queue.ask(
        app,
        kind,
        owner=request.site,
        name=recording_id,
        asked=request.model_dump(mode="json"),
        expected_s=price.needs.seconds,
    )


def go_on(app: App, row: BuildRow) -> None:
    _require_rights(app, row.owner)
    if not (app.settings.data / RECORDINGS / row.name / MANIFEST_NAME).exists():
        problem = estimate(app, read_request(row), made_bytes=_count_made_bytes(app, row.name)).problem
        if problem:
            raise MachineError(problem)
    queue.ask_again(app, row)


def _require_rights(app: App, site: str) -> None:
    if get_site(app.settings.data, site).parent != SITES:
        require_own(app, site)
        require_open(app, site)


def list_pictures(app: App, row: BuildRow) -> tuple[tuple[str, bytes], ...]:
    """Return the newest pictures of a drill that is being made: the camera, and a small JPEG.

    Nothing of one that will measure: whoever sees it would know it.
    """
    if row.kind != DRILL:
        return ()
    work = get_work_folder(app.settings.data / RECORDINGS / row.name)
    try:
        files = sorted(work.glob(f"*/{TILES_FILE}"), key=lambda path: -path.stat().st_mtime)
        read = [(path.parent.name.partition(".")[0], read_last_tile(path)) for path in files[:MOST_PICTURES]]
    except FileNotFoundError:  # a camera has just been finished, and its folder has another name
        return ()
    return tuple((name, write_small_jpeg(tile, width_px=TILE_WH[0])) for name, tile in read if tile is not None)


def _count_made_bytes(app: App, recording_id: str) -> int:
    work = get_work_folder(app.settings.data / RECORDINGS / recording_id)
    return sum(path.stat().st_size for path in work.rglob("*") if path.is_file())


def _refuse_too_short(app: App, request: Request) -> None:
    if request.minutes >= AIMS[request.level].minutes:
        return
    site_folder = get_site(app.settings.data, request.site)
    try:
        make_draft(request.wish, load_site(site_folder), site_path=site_folder.name)
    except ScenarioError as error:
        raise ScenarioError(
            f"{request.minutes:g} minutes are too short for this story at this school",
            expected=f"{AIMS[request.level].minutes:g} minutes are enough",
            todo="make it longer, or choose another story",
        ) from error


def clean(job: Job) -> None:
    """Delete what is half made; `sim.features.library.footage_build` makes it."""
    made = job.data / RECORDINGS / job.name
    remove_tree(get_work_folder(made))
    if not (job.data / FORMS / f"{job.name}.yaml").exists():
        # without drills it would be in no list, and nobody could delete it
        remove_tree(made)
    (job.data / SCENARIOS / f"{job.name}.yaml").unlink(missing_ok=True)
