"""What must hold for any attempts."""

import json

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.compare.comparison import compare_attempts
from sim.compare.verdict import Verdict
from sim.features.comparison.files import comparison_as_data
from tests.support.phrases import find_forbidden

SHARES = st.one_of(st.none(), st.sampled_from([0.0, 0.5, 1.0]), st.floats(0.0, 1.0))


@st.composite
def attempts(draw: st.DrawFn) -> pd.DataFrame:
    rows = []
    has_passed, has_groups = draw(st.booleans()), draw(st.booleans())
    for index in range(draw(st.integers(1, 24))):
        limit_s = draw(st.sampled_from([300.0, 600.0]))
        finished, person = draw(st.booleans()), draw(st.sampled_from("ABCDEFGH"))
        elapsed_s = draw(st.one_of(st.floats(10.0, limit_s), st.sampled_from([60.0, limit_s])))
        row = {
            "person_id": person,
            "phase": draw(st.sampled_from(["before", "after", "retention"])),
            "form_id": f"F{draw(st.integers(0, 3))}-{index}",
            "elapsed_s": elapsed_s if finished else limit_s,
            "finished": finished,
            "limit_s": limit_s,
            "idf1": draw(SHARES),
            "appearance_recall": draw(SHARES),
            "appearance_precision": draw(SHARES),
            "wrong_person_s": draw(st.floats(0.0, 500.0)),
        }
        if has_passed:
            row["passed"] = draw(st.sampled_from(["yes", "no", ""])) if finished else "no"
        if has_groups:
            row["group"] = "trained" if person < "E" else "waiting"
        rows.append(row)
    if has_groups:
        rows.append({**rows[-1], "person_id": "A", "form_id": "last", "group": "trained"})
    return pd.DataFrame(rows)


@settings(max_examples=60)
@given(table=attempts())
def test_any_attempts_give_a_result_that_keeps_its_promises(table: pd.DataFrame) -> None:
    found = compare_attempts(table)
    text = json.dumps(comparison_as_data(found), allow_nan=False)
    assert find_forbidden(text) == ()
    assert len(found.left.rows) + sum(out.attempts for out in found.left.left_out) == len(table)
    assert (found.word is Verdict.NOTHING_TO_COMPARE) is (not found.people)
    assert found.word is not Verdict.NOTHING_TO_COMPARE or not found.sentences
    assert len(found.people) >= 6 or not found.word.is_change
    for curve in found.curve:
        assert list(curve.share) == sorted(curve.share)
        assert 0.0 <= curve.share[0] <= curve.share[-1] <= 1.0 + 1e-12


@settings(max_examples=30)
@given(table=attempts(), factor=st.floats(0.5, 2.0), seed=st.integers(0, 9))
def test_the_unit_of_time_and_the_order_of_rows_change_nothing(table: pd.DataFrame, factor: float, seed: int) -> None:
    other = table.assign(elapsed_s=table["elapsed_s"] * factor, limit_s=table["limit_s"] * factor)
    first, second = (compare_attempts(each).effects.time for each in (table, other.sample(frac=1.0, random_state=seed)))
    assert first.n == second.n
    if first.estimate is not None and second.estimate is not None:
        assert np.isclose(first.estimate, second.estimate, rtol=1e-9)
