"""The box that a click gets: of the person whom a mark there resolves to, in shares of the picture."""

import numpy as np
import pytest

from sim.scoring.mark import resolve_marks
from sim.services.attempt.mark_outline import find_box
from sim.truth.index import make_truth_index
from tests.support.trace_tables import (
    SIZE_WH,
    make_random_answer,
    make_random_table,
)

WIDTH, HEIGHT = SIZE_WH


@pytest.mark.parametrize("seed", range(5))
def test_the_box_is_always_that_of_whom_the_mark_counts_for(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = make_random_table(rng)
    index = make_truth_index(table)
    marks = make_random_answer(rng, table, (0.0, table.duration_s)).marks
    rows = resolve_marks(index, marks).table_row
    assert (rows >= 0).any()
    for mark, row in zip(marks, rows, strict=True):
        box = find_box(index, mark)
        assert (box is None) == (row < 0)
        if box is not None:
            truth = table.rows.iloc[int(row)]
            assert box[0] * WIDTH == pytest.approx(np.clip(truth["x1"], 0, WIDTH), abs=0.1)
            assert box[3] * HEIGHT == pytest.approx(np.clip(truth["y2"], 0, HEIGHT), abs=0.1)
