"""Appearances: unbroken stretches of sightings of one person on one camera."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

VISIBLE_MIN = 0.25
HEIGHT_MIN_PX = 24.0
GAP_MAX_S = 5.0
STRETCH_S = 2.0
"""By how much a span is stretched at both ends to hold a mark, and what may lie between two of one place."""
GLIMPSE_S = 3.0
GLIMPSE_SHARE = 0.09
TIME_TOLERANCE_S = 1e-9
PX_TOLERANCE = 1e-9
LINES = 540
"""Lengths in pixels mean a picture of so many lines, and grow with it."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """One person on one camera, from the first row that is large and visible enough to the last."""

    number: int  # its place in `TruthIndex.appearances`
    camera_id: str
    person_id: str
    start_s: float  # `t_s` of the first row
    end_s: float  # `t_s` of the last row; equal to `start_s` for a single row
    first_frame: int  # frame of the first row
    last_frame: int  # frame of the last row
    is_glimpse: bool  # too short or too small to be asked for, see `find_glimpses`


def find_starts(camera: IntArray, person: IntArray, t_s: FloatArray) -> IntArray:
    """Return the positions at which an appearance begins.

    Rows must already be those that count (see `is_countable`) and be sorted by camera, person, frame. Two neighbors
    belong together when camera and person agree and their gap in time is at most 5.0 s (a tolerance of 1e-9 s takes up
    the rounding of frame/fps): rows at 0.0, 5.0 and 10.1 s make two appearances, 0.0-5.0 and 10.1-10.1.

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


def is_over(off_s: float, limit_s: float) -> bool:
    """Return whether seconds are more than a limit: frame / fps is not exact, and 5 s must not be more than 5."""
    return off_s > limit_s + TIME_TOLERANCE_S


def is_inside(t_s: FloatArray, span_s: tuple[float, float]) -> NDArray[np.bool_]:
    """Return which seconds [n] lie in a span, both ends included."""
    return np.asarray((t_s >= span_s[0] - TIME_TOLERANCE_S) & (t_s <= span_s[1] + TIME_TOLERANCE_S))


def is_countable(visible: FloatArray, height_px: FloatArray, *, lines: FloatArray | float) -> NDArray[np.bool_]:
    """Return for each row [n] whether it is visible (>= 0.25) and tall (>= 24 px of 540 lines) enough to count.

    Args:
        visible: [n] visible share.
        height_px: [n] box height, pixels.
        lines: [n] height of the picture, pixels; of 1080 a box has to be 48 px high.
    """
    return np.asarray((visible >= VISIBLE_MIN) & (height_px >= HEIGHT_MIN_PX / LINES * lines - PX_TOLERANCE))


def find_glimpses(length_s: FloatArray, tallest_px: FloatArray, *, lines: FloatArray) -> NDArray[np.bool_]:
    """Return for each appearance [m] whether it is a glimpse: under 3.0 s long, or never tall enough in the picture.

    The visible height of a row is box height * visible; it has to reach 0.09 of the picture's height once, 48.6 px of
    540. 31 rows at 10 frames a second last 3.0 s and are none, 30 rows last 2.9 s and are one.

    Args:
        length_s: [m] seconds from first row to last, with a tolerance of 1e-9 s for the rounding of frame/fps.
        tallest_px: [m] greatest visible height among the rows, pixels.
        lines: [m] height of the picture, pixels.
    """
    return (length_s < GLIMPSE_S - TIME_TOLERANCE_S) | (tallest_px < GLIMPSE_SHARE * lines - PX_TOLERANCE)
