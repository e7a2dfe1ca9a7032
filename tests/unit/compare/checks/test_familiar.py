"""Whether people had got to know the console first is answered where the table says it."""

import pandas as pd
import pytest

from sim.compare.checks.design import Finding
from sim.compare.report.report import compare_attempts
from sim.errors import ComparisonError
from tests.unit.compare.data.test_profiles import both


def check(*people, **more):
    rows = [{**row, "familiar": said} for index, said in enumerate(people) for row in both(f"P{index}", "classic")]
    design = compare_attempts(pd.DataFrame([{**row, **more} for row in rows])).design
    return next(each for each in design.checks if "unscored drill first" in each.question)


def test_everybody_some_nobody():
    assert (check("yes", "Yes ").finding, check("yes", "yes").sentence) == (Finding.FINE, "Yes, for all 2.")
    some = check("yes", "no", "no")
    assert (some.finding, some.sentence.split(".")[0]) == (Finding.CONCERN, "For 1 of 3")
    assert check("no").sentence.startswith("For 0 of 1.")


def test_one_cell_that_does_not_say_leaves_it_open():
    assert check("yes", "").finding is Finding.UNKNOWN
    assert check("yes", None).finding is Finding.UNKNOWN
    rows = both("P", "classic")
    design = compare_attempts(pd.DataFrame(rows)).design
    assert "The table does not say. Without one, part" in " ".join(each.sentence for each in design.checks)


def test_only_drills_before_the_training_decide():
    before, after = both("P", "classic")
    rows = [{**before, "familiar": "no"}, {**after, "familiar": "yes"}]
    design = compare_attempts(pd.DataFrame(rows)).design
    assert next(each for each in design.checks if "unscored" in each.question).finding is Finding.CONCERN


def test_another_word_is_refused_by_row():
    with pytest.raises(ComparisonError, match="row 0, column familiar: 'perhaps'"):
        check("perhaps")
