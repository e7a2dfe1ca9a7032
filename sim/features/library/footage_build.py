"""Building a recording from a scenario file: crowd, painter and pipeline wired together. Needs OpenCV."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.app.settings import PROJECT
from sim.columns import PEOPLE
from sim.crowd.crowd import make_crowd
from sim.crowd.people.body_index import choose_by_age, load_body_index
from sim.crowd.people.likeness import find_nearest
from sim.crowd.people.people import Crowd
from sim.crowd.people.wardrobe import describe
from sim.crowd.scenario.casting import cast_people
from sim.crowd.scenario.faults import describe_fault
from sim.crowd.scenario.scenario import Scenario, find_site_folder, load_scenario
from sim.crowd.scenario.story_events import cut_events, list_story_events
from sim.crowd.traffic.curb import add_stops
from sim.errors import ScenarioError
from sim.footage.build.assemble import BuildPlan, build_recording, estimate_needs
from sim.footage.build.camera_job import Encoding, Progress, Reporter
from sim.footage.build.cluster import count_workers
from sim.footage.build.workfolder import format_bytes
from sim.footage.paint.painter import CameraSources, Figures, make_strip_painter
from sim.footage.paint.things import VEHICLES_FILE
from sim.site.checks import check_cameras
from sim.site.model import PLATES_FOLDER, SITE_FILE, load_site
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
    frames = round(seconds * crowd.fps)
    return replace(crowd, frame_count=frames)


def _hash_inputs(path: Path, site_folder: Path, bodies_folder: Path) -> str:
    package = PROJECT / "sim"
    files = [
        path,
        site_folder / SITE_FILE,
        *site_folder.glob(f"{PLATES_FOLDER}/*"),
        *bodies_folder.glob("*"),
        VEHICLES_FILE,
    ]
    for name in ("crowd", "footage", "site"):
        files += (package / name).glob("**/*.py")
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
