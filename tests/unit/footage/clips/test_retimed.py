"""Where a camera of a walk has a picture, by the clips it has."""

from pathlib import Path

import numpy as np
import pytest

from sim.footage.clips.retimed import RetimedCamera, Segment, find_gaps


def make_segment(start_s: float, frames: int, *, rate: float = 1.0) -> Segment:
    return Segment(path=Path("no-such-clip.mp4"), start_s=start_s, rate=rate, frames=frames)


@pytest.mark.parametrize(
    ("segments", "gaps"),
    [
        ([(0.0, 30)], ((30, 50),)),
        ([(0.04, 50)], ()),
        ([(0.06, 50)], ((0, 1),)),
        ([(1.0, 20), (4.0, 10)], ((0, 10), (30, 40))),
        ([(4.0, 10), (-1.0, 20)], ((10, 40),)),
        ([], ((0, 50),)),
    ],
)
def test_spans_without_a_picture_are_between_the_clips(
    segments: list[tuple[float, int]], gaps: tuple[tuple[int, int], ...]
) -> None:
    assert find_gaps([make_segment(start_s, frames) for start_s, frames in segments], 50) == gaps


def test_a_clip_whose_clock_runs_slow_lasts_longer() -> None:
    assert find_gaps([make_segment(0.0, 40, rate=1.25)], 60) == ((50, 60),)


def test_where_no_clip_has_a_picture_the_camera_is_gray() -> None:
    camera = RetimedCamera([make_segment(2.0, 10)])
    picture, people = camera.paint(3)
    assert (np.unique(picture).tolist(), list(people)) == ([24], [])
