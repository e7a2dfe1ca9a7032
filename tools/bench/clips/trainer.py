"""A trainer who marks the walker in the annotator, a box every 1.5 seconds, as the page asks for them.

The trainer knows where the walker is from the sample's truth, draws with a hand that is a little off, and looks at
what the page proposes. What is done is counted by kind, whether the annotator is its services alone or the real page.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np

from sim.clips.keyframes import FloatArray
from sim.clips.model import FPS, Sight
from sim.clips.proposals import Xyxy, compute_overlaps

FITS = 0.6
"""A box that is proposed is left as it is where it shares this much with the walker (intersection over union)."""
NEARLY = 0.75
"""A box of about the right size is moved, another is drawn; of the same middle, the two share this much."""
HAND = 0.03
"""How far the edges of a drawn box are off, in heights of the walker (standard deviation)."""
LOOK_BACK = round(FPS)
MOST_STEPS = 5_000

KEY_S, POINT_S, BUTTON_S, MIND_S = 0.28, 1.10, 0.20, 1.35
"""A key of somebody who types 40 words a minute, a place pointed at, a mouse button, and a decision, seconds: Card,
Moran and Newell, The keystroke-level model, Communications of the ACM 23 (1980) 396, doi:10.1145/358886.358895."""
DRAG_S = 2 * POINT_S + BUTTON_S


class Press(StrEnum):
    """What a trainer does with one hand movement or key."""

    ACCEPT = "boxes accepted as proposed"
    SAVE = "boxes saved that were drawn, moved or chosen"
    DRAG = "boxes drawn or dragged"
    CLEAR = "boxes taken away to draw another"
    HIDDEN = "hidden"
    OUT = "out"
    CROSSING = "crossings answered"
    FIND = "places on the timeline"
    SEEK = "keys to the frame"


SECONDS: Mapping[Press, float] = {
    Press.ACCEPT: MIND_S + KEY_S,
    Press.SAVE: KEY_S,
    Press.DRAG: MIND_S + DRAG_S,
    Press.CLEAR: KEY_S,
    Press.HIDDEN: MIND_S + KEY_S,
    Press.OUT: MIND_S + KEY_S,
    Press.CROSSING: 2 * MIND_S + KEY_S,
    Press.FIND: MIND_S + POINT_S + BUTTON_S,
    Press.SEEK: KEY_S,
}
"""Of one press, without what the machine takes. Whoever is asked at a crossing decides who is who, then presses Enter
where the box is right, else the box's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the annotator shows: the frame, a box or none, and whom to choose among where it stopped to ask."""

    frame: int
    box: Xyxy | None = None
    choices: tuple[Xyxy, ...] = ()
    is_crossing: bool = False


