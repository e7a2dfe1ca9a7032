"""Stretches of a clip in which a head may be bare, for somebody to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from sim.staged.model import FPS, Share

Xyxy = tuple[float, float, float, float]

APART_FRAMES = round(FPS)
NEAR = 0.03


class DoubtfulSpan(BaseModel):
    """Frames first..last of a clip at ten a second, where in the picture, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: int = Field(ge=0)
    last: int = Field(ge=0)
    box: tuple[Share, Share, Share, Share]
    why: str


@dataclass(slots=True)
class _Open:
    first: int
    last: int
    box: Xyxy
    latest: Xyxy
    why: str


def join_doubts(doubts: Sequence[tuple[int, Xyxy, str]], *, frames: int) -> tuple[DoubtfulSpan, ...]:
    """Return spans of doubts that follow each other within a second at about the same place.

    Each has the first reason, and is shown with a second before and after it.
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
    around = round(FPS)
    return tuple(
        DoubtfulSpan(
            first=max(0, span.first - around), last=min(frames - 1, span.last + around), box=span.box, why=span.why
        )
        for span in spans
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
