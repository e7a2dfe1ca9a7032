"""Appearances: unbroken stretches of sightings of one person on one camera."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

VISIBLE_MIN = 0.25
HEIGHT_MIN_PX = 24.0
GAP_MAX_S = 2.0
TIME_TOLERANCE_S = 1e-9

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """One person on one camera, from the first row that is large and visible enough to the last.

    Attributes:
        number: its place in `TruthIndex.appearances`.
        camera_id: the camera.
        person_id: the person.
        start_s: `t_s` of the first row.
        end_s: `t_s` of the last row; equal to `start_s` for a single row.
        first_frame: frame of the first row.
        last_frame: frame of the last row.
        row_count: rows in it, at least 1.
    """

    number: int
    camera_id: str
    person_id: str
    start_s: float
    end_s: float
    first_frame: int
    last_frame: int
    row_count: int


def find_starts(camera: IntArray, person: IntArray, t_s: FloatArray) -> IntArray:
    """Return the positions at which an appearance begins.

    Rows must already be those that count (see `is_countable`) and be sorted by camera, person, frame. Two neighbours
    belong together when camera and person agree and their gap in time is at most 2.0 s (a tolerance of 1e-9 s takes up
    the rounding of frame/fps): rows at 0.0, 2.0 and 4.1 s make two appearances, 0.0-2.0 and 4.1-4.1.

    Args:
        camera: [n] camera codes.
        person: [n] person codes.
        t_s: [n] seconds.

    Returns:
        [m] int64 positions, ascending, the first 0 when n > 0.
    """
    if len(t_s) == 0:
        return np.zeros(0, dtype=np.int64)
    same = (np.diff(camera) == 0) & (np.diff(person) == 0)
    close = np.diff(t_s) <= GAP_MAX_S + TIME_TOLERANCE_S
    return np.concatenate([[0], np.flatnonzero(~(same & close)) + 1]).astype(np.int64)


def is_countable(visible: FloatArray, height_px: FloatArray) -> NDArray[np.bool_]:
    """Return for each row [n] whether it is visible (>= 0.25) and tall (>= 24 px) enough for an appearance."""
    return (visible >= VISIBLE_MIN) & (height_px >= HEIGHT_MIN_PX)
