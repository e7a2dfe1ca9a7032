"""Which drills are not compared, and what is said of each; nothing is dropped without a line."""

import pandas as pd
import pytest

from sim.compare.comparison import compare_attempts
from sim.compare.facts import Wanted
from sim.errors import ComparisonError
from tests.support.attempts_table import by_lot, make_team, put

TEAM = make_team()
ONE = TEAM["person_id"] == "P00"
FIRST, LAST = TEAM.index == 0, TEAM.index == 5

REASONS: dict[str, tuple[pd.DataFrame, int]] = {
    'recorded as "before", but done after the training': (put(TEAM, FIRST, days_since_training=2.0), 1),
    "a drill before training was done later than one after training": (
        put(put(TEAM, FIRST, drill_number=6.0), LAST, drill_number=1.0),
        6,
    ),
    "submitted within 5 seconds, which nobody can search in": (put(TEAM, FIRST, elapsed_s=4.9), 1),
    "on a recording seen in practice": (put(TEAM, FIRST, seen_before="yes"), 1),
    "on footage whose answers anyone can look up": (put(TEAM, FIRST, origin="public"), 1),
    "met the same form or student more than once (form-0, form-5)": (put(TEAM, LAST, target_id="target-0"), 2),
    "met the same form or student more than once (form-0)": (put(TEAM, LAST, form_id="form-0", target_id=""), 2),
    "whether it was passed is not in the table": (put(TEAM, FIRST, passed=""), 1),
    "on the cloud console; only drills on the classic console": (put(TEAM, FIRST, profile="cloud").pipe(
        lambda t: t.assign(profile=t["profile"].replace("", "classic"))), 1),
    "given with hints; only drills without options": (put(TEAM, FIRST, options="hints"), 1),
    "on a phone; only drills on a computer": (put(TEAM, FIRST, device="phone"), 1),
    "on more than one kind of device; only drills on a computer": (put(TEAM, FIRST, device="mixed"), 1),
    "had a time limit of 20:00; only drills with 10:00": (put(TEAM, FIRST, limit_s=1200.0), 1),
    "has comparable drills before only": (TEAM[~(ONE & (TEAM["phase"] == "after"))], 3),
    "is in neither group, while others are in one": (
        put(make_team(groups=by_lot(4, 4)), ONE, group=""),
        6,
    ),
    "waited, and nobody of the trained group has comparable drills": (
        put(make_team(groups=by_lot(1, 7)), ONE, extra_time="yes"),
        42,
    ),
}  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
def test_what_is_left_out_is_listed_with_its_reason(reason: str) -> None:
    table, attempts = REASONS[reason]
    found = compare_attempts(table)
    assert sum(each.attempts for each in found.left.left_out if reason in each.reason) == attempts
    assert len(found.left.rows) + sum(each.attempts for each in found.left.left_out) == len(table)


def test_a_retention_drill_known_to_come_later_does_not_take_the_earlier_ones() -> None:
    later = TEAM[FIRST].assign(phase="retention", drill_number=7.0, days_since_training=90.0, elapsed_s=100.0)
    for days, left in ((90.0, 48), (-0.5, 47)):
        table = pd.concat([TEAM, later.assign(days_since_training=days, drill_number=7.0)], ignore_index=True)
        rows = compare_attempts(put(table, table.index == 0, days_since_training=-0.25)).left.rows
        assert len(rows) == left


def test_a_device_that_is_not_known_counts_against_a_drill_only_beside_two_that_are() -> None:
    one_kind = put(TEAM, FIRST, device="")
    two_kinds = put(one_kind, LAST, device="phone")
    assert [len(compare_attempts(table).left.rows) for table in (one_kind, two_kinds)] == [48, 46]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Wanted(schools=("East",)), "does not say which school"),
        (Wanted(people=("P99",)), "has no person 'P99'"),
        (Wanted(of_people=3), "more than the 3 there are said to be"),
    ],
)
def test_who_is_not_there_cannot_be_asked_for(wanted: Wanted, says: str) -> None:
    with pytest.raises(ComparisonError, match=says):
        compare_attempts(TEAM, wanted=wanted)


def test_lots_for_some_are_refused() -> None:
    groups = ("trained", *by_lot(3, 4))
    with pytest.raises(ComparisonError, match="by lot for some people and not for others"):
        compare_attempts(make_team(groups=groups))
