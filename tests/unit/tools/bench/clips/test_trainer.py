"""The trainer who marks: what is pressed for what is shown, and what that takes by the keystroke-level model."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from sim.clips.keyframes import SiteKeyframe
from sim.clips.model import Sight
from sim.clips.proposals import Xyxy
from tools.bench.clips.trainer import Press, Shown, Trainer, Walker, center, compute_seconds, share
from tools.bench.clips.walkers import judge

LAST = 99


def place(frame: int) -> Xyxy:
    return (0.1 + frame / 200, 0.3, 0.16 + frame / 200, 0.6)


def away(box: Xyxy, by: float) -> Xyxy:
    return (box[0] + by, box[1], box[2] + by, box[3])


@dataclass
class Page:
    """Proposes what it is told to, by frame, and keeps what is saved."""

    proposals: dict[int, Shown]
    saved: list[SiteKeyframe] = field(default_factory=list)
    chosen: list[int] = field(default_factory=list)
    drawn: list[bool] = field(default_factory=list)

    def go_to(self, frame: int) -> Shown:
        return Shown(frame=frame)

    def drag(self, shown: Shown, box: Xyxy, *, is_moved: bool) -> Shown:
        self.drawn.append(is_moved)
        return Shown(frame=shown.frame, box=box)

    def choose(self, shown: Shown, number: int) -> Shown:
        self.chosen.append(number)
        return Shown(frame=shown.frame, box=shown.choices[number - 1])

    def accept(self, shown: Shown) -> Shown:
        self._save(shown.frame, Sight.SEEN, shown.box)
        return self._go_on(shown.frame)

    def put(self, shown: Shown, sight: Sight) -> Shown:
        self._save(shown.frame, sight, None)
        return Shown(frame=shown.frame) if sight is Sight.OUT else self._go_on(shown.frame)

    def _save(self, frame: int, sight: Sight, box: Xyxy | None) -> None:
        self.saved.append(SiteKeyframe(camera_id="CAM-01", clip_id="clip-01", frame=frame, sight=sight, box=box))

    def _go_on(self, frame: int) -> Shown:
        return self.proposals.get(frame + 15, Shown(frame=frame + 15))


def test_each_kind_of_press_is_counted_once_and_the_marks_count() -> None:
    walker = Walker(boxes={frame: place(frame) for frame in range(10, 81)}, hidden=frozenset(range(50, 60)) | {81})
    page = Page(
        {
            25: Shown(frame=25, box=place(25)),
            40: Shown(frame=40, box=place(40), choices=(away(place(40), 0.1), place(40)), is_crossing=True),
            70: Shown(frame=70, box=away(place(70), 0.05)),
        }
    )
    trainer = Trainer(rng=np.random.default_rng(5))
    trainer.mark(page, walker, last=LAST)
    assert [(key.frame, key.sight.value) for key in page.saved] == [
        (10, "seen"),
        (25, "seen"),
        (40, "seen"),
        (55, "hidden"),
        (70, "seen"),
        (81, "out"),
    ]
    counted = {kind: count for kind, count in trainer.presses.items() if count and kind is not Press.SEEK}
    assert counted == {
        Press.FIND: 1,
        Press.DRAG: 2,
        Press.SAVE: 2,
        Press.ACCEPT: 1,
        Press.CROSSING: 1,
        Press.HIDDEN: 1,
        Press.OUT: 1,
    }
    assert page.drawn == [False, True], "the last one is of the right size, so it is moved"
    assert (trainer.keyframes, trainer.keys, trainer.drags, page.chosen) == (6, 6, 2, [])
    frames, held = judge(page.saved, "CAM-01", walker, last=LAST)
    assert len(frames) == 61
    assert held[frames <= 75].all(), "after the last box, drawn by hand, it only goes on as it was going"


def test_who_crosses_is_chosen_by_number_and_a_box_of_another_is_drawn_again() -> None:
    walker = Walker(boxes={frame: place(frame) for frame in range(10, 40)}, hidden=frozenset())
    large = (0.0, 0.0, 0.9, 0.9)
    page = Page({25: Shown(frame=25, box=large, choices=(large, place(25)), is_crossing=True)})
    trainer = Trainer(rng=np.random.default_rng(5))
    trainer.mark(page, walker, last=LAST)
    assert page.chosen == [2]
    assert trainer.presses[Press.CROSSING] == 1
    assert trainer.keys == 2 + 1 + 1, "two saved, one chosen, one out"
    page = Page({25: Shown(frame=25, box=large)})
    trainer = Trainer(rng=np.random.default_rng(5))
    trainer.mark(page, walker, last=LAST)
    assert (trainer.presses[Press.CLEAR], trainer.presses[Press.DRAG]) == (1, 2)


def test_a_mark_on_nobody_does_not_count() -> None:
    walker = Walker(boxes={frame: place(frame) for frame in range(10, 81)}, hidden=frozenset())
    keys = [
        SiteKeyframe(
            camera_id="CAM-01", clip_id="clip-01", frame=frame, sight=Sight.SEEN, box=away(place(frame), shift)
        )
        for frame, shift in ((10, 0.0), (40, 0.0), (41, 0.3), (80, 0.3))
    ]
    frames, held = judge(keys, "CAM-01", walker, last=LAST)
    assert held[frames <= 40].all()
    assert not held[frames > 41].any()
    assert not judge([], "CAM-01", walker, last=LAST)[1].any()


def test_seconds_are_those_of_the_keystroke_level_model() -> None:
    assert compute_seconds({Press.ACCEPT: 10}, machine_s=0.0) == pytest.approx(10 * (1.35 + 0.28))
    assert compute_seconds({Press.DRAG: 1, Press.SAVE: 1}, machine_s=0.1) == pytest.approx(
        1.35 + 2 * 1.1 + 0.2 + 0.28 + 0.1
    )
    assert compute_seconds({Press.CROSSING: 1}, machine_s=0.1) == pytest.approx(2 * 1.35 + 0.28)


def test_boxes_are_compared_and_moved() -> None:
    assert share((0.0, 0.0, 0.2, 0.2), (0.1, 0.0, 0.3, 0.2)) == pytest.approx(1 / 3)
    assert center((0.0, 0.0, 0.2, 0.2), (0.5, 0.5, 0.6, 0.6)) == pytest.approx((0.45, 0.45, 0.65, 0.65))
    assert center((0.0, 0.0, 0.2, 0.2), (0.9, 0.9, 1.0, 1.0)) == pytest.approx((0.8, 0.8, 1.0, 1.0))
