"""Temporal IoU and the matching of clips, by hand and against trying every matching."""

from itertools import permutations

import numpy as np
import pytest

from sim.errors import AnswerError
from sim.scoring.clip_match import check_clips, compute_iou, match_clips, sum_strangers_s
from sim.scoring.evidence import Clip
from sim.truth.index import make_truth_index
from tests.support.trace_tables import make_worked_table


def cut(low: float, high: float, camera_id: str = "CAM-01") -> Clip:
    return Clip(camera_id=camera_id, from_s=low, to_s=high)


def test_no_matching_has_a_greater_total() -> None:
    rng = np.random.default_rng(5)

    def draw(count: int) -> list[Clip]:
        starts, lengths, cameras = rng.uniform(0, 20, count), rng.uniform(1, 9, count), rng.integers(1, 3, count)
        return [cut(s, s + n, f"CAM-{c:02}") for s, n, c in zip(starts, lengths, cameras, strict=True)]

    for _ in range(30):
        appearances, clips = draw(4), draw(int(rng.integers(1, 6)))
        padded: list[Clip | None] = [*clips, *[None] * len(appearances)]
        best = max(
            sum(
                compute_iou(a.span_s, c.span_s)
                for a, c in zip(appearances, order, strict=False)
                if c is not None and c.camera_id == a.camera_id
            )
            for order in permutations(padded, len(appearances))
        )
        pairs = match_clips(appearances, clips)
        assert sum(pair.iou for pair in pairs) == pytest.approx(best)
        assert len({pair.clip for pair in pairs}) == len({pair.appearance for pair in pairs}) == len(pairs)


def test_strangers_are_counted_once_and_only_where_the_target_is_not() -> None:
    own, others = [cut(0.0, 10.0)], [cut(5.0, 13.0), cut(12.0, 13.0), cut(15.0, 18.0), cut(0.0, 20.0, "CAM-02")]
    assert sum_strangers_s([cut(0.0, 20.0)], own, others) == pytest.approx(6.0)
    assert sum_strangers_s([cut(0.0, 20.0), cut(11.0, 16.0)], own, others) == pytest.approx(6.0)
    assert sum_strangers_s([cut(0.0, 10.0)], own, others) == 0.0
    assert sum_strangers_s([cut(11.0, 16.0)], [], others) == pytest.approx(3.0)
    assert sum_strangers_s([cut(2.0, 8.0, "CAM-02")], own, others) == pytest.approx(6.0)
    assert sum_strangers_s([cut(0.0, 20.0)], [cut(2.0, 4.0), cut(6.0, 8.0)], [cut(3.0, 7.0)]) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("clip", "words"),
    [
        (Clip(camera_id="CAM-01", from_s=float("nan"), to_s=1.0), "clip 2 of 2: from_s is nan"),
        (Clip(camera_id="CAM-09", from_s=0.0, to_s=1.0), "camera_id 'CAM-09'"),
        (Clip(camera_id="CAM-01", from_s=3.0, to_s=3.0), "from 3 to 3 s"),
        (Clip(camera_id="CAM-01", from_s=-1.0, to_s=3.0), "leaves the recording"),
        (Clip(camera_id="CAM-01", from_s=1.0, to_s=60.5), "leaves the recording"),
    ],
)
def test_clips_that_cannot_be_are_refused(clip: Clip, words: str) -> None:
    index = make_truth_index(make_worked_table())
    right = Clip(camera_id="CAM-01", from_s=0.0, to_s=60.0)
    check_clips(index, (right,))
    with pytest.raises(AnswerError, match=words):
        check_clips(index, (right, clip))
