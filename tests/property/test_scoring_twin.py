"""The program's scores equal those of a slow plain-Python twin that shares no code with it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scoring.case import make_trace_case
from sim.scoring.score_card import compute_score_card
from sim.truth.index import make_truth_index
from tests.support.slow_scoring import score_slowly
from tests.support.trace_tables import make_random_answer, make_random_table


@settings(max_examples=120)
@given(seed=st.integers(0, 2**32 - 1))
def test_scores_equal_the_slow_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = make_random_table(rng, cameras=int(rng.integers(1, 4)), people=int(rng.integers(1, 5)), frames=300)
    low = float(rng.choice([0.0, 3.0, round(float(rng.uniform(0, 15)), 2)]))
    window = (low, float(rng.choice([30.0, 22.1, round(low + float(rng.uniform(1, 14)), 2)])))
    answer = make_random_answer(rng, table, window)
    target = f"P{int(rng.integers(1, 7)):03}"
    index = make_truth_index(table, people_ids=frozenset(f"P{n:03}" for n in range(1, 7)))

    card = compute_score_card(make_trace_case(index, target=target, window_s=window, answer=answer))
    slow = score_slowly(
        table.rows.astype(dict.fromkeys(("x1", "y1", "x2", "y2", "visible"), "float64")).to_dict("records"),
        fps=table.fps,
        sizes=dict(table.picture_wh),
        target=target,
        window_s=window,
        marks=[(f.camera_id, f.t_s, f.x, f.y) for f in answer.marks],
        final_zone=answer.final_zone,
        not_on_camera=answer.not_on_camera,
    )
    values = {**card.values, "passed": card.passed}
    assert set(slow) == set(values)
    for key, expected in slow.items():
        found = values[key]
        if expected is None or isinstance(expected, bool):
            assert found is expected, key
        else:
            assert found == pytest.approx(expected, abs=1e-9), key


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_order_and_repeats_of_marks_change_no_answer_metric_but_empties(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = make_random_table(rng, cameras=2, people=3, frames=200)
    index = make_truth_index(table, people_ids=frozenset({"P001"}))
    answer = make_random_answer(rng, table, (0.0, 20.0))
    shuffled = tuple(answer.marks[i] for i in rng.permutation(len(answer.marks)))

    def score(marks):
        case = make_trace_case(index, target="P001", window_s=(0.0, 20.0), answer=replace(answer, marks=marks))
        return dict(compute_score_card(case).values)

    once, mixed, doubled = score(answer.marks), score(shuffled), score(answer.marks * 2)
    assert mixed == once
    for values in (once, doubled):
        values.pop("appearance_precision")
    assert doubled == once
