"""Heads pixelated picture by picture, before any of them is stored. It helps to blur; it never blurs everyone.

With the detector the heads of all people found are covered, a second before and after also, and the upper part of
what moves and was not recognized. Without it, all that moves is covered. Each picture waits for a second and a half
until the ones after it were looked at.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.clips.model import BlurMode
from sim.footage.clips.few_heads import Meetings
from sim.footage.clips.head_tracks import REACH_FRAMES, HeadTracks
from sim.footage.clips.moving import SMALL_WH, Hall, Mask, Moving, find_apart, shrink_picture
from sim.footage.clips.pixelate import find_heads, pixelate_boxes, pixelate_mask
from sim.footage.source import Picture
from sim.footage.stills.person_detector import LEAST_SCORE, Detections, PersonDetector

FloatArray = NDArray[np.float64]

WAITS = REACH_FRAMES + 4
EVERY = 2
"""People are looked for in every second picture, and in none that is as the last one looked at."""
COVERS_FROM = 0.2
TILES = 2
CHANGED_LEVELS, CHANGED_SHARE = 14, 0.0006
MASK_REACH = 3
UNKNOWN_PX = 34.0
"""What moves, is no person, and is lower than this at 540 lines has no head that could be recognized."""
_HEAD_COVERED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Where a head may be bare: frame, box x1 y1 x2 y2 in shares, and why."""

    frame: int
    box: tuple[float, float, float, float]
    why: str


@dataclass(slots=True, kw_only=True)
class _Waiting:
    frame: int
    bgr: Picture
    moving: Moving


