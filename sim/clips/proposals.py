"""Where the walker probably is next, and where in a clip a head may be bare.

Nothing is guessed at a crossing: where someone else comes so near that the two could be taken for each other, the last
frame before is proposed and the person who draws is asked; the next one asks again, which of them is the walker now.

What may be one bare head is a spot, which lasts as long as doubts follow each other at about the same place. Spots that
begin within a few seconds are one stretch: so each moment is looked at once, and the list is short in a busy street.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from sim.clips.keyframes import SiteKeyframe, compute_boxes
from sim.clips.model import FPS, Share, Sight

Xyxy = tuple[float, float, float, float]
FloatArray = NDArray[np.float64]


LEAST_SCORE = 0.3
FOLLOWS = 0.3
"""A person found is taken for the walker where the boxes overlap by this much (intersection over union)."""
CROSSES = 0.12
ALIKE = 0.5
"""Two people could be taken for each other where both overlap what is expected, one at least this much of the other."""
LEAST_STOP = 4
"""A stop before a crossing is at least so many frames after the last keyframe."""
LOST_S = 1.0
EDGE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPeople:
    """People whom the detector found in a clip: frames [n] ascending, boxes [n, 4] in shares, scores [n] 0..1."""

    frames: NDArray[np.int64]
    boxes: FloatArray
    scores: FloatArray


class Source(StrEnum):
    BETWEEN = "between"
    PERSON = "person"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    frame: int  # the frame asked for, or an earlier one, right before somebody crosses
    sight: Sight  # seen, or out where the walker was leaving the picture
    box: Xyxy | None  # in shares; None for out, and where nothing is known yet
    source: Source
    is_crossing: bool  # somebody else comes or was so near that the box must be looked at
    choices: tuple[Xyxy, ...]  # boxes of all people found there


def propose(keys: Sequence[SiteKeyframe], people: FoundPeople, frame: int) -> Proposal:
    before = [key for key in keys if key.frame <= frame]
    after = [key for key in keys if key.frame > frame]
    choices = _list_choices(people, frame)
    if not before:
        return _make(frame, Sight.SEEN, None, Source.SAME, choices=choices)
    last = before[-1]
    if last.box is None:
        return _make(frame, last.sight, None, Source.SAME, choices=choices)
    if after and after[0].box is not None and after[0].clip_id == last.clip_id:
        found = compute_boxes([*before, *after])
        (place,) = np.flatnonzero(found.frames == frame)[:1]
        box = found.boxes[place]
        nearest = _find_nearest(box, choices)
        return _make(
            frame,
            Sight.SEEN,
            _tuple(box) if nearest is None else nearest,
            Source.BETWEEN if nearest is None else Source.PERSON,
            choices=choices,
        )
    return _follow(before, people, frame)


def _follow(before: Sequence[SiteKeyframe], people: FoundPeople, frame: int) -> Proposal:
    last = before[-1]
    assert last.box is not None
    box, at, step, seen_at = np.array(last.box), last.frame, _find_step(before), last.frame
    numbers = np.unique(people.frames[(people.frames > last.frame) & (people.frames <= frame)])
    may_stop = not _could_be_another(box, _find_at(people, last.frame))
    is_crossing, clear = False, last.frame
    for number in (int(n) for n in numbers):
        here = people.boxes[(people.frames == number) & (people.scores >= LEAST_SCORE)]
        guess = box + step * (number - at)
        if _could_be_another(guess, here):
            if may_stop and not is_crossing and clear - last.frame >= LEAST_STOP:
                there, near = _tuple(box + step * (clear - at)), _list_choices(people, clear)
                return _make(clear, Sight.SEEN, there, Source.PERSON, is_crossing=True, choices=near)
            is_crossing = True
        clear = number
        overlaps = compute_overlaps(guess, here)
        if len(here) and overlaps.max() >= FOLLOWS:
            found = here[int(overlaps.argmax())]
            step = 0.5 * step + 0.5 * (found - box) / (number - at)
            box, at, seen_at = found, number, number
    guess = box + step * (frame - at)
    choices = _list_choices(people, frame)
    if len(numbers) and frame - seen_at > LOST_S * FPS and _is_leaving(guess, step):
        return _make(frame, Sight.OUT, None, Source.SAME, choices=choices)
    cut = np.clip(guess, 0.0, 1.0)
    is_box = bool((cut[2:] - cut[:2] > 1e-3).all())
    source = Source.PERSON if seen_at > last.frame else Source.SAME
    if not is_box:
        return _make(frame, Sight.OUT, None, Source.SAME, choices=choices)
    return _make(frame, Sight.SEEN, _tuple(cut), source, is_crossing=is_crossing, choices=choices)


def _could_be_another(box: FloatArray, here: FloatArray) -> bool:
    """Tell whether two of the people [n, 4] found in a frame are about as near to where the walker is expected."""
    overlaps = compute_overlaps(box, here)
    near = np.sort(overlaps[overlaps > CROSSES])
    return len(near) > 1 and bool(near[-2] > ALIKE * near[-1])


def _find_at(people: FoundPeople, frame: int) -> FloatArray:
    """Return the people [n, 4] found in a frame, or in the last one before it that was looked at."""
    looked = people.frames[(people.frames <= frame) & (people.frames > frame - LEAST_STOP)]
    if not len(looked):
        return np.zeros((0, 4))
    return np.asarray(people.boxes[(people.frames == looked[-1]) & (people.scores >= LEAST_SCORE)])


def _find_step(before: Sequence[SiteKeyframe]) -> FloatArray:
    last, earlier = before[-1], before[-2] if len(before) > 1 else None
    if last.box is None or earlier is None or earlier.box is None or earlier.clip_id != last.clip_id:
        return np.zeros(4)
    return np.asarray((np.array(last.box) - np.array(earlier.box)) / (last.frame - earlier.frame))


def _is_leaving(box: FloatArray, step: FloatArray) -> bool:
    low, high = box[:2], box[2:]
    return bool(((low < EDGE) & (step[:2] < 0)).any() or ((high > 1 - EDGE) & (step[2:] > 0)).any())


def _list_choices(people: FoundPeople, frame: int) -> list[Xyxy]:
    if not len(people.frames):
        return []
    near = people.frames[int(np.abs(people.frames - frame).argmin())]
    if abs(int(near) - frame) > FPS / 2:
        return []
    return [_tuple(box) for box in people.boxes[(people.frames == near) & (people.scores >= LEAST_SCORE)]]


def _find_nearest(box: FloatArray, choices: Sequence[Xyxy]) -> Xyxy | None:
    """Return the one person whose box fits, None where there is none or more than one could be meant."""
    overlaps = compute_overlaps(box, np.array(choices).reshape(-1, 4))
    if np.count_nonzero(overlaps > CROSSES) != 1 or overlaps.max() < FOLLOWS:
        return None
    return choices[int(overlaps.argmax())]


def _make(
    frame: int, sight: Sight, box: Xyxy | None, source: Source, *, is_crossing: bool = False, choices: Sequence[Xyxy]
) -> Proposal:
    return Proposal(frame=frame, sight=sight, box=box, source=source, is_crossing=is_crossing, choices=tuple(choices))


def _tuple(box: FloatArray) -> Xyxy:
    x1, y1, x2, y2 = (round(float(v), 5) for v in np.clip(box, 0.0, 1.0))
    return (x1, y1, x2, y2)


def compute_overlaps(box: FloatArray, others: FloatArray) -> FloatArray:
    """Return the intersection over union [n] of a box [4] with others [n, 4]."""
    shared = np.clip(np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2]), 0, None).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    return np.asarray(shared / np.maximum(areas - shared, 1e-12))


APART_FRAMES = round(FPS)
NEAR = 0.03
TOGETHER_FRAMES = round(5 * FPS)
"""Spots that begin within so many frames are one stretch."""


class DoubtfulSpot(BaseModel):
    """Frames first..last of a clip at ten a second, and where in the picture one head may be bare."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: int = Field(ge=0)
    last: int = Field(ge=0)
    box: tuple[Share, Share, Share, Share]


