from collections import Counter

import numpy as np
import pytest

from sim.scoring.mark import resolve_marks
from sim.tasks.common.flaw import CLICK_SHARES, SIDEWAYS_SHARE, aim_at
from sim.truth.index import TruthIndex, make_truth_index
from tests.support.story_truth import load_story_index
from tests.support.trace_tables import SIZE_WH, Stay, make_table


@pytest.fixture(scope="module")
def sample() -> TruthIndex:
    return load_story_index()


def aim_px(index: TruthIndex, row: int) -> tuple[float, float]:
    mark = aim_at(index, row)
    return mark.x * SIZE_WH[0], mark.y * SIZE_WH[1]


def test_heads_chests_and_legs_are_clicked_in_the_shares_of_the_table() -> None:
    box = (400.0, 100.0, 440.0, 300.0)
    index = make_truth_index(
        make_table([Stay(camera_id="CAM-01", person_id="P001", first=0, last=1999, box_xyxy=box)], duration_s=200.0)
    )
    points = [aim_px(index, row) for row in range(2000)]
    heights = Counter(round((y - 100.0) / 200.0, 3) for _, y in points)
    assert {h: n / 2000 for h, n in heights.items()} == pytest.approx(dict(CLICK_SHARES), abs=0.01)
    sides = np.array([(x - 420.0) / 40.0 for x, _ in points])
    assert np.abs(sides).max() <= SIDEWAYS_SHARE
    assert np.quantile(sides, [0.1, 0.5, 0.9]) == pytest.approx([-0.2, 0.0, 0.2], abs=0.01)


def test_marks_mean_whom_they_are_aimed_at(sample: TruthIndex) -> None:
    silhouettes = sample.silhouettes
    assert silhouettes is not None
    rows = np.random.default_rng(4).integers(0, len(sample.table.rows), 3000)
    rows = rows[np.diff(silhouettes.start)[rows] > 0]
    meant = resolve_marks(sample, [aim_at(sample, int(row)) for row in rows]).table_row
    assert (meant == rows).mean() >= 0.995
