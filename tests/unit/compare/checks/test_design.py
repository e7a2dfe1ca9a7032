"""Each question put to the design is answered by the columns that tell; what cannot be compared is left out."""

from collections import namedtuple

import numpy as np
import pandas as pd
import pytest

from sim.compare.counting import choose_team_console
from sim.compare.checks.design import Design, Finding, check_design
from sim.compare.checks.left_out import NOT_COMPARABLE_TIME
from sim.compare.wording import find_forbidden
from sim.compare.table import check_attempts
from sim.compare.comparison import compare_attempts
from sim.errors import ComparisonError

Checked = namedtuple("Checked", "rows design")
ORDER = "Were the drills before the training done before it"


def drill(person, phase, number, **more):
    return {
        "person_id": person,
        "phase": phase,
        "form_id": f"F{number}",
        "elapsed_s": 100.0 + ord(person) + 0.01 * number,
        "finished": True,
        "limit_s": 600.0,
        "idf1": 0.8,
        "appearance_recall": 0.8,
        "appearance_precision": 0.8,
        "wrong_person_s": 1.0,
        "drill_number": number,
        **more,
    }


def person(name, *, before=1, after=1, **more):
    rows = [drill(name, "before", number, **more) for number in range(1, before + 1)]
    return rows + [drill(name, "after", number, **more) for number in range(before + 1, before + after + 1)]


def design_of(rows, **wanted):
    compared, design = check_design(check_attempts(pd.DataFrame(rows)), **wanted)
    assert find_forbidden(" ".join(check.sentence for check in design.checks)) == ()
    return Checked(rows=compared, design=design)


def find(checked, start):
    return next(check for check in checked.design.checks if check.question.startswith(start))


@pytest.mark.parametrize(
    ("after", "finding", "said"),
    [
        (20.0, Finding.FINE, "Yes"),
        (21.0, Finding.FINE, "5.0% harder"),
        (21.1, Finding.CONCERN, "slower and less accurate"),
        (18.0, Finding.CONCERN, "10% easier on average; that alone can make people look faster"),
        (np.nan, Finding.UNKNOWN, "cannot be read"),
    ],
)
def test_both_sides_must_be_equally_hard(after, finding, said):
    rows = [drill("A", "before", 1, difficulty=20.0), drill("A", "after", 2, difficulty=after)]
    check = find(design_of(rows), "Were the forms equally hard")
    assert (check.finding, said in check.sentence) == (finding, True)


def test_hardness_is_averaged_by_person_first():
    rows = [drill("A", "before", n, difficulty=20.0) for n in (1, 2, 3)] + [drill("A", "after", 4, difficulty=20.0)]
    rows += [drill("B", "before", 1, difficulty=10.0), drill("B", "after", 2, difficulty=10.0)]
    assert find(design_of(rows), "Were the forms equally hard").sentence == "Yes, to a tenth of a percent."


def test_phone_and_computer_are_never_pooled():
    rows = [row for name in "ABC" for row in person(name, device="computer")]
    rows += person("D", device="phone")
    rows += [drill("E", "before", 1, device="phone"), drill("E", "after", 2, device="computer")]
    rows += person("G", device="mixed") + person("H", device="")
    checked = design_of(rows)
    assert (checked.design.device, set(checked.rows["person_id"])) == ("computer", {"A", "B", "C"})
    reasons = {out.person_id: out.reason for out in checked.design.left_out}
    assert reasons["D"] == "on a phone; only drills on a computer are compared here"
    assert reasons["G"].startswith("on more than one kind of device;")
    assert reasons["H"].startswith("on a device that is not known;")
    assert checked.design.other_devices == ("phone", "mixed", "")
    assert find(checked, "Did everyone use the same kind").finding is Finding.CONCERN
    assert set(design_of(rows, device="phone").rows["person_id"]) == {"D"}


def test_a_device_that_is_not_known_stays_while_nothing_speaks_against_it():
    checked = design_of(person("A", device="tablet") + person("B", device=""))
    assert set(checked.rows["person_id"]) == {"A", "B"}
    check = find(checked, "Did everyone use the same kind")
    assert (check.finding, "2 of 4" in check.sentence) == (Finding.UNKNOWN, True)
    assert find(design_of(person("A")), "Did everyone use").sentence.startswith("The table does not say")
    only_mixed = design_of(person("A", device="mixed"))
    assert only_mixed.rows.empty
    assert "only drills on one kind of device" in only_mixed.design.left_out[0].reason


