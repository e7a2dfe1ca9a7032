"""Checking events, and that names and truth agree with the camera faults among them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.crowd.scenario.faults import AnyFault
from sim.footage.paint.fault_plan import NOTHING, compute_all_shown_frames, find_shown_name
from sim.footage.recording.open import Recording
from sim.truth.camera_faults import FaultKind
from sim.truth.events import check_events as check_values

_SHOWN_COLUMNS = ["person_id", "x1", "y1", "x2", "y2", "visible", "floor_x_m", "floor_y_m", "floor", "zone"]


def check_events(recording: Recording, rows: pd.DataFrame) -> list[str]:
    """Return what is wrong with events, columns `sim.columns.EVENTS`, by themselves and in their recording."""
    manifest = recording.manifest
    width = rows["camera_id"].map({c.camera_id: c.size_wh[0] for c in manifest.cameras}).astype("float64")
    height = rows["camera_id"].map({c.camera_id: c.size_wh[1] for c in manifest.cameras}).astype("float64")
    cameras = {c.camera_id for c in manifest.cameras}
    zones, floors = {s.zone_id for s in recording.site.spaces}, {f.floor_id for f in recording.site.floors}
    people = {name.removeprefix("people/").removesuffix(".webp") for name in manifest.files if "people/" in name}
    is_fault = rows["kind"].isin([kind.value for kind in FaultKind])
    not_shown = rows["shown_s"].isna()
    inside = (rows["x1"] >= 0) & (rows["y1"] >= 0) & (rows["x2"] <= width) & (rows["y2"] <= height)
    checks = (
        (rows["end_s"] <= manifest.duration_s + 1e-9, "an end after the recording's"),
        (rows["camera_id"].isin(cameras | {""}), "a camera that the recording has not"),
        (~is_fault | (rows["camera_id"] != ""), "a camera fault without camera"),
        (not_shown | inside, "a box that leaves the picture"),
        (rows["zone"].isin(zones | {""}), "a zone that the site has not"),
        (rows["floor"].isin(floors | {""}), "a floor that the site has not"),
        (rows["person_ids"].map(lambda names: set(names.split()) <= people).astype(bool), "people nobody knows"),
    )
    wrong = [
        f"{int((~right).sum())} rows have {meaning}, first: {rows.loc[~right, 'event_id'].iloc[0]}"
        for right, meaning in checks
        if not right.all()
    ]
    return [*check_values(rows), *wrong]


def check_names(recording: Recording, faults: Sequence[AnyFault]) -> list[str]:
    """Return the cameras whose name in the list is neither their right one nor the wrong one of a fault."""
    expected = {c.camera_id: find_shown_name(c, faults) for c in recording.site.cameras}
    return [
        f"{camera.camera_id} is called {camera.name!r}, expected {expected[camera.camera_id]!r}"
        for camera in recording.manifest.cameras
        if camera.name != expected[camera.camera_id]
    ]


def check_shown(recording: Recording, faults: Sequence[AnyFault], rows: pd.DataFrame) -> list[str]:
    """Return where truth has people while a camera is dead, or others than in the picture that a frame repeats."""
    manifest = recording.manifest
    cameras = [camera.camera_id for camera in manifest.cameras]
    shown_frames = compute_all_shown_frames(
        faults, recording.site, cameras, fps=manifest.fps, frame_count=manifest.frame_count
    )
    problems = []
    for camera_id, shown in shown_frames.items():
        if (shown == np.arange(len(shown))).all():
            continue
        mine = rows[rows["camera_id"] == camera_id]
        mine = mine.assign(shown=shown[np.clip(mine["frame"].to_numpy(), 0, len(shown) - 1)])
        dead = mine[mine["shown"] == NOTHING]
        if len(dead):
            first = int(dead["frame"].iloc[0])
            problems.append(f"{camera_id} shows nothing at frame {first}, but {len(dead)} rows have people there")
        odd = _find_odd_repeat(mine[mine["shown"] != NOTHING], shown)
        if odd is not None:
            problems.append(f"{camera_id} frame {odd} repeats frame {shown[odd]}, but other people are in it")
    return problems


def _find_odd_repeat(mine: pd.DataFrame, shown: np.ndarray) -> int | None:
    """Return the first frame whose rows are not those of the frame it shows."""
    ordered = mine.sort_values(["frame", "person_id"])
    numbers = ordered["frame"].to_numpy(dtype=np.int64)
    rows = ordered[_SHOWN_COLUMNS].to_numpy()
    low, high = (np.searchsorted(numbers, np.arange(len(shown)), side=side) for side in ("left", "right"))
    for frame in np.flatnonzero((shown != np.arange(len(shown))) & (shown != NOTHING)):
        first = int(shown[frame])
        if rows[low[frame] : high[frame]].tolist() != rows[low[first] : high[first]].tolist():
            return int(frame)
    return None
