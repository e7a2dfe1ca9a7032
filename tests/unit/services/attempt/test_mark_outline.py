"""The box that a click gets: of the person whom a mark there resolves to, in shares of the picture."""

import numpy as np
import pytest

from sim.errors import AnswerError
from sim.scoring.mark import resolve_marks
from sim.services.attempt.mark_outline import find_box, parse_spot
from sim.truth.index import make_truth_index
from tests.support.trace_tables import (
    MARK_EMPTY,
    MARK_FIRST_LEG,
    MARK_OTHER,
    SIZE_WH,
    Stay,
    make_mark,
    make_random_answer,
    make_random_table,
    make_table,
    make_worked_table,
)

WIDTH, HEIGHT = SIZE_WH


def test_a_box_is_that_of_the_one_person_there_and_nobody_has_none() -> None:
    index = make_truth_index(make_worked_table())
    mine = (400 / WIDTH, 200 / HEIGHT, 440 / WIDTH, 320 / HEIGHT)
    other = (600 / WIDTH, 200 / HEIGHT, 640 / WIDTH, 320 / HEIGHT)
    assert find_box(index, MARK_FIRST_LEG) == pytest.approx(mine, abs=1e-4)
    assert find_box(index, MARK_OTHER) == pytest.approx(other, abs=1e-4)
    assert find_box(index, MARK_EMPTY) is None
    assert find_box(index, make_mark("CAM-01", 9.9)) is not None
    assert find_box(index, make_mark("CAM-01", 10.0)) is None


def test_a_box_stays_in_the_picture() -> None:
    stay = Stay(camera_id="CAM-01", person_id="P001", first=0, last=9, box_xyxy=(-20.0, 100.0, 40.0, 560.0))
    index = make_truth_index(make_table([stay]))
    box = find_box(index, make_mark("CAM-01", 0.5, x_px=10.0))
    assert box == pytest.approx((0.0, 100 / HEIGHT, 40 / WIDTH, 1.0), abs=1e-4)


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


@pytest.mark.parametrize("body", [b"", b"{}", b'{"camera_id": "CAM-01", "frame": 0, "x": NaN, "y": 0.5}'])
def test_what_is_no_spot_is_refused_with_what_one_looks_like(body: bytes) -> None:
    with pytest.raises(AnswerError) as raised:
        parse_spot(body)
    assert '"camera_id": "CAM-01"' in str(raised.value)
