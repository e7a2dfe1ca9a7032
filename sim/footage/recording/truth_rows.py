"""Joining what the painter saw with where the crowd was: the rows of the ground truth."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.columns import TRUTH
from sim.crowd.people.track import Crowd
from sim.errors import TruthError


def compute_truth_rows(
    sightings: Mapping[str, pd.DataFrame], crowd: Crowd, *, shown_frames: Mapping[str, NDArray[np.int32]]
) -> pd.DataFrame:
    """Return truth rows, columns `sim.columns.TRUTH`, of every camera's sightings.

    `shown_frames` holds for every camera and frame the frame whose picture is shown: people stand where they stood
    then, at the time of the frame that shows it.
    """
    where = _make_track_table(crowd)
    parts = [
        rows.assign(camera_id=camera_id, painted=shown_frames[camera_id][rows["frame"].to_numpy()])
        for camera_id, rows in sorted(sightings.items())
    ]
    seen = pd.concat(parts, ignore_index=True)
    joined = seen.merge(where, on=["person_id", "painted"], how="left", validate="many_to_one")
    lost = joined["zone"].isna()
    if lost.any():
        first = joined[lost].iloc[0]
        raise TruthError(f"{first['person_id']} was painted at frame {first['frame']} but stands nowhere")
    joined["t_s"] = joined["frame"].to_numpy(dtype=np.float64) / crowd.fps
    return joined[[c.name for c in TRUTH]]


def _make_track_table(crowd: Crowd) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "person_id": pd.array([track.person_id] * len(track.xyz_m), dtype="str"),
                "painted": np.arange(track.first_frame, track.first_frame + len(track.xyz_m), dtype=np.int32),
                "floor_x_m": track.xyz_m[:, 0].astype(np.float32),
                "floor_y_m": track.xyz_m[:, 1].astype(np.float32),
                "floor": pd.array(track.floor, dtype="str"),
                "zone": pd.array(track.zone, dtype="str"),
            }
        )
        for track in crowd.tracks
    ]
    return pd.concat(parts, ignore_index=True)