def test_drills_on_the_other_side_of_the_training_are_left_out():
    rows = person("A", days_since_training=np.nan)
    rows += [
        drill("B", "before", 1, days_since_training=-3.0),
        drill("B", "before", 2, days_since_training=0.2),
        drill("B", "after", 3, days_since_training=-0.5),
        drill("B", "after", 4, days_since_training=2.0),
    ]
    checked = design_of(rows)
    assert sorted(checked.rows.loc[checked.rows["person_id"] == "B", "drill_number"]) == [1.0, 4.0]
    (out,) = checked.design.left_out
    assert (out.person_id, out.attempts) == ("B", 2)
    assert find(checked, ORDER).sentence.startswith("Not all: 2 drills lie on the other side")


def test_one_person_out_of_order_is_left_out_whole():
    rows = [*person("A"), drill("B", "before", 1), drill("B", "after", 2), drill("B", "before", 3)]
    checked = design_of(rows)
    assert set(checked.rows["person_id"]) == {"A"}
    assert find(checked, ORDER).finding is Finding.CONCERN


def test_extra_time_is_kept_out_and_nobody_is_named():
    rows = [row for name in "AB" for row in person(name, extra_time="no")]
    rows += [drill("C", "before", 1, extra_time="yes"), drill("C", "after", 2, extra_time="no")]
    comparison = compare_attempts(pd.DataFrame(rows))
    assert [pair.person_id for pair in comparison.pairs] == ["A", "B"]
    (out,) = comparison.design.left_out
    assert (out.person_id, out.attempts, out.reason) == ("", 2, NOT_COMPARABLE_TIME)
    check = find(design_of(rows), "Were all drills done in the usual time")
    assert check.sentence.endswith("another time allowance: 1 drill.")
    text = repr(comparison)
    assert "'C'" not in text
    assert "extra" not in text.replace("extra_time", "").lower()


def test_two_groups_are_told_apart_and_named_by_how_they_came_about():
    rows = [row for name in "ABC" for row in person(name, group="trained")]
    rows += [row for name in "DEF" for row in person(name, group="waiting")]
    checked = design_of(rows)
    assert checked.design.design is Design.WAIT_LIST
    assert set(checked.rows["person_id"]) == set("ABCDEF")
    assert find(checked, "Are both groups").sentence == "Yes: 3 of 3 trained and 3 of 3 waiting are compared."
    assert find(checked, "Can practice be told").finding is Finding.FINE
    drawn = [{**row, "group": row["group"] + " by lot"} for row in rows]
    assert design_of(drawn).design.design is Design.RANDOMISED
    with pytest.raises(ComparisonError, match="by lot for some people and not for others"):
        design_of([*drawn, *person("G", group="waiting")])
    with pytest.raises(ComparisonError, match="by lot for some"):
        design_of([*person("A", group="trained"), *person("B", group="waiting by lot")])


def test_groups_that_lost_people_unequally_are_a_concern():
    rows = [row for name in "ABC" for row in person(name, group="trained")]
    rows += [row for name in "DEF" for row in person(name, group="waiting")[: 2 if name == "D" else 1]]
    check = find(design_of(rows), "Are both groups")
    assert (check.finding, check.sentence.split(" are")[0]) == (
        Finding.CONCERN,
        "No: 3 of 3 trained and 1 of 3 waiting",
    )


def test_those_who_waited_are_not_compared_alone():
    rows = [*person("A", group="trained")[:1], *person("B", group="waiting")]
    checked = design_of(rows)
    assert (checked.rows.empty, checked.design.design) == (True, Design.NONE)
    assert checked.design.left_out[-1].reason.startswith("waited, and nobody")


def test_impossible_groups_are_refused():
    with pytest.raises(ComparisonError, match="waiting for everybody"):
        design_of(person("A", group="waiting"))
    rows = [drill("A", "before", 1, group="trained"), drill("A", "after", 2, group="waiting")]
    with pytest.raises(ComparisonError, match="row 1, column group: 'A' is in two groups"):
        design_of(rows)
    outsider = design_of([*person("A", group="trained"), *person("B", group="waiting"), *person("C")])
    assert {out.person_id: out.reason for out in outsider.design.left_out} == {
        "C": "is in neither group, while others are in one"
    }


