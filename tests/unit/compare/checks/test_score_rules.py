"""Accuracy that different versions of the rules gave is never put side by side, and never silently."""

import numpy as np
import pandas as pd
import pytest

from sim.compare.report.report import compare_attempts
from sim.errors import ComparisonError


def make_table(before: float | None, after: float | None, *, people: int = 8) -> pd.DataFrame:
    rows = [
        {
            "person_id": f"M{n:03}",
            "phase": phase,
            "form_id": f"{phase}-form",
            "elapsed_s": (200.0 if phase == "before" else 150.0) + 7 * n,
            "finished": True,
            "limit_s": 600.0,
            "idf1": (0.5 if phase == "before" else 0.9) + n / 100,
            "appearance_recall": 0.5,
            "appearance_precision": 0.5,
            "wrong_person_s": 3.0,
            "rules": np.nan if rules is None else rules,
        }
        for n in range(people)
        for phase, rules in (("before", before), ("after", after))
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(("before", "after"), [(2.0, 2.0), (1.0, 1.0), (None, None)])
def test_the_same_rules_are_compared(before: float | None, after: float | None) -> None:
    found = compare_attempts(make_table(before, after))
    assert found.accuracy[0].difference.n == 8
    assert not [warning for warning in found.warnings if "version of the rules" in warning]


@pytest.mark.parametrize(("before", "after"), [(1.0, 2.0), (None, 2.0)])
def test_accuracy_of_earlier_rules_is_left_out_in_words_and_times_stay(before: float | None, after: float) -> None:
    found = compare_attempts(make_table(before, after))
    assert found.accuracy[0].difference.n == 0
    assert found.accuracy[0].difference.estimate is None
    assert found.time.ratio.n == 8
    assert (
        "The accuracy of 8 drills is left out: they were scored by an earlier version of the rules. Times are not "
        "affected. Score old drills again to compare their accuracy."
    ) in found.warnings


def test_those_scored_again_are_compared() -> None:
    table = make_table(1.0, 2.0)
    table.loc[table["person_id"] < "M005", "rules"] = 2.0
    found = compare_attempts(table)
    assert found.accuracy[0].difference.n == 5
    assert any(warning.startswith("The accuracy of 3 drills is left out") for warning in found.warnings)


@pytest.mark.parametrize("rules", [0.0, 1.5, 2000.0])
def test_a_version_that_cannot_be_is_refused(rules: float) -> None:
    with pytest.raises(ComparisonError, match="column rules"):
        compare_attempts(make_table(rules, 2.0))
