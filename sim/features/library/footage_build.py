"""Making a recording: a scenario drafted and checked by letting its crowd walk, painted, and its drills chosen.

Needs OpenCV: the worker's child and commands load it, the server does not.
"""

import dataclasses
import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import yaml

from sim.app.catalog import write_form_set
from sim.app.settings import PROJECT
from sim.builds.kinds import FRESH, MEASURED, Job
from sim.builds.queue import count_processes
from sim.columns import PEOPLE
from sim.crowd.crowd import make_crowd
from sim.crowd.generator.draft import Draft, Wish, make_draft
from sim.crowd.generator.levels import AIMS
from sim.crowd.generator.ways import Sightlines
from sim.crowd.people.body_index import choose_by_age, load_body_index
from sim.crowd.people.people import Crowd
from sim.crowd.people.wardrobe import describe, find_nearest
from sim.crowd.scenario.casting import cast_people
from sim.crowd.scenario.faults import ClockOffset, describe_fault
from sim.crowd.scenario.scenario import Scenario, find_site_folder, load_scenario
from sim.crowd.scenario.story_events import cut_events, list_story_events
from sim.crowd.traffic.drive import add_stops
from sim.db.engine import make_private
from sim.errors import BeatMissedError, ScenarioError
from sim.features.library.forms import UNSURE, LevelChoice, choose_for_level, make_level_forms
from sim.features.library.recordings import Made, Request
from sim.features.library.sites import SCENARIOS, find_sites
from sim.footage.build.assemble import BuildPlan, build_recording, estimate_needs
from sim.footage.build.camera_job import Encoding, Progress, Reporter
from sim.footage.build.cluster import count_workers
from sim.footage.build.workfolder import format_bytes, get_work_folder
from sim.footage.machine import require_opencv
from sim.footage.paint.painter import CameraSources, Figures, make_strip_painter
from sim.footage.paint.things import VEHICLES_FILE
from sim.footage.recording.open import open_recording
from sim.footage.recording.recording import FORMS, MANIFEST_NAME, RECORDINGS
from sim.footage.video.sizes import USUAL_PEOPLE, compute_frames_s
from sim.forms.forms import Origin
from sim.site.checks import check_cameras
from sim.site.model import PLATES_FOLDER, SITE_FILE, load_site
from sim.truth.index import TruthIndex, make_truth_index
from sim.truth.table import make_truth_table
from sim.version import VERSION

