"""IDF1, IDP and IDR equal TrackEval's Identity metric (trackeval 1.3.0) on 200 random answers over one truth table.

Each truth row is one time step: the true trajectory holds the target's rows, the claimed trajectory the rows of the
claimed appearances, and their similarity is 1 where both hold the row.
"""

import numpy as np
import pytest
from trackeval.metrics import Identity

from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.score_card import compute_score_card
from sim.truth.index import make_truth_index
from tests.support.trace_tables import make_random_answer, make_random_table

WINDOW = (3.0, 57.3)


def _find_rows(case: TraceCase, numbers: tuple[int, ...]) -> set[int]:
    rows = case.index.appearance_rows
    own = [r for n in numbers for r in range(rows.low[n], rows.high[n])]
    return {int(rows.table_row[r]) for r in own if WINDOW[0] <= rows.t_s[r] <= WINDOW[1]}


def _evaluate(true: set[int], claimed: set[int]) -> dict[str, float]:
    steps = sorted(true | claimed)
    one, none = np.zeros(1, dtype=int), np.zeros(0, dtype=int)
    return Identity({"PRINT_CONFIG": False}).eval_sequence(
        {
            "num_gt_ids": 1,
            "num_tracker_ids": 1,
            "num_gt_dets": len(true),
            "num_tracker_dets": len(claimed),
            "gt_ids": [one if s in true else none for s in steps],
            "tracker_ids": [one if s in claimed else none for s in steps],
            "similarity_scores": [np.ones((int(s in true), int(s in claimed))) for s in steps],
        }
    )


def test_identity_scores_equal_trackeval_on_200_random_answers() -> None:
    rng = np.random.default_rng(20161008)
    table = make_random_table(rng, cameras=4, people=6, frames=600)
    index = make_truth_index(table)
    compared = {"idf1": 0, "idp": 0, "idr": 0}
    for number in range(200):
        target = f"P{number % 6 + 1:03}"
        answer = make_random_answer(rng, table, WINDOW)
        case = make_trace_case(index, target=target, window_s=WINDOW, answer=answer)
        values = compute_score_card(case).values
        expected = _evaluate(_find_rows(case, case.legs), _find_rows(case, case.claims.claimed))
        for key in compared:
            found = values[key]
            if found is None:
                assert expected[key.upper()] == 0, "TrackEval writes 0 where nothing is defined"
                continue
            compared[key] += 1
            assert found == pytest.approx(expected[key.upper()], abs=1e-9)
    assert min(compared.values()) > 150
