"""People found in every other picture, joined into tracks, so that no head is left bare where the network missed it.

Between two sightings a box moves evenly; before the first and after the last it goes on for a second; and somebody who
stands still stays where nothing has changed since.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.footage.source import Picture
from sim.footage.stills.person_detector import compute_overlaps

FloatArray = NDArray[np.float64]

REACH_FRAMES = 10
BRIDGE_FRAMES = 20
"""A track that is found again after so many frames is the same; what lies between is filled as far as it is waiting."""
FOLLOWS = 0.15
STILL_LEVELS = 7.0


@dataclass(slots=True, kw_only=True)
class _Track:
    """One person: boxes by frame, where last found, how it moves a frame, and what the place looked like then."""

    boxes: dict[int, FloatArray] = field(default_factory=dict)
    last: int
    box: FloatArray
    step: FloatArray
    patch: Picture
    times: int = 1


class HeadTracks:
    """Takes what is found frame by frame, in order; `list_boxes` is final for frames `REACH_FRAMES` + 2 back."""

    def __init__(self) -> None:
        self._tracks: list[_Track] = []

    def take(self, frame: int, boxes: FloatArray, small: Picture, scale: float) -> FloatArray:
        """Take the people [n, 4] found in a frame, and return where somebody was lost since the last one [m, 4].

        `small` is the frame's picture, `scale` its pixels for one of the boxes.
        """
        free = list(range(len(boxes)))
        lost: list[FloatArray] = []
        for track in self._tracks:
            guess = track.box + track.step * (frame - track.last)
            overlaps = compute_overlaps(guess, boxes[free]) if free else np.zeros(0)
            if len(overlaps) and overlaps.max() >= FOLLOWS:
                self._meet(track, frame, boxes[free.pop(int(overlaps.argmax()))], small, scale)
            elif _is_still(track, small, scale):
                track.boxes |= dict.fromkeys(range(max(track.last, frame - 2) + 1, frame + 1), track.box)
            else:
                if frame - track.last <= REACH_FRAMES:
                    lost.append(guess)
                ahead = range(track.last + 1, min(frame, track.last + REACH_FRAMES) + 1)
                track.boxes |= {n: track.box + track.step * (n - track.last) for n in ahead if n not in track.boxes}
        for number in free:
            box = boxes[number]
            track = _Track(last=frame, box=box, step=np.zeros(4), patch=_cut(small, box, scale))
            track.boxes = dict.fromkeys(range(frame - REACH_FRAMES, frame + 1), box)
            self._tracks.append(track)
        self._tracks = [t for t in self._tracks if max(t.boxes) >= frame - BRIDGE_FRAMES]
        return np.array(lost).reshape(-1, 4)

    def _meet(self, track: _Track, frame: int, box: FloatArray, small: Picture, scale: float) -> None:
        gap = frame - track.last
        if gap <= BRIDGE_FRAMES:
            for n in range(track.last + 1, frame):
                track.boxes[n] = track.box + (box - track.box) * ((n - track.last) / gap)
        step = (box - track.box) / gap
        if track.times == 1:
            track.boxes |= {track.last - n: track.box - step * n for n in range(1, REACH_FRAMES + 1)}
        track.boxes[frame] = box
        track.step = step if track.times == 1 else 0.5 * track.step + 0.5 * step
        track.last, track.box, track.patch, track.times = frame, box, _cut(small, box, scale), track.times + 1

    def list_boxes(self, frame: int) -> FloatArray:
        """Return everybody's box in a frame [n, 4], the frames beside it included."""
        near = [track.boxes[n] for track in self._tracks for n in (frame - 1, frame, frame + 1) if n in track.boxes]
        return np.array(near).reshape(-1, 4)

    def drop_before(self, frame: int) -> None:
        """Forget boxes of frames before one."""
        for track in self._tracks:
            for n in [n for n in track.boxes if n < frame and n < max(track.boxes)]:
                del track.boxes[n]


def _cut(small: Picture, box: FloatArray, scale: float) -> Picture:
    """Return the upper half of a person in a small picture."""
    x1, y1, x2, y2 = box * scale
    height, width = small.shape[:2]
    left, top = int(np.clip(x1, 0, width - 2)), int(np.clip(y1, 0, height - 2))
    right, bottom = int(np.clip(x2, left + 2, width)), int(np.clip((y1 + y2) / 2, top + 2, height))
    return small[top:bottom, left:right].copy()


def _is_still(track: _Track, small: Picture, scale: float) -> bool:
    now = _cut(small, track.box, scale)
    return now.shape == track.patch.shape and float(cv2.absdiff(now, track.patch).mean()) < STILL_LEVELS
