"""The attempts table refuses what cannot be, and names where it stands."""

import pandas as pd
import pytest

from sim.compare.table import check_attempts
from sim.errors import ComparisonError

GOOD = {
    "person_id": "A",
    "phase": "before",
    "form_id": "F1",
    "elapsed_s": 200.0,
    "finished": True,
    "limit_s": 600.0,
    "idf1": 0.5,
    "appearance_recall": 0.5,
    "appearance_precision": None,
    "wrong_person_s": 0.0,
}


def assert_refused(match, **changes):
    with pytest.raises(ComparisonError, match=match):
        check_attempts(pd.DataFrame([{**GOOD, **changes}], index=[7]))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("person_id", None),
        ("form_id", ""),
        ("rules", 0.0),
        ("rules", 1.5),
        ("rules", 2000.0),
        ("elapsed_s", float("nan")),
        ("elapsed_s", float("inf")),
        ("elapsed_s", "soon"),
        ("limit_s", -600.0),
        ("finished", "maybe"),
        ("finished", None),
        ("appearance_recall", -0.1),
        ("appearance_precision", 1.01),
        ("wrong_person_s", -1.0),
        ("wrong_person_s", float("inf")),
        ("group", "control"),
        ("device", "watch"),
        ("difficulty", 0.0),
        ("difficulty", float("inf")),
        ("drill_number", 0.0),
        ("drill_number", 1.5),
        ("days_since_training", -99_999.0),
        ("days_since_training", "tomorrow"),
        ("extra_time", "sometimes"),
    ],
)
def test_impossible_values_are_refused_by_row_and_column(column, value):
    assert_refused(f"row 7, column {column}", **{column: value})


def test_a_submit_at_the_last_moment_is_not_refused():
    checked = check_attempts(pd.DataFrame([{**GOOD, "elapsed_s": 600.3}]))
    assert checked["duration_s"].iloc[0] == 600.0


def test_columns_that_are_not_there_are_not_known():
    checked = check_attempts(pd.DataFrame([GOOD])).iloc[0]
    empty = ("options", "familiar", "school", "group", "task_type", "device", "extra_time")
    assert checked["profile"] == "classic"
    assert [checked[name] for name in empty] == [""] * len(empty)
    assert checked[["difficulty", "drill_number", "days_since_training"]].isna().all()


def test_too_many_rows_are_refused():
    table = pd.DataFrame([GOOD]).loc[[0] * 200_001]
    with pytest.raises(ComparisonError, match="200001 rows"):
        check_attempts(table)


def test_a_time_out_lasts_to_its_limit():
    table = pd.DataFrame(
        [{**GOOD, "finished": False, "elapsed_s": 612.0}, {**GOOD, "finished": False, "elapsed_s": 20.0}]
    )
    assert list(check_attempts(table)["duration_s"]) == [600.0, 600.0]


def test_the_given_table_is_left_alone():
    table = pd.DataFrame([GOOD])
    before = table.copy(deep=True)
    check_attempts(table)
    pd.testing.assert_frame_equal(table, before)
