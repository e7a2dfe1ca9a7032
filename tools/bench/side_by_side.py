"""The same people on the same ways, filmed twice: by a school's true cameras and depth, and by cameras from clicks.

What somebody who matched the cameras by clicks gets is held against what a perfect installation would give.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.crowd.generator.draft import Wish
from sim.crowd.generator.levels import Level
from sim.footage.recording.open import load_truth_columns, open_recording
from sim.footage.stills.own_plate import make_own_plate
from sim.services.app.wiring import PROJECT
from sim.services.library.build.footage_build import PlannedBuild, build_scenario, plan_scenario
from sim.services.library.generate.scenario import write_scenario
from sim.site.fit import CameraFit
from sim.site.model import PLATES_FOLDER, CameraSpec, Site
from tools.bench.rig.figures import Figure

SITE = PROJECT / "scenarios" / "sites" / "birch-elementary"
CAMERAS = ("CAM-02", "CAM-03")
SECONDS = 80.0
SEED = 4
SEEN = 0.3
KEYS = ["camera_id", "frame", "person_id"]
COLUMNS = (*KEYS, "x1", "y1", "x2", "y2", "visible")
FindCamera = Callable[[Site, CameraSpec, Path], CameraFit]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """What both have.

    Attributes:
        sightings: of more than `SEEN` in either.
        shared: the share of them that are in both, 0..1.
        box_iou: the median intersection over union of those boxes.
    """

    sightings: int
    shared: float
    box_iou: float


def measure_side_by_side(find_camera: FindCamera, *, on_step: Callable[[str], None]) -> Iterator[Figure]:
    """Film the beginning of an arrival twice and compare; `find_camera` matches a camera by clicks."""
    found = film_twice(find_camera, on_step=on_step)
    yield Figure(name="the same 80 s from true and from clicked cameras: sightings", value=found.sightings, unit="")
    shared = 100 * found.shared
    yield Figure(
        name="sightings over 0.3 visible that are in both", value=shared, unit="%", target="99", met=shared >= 99
    )
    iou = found.box_iou
    yield Figure(name="their boxes, intersection over union", value=iou, unit="", target="0.84", met=iou >= 0.84)


def film_twice(find_camera: FindCamera, *, on_step: Callable[[str], None], seconds: float = SECONDS) -> SideBySide:
    """Return what two recordings of the same people have in common, see `measure_side_by_side`."""
    with tempfile.TemporaryDirectory(prefix="sightline-side-") as made:
        folder = Path(made)
        wish = Wish(story="arrival", level=Level.EASY, seed=SEED)
        write_scenario(wish, site_folder=SITE, out=folder / "scenario.yaml")
        planned = plan_scenario(folder / "scenario.yaml", seconds=seconds)
        true = _keep(planned, planned.plan.site, SITE, "true")
        clicked = _keep(
            planned, _match(planned.plan.site, find_camera, folder / "clicked-site"), folder / "clicked-site", "clicked"
        )
        tables = []
        for each in (true, clicked):
            on_step(f"filming by {each.plan.recording_id} cameras")
            target = folder / each.plan.recording_id
            build_scenario(
                each, target=target, processes=1, replace=False, on_progress=lambda _: None, clock=time.monotonic
            )
            tables.append(load_truth_columns(open_recording(target), COLUMNS))
        return compare_sightings(*tables)


def _keep(planned: PlannedBuild, site: Site, site_folder: Path, name: str) -> PlannedBuild:
    plan = replace(
        planned.plan,
        recording_id=name,
        inputs=name,
        site=site.keep_cameras(CAMERAS),
        cameras=CAMERAS,
        faults=(),
    )
    return replace(planned, plan=plan, site_folder=site_folder)


def _match(site: Site, find_camera: FindCamera, folder: Path) -> Site:
    """Return the site with its cameras as clicks find them, and write their plates: depth by the plan alone."""
    folder.mkdir()
    cameras = []
    for camera in site.keep_cameras(CAMERAS).cameras:
        fit = find_camera(site, camera, SITE)
        yaw, pitch, roll = fit.turn_deg
        found = camera.model_copy(
            update={
                "position_m": fit.position_m,
                "yaw_deg": yaw,
                "pitch_deg": pitch,
                "roll_deg": roll,
                "hfov_deg": fit.hfov_deg,
                "k1": fit.k1,
            }
        )
        still = folder / f"{camera.camera_id}-still.webp"
        shutil.copyfile(SITE / PLATES_FOLDER / f"{camera.camera_id}.webp", still)
        make_own_plate(site, found, still, folder=folder / PLATES_FOLDER)
        cameras.append(found)
    return site.model_copy(update={"cameras": tuple(cameras)})


def compare_sightings(first: pd.DataFrame, other: pd.DataFrame) -> SideBySide:
    """Return what two truths of the same people have in common; columns `COLUMNS`."""
    both = first.merge(other, on=KEYS, how="outer", suffixes=("", "_other"), indicator=True)
    seen = both[(both["visible"].fillna(0) > SEEN) | (both["visible_other"].fillna(0) > SEEN)]
    shared = seen[seen["_merge"] == "both"]
    boxes = shared[["x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64)
    others = shared[["x1_other", "y1_other", "x2_other", "y2_other"]].to_numpy(dtype=np.float64)
    meet = np.clip(np.minimum(boxes[:, 2:], others[:, 2:]) - np.maximum(boxes[:, :2], others[:, :2]), 0, None).prod(
        axis=1
    )
    whole = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1) + (others[:, 2:] - others[:, :2]).prod(axis=1) - meet
    iou = float(np.median(meet / np.maximum(whole, 1e-9))) if len(shared) else 0.0
    return SideBySide(sightings=len(seen), shared=len(shared) / max(1, len(seen)), box_iou=iou)
