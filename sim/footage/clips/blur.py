"""Heads pixelated picture by picture, before any of them is stored. It helps to blur; it never blurs everyone.

With the detector the heads of all people found are covered, a second before and after also, and the upper part of
what moves and was not recognized. Without it, all that moves is covered. Each picture waits for a second and a half
until the ones after it were looked at.

People are found in every other picture and joined into tracks, so that no head is left bare where the network missed
it: between two sightings a box moves evenly; before the first and after the last it goes on for a second; and somebody
who stands still stays where nothing has changed since.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from sim.clips.model import BlurMode
from sim.footage.clips.resample import fit_picture
from sim.footage.recording.recording import Picture
from sim.footage.stills.person_detector import LEAST_SCORE, Detections, PersonDetector, compute_overlaps
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


FloatArray = NDArray[np.float64]
CELLS = 4
"""Squares across a head."""
LEAST_CELL_PX = 6
MASK_CELL_PX = 18


def find_heads(people: FloatArray) -> FloatArray:
    """Return boxes [n, 4] around the heads of people [n, 4], x1 y1 x2 y2 in pixels: the top quarter, and beside it."""
    height = people[:, 3] - people[:, 1]
    middle = (people[:, 0] + people[:, 2]) / 2
    return np.stack(
        [
            np.minimum(people[:, 0], middle - 0.14 * height),
            people[:, 1] - 0.06 * height,
            np.maximum(people[:, 2], middle + 0.14 * height),
            people[:, 1] + 0.25 * height,
        ],
        axis=1,
    )


def pixelate_boxes(bgr: Picture, boxes: Iterable[tuple[float, float, float, float]] | FloatArray) -> None:
    """Pixelate boxes, x1 y1 x2 y2 in pixels, in the picture itself."""
    height, width = bgr.shape[:2]
    for box in boxes:
        left, top = max(int(np.floor(box[0])), 0), max(int(np.floor(box[1])), 0)
        right, bottom = min(int(np.ceil(box[2])), width), min(int(np.ceil(box[3])), height)
        if right - left < 1 or bottom - top < 1:
            continue
        part = bgr[top:bottom, left:right]
        cell = max(LEAST_CELL_PX, min(right - left, bottom - top) // CELLS)
        part[:] = _coarsen(part, cell)


def pixelate_mask(bgr: Picture, mask: NDArray[np.uint8]) -> None:
    if not mask.any():
        return
    height, width = bgr.shape[:2]
    wide = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)
    left, top, across, down = cv2.boundingRect(wide)
    part = np.s_[top : top + down, left : left + across]
    cv2.copyTo(_coarsen(bgr[part], MASK_CELL_PX), wide[part], bgr[part])


def _coarsen(part: Picture, cell: int) -> Picture:
    height, width = part.shape[:2]
    small = cv2.resize(part, (max(1, width // cell), max(1, height // cell)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


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
        for track in self._tracks:
            for n in [n for n in track.boxes if n < frame and n < max(track.boxes)]:
                del track.boxes[n]


def _cut(small: Picture, box: FloatArray, scale: float) -> Picture:
    x1, y1, x2, y2 = box * scale
    height, width = small.shape[:2]
    left, top = int(np.clip(x1, 0, width - 2)), int(np.clip(y1, 0, height - 2))
    right, bottom = int(np.clip(x2, left + 2, width)), int(np.clip((y1 + y2) / 2, top + 2, height))
    return small[top:bottom, left:right].copy()


def _is_still(track: _Track, small: Picture, scale: float) -> bool:
    now = _cut(small, track.box, scale)
    return now.shape == track.patch.shape and float(cv2.absdiff(now, track.patch).mean()) < STILL_LEVELS


SURE = 0.35
LEAST_PX = (34.0, 24.0)
"""What moves is as large as a person far away: its long and its short side at 540 lines. A running clock is lower."""
LEAST_MOVED = 10
LEAST_MET = 0.15
"""A clip in which that many were seen to move, and of these a smaller share met, has to be looked at."""
SHOWN = 6


# Where the detector met almost nobody of those who move, heads may be bare all through a clip: so it is where a
# camera hangs on its side and its file does not say so, and where what moves is no people.
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
        while self._waiting:
            yield self._release()

    def _look(self, frame: int, bgr: Picture, small: Picture, moving: Moving) -> None:
        assert self._detector is not None
        size = np.array([bgr.shape[1], bgr.shape[0]] * 2)
        before = self._looked_at
        if before is None or (find_apart(small, before) > CHANGED_LEVELS).mean() > CHANGED_SHARE:
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


def _is_covered(part: FloatArray, heads: FloatArray) -> bool:
    top, bottom = part[1], part[1] + 0.25 * (part[3] - part[1])
    here = heads[(heads[:, 1] < bottom) & (heads[:, 3] > top)]
    across = np.linspace(part[0], part[2], 17)
    covered = ((across[:, None] >= here[:, 0]) & (across[:, None] <= here[:, 2])).any(axis=1)
    return bool(covered.mean() >= _HEAD_COVERED)


def _is_hidden(person: FloatArray, heads: FloatArray) -> bool:
    (x1, y1, x2, y2) = find_heads(person[None])[0]
    across, down = np.meshgrid(np.linspace(x1, x2, 13), np.linspace(y1, y2, 7))
    inside_x = (across[..., None] >= heads[:, 0]) & (across[..., None] <= heads[:, 2])
    inside_y = (down[..., None] >= heads[:, 1]) & (down[..., None] <= heads[:, 3])
    return bool((inside_x & inside_y).any(axis=2).all())
