"""What in a camera's picture is not the empty hall: by how it differs from the median of the clip."""

from dataclasses import dataclass

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from sim.footage.clips.resample import fit_picture
from sim.footage.source import Picture
from sim.footage.video.still import TurnReader, read_tag

SMALL_WH = (320, 180)
DIFFERS = 18
SAMPLES = 25
LEAST_SAMPLES = 5
_CATCHES_UP = 0.004
_LIGHT_CHANGED = 0.6
"""Where more than this share differs the light has changed or the camera has turned: the picture becomes the new empty
one."""

Mask = NDArray[np.uint8]
Place = tuple[int, int, int, int]
"""A box in small pictures, x1 y1 x2 y2 in their pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """What differs from the empty hall: mask [180, 320] of 0 and 255, and its parts [n, 4] x1 y1 x2 y2 in shares.

    `is_all`: nothing is known of the hall, so all of the picture counts.
    """

    mask: Mask
    parts: NDArray[np.float64]
    is_all: bool = False


def sample_empty(container: InputContainer, stream: VideoStream, *, length_s: float | None) -> Picture | None:
    """Return the small median of pictures spread over a clip, [180, 320, 3]; None where too few can be found.

    The clip stands at its start again afterwards.
    """
    found: list[Picture] = []
    turns = TurnReader(tag=read_tag(container, stream), name="the clip")
    if length_s:
        for number in range(SAMPLES):
            try:
                container.seek(int((number + 0.5) / SAMPLES * length_s * av.time_base))
                frame = next(container.decode(stream), None)
            except (av.error.FFmpegError, StopIteration):
                continue
            if frame is not None:
                found.append(fit_picture(frame, SMALL_WH, turns, name="the clip"))
    try:
        container.seek(0)
    except av.error.FFmpegError:
        return None
    different = {picture.tobytes() for picture in found}
    if len(different) < LEAST_SAMPLES:
        return None
    return np.asarray(np.median(np.stack(found), axis=0), dtype=np.uint8)


def shrink_picture(bgr: Picture) -> Picture:
    """Return a picture [540, 960, 3] at a third of its size, each pixel the mean of the nine it covers.

    So it is done twice as fast as by OpenCV's own way to shrink by areas.
    """
    return np.ascontiguousarray(cv2.blur(bgr, (3, 3))[1::3, 1::3])


def find_apart(one: Picture, other: Picture) -> Mask:
    """Return by how much two pictures differ in each pixel, the most of the three colors, [h, w]."""
    blue, green, red = cv2.split(cv2.absdiff(one, other))
    return np.asarray(cv2.max(cv2.max(blue, green), red), dtype=np.uint8)


class Hall:
    """The empty hall as it is known so far; it follows slow changes of light.

    What moves inside `clock`, and nowhere beside it, is the running clock: it counts as part of the hall.
    """

    def __init__(self, empty: Picture | None, *, clock: Place | None = None) -> None:
        self._empty = None if empty is None else empty.astype(np.float32)
        self._clock = clock

    def look(self, small: Picture) -> Moving:
        if self._empty is None:
            self._empty = small.astype(np.float32)
        apart = find_apart(small, np.round(self._empty).astype(np.uint8))
        mask: Mask = (cv2.GaussianBlur(apart, (5, 5), 0) > DIFFERS).astype(np.uint8)
        if mask.mean() > _LIGHT_CHANGED:
            self._empty = small.astype(np.float32)
            everything = np.full(mask.shape, 255, dtype=np.uint8)
            return Moving(mask=everything, parts=np.array([[0.0, 0.0, 1.0, 1.0]]), is_all=True)
        cv2.accumulateWeighted(small.astype(np.float32), self._empty, _CATCHES_UP)
        opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
        mask = np.asarray(cv2.dilate(opened, np.ones((5, 5), np.uint8)), dtype=np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
        boxes = stats[1:count, :4].astype(np.float64)
        boxes[:, 2:] += boxes[:, :2]
        if self._clock is not None:
            inside = (boxes[:, :2] >= self._clock[:2]).all(axis=1) & (boxes[:, 2:] <= self._clock[2:]).all(axis=1)
            mask = np.where(np.isin(labels, 1 + np.flatnonzero(inside)), 0, mask).astype(np.uint8)
            boxes = boxes[~inside]
        return Moving(mask=np.asarray(mask * 255, dtype=np.uint8), parts=boxes / (*SMALL_WH, *SMALL_WH))