@pytest.mark.parametrize(
    ("before", "numbered", "finding", "start"),
    [
        (1, True, Finding.CONCERN, "No. With one drill"),
        (2, True, Finding.CONCERN, "No. Two drills before the training cannot tell practice from training; 4 can."),
        (3, True, Finding.FINE, "In part: everyone did 3"),
        (2, False, Finding.UNKNOWN, "Not from this table"),
    ],
)
def test_practice_needs_three_numbered_drills_before(before, numbered, finding, start):
    rows = [row for name in "AB" for row in person(name, before=before)]
    if not numbered:
        rows = [{name: value for name, value in row.items() if name != "drill_number"} for row in rows]
    check = find(design_of(rows), "Can practice be told")
    assert (check.finding, check.sentence.startswith(start)) == (finding, True)


FAMILIAR = "Was there an unscored drill first"
LESSONS = "Were lessons done before the drills before the training"


@pytest.mark.parametrize(
    ("of_a", "of_b", "finding", "said"),
    [
        ((0, 0), (0, 0), Finding.FINE, "No."),
        ((2, 2), (1, 1), Finding.FINE, "Yes, by all 2, 3 tries in all"),
        ((2, 2), (0, 0), Finding.CONCERN, "By 1 of 2, 2 tries in all. The results before the training are higher"),
        ((1, 1), (0, 0), Finding.CONCERN, "By 1 of 2, 1 try in all"),
        ((1, 4), (1, 1), Finding.CONCERN, "For 1, some came between two drills before the training"),
        ((0, 3), (0, 0), Finding.CONCERN, "For 1, some came between two drills before the training"),
        ((np.nan, 1), (0, 0), Finding.UNKNOWN, "does not say"),
    ],
)
def test_lessons_before_the_baseline_are_told(of_a, of_b, finding, said):
    rows = []
    for name, counts in (("A", of_a), ("B", of_b)):
        rows += [drill(name, "before", number, lessons=count) for number, count in enumerate(counts, start=1)]
        rows.append(drill(name, "after", 3, lessons=9))
    check = find(design_of(rows), LESSONS)
    assert (check.finding, said in check.sentence) == (finding, True), check.sentence


@pytest.mark.parametrize("lessons", [-1.0, 1.5, 20_000.0])
def test_a_number_of_lessons_that_cannot_be_is_refused(lessons):
    with pytest.raises(ComparisonError, match="lessons"):
        design_of([drill("A", "before", 1, lessons=lessons)])


@pytest.mark.parametrize(
    ("people", "finding", "start"),
    [
        (("yes", "Yes "), Finding.FINE, "Yes, for all 2."),
        (("yes", "no", "no"), Finding.CONCERN, "For 1 of 3."),
        (("no",), Finding.CONCERN, "For 0 of 1."),
        (("yes", ""), Finding.UNKNOWN, ""),
        (("yes", None), Finding.UNKNOWN, ""),
    ],
)
def test_who_did_the_unscored_drill_first_is_told(people, finding, start):
    rows = [row for name, said in zip("ABC", people, strict=False) for row in person(name, familiar=said)]
    check = find(design_of(rows), FAMILIAR)
    assert (check.finding, check.sentence.startswith(start)) == (finding, True)


def test_only_unscored_drills_before_the_training_decide_and_another_word_is_refused():
    assert find(design_of(person("A")), FAMILIAR).sentence.startswith("The table does not say. Without one, part")
    rows = [drill("A", "before", 1, familiar="no"), drill("A", "after", 2, familiar="yes")]
    assert find(design_of(rows), FAMILIAR).finding is Finding.CONCERN
    with pytest.raises(ComparisonError, match="row 0, column familiar: 'perhaps'"):
        design_of(person("A", familiar="perhaps"))


def choose_both(rows):
    """Return the console that a team measures with, and the one that its comparison is of."""
    checked = check_attempts(
        pd.DataFrame([{"profile": "classic", "seen_before": "no", "extra_time": "no", **row} for row in rows])
    )
    _, design = check_design(checked)
    return choose_team_console(checked).profile, design.profile


def test_follow_ups_choose_no_console():
    rows = [row for name in "ABC" for row in (*person(name), drill(name, "retention", 3))]
    assert choose_both([*rows, *person("D", profile="minimal")]) == ("classic", "classic")


def test_drills_that_do_not_count_choose_no_console():
    rows = [row for name in "ABC" for row in person(name, profile="minimal", seen_before="yes")]
    rows += [row for name in "DEF" for row in person(name, profile="minimal", extra_time="yes")]
    rows += [row for name in "GH" for row in person(name)]
    assert choose_both(rows) == ("classic", "classic")


def test_where_nothing_else_is_there_follow_ups_choose_it():
    rows = check_attempts(pd.DataFrame([drill(name, "retention", 1, profile="cloud") for name in "AB"]))
    assert choose_team_console(rows).profile == "cloud"