__all__ = ["PlannedBuild", "build_scenario", "count_workers", "plan_scenario"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBuild:
    plan: BuildPlan  # what the pipeline needs to know
    site_folder: Path  # folder of the site, with `plates`
    bodies_folder: Path  # folder of the baked bodies

    def describe_needs(self, *, processes: int) -> str:
        plan = self.plan
        needs = estimate_needs(plan, processes=processes)
        minutes = max(1, round(needs.seconds / 60))
        seconds, people = plan.crowd.frame_count / plan.crowd.fps, len(plan.crowd.people)
        work, final = format_bytes(needs.work_bytes), format_bytes(needs.final_bytes)
        shown = [fault for fault in plan.faults if fault.from_s < seconds]
        faults = "".join(f"Camera fault, {describe_fault(fault, duration_s=seconds)}\n" for fault in shown)
        return (
            f"{plan.site.name}, {plan.title}: {len(plan.cameras)} cameras, {seconds:g} s, {people} people, "
            f"{plan.size_wh[0]}x{plan.size_wh[1]}.\n"
            f"{faults}"
            f"Needs about {work} of disk while it runs, about {final} at the end, and about {minutes} min "
            f"with {min(processes, len(plan.cameras))} processes."
        )


def plan_scenario(path: Path, *, seconds: float | None = None) -> PlannedBuild:
    scenario = load_scenario(path)
    site_folder = find_site_folder(path, scenario)
    bodies_folder = find_bodies_folder(path, scenario.bodies)
    site = load_site(site_folder)
    check_cameras(site)
    if scenario.vehicles:
        site = add_stops(site)
    people_seed, walk_seed = np.random.SeedSequence(scenario.seed).spawn(2)
    bodies = load_body_index(bodies_folder)
    fitting = choose_by_age(bodies, site.ages)
    people = cast_people(scenario=scenario, bodies=fitting, rng=np.random.default_rng(people_seed))
    crowd = make_crowd(
        site=site,
        scenario=scenario,
        people=people,
        stride_m={name: facts.stride_m for name, facts in bodies.items()},
        rng=np.random.default_rng(walk_seed),
    )
    story = list_story_events(scenario, crowd)
    walked = _cut(crowd, scenario, seconds)
    rows = [
        {
            "person_id": person.person_id,
            "role": person.role.value,
            "descriptor": describe(person),
            "top_kind": person.outfit.top.kind,
            "top_colour": person.outfit.top.colour,
            "bottom_kind": person.outfit.bottom.kind,
            "bottom_colour": person.outfit.bottom.colour,
            "shoe_colour": person.outfit.shoes.colour,
            "hair_colour": person.outfit.hair.colour,
            "bag_kind": person.outfit.bag.kind,
            "bag_colour": person.outfit.bag.colour,
            "look_alike_of": person.look_alike_of or "",
            "nearest_person": nearest,
            "nearest_distance": distance,
        }
        for person, (nearest, distance) in zip(people, find_nearest(people), strict=True)
    ]
    plan = BuildPlan(
        recording_id=scenario.scenario_id,
        title=scenario.title,
        scenario_id=scenario.scenario_id,
        seed=scenario.seed,
        start_time=scenario.start_time,
        generator_version=f"{VERSION}/4",
        inputs=_hash_inputs(path, site_folder, bodies_folder),
        site=site,
        cameras=tuple(camera.camera_id for camera in site.cameras),
        size_wh=scenario.main_size_wh,
        crowd=walked,
        people=pd.DataFrame(rows, columns=[c.name for c in PEOPLE]).astype({c.name: c.dtype for c in PEOPLE}),
        encoding=Encoding(),
        faults=scenario.faults,
        bodies=scenario.bodies,
        story=cut_events(story, frame_count=walked.frame_count),
    )
    return PlannedBuild(plan=plan, site_folder=site_folder, bodies_folder=bodies_folder)


def find_bodies_folder(path: Path, name: str) -> Path:
    shipped = PROJECT / "scenarios"
    for folder in (path.parent / name, shipped / name):
        if folder.is_dir():
            return folder
    known = sorted(index.parent.name for index in shipped.glob("*/bodies.json"))
    raise ScenarioError(
        f"{path} wants the body set {name!r}, which is not here",
        expected=f"a folder {name} beside the scenario, or one of {', '.join(known)}",
        todo="update Sightline, copy the folder there, or name another set under `bodies` and build a new recording",
    )


def build_scenario(
    planned: PlannedBuild,
    *,
    target: Path,
    processes: int,
    replace: bool,
    on_progress: Callable[[Progress], None],
    clock: Callable[[], float],
    scheduler: str | None = None,
) -> None:
    build_recording(
        planned.plan,
        target=target,
        make_source=make_painters(planned),
        strips=make_strip_painter(Figures(planned.plan.crowd.people, planned.bodies_folder).dress),
        processes=processes,
        replace=replace,
        reporter=Reporter(on_progress=on_progress, clock=clock),
        scheduler=scheduler,
    )


def make_painters(planned: PlannedBuild) -> CameraSources:
    plan = planned.plan
    return CameraSources(
        site=plan.site,
        crowd=plan.crowd,
        plates_folder=planned.site_folder / PLATES_FOLDER,
        bodies_folder=planned.bodies_folder,
        size_wh=plan.size_wh,
        start_time=plan.start_time,
        seed=plan.seed,
        faults=plan.faults,
    )


def _cut(crowd: Crowd, scenario: Scenario, seconds: float | None) -> Crowd:
    if seconds is None:
        return crowd
    if seconds > scenario.duration_s:
        raise ScenarioError(f"{seconds:g} s is longer than the scenario", expected=f"at most {scenario.duration_s:g}")
    return replace(crowd, frame_count=round(seconds * crowd.fps))


def _hash_inputs(path: Path, site_folder: Path, bodies_folder: Path) -> str:
    package = PROJECT / "sim"
    files = [path, site_folder / SITE_FILE, *site_folder.glob(f"{PLATES_FOLDER}/*"), *bodies_folder.glob("*")]
    files += [
        VEHICLES_FILE,
        *(each for name in ("crowd", "footage", "site") for each in (package / name).rglob("*.py")),
    ]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


CHOOSING_SHARE: Final = 0.01
"""The share of the work that is choosing the drills, once all pictures are there."""
LEAST_FRAMES: Final = 500
"""Shorter builds are mostly beginning and end, and say little of the others."""
BUSY_SHARE: Final = 1.25
"""How much longer than its share of computing a build takes on a machine that does nothing else."""
SLOWEST, FASTEST = 0.5, 1000.0


def build(job: Job) -> dict[str, Any]:
    request = Request.model_validate(job.asked)
    require_opencv()
    data, target = job.data, job.data / RECORDINGS / job.name
    is_whole = not target.exists() and not get_work_folder(target).exists()
    began_s, walked_s, frames = time.monotonic(), 0.0, 0
    processes = 1 if job.kind == FRESH else count_processes()
    if not (target / MANIFEST_NAME).exists():
        job.say(None, f"Letting {request.people} people walk through the building")
        # for this user alone, also one that is there: what a measured drill is made of lies in it
        folder = data / SCENARIOS
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            with suppress(OSError):
                folder.chmod(0o700)
        made = write_scenario(
            request.wish,
            site_folder=find_sites(data)[request.site],
            out=data / SCENARIOS / f"{job.name}.yaml",
            replace=True,
        )
        began_s, walked_s, frames = time.monotonic(), _count_computed_s(), made.planned.plan.camera_frames
        target.parent.mkdir(parents=True, exist_ok=True)
        build_scenario(
            made.planned,
            target=target,
            processes=processes,
            replace=False,
            on_progress=_Meter(job, made.planned, target),
            clock=time.monotonic,
        )
    job.say(1 - CHOOSING_SHARE, "Choosing who is to be found, by what the cameras really show")
    forms, choice = make_level_forms(
        open_recording(target),
        level=request.level,
        reference=request.reference,
        unsure=UNSURE if request.unsure else 0,
        known=request.known,
        origin=Origin.PRIVATE if job.kind == MEASURED else Origin.PUBLIC,
    )
    write_form_set(forms, data / FORMS / f"{job.name}.yaml")
    indices = [candidate.difficulty.index for candidate in choice.chosen]
    speed = None
    if is_whole and job.kind != FRESH and frames >= LEAST_FRAMES:
        speed = measure_frames_s(
            frames=frames,
            people=request.people,
            processes=processes,
            took_s=time.monotonic() - began_s,
            computed_s=_count_computed_s() - walked_s,
        )
    return Made(
        form_ids=tuple(form.form_id for form in forms.forms),
        index=(min(indices), max(indices)),
        is_met=choice.is_met,
        frames_s=speed,
    ).model_dump(mode="json")


def measure_frames_s(*, frames: int, people: int, processes: int, took_s: float, computed_s: float) -> float:
    """Return the pictures a second of one process with the usual number of people, on a machine that does nothing else.

    By the share of computing where the build waited for others.
    """
    quiet_s = min(took_s, BUSY_SHARE * computed_s / processes) if computed_s else took_s
    share = compute_frames_s(USUAL_PEOPLE) / compute_frames_s(people)
    return round(min(max(share * frames / (quiet_s * processes), SLOWEST), FASTEST), 2)


def _count_computed_s() -> float:
    own = os.times()
    return own.user + own.system + own.children_user + own.children_system


class _Meter:
    """Adds up what the cameras report, those that an earlier run finished included."""

    def __init__(self, job: Job, planned: PlannedBuild, target: Path) -> None:
        self._job = job
        self._planned = planned
        self._work = get_work_folder(target)
        self._done: dict[str, int] = {}

    def __call__(self, progress: Progress) -> None:
        plan = self._planned.plan
        if not self._done:
            kept = [camera for camera in plan.cameras if (self._work / camera).is_dir() and camera != progress.part]
            self._done = dict.fromkeys(kept, plan.crowd.frame_count)
        if progress.part in plan.cameras:
            self._done[progress.part] = progress.done
        frames, total = sum(self._done.values()), plan.camera_frames
        part = "The wall of all cameras" if progress.part == "wall" else progress.part
        self._job.say((1 - CHOOSING_SHARE) * frames / total, f"{part}: {frames:,} of {total:,} pictures")


def write_draft(draft: Draft, *, remarks: Sequence[str]) -> str:
    lines = [f"# {remark}" for remark in remarks]
    lines += [f"{key}: {_write_value(value)}" for key, value in draft.head.items()]
    lines += ["", "days:"]
    for number, section in enumerate(draft.sections):
        if section.days:
            lines += ["", f"  # {section.remark}"] if number else [f"  # {section.remark}"]
        for day, remark in zip(section.days, section.remarks, strict=True):
            lines += _write_day(day, remark)
    for key, remark, rows in draft.tail:
        lines += ["", f"# {remark}", f"{key}:"]
        lines += [f"  - {_write_value(row)}" for row in rows]
    return "\n".join(lines) + "\n"


def _write_day(day: Mapping[str, Any], remark: str) -> list[str]:
    lines = [f"  # {remark}"] if remark else []
    for number, (key, value) in enumerate(day.items()):
        lead = "  - " if number == 0 else "    "
        if key in ("arrive", "steps") and (key == "steps" or len(value) > 1):
            lines.append(f"{lead}{key}:")
            lines += [f"      - {_write_value(row)}" for row in value]
        else:
            lines.append(f"{lead}{key}: {_write_value(value)}")
    return lines


def _write_value(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_write_value(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_write_value(inner) for inner in value) + "]"
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")


def estimate_truth(plan: BuildPlan) -> TruthIndex:
    crowd = plan.crowd
    every = max(1, round(0.4 * crowd.fps))
    where = _sample_tracks(crowd, every)
    sightlines = Sightlines(plan.site, size_wh=plan.size_wh)
    points = where[["x_m", "y_m", "z_m"]].to_numpy(dtype=np.float64)
    parts = []
    for seen in sightlines.compute_seen(points, list(where["floor"])):
        rows = where.iloc[seen.which]
        parts.append(
            pd.DataFrame(
                {
                    "camera_id": seen.camera_id,
                    "frame": rows["frame"].to_numpy(),
                    "t_s": rows["frame"].to_numpy(dtype=np.float64) / crowd.fps,
                    "person_id": rows["person_id"].to_numpy(),
                    "x1": seen.box_xyxy[:, 0],
                    "y1": seen.box_xyxy[:, 1],
                    "x2": seen.box_xyxy[:, 2],
                    "y2": seen.box_xyxy[:, 3],
                    "visible": 1.0,
                    "floor_x_m": rows["x_m"].to_numpy(),
                    "floor_y_m": rows["y_m"].to_numpy(),
                    "floor": rows["floor"].to_numpy(),
                    "zone": rows["zone"].to_numpy(),
                }
            )
        )
    return make_index(plan, pd.concat(parts, ignore_index=True))


def make_index(plan: BuildPlan, rows: pd.DataFrame) -> TruthIndex:
    table = make_truth_table(
        rows,
        fps=plan.crowd.fps,
        duration_s=plan.crowd.frame_count / plan.crowd.fps,
        picture_wh=dict.fromkeys(plan.cameras, plan.size_wh),
    )
    return make_truth_index(table, people_ids=frozenset(person.person_id for person in plan.crowd.people))


def _sample_tracks(crowd: Crowd, every: int) -> pd.DataFrame:
    parts = []
    for track in crowd.tracks:
        first = (-track.first_frame) % every
        last = min(len(track.xyz_m), crowd.frame_count - track.first_frame)
        rows = np.arange(first, last, every)
        parts.append(
            pd.DataFrame(
                {
                    "person_id": track.person_id,
                    "frame": track.first_frame + rows,
                    "x_m": track.xyz_m[rows, 0],
                    "y_m": track.xyz_m[rows, 1],
                    "z_m": track.xyz_m[rows, 2],
                    "floor": [track.floor[row] for row in rows],
                    "zone": [track.zone[row] for row in rows],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


DRAFTS = 4
"""How many are drawn for one wish at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewScenario:
    path: Path  # its file
    draft: Draft  # what it was made of
    planned: PlannedBuild  # ready to be built
    estimate: LevelChoice  # who would be sought, by an estimate of the truth


def write_scenario(wish: Wish, *, site_folder: Path, out: Path | None, replace: bool = False) -> NewScenario:
    """Draft a scenario, let its crowd walk, and write the file; `out` None: into this folder, named by its id.

    Where something of a draft does not come about, another is drawn, the same one for the same wish. Nothing is left
    behind when it fails. Only this user may read it: its seed is the answer to the drills that are made of it.
    """
    for again in range(DRAFTS):
        try:
            drafted = dataclasses.replace(wish, again=again)
            return _write_draft(drafted, site_folder=site_folder, out=out, replaces=replace)
        except BeatMissedError:
            if again == DRAFTS - 1:
                raise
    raise AssertionError("there is a last draft")


def _write_draft(wish: Wish, *, site_folder: Path, out: Path | None, replaces: bool) -> NewScenario:
    site = load_site(site_folder)
    folder = (out.parent if out else Path()).absolute()
    try:
        site_path = Path(os.path.relpath(site_folder, folder.resolve())).as_posix()
    except ValueError:
        site_path = site_folder.as_posix()
    draft = make_draft(wish, site, site_path=site_path)
    path = out or Path(f"{draft.head['scenario_id']}.yaml")
    if path.exists() and not replaces:
        raise ScenarioError(f"{path} exists", expected="a new file", todo="choose another, or add --force")
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        make_private(part)
        part.write_text(write_draft(draft, remarks=()), encoding="utf-8")
        planned = plan_scenario(part)
        estimate = choose_for_level(
            estimate_truth(planned.plan),
            planned.plan.people,
            level=wish.level,
            clock_faults=count_wrong_clocks(load_scenario(part)),
        )
        part.write_text(write_draft(draft, remarks=_make_remarks(draft, estimate)), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise ScenarioError(
            f"{path} cannot be written: {error.strerror}", todo="free space or choose another path"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return NewScenario(path=path, draft=draft, planned=planned, estimate=estimate)


def count_wrong_clocks(scenario: Scenario) -> int:
    return len({fault.camera for fault in scenario.faults if isinstance(fault, ClockOffset)})


def describe_estimate(choice: LevelChoice) -> str:
    low, high = (f(c.difficulty.index for c in choice.chosen) for f in (min, max))
    aim = AIMS[choice.level].index
    span = f"{low:.1f}" if low == high else f"{low:.1f} to {high:.1f}"
    wanted = (
        f"below {aim[1]:g}" if aim[0] <= 0 else f"{aim[0]:g} or more" if aim[1] >= 100 else f"{aim[0]:g} to {aim[1]:g}"
    )
    judged = f"{choice.level.value} is {wanted}" + ("" if choice.is_met else "; this scenario is likely to miss it")
    return f"estimated difficulty of its {len(choice.chosen)} drill forms: {span} ({judged})"


def _make_remarks(draft: Draft, estimate: LevelChoice) -> list[str]:
    wish = draft.wish
    command = f"python -m sim scenario new --story {wish.story} --difficulty {wish.level.value} --seed {wish.seed}"
    command += f" --people {wish.people}" if wish.people else ""
    command += f" --minutes {wish.minutes:g}" if wish.minutes else ""
    return [
        f"Made by `{command}`. The keys are explained in docs/scenarios.md.",
        f"{describe_estimate(estimate).capitalize()}.",
        "The estimate comes from the walking crowd and the cameras' geometry; the forms of the finished recording are "
        "measured.",
    ]
