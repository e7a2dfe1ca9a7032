"""Foretelling a recording's truth: the crowd walks and is projected into the cameras, nothing is painted.

It is an estimate: walls end a view, but furniture and other people hide nobody, and a box is a person's outline as an
upright rectangle. What a recording holds in the end is measured from the painter's truth.
"""

import numpy as np
import pandas as pd

from sim.crowd.generator.sightlines import Sightlines
from sim.crowd.people.track import Crowd
from sim.footage.build.assemble import BuildPlan
from sim.truth.index import TruthIndex, make_truth_index
from sim.truth.table import make_truth_table

LOOK_EVERY_S = 0.4


def estimate_truth(plan: BuildPlan) -> TruthIndex:
    """Return the truth that a build of the plan is likely to have, looked at every 0.4 s."""
    crowd = plan.crowd
    every = max(1, round(LOOK_EVERY_S * crowd.fps))
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
    """Return the index of truth rows of a plan's recording."""
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