class DoubtfulSpan(DoubtfulSpot):
    why: str
    spots: tuple[DoubtfulSpot, ...] = Field(min_length=1)


def make_plain_span(*, first: int, last: int, box: Xyxy, why: str) -> DoubtfulSpan:
    return DoubtfulSpan(
        first=first, last=last, box=box, why=why, spots=(DoubtfulSpot(first=first, last=last, box=box),)
    )


@dataclass(slots=True)
class _Open:
    first: int
    last: int
    box: Xyxy
    latest: Xyxy
    why: str


def join_doubts(doubts: Sequence[tuple[int, Xyxy, str]], *, frames: int) -> tuple[DoubtfulSpan, ...]:
    """Return the stretches to look at, in order: spots that begin close together, a second before and after."""
    spans: list[_Open] = []
    going: list[_Open] = []
    for frame, box, why in sorted(doubts, key=lambda doubt: doubt[0]):
        going = [span for span in going if frame - span.last <= APART_FRAMES]
        near = next(
            (
                span
                for span in going
                if (
                    span.latest[0] - NEAR <= box[2]
                    and box[0] - NEAR <= span.latest[2]
                    and span.latest[1] - NEAR <= box[3]
                    and box[1] - NEAR <= span.latest[3]
                )
            ),
            None,
        )
        if near is None:
            near = _Open(frame, frame, box, box, why)
            spans.append(near)
            going.append(near)
        near.last, near.latest = frame, box
        near.box = _join(near.box, box)
    groups: list[list[_Open]] = []
    for span in spans:
        if not groups or span.first - groups[-1][0].first > TOGETHER_FRAMES:
            groups.append([])
        groups[-1].append(span)
    return tuple(_make_span(group, frames) for group in groups)


def _make_span(group: Sequence[_Open], frames: int) -> DoubtfulSpan:
    around = round(FPS)
    spots = tuple(
        DoubtfulSpot(first=max(0, each.first - around), last=min(frames - 1, each.last + around), box=each.box)
        for each in group
    )
    box = spots[0].box
    for spot in spots[1:]:
        box = _join(box, spot.box)
    ((why, _),) = Counter(each.why for each in group).most_common(1)
    return DoubtfulSpan(
        first=min(spot.first for spot in spots), last=max(spot.last for spot in spots), box=box, why=why, spots=spots
    )


def _join(one: Xyxy, other: Xyxy) -> Xyxy:
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))
