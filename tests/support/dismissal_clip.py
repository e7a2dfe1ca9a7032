"""Two cameras of the shipped dismissal that are crowded and empty by turns: their clips, plates and such moments."""

from functools import cache
from pathlib import Path

import numpy as np

from sim.footage.recording.open import load_truth, open_recording
from sim.services.app.wiring import PROJECT

HALL = "CAM-04"
"""People walk along it, near and far; its rest-room door stands open in the plate and is shut in the clip."""
LOBBY = "CAM-02"
"""No door that is shut in the clip is in its picture: what it shows when nobody is there is its plate."""
RECORDING = PROJECT / "sample_footage" / "birch-last-bell"
PLATES = PROJECT / "scenarios" / "sites" / "birch-elementary" / "plates"
FPS = 10.0
_LEAST_PX, _LEAST_VISIBLE = 50.0, 0.6


def find_clip(camera_id: str) -> Path:
    return RECORDING / "main" / f"{camera_id}.mp4"


@cache
def find_busy_frame(camera_id: str) -> int:
    """Return the first frame that shows most people at once, each tall enough to be made out."""
    return int(np.argmax(_count_people(camera_id, least_px=_LEAST_PX, least_visible=_LEAST_VISIBLE)))


@cache
def find_empty_frame(camera_id: str) -> int:
    """Return the middle of the longest time in which nobody is in the picture at all."""
    is_empty = _count_people(camera_id, least_px=0.0, least_visible=0.0) == 0
    edges = np.flatnonzero(np.diff([0, *is_empty.astype(np.int8), 0]))
    begins, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - begins))
    return int(begins[longest] + ends[longest]) // 2


def _count_people(camera_id: str, *, least_px: float, least_visible: float) -> np.ndarray:
    """Return how many people of some height and share visible each frame shows, [frames] int."""
    table = load_truth(open_recording(RECORDING))
    rows = table.rows[table.rows["camera_id"] == camera_id]
    able = rows[(rows["y2"] - rows["y1"] >= least_px) & (rows["visible"] >= least_visible)]
    return np.bincount(able["frame"], minlength=table.frame_count)