class Blurrer:
    """Takes the pictures of a clip in order and gives them back blurred, `WAITS` later.

    Attributes:
        people: frame, boxes [n, 4] in shares and scores [n] of every picture looked at.
        doubts: where a head may be bare.
        looked: how many pictures were looked at by the detector.
        meetings: how many of those who move it met.
    """

    def __init__(self, mode: BlurMode, *, hall: Hall, detector: PersonDetector | None) -> None:
        self._mode = mode
        self._hall = hall
        self._detector = detector
        self._tracks = HeadTracks()
        self._waiting: deque[_Waiting] = deque()
        self._masks: deque[tuple[int, Mask]] = deque(maxlen=WAITS + MASK_REACH + 1)
        self._looked_at: Picture | None = None
        self._found = Detections(boxes=np.zeros((0, 4)), scores=np.zeros(0))
        self._last_moving: Moving | None = None
        self._frame = 0
        self._asked: list[tuple[int, FloatArray, str]] = []
        self.people: list[tuple[int, FloatArray, FloatArray]] = []
        self.doubts: list[Doubt] = []
        self.looked = 0
        self.meetings = Meetings()

    def take(self, bgr: Picture, *, is_new: bool) -> Iterator[Picture]:
        """Take the next picture [h, w, 3]; yield those that are ready. `is_new`: it is not the same as before."""
        frame, self._frame = self._frame, self._frame + 1
        if self._mode is BlurMode.NONE and self._detector is None:
            yield bgr
            return
        small = shrink_picture(bgr)
        if is_new or self._last_moving is None:
            self._last_moving = self._hall.look(small)
        if self._detector is not None and frame % EVERY == 0:
            self._look(frame, bgr, small, self._last_moving)
        self._masks.append((frame, self._last_moving.mask))
        self._waiting.append(_Waiting(frame=frame, bgr=bgr.copy(), moving=self._last_moving))
        if len(self._waiting) > WAITS:
            yield self._release()

    def finish(self) -> Iterator[Picture]:
        """Yield the pictures that still wait."""
        while self._waiting:
            yield self._release()

    def _look(self, frame: int, bgr: Picture, small: Picture, moving: Moving) -> None:
        assert self._detector is not None
        size = np.array([bgr.shape[1], bgr.shape[0]] * 2)
        if self._looked_at is None or _has_changed(small, self._looked_at):
            self._found = self._detector.find(bgr, tiles=TILES, threshold=LEAST_SCORE)
            self._looked_at = small
            self.looked += 1
            if not moving.is_all:
                self.meetings.take(frame, moving.parts * size, self._found.boxes, self._found.scores)
        self.people.append((frame, self._found.boxes / size, self._found.scores))
        sure = self._found.scores >= COVERS_FROM
        lost = self._tracks.take(frame, self._found.boxes[sure], small, SMALL_WH[0] / bgr.shape[1])
        self._asked += [(frame, box, "Someone was lost here.") for box in lost]
        self._asked += [(frame, box, "There may be a person here.") for box in self._found.boxes[~sure]]

    def _release(self) -> Picture:
        each = self._waiting.popleft()
        if self._mode is BlurMode.MOVING:
            near = [mask for frame, mask in self._masks if abs(frame - each.frame) <= MASK_REACH]
            pixelate_mask(each.bgr, np.bitwise_or.reduce(near))
        elif self._mode is BlurMode.HEADS:
            self._cover_heads(each)
        self._tracks.drop_before(each.frame - 1)
        return each.bgr

    def _cover_heads(self, each: _Waiting) -> None:
        height, width = each.bgr.shape[:2]
        size = np.array([width, height] * 2)
        heads = find_heads(self._tracks.list_boxes(each.frame))
        rest = each.moving.parts * size
        unknown = [part for part in rest if part[3] - part[1] >= UNKNOWN_PX and not _is_covered(part, heads)]
        if each.moving.is_all:
            self._doubt(each.frame, np.array([0.0, 0.0, 1.0, 1.0]), "The light changed or the camera turned here.")
            unknown = []
        asked = [(box, why) for frame, box, why in self._asked if frame == each.frame]
        self._asked = [one for one in self._asked if one[0] > each.frame]
        for box, why in asked:
            if not _is_hidden(box, heads):
                self._doubt(each.frame, box / size, why)
        pixelate_boxes(each.bgr, heads)
        for part in unknown:
            pixelate_boxes(each.bgr, find_heads(part[None]))
            self._doubt(each.frame, part / size, "Something moves here that was not recognized as a person.")

    def _doubt(self, frame: int, box: FloatArray, why: str) -> None:
        x1, y1, x2, y2 = (float(v) for v in np.clip(box, 0.0, 1.0))
        if x1 < x2 and y1 < y2:
            self.doubts.append(Doubt(frame=frame, box=(x1, y1, x2, y2), why=why))


def _has_changed(small: Picture, before: Picture) -> bool:
    apart = find_apart(small, before)
    return bool((apart > CHANGED_LEVELS).mean() > CHANGED_SHARE)


def _is_covered(part: FloatArray, heads: FloatArray) -> bool:
    """Tell whether the top of something that moves is covered by heads for the most part of its width."""
    top, bottom = part[1], part[1] + 0.25 * (part[3] - part[1])
    here = heads[(heads[:, 1] < bottom) & (heads[:, 3] > top)]
    across = np.linspace(part[0], part[2], 17)
    covered = ((across[:, None] >= here[:, 0]) & (across[:, None] <= here[:, 2])).any(axis=1)
    return bool(covered.mean() >= _HEAD_COVERED)


def _is_hidden(person: FloatArray, heads: FloatArray) -> bool:
    """Tell whether all of a person's head and of what is beside it is covered."""
    (x1, y1, x2, y2) = find_heads(person[None])[0]
    across, down = np.meshgrid(np.linspace(x1, x2, 13), np.linspace(y1, y2, 7))
    inside_x = (across[..., None] >= heads[:, 0]) & (across[..., None] <= heads[:, 2])
    inside_y = (down[..., None] >= heads[:, 1]) & (down[..., None] <= heads[:, 3])
    return bool((inside_x & inside_y).any(axis=2).all())
