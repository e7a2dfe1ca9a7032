"""A small recording made by the real writer: 4 cameras, 16 s, 320x180, rectangles for people, exact truth."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from sim.columns import PEOPLE
from sim.crowd.people.people import Crowd
from sim.crowd.people.wardrobe import find_nearest
from sim.footage.build.assemble import BuildPlan, build_recording
from sim.footage.build.camera_job import Encoding, Reporter
from sim.footage.recording.open import Recording, open_recording
from sim.footage.recording.recording import Picture, Sighting, SourceFactory
from sim.site.camera import make_view
from sim.site.model import CameraSpec, Site
from tests.support.cell_runs import find_cells, find_shared, make_runs
from tests.support.tiny_crowd import make_tiny_crowd
from tests.support.tiny_site import make_tiny_site

SIZE_WH = (320, 180)
HEIGHT_M = 1.7
HALF_WIDTH_M = 0.25
BITS = 12
BIT_PX = 16
START = datetime(2026, 9, 14, 7, 55, 0)


@dataclass(frozen=True)
class TinySources:
    crowd: Crowd
    site: Site = field(default_factory=make_tiny_site)

    def __call__(self, camera_id: str) -> "TinySource":
        return TinySource(crowd=self.crowd, camera=self.site.get_camera(camera_id))


@dataclass(frozen=True)
class TinySource:
    crowd: Crowd
    camera: CameraSpec

    @property
    def camera_id(self) -> str:
        return self.camera.camera_id

    def paint(self, frame: int) -> tuple[Picture, list[Sighting]]:
        number = int(self.camera_id[-2:])
        wall = (90 + 8 * number % 120, 110, 130 - 8 * number % 120)
        bgr = np.full((SIZE_WH[1], SIZE_WH[0], 3), wall, dtype=np.uint8)
        owner = np.full((SIZE_WH[1], SIZE_WH[0]), -1, dtype=np.int64)
        alone: dict[int, int] = {}
        for place, (x1, y1, x2, y2) in self._project(frame):
            outfit = self.crowd.people[place].outfit
            waist = y1 + (y2 - y1) // 2
            bgr[max(y1, 0) : max(waist, 0), max(x1, 0) : max(x2, 0)] = _make_bgr(outfit.top.rgb)
            bgr[max(waist, 0) : max(y2, 0), max(x1, 0) : max(x2, 0)] = _make_bgr(outfit.bottom.rgb)
            mask = owner[max(y1, 0) : max(y2, 0), max(x1, 0) : max(x2, 0)]
            mask[:] = place
            alone[place] = mask.size
        for bit in range(BITS):
            bgr[: BIT_PX // 2, bit * BIT_PX : (bit + 1) * BIT_PX] = 235 if frame >> bit & 1 else 16
        owner[: BIT_PX // 2, : BITS * BIT_PX] = -1
        return bgr, self._measure(owner, alone)

    def _project(self, frame: int) -> list[tuple[int, tuple[int, int, int, int]]]:
        view = make_view(self.camera, size_wh=SIZE_WH)
        boxes = []
        for place, track in enumerate(self.crowd.tracks):
            row = frame - track.first_frame
            if not 0 <= row < len(track.xyz_m):
                continue
            x_m, y_m, z_m = track.xyz_m[row]
            corners = np.array(
                [[x_m + side, y_m, z_m + up] for side in (-HALF_WIDTH_M, HALF_WIDTH_M) for up in (0.0, HEIGHT_M)]
            )
            pixels, depth = view.compute_pixels(corners)
            low, high = np.round(pixels.min(axis=0)).astype(int), np.round(pixels.max(axis=0)).astype(int)
            if depth.min() > 0.3 and (high > 0).all() and (low < SIZE_WH).all():
                boxes.append((depth.max(), place, (int(low[0]), int(low[1]), int(high[0]), int(high[1]))))
        return [(place, box) for _, place, box in sorted(boxes, reverse=True)]

    def _measure(self, owner: np.ndarray, alone: dict[int, int]) -> list[Sighting]:
        sightings = []
        ids = {place: self.crowd.tracks[place].person_id for place in alone}
        pixels = {ids[place]: np.argwhere(owner == place)[:, ::-1] for place in alone}
        cells = find_cells(pixels, SIZE_WH)
        for place, covered in alone.items():
            rows, columns = np.nonzero(owner == place)
            if len(rows):
                box = (float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
                runs = make_runs(cells[ids[place]])
                shared = find_shared(pixels, ids[place])
                visible = len(rows) / covered
                sightings.append(
                    Sighting(person_id=ids[place], box_xyxy=box, visible=visible, runs=runs, shared=shared)
                )
        return sightings


def read_frame_number(rgb: np.ndarray) -> int:
    middles = [rgb[2:6, bit * BIT_PX + 4 : (bit + 1) * BIT_PX - 4].mean() for bit in range(BITS)]
    return sum(1 << bit for bit, level in enumerate(middles) if level > 128)


def make_tiny_plan() -> BuildPlan:
    return plan_recording("tiny", "Tiny corridor", make_tiny_site(), make_tiny_crowd())


def plan_recording(recording_id: str, title: str, site: Site, crowd: Crowd) -> BuildPlan:
    return BuildPlan(
        recording_id=recording_id,
        title=title,
        scenario_id=f"{recording_id}-scenario",
        seed=7,
        start_time=START,
        generator_version="test",
        inputs="rectangles",
        site=site,
        cameras=tuple(c.camera_id for c in site.cameras),
        size_wh=SIZE_WH,
        crowd=crowd,
        people=_make_people_rows(crowd),
        encoding=Encoding(preset="veryfast", main_crf=24, wall_crf=26),
    )


QUIET = Reporter(on_progress=lambda progress: None, clock=time.monotonic)


def build_planned(
    plan: BuildPlan, target: Path, *, make_source: SourceFactory | None = None, reporter: Reporter = QUIET
) -> Recording:
    build_recording(
        plan,
        target=target,
        make_source=make_source or TinySources(crowd=plan.crowd, site=plan.site),
        strips=lambda person_id: paint_strip(plan.crowd, person_id),
        processes=1,
        replace=False,
        reporter=reporter,
    )
    return open_recording(target)


def paint_strip(crowd: Crowd, person_id: str) -> Picture:
    outfit = next(p.outfit for p in crowd.people if p.person_id == person_id)
    bgr = np.full((480, 720, 3), 200, dtype=np.uint8)
    for left in (0, 240, 480):
        bgr[40:250, left + 70 : left + 170] = _make_bgr(outfit.top.rgb)
        bgr[250:460, left + 70 : left + 170] = _make_bgr(outfit.bottom.rgb)
    return bgr


def _make_bgr(linear_rgb: tuple[float, float, float]) -> tuple[int, int, int]:
    red, green, blue = (round(255 * channel ** (1 / 2.2)) for channel in linear_rgb)
    return blue, green, red


def _make_people_rows(crowd: Crowd) -> pd.DataFrame:
    rows = [
        (
            p.person_id,
            p.role.value,
            f"{p.outfit.top.colour.capitalize()} hoodie, {p.outfit.bottom.colour} {p.outfit.bottom.kind}, "
            f"{p.outfit.shoes.colour} trainers, short {p.outfit.hair.colour} hair.",
            p.outfit.top.kind,
            p.outfit.top.colour,
            p.outfit.bottom.kind,
            p.outfit.bottom.colour,
            p.outfit.shoes.colour,
            p.outfit.hair.colour,
            p.outfit.bag.kind,
            p.outfit.bag.colour,
            p.look_alike_of or "",
            nearest,
            distance,
        )
        for p, (nearest, distance) in zip(crowd.people, find_nearest(crowd.people), strict=True)
    ]
    return pd.DataFrame(rows, columns=[c.name for c in PEOPLE]).astype({c.name: c.dtype for c in PEOPLE})
