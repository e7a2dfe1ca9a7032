"""Whether the detector met those who move in a clip. Where it met almost nobody, heads may be bare all through it.

So it is where a camera hangs on its side and its file does not say so, and where what moves is no people.
"""

import numpy as np
from numpy.typing import NDArray

SURE = 0.35
LEAST_PX = (34.0, 24.0)
"""What moves is as large as a person far away: its long and its short side at 540 lines. A running clock is lower."""
LEAST_MOVED = 10
LEAST_MET = 0.15
"""A clip in which that many were seen to move, and of these a smaller share met, has to be looked at."""
SHOWN = 6

FloatArray = NDArray[np.float64]


class Meetings:
    """Counts, picture by picture, what moves and how much of it the detector takes for a person."""

    def __init__(self) -> None:
        self._moved = self._met = 0
        self._busy: list[tuple[int, int]] = []

    def take(self, frame: int, moving: FloatArray, people: FloatArray, scores: FloatArray) -> None:
        """Take what moves in a frame and the people found in it, boxes [n, 4] x1 y1 x2 y2 in pixels, and scores [n]."""
        sides = moving[:, 2:] - moving[:, :2]
        large = moving[(sides.max(axis=1) >= LEAST_PX[0]) & (sides.min(axis=1) >= LEAST_PX[1])]
        if not len(large):
            return
        sure = people[scores >= SURE]
        middles = (sure[:, None, :2] + sure[:, None, 2:]) / 2
        inside = ((middles > large[:, :2]) & (middles < large[:, 2:])).all(axis=2)
        self._moved += len(large)
        self._met += int(inside.any(axis=0).sum())
        self._busy.append((frame, len(large)))

    def list_frames(self) -> tuple[int, ...]:
        """Return the frames to look at before the clip is used, spread over it, at most `SHOWN`; () for most clips."""
        if self._moved < LEAST_MOVED or self._met >= LEAST_MET * self._moved:
            return ()
        parts = np.array_split(np.array(self._busy), min(SHOWN, len(self._busy)))
        return tuple(int(part[part[:, 1].argmax(), 0]) for part in parts)
