"""Measuring a planned recording's truth with its own painter in small pictures, without making the recording."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import pandas as pd

from sim.features.library.footage_build import PlannedBuild, make_index, make_painters
from sim.footage.build.assemble import compute_truth_rows
from sim.footage.paint.fault_plan import compute_all_shown_frames
from sim.footage.paint.meshes import Drawable
from sim.footage.paint.painter import CameraSources
from sim.footage.people.motion import Stances
from sim.truth.index import TruthIndex


class _KeptFigures(dict[tuple[str, int], Drawable]):
    def __init__(self, figures: Mapping[tuple[str, int], Drawable]) -> None:
        super().__init__()
        self._figures = figures

    def __missing__(self, key: tuple[str, int]) -> Drawable:
        self[key] = self._figures[key]
        return self[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class _SharedSources(CameraSources):
    figures: _KeptFigures
    stances: Stances

    def make_figures(self) -> _KeptFigures:
        return self.figures

    def make_stances(self) -> Stances:
        return self.stances


def share_people(sources: CameraSources) -> CameraSources:
    if isinstance(sources, _SharedSources):
        return sources
    settings = {field.name: getattr(sources, field.name) for field in fields(sources)}
    return _SharedSources(**settings, figures=_KeptFigures(sources.make_figures()), stances=sources.make_stances())


def measure_truth(planned: PlannedBuild, *, size_wh: tuple[int, int], every_s: float) -> TruthIndex:
    plan = planned.plan
    sources = share_people(replace(make_painters(planned), size_wh=size_wh))
    every = max(1, round(every_s * plan.crowd.fps))
    scale_x, scale_y = plan.size_wh[0] / size_wh[0], plan.size_wh[1] / size_wh[1]
    parts: dict[str, pd.DataFrame] = {}
    for camera_id in plan.cameras:
        source = sources(camera_id)
        rows = [
            {
                "frame": frame,
                "person_id": sighting.person_id,
                "x1": sighting.box_xyxy[0] * scale_x,
                "y1": sighting.box_xyxy[1] * scale_y,
                "x2": sighting.box_xyxy[2] * scale_x,
                "y2": sighting.box_xyxy[3] * scale_y,
                "visible": sighting.visible,
            }
            for frame in range(0, plan.crowd.frame_count, every)
            for sighting in source.paint(frame)[1]
        ]
        columns = ["frame", "person_id", "x1", "y1", "x2", "y2", "visible"]
        kinds = {"frame": "int32", "person_id": "str"}
        parts[camera_id] = pd.DataFrame(rows, columns=columns).astype(kinds)
    shown = compute_all_shown_frames(
        plan.faults, plan.site, plan.cameras, fps=plan.crowd.fps, frame_count=plan.crowd.frame_count
    )
    return make_index(plan, compute_truth_rows(parts, plan.crowd, shown_frames=shown))
