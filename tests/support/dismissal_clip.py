"""Two cameras of the shipped dismissal that are crowded and empty by turns: their clips, plates and such moments."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from sim.app.settings import PROJECT
from sim.footage.recording.open import load_truth, open_recording

HALL = "CAM-04"
"""People walk along it, near and far; its rest-room door stands open in the plate and is shut in the clip."""
LOBBY = "CAM-02"
"""No door that is shut in the clip is in its picture: what it shows when nobody is there is its plate."""
RECORDING = PROJECT / "sample_footage" / "birch-three-oclock"
PLATES = PROJECT / "scenarios" / "sites" / "birch-elementary" / "plates"
FPS = 10.0
_LEAST_PX, _LEAST_VISIBLE = 50.0, 0.6


def find_clip(camera_id: str) -> Path:
    return RECORDING / "main" / f"{camera_id}.mp4"


@cache
def find_busy_frame(camera_id: str) -> int:
    counts = _count_people(camera_id, least_px=_LEAST_PX, least_visible=_LEAST_VISIBLE)
    rows = _load_rows(camera_id)
    for frame, own in rows.groupby("frame"):
        box_xyxy = own[["x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64)
        low = np.maximum(box_xyxy[:, None, :2], box_xyxy[None, :, :2])
        high = np.minimum(box_xyxy[:, None, 2:], box_xyxy[None, :, 2:])
        if np.triu((high > low).all(axis=2), 1).any():
            counts[int(str(frame))] = 0
    return int(np.argmax(counts))


@cache
def find_empty_frame(camera_id: str) -> int:
    is_empty = _count_people(camera_id, least_px=0.0, least_visible=0.0) == 0
    edges = np.flatnonzero(np.diff([0, *is_empty.astype(np.int8), 0]))
    begins, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - begins))
    return int(begins[longest] + ends[longest]) // 2


def _count_people(camera_id: str, *, least_px: float, least_visible: float) -> np.ndarray:
    rows = _load_rows(camera_id)
    able = rows[(rows["y2"] - rows["y1"] >= least_px) & (rows["visible"] >= least_visible)]
    return np.bincount(able["frame"], minlength=open_recording(RECORDING).manifest.frame_count)


@cache
def _load_rows(camera_id: str) -> pd.DataFrame:
    rows = load_truth(open_recording(RECORDING)).rows
    return rows[rows["camera_id"] == camera_id]
