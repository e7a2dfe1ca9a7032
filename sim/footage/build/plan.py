"""What a recording is built from, and what building it takes."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime

import pandas as pd

from sim.crowd.people.body_index import NEWEST_SET
from sim.crowd.people.track import Crowd
from sim.crowd.scenario.faults import AnyFault
from sim.crowd.scenario.story_events import StoryEvent
from sim.footage.build.camera_jobs.camera_job import Encoding
from sim.footage.video.sizes import Needs, compute_frames_s, estimate_needs_of
from sim.site.model import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    recording_id: str
    title: str
    scenario_id: str
    seed: int
    start_time: datetime
    generator_version: str
    # whatever else the pictures depend on (plates, bodies, scenario text) as one hash or text; a build goes on from an
    # earlier one only when it is the same
    inputs: str
    site: Site
    cameras: tuple[str, ...]  # camera_ids in the order of the wall
    size_wh: tuple[int, int]  # main-stream size of every camera
    crowd: Crowd
    people: pd.DataFrame  # rows of `sim.columns.PEOPLE`
    encoding: Encoding
    faults: tuple[AnyFault, ...] = ()  # what is wrong with cameras
    story: tuple[StoryEvent, ...] = ()  # what happens among the people
    bodies: str = NEWEST_SET  # name of the body set

    @property
    def camera_frames(self) -> int:
        return self.crowd.frame_count * len(self.cameras)


def estimate_needs(plan: BuildPlan, *, processes: int) -> Needs:
    """Return what a build takes, from sizes measured on busy halls and the time that so many people usually take."""
    workers = min(processes, len(plan.cameras))
    frames_s = compute_frames_s(len(plan.crowd.people))
    return estimate_needs_of(frames=plan.camera_frames, size_wh=plan.size_wh, processes=workers, frames_s=frames_s)


def compute_fingerprint(plan: BuildPlan) -> str:
    """Return a hash of all that the pictures depend on: equal for two builds that make the same recording."""
    parts = {
        "scenario": plan.scenario_id,
        "seed": plan.seed,
        "version": plan.generator_version,
        "inputs": plan.inputs,
        "start": plan.start_time.isoformat(),
        "site": plan.site.model_dump(mode="json"),
        "cameras": plan.cameras,
        "size": plan.size_wh,
        "fps": plan.crowd.fps,
        "frames": plan.crowd.frame_count,
        "encoding": asdict(plan.encoding),
        "faults": [fault.model_dump(mode="json") for fault in plan.faults],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