class Annotator(Protocol):
    """What a trainer presses; each returns what is shown then."""

    def go_to(self, frame: int) -> Shown:
        """Go to a frame by seconds and frames."""

    def drag(self, shown: Shown, box: Xyxy, *, is_moved: bool) -> Shown:
        """Move the box that is there, or take it away and draw another."""

    def choose(self, shown: Shown, number: int) -> Shown:
        """Press the number of a box, from 1."""

    def accept(self, shown: Shown) -> Shown:
        """Save the box and go on."""

    def put(self, shown: Shown, sight: Sight) -> Shown:
        """Press hidden, which goes on, or out, which stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """The walker on one camera: where by frame, and in which frames they are too hidden or small to be asked for."""

    boxes: Mapping[int, Xyxy]
    hidden: frozenset[int]

    def list_stays(self, last: int) -> list[tuple[int, int]]:
        """Return first and last frame of each stay up to a frame, gaps of up to two seconds inside."""
        frames = sorted(frame for frame in self.boxes if frame not in self.hidden and frame <= last)
        stays: list[tuple[int, int]] = []
        for frame in frames:
            if stays and frame - stays[-1][1] <= 2 * FPS:
                stays[-1] = (stays[-1][0], frame)
            else:
                stays.append((frame, frame))
        return stays


@dataclass(slots=True, kw_only=True)
class Trainer:
    """Marks the walker on one camera after the other.

    Attributes:
        presses: what that took, by kind.
        keyframes: boxes saved, and how often "hidden" and "out" were pressed.
        keys, drags: what the page should have been sent, without the keys that look for a frame.
    """

    rng: np.random.Generator
    presses: Counter[Press] = field(default_factory=Counter)
    keyframes: int = 0
    keys: int = 0
    drags: int = 0

    def mark(self, annotator: Annotator, walker: Walker, *, last: int) -> None:
        """Mark every stay of the walker up to the last frame of a camera."""
        for first, end in walker.list_stays(last):
            shown = self._seek(annotator, first, at=None)
            for _ in range(MOST_STEPS):
                if shown.frame > end:
                    self._leave(annotator, shown, end, last=last)
                    break
                at = shown.frame
                shown = self._mark_frame(annotator, walker, shown)
                if at >= last:
                    break

    def _mark_frame(self, annotator: Annotator, walker: Walker, shown: Shown) -> Shown:
        self.keyframes += 1
        self.keys += 1
        box = walker.boxes.get(shown.frame)
        if box is None or shown.frame in walker.hidden:
            self.presses[Press.HIDDEN] += 1
            return annotator.put(shown, Sight.HIDDEN)
        if shown.is_crossing:
            self.presses[Press.CROSSING] += 1
            number = find_choice(box, shown)
            if number is not None:
                self.presses[Press.SAVE] += 1
                self.keys += 1
                return annotator.accept(annotator.choose(shown, number))
        if shown.box is not None and share(box, shown.box) >= FITS:
            self.presses[Press.ACCEPT] += not shown.is_crossing
            return annotator.accept(shown)
        aim = self._draw(box)
        is_moved = shown.box is not None and share(box, center(shown.box, box)) >= NEARLY
        is_cleared = shown.box is not None and not is_moved
        shown = annotator.drag(shown, center(shown.box, aim) if is_moved and shown.box else aim, is_moved=is_moved)
        self.presses[Press.CLEAR] += is_cleared
        self.keys += is_cleared
        self.drags += 1
        self.presses[Press.DRAG] += 1
        self.presses[Press.SAVE] += 1
        return annotator.accept(shown)

    def _leave(self, annotator: Annotator, shown: Shown, end: int, *, last: int) -> None:
        """Look back to where the walker left, and say so there: a second back by one key, then frame by frame."""
        if end + 1 >= last:
            return
        shown = self._seek(annotator, end + 1, at=shown.frame)
        self.keyframes += 1
        self.keys += 1
        self.presses[Press.OUT] += 1
        annotator.put(shown, Sight.OUT)

    def _seek(self, annotator: Annotator, frame: int, *, at: int | None) -> Shown:
        """Go to a frame by seconds and frames; from afar (`at` None) first to within two seconds on the timeline."""
        self.presses[Press.FIND] += at is None
        steps = int(self.rng.integers(2 * LOOK_BACK)) if at is None else abs(frame - at)
        self.presses[Press.SEEK] += sum(divmod(steps, LOOK_BACK))
        return annotator.go_to(frame)

    def _draw(self, box: Xyxy) -> Xyxy:
        off = self.rng.normal(0.0, HAND * (box[3] - box[1]), 4) * (9 / 16, 1.0, 9 / 16, 1.0)
        x1, y1, x2, y2 = np.clip(np.array(box) + off, 0.0, 1.0)
        return (float(min(x1, x2 - 0.005)), float(min(y1, y2 - 0.01)), float(x2), float(y2))


def find_choice(box: Xyxy, shown: Shown) -> int | None:
    """Return the number of the box that fits a walker better than the one that is shown, None where there is none."""
    least = max(FITS, 0.0 if shown.box is None else share(box, shown.box))
    fits = [share(box, each) for each in shown.choices]
    return int(np.argmax(fits)) + 1 if fits and max(fits) > least else None


def share(box: Xyxy, other: Xyxy) -> float:
    """Return the intersection over union of two boxes."""
    return float(compute_overlaps(np.array(box), np.array([other]))[0])


def center(box: Xyxy, on: Xyxy) -> Xyxy:
    """Return a box moved so that its middle is that of another, inside the picture."""
    sides: FloatArray = np.array(box)
    by = (np.array(on[:2]) + np.array(on[2:]) - sides[:2] - sides[2:]) / 2
    by = np.clip(by, -sides[:2], 1.0 - sides[2:])
    x1, y1, x2, y2 = (float(each) for each in sides + np.tile(by, 2))
    return (x1, y1, x2, y2)


def compute_seconds(presses: Mapping[Press, int], *, machine_s: float) -> float:
    """Return what presses take, seconds; `machine_s` is waited after each that saves something."""
    saves = (Press.ACCEPT, Press.SAVE, Press.HIDDEN, Press.OUT)
    return sum(count * (SECONDS[kind] + machine_s * (kind in saves)) for kind, count in presses.items())


def list_counted(presses: Mapping[Press, int]) -> Sequence[tuple[str, int]]:
    """Return how often each kind was pressed, in words."""
    return [(kind.value, presses.get(kind, 0)) for kind in Press]
