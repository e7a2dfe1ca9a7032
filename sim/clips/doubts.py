"""Stretches of a clip in which a head may be bare, for somebody to look at.

What may be one head is a spot, which lasts as long as doubts follow each other at about the same place. Spots that
begin within a few seconds are one stretch: so each moment is looked at once, and the list is short in a busy street.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from sim.clips.model import FPS, Share

Xyxy = tuple[float, float, float, float]

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
    """A stretch to look at, why, and its spots: none where it is one, as in walks of older versions."""

    why: str
    spots: tuple[DoubtfulSpot, ...] = ()

    @property
    def places(self) -> tuple[DoubtfulSpot, ...]:
        return self.spots or (DoubtfulSpot(first=self.first, last=self.last, box=self.box),)


@dataclass(slots=True)
class _Open:
    first: int
    last: int
    box: Xyxy
    latest: Xyxy
    why: str


def join_doubts(doubts: Sequence[tuple[int, Xyxy, str]], *, frames: int) -> tuple[DoubtfulSpan, ...]:
    """Return the stretches to look at, in order of time.

    A spot is of doubts that follow each other within a second at about the same place, and is shown with a second
    before and after it. A stretch has the reason that most of its spots begin with.
    """
    spans: list[_Open] = []
    going: list[_Open] = []
    for frame, box, why in sorted(doubts, key=lambda doubt: doubt[0]):
        going = [span for span in going if frame - span.last <= APART_FRAMES]
        near = next((span for span in going if _touch(span.latest, box)), None)
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
        first=min(spot.first for spot in spots),
        last=max(spot.last for spot in spots),
        box=box,
        why=why,
        spots=spots if len(spots) > 1 else (),
    )


def _join(one: Xyxy, other: Xyxy) -> Xyxy:
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))


def _touch(one: Xyxy, other: Xyxy) -> bool:
    return (
        one[0] - NEAR <= other[2]
        and other[0] - NEAR <= one[2]
        and one[1] - NEAR <= other[3]
        and other[1] - NEAR <= one[3]
    )
