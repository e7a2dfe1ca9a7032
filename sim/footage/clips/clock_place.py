"""The running clock that a camera writes into its picture: what changes once a second, and at no other time."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.clips.model import FPS
from sim.footage.clips.moving import SMALL_WH, Place, find_apart
from sim.footage.source import Picture

LOOKS_S = 5
"""How many seconds of a clip are looked at."""
LEAST_TICKS = 3
TICK_LEVELS = 40
"""A digit differs from the next by this much; what an encoder mends once a second in its key pictures, by less."""
MOST_HIGH = 0.07
"""The seconds of a clock are lower than this share of the picture; what is as low shows no face."""
EDGE = 0.15
"""They lie in this share of the picture at its top or bottom."""
_JOINS_PX = 2
_LINE_LEFT, _LINE_RIGHT = 20.0, 7.0
"""How far a clock's line goes on beside its seconds, in heights of a digit: date and hours before, AM or PM after."""
_AROUND_PX = 4

Ticks = NDArray[np.bool_]


def find_clock(pictures: Sequence[Picture]) -> Place | None:
    """Return where the line of a running clock is in small pictures [180, 320, 3], ten a second; None without one.

    A pixel of it changes in most seconds at the same tenth, and never between. People do not.
    """
    second = round(FPS)
    count = (len(pictures) - 1) // second
    if count < LEAST_TICKS:
        return None
    apart = [find_apart(one, other) > TICK_LEVELS for one, other in zip(pictures[1:], pictures, strict=False)]
    changed = np.stack(apart[: count * second]).reshape(count, second, *apart[0].shape)
    ticks = max((_find_ticks(changed, tenth) for tenth in range(second)), key=np.count_nonzero)
    seconds = _find_seconds(ticks)
    if seconds is None:
        return None
    left, top, width, height = seconds
    return (
        max(0, round(left - _LINE_LEFT * height)),
        max(0, top - _AROUND_PX),
        min(SMALL_WH[0], round(left + width + _LINE_RIGHT * height)),
        min(SMALL_WH[1], top + height + _AROUND_PX),
    )


def _find_ticks(changed: Ticks, tenth: int) -> Ticks:
    """Return which pixels change at one tenth of a second, or the next, and at no other; changed [s, 10, h, w]."""
    second = changed.shape[1]
    here = changed[:, tenth] | changed[:, (tenth + 1) % second]
    rest = changed.sum(axis=(0, 1)) - changed[:, tenth].sum(axis=0) - changed[:, (tenth + 1) % second].sum(axis=0)
    return np.asarray((here.sum(axis=0) >= LEAST_TICKS) & (rest == 0))


def _find_seconds(ticks: Ticks) -> tuple[int, int, int, int] | None:
    """Return left, top, width and height of the largest group of ticking pixels, None where it is no digit."""
    joined = cv2.dilate(ticks.astype(np.uint8), np.ones((2 * _JOINS_PX + 1,) * 2, np.uint8))
    found, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    if found < 2:
        return None
    left, top, width, height = (int(side) for side in stats[1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()), :4])
    left, top, width, height = left + _JOINS_PX, top + _JOINS_PX, width - 2 * _JOINS_PX, height - 2 * _JOINS_PX
    is_digit = 3 <= height <= MOST_HIGH * SMALL_WH[1] and 1 <= width <= 4 * height
    is_at_edge = top + height <= EDGE * SMALL_WH[1] or top >= (1 - EDGE) * SMALL_WH[1]
    return (left, top, width, height) if is_digit and is_at_edge else None
