"""One person who changed far more than the others, and what is left of the word without that person."""

import numpy as np
import pandas as pd
import pytest

from sim.compare.verdict import Verdict
from sim.compare.table import check_attempts
from sim.compare.comparison import compare_attempts
from sim.compare.report.verdict import ONE_PERSON, Without, find_outlier, judge_without_outlier
from tests.unit.compare.report.test_report import attempt

UNKNOWN = {"appearance_recall": np.nan, "appearance_precision": np.nan, "wrong_person_s": np.nan}


def make_table(changes) -> pd.DataFrame:
    """One drill before and one after, each person's log time moved by so much."""
    rows = []
    for place, (phase, is_after) in enumerate((("before", 0.0), ("after", 1.0)), 1):
        for number, change in enumerate(changes):
            time_s = (300.0 + 3.0 * number) * np.exp(is_after * change)
            told = {"idf1": 0.6 + 0.01 * number, "drill_number": place}
            rows.append({**attempt(f"p{number}", phase, time_s, form=phase, **told), **UNKNOWN})
    return pd.DataFrame(rows)


def test_worked_outlier_is_found_and_a_steady_team_has_none():
    assert find_outlier(check_attempts(make_table([0.0, 0.1, 0.2, 0.3, 0.4, -2.0]))) == "p5"
    assert find_outlier(check_attempts(make_table([0.0, 0.1, 0.2, 0.3, 0.4, -0.3]))) is None
    assert find_outlier(check_attempts(make_table([-0.2] * 8))) is None


@pytest.mark.parametrize("far", [-2.2, 0.5])
def test_a_team_that_improved_with_and_without_one_person_keeps_its_word(far):
    table = make_table([-0.30, -0.32, -0.34, -0.36, -0.38, -0.40, -0.42, far])
    rows = check_attempts(table)
    assert find_outlier(rows) == "p7"
    assert judge_without_outlier(rows) is Without.HOLDS


def test_a_word_that_hangs_on_one_person_is_not_given_and_the_page_says_why():
    # of eight accuracies one falls, the third smallest change: enough for eight people, one too few for seven
    table = make_table([0.02, -0.05, -0.03, -0.07, 0.03, -0.06, -0.04, -2.3])
    is_after = table["phase"] == "after"
    table.loc[is_after, "idf1"] += [0.010, 0.011, -0.012, 0.013, 0.014, 0.015, 0.016, 0.2]
    rows = check_attempts(table)
    assert find_outlier(rows) == "p7"
    found = compare_attempts(table)
    without = compare_attempts(table[table["person_id"] != "p7"])
    assert without.word is not Verdict.IMPROVED
    assert found.word is Verdict.NOT_JUDGED
    assert ONE_PERSON[Without.LOST] in found.no_word
    assert "One person changed far more" in found.verdict


def test_with_six_people_the_five_others_cannot_tell_and_the_page_says_no_more_than_that():
    table = make_table([-0.90, -0.91, -0.92, -0.93, -0.94, -2.0])
    (said,) = compare_attempts(table).no_word
    assert said == (
        "One person changed far more than the others. Without that person fewer than 6 people are left, too few to "
        "judge by, so no word is given."
    )
    rows = check_attempts(table)
    assert find_outlier(rows) == "p5"
    assert judge_without_outlier(rows) is Without.TOO_FEW
